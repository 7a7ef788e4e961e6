//! What calls make stale, and what they splice (INV, SCOPE, MERGE, the header).

use super::super::case::Case;
use super::super::scope::{function, member};
use super::{ID, NULL, asked, item_read, item_write};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = declared();
    cases.extend(computed());
    cases.extend(merged());
    cases
}

fn written(id: &str, rules: &str, reason: &str, outcome: &str) -> Case {
    asked(id, rules, reason, &[&item_read(), &item_write()], &[])
        .post(r#"{"fn":"item_write","args":{"id":5}}"#)
        .outcomes(&format!("{{\"item_write\":{outcome}}}"))
}

fn declared() -> Vec<Case> {
    let inbox = [r#"{"name":"inbox","identity":true}"#];
    let clear = |input: &str| function("clear", input, &format!("\"affects\":[\"inbox\"],{NULL}"));
    let mine = |id: &str, rules: &str, reason: &str, identity: &str| {
        asked(id, rules, reason, &[&member("inbox_read", "inbox", ID), &clear("{}")], &inbox)
            .post(r#"{"fn":"clear"}"#)
            .with("identity", identity)
            .outcomes(r#"{"clear":{"result":null}}"#)
    };
    let text = function("relabel", r#"{"q":{"type":"string"}}"#, &format!("\"affects\":[\"search\"],{NULL}"));
    let maybe = r#"{"id":{"anyOf":[{"type":"integer"},{"type":"null"}],"default":null}}"#;
    vec![
        written("invalidate", "INV-5 HDR-1 SCOPE-2", "in the body and in the header", r#"{"result":null}"#)
            .status(200)
            .body(r#"{"invalidate":[{"context":"item","params":{"id":5}}],"result":null}"#)
            .header("x-mizan-invalidate", Some("item;id=5")),
        written("failed-invalidates-nothing", "INV-6", "a call that failed", r#"{"protocol":{"code":"CONFLICT"}}"#)
            .error(409, "CONFLICT", "conflict")
            .header("x-mizan-invalidate", None),
        written("unfit-invalidates-nothing", "INV-6 CALL-7", "one whose result does not fit", r#"{"result":0}"#).status(500).header("x-mizan-invalidate", None),
        mine("identity", "SCOPE-4 INV-5 HDR-3", "the body does not say whose, the header does", r#"{"sub":"ada"}"#)
            .status(200)
            .body(r#"{"invalidate":[{"context":"inbox"}],"result":null}"#)
            .header("x-mizan-invalidate", Some("inbox;*sub=\"ada\""))
            .steps(r#"[{"identify":true},{"invoke":[{"args":{},"fn":"clear","timeout_ms":30000}]}]"#),
        mine("identity-anonymous", "SCOPE-4", "nobody in particular: everybody's", "null").status(200).header("x-mizan-invalidate", Some("inbox")),
        asked("identity-after-null", "SCOPE-1 SCOPE-3 AUTH-5", "an arg that may give nothing wants the identity", &[&member("inbox_read", "inbox", ID), &clear(maybe)], &inbox)
            .post(r#"{"fn":"clear"}"#)
            .with("identity", r#"{"sub":"ada"}"#)
            .outcomes(r#"{"clear":{"result":null}}"#)
            .status(200)
            .header("x-mizan-invalidate", Some("inbox;*sub=\"ada\"")),
        asked("header-text", "HDR-2", "text in a header, and as JSON in the body", &[&member("find", "search", r#"{"q":{"type":"string"}}"#), &text], &[])
            .post(r#"{"fn":"relabel","args":{"q":"Küsten\r\n, \"b\""}}"#)
            .outcomes(r#"{"relabel":{"result":null}}"#)
            .status(200)
            .body("{\"invalidate\":[{\"context\":\"search\",\"params\":{\"q\":\"Küsten\\r\\n, \\\"b\\\"\"}}],\"result\":null}")
            .header("x-mizan-invalidate", Some("search;q=%\"K%c3%bcsten%0d%0a, %22b%22\"")),
    ]
}

fn computed() -> Vec<Case> {
    let broad = r#"{"invalidate":[{"context":"item"}],"result":null}"#;
    let warning = "more is invalidated than was meant";
    vec![
        written("computed-replaces", "SCOPE-6", "a computed param replaces that of the args", r#"{"result":null,"params":{"id":7}}"#)
            .status(200)
            .header("x-mizan-invalidate", Some("item;id=7")),
        asked("computed-adds", "SCOPE-6", "or adds one", &[&item_read(), &function("add", "{}", &format!("\"affects\":[\"item\"],{NULL}"))], &[])
            .post(r#"{"fn":"add"}"#)
            .outcomes(r#"{"add":{"result":null,"params":{"id":7,"title":"x"}}}"#)
            .status(200)
            .body(r#"{"invalidate":[{"context":"item","params":{"id":7}}],"result":null}"#),
        written("computed-unfit", "SCOPE-6", "a value that does not fit: broad, and a warning", r#"{"result":null,"params":{"id":"7"}}"#)
            .status(200)
            .body(broad)
            .log(warning),
        written("invalidate-more", "SCOPE-7 INV-2", "invalidate() adds a target", r#"{"result":null,"invalidate":[{"name":"item","params":{"id":6}}]}"#)
            .status(200)
            .body(r#"{"invalidate":[{"context":"item","params":{"id":5}},{"context":"item","params":{"id":6}}],"result":null}"#),
        written("invalidate-broad", "SCOPE-7 INV-3", "narrowed by nothing: the whole context covers what was declared", r#"{"result":null,"invalidate":[{"name":"item"}]}"#)
            .status(200)
            .body(broad),
        written("invalidate-member", "SCOPE-7", "a member by its function's name", r#"{"result":null,"invalidate":[{"name":"item_read","params":{"id":6}}]}"#)
            .status(200)
            .header("x-mizan-invalidate", Some("item;id=5, item.item_read;id=6")),
        written("invalidate-unfit", "SCOPE-7", "a value that does not fit", r#"{"result":null,"invalidate":[{"name":"item","params":{"id":"x"}}]}"#).status(200).body(broad).log(warning),
        written("invalidate-unknown-param", "SCOPE-7", "a name that is no param", r#"{"result":null,"invalidate":[{"name":"item","params":{"page":1}}]}"#).status(200).body(broad).log(warning),
        asked("invalidate-unknown", "SCOPE-7", "no such context: every context", &[&item_read(), &member("other_read", "other", "{}"), &item_write()], &[])
            .post(r#"{"fn":"item_write","args":{"id":5}}"#)
            .outcomes(r#"{"item_write":{"result":null,"invalidate":[{"name":"items"}]}}"#)
            .status(200)
            .header("x-mizan-invalidate", Some("item, other"))
            .log(warning),
    ]
}

const NOTE: &str =
    r#"{"type":"object","properties":{"id":{"type":"integer"},"text":{"type":"string"}},"required":["id","text"]}"#;

fn note(list: bool, more: &str) -> String {
    let reference = r##"{"$ref":"#/$defs/Note"}"##;
    let root = if list {
        format!("\"type\":\"array\",\"items\":{reference}")
    } else {
        r##""$ref":"#/$defs/Note""##.to_owned()
    };
    format!("{more}\"output\":{{{root},\"$defs\":{{\"Note\":{NOTE}}}}}")
}

fn merged() -> Vec<Case> {
    let read = |list| function("notes", ID, &note(list, "\"context\":\"book\","));
    let write = |list, more: &str| {
        function(
            "add",
            r#"{"id":{"type":"integer"},"text":{"type":"string","default":""}}"#,
            &note(list, &format!("\"merge\":[\"book\"],{more}")),
        )
    };
    let one = |id, rules, reason, slot: bool, result: bool, more: &str, outcome: &str| {
        asked(id, rules, reason, &[&read(slot), &write(result, more)], &[])
            .post(r#"{"fn":"add","args":{"id":5}}"#)
            .outcomes(&format!("{{\"add\":{outcome}}}"))
    };
    let value = r#"{"result":{"text":"Salty.","id":2}}"#;
    vec![
        one("merge-upsert", "MERGE-1 MERGE-3 MERGE-4 MERGE-7 HDR-4", "an item into a list: in the header, not in invalidate", true, false, "", value)
            .status(200)
            .body(r#"{"invalidate":[],"merge":[{"context":"book","function":"notes","key":["id"],"op":"upsert","params":{"id":5},"value":{"id":2,"text":"Salty."}}],"result":{"id":2,"text":"Salty."}}"#)
            .header("x-mizan-invalidate", Some("book.notes;id=5")),
        one("merge-replace", "MERGE-1 MERGE-4", "a value in the place of one", false, false, "", value)
            .status(200)
            .body(r#"{"invalidate":[],"merge":[{"context":"book","function":"notes","op":"replace","params":{"id":5},"value":{"id":2,"text":"Salty."}}],"result":{"id":2,"text":"Salty."}}"#),
        one("merge-replace-list", "MERGE-1", "a list in the place of a list", true, true, "", r#"{"result":[]}"#)
            .status(200)
            .body(r#"{"invalidate":[],"merge":[{"context":"book","function":"notes","op":"replace","params":{"id":5},"value":[]}],"result":[]}"#),
        asked("merge-member", "MERGE-1", "the named member, where two would take it", &[&read(true), &function("other_notes", ID, &note(true, "\"context\":\"book\",")), &function("add", ID, &note(false, "\"merge\":[\"other_notes\"],"))], &[])
            .post(r#"{"fn":"add","args":{"id":5}}"#)
            .outcomes(&format!("{{\"add\":{value}}}"))
            .status(200)
            .header("x-mizan-invalidate", Some("book.other_notes;id=5")),
        one("merge-computed", "MERGE-5 SCOPE-6", "narrowed by what was computed", false, false, "", r#"{"result":{"text":"Salty.","id":2},"params":{"id":9}}"#)
            .status(200)
            .header("x-mizan-invalidate", Some("book.notes;id=9")),
        one("merge-unfit-computed", "MERGE-5 SCOPE-6", "and by nothing where that does not fit", false, false, "", r#"{"result":{"text":"Salty.","id":2},"params":{"id":null}}"#)
            .status(200)
            .body(r#"{"invalidate":[],"merge":[{"context":"book","function":"notes","op":"replace","value":{"id":2,"text":"Salty."}}],"result":{"id":2,"text":"Salty."}}"#)
            .log("more is invalidated than was meant"),
        one("merge-failed", "INV-6", "a call that failed splices nothing", true, false, "", r#"{"protocol":{"code":"CONFLICT"}}"#)
            .error(409, "CONFLICT", "conflict")
            .header("x-mizan-invalidate", None),
        one("merge-unfit-result", "CALL-7 INV-6", "nor does a result that does not fit", true, false, "", r#"{"result":{"id":2}}"#).status(500).header("x-mizan-invalidate", None),
    ]
}
