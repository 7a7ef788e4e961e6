//! Cases of the tags that a bundle stands under in the origin cache.

use sha2::{Digest, Sha256};

use super::case::{Case, case, string};
use super::scope::{INTEGER, NONE, application, function, member, mutation};

/// The tag of a text that is hashed (CACHE-6): base32 by the table of RFC 4648, section 6; of 128 bits 25 times five, and
/// the last three with two zeros after them.
fn tag(text: &str) -> String {
    let first = Sha256::digest(text.as_bytes())[..16].iter().fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
    let fives = (0..25).map(|place| first >> (123 - 5 * place) & 31).chain([first << 2 & 31]);
    let letter = |five: u128| "abcdefghijklmnopqrstuvwxyz234567".chars().nth(usize::try_from(five).unwrap_or(32));
    format!("mz-{}", fives.filter_map(letter).collect::<String>())
}

/// The tags of these texts, as the answer has them.
fn tags(texts: &[&str]) -> String {
    format!("{{\"tags\":[{}]}}", texts.iter().map(|text| string(&tag(text))).collect::<Vec<_>>().join(","))
}

fn asked(id: &str, rules: &str, reason: &str, application: String, context: &str, params: &str) -> Case {
    case(id, rules, reason).with("application", application).with_text("context", context).with("params", params)
}

/// A mutation of another name than `change`.
fn second(input: &str, affects: &str) -> String {
    function("second", input, &format!("\"affects\":{affects},\"output\":{{\"type\":\"null\"}}"))
}

const NULLABLE: &str = r#"{"id":{"anyOf":[{"type":"integer"},{"type":"null"}],"default":null}}"#;
const TWO: &str = r#"{"a":{"type":"integer"},"b":{"type":"string","default":"x"}}"#;
const BROAD: &str = r#"{"c":"user","p":{}}"#;
const OWN: &str = r#"{"name":"user","identity":true}"#;

pub(super) fn cases() -> Vec<Case> {
    let mut cases = by_name();
    cases.extend(by_caller());
    cases.extend(refused());
    cases
}

