//! Cases of tokens that are taken; those that are refused stand in [`super::token_refused`].

use super::signing::{all_hex, header, keys, secret, signed};
use crate::pins::case::{Case, case};

pub(super) const KEY: [u8; 32] = secret(0x11);
pub(super) const MWT: &str = r#"{"aud":"shop","exp":1700000300,"iat":1700000000,"nbf":1700000000,"pkey":"p1","staff":false,"sub":"5","super":true}"#;
pub(super) const ACCESS: &str = r#"{"aud":"shop","exp":1700000300,"iat":1700000000,"jti":"j1","nbf":1700000000,"staff":true,"sub":"5","super":false}"#;
pub(super) const REFRESH: &str =
    r#"{"aud":"shop","exp":1700000300,"fam":"f1","iat":1700000000,"jti":"j1","nbf":1700000000,"sub":"5"}"#;

/// A case of a token, at the second that it was made, with a leeway of 30 seconds.
pub(super) fn asked(id: &str, rules: &str, reason: &str, kind: &str, text: &str) -> Case {
    asked_at(id, rules, reason, kind, text, "1700000000", "30")
}

pub(super) fn asked_at(id: &str, rules: &str, reason: &str, kind: &str, text: &str, now: &str, leeway: &str) -> Case {
    case(id, rules, reason)
        .with_text("type", kind)
        .with("keyring", keys(&[("k1", &KEY)]))
        .with_text("audience", "shop")
        .with_text("text", text)
        .with("now", now)
        .with("leeway", leeway)
}

fn ok(case: Case, claims: &str) -> Case {
    case.ok(&format!("{{\"claims\":{claims}}}"))
}

pub(in crate::pins) fn cases() -> Vec<Case> {
    let mwt = signed(&KEY, header("k1", "mwt+jwt"), MWT);
    let access = signed(&KEY, header("k1", "at+jwt"), ACCESS);
    let refresh = signed(&KEY, header("k1", "rt+jwt"), REFRESH);
    let spelled = |header: &str, payload: &str| signed(&KEY, header, payload);
    let mut cases = vec![
        ok(asked("mwt", "TOK-1 TOK-6 TOK-7 TOK-8", "an identity token", "mwt", &mwt), MWT),
        ok(asked("access", "TOK-1", "an access token", "access", &access), ACCESS),
        ok(asked("refresh", "TOK-1", "a refresh token", "refresh", &refresh), REFRESH),
        ok(asked_at("last-second", "TOK-10", "the last second of the leeway", "mwt", &mwt, "1700000329", "30"), MWT),
        ok(asked_at("first-second", "TOK-10", "the first second of the leeway", "mwt", &mwt, "1699999970", "30"), MWT),
        ok(asked_at("no-leeway", "TOK-10", "the last second without one", "mwt", &mwt, "1700000299", "0"), MWT),
        ok(
            asked(
                "header-order",
                "TOK-1 TOK-5",
                "a header that another library wrote, in its own order",
                "access",
                &spelled(r#"{"typ":"at+jwt","alg":"HS256","kid":"k1"}"#, ACCESS),
            ),
            ACCESS,
        ),
        ok(
            asked(
                "header-blanks",
                "TOK-5",
                "blanks and escapes are JSON",
                "access",
                &spelled("{ \"alg\" : \"HS256\", \"\\u006bid\":\"k\\u0031\",\n\"typ\":\"at+jwt\" }", ACCESS),
            ),
            ACCESS,
        ),
        ok(
            asked(
                "header-more",
                "TOK-4",
                "a member that means nothing here",
                "access",
                &spelled(r#"{"alg":"HS256","cty":"x","kid":"k1","typ":"at+jwt","x":[{"crit":1}]}"#, ACCESS),
            ),
            ACCESS,
        ),
        ok(
            asked(
                "claims-more",
                "TOK-9",
                "claims of other names",
                "access",
                &spelled(
                    &header("k1", "at+jwt"),
                    &ACCESS.replace("{\"aud\"", "{\"__proto__\":{\"sub\":\"6\"},\"iss\":\"x\",\"aud\""),
                ),
            ),
            ACCESS,
        ),
        ok(
            asked(
                "claims-of-another",
                "TOK-9",
                "a family in an access token",
                "access",
                &spelled(&header("k1", "at+jwt"), &ACCESS.replace(",\"iat\"", ",\"fam\":\"f\",\"iat\"")),
            ),
            ACCESS,
        ),
        ok(
            asked(
                "sub-text",
                "TOK-5 VALUE-5",
                "any text, however escaped",
                "access",
                &spelled(&header("k1", "at+jwt"), &ACCESS.replace("\"5\"", r#""\u00e9\ud83d\ude00\u0000""#)),
            ),
            &ACCESS.replace("\"5\"", "\"é😀\\u0000\""),
        ),
        ok(
            asked_at(
                "times-zero",
                "TOK-10",
                "the first second of all",
                "refresh",
                &spelled(&header("k1", "rt+jwt"), &REFRESH.replace("1700000000", "0")),
                "0",
                "0",
            ),
            &REFRESH.replace("1700000000", "0"),
        ),
    ];
    let older = asked("older-key", "KEY-1 TOK-6", "a token of the older of two keys", "mwt", &mwt);
    let derived = asked(
        "derived-key",
        "KEY-2",
        "a token of the key that one secret gives",
        "mwt",
        &signed(
            &super::signing::hmac(&super::signing::hmac(&[0; 32], &secret(1)), b"mizan/v1/mwt\x01"),
            header("2f42529f6a1e9894", "mwt+jwt"),
            MWT,
        ),
    );
    for (mut case, name, text) in [
        (older, "keyring", keys(&[("k2", &secret(0x22)), ("k1", &KEY)])),
        (derived, "secrets", all_hex(&[&secret(2), &secret(1)])),
    ] {
        case.input.retain(|(held, _)| *held != "keyring");
        cases.push(ok(case.with(name, text), MWT));
    }
    cases
}
