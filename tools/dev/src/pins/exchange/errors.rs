//! Errors (ERR).

use super::super::case::Case;
use super::super::scope::function;
use super::{asked, echo};

const TAKEN: &str = r#""errors":[{"code":"TAKEN","status":409,"data":{"type":"object","properties":{"by":{"type":"integer"}},"required":["by"]}},{"code":"GONE","status":410}],"output":{"type":"integer"}"#;

fn fails(id: &str, rules: &str, reason: &str, outcome: &str) -> Case {
    let f = function("f", "{}", &format!(r#""source":{{"file":"shop/api.py","line":7}},{TAKEN}"#));
    asked(id, rules, reason, &[&f], &[])
        .post(r#"{"fn":"f"}"#)
        .with("nonce", "255")
        .outcomes(&format!("{{\"f\":{outcome}}}"))
}

pub(super) fn cases() -> Vec<Case> {
    let raised = |code: &str, status: u16, message: &str| {
        fails(
            &format!("raised-{}", code.to_lowercase().replace('_', "-")),
            "ERR-1 ERR-3",
            "its status and its usual message",
            &format!(r#"{{"protocol":{{"code":"{code}"}}}}"#),
        )
        .error(status, code, message)
    };
    let internal = r#"{"error":{"code":"INTERNAL","id":"00000000000000ff","message":"internal error"}}"#;
    let broken = |id: &str, rules: &str, reason: &str, outcome: &str| {
        fails(id, rules, reason, outcome).status(500).body(internal)
    };
    let mut cases = vec![
        raised("BAD_REQUEST", 400, "the request is not of the protocol"),
        raised("UNAUTHENTICATED", 401, "sign in first"),
        raised("FORBIDDEN", 403, "not allowed"),
        raised("NOT_FOUND", 404, "not found"),
        raised("CONFLICT", 409, "conflict"),
        raised("RATE_LIMITED", 429, "too many requests").header("retry-after", Some("1")),
        raised("UNAVAILABLE", 503, "unavailable").header("retry-after", Some("1")),
        fails("raised-message", "ERR-1", "a message of the function's own", r#"{"protocol":{"code":"CONFLICT","message":"On loan."}}"#).error(409, "CONFLICT", "On loan."),
        fails("retry-after", "ERR-11", "the seconds that the function gave", r#"{"protocol":{"code":"RATE_LIMITED","retry_after":60}}"#)
            .status(429)
            .header("retry-after", Some("60"))
            .header("cache-control", Some("no-store")),
        fails("retry-after-of-others", "ERR-11", "another error has none", r#"{"protocol":{"code":"CONFLICT","retry_after":60}}"#).status(409).header("retry-after", None),
        fails("declared", "ERR-7", "a declared error with its data, checked", r#"{"declared":{"code":"TAKEN","message":"Taken.","data":{"by":6}}}"#)
            .status(409)
            .body(r#"{"error":{"code":"TAKEN","data":{"by":6},"message":"Taken."}}"#),
        fails("declared-without-data", "ERR-7", "one that has none", r#"{"declared":{"code":"GONE","message":"Gone."}}"#).status(410).body(r#"{"error":{"code":"GONE","message":"Gone."}}"#),
        broken("undeclared", "ERR-7", "an error that the function did not declare", r#"{"declared":{"code":"LOST","message":"Lost."}}"#).log("LOST"),
        broken("declared-unfit", "ERR-7", "data that does not fit", r#"{"declared":{"code":"TAKEN","message":"Taken.","data":{"by":"6"}}}"#).log("expected integer"),
        broken("declared-missing-data", "ERR-7", "data that is missing", r#"{"declared":{"code":"TAKEN","message":"Taken."}}"#).log("without its data"),
        broken("declared-extra-data", "ERR-7", "data that was not declared", r#"{"declared":{"code":"GONE","message":"Gone.","data":{}}}"#).log("declares no data"),
        broken("raised", "ERR-9", "what was raised stays with the host", r#"{"raised":"password=hunter2"}"#),
        broken("raised-internal", "ERR-9", "a function cannot show a message by INTERNAL", r#"{"protocol":{"code":"INTERNAL","message":"password=hunter2"}}"#),
        broken("unfit-result", "CALL-7 ERR-9", "the log names function and field", r#"{"result":"5"}"#).log("shop/api.py:7: f: the result does not fit its type: result: expected integer (id 00000000000000ff)"),
        broken("nan-result", "VALUE-3", "NaN is never null", r#"{"text":"NaN"}"#).log("(id 00000000000000ff)"),
        broken("unsafe-result", "VALUE-2", "an integer that JavaScript would change", r#"{"text":"9007199254740993"}"#).log("must be between"),
        broken("no-result", "CALL-7", "an encoder that wrote nothing", r#"{"text":""}"#).log("f: "),
        fails("timed-out", "CALL-8 LIM-9", "a function that outran its limit", r#"{"timed_out":true}"#).error(504, "TIMEOUT", "timed out").log("30000 ms"),
        fails("custom", "ERR-8", "a host's validators, their paths below args, sorted", r#"{"invalid":[{"path":["b",10],"message":"too late"},{"path":["b",9],"message":"too early"},{"path":[],"message":"not together"}]}"#)
            .status(422)
            .body(r#"{"error":{"code":"VALIDATION","details":[{"code":"custom","message":"not together","path":["args"]},{"code":"custom","message":"too early","path":["args","b",9]},{"code":"custom","message":"too late","path":["args","b",10]}],"message":"the input does not fit"}}"#),
    ];
    cases.push(
        fails("custom-order", "ERR-4 ERR-8", "at one place by message", r#"{"invalid":[{"path":["b"],"message":"b"},{"path":["b"],"message":"a"}]}"#)
            .status(422)
            .body(r#"{"error":{"code":"VALIDATION","details":[{"code":"custom","message":"a","path":["args","b"]},{"code":"custom","message":"b","path":["args","b"]}],"message":"the input does not fit"}}"#),
    );
    cases.extend([details(100), details(101)]);
    cases.extend(contract());
    cases
}

/// LIM-10: so many details of a host's validators, the last place first. Those of the first places are told.
fn details(count: usize) -> Case {
    let entry = |place: usize| format!(r#"{{"path":["b",{place}],"message":"odd"}}"#);
    let entries: Vec<String> = (0..count).rev().map(entry).collect();
    let detail = |place: usize| format!(r#"{{"code":"custom","message":"odd","path":["args","b",{place}]}}"#);
    let told: Vec<String> = (0..count.min(100)).map(detail).collect();
    let (id, reason) = if count > 100 {
        ("custom-beyond", "one more: the last of the order is left out")
    } else {
        ("custom-at", "as many details as a reply carries")
    };
    fails(id, "LIM-10 ERR-8", reason, &format!(r#"{{"invalid":[{}]}}"#, entries.join(","))).status(422).body(&format!(
        r#"{{"error":{{"code":"VALIDATION","details":[{}],"message":"the input does not fit"}}}}"#,
        told.join(",")
    ))
}

/// ERR-6, ERR-10.
fn contract() -> Vec<Case> {
    let of = |id: &str, reason: &str, digest: &str, body: &str| {
        asked(id, "ERR-6", reason, &[&echo()], &[])
            .request(
                "POST",
                "/api/mizan/call/",
                "",
                &[("content-type", "application/json"), ("x-mizan-contract", digest)],
                body.as_bytes(),
            )
            .outcomes(r#"{"echo":{"protocol":{"code":"CONFLICT"}}}"#)
    };
    let old = "0123456789abcdef";
    vec![
        of("contract-not-found", "a function that is gone", old, r#"{"fn":"gone"}"#).status(404).body(r#"{"error":{"code":"NOT_FOUND","contract":"changed","message":"not found"}}"#),
        of("contract-validation", "an arg that is gone", old, r#"{"fn":"echo"}"#)
            .status(422)
            .body(r#"{"error":{"code":"VALIDATION","contract":"changed","details":[{"code":"missing","message":"required","path":["args","value"]}],"message":"the input does not fit"}}"#),
        of("contract-bad-request", "an envelope that changed", old, "5").status(400).body(r#"{"error":{"code":"BAD_REQUEST","contract":"changed","message":"a call is an object with the member \"fn\""}}"#),
        of("contract-conflict", "another error has nothing to do with it", old, r#"{"fn":"echo","args":{"value":1}}"#).error(409, "CONFLICT", "conflict"),
        of("contract-batch", "each entry says so", old, r#"[{"fn":"gone"}]"#)
            .status(200)
            .body(r#"[{"error":{"code":"NOT_FOUND","contract":"changed","message":"not found"},"status":404}]"#)
            .fails(),
        asked("no-echo", "ERR-10", "an error does not say what was sent", &[&echo()], &[])
            .post(r#"{"fn":"<script>"}"#)
            .error(404, "NOT_FOUND", "not found"),
    ]
}
