//! Cases of the permission key.

use super::signing::short_hash;
use crate::pins::case::{Case, case, string};

/// Id, reason, permissions, staff, superuser, the text that is hashed.
const VALID: &[(&str, &str, &str, bool, bool, &str)] = &[
    ("none", "nobody in particular", "[]", false, false, r#"{"perms":[],"staff":false,"super":false}"#),
    ("staff", "a flag", "[]", true, false, r#"{"perms":[],"staff":true,"super":false}"#),
    ("super", "the other", "[]", false, true, r#"{"perms":[],"staff":false,"super":true}"#),
    (
        "one",
        "a permission",
        r#"["shop.view_order"]"#,
        false,
        false,
        r#"{"perms":["shop.view_order"],"staff":false,"super":false}"#,
    ),
    ("sorted", "in any order", r#"["b","a","c"]"#, true, true, r#"{"perms":["a","b","c"],"staff":true,"super":true}"#),
    ("repeated", "each once", r#"["b","a","b"]"#, false, false, r#"{"perms":["a","b"],"staff":false,"super":false}"#),
    (
        "comma",
        "a comma within a name joins nothing",
        r#"["a,b"]"#,
        false,
        false,
        r#"{"perms":["a,b"],"staff":false,"super":false}"#,
    ),
    (
        "quote",
        "nor does a quote",
        r#"["a\",\"b"]"#,
        false,
        false,
        r#"{"perms":["a\",\"b"],"staff":false,"super":false}"#,
    ),
    ("empty", "an empty name is one", r#"[""]"#, false, false, r#"{"perms":[""],"staff":false,"super":false}"#),
    ("case", "capitals come first", r#"["a","B"]"#, false, false, r#"{"perms":["B","a"],"staff":false,"super":false}"#),
    (
        "units",
        "the order of UTF-16 units, as keys have it",
        "[\"\u{ff5e}\",\"\u{1f600}\"]",
        false,
        false,
        "{\"perms\":[\"\u{1f600}\",\"\u{ff5e}\"],\"staff\":false,\"super\":false}",
    ),
];

/// A name and JSON.
type Member = (&'static str, &'static str);

/// Id, reason, members.
const REFUSED: &[(&str, &str, &[Member])] = &[
    ("absent", "permissions are a list, an empty one too", &[("staff", "true"), ("super", "true")]),
    ("text", "a text is no list", &[("permissions", "\"a\""), ("staff", "true"), ("super", "true")]),
    ("null", "nor is null", &[("permissions", "null"), ("staff", "true"), ("super", "true")]),
    ("number", "a permission is text", &[("permissions", "[1]"), ("staff", "true"), ("super", "true")]),
    ("nested", "and no list", &[("permissions", "[[\"a\"]]"), ("staff", "true"), ("super", "true")]),
    ("null-within", "and not null", &[("permissions", "[null]"), ("staff", "true"), ("super", "true")]),
    ("staff-number", "a flag is a boolean", &[("permissions", "[]"), ("staff", "1"), ("super", "true")]),
    ("staff-text", "and no text", &[("permissions", "[]"), ("staff", "\"true\""), ("super", "true")]),
    ("staff-absent", "and it is there", &[("permissions", "[]"), ("super", "true")]),
    ("super-null", "so is the other", &[("permissions", "[]"), ("staff", "true"), ("super", "null")]),
    ("super-absent", "and there", &[("permissions", "[]"), ("staff", "true")]),
];

pub(in crate::pins) fn cases() -> Vec<Case> {
    let valid = VALID.iter().map(|(id, reason, permissions, staff, superuser, text)| {
        case(id, "TOK-12", reason)
            .with("permissions", *permissions)
            .with("staff", staff.to_string())
            .with("super", superuser.to_string())
            .ok(&format!("{{\"text\":{}}}", string(&short_hash(text))))
    });
    let refused = REFUSED.iter().map(|(id, reason, members)| {
        let case = case(&format!("refused-{id}"), "TOK-12", reason).refused("BAD_REQUEST");
        members.iter().fold(case, |case, (name, json)| case.with(name, *json))
    });
    valid.chain(refused).collect()
}
