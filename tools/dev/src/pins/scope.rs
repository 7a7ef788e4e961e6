//! Cases of scoping: what one call of a mutation makes stale. What never gets so far stands in `scope_refused.rs`.

use super::case::{Case, case};

/// An application of these functions and declared contexts, each as JSON.
pub(super) fn application(functions: &[&str], contexts: &[&str]) -> String {
    let contexts = if contexts.is_empty() { String::new() } else { format!("\"contexts\":[{}],", contexts.join(",")) };
    format!("{{\"version\":1,{contexts}\"functions\":[{}]}}", functions.join(","))
}

/// A function that only reads, a member of a context; `input` are properties.
pub(super) fn member(name: &str, context: &str, input: &str) -> String {
    function(name, input, &format!("\"context\":\"{context}\",\"output\":{{\"type\":\"null\"}}"))
}

/// A function; what has no default is required.
pub(super) fn function(name: &str, input: &str, more: &str) -> String {
    let parsed = mizan_core::value::json::parse(input.as_bytes());
    let members = parsed.as_ref().ok().and_then(mizan_core::value::Value::as_object).unwrap_or_default();
    let required = members.iter().filter(|(_, schema)| schema.get("default").is_none());
    let required: Vec<String> = required.map(|(name, _)| format!("\"{name}\"")).collect();
    format!(
        r#"{{"name":"{name}","input":{{"type":"object","properties":{input},"required":[{}]}},{more}}}"#,
        required.join(",")
    )
}

/// The mutation `change` with the result null.
pub(super) fn mutation(input: &str, affects: &str) -> String {
    function("change", input, &format!("\"affects\":{affects},\"output\":{{\"type\":\"null\"}}"))
}

pub(super) const INTEGER: &str = r#"{"id":{"type":"integer"}}"#;
pub(super) const NONE: &str = "{}";

/// A call of `change`.
pub(super) fn row(id: &str, rules: &str, reason: &str, application: String, args: &str, sub: Option<&str>) -> Case {
    let case = case(id, rules, reason).with("application", application).with("fn", "\"change\"").with("args", args);
    match sub {
        Some(sub) => case.with("sub", format!("\"{sub}\"")),
        None => case,
    }
}

fn targets(case: Case, targets: &str) -> Case {
    case.ok(&format!("{{\"targets\":{targets}}}"))
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = by_name();
    cases.extend(by_identity());
    cases.extend(declared());
    cases
}

