//! Cases of what becomes of a refresh token that verified.

use crate::pins::case::{Case, case, string};

/// Id, rules, reason, what the store holds as JSON, `jti`, what is stored as JSON, whether the token is taken.
#[rustfmt::skip]
const ROWS: &[(&str, &str, &str, &str, &str, &str, bool)] = &[
    ("first", "TOK-13", "the token that may be used next", r#""live:1""#, "1", r#""live:9""#, true),
    ("text", "TOK-13", "any text", r#""live:é\" live:""#, "é\" live:", r#""live:9""#, true),
    ("empty-jti", "TOK-13", "an empty text too", r#""live:""#, "", r#""live:9""#, true),
    ("word", "TOK-13", "a number that reads like a state", r#""live:revoked""#, "revoked", r#""live:9""#, true),
    ("second-use", "TOK-14", "a token that was used before ends the family", r#""live:2""#, "1", r#""revoked""#, false),
    ("prefix", "TOK-14", "the start of the one that may be used", r#""live:12""#, "1", r#""revoked""#, false),
    ("other", "TOK-14", "any other of the family", r#""live:1""#, "12", r#""revoked""#, false),
    ("ended", "TOK-14", "the last one, of a family that has ended", r#""revoked""#, "1", "null", false),
    ("ended-word", "TOK-14", "a number that reads like the end", r#""revoked""#, "revoked", "null", false),
    ("forgotten", "TOK-15", "a family that the store does not know", "null", "1", "null", false),
    ("rubbish", "TOK-15", "a text that is none of them", r#""1""#, "1", "null", false),
    ("nothing", "TOK-15", "an empty text", r#""""#, "", "null", false),
];

pub(in crate::pins) fn cases() -> Vec<Case> {
    let rows = ROWS.iter().map(|(id, rules, reason, stored, jti, store, taken)| {
        let case = case(id, rules, reason)
            .with("stored", *stored)
            .with("jti", string(jti))
            .with("successor", "\"9\"")
            .ok(&format!("{{\"store\":{store},\"taken\":{taken}}}"));
        if *taken { case } else { case.fails() }
    });
    let malformed = case("jti-number", "TOK-13", "a number is text")
        .with("stored", "null")
        .with("jti", "1")
        .with("successor", "\"9\"")
        .refused("BAD_REQUEST");
    rows.chain([malformed]).collect()
}
