//! Cases of tokens that are refused for what they claim: TOK-9 and TOK-10.

use super::signing::{header, signed};
use super::token_refused::{good, of, refused, with_claims};
use super::token_verify::{ACCESS, KEY, MWT, REFRESH, asked, asked_at};
use crate::pins::case::Case;

pub(super) fn cases() -> Vec<Case> {
    [claims(), times()].concat()
}

fn claims() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, text) in
        [("aud", "\"shop\""), ("jti", "\"j1\""), ("staff", "true"), ("sub", "\"5\""), ("super", "false")]
    {
        let member = format!("\"{name}\":{text}");
        let absent = ACCESS.replace(&format!("{member},"), "").replace(&format!(",{member}"), "");
        cases.push(of(&format!("claim-{name}-absent"), "TOK-9", "a claim that is not there", &with_claims(&absent)));
        for (what, other) in [("null", "null"), ("number", "5"), ("list", "[\"shop\"]")] {
            let other = ACCESS.replace(&member, &format!("\"{name}\":{other}"));
            cases.push(of(&format!("claim-{name}-{what}"), "TOK-9", "a claim of another type", &with_claims(&other)));
        }
    }
    let mwt = |id: &str, reason: &str, payload: &str| {
        refused(asked(id, "TOK-9", reason, "mwt", &signed(&KEY, header("k1", "mwt+jwt"), payload)))
    };
    let refresh = |id: &str, reason: &str, payload: &str| {
        refused(asked(id, "TOK-9", reason, "refresh", &signed(&KEY, header("k1", "rt+jwt"), payload)))
    };
    cases.extend([
        of("claim-staff-text", "TOK-9", "a text of a boolean", &with_claims(&ACCESS.replace("true", "\"true\""))),
        of(
            "claim-fam-number",
            "TOK-9",
            "a claim of another token, and not of its type",
            &with_claims(&ACCESS.replace(",\"iat\"", ",\"fam\":1,\"iat\"")),
        ),
        mwt("claim-pkey-absent", "an identity token without its permission key", &MWT.replace("\"pkey\":\"p1\",", "")),
        mwt("claim-pkey-number", "a permission key is text", &MWT.replace("\"p1\"", "1")),
        mwt("claim-jti-object", "a number is text where it is there", &MWT.replace(",\"nbf\"", ",\"jti\":{},\"nbf\"")),
        refresh("claim-fam-absent", "a refresh token without its family", &REFRESH.replace("\"fam\":\"f1\",", "")),
        refresh("claim-fam-null", "a family is text", &REFRESH.replace("\"f1\"", "null")),
        refresh("claim-jti-of-refresh", "a refresh token without its number", &REFRESH.replace("\"jti\":\"j1\",", "")),
        of("audience-other", "TOK-9", "a token for somebody else", &with_claims(&ACCESS.replace("shop", "shop2"))),
        of("audience-case", "TOK-9", "in another case", &with_claims(&ACCESS.replace("shop", "Shop"))),
        of("audience-empty", "TOK-9", "for nobody", &with_claims(&ACCESS.replace("shop", ""))),
        refused(asked(
            "type-access-as-mwt",
            "TOK-7",
            "an access token in the place of an identity token",
            "mwt",
            &good(),
        )),
        refused(asked(
            "type-access-as-refresh",
            "TOK-7",
            "an access token in the place of a refresh token",
            "refresh",
            &good(),
        )),
        refused(asked(
            "type-mwt-as-refresh",
            "TOK-7",
            "an identity token in the place of a refresh token",
            "refresh",
            &signed(&KEY, header("k1", "mwt+jwt"), MWT),
        )),
    ]);
    cases
}

fn times() -> Vec<Case> {
    let mut cases = Vec::new();
    let values = [
        ("text", "\"1700000000\""),
        ("null", "null"),
        ("list", "[1700000000]"),
        ("fraction", "1700000000.5"),
        ("point", "1700000000.0"),
        ("exponent", "1.7e9"),
        ("overflow", "1e400"),
        ("negative", "-1"),
        ("too-great", "9007199254740992"),
        ("boolean", "true"),
    ];
    for (name, held) in [("exp", "1700000300"), ("iat", "1700000000"), ("nbf", "1700000000")] {
        let member = format!("\"{name}\":{held}");
        let absent = ACCESS.replace(&format!("{member},"), "");
        cases.push(of(
            &format!("time-{name}-absent"),
            "TOK-9 TOK-10",
            "a time that is not there",
            &with_claims(&absent),
        ));
        for (what, value) in values {
            let other = ACCESS.replace(&member, &format!("\"{name}\":{value}"));
            cases.push(of(&format!("time-{name}-{what}"), "TOK-10", "no time", &with_claims(&other)));
        }
    }
    let good = good();
    let at = |id: &str, reason: &str, text: &str, now: &str, leeway: &str| {
        refused(asked_at(id, "TOK-10", reason, "access", text, now, leeway))
    };
    let early =
        |name: &str| with_claims(&ACCESS.replace(&format!("\"{name}\":1700000000"), &format!("\"{name}\":1700000031")));
    cases.extend([
        at("expired", "the first second after the leeway", &good, "1700000330", "30"),
        at("expired-no-leeway", "the second that it ends, without leeway", &good, "1700000300", "0"),
        at("expired-long-ago", "long ago", &good, "9007199254740991", "30"),
        at(
            "expired-zero",
            "an end at the first second",
            &with_claims(&ACCESS.replace("1700000300", "0")),
            "1700000000",
            "30",
        ),
        at("early-nbf", "not valid yet", &early("nbf"), "1700000000", "30"),
        at("early-iat", "made in the future", &early("iat"), "1700000000", "30"),
        at("early-no-leeway", "a second early, without leeway", &good, "1699999999", "0"),
        at("early-leeway", "a second before the leeway", &good, "1699999969", "30"),
    ]);
    cases
}
