//! Batches, and bundles read again after a call (BATCH, REFRESH).

use super::super::case::Case;
use super::super::scope::function;
use super::{ID, NULL, asked, echo, item_read, item_write};

const OUTCOMES: &str = r#"{"echo":{"result":1},"item_read":{"result":"tea"},"item_write":{"result":null},"limited":{"protocol":{"code":"RATE_LIMITED","retry_after":7}},"down":{"protocol":{"code":"UNAVAILABLE"}}}"#;

fn batch(id: &str, rules: &str, reason: &str, body: &str) -> Case {
    let (limited, down) = (function("limited", "{}", NULL), function("down", "{}", NULL));
    asked(id, rules, reason, &[&echo(), &item_read(), &item_write(), &limited, &down], &[])
        .post(body)
        .outcomes(OUTCOMES)
}

pub(super) fn cases() -> Vec<Case> {
    let write = |id: u32| format!(r#"{{"fn":"item_write","args":{{"id":{id}}}}}"#);
    let mut cases = vec![
        batch("batch", "BATCH-1 BATCH-2", "an array of the same length in the same order", r#"[{"fn":"echo","args":{"value":1}},{"fn":"item_read","args":{"id":5}}]"#)
            .status(200)
            .body(r#"[{"invalidate":[],"result":1},{"invalidate":[],"result":"tea"}]"#)
            .steps(r#"[{"invoke":[{"args":{"value":1},"fn":"echo","timeout_ms":30000},{"args":{"id":5},"fn":"item_read","timeout_ms":30000}]}]"#),
        batch("batch-empty", "BATCH-1", "no calls at all", "[]").status(200).body("[]").at_once(),
        batch("batch-of-one", "BATCH-1", "one call in an array is answered in an array", r#"[{"fn":"echo","args":{"value":1}}]"#)
            .status(200)
            .body(r#"[{"invalidate":[],"result":1}]"#),
        batch("batch-failed-entries", "BATCH-2 BATCH-3 BATCH-4", "a failed entry has its status, and stops no other", r#"[0,{"fn":"nothing"},{"fn":"echo","args":{"value":1}},{"fn":"item_read","args":{}},{"fn":"echo","x":1}]"#)
            .status(200)
            .body(r#"[{"error":{"code":"BAD_REQUEST","message":"a call is an object with the member \"fn\""},"status":400},{"error":{"code":"NOT_FOUND","message":"not found"},"status":404},{"invalidate":[],"result":1},{"error":{"code":"VALIDATION","details":[{"code":"missing","message":"required","path":["args","id"]}],"message":"the input does not fit"},"status":422},{"error":{"code":"BAD_REQUEST","message":"a call has no other members than \"fn\", \"args\" and \"refresh\""},"status":400}]"#)
            .fails(),
        batch("batch-header", "BATCH-5 INV-3", "the header has the union, each target once", &format!("[{},{},{}]", write(6), write(5), write(6)))
            .status(200)
            .header("x-mizan-invalidate", Some("item;id=5, item;id=6")),
        batch("batch-retry-after", "BATCH-5 ERR-11", "the longest of the entries'", r#"[{"fn":"down"},{"fn":"limited"}]"#)
            .status(200)
            .header("retry-after", Some("7"))
            .fails(),
        batch("batch-failed-invalidates-nothing", "INV-6 BATCH-5", "what failed is not in the header", r#"[{"fn":"item_write","args":{"id":"x"}}]"#)
            .status(200)
            .header("x-mizan-invalidate", None)
            .fails(),
        batch("batch-malformed", "ERR-12", "malformed JSON in one entry spoils the array", r#"[{"fn":"echo","args":{"value":1}},{]"#)
            .error(400, "BAD_REQUEST", "the body is not valid JSON")
            .at_once(),
        batch("batch-nested", "BATCH-4", "a batch in a batch is no call", "[[]]")
            .status(200)
            .body(r#"[{"error":{"code":"BAD_REQUEST","message":"a call is an object with the member \"fn\""},"status":400}]"#)
            .fails(),
    ];
    cases.extend(refreshes());
    cases
}

fn refresh(id: &str, rules: &str, reason: &str, args: &str, refresh: &str) -> Case {
    let body = format!(r#"{{"fn":"item_write","args":{args},"refresh":{refresh}}}"#);
    let failing = function("z_failing", "{}", r#""context":"failing","output":{"type":"null"}"#);
    let staff = function("z_staff", "{}", r#""context":"staff","auth":"staff","output":{"type":"null"}"#);
    let write = function("item_write", ID, &format!("\"affects\":[\"item\",\"failing\",\"staff\"],{NULL}"));
    let lists = function(
        "list_read",
        r#"{"q":{"type":"string","default":"all"}}"#,
        r#""context":"lists","output":{"type":"null"}"#,
    );
    asked(id, rules, reason, &[&item_read(), &lists, &failing, &staff, &write], &[])
        .post(&body)
        .outcomes(r#"{"item_read":{"result":"tea"},"item_write":{"result":null},"list_read":{"result":null},"z_failing":{"raised":"x"},"z_staff":{"result":null}}"#)
}

fn refreshes() -> Vec<Case> {
    let plain = r#"{"invalidate":[{"context":"failing"},{"context":"item","params":{"id":5}},{"context":"staff"}],"result":null}"#;
    let untouched = |id: &str, rules: &str, reason: &str, wish: &str| {
        refresh(id, rules, reason, r#"{"id":5}"#, wish).status(200).body(plain)
    };
    let bad = |id: &str, reason: &str, wish: &str| {
        refresh(id, "REFRESH-1", reason, r#"{"id":5}"#, wish)
            .error(
                400,
                "BAD_REQUEST",
                "\"refresh\" must be a list of objects with the members \"context\" and \"params\"",
            )
            .at_once()
    };
    vec![
        refresh("refresh", "REFRESH-2", "the bundle that the call made stale, read after it", r#"{"id":5}"#, r#"[{"context":"item","params":{"id":6}},{"context":"item","params":{"id":5}}]"#)
            .status(200)
            .body(r#"{"bundles":[{"context":"item","data":{"item_read":"tea"},"params":{"id":5}}],"invalidate":[{"context":"failing"},{"context":"item","params":{"id":5}},{"context":"staff"}],"result":null}"#)
            .steps(r#"[{"invoke":[{"args":{"id":5},"fn":"item_write","timeout_ms":30000}]},{"invoke":[{"args":{"id":5},"fn":"item_read","timeout_ms":30000}]}]"#),
        untouched("refresh-other-params", "REFRESH-3", "a bundle that was not touched", r#"[{"context":"item","params":{"id":6}}]"#),
        untouched("refresh-other-context", "REFRESH-3", "a context that was not", r#"[{"context":"lists"}]"#),
        untouched("refresh-unknown", "REFRESH-3", "a context that does not exist", r#"[{"context":"nothing","params":{}}]"#),
        untouched("refresh-unfit", "REFRESH-3", "params that do not fit", r#"[{"context":"item","params":{"id":"5"}}]"#),
        untouched("refresh-missing-params", "REFRESH-3", "params that are left out", r#"[{"context":"item"}]"#),
        untouched("refresh-failed", "REFRESH-3", "a bundle that failed", r#"[{"context":"failing"}]"#),
        untouched("refresh-guarded", "REFRESH-3 REFRESH-5", "a bundle that the caller may not read", r#"[{"context":"staff"}]"#)
            .steps(r#"[{"invoke":[{"args":{"id":5},"fn":"item_write","timeout_ms":30000}]},{"identify":true}]"#),
        asked(
            "refresh-null",
            "REFRESH-1 CTX-9",
            "a param that may be null, left out as in a query",
            &[
                &function("read", r#"{"of":{"anyOf":[{"type":"string"},{"type":"null"}]}}"#, r#""context":"shelf","output":{"type":"null"}"#),
                &function("write", "{}", &format!("\"affects\":[\"shelf\"],{NULL}")),
            ],
            &[],
        )
        .post(r#"{"fn":"write","refresh":[{"context":"shelf"}]}"#)
        .outcomes(r#"{"read":{"result":null},"write":{"result":null}}"#)
        .status(200)
        .body(r#"{"bundles":[{"context":"shelf","data":{"read":null},"params":{"of":null}}],"invalidate":[{"context":"shelf"}],"result":null}"#)
        .steps(r#"[{"invoke":[{"args":{},"fn":"write","timeout_ms":30000}]},{"invoke":[{"args":{"of":null},"fn":"read","timeout_ms":30000}]}]"#),
        refresh("refresh-after-failure", "REFRESH-4 INV-6", "a call that failed refreshes nothing", r#"{"id":"x"}"#, r#"[{"context":"item","params":{"id":5}}]"#)
            .status(422)
            .at_once(),
        bad("refresh-object", "a refresh that is no list", r#"{"context":"item"}"#),
        bad("refresh-text", "names alone", r#"["item"]"#),
        bad("refresh-no-context", "no context", r#"[{"params":{}}]"#),
        bad("refresh-context-number", "a context that is no text", r#"[{"context":5}]"#),
        bad("refresh-unknown-member", "another member", r#"[{"context":"item","args":{}}]"#),
    ]
}
