//! Applications that do not build, so that nothing can be derived from them.

use super::case::{Case, case};
use super::scope::{INTEGER, NONE, application, function, member, mutation};

pub(super) fn cases() -> Vec<Case> {
    let one = |id: &str, rules: &str, reason: &str, functions: &[&str], contexts: &[&str], message: &str| {
        let id = format!("unbuilt-{id}");
        case(&id, rules, reason).with("application", application(functions, contexts)).does_not_build(message)
    };
    let user = member("read", "user", INTEGER);
    let with = |name: &str, more: &str| function(name, NONE, more);
    let null = r#""output":{"type":"null"}"#;
    let text = r#"{"id":{"type":"string"}}"#;
    let list = r#"{"id":{"type":"array","items":{"type":"array","items":{"type":"integer"}}}}"#;
    let public = r#"{"name":"user","public":true}"#;
    vec![
        one(
            "target",
            "NAME-3 INV-1",
            "a context that is not there",
            &[&user, &mutation(INTEGER, "[\"usr\"]")],
            &[],
            "user",
        ),
        one("member", "NAME-4", "two types of one param", &[&user, &member("more", "user", text)], &[], "id"),
        one("param", "NAME-5", "a param that no URL can say", &[&member("read", "user", list)], &[], "scalars"),
        one("twice", "NAME-2", "two functions of one name", &[&user, &user], &[], "declared before"),
        one(
            "reader",
            "NAME-6",
            "a member that affects",
            &[&user, &with("more", &format!("\"context\":\"user\",\"affects\":[\"user\"],{null}"))],
            &[],
            "reads",
        ),
        one("name", "NAME-1", "a name in camel case", &[&with("readAll", null)], &[], "lower-case"),
        one("context", "NAME-1", "a context with a dot", &[&member("read", "user.x", NONE)], &[], "name of a context"),
        one(
            "guarded",
            "CACHE-13",
            "a public context that asks who it is",
            &[&with("read", &format!("\"auth\":\"staff\",\"context\":\"user\",{null}"))],
            &[public],
            "public",
        ),
        one(
            "identity",
            "CACHE-13",
            "public and by identity",
            &[&user],
            &[r#"{"name":"user","public":true,"identity":true}"#],
            "both public",
        ),
        one(
            "merge",
            "MERGE-2",
            "nothing takes the result",
            &[&user, &with("change", &format!("\"merge\":[\"user\"],{null}"))],
            &[],
            "takes the result",
        ),
        one(
            "output",
            "NAME-7",
            "a schema that no shape says",
            &[&with("read", r#""output":{"type":"object","minProperties":1}"#)],
            &[],
            "minProperties",
        ),
        one(
            "union",
            "NAME-7",
            "arms that nothing tells apart",
            &[&with("read", r#""output":{"anyOf":[{"type":"integer"},{"type":"number"}]}"#)],
            &[],
            "ambiguous",
        ),
        one(
            "code",
            "NAME-1",
            "an error with a code of the protocol",
            &[&with("read", &format!("\"errors\":[{{\"code\":\"INTERNAL\"}}],{null}"))],
            &[],
            "INTERNAL",
        ),
        one(
            "narrowing",
            "SCOPE-2",
            "an arg of another type than the param",
            &[&user, &mutation(text, "[\"user\"]")],
            &[],
            "another type",
        ),
    ]
}
