//! Cases of the names of entries of the origin cache.

use super::signing::{hmac, secret, short_hash};
use crate::pins::case::{Case, case, hex, string};

const KEY: [u8; 32] = secret(0x11);

/// A name and JSON.
type Member = (&'static str, &'static str);

/// Id, reason, context, params, whose it is (nothing: everybody's), the text that is hashed, where `R` is the revision.
type Row = (&'static str, &'static str, &'static str, &'static str, Option<Member>, &'static str);

const NOBODY: Option<Member> = Some(("sub", "null"));
const ADA: Option<Member> = Some(("sub", "\"ada\""));

#[rustfmt::skip]
const VALID: &[Row] = &[
    ("public", "everybody's", "user", r#"{"user_id":5}"#, None, r#"{"c":"user","p":{"user_id":5},"r":R}"#),
    ("anonymous", "that of a caller without identity", "user", r#"{"user_id":5}"#, NOBODY, r#"{"c":"user","p":{"user_id":5},"r":R,"u":null}"#),
    ("caller", "one caller's", "user", r#"{"user_id":5}"#, ADA, r#"{"c":"user","p":{"user_id":5},"r":R,"u":"ada"}"#),
    ("caller-null", "a caller of the name null", "user", r#"{"user_id":5}"#, Some(("sub", "\"null\"")), r#"{"c":"user","p":{"user_id":5},"r":R,"u":"null"}"#),
    ("caller-empty", "one of no name", "user", r#"{"user_id":5}"#, Some(("sub", "\"\"")), r#"{"c":"user","p":{"user_id":5},"r":R,"u":""}"#),
    ("caller-quote", "one that would break out of its text", "user", "{}", Some(("sub", r#""a\",\"u\":\"b""#)), r#"{"c":"user","p":{},"r":R,"u":"a\",\"u\":\"b"}"#),
    ("text", "a param that is text", "user", r#"{"user_id":"5"}"#, None, r#"{"c":"user","p":{"user_id":"5"},"r":R}"#),
    ("true", "a boolean", "user", r#"{"user_id":true}"#, None, r#"{"c":"user","p":{"user_id":true},"r":R}"#),
    ("null", "null", "user", r#"{"user_id":null}"#, None, r#"{"c":"user","p":{"user_id":null},"r":R}"#),
    ("list", "a list of two", "user", r#"{"t":["a","b"]}"#, None, r#"{"c":"user","p":{"t":["a","b"]},"r":R}"#),
    ("list-comma", "a list of one, with a comma in it", "user", r#"{"t":["a,b"]}"#, None, r#"{"c":"user","p":{"t":["a,b"]},"r":R}"#),
    ("order", "params in any order", "user", r#"{"b":1,"a":2}"#, None, r#"{"c":"user","p":{"a":2,"b":1},"r":R}"#),
    ("number", "a number as canonical JSON writes it", "user", r#"{"x":1.50,"y":1e21,"z":-0.0}"#, None, r#"{"c":"user","p":{"x":1.5,"y":1e+21,"z":0},"r":R}"#),
    ("non-ascii", "text in UTF-8", "user", "{\"q\":\"\u{e9}\u{1f600}\"}", None, "{\"c\":\"user\",\"p\":{\"q\":\"\u{e9}\u{1f600}\"},\"r\":R}"),
    ("context", "another context", "user_orders", "{}", NOBODY, r#"{"c":"user_orders","p":{},"r":R,"u":null}"#),
];

const HEAD: &str = "mizan version=1\n\n";

/// The IR of one context with one member, and what of it the revision is of.
fn plain(context: &str, public: bool) -> (String, String) {
    let flag = if public { " public=#true" } else { "" };
    let ir = format!(
        "{HEAD}function \"read\" {{\n    context \"{context}\"\n    output {{ integer }}\n}}\n\
         context \"{context}\"{flag} {{ member \"read\" }}\n"
    );
    (ir, format!("{HEAD}function \"read\" {{ output {{ integer }} }}\n"))
}

/// Id, reason, IR, and what of it the revision is of: entries of `user` without params, for nobody.
fn revisions() -> Vec<(&'static str, &'static str, String, String)> {
    let types = "type \"Leaf\" doc=\"A ref \\\"Other\\\".\" {\n    struct {\n        field \"next\" { nullable { ref \"Leaf\" } }\n        \
                 field \"note\" default=\"\\\"\\\"\" doc=\"Words.\" { string max-length=9 }\n    }\n}\n";
    let ir = |types: &str, members: &str, names: &str| {
        format!(
            "{HEAD}{types}{members}function \"write\" {{\n    output {{ ref \"Other\" }}\n    affects \"user\"\n    rev 9\n}}\n\
             context \"user\" {{\n{names}}}\n"
        )
    };
    let member = |name: &str, output: &str, rev: &str| {
        format!(
            "function \"{name}\" {{\n    doc \"What there is.\"\n    context \"user\"\n    auth \"staff\"\n    \
             input {{ field \"other\" default=\"null\" {{ nullable {{ ref \"Other\" }} }} }}\n    output {output}\n    cache 60\n{rev}}}\n"
        )
    };
    let other = "type \"Other\" { enum \"a\" \"b\" }\n";
    let tree = "type \"Tree\" { list { ref \"Leaf\" } }\n";
    let names =
        "    param \"other\" default=\"null\" { nullable { ref \"Other\" } }\n    member \"a\"\n    member \"b\"\n";
    let all = format!("{types}{other}{tree}");
    let inline = "{\n        struct {\n            field \"deep\" { map { ref \"Tree\" } }\n            field \"flat\" { boolean }\n        }\n    }";
    let (one, two) = (member("a", "{ integer }", "    rev 7\n"), member("b", "{ string }", ""));
    let later = member("b", "{ string }", "    rev 4294967295\n");
    let deep = member("b", inline, "");
    vec![
        (
            "revision",
            "a revision is of the outputs of all members, and of the revisions that they have",
            ir(other, &format!("{one}{two}"), names),
            format!(
                "{HEAD}function \"a\" {{\n    output {{ integer }}\n    rev 7\n}}\nfunction \"b\" {{ output {{ string }} }}\n"
            ),
        ),
        (
            "revision-lower",
            "another one than the highest changes it too",
            ir(other, &format!("{one}{later}"), names),
            format!(
                "{HEAD}function \"a\" {{\n    output {{ integer }}\n    rev 7\n}}\nfunction \"b\" {{\n    output {{ string }}\n    rev 4294967295\n}}\n"
            ),
        ),
        (
            "revision-types",
            "and of the types that these reach, and of no others",
            ir(&all, &format!("{one}{deep}"), names),
            format!(
                "{HEAD}{types}{tree}function \"a\" {{\n    output {{ integer }}\n    rev 7\n}}\nfunction \"b\" {{\n    output {inline}\n}}\n"
            ),
        ),
    ]
}

/// Id, reason, who asks, and what of that the permission key is of: where a member takes the identity.
#[rustfmt::skip]
const TAKEN: &[(&str, &str, &str, &str)] = &[
    ("taken", "where a member takes the identity, what that is allowed", r#"{"sub":"ada"}"#, r#"{"perms":[],"staff":false,"super":false}"#),
    ("taken-staff", "whether it is of the staff", r#"{"sub":"ada","staff":true}"#, r#"{"perms":[],"staff":true,"super":false}"#),
    ("taken-superuser", "or a superuser", r#"{"sub":"ada","superuser":true}"#, r#"{"perms":[],"staff":false,"super":true}"#),
    ("taken-permissions", "and its permissions, each once and sorted", r#"{"sub":"ada","permissions":["b.y","a.x","b.y"]}"#, r#"{"perms":["a.x","b.y"],"staff":false,"super":false}"#),
];

/// Id, reason, whether the context is public, members but the secret and the IR.
#[rustfmt::skip]
const REFUSED: &[(&str, &str, bool, &[Member])] = &[
    ("nobody", "neither public nor anybody's", false, &[("context", "\"user\""), ("params", "{}")]),
    ("both", "public and somebody's", true, &[("context", "\"user\""), ("params", "{}"), ("sub", "\"a\"")]),
    ("both-null", "public and nobody's", true, &[("context", "\"user\""), ("params", "{}"), ("sub", "null")]),
    ("both-taken", "public and taken", true, &[("context", "\"user\""), ("params", "{}"), ("identity", r#"{"sub":"a"}"#)]),
    ("twice", "somebody's twice", false, &[("context", "\"user\""), ("params", "{}"), ("sub", "\"a\""), ("identity", r#"{"sub":"a"}"#)]),
    ("sub-number", "a caller is text", false, &[("context", "\"user\""), ("params", "{}"), ("sub", "5")]),
    ("sub-boolean", "and no boolean", false, &[("context", "\"user\""), ("params", "{}"), ("sub", "false")]),
    ("sub-list", "and no list", false, &[("context", "\"user\""), ("params", "{}"), ("sub", "[\"a\"]")]),
    ("identity-null", "what is taken is an identity", false, &[("context", "\"user\""), ("params", "{}"), ("identity", "null")]),
    ("identity-nobody", "with a name", false, &[("context", "\"user\""), ("params", "{}"), ("identity", r#"{"staff":true}"#)]),
    ("identity-staff", "a flag is a boolean", false, &[("context", "\"user\""), ("params", "{}"), ("identity", r#"{"sub":"a","staff":1}"#)]),
    ("identity-permissions", "permissions are a list", false, &[("context", "\"user\""), ("params", "{}"), ("identity", r#"{"sub":"a","permissions":"a"}"#)]),
    ("context-absent", "an entry is of a context", true, &[("params", "{}")]),
    ("context-number", "which is text", true, &[("context", "5"), ("params", "{}")]),
    ("context-unknown", "and one of the IR", true, &[("context", "\"usr\""), ("params", "{}")]),
    ("params-absent", "it has params, if only none", true, &[("context", "\"user\"")]),
    ("params-list", "which are an object", true, &[("context", "\"user\""), ("params", "[]")]),
    ("params-text", "and no text of one", true, &[("context", "\"user\""), ("params", "\"{}\"")]),
];

/// Id, reason, IR as JSON.
#[rustfmt::skip]
const NO_IR: &[(&str, &str, &str)] = &[
    ("ir-number", "an IR is text", "1"),
    ("ir-empty", "and not empty", "\"\""),
    ("ir-later", "of this version", r#""mizan version=2\n\ncontext \"user\" public=#true\n""#),
];

pub(in crate::pins) fn cases() -> Vec<Case> {
    let key = format!("\"{}\"", hex(&KEY));
    let told = |context: &str, text: &str, excerpt: &str| {
        let digest = short_hash(excerpt);
        let revision = string(digest.get(..16).unwrap_or_default());
        let text = text.replace("\"r\":R", &format!("\"r\":{revision}"));
        format!("ctx:{context}:{}", hex(&hmac(&KEY, text.as_bytes())))
    };
    let asked = |id: &str, reason: &str, ir: &str, context: &str, params: &str| {
        let case = case(id, "STORE-2", reason).with("secret", key.clone()).with_text("ir", ir);
        case.with_text("context", context).with("params", params)
    };
    let valid = VALID.iter().map(|(id, reason, context, params, whose, text)| {
        let (ir, excerpt) = plain(context, whose.is_none());
        let case = asked(id, reason, &ir, context, params);
        let case = whose.iter().fold(case, |case, (name, json)| case.with(name, *json));
        case.ok_text(&told(context, text, &excerpt))
    });
    let revisions = revisions().into_iter().map(|(id, reason, ir, excerpt)| {
        let text = told("user", r#"{"c":"user","p":{},"r":R,"u":null}"#, &excerpt);
        asked(id, reason, &ir, "user", "{}").with("sub", "null").ok_text(&text)
    });
    let taken = TAKEN.iter().map(|(id, reason, identity, allowed)| {
        let (ir, excerpt) = plain("user", false);
        let text = format!(r#"{{"c":"user","k":"{}","p":{{}},"r":R,"u":"ada"}}"#, short_hash(allowed));
        asked(id, reason, &ir, "user", "{}").with("identity", *identity).ok_text(&told("user", &text, &excerpt))
    });
    let refused = REFUSED.iter().map(|(id, reason, public, members)| {
        let case = case(&format!("refused-{id}"), "STORE-2", reason).with("secret", key.clone()).refused("BAD_REQUEST");
        let case = case.with_text("ir", &plain("user", *public).0);
        members.iter().fold(case, |case, (name, json)| case.with(name, *json))
    });
    let no_ir = NO_IR.iter().map(|(id, reason, ir)| {
        let case = case(&format!("refused-{id}"), "STORE-2", reason).with("secret", key.clone()).refused("BAD_REQUEST");
        case.with("ir", *ir).with_text("context", "user").with("params", "{}")
    });
    let short = case("secret-short", "KEY-3", "a key that does not start")
        .with("secret", format!("\"{}\"", hex(&[0x11; 31])))
        .with_text("ir", &plain("user", true).0)
        .with_text("context", "user")
        .with("params", "{}")
        .does_not_build("keys[\"cache\"] is shorter than 32 bytes");
    valid.chain(revisions).chain(taken).chain(refused).chain(no_ir).chain([short]).collect()
}
