//! Bundles (CTX).

use super::super::case::Case;
use super::super::scope::function;
use super::{ID, asked, item_read};

fn two(id: &str, rules: &str, reason: &str) -> Case {
    let more = function(
        "item_more",
        r#"{"id":{"type":"integer"},"page":{"type":"integer","default":1}}"#,
        r#""context":"item","private":true,"output":{"type":"array","items":{"type":"string"}}"#,
    );
    asked(id, rules, reason, &[&item_read(), &more], &[])
}

const BOTH: &str = r#"{"item_read":{"result":"tea"},"item_more":{"result":["a"]}}"#;

pub(super) fn cases() -> Vec<Case> {
    let refused = |id: &str, rules: &str, reason: &str, query: &str, details: &str| {
        two(id, rules, reason)
            .get("item", query)
            .outcomes(BOTH)
            .status(422)
            .body(&format!(
                r#"{{"error":{{"code":"VALIDATION","details":[{details}],"message":"the input does not fit"}}}}"#
            ))
            .at_once()
    };
    let detail = |code: &str, message: &str, name: &str| {
        format!(r#"{{"code":"{code}","message":"{message}","path":["params","{name}"]}}"#)
    };
    let failing = |id: &str, rules: &str, reason: &str, outcomes: &str| {
        two(id, rules, reason).get("item", "id=5").outcomes(outcomes)
    };
    let nullable = function(
        "find",
        r#"{"q":{"anyOf":[{"type":"string"},{"type":"null"}]},"tags":{"type":"array","items":{"type":"string"},"default":[]}}"#,
        r#""context":"search","output":{"type":"null"}"#,
    );
    let required =
        function("b_read", r#"{"page":{"type":"integer"}}"#, r#""context":"pages","output":{"type":"null"}"#);
    let defaulted = function(
        "a_read",
        r#"{"page":{"type":"integer","default":1}}"#,
        r#""context":"pages","output":{"type":"null"}"#,
    );
    vec![
        two("bundle", "CTX-1 CTX-3 CTX-9", "a member for each function, each with the params it declares")
            .get("item", "id=5")
            .outcomes(BOTH)
            .status(200)
            .body(r#"{"item_more":["a"],"item_read":"tea"}"#)
            .steps(r#"[{"invoke":[{"args":{"id":5,"page":1},"fn":"item_more","timeout_ms":30000},{"args":{"id":5},"fn":"item_read","timeout_ms":30000}]}]"#),
        asked("bundle-null-and-lists", "CTX-8 CTX-9", "what is absent is null or its default, a list repeats its key", &[&nullable], &[])
            .get("search", "tags=b&tags=a")
            .outcomes(r#"{"find":{"result":null}}"#)
            .status(200)
            .steps(r#"[{"invoke":[{"args":{"q":null,"tags":["b","a"]},"fn":"find","timeout_ms":30000}]}]"#),
        two("bundle-private-member", "CTX-4", "a private function is a member like others").get("item", "id=5").outcomes(BOTH).status(200),
        two("bundle-private-call", "CTX-4 CALL-3", "and cannot be called").post(r#"{"fn":"item_more","args":{"id":5}}"#).error(403, "FORBIDDEN", "not allowed"),
        asked("bundle-required-anywhere", "CTX-6", "a param that one member requires is required", &[&required, &defaulted], &[])
            .get("pages", "")
            .status(422)
            .body(r#"{"error":{"code":"VALIDATION","details":[{"code":"missing","message":"required","path":["params","page"]}],"message":"the input does not fit"}}"#)
            .at_once(),
        refused("bundle-missing", "CTX-9", "a param is missing", "", &detail("missing", "required", "id")),
        refused("bundle-spelling", "CTX-8", "a zero before a number", "id=05", &detail("type", "expected integer", "id")),
        refused("bundle-repeated", "CTX-10", "a param twice", "id=5&id=5", &detail("type", "expected a single value", "id")),
        refused("bundle-unknown-param", "CTX-10", "a key that is no param", "colour=red&id=5", &detail("unknown", "not allowed here", "colour")),
        refused("bundle-all-problems", "ERR-4 CTX-11", "all problems", "z=1&page=x", &format!("{},{},{}", detail("missing", "required", "id"), detail("type", "expected integer", "page"), detail("unknown", "not allowed here", "z"))),
        two("bundle-broken-escape", "CTX-7", "a broken escape").get("item", "id=%5").error(400, "BAD_REQUEST", "the query has a broken percent escape").at_once(),
        two("bundle-not-utf8", "CTX-7", "bytes that are not UTF-8").get("item", "id=%c3%28").error(400, "BAD_REQUEST", "the query is not UTF-8").at_once(),
        failing("bundle-one-failed", "CTX-2", "whole or not at all, and which member it was", r#"{"item_read":{"protocol":{"code":"NOT_FOUND","message":"No such item."}},"item_more":{"result":[]}}"#)
            .status(404)
            .body(r#"{"error":{"code":"NOT_FOUND","function":"item_read","message":"No such item."}}"#)
            .header("cache-control", Some("no-store"))
            .header("etag", None),
        failing("bundle-two-failed", "CTX-2", "of two the first by name", r#"{"item_read":{"protocol":{"code":"NOT_FOUND"}},"item_more":{"protocol":{"code":"CONFLICT"}}}"#)
            .status(409)
            .body(r#"{"error":{"code":"CONFLICT","function":"item_more","message":"conflict"}}"#),
        failing("bundle-unfit-result", "CALL-7 CTX-2", "a result that does not fit its type", r#"{"item_read":{"result":5},"item_more":{"result":[]}}"#)
            .status(500)
            .body(r#"{"error":{"code":"INTERNAL","function":"item_read","id":"0000000000000000","message":"internal error"}}"#)
            .log("item_read: the result does not fit its type: result: expected string"),
        failing("bundle-timed-out", "CALL-8 CTX-2", "a member that outran its limit", r#"{"item_read":{"timed_out":true},"item_more":{"result":[]}}"#)
            .status(504)
            .body(r#"{"error":{"code":"TIMEOUT","function":"item_read","message":"timed out"}}"#),
        failing("bundle-custom", "ERR-8 CTX-11", "a host's validator of a param", r#"{"item_read":{"invalid":[{"path":["id"],"message":"is odd"}]},"item_more":{"result":[]}}"#)
            .status(422)
            .body(r#"{"error":{"code":"VALIDATION","details":[{"code":"custom","message":"is odd","path":["params","id"]}],"function":"item_read","message":"the input does not fit"}}"#),
        asked("bundle-order-guard-query", "CTX-5", "guards before the query", &[&function("secret_read", ID, r#""context":"secret","auth":"authenticated","output":{"type":"null"}"#)], &[])
            .get("secret", "id=x")
            .status(401)
            .body(r#"{"error":{"code":"UNAUTHENTICATED","function":"secret_read","message":"sign in first"}}"#)
            .steps(r#"[{"identify":true}]"#),
    ]
}
