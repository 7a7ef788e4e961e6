//! Limits, each at the limit and one beyond (LIM).

use super::super::case::{Case, case};
use super::super::scope::{function, member};
use super::{NULL, asked, echo};

/// An application with this member `limits`, an `echo`, and a context of one member.
fn limited(id: &str, rules: &str, reason: &str, limits: &str) -> Case {
    let read = member("read", "c", r#"{"q":{"type":"string","default":""}}"#);
    let document = format!(r#"{{"version":1,"limits":{{{limits}}},"functions":[{},{read}]}}"#, echo());
    case(id, rules, reason).with("application", document).outcomes(r#"{"echo":{"result":1},"read":{"result":null}}"#)
}

fn calls(count: usize) -> String {
    format!("[{}]", vec![r#"{"fn":"echo","args":{"value":1}}"#; count].join(","))
}

pub(super) fn cases() -> Vec<Case> {
    let body = r#"{"fn":"echo","args":{"value":1}}"#;
    let small = format!("\"body\":{}", body.len());
    let deep =
        |depth: usize| format!(r#"{{"fn":"echo","args":{{"value":{}{}}}}}"#, "[".repeat(depth), "]".repeat(depth));
    let mut cases =
        vec![
            limited("body-at", "LIM-1", "a body of the most bytes", &small).post(body).status(200),
            limited("body-beyond", "LIM-1", "one more", &small)
                .post(&format!("{body} "))
                .error(413, "PAYLOAD_TOO_LARGE", "the body is too large")
                .at_once(),
            limited("body-declared", "LIM-1", "a length that was announced", "")
                .request(
                    "POST",
                    "/api/mizan/call/",
                    "",
                    &[("content-type", "application/json"), ("content-length", "1048577")],
                    b"{}",
                )
                .error(413, "PAYLOAD_TOO_LARGE", "the body is too large"),
            limited("query-at", "LIM-2", "a query of the most bytes", "\"query\":5").get("c", "q=abc").status(200),
            limited("query-beyond", "LIM-2", "one more", "\"query\":5")
                .get("c", "q=abcd")
                .error(400, "BAD_REQUEST", "a query has at most 5 bytes")
                .at_once(),
            limited("query-default", "LIM-2", "8 KiB and one byte", "")
                .get("c", &format!("q={}", "x".repeat(8191)))
                .error(400, "BAD_REQUEST", "a query has at most 8192 bytes"),
            limited("depth-at", "LIM-3", "64 levels, the envelope's two among them: no such function", "")
                .post(&deep(62).replace("echo", "none"))
                .error(404, "NOT_FOUND", "not found"),
            limited("depth-beyond", "LIM-3", "one more", "")
                .post(&deep(63).replace("echo", "none"))
                .error(400, "BAD_REQUEST", "the body is not valid JSON")
                .at_once(),
            limited("batch-at", "LIM-4", "32 calls", "").post(&calls(32)).status(200),
            limited("batch-beyond", "LIM-4 BATCH-4", "33, before anything runs", "")
                .post(&calls(33))
                .error(400, "BAD_REQUEST", "a batch holds at most 32 calls")
                .at_once(),
            limited("functions-at", "LIM-7 BATCH-6", "as many functions as a request runs", "\"functions\":3")
                .post(&calls(3))
                .status(200),
            limited("functions-beyond", "LIM-7 BATCH-6", "one more", "\"functions\":3")
                .post(&calls(4))
                .error(400, "BAD_REQUEST", "a request runs at most 3 functions")
                .at_once(),
        ];
    cases.extend(refreshes());
    cases.push(header());
    cases
}

fn refreshes() -> Vec<Case> {
    let wishes = |count: usize| format!("[{}]", vec![r#"{"context":"c"}"#; count].join(","));
    let write = function("write", "{}", &format!("\"affects\":[\"c\"],{NULL}"));
    let members = ["c_1", "c_2", "c_3", "c_4"].map(|name| member(name, "c", "{}"));
    let one = |id: &str, rules: &str, reason: &str, members: &[String], body: &str| {
        let functions: Vec<&str> = members.iter().chain([&write]).map(String::as_str).collect();
        asked(id, rules, reason, &functions, &[])
            .post(body)
            .outcomes(r#"{"write":{"result":null},"c_1":{"result":null},"c_2":{"result":null},"c_3":{"result":null},"c_4":{"result":null}}"#)
    };
    let call = |count: usize| format!(r#"{{"fn":"write","refresh":{}}}"#, wishes(count));
    let only = members.get(..1).unwrap_or_default();
    vec![
        one("refresh-at", "LIM-5 REFRESH-1", "16 bundles, each as often as it is asked for", only, &call(16))
            .status(200),
        one("refresh-beyond", "LIM-5 REFRESH-1", "17", only, &call(17))
            .error(400, "BAD_REQUEST", "a call refreshes at most 16 bundles")
            .at_once(),
        one(
            "functions-of-refresh",
            "LIM-7 BATCH-6",
            "members count as often as they are asked for: 1 + 16 × 4",
            &members,
            &call(16),
        )
        .error(400, "BAD_REQUEST", "a request runs at most 64 functions")
        .at_once(),
    ]
}

/// LIM-6: what a function names by hand is widened in the header alone.
fn header() -> Case {
    let many: Vec<String> = (0..65).map(|id| format!(r#"{{"name":"c","params":{{"id":{id}}}}}"#)).collect();
    asked(
        "header-beyond",
        "LIM-6 HDR-5",
        "65 targets: the body has them, the header is widened",
        &[&member("read", "c", r#"{"id":{"type":"integer"}}"#), &function("write", "{}", NULL)],
        &[],
    )
    .post(r#"{"fn":"write"}"#)
    .outcomes(&format!(r#"{{"write":{{"result":null,"invalidate":[{}]}}}}"#, many.join(",")))
    .status(200)
    .header("x-mizan-invalidate", Some("c"))
}
