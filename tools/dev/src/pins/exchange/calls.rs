//! One call (CALL).

use super::super::case::Case;
use super::super::scope::function;
use super::{NULL, asked, echo, item_read};

fn sum() -> String {
    function(
        "sum",
        r#"{"a":{"type":"integer"},"b":{"type":"integer","default":2}}"#,
        r#""output":{"type":"integer"},"timeout_ms":5000"#,
    )
}

fn one(id: &str, rules: &str, reason: &str, body: &str) -> Case {
    let hidden = function("hidden", "{}", &format!("\"private\":true,{NULL}"));
    asked(id, rules, reason, &[&sum(), &hidden], &[])
        .post(body)
        .outcomes(r#"{"sum":{"result":3},"hidden":{"result":null}}"#)
}

pub(super) fn cases() -> Vec<Case> {
    let bad = |id: &str, rules: &str, reason: &str, body: &str, message: &str| {
        one(id, rules, reason, body).error(400, "BAD_REQUEST", message).at_once()
    };
    let no_call = "a call is an object with the member \"fn\"";
    let no_name = "\"fn\" must be the name of a function";
    let no_member = "a call has no other members than \"fn\", \"args\" and \"refresh\"";
    let lost = |id: &str, rules: &str, reason: &str, name: &str| {
        one(id, rules, reason, &format!(r#"{{"fn":"{name}"}}"#)).error(404, "NOT_FOUND", "not found").at_once()
    };
    let mut cases = vec![
        one("call", "CALL-1 CALL-2 CALL-6", "args come validated, with defaults filled in", r#"{"fn":"sum","args":{"a":1}}"#)
            .status(200)
            .body(r#"{"invalidate":[],"result":3}"#)
            .steps(r#"[{"invoke":[{"args":{"a":1,"b":2},"fn":"sum","timeout_ms":5000}]}]"#),
        one("call-spelled", "CALL-1 VALUE-8", "blanks, escapes and order say nothing", " { \"args\" : {\"b\":2,\"a\":1}, \"\\u0066n\" : \"s\\u0075m\" } ")
            .status(200)
            .body(r#"{"invalidate":[],"result":3}"#),
        one("call-empty-refresh", "CALL-1 REFRESH-1", "an empty refresh is none", r#"{"fn":"sum","args":{"a":1},"refresh":[]}"#)
            .status(200)
            .body(r#"{"invalidate":[],"result":3}"#),
        asked("call-no-args", "CALL-1", "args may be left out when they are empty", &[&function("ping", "{}", NULL)], &[])
            .post(r#"{"fn":"ping"}"#)
            .outcomes(r#"{"ping":{"result":null}}"#)
            .status(200)
            .body(r#"{"invalidate":[],"result":null}"#)
            .steps(r#"[{"invoke":[{"args":{},"fn":"ping","timeout_ms":30000}]}]"#),
        asked("call-reader", "CALL-4", "a member of a context is a function like others", &[&item_read()], &[])
            .post(r#"{"fn":"item_read","args":{"id":5}}"#)
            .outcomes(r#"{"item_read":{"result":"tea"}}"#)
            .status(200)
            .body(r#"{"invalidate":[],"result":"tea"}"#)
            .header("x-mizan-invalidate", None),
        asked("call-any", "VALUE-9 VALUE-10", "what is echoed comes back canonical", &[&echo()], &[])
            .post(r#"{"fn":"echo","args":{"value":{"b":-0.0,"__proto__":{"x":1e2},"a":"\u00e9"}}}"#)
            .outcomes(r#"{"echo":{"text":"{\"b\": 0, \"__proto__\": {\"x\": 100.0}, \"a\": \"\\u00e9\"}"}}"#)
            .status(200)
            .body("{\"invalidate\":[],\"result\":{\"__proto__\":{\"x\":100},\"a\":\"é\",\"b\":0}}")
            .steps("[{\"invoke\":[{\"args\":{\"value\":{\"__proto__\":{\"x\":100},\"a\":\"é\",\"b\":0}},\"fn\":\"echo\",\"timeout_ms\":30000}]}]"),
        typed_arguments(),
        bad("malformed", "ERR-12", "no JSON", "{", "the body is not valid JSON"),
        bad("empty-body", "VALUE-8", "no body", "", "the body is not valid JSON"),
        bad("bom", "VALUE-8", "a byte-order mark", "\u{feff}{\"fn\":\"sum\"}", "the body is not valid JSON"),
        bad("repeated-fn", "VALUE-8", "a repeated member", r#"{"fn":"sum","fn":"hidden"}"#, "the body is not valid JSON"),
        bad("repeated-arg", "VALUE-8", "a repeated arg", r#"{"fn":"sum","args":{"a":1,"a":1}}"#, "the body is not valid JSON"),
        bad("malformed-after-all", "ERR-12 CALL-5", "malformed JSON wins over an unknown function", r#"{"fn":"nothing","args":{"a":}}"#, "the body is not valid JSON"),
        bad("scalar", "CALL-1", "no object", "5", no_call),
        bad("null", "CALL-1", "null", "null", no_call),
        bad("no-fn", "CALL-1", "no function", r#"{"args":{"a":1}}"#, no_call),
        bad("fn-number", "CALL-1", "a function that is no text", r#"{"fn":5}"#, no_name),
        bad("fn-null", "CALL-1", "null for a function", r#"{"fn":null}"#, no_name),
        bad("unknown-member", "CALL-1", "another member", r#"{"fn":"sum","arguments":{"a":1}}"#, no_member),
        bad("proto-member", "CALL-1 VALUE-9", "no name is exempt", r#"{"fn":"sum","__proto__":{}}"#, no_member),
        lost("unknown", "CALL-3", "a name that is not registered", "product"),
        lost("unknown-case", "CALL-3 VALUE-9", "names match exactly", "Sum"),
        lost("unknown-blank", "CALL-3", "nothing is trimmed", "sum "),
        lost("unknown-prefix", "CALL-3", "nor completed", "su"),
        lost("unknown-proto", "VALUE-9", "__proto__ is no function", "__proto__"),
        lost("unknown-to-string", "VALUE-9", "neither is what every object has", "toString"),
        one("private", "CALL-3", "a private function", r#"{"fn":"hidden"}"#).error(403, "FORBIDDEN", "not allowed").at_once(),
        one("args-list", "CALL-1", "args that are no object are a value that does not fit", r#"{"fn":"sum","args":[1]}"#)
            .status(422)
            .body(r#"{"error":{"code":"VALIDATION","details":[{"code":"type","message":"expected object","path":["args"]}],"message":"the input does not fit"}}"#)
            .at_once(),
        one("args-null", "CALL-1 VALUE-7", "null is not left out", r#"{"fn":"sum","args":null}"#).status(422).at_once(),
        one("args-unfit", "CALL-5 ERR-4", "all problems, and the function does not run", r#"{"fn":"sum","args":{"b":"2","c":3}}"#)
            .status(422)
            .body(r#"{"error":{"code":"VALIDATION","details":[{"code":"missing","message":"required","path":["args","a"]},{"code":"type","message":"expected integer","path":["args","b"]},{"code":"unknown","message":"not allowed here","path":["args","c"]}],"message":"the input does not fit"}}"#)
            .at_once(),
    ];
    cases.extend(order());
    cases
}

/// Each kind of value that a host has an object of its own for, on its way in and out again.
fn typed_arguments() -> Case {
    let formats =
        ["date-time", "local-date-time", "date", "time", "duration", "uuid", "decimal", "bytes", "bigint", "email"];
    let input: Vec<String> = formats
        .iter()
        .map(|format| format!(r#""{}":{{"type":"string","format":"{format}"}}"#, format.replace('-', "_")))
        .collect();
    let keep = function(
        "keep",
        &format!(
            r#"{{{},"ratio":{{"type":"number"}},"pair":{{"type":"array","prefixItems":[{{"type":"integer"}},{{"type":"boolean"}}],"items":false,"minItems":2}}}}"#,
            input.join(",")
        ),
        NULL,
    );
    asked("typed-arguments", "VALUE-6 VALUE-12 CALL-6", "every format in its canonical form", &[&keep], &[])
        .post(r#"{"fn":"keep","args":{"date_time":"2026-03-01T12:00:00.500+02:00","local_date_time":"2026-03-01T12:00:00.10","date":"2026-03-01","time":"23:59:59.000001","duration":"P1DT90M","uuid":"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11","decimal":"1.10","bytes":"-_8","bigint":"123456789012345678901234567890","email":"ada@example.org","ratio":1,"pair":[5,true]}}"#)
        .outcomes(r#"{"keep":{"result":null}}"#)
        .status(200)
        .steps(r#"[{"invoke":[{"args":{"bigint":"123456789012345678901234567890","bytes":"-_8","date":"2026-03-01","date_time":"2026-03-01T10:00:00.5Z","decimal":"1.10","duration":"P1DT1H30M","email":"ada@example.org","local_date_time":"2026-03-01T12:00:00.1","pair":[5,true],"ratio":1,"time":"23:59:59.000001","uuid":"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},"fn":"keep","timeout_ms":30000}]}]"#)
}

/// CALL-5: of two things that are wrong, the first in the order decides.
fn order() -> Vec<Case> {
    let staff = function("staff_only", r#"{"n":{"type":"integer"}}"#, &format!("\"auth\":\"staff\",{NULL}"));
    let large = " ".repeat(64);
    let document = format!(r#"{{"version":1,"limits":{{"body":60}},"functions":[{staff}]}}"#);
    let small =
        |id: &str, reason: &str| super::super::case::case(id, "CALL-5", reason).with("application", document.clone());
    let post = |case: Case, media: &str, body: &str| {
        case.request("POST", "/api/mizan/call/", "", &[("Content-Type", media)], body.as_bytes())
    };
    vec![
        post(small("order-media-length", "media type before length"), "text/plain", &large).status(415).at_once(),
        post(small("order-length-json", "length before JSON"), "application/json", &large)
            .error(413, "PAYLOAD_TOO_LARGE", "the body is too large")
            .at_once(),
        post(small("order-json-envelope", "JSON before envelope"), "application/json", r#"{"fn":5,"#)
            .error(400, "BAD_REQUEST", "the body is not valid JSON")
            .at_once(),
        post(
            small("order-envelope-function", "envelope before function"),
            "application/json",
            r#"{"fn":"nothing","x":1}"#,
        )
        .status(400)
        .at_once(),
        post(small("order-function-guard", "function before guard"), "application/json", r#"{"fn":"nothing"}"#)
            .status(404)
            .at_once(),
        post(
            small("order-guard-args", "guard before args"),
            "application/json",
            r#"{"fn":"staff_only","args":{"n":"x"}}"#,
        )
        .error(401, "UNAUTHENTICATED", "sign in first")
        .steps(r#"[{"identify":true}]"#),
    ]
}
