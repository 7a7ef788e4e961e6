//! Cases of merging: what a call's result is spliced into.

use super::case::{Case, case};
use super::scope::{INTEGER, NONE, application, function};

const NOTE: &str = r#"{"type":"object","properties":{"id":{"type":"integer"},"text":{"type":"string","default":""}},"required":["id"]}"#;
/// A note whose key are two of its fields.
const KEYED: &str = r#"{"type":"object","properties":{"book":{"type":"integer","x-mizan-key":true},"page":{"type":"integer","x-mizan-key":true},"text":{"type":"string"}},"required":["book","page","text"]}"#;

/// The output of a function: a note, or a list of them.
fn notes(list: bool, note: &str) -> String {
    let reference = r##"{"$ref":"#/$defs/Note"}"##;
    let root = if list {
        format!("\"type\":\"array\",\"items\":{reference}")
    } else {
        r##""$ref":"#/$defs/Note""##.to_owned()
    };
    format!("\"output\":{{{root},\"$defs\":{{\"Note\":{note}}}}}")
}

fn reader(name: &str, input: &str, output: &str) -> String {
    function(name, input, &format!("\"context\":\"book\",{output}"))
}

fn writer(input: &str, merge: &str, output: &str) -> String {
    function("add", input, &format!("\"merge\":{merge},{output}"))
}

/// A call of `add`.
fn asked(id: &str, rules: &str, reason: &str, functions: &[&str], args: &str, result: &str) -> Case {
    case(id, rules, reason)
        .with("application", application(functions, &[]))
        .with("fn", "\"add\"")
        .with("args", args)
        .with("result", result)
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = spliced();
    cases.extend(failed());
    cases.extend(unbuilt());
    cases
}

const VALUE: &str = r#"{"id":2,"text":"Salty."}"#;
const ONE: &str = r#"{"id":5}"#;

