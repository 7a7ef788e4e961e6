//! Routes, methods and media types (HTTP).

use super::super::case::Case;
use super::{asked, echo, item_read};

const JSON: &[(&str, &str)] = &[("Content-Type", "application/json")];

fn one(id: &str, rules: &str, reason: &str) -> Case {
    asked(id, rules, reason, &[&echo(), &item_read()], &[])
}

pub(super) fn cases() -> Vec<Case> {
    let call = br#"{"fn":"echo","args":{"value":1}}"#;
    let outcomes = r#"{"echo":{"result":1},"item_read":{"result":"tea"}}"#;
    let answered = |case: Case| case.outcomes(outcomes).status(200).body(r#"{"invalidate":[],"result":1}"#);
    let lost = |id: &str, rules: &str, reason: &str, method: &str, path: &str| {
        one(id, rules, reason).request(method, path, "", JSON, call).error(404, "NOT_FOUND", "not found").at_once()
    };
    let wrong = |id: &str, reason: &str, method: &str, path: &str, allow: &str| {
        one(id, "HTTP-3", reason)
            .request(method, path, "", JSON, call)
            .error(405, "METHOD_NOT_ALLOWED", "method not allowed")
            .header("allow", Some(allow))
            .at_once()
    };
    let media = |id: &str, reason: &str, headers: &[(&str, &str)]| {
        one(id, "HTTP-4", reason)
            .request("POST", "/api/mizan/call/", "", headers, call)
            .error(415, "UNSUPPORTED_MEDIA_TYPE", "the body must be application/json")
            .at_once()
    };
    let taken = |id: &str, reason: &str, value: &str| {
        answered(one(id, "HTTP-4", reason).request("POST", "/api/mizan/call/", "", &[("content-type", value)], call))
    };
    let ir = |id: &str, rules: &str, reason: &str, method: &str| {
        super::super::case::case(id, rules, reason)
            .with("application", r#"{"version":1,"expose_ir":true,"functions":[]}"#)
            .request(method, "/api/mizan/ir/", "", &[], b"")
    };
    vec![
        answered(one("no-slash", "HTTP-1", "a missing trailing slash").request(
            "POST",
            "/api/mizan/call",
            "",
            JSON,
            call,
        )),
        answered(one("headers", "HTTP-5 CACHE-1", "what every reply has").request(
            "POST",
            "/api/mizan/call/",
            "",
            JSON,
            call,
        ))
        .header("content-type", Some("application/json"))
        .header("x-content-type-options", Some("nosniff"))
        .header("cache-control", Some("no-store"))
        .header("content-length", Some("28")),
        answered(one("other-headers", "HTTP-7 HDR-9", "no other header changes anything").request(
            "POST",
            "/api/mizan/call/",
            "",
            &[
                JSON[0],
                ("X-Mizan-Invalidate", "*"),
                ("X-HTTP-Method-Override", "GET"),
                ("Authorization", "Bearer x"),
                ("X-Forwarded-Host", "evil"),
            ],
            call,
        ))
        .header("x-mizan-invalidate", None),
        one("bundle-no-slash", "HTTP-1", "a bundle too")
            .request("GET", "/api/mizan/ctx/item", "id=5", &[], b"")
            .outcomes(outcomes)
            .status(200)
            .body(r#"{"item_read":"tea"}"#),
        taken("media-case", "a media type in any case", "Application/JSON"),
        taken("media-parameters", "with any parameters", "application/json ; charset=latin-1; q=x"),
        ir("ir", "HTTP-5", "the IR, where it is switched on", "GET")
            .status(200)
            .body("mizan version=1\n")
            .header("content-type", Some("application/kdl; charset=utf-8"))
            .header("x-mizan-contract", Some("821710164a5516d5")),
        ir("ir-head", "HTTP-5", "its headers alone", "HEAD").status(200).body("").header("content-length", Some("16")),
        super::super::case::case("other-base", "HTTP-2", "another base")
            .with("application", format!(r#"{{"version":1,"base":"/rpc","functions":[{}]}}"#, echo()))
            .request("POST", "/rpc/call/", "", JSON, call)
            .outcomes(outcomes)
            .status(200)
            .body(r#"{"invalidate":[],"result":1}"#),
        ir("ir-post", "HTTP-3", "another method on the IR", "POST").status(405).header("allow", Some("GET, HEAD")),
        lost("ir-off", "HTTP-2", "the IR, where it is not switched on", "GET", "/api/mizan/ir/"),
        lost("route-unknown", "HTTP-2", "no such route", "POST", "/api/mizan/calls/"),
        lost("route-base", "HTTP-2", "the base itself", "GET", "/api/mizan/"),
        lost("route-suffix", "HTTP-2", "something after the route", "POST", "/api/mizan/call/x"),
        lost("route-doubled-slash", "HTTP-2", "a doubled slash", "POST", "/api/mizan//call/"),
        lost("route-doubled-slash-last", "HTTP-2", "a doubled slash at the end", "POST", "/api/mizan/call//"),
        lost("route-semicolon", "HTTP-2", "a path parameter", "POST", "/api/mizan/call/;a=b"),
        lost("route-encoded", "HTTP-2", "a percent-encoded letter", "POST", "/api/mizan/c%61ll/"),
        lost("route-case", "HTTP-2", "another letter case", "POST", "/api/mizan/Call/"),
        lost("route-dots", "HTTP-2", "dots are not resolved", "POST", "/api/mizan/ctx/../call/"),
        lost("bundle-suffix", "HTTP-2", "a file's suffix behind a bundle", "GET", "/api/mizan/ctx/item/style.css"),
        lost("bundle-encoded-slash", "HTTP-2", "an encoded slash", "GET", "/api/mizan/ctx/item%2f"),
        lost("bundle-unknown", "CTX-4", "no such context", "GET", "/api/mizan/ctx/items/"),
        lost("bundle-unknown-post", "CTX-4 CTX-5", "whatever the method", "POST", "/api/mizan/ctx/items/"),
        lost("bundle-no-name", "CTX-4", "no context at all", "GET", "/api/mizan/ctx/"),
        wrong("call-get", "a call by GET", "GET", "/api/mizan/call/", "POST"),
        wrong("call-options", "OPTIONS included", "OPTIONS", "/api/mizan/call/", "POST"),
        wrong("call-lower-case", "methods have a case", "post", "/api/mizan/call/", "POST"),
        wrong("bundle-post", "a bundle by POST", "POST", "/api/mizan/ctx/item/", "GET, HEAD"),
        wrong("bundle-delete", "or by DELETE", "DELETE", "/api/mizan/ctx/item/", "GET, HEAD"),
        media("media-none", "no media type", &[]),
        media("media-text", "text, which a form may send from another site", &[("Content-Type", "text/plain")]),
        media("media-form", "a form", &[("Content-Type", "application/x-www-form-urlencoded")]),
        media(
            "media-suffix",
            "another type with the same beginning",
            &[("Content-Type", "application/json-patch+json")],
        ),
        media("media-list", "two types", &[("Content-Type", "text/plain, application/json")]),
        media("media-empty", "an empty one", &[("Content-Type", "")]),
    ]
}