fn by_name() -> Vec<Case> {
    let nullable = r#"{"id":{"anyOf":[{"type":"integer"},{"type":"null"}],"default":null}}"#;
    let user = || member("read", "user", INTEGER);
    let one = |id, rules, reason, read: &str, input: &str, args: &str, expected: &str| {
        targets(row(id, rules, reason, application(&[read, &mutation(input, "[\"user\"]")], &[]), args, None), expected)
    };
    vec![
        one(
            "by-name",
            "SCOPE-2",
            "an arg of a param's name narrows",
            &user(),
            r#"{"id":{"type":"integer"},"name":{"type":"string"}}"#,
            r#"{"id":5,"name":"Ada"}"#,
            r#"[{"context":"user","params":{"id":5}}]"#,
        ),
        one(
            "by-default",
            "SCOPE-2",
            "a default narrows like a given value",
            &user(),
            r#"{"id":{"type":"integer","default":7}}"#,
            "{}",
            r#"[{"context":"user","params":{"id":7}}]"#,
        ),
        one(
            "other-name",
            "SCOPE-5",
            "no arg of a param's name: the whole context",
            &user(),
            r#"{"user_id":{"type":"integer"}}"#,
            r#"{"user_id":5}"#,
            r#"[{"context":"user"}]"#,
        ),
        one(
            "null-arg",
            "SCOPE-3",
            "null does not narrow by a param that is not nullable",
            &user(),
            nullable,
            r#"{"id":null}"#,
            r#"[{"context":"user"}]"#,
        ),
        one(
            "null-param",
            "SCOPE-3",
            "it does where the param may be null",
            &member("read", "user", nullable),
            nullable,
            r#"{"id":null}"#,
            r#"[{"context":"user","params":{"id":null}}]"#,
        ),
        one(
            "nullable-param",
            "SCOPE-2",
            "a plain arg narrows a nullable param",
            &member("read", "user", nullable),
            INTEGER,
            r#"{"id":5}"#,
            r#"[{"context":"user","params":{"id":5}}]"#,
        ),
        one(
            "nullable-arg",
            "SCOPE-2",
            "a nullable arg with a value narrows a plain param",
            &user(),
            nullable,
            r#"{"id":5}"#,
            r#"[{"context":"user","params":{"id":5}}]"#,
        ),
        one(
            "string",
            "SCOPE-2",
            "text",
            &member("read", "user", r#"{"q":{"type":"string"}}"#),
            r#"{"q":{"type":"string"}}"#,
            r#"{"q":"a \"b\""}"#,
            r#"[{"context":"user","params":{"q":"a \"b\""}}]"#,
        ),
        one(
            "validated-value",
            "SCOPE-2 VALUE-6",
            "it is the validated value that narrows",
            &member("read", "user", r#"{"id":{"type":"string","format":"uuid"}}"#),
            r#"{"id":{"type":"string","format":"uuid"}}"#,
            r#"{"id":"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"}"#,
            r#"[{"context":"user","params":{"id":"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"}}]"#,
        ),
        one(
            "list",
            "SCOPE-2",
            "a list narrows as a whole",
            &member("read", "user", r#"{"ids":{"type":"array","items":{"type":"integer"}}}"#),
            r#"{"ids":{"type":"array","items":{"type":"integer"}}}"#,
            r#"{"ids":[2,1]}"#,
            r#"[{"context":"user","params":{"ids":[2,1]}}]"#,
        ),
        one(
            "boolean",
            "SCOPE-2",
            "a boolean",
            &member("read", "user", r#"{"on":{"type":"boolean"}}"#),
            r#"{"on":{"type":"boolean"}}"#,
            r#"{"on":false}"#,
            r#"[{"context":"user","params":{"on":false}}]"#,
        ),
        one(
            "two-params",
            "SCOPE-2",
            "several, some of them",
            &member("read", "user", r#"{"a":{"type":"integer"},"b":{"type":"string"},"c":{"type":"integer"}}"#),
            r#"{"a":{"type":"integer"},"b":{"type":"string"}}"#,
            r#"{"a":1,"b":"x"}"#,
            r#"[{"context":"user","params":{"a":1,"b":"x"}}]"#,
        ),
    ]
}

fn by_identity() -> Vec<Case> {
    let inbox = [r#"{"name":"inbox","identity":true}"#];
    let one = |id, rules, reason, input: &str, read: &str, args: &str, sub: Option<&str>, expected: &str| {
        let document = application(&[&member("read", "inbox", read), &mutation(input, "[\"inbox\"]")], &inbox);
        targets(row(id, rules, reason, document, args, sub), expected)
    };
    vec![
        one(
            "by-identity",
            "SCOPE-4",
            "the caller's own",
            NONE,
            NONE,
            "{}",
            Some("ada"),
            r#"[{"context":"inbox","sub":"ada"}]"#,
        ),
        one(
            "anonymous",
            "SCOPE-4",
            "nobody in particular: everybody's",
            NONE,
            NONE,
            "{}",
            None,
            r#"[{"context":"inbox"}]"#,
        ),
        one(
            "name-before-identity",
            "SCOPE-1",
            "by name comes first, and then not by identity",
            INTEGER,
            INTEGER,
            r#"{"id":5}"#,
            Some("ada"),
            r#"[{"context":"inbox","params":{"id":5}}]"#,
        ),
        one(
            "identity-after-null",
            "SCOPE-1 SCOPE-3",
            "where a name gives nothing the identity does",
            r#"{"id":{"anyOf":[{"type":"integer"},{"type":"null"}]}}"#,
            INTEGER,
            r#"{"id":null}"#,
            Some("ada"),
            r#"[{"context":"inbox","sub":"ada"}]"#,
        ),
        targets(
            row(
                "no-identity-context",
                "SCOPE-4 SCOPE-5",
                "a context that is not declared so is nobody's own",
                application(&[&member("read", "inbox", NONE), &mutation(NONE, "[\"inbox\"]")], &[]),
                "{}",
                Some("ada"),
            ),
            r#"[{"context":"inbox"}]"#,
        ),
    ]
}

fn declared() -> Vec<Case> {
    let (a, b, c) = (
        member("a_read", "a", INTEGER),
        member("b_read", "b", NONE),
        member("a_more", "a", r#"{"page":{"type":"integer","default":1}}"#),
    );
    let one = |id, rules, reason, affects: &str, args: &str, expected: &str| {
        let document = application(&[&a, &b, &c, &mutation(INTEGER, affects)], &[]);
        targets(row(id, rules, reason, document, args, None), expected)
    };
    let reader = application(&[&a], &[]);
    vec![
        one(
            "several",
            "INV-1 INV-4",
            "several contexts, sorted, each narrowed by its own params",
            r#"["b","a"]"#,
            r#"{"id":5}"#,
            r#"[{"context":"a","params":{"id":5}},{"context":"b"}]"#,
        ),
        one(
            "member",
            "INV-1 SCOPE-5",
            "one member of a context by its function's name",
            r#"["b_read"]"#,
            r#"{"id":5}"#,
            r#"[{"context":"b","function":"b_read"}]"#,
        ),
        one(
            "member-object",
            "INV-1",
            "context and function said apart",
            r#"[{"context":"a","function":"a_read"}]"#,
            r#"{"id":5}"#,
            r#"[{"context":"a","function":"a_read","params":{"id":5}}]"#,
        ),
        one(
            "context-object",
            "INV-1",
            "a context said apart",
            r#"[{"context":"b"}]"#,
            r#"{"id":5}"#,
            r#"[{"context":"b"}]"#,
        ),
        one(
            "member-by-another-param",
            "SCOPE-2",
            "a param of another member does not narrow",
            r#"["a_more"]"#,
            r#"{"id":5}"#,
            r#"[{"context":"a","function":"a_more"}]"#,
        ),
        one(
            "absorbed",
            "INV-3",
            "the whole context covers its member",
            r#"["a","a_read"]"#,
            r#"{"id":5}"#,
            r#"[{"context":"a","params":{"id":5}}]"#,
        ),
        one("twice", "INV-3", "each target once", r#"["b","b"]"#, r#"{"id":5}"#, r#"[{"context":"b"}]"#),
        one(
            "functions-in-order",
            "INV-4",
            "members of one context by name",
            r#"["a_read","a_more"]"#,
            r#"{"id":5}"#,
            r#"[{"context":"a","function":"a_more"},{"context":"a","function":"a_read","params":{"id":5}}]"#,
        ),
        targets(
            case("affects-nothing", "CALL-4 INV-2", "a function that reads makes nothing stale")
                .with("application", reader)
                .with("fn", "\"a_read\"")
                .with("args", r#"{"id":5}"#),
            "[]",
        ),
    ]
}
