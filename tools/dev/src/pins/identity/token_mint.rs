//! Cases of tokens that are made.

use super::signing::{all_hex, header, keys, secret, signed};
use crate::pins::case::{Case, case, string};

/// Derived keys, by `openssl kdf -kdfopt digest:SHA256 -kdfopt info:mizan/v1/… -keylen 32 HKDF`, of 32 bytes 01.
const DERIVED: [(&str, &str, &str); 3] = [
    ("mwt", "mwt+jwt", "46f67115fbb44270373735d75d16fcff45ab482e499e21b6854cf44e6a27f8f9"),
    ("access", "at+jwt", "025aaeaf90a68dc12481f07e02a0907b3b5ffc9ecc11a0e2f6b6b675dc153226"),
    ("refresh", "rt+jwt", "ecf5682cb651be0a8d3d7e3e1a1124255b1fed6eec96128d1caa4efe515dccd7"),
];
const DERIVED_KID: &str = "2f42529f6a1e9894";

const NOW: &str = "1700000000";
const PKEY: &str = "0123456789abcdef0123456789abcdef";

fn mwt_claims(sub: &str) -> String {
    format!("{{\"pkey\":\"{PKEY}\",\"staff\":true,\"sub\":{},\"super\":false}}", string(sub))
}

fn mwt_payload(sub: &str, now: i64, life: i64) -> String {
    format!(
        "{{\"aud\":\"shop\",\"exp\":{},\"iat\":{now},\"nbf\":{now},\"pkey\":\"{PKEY}\",\"staff\":true,\"sub\":{},\"super\":false}}",
        now + life,
        string(sub),
    )
}

/// A case whose keyring, audience, time and life are there.
fn base(id: &str, rules: &str, reason: &str, kind: &str, claims: &str) -> Case {
    case(id, rules, reason)
        .with_text("type", kind)
        .with("keyring", keys(&[("k1", &secret(0x11))]))
        .with("claims", claims)
        .with("now", NOW)
        .with("ttl", "300")
        .with_text("audience", "shop")
}

/// The case with another member of that name.
fn instead(mut case: Case, name: &'static str, json: &str) -> Case {
    case.input.retain(|(held, _)| *held != name);
    if json.is_empty() { case } else { case.with(name, json) }
}

