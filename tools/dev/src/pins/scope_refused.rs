//! Cases of scoping that never get so far: calls that do not run, and applications that do not build.

use super::case::{Case, case};
use super::scope::{INTEGER, NONE, application, function, member, mutation, row};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = uncalled();
    cases.extend(unbuilt());
    cases
}

fn uncalled() -> Vec<Case> {
    let document = || {
        application(
            &[
                &member("read", "user", INTEGER),
                &mutation(r#"{"id":{"type":"integer"},"name":{"type":"string","default":""}}"#, "[\"user\"]"),
            ],
            &[],
        )
    };
    let args = |id, rules, reason, args: &str| row(id, rules, reason, document(), args, None);
    let named = |id, rules, reason, name: &str| {
        case(id, rules, reason).with("application", document()).with_text("fn", name).with("args", r#"{"id":5}"#)
    };
    vec![
        args("args-missing", "CALL-5 VALUE-13", "an arg is missing: nothing runs, nothing is stale", "{}")
            .invalid(&[("missing", "required", r#"["args","id"]"#)]),
        args("args-unknown", "VALUE-13", "an arg too many", r#"{"id":5,"page":1}"#).invalid(&[(
            "unknown",
            "not allowed here",
            r#"["args","page"]"#,
        )]),
        args("args-type", "VALUE-4", "digits as text", r#"{"id":"5"}"#).invalid(&[(
            "type",
            "expected integer",
            r#"["args","id"]"#,
        )]),
        args("args-boolean", "VALUE-4", "true is not 1", r#"{"id":true}"#).invalid(&[(
            "type",
            "expected integer",
            r#"["args","id"]"#,
        )]),
        args("args-null", "VALUE-7 SCOPE-3", "null where it may not be", r#"{"id":null}"#).invalid(&[(
            "type",
            "expected integer",
            r#"["args","id"]"#,
        )]),
        args("args-list", "CALL-1", "args that are no object", "[]").invalid(&[(
            "type",
            "expected object",
            r#"["args"]"#,
        )]),
        args("args-fraction", "VALUE-2", "a fraction", r#"{"id":5.5}"#).invalid(&[(
            "type",
            "expected integer",
            r#"["args","id"]"#,
        )]),
        args("args-all", "ERR-4", "all problems", r#"{"name":5,"z":1}"#).invalid(&[
            ("missing", "required", r#"["args","id"]"#),
            ("type", "expected string", r#"["args","name"]"#),
            ("unknown", "not allowed here", r#"["args","z"]"#),
        ]),
        named("function-unknown", "CALL-3", "a name that is not registered", "rename").refused("NOT_FOUND"),
        named("function-case", "VALUE-9", "names match exactly", "Change").refused("NOT_FOUND"),
        named("function-context", "CALL-3", "a context is no function", "user").refused("NOT_FOUND"),
        named("function-constructor", "VALUE-9", "a name of JavaScript's", "constructor").refused("NOT_FOUND"),
        named("function-empty", "CALL-3", "the empty name", "").refused("NOT_FOUND"),
    ]
}

fn unbuilt() -> Vec<Case> {
    let build = |id, rules, reason, functions: &[&str], message: &str| {
        row(id, rules, reason, application(functions, &[]), "{}", None).does_not_build(message)
    };
    let read = member("read", "user", INTEGER);
    vec![
        build(
            "affects-unknown",
            "NAME-3",
            "a context that is not there, with the nearest name",
            &[&read, &mutation(NONE, "[\"users\"]")],
            "did you mean \"user\"?",
        ),
        build(
            "affects-no-member",
            "NAME-3",
            "a function that is a member of nothing",
            &[&read, &mutation(NONE, "[\"change\"]")],
            "member of no context",
        ),
        build(
            "affects-ambiguous",
            "NAME-3",
            "a name of a context and of a member",
            &[&member("user", "user", NONE), &mutation(NONE, "[\"user\"]")],
            "ambiguous",
        ),
        build(
            "affects-member-elsewhere",
            "NAME-3",
            "a member of another context",
            &[&read, &member("other", "b", NONE), &mutation(NONE, r#"[{"context":"b","function":"read"}]"#)],
            "has no member of that name",
        ),
        build(
            "arg-of-another-type",
            "SCOPE-2",
            "an arg of a param's name and another type",
            &[&read, &mutation(r#"{"id":{"type":"string"}}"#, "[\"user\"]")],
            "another type",
        ),
        build(
            "arg-of-another-format",
            "SCOPE-2",
            "formats tell types apart",
            &[
                &member("read", "user", r#"{"id":{"type":"string","format":"uuid"}}"#),
                &mutation(r#"{"id":{"type":"string"}}"#, "[\"user\"]"),
            ],
            "another type",
        ),
        build(
            "param-of-two-types",
            "NAME-4",
            "two members that differ in a param",
            &[&read, &member("more", "user", r#"{"id":{"type":"string"}}"#), &mutation(NONE, "[\"user\"]")],
            "id",
        ),
        build(
            "member-that-affects",
            "NAME-6",
            "a member of a context that changes something",
            &[&read, &function("change", NONE, r#""context":"b","affects":["user"],"output":{"type":"null"}"#)],
            "drop `context`, or drop `affects`",
        ),
        build(
            "function-name",
            "NAME-1",
            "a name that is none",
            &[&read, &mutation(NONE, "[\"user\"]"), &function("Change", NONE, r#""output":{"type":"null"}"#)],
            "cannot be the name of a function",
        ),
        build(
            "input-name",
            "NAME-1",
            "an input's name that is none",
            &[&read, &mutation(r#"{"userId":{"type":"integer"}}"#, "[\"user\"]")],
            "cannot be the name of an input",
        ),
        build(
            "merge-and-context",
            "NAME-6",
            "a member of a context that merges",
            &[&read, &function("change", NONE, r#""context":"user","merge":["user"],"output":{"type":"null"}"#)],
            "drop `context`, or drop `affects`",
        ),
        build(
            "affects-empty-name",
            "NAME-3",
            "the empty name",
            &[&read, &mutation(NONE, "[\"\"]")],
            "no context or function of that name",
        ),
        build(
            "affects-case",
            "NAME-3 VALUE-9",
            "names match exactly",
            &[&read, &mutation(NONE, "[\"User\"]")],
            "did you mean \"user\"?",
        ),
    ]
}
