//! Cases of the names of entries of the origin cache.

use super::signing::{hmac, secret};
use crate::pins::case::{Case, case, hex};

const KEY: [u8; 32] = secret(0x11);

/// A name and JSON.
type Member = (&'static str, &'static str);

/// Id, reason, context, params, rev, whose it is, the text that is hashed.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str, Member, &'static str);

#[rustfmt::skip]
const VALID: &[Row] = &[
    ("public", "everybody's", "user", r#"{"user_id":5}"#, "0", ("public", "true"), r#"{"c":"user","p":{"user_id":5},"r":0}"#),
    ("anonymous", "that of a caller without identity", "user", r#"{"user_id":5}"#, "0", ("sub", "null"), r#"{"c":"user","p":{"user_id":5},"r":0,"u":null}"#),
    ("caller", "one caller's", "user", r#"{"user_id":5}"#, "0", ("sub", "\"ada\""), r#"{"c":"user","p":{"user_id":5},"r":0,"u":"ada"}"#),
    ("caller-null", "a caller of the name null", "user", r#"{"user_id":5}"#, "0", ("sub", "\"null\""), r#"{"c":"user","p":{"user_id":5},"r":0,"u":"null"}"#),
    ("caller-empty", "one of no name", "user", r#"{"user_id":5}"#, "0", ("sub", "\"\""), r#"{"c":"user","p":{"user_id":5},"r":0,"u":""}"#),
    ("caller-quote", "one that would break out of its text", "user", "{}", "0", ("sub", r#""a\",\"u\":\"b""#), r#"{"c":"user","p":{},"r":0,"u":"a\",\"u\":\"b"}"#),
    ("text", "a param that is text", "user", r#"{"user_id":"5"}"#, "0", ("public", "true"), r#"{"c":"user","p":{"user_id":"5"},"r":0}"#),
    ("true", "a boolean", "user", r#"{"user_id":true}"#, "0", ("public", "true"), r#"{"c":"user","p":{"user_id":true},"r":0}"#),
    ("null", "null", "user", r#"{"user_id":null}"#, "0", ("public", "true"), r#"{"c":"user","p":{"user_id":null},"r":0}"#),
    ("list", "a list of two", "user", r#"{"t":["a","b"]}"#, "0", ("public", "true"), r#"{"c":"user","p":{"t":["a","b"]},"r":0}"#),
    ("list-comma", "a list of one, with a comma in it", "user", r#"{"t":["a,b"]}"#, "0", ("public", "true"), r#"{"c":"user","p":{"t":["a,b"]},"r":0}"#),
    ("order", "params in any order", "user", r#"{"b":1,"a":2}"#, "0", ("public", "true"), r#"{"c":"user","p":{"a":2,"b":1},"r":0}"#),
    ("number", "a number as canonical JSON writes it", "user", r#"{"x":1.50,"y":1e21,"z":-0.0}"#, "0", ("public", "true"), r#"{"c":"user","p":{"x":1.5,"y":1e+21,"z":0},"r":0}"#),
    ("non-ascii", "text in UTF-8", "user", "{\"q\":\"\u{e9}\u{1f600}\"}", "0", ("public", "true"), "{\"c\":\"user\",\"p\":{\"q\":\"\u{e9}\u{1f600}\"},\"r\":0}"),
    ("rev", "a later revision", "user", "{}", "7", ("public", "true"), r#"{"c":"user","p":{},"r":7}"#),
    ("rev-greatest", "the last one", "user", "{}", "4294967295", ("public", "true"), r#"{"c":"user","p":{},"r":4294967295}"#),
    ("context", "another context", "user_orders", "{}", "0", ("sub", "null"), r#"{"c":"user_orders","p":{},"r":0,"u":null}"#),
];

/// Id, reason, members but the secret.
#[rustfmt::skip]
const REFUSED: &[(&str, &str, &[Member])] = &[
    ("nobody", "neither public nor anybody's", &[("context", "\"user\""), ("params", "{}"), ("rev", "0")]),
    ("both", "public and somebody's", &[("context", "\"user\""), ("params", "{}"), ("rev", "0"), ("public", "true"), ("sub", "\"a\"")]),
    ("both-null", "public and nobody's", &[("context", "\"user\""), ("params", "{}"), ("rev", "0"), ("public", "true"), ("sub", "null")]),
    ("not-public", "public is true or not there", &[("context", "\"user\""), ("params", "{}"), ("rev", "0"), ("public", "false")]),
    ("public-text", "and no text", &[("context", "\"user\""), ("params", "{}"), ("rev", "0"), ("public", "\"true\"")]),
    ("sub-number", "a caller is text", &[("context", "\"user\""), ("params", "{}"), ("rev", "0"), ("sub", "5")]),
    ("sub-boolean", "and no boolean", &[("context", "\"user\""), ("params", "{}"), ("rev", "0"), ("sub", "false")]),
    ("sub-list", "and no list", &[("context", "\"user\""), ("params", "{}"), ("rev", "0"), ("sub", "[\"a\"]")]),
    ("context-absent", "an entry is of a context", &[("params", "{}"), ("rev", "0"), ("public", "true")]),
    ("context-number", "which is text", &[("context", "5"), ("params", "{}"), ("rev", "0"), ("public", "true")]),
    ("params-absent", "it has params, if only none", &[("context", "\"user\""), ("rev", "0"), ("public", "true")]),
    ("params-list", "which are an object", &[("context", "\"user\""), ("params", "[]"), ("rev", "0"), ("public", "true")]),
    ("params-text", "and no text of one", &[("context", "\"user\""), ("params", "\"{}\""), ("rev", "0"), ("public", "true")]),
    ("rev-absent", "it has a revision", &[("context", "\"user\""), ("params", "{}"), ("public", "true")]),
    ("rev-negative", "from zero", &[("context", "\"user\""), ("params", "{}"), ("rev", "-1"), ("public", "true")]),
    ("rev-fraction", "a whole number", &[("context", "\"user\""), ("params", "{}"), ("rev", "1.5"), ("public", "true")]),
    ("rev-text", "and no text", &[("context", "\"user\""), ("params", "{}"), ("rev", "\"1\""), ("public", "true")]),
    ("rev-great", "of 32 bits", &[("context", "\"user\""), ("params", "{}"), ("rev", "4294967296"), ("public", "true")]),
];

pub(in crate::pins) fn cases() -> Vec<Case> {
    let key = format!("\"{}\"", hex(&KEY));
    let valid = VALID.iter().map(|(id, reason, context, params, rev, (whose, value), text)| {
        case(id, "STORE-2", reason)
            .with("secret", key.clone())
            .with_text("context", context)
            .with("params", *params)
            .with("rev", *rev)
            .with(whose, *value)
            .ok_text(&format!("ctx:{context}:{}", hex(&hmac(&KEY, text.as_bytes()))))
    });
    let refused = REFUSED.iter().map(|(id, reason, members)| {
        let case = case(&format!("refused-{id}"), "STORE-2", reason).with("secret", key.clone()).refused("BAD_REQUEST");
        members.iter().fold(case, |case, (name, json)| case.with(name, *json))
    });
    let short = case("secret-short", "KEY-3", "a key that does not start")
        .with("secret", format!("\"{}\"", hex(&[0x11; 31])))
        .with_text("context", "user")
        .with("params", "{}")
        .with("rev", "0")
        .with("public", "true")
        .does_not_build("MIZAN_CACHE_KEYS is shorter than 32 bytes");
    valid.chain(refused).chain([short]).collect()
}