fn plain(kind: &str) -> Case {
    match kind {
        "mwt" => base("mwt", "TOK-1", "the identity token", "mwt", &mwt_claims("5")),
        "access" => base("access", "TOK-1", "the access token", "access", r#"{"staff":false,"sub":"5","super":true}"#)
            .with_text("jti", "j1"),
        _ => base("refresh", "TOK-1", "the refresh token", "refresh", r#"{"sub":"5"}"#)
            .with_text("jti", "j1")
            .with_text("fam", "f1"),
    }
}

fn named(held: Case, id: &str, rules: &str, reason: &str) -> Case {
    Case { input: held.input, ..case(id, rules, reason) }
}

pub(in crate::pins) fn cases() -> Vec<Case> {
    let key = secret(0x11);
    let mut cases = vec![
        plain("mwt").ok_text(&signed(&key, header("k1", "mwt+jwt"), mwt_payload("5", 1_700_000_000, 300))),
        plain("access").ok_text(&signed(
            &key,
            header("k1", "at+jwt"),
            r#"{"aud":"shop","exp":1700000300,"iat":1700000000,"jti":"j1","nbf":1700000000,"staff":false,"sub":"5","super":true}"#,
        )),
        plain("refresh").ok_text(&signed(
            &key,
            header("k1", "rt+jwt"),
            r#"{"aud":"shop","exp":1700000300,"fam":"f1","iat":1700000000,"jti":"j1","nbf":1700000000,"sub":"5"}"#,
        )),
    ];
    for (kind, typ, derived) in DERIVED {
        let payload = match kind {
            "mwt" => mwt_payload("5", 1_700_000_000, 300),
            "access" => r#"{"aud":"shop","exp":1700000300,"iat":1700000000,"jti":"j1","nbf":1700000000,"staff":false,"sub":"5","super":true}"#.to_owned(),
            _ => r#"{"aud":"shop","exp":1700000300,"fam":"f1","iat":1700000000,"jti":"j1","nbf":1700000000,"sub":"5"}"#.to_owned(),
        };
        let bytes: Vec<u8> = (0..derived.len())
            .step_by(2)
            .filter_map(|at| u8::from_str_radix(derived.get(at..at + 2)?, 16).ok())
            .collect();
        let made = named(
            plain(kind),
            &format!("derived-{kind}"),
            "KEY-2",
            "by the key that one secret gives for this purpose",
        );
        cases.push(instead(made, "keyring", "").with("secrets", all_hex(&[&secret(1)])).ok_text(&signed(
            &bytes,
            header(DERIVED_KID, typ),
            payload,
        )));
    }
    let mwt = |id: &str, reason: &str| named(plain("mwt"), id, "TOK-1", reason);
    cases.extend([
        instead(
            mwt("first-key-signs", "the first of two keys signs"),
            "keyring",
            &keys(&[("new", &secret(0x22)), ("old", &key)]),
        )
        .ok_text(&signed(&secret(0x22), header("new", "mwt+jwt"), mwt_payload("5", 1_700_000_000, 300))),
        instead(
            mwt("sub-escaped", "text as canonical JSON writes it"),
            "claims",
            &mwt_claims("a\"\\\n\u{e9}\u{1f600}"),
        )
        .ok_text(&signed(
            &key,
            header("k1", "mwt+jwt"),
            mwt_payload("a\"\\\n\u{e9}\u{1f600}", 1_700_000_000, 300),
        )),
        instead(mwt("sub-empty", "an empty sub is text"), "claims", &mwt_claims("")).ok_text(&signed(
            &key,
            header("k1", "mwt+jwt"),
            mwt_payload("", 1_700_000_000, 300),
        )),
        instead(
            mwt("kid-escaped", "a name of a key as canonical JSON writes it"),
            "keyring",
            &keys(&[("k\"\u{e9}", &key)]),
        )
        .ok_text(&signed(&key, header("k\"\u{e9}", "mwt+jwt"), mwt_payload("5", 1_700_000_000, 300))),
        instead(mwt("epoch", "the first second"), "now", "0").ok_text(&signed(
            &key,
            header("k1", "mwt+jwt"),
            mwt_payload("5", 0, 300),
        )),
        instead(instead(mwt("last-second", "the last one"), "now", "9007199254740990"), "ttl", "1").ok_text(&signed(
            &key,
            header("k1", "mwt+jwt"),
            mwt_payload("5", 9_007_199_254_740_990, 1),
        )),
        instead(mwt("key-131", "a secret longer than a block of the hash"), "keyring", &keys(&[("k1", &[0xaa; 131])]))
            .ok_text(&signed(&[0xaa; 131], header("k1", "mwt+jwt"), mwt_payload("5", 1_700_000_000, 300))),
    ]);
    cases.extend(refused());
    cases
}

fn refused() -> Vec<Case> {
    let mwt = |id: &str, rules: &str, reason: &str| named(plain("mwt"), id, rules, reason);
    let access = |id: &str, reason: &str| named(plain("access"), id, "TOK-1", reason);
    let refresh = |id: &str, reason: &str| named(plain("refresh"), id, "TOK-1", reason);
    vec![
        instead(mwt("ttl-zero", "TOK-16", "a life of no second"), "ttl", "0").refused("BAD_REQUEST"),
        instead(mwt("ttl-negative", "TOK-16", "a life that is over"), "ttl", "-1").refused("BAD_REQUEST"),
        instead(mwt("ttl-fraction", "TOK-16", "half a second"), "ttl", "0.5").refused("BAD_REQUEST"),
        instead(mwt("now-negative", "TOK-16", "a time before the first second"), "now", "-1").refused("BAD_REQUEST"),
        instead(mwt("now-boolean", "TOK-16", "true is no time"), "now", "true").refused("BAD_REQUEST"),
        instead(mwt("exp-too-late", "TOK-16", "an end beyond what every language counts"), "now", "9007199254740991")
            .refused("BAD_REQUEST"),
        instead(mwt("too-long", "TOK-16", "over 8 KiB"), "claims", &mwt_claims(&"s".repeat(8192)))
            .refused("BAD_REQUEST"),
        instead(mwt("secret-short", "KEY-3", "a key that does not start"), "keyring", &keys(&[("k1", &[0x11; 31])]))
            .does_not_build("keys[\"mwt\"] is shorter than 32 bytes"),
        instead(mwt("no-keys", "KEY-5", "a keyring without a key"), "keyring", "[]")
            .does_not_build("keys[\"mwt\"] has no key"),
        instead(mwt("type-unknown", "TOK-1", "there are three kinds"), "type", "\"id\"").refused("BAD_REQUEST"),
        instead(mwt("sub-number", "TOK-9", "a sub is text"), "claims", &mwt_claims("5").replace("\"5\"", "5"))
            .refused("BAD_REQUEST"),
        instead(
            mwt("sub-absent", "TOK-9", "a token is of somebody"),
            "claims",
            &format!("{{\"pkey\":\"{PKEY}\",\"staff\":true,\"super\":false}}"),
        )
        .refused("BAD_REQUEST"),
        instead(
            mwt("staff-text", "TOK-9", "a flag is a boolean"),
            "claims",
            &mwt_claims("5").replace("true", "\"true\""),
        )
        .refused("BAD_REQUEST"),
        instead(
            mwt("pkey-absent", "TOK-9", "an identity token has a permission key"),
            "claims",
            r#"{"staff":true,"sub":"5","super":false}"#,
        )
        .refused("BAD_REQUEST"),
        instead(
            mwt("claim-unknown", "TOK-1", "a claim of no token"),
            "claims",
            &mwt_claims("5").replace("{\"pkey\"", "{\"email\":\"a@b\",\"pkey\""),
        )
        .refused("BAD_REQUEST"),
        instead(mwt("audience-number", "TOK-9", "an audience is text"), "audience", "5").refused("BAD_REQUEST"),
        instead(access("access-without-jti", "an access token has a number"), "jti", "").refused("BAD_REQUEST"),
        instead(refresh("refresh-without-fam", "a refresh token has a family"), "fam", "").refused("BAD_REQUEST"),
        instead(refresh("refresh-jti-number", "its number is text"), "jti", "7").refused("BAD_REQUEST"),
    ]
}