fn spliced() -> Vec<Case> {
    let (one, many) = (notes(false, NOTE), notes(true, NOTE));
    let to = |id: &str, rules: &str, reason: &str, functions: &[&str], args: &str, result: &str, merge: &str| {
        asked(id, rules, reason, functions, args, result).ok(&format!("{{\"merge\":[{merge}]}}"))
    };
    let book = "[\"book\"]";
    let (item, list) = (reader("notes", INTEGER, &one), reader("notes", INTEGER, &many));
    let add = writer(INTEGER, book, &one);
    let other = r#"{"other":{"type":"integer"}}"#;
    let nullable = r#"{"id":{"anyOf":[{"type":"integer"},{"type":"null"}],"default":null}}"#;
    let or_null = reader("notes", nullable, &many);
    let upsert = r#""context":"book","function":"notes","key":["id"],"op":"upsert""#;
    let keyed = (reader("notes", INTEGER, &notes(true, KEYED)), writer(INTEGER, book, &notes(false, KEYED)));
    let two = r#"{"id":{"type":"integer"},"page":{"type":"integer","default":1}}"#;
    vec![
        to(
            "upsert",
            "MERGE-1 MERGE-3 MERGE-4",
            "an item into a list, by its id",
            &[&list, &add],
            ONE,
            VALUE,
            &format!(r#"{{{upsert},"params":{{"id":5}},"value":{VALUE}}}"#),
        ),
        to(
            "replace",
            "MERGE-1 MERGE-4",
            "a value in the place of one",
            &[&item, &add],
            ONE,
            VALUE,
            &format!(r#"{{"context":"book","function":"notes","op":"replace","params":{{"id":5}},"value":{VALUE}}}"#),
        ),
        to(
            "replace-list",
            "MERGE-1",
            "a list in the place of a list",
            &[&list, &writer(INTEGER, book, &many)],
            ONE,
            &format!("[{VALUE}]"),
            &format!(r#"{{"context":"book","function":"notes","op":"replace","params":{{"id":5}},"value":[{VALUE}]}}"#),
        ),
        to(
            "replace-empty",
            "MERGE-1",
            "an empty one too",
            &[&list, &writer(INTEGER, book, &many)],
            ONE,
            "[]",
            r#"{"context":"book","function":"notes","op":"replace","params":{"id":5},"value":[]}"#,
        ),
        to(
            "key",
            "MERGE-3",
            "by the fields that are marked, in their order",
            &[&keyed.0, &keyed.1],
            ONE,
            r#"{"text":"x","page":7,"book":5}"#,
            r#"{"context":"book","function":"notes","key":["book","page"],"op":"upsert","params":{"id":5},"value":{"book":5,"page":7,"text":"x"}}"#,
        ),
        to(
            "member",
            "MERGE-1",
            "the named member, where two would take it",
            &[&list, &reader("more", INTEGER, &many), &writer(INTEGER, "[\"more\"]", &one)],
            ONE,
            VALUE,
            &format!(
                r#"{{"context":"book","function":"more","key":["id"],"op":"upsert","params":{{"id":5}},"value":{VALUE}}}"#
            ),
        ),
        to(
            "only-fit",
            "MERGE-1",
            "the one member whose type it fits",
            &[&list, &reader("title", INTEGER, r#""output":{"type":"string"}"#), &add],
            ONE,
            VALUE,
            &format!(r#"{{{upsert},"params":{{"id":5}},"value":{VALUE}}}"#),
        ),
        to(
            "two-contexts",
            "MERGE-1 INV-4",
            "into two contexts, sorted by name",
            &[
                &list,
                &function("shelf", NONE, &format!("\"context\":\"all\",{many}")),
                &writer(INTEGER, "[\"book\",\"all\"]", &one),
            ],
            ONE,
            VALUE,
            &format!(
                r#"{{"context":"all","function":"shelf","key":["id"],"op":"upsert","value":{VALUE}}},{{{upsert},"params":{{"id":5}},"value":{VALUE}}}"#
            ),
        ),
        to(
            "broad",
            "MERGE-4 MERGE-5",
            "without params where nothing narrows",
            &[&list, &writer(other, book, &one)],
            r#"{"other":5}"#,
            VALUE,
            &format!(r#"{{{upsert},"value":{VALUE}}}"#),
        ),
        to(
            "null",
            "MERGE-5 SCOPE-3",
            "null narrows by a param that may be null",
            &[&or_null, &writer(nullable, book, &one)],
            r#"{"id":null}"#,
            VALUE,
            &format!(r#"{{{upsert},"params":{{"id":null}},"value":{VALUE}}}"#),
        ),
        to(
            "null-broad",
            "MERGE-5 SCOPE-3",
            "and by no other",
            &[&list, &writer(nullable, book, &one)],
            "{}",
            VALUE,
            &format!(r#"{{{upsert},"value":{VALUE}}}"#),
        ),
        to(
            "default",
            "MERGE-5 SCOPE-2",
            "a default narrows like a given value",
            &[&reader("notes", two, &many), &writer(two, book, &one)],
            ONE,
            VALUE,
            &format!(r#"{{{upsert},"params":{{"id":5,"page":1}},"value":{VALUE}}}"#),
        ),
        to(
            "of-member",
            "MERGE-5 SCOPE-2",
            "by the params that the member takes",
            &[&list, &reader("title", two, r#""output":{"type":"string"}"#), &writer(two, book, &one)],
            r#"{"id":5,"page":2}"#,
            VALUE,
            &format!(r#"{{{upsert},"params":{{"id":5}},"value":{VALUE}}}"#),
        ),
        to(
            "canonical",
            "MERGE-4 VALUE-1",
            "the value as it is sent",
            &[&list, &add],
            ONE,
            r#"{"text":"\u00e9","id":2}"#,
            &format!(r#"{{{upsert},"params":{{"id":5}},"value":{{"id":2,"text":"é"}}}}"#),
        ),
        to(
            "no-merge",
            "MERGE-1",
            "a function that merges nowhere",
            &[&list, &function("add", INTEGER, &one)],
            ONE,
            VALUE,
            "",
        ),
    ]
}

fn failed() -> Vec<Case> {
    let (one, many) = (notes(false, NOTE), notes(true, NOTE));
    let functions = || [reader("notes", INTEGER, &many), writer(INTEGER, "[\"book\"]", &one)];
    let ask = |id: &str, rules: &str, reason: &str, args: &str, result: &str| {
        let held = functions();
        asked(id, rules, reason, &[&held[0], &held[1]], args, result)
    };
    let unfit = |id: &str, reason: &str, result: &str| {
        ask(&format!("result-{id}"), "CALL-7 INV-6", reason, ONE, result).refused("INTERNAL")
    };
    let named = |id: &str, reason: &str, name: &str| {
        let mut case = ask(id, "CALL-3", reason, ONE, VALUE).refused("NOT_FOUND");
        case.input.retain(|(held, _)| *held != "fn");
        case.with_text("fn", name)
    };
    let private = function("add", INTEGER, &format!("\"merge\":[\"book\"],\"private\":true,{one}"));
    let guarded = function("add", INTEGER, &format!("\"merge\":[\"book\"],\"auth\":\"staff\",{one}"));
    vec![
        unfit("missing", "a result without its key", r#"{"text":"x"}"#),
        unfit("type", "one whose key is text", r#"{"id":"2","text":"x"}"#),
        unfit("unknown", "one with a field too many", r#"{"id":2,"page":1,"text":"x"}"#),
        unfit("list", "a list for an item", "[]"),
        unfit("null", "null", "null"),
        unfit("unsafe", "a key that languages read differently", r#"{"id":9007199254740993,"text":"x"}"#),
        ask("args-missing", "CALL-5", "a call whose args do not fit splices nothing", "{}", VALUE).invalid(&[(
            "missing",
            "required",
            r#"["args","id"]"#,
        )]),
        ask("args-type", "CALL-5 VALUE-4", "digits as text", r#"{"id":"5"}"#, VALUE).invalid(&[(
            "type",
            "expected integer",
            r#"["args","id"]"#,
        )]),
        ask("args-list", "CALL-1", "args that are no object", "[5]", VALUE).invalid(&[(
            "type",
            "expected object",
            r#"["args"]"#,
        )]),
        named("unknown", "a name that is not registered", "remove"),
        named("unknown-case", "names match exactly", "Add"),
        asked("private", "CALL-3", "a private function", &[&reader("notes", INTEGER, &many), &private], ONE, VALUE)
            .refused("FORBIDDEN"),
        asked(
            "guarded",
            "AUTH-2",
            "one that asks for an identity",
            &[&reader("notes", INTEGER, &many), &guarded],
            ONE,
            VALUE,
        )
        .refused("UNAUTHENTICATED"),
    ]
}

fn unbuilt() -> Vec<Case> {
    let (one, many) = (notes(false, NOTE), notes(true, NOTE));
    let list = reader("notes", INTEGER, &many);
    let add = writer(INTEGER, "[\"book\"]", &one);
    let ask = |id: &str, rules: &str, reason: &str, functions: &[&str], message: &str| {
        asked(&format!("unbuilt-{id}"), rules, reason, functions, ONE, VALUE).does_not_build(message)
    };
    let keyless = r#"{"type":"object","properties":{"text":{"type":"string"}},"required":["text"]}"#;
    vec![
        ask(
            "two",
            "MERGE-2",
            "two members that would take it",
            &[&list, &reader("more", INTEGER, &many), &add],
            "book",
        ),
        ask(
            "none",
            "MERGE-2",
            "no member that would",
            &[&reader("title", INTEGER, r#""output":{"type":"string"}"#), &add],
            "book",
        ),
        ask(
            "list-into-item",
            "MERGE-1 MERGE-2",
            "a list into an item",
            &[&reader("notes", INTEGER, &one), &writer(INTEGER, "[\"book\"]", &many)],
            "book",
        ),
        ask(
            "unnamed",
            "MERGE-2",
            "a result without a named type",
            &[
                &reader("notes", INTEGER, r#""output":{"type":"integer"}"#),
                &writer(INTEGER, "[\"book\"]", r#""output":{"type":"integer"}"#),
            ],
            "named",
        ),
        ask(
            "keyless",
            "MERGE-3",
            "items without a key",
            &[&reader("notes", INTEGER, &notes(true, keyless)), &writer(INTEGER, "[\"book\"]", &notes(false, keyless))],
            "key",
        ),
        ask(
            "unknown",
            "NAME-3",
            "a context that is not there",
            &[&list, &writer(INTEGER, "[\"boook\"]", &one)],
            "boook",
        ),
    ]
}