fn by_name() -> Vec<Case> {
    let one = |id: &str, reason: &str, functions: &[&str], params: &str, texts: &[&str]| {
        asked(id, "STORE-4 CACHE-6 CACHE-7", reason, application(functions, &[]), "user", params).ok(&tags(texts))
    };
    let typed = |id: &str, reason: &str, schema: &str, params: &str, text: &str| {
        let input = format!("{{\"id\":{schema}}}");
        one(id, reason, &[&member("read", "user", &input), &mutation(&input, "[\"user\"]")], params, &[BROAD, text])
    };
    let user = member("read", "user", INTEGER);
    let two = member("read", "user", TWO);
    let (a, b) = (r#"{"a":{"type":"integer"}}"#, r#"{"b":{"type":"string"}}"#);
    let item = r##""output":{"$ref":"#/$defs/T","$defs":{"T":{"type":"object","properties":{"id":{"type":"integer"}},"required":["id"]}}}"##;
    vec![
        one("alone", "a context that nothing narrows", &[&user], r#"{"id":5}"#, &[BROAD]),
        one(
            "by-name",
            "and one that a mutation narrows",
            &[&user, &mutation(INTEGER, "[\"user\"]")],
            r#"{"id":5}"#,
            &[BROAD, r#"{"c":"user","p":{"id":5}}"#],
        ),
        one(
            "by-other-name",
            "by a name that is no param of it",
            &[&user, &mutation(r#"{"page":{"type":"integer"}}"#, "[\"user\"]")],
            r#"{"id":5}"#,
            &[BROAD],
        ),
        one(
            "by-two",
            "two mutations, by one name each",
            &[&two, &mutation(b, "[\"user\"]"), &second(a, "[\"user\"]")],
            r#"{"a":1,"b":"y"}"#,
            &[BROAD, r#"{"c":"user","p":{"a":1}}"#, r#"{"c":"user","p":{"b":"y"}}"#],
        ),
        one(
            "by-both",
            "one, by both; a default filled in",
            &[&two, &mutation(TWO, "[\"user\"]")],
            r#"{"a":1}"#,
            &[BROAD, r#"{"c":"user","p":{"a":1,"b":"x"}}"#],
        ),
        one(
            "by-one-and-both",
            "in the order of the names, the shorter set first",
            &[&two, &mutation(TWO, "[\"user\"]"), &second(a, "[\"user\"]")],
            r#"{"b":"y","a":1}"#,
            &[BROAD, r#"{"c":"user","p":{"a":1}}"#, r#"{"c":"user","p":{"a":1,"b":"y"}}"#],
        ),
        one(
            "by-same-twice",
            "a set is there once, whoever narrows by it",
            &[&user, &mutation(INTEGER, "[\"user\"]"), &second(INTEGER, "[\"user\"]")],
            r#"{"id":5}"#,
            &[BROAD, r#"{"c":"user","p":{"id":5}}"#],
        ),
        one(
            "by-member",
            "a mutation of a member, by what the member takes",
            &[&two, &member("more", "user", a), &mutation(TWO, "[\"more\"]")],
            r#"{"a":1}"#,
            &[BROAD, r#"{"c":"user","p":{"a":1}}"#],
        ),
        one(
            "by-merge",
            "a result that is spliced",
            &[
                &function("read", INTEGER, &format!("\"context\":\"user\",{item}")),
                &function("change", INTEGER, &format!("\"merge\":[\"user\"],{item}")),
            ],
            r#"{"id":5}"#,
            &[BROAD, r#"{"c":"user","p":{"id":5}}"#],
        ),
        typed(
            "text",
            "digits that are text",
            r#"{"type":"string"}"#,
            r#"{"id":"5"}"#,
            r#"{"c":"user","p":{"id":"5"}}"#,
        ),
        typed("boolean", "a boolean", r#"{"type":"boolean"}"#, r#"{"id":true}"#, r#"{"c":"user","p":{"id":true}}"#),
        typed(
            "non-ascii",
            "text in UTF-8",
            r#"{"type":"string"}"#,
            "{\"id\":\"K\u{fc}ste\\n\"}",
            "{\"c\":\"user\",\"p\":{\"id\":\"K\u{fc}ste\\n\"}}",
        ),
        typed(
            "list",
            "a list",
            r#"{"type":"array","items":{"type":"string"}}"#,
            r#"{"id":["a","b"]}"#,
            r#"{"c":"user","p":{"id":["a","b"]}}"#,
        ),
        typed(
            "uuid",
            "a value in its canonical form",
            r#"{"type":"string","format":"uuid"}"#,
            r#"{"id":"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"}"#,
            r#"{"c":"user","p":{"id":"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"}}"#,
        ),
        one(
            "null",
            "null is a value",
            &[&member("read", "user", NULLABLE), &mutation(NULLABLE, "[\"user\"]")],
            r#"{"id":null}"#,
            &[BROAD, r#"{"c":"user","p":{"id":null}}"#],
        ),
        one(
            "null-by-default",
            "also where it is left out",
            &[&member("read", "user", NULLABLE), &mutation(NULLABLE, "[\"user\"]")],
            "{}",
            &[BROAD, r#"{"c":"user","p":{"id":null}}"#],
        ),
    ]
}

fn by_caller() -> Vec<Case> {
    let one = |id: &str, reason: &str, contexts: &[&str], sub: Option<&str>, texts: &[&str]| {
        let functions = [member("read", "user", NONE), mutation(NONE, "[\"user\"]")];
        let functions: Vec<&str> = functions.iter().map(String::as_str).collect();
        let case = asked(id, "STORE-4", reason, application(&functions, contexts), "user", "{}");
        match sub {
            Some(sub) => case.with("sub", string(sub)),
            None => case,
        }
        .ok(&tags(texts))
    };
    let public = r#"{"name":"user","public":true}"#;
    vec![
        one("caller", "a caller's own comes last", &[OWN], Some("ada"), &[BROAD, r#"{"c":"user","p":{},"u":"ada"}"#]),
        one("caller-empty", "a caller of no name", &[OWN], Some(""), &[BROAD, r#"{"c":"user","p":{},"u":""}"#]),
        one(
            "caller-null",
            "a caller of the name null",
            &[OWN],
            Some("null"),
            &[BROAD, r#"{"c":"user","p":{},"u":"null"}"#],
        ),
        one(
            "caller-quote",
            "one that would break out of its text",
            &[OWN],
            Some("a\",\"u\":\"b"),
            &[BROAD, r#"{"c":"user","p":{},"u":"a\",\"u\":\"b"}"#],
        ),
        one("nobody", "a caller without identity has none", &[OWN], None, &[BROAD]),
        one("not-own", "and nobody where the context is not of callers' own", &[], Some("ada"), &[BROAD]),
        one("public", "or is public", &[public], Some("ada"), &[BROAD]),
        asked(
            "caller-and-name",
            "STORE-4",
            "after those by name",
            application(&[&member("read", "user", INTEGER), &mutation(INTEGER, "[\"user\"]")], &[OWN]),
            "user",
            r#"{"id":5}"#,
        )
        .with("sub", "\"ada\"")
        .ok(&tags(&[BROAD, r#"{"c":"user","p":{"id":5}}"#, r#"{"c":"user","p":{},"u":"ada"}"#])),
    ]
}

fn refused() -> Vec<Case> {
    let document = || application(&[&member("read", "user", TWO), &mutation(TWO, "[\"user\"]")], &[]);
    let lost = |id: &str, reason: &str, context: &str| {
        asked(id, "CTX-4", reason, document(), context, r#"{"a":1}"#).refused("NOT_FOUND")
    };
    let unfit = |id: &str, rules: &str, reason: &str, params: &str, code: &str, message: &str, path: &str| {
        asked(id, rules, reason, document(), "user", params).invalid(&[(code, message, path)])
    };
    let broken = |id: &str, reason: &str, params: &str| asked(id, "VALUE-8", reason, document(), "user", params);
    let unbuilt = |id: &str, rules: &str, reason: &str, functions: &[&str], contexts: &[&str], message: &str| {
        asked(id, rules, reason, application(functions, contexts), "user", r#"{"a":1}"#).does_not_build(message)
    };
    let user = member("read", "user", TWO);
    vec![
        lost("unknown", "a context that is not there", "users"),
        lost("unknown-function", "a member is no context", "read"),
        lost("unknown-case", "names match exactly", "User"),
        lost("unknown-proto", "__proto__ is no context", "__proto__"),
        lost("unknown-empty", "and neither is nothing", ""),
        unfit("params-missing", "CTX-6", "a param is missing", "{}", "missing", "required", r#"["params","a"]"#),
        unfit(
            "params-unknown",
            "CTX-10",
            "a param too many",
            r#"{"a":1,"c":2}"#,
            "unknown",
            "not allowed here",
            r#"["params","c"]"#,
        ),
        unfit(
            "params-text",
            "VALUE-4",
            "digits as text",
            r#"{"a":"1"}"#,
            "type",
            "expected integer",
            r#"["params","a"]"#,
        ),
        unfit(
            "params-boolean",
            "VALUE-4",
            "true is not 1",
            r#"{"a":true}"#,
            "type",
            "expected integer",
            r#"["params","a"]"#,
        ),
        unfit(
            "params-null",
            "VALUE-7",
            "null is not left out",
            r#"{"a":1,"b":null}"#,
            "type",
            "expected string",
            r#"["params","b"]"#,
        ),
        unfit(
            "params-fraction",
            "VALUE-2",
            "1.5 is no integer",
            r#"{"a":1.5}"#,
            "type",
            "expected integer",
            r#"["params","a"]"#,
        ),
        unfit(
            "params-beyond",
            "VALUE-2",
            "an integer that languages read differently",
            r#"{"a":9007199254740992}"#,
            "integer_range",
            "must be between -9007199254740991 and 9007199254740991",
            r#"["params","a"]"#,
        ),
        unfit("params-list", "CTX-11", "no object", "[]", "type", "expected object", r#"["params"]"#),
        unfit("params-nothing", "CTX-11", "null is no object", "null", "type", "expected object", r#"["params"]"#),
        broken("params-list-of-one", "a list for a value", r#"{"a":[1]}"#).invalid(&[(
            "type",
            "expected integer",
            r#"["params","a"]"#,
        )]),
        broken("params-several", "several problems, all of them", r#"{"b":1,"c":2}"#).invalid(&[
            ("missing", "required", r#"["params","a"]"#),
            ("type", "expected string", r#"["params","b"]"#),
            ("unknown", "not allowed here", r#"["params","c"]"#),
        ]),
        unbuilt(
            "unbuilt-target",
            "NAME-3",
            "a mutation of what is not there",
            &[&user, &mutation(NONE, "[\"usr\"]")],
            &[],
            "usr",
        ),
        unbuilt(
            "unbuilt-type",
            "SCOPE-2",
            "a mutation that would narrow by another type",
            &[&user, &mutation(r#"{"a":{"type":"string"}}"#, "[\"user\"]")],
            &[],
            "\"a\"",
        ),
        unbuilt(
            "unbuilt-param",
            "NAME-4",
            "two types of one param",
            &[&user, &member("more", "user", r#"{"a":{"type":"string"}}"#)],
            &[],
            "\"a\"",
        ),
        unbuilt(
            "unbuilt-member",
            "NAME-6",
            "a member that affects",
            &[&user, &function("more", NONE, r#""context":"user","affects":["user"],"output":{"type":"null"}"#)],
            &[],
            "reads",
        ),
        unbuilt(
            "unbuilt-name",
            "NAME-1",
            "a name of a context with a dot",
            &[&member("read", "user.x", TWO)],
            &[],
            "name of a context",
        ),
        unbuilt(
            "unbuilt-public",
            "CACHE-13",
            "a public context of callers' own",
            &[&user],
            &[r#"{"name":"user","public":true,"identity":true}"#],
            "both public",
        ),
        unbuilt("unbuilt-twice", "NAME-2", "two functions of one name", &[&user, &user], &[], "declared before"),
        unbuilt(
            "unbuilt-merge",
            "MERGE-2",
            "a result that nothing takes",
            &[&user, &function("change", NONE, r#""merge":["user"],"output":{"type":"integer"}"#)],
            &[],
            "merge",
        ),
    ]
}
