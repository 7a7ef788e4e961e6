//! Cases of tokens that are refused: every clause of TOK-2 to TOK-10. The first word of an id is the clause, and the
//! bindings' tests hold the reason that the core gives to it.

use super::signing::{encoded, header, keys, sealed, secret, signed};
use super::token_verify::{ACCESS, KEY, asked};
use crate::pins::case::Case;

pub(in crate::pins) fn cases() -> Vec<Case> {
    [parts(), base64(), headers(), keys_and_signatures(), json(), super::token_claims::cases()].concat()
}

pub(super) fn refused(case: Case) -> Case {
    case.refused("UNAUTHENTICATED")
}

/// Of an access token.
pub(super) fn of(id: &str, rules: &str, reason: &str, text: &str) -> Case {
    refused(asked(id, rules, reason, "access", text))
}

fn access_header() -> String {
    header("k1", "at+jwt")
}

pub(super) fn good() -> String {
    signed(&KEY, access_header(), ACCESS)
}

fn with_header(text: &str) -> String {
    signed(&KEY, text, ACCESS)
}

pub(super) fn with_claims(text: &str) -> String {
    signed(&KEY, access_header(), text)
}

fn parts() -> Vec<Case> {
    let good = good();
    let (signed, _) = good.rsplit_once('.').unwrap_or_default();
    // One character beyond the limit, and otherwise a token.
    let long = with_claims(&ACCESS.replace("\"5\"", &format!("\"{}\"", "s".repeat(5960))));
    let long = format!("{long}{}", "A".repeat(8193_usize.saturating_sub(long.len())));
    let huge_kid = with_header(&header(&"k".repeat(10_000), "at+jwt"));
    vec![
        of("parts-none", "TOK-2 TOK-11", "no text at all", ""),
        of("parts-dots", "TOK-2", "dots alone are no JSON", "...."),
        of("parts-two", "TOK-2", "a token without its signature", signed),
        of("parts-four", "TOK-2", "a part too many", &format!("{good}.")),
        of("parts-five", "TOK-2", "five parts, as an encrypted token has", "e30.e30.e30.e30.e30"),
        of("parts-bearer", "TOK-2", "a scheme before it", &format!("Bearer {good}.x")),
        of("length-8193", "TOK-2 LIM-11", "one byte too many", &long),
        of("length-kid", "TOK-2 LIM-11", "a name of 10 KB", &huge_kid),
    ]
}

fn base64() -> Vec<Case> {
    let good = good();
    let pieces: Vec<&str> = good.split('.').collect();
    let [head, payload, signature] = pieces[..] else { return Vec::new() };
    let spare = |text: &str, from: char, to: char| {
        let mut text = text.to_owned();
        let last = text.pop();
        assert_eq!(last, Some(from), "the text that the spare bits are set in");
        text.push(to);
        text
    };
    let payload_bytes = ACCESS.len() % 3;
    assert_ne!(payload_bytes, 0, "the claims leave spare bits");
    let loose = {
        let last = payload.chars().last().unwrap_or_default();
        spare(payload, last, char::from_u32(u32::from(last) + 1).unwrap_or_default())
    };
    let last = signature.chars().last().unwrap_or_default();
    vec![
        of("base64-padded-signature", "TOK-2", "padding after the signature", &format!("{good}=")),
        of(
            "base64-padded-payload",
            "TOK-2",
            "padding after the claims, and signed so",
            &sealed(&KEY, &format!("{head}.{payload}=")),
        ),
        of("base64-padded-header", "TOK-2", "padding after the header", &sealed(&KEY, &format!("{head}==.{payload}"))),
        of(
            "base64-spare-payload",
            "TOK-2",
            "spare bits that are not zero, and signed so",
            &sealed(&KEY, &format!("{head}.{loose}")),
        ),
        of(
            "base64-spare-signature",
            "TOK-2",
            "spare bits of the signature",
            &format!(
                "{head}.{payload}.{}",
                spare(signature, last, char::from_u32(u32::from(last) + 1).unwrap_or_default())
            ),
        ),
        of("base64-alphabet", "TOK-2", "the other alphabet", &sealed(&KEY, &format!("{head}.{payload}+/+/"))),
        of("base64-blank", "TOK-2", "a blank within", &sealed(&KEY, &format!("{head}.{payload} "))),
        of("base64-line-end", "TOK-2", "a line end after it", &format!("{good}\n")),
        of("base64-blank-before", "TOK-2", "a blank before it", &format!(" {good}")),
        of(
            "base64-one-left",
            "TOK-2",
            "one character over encodes nothing",
            &sealed(&KEY, &format!("{head}.{payload}{}", "A".repeat((5 - payload.len() % 4) % 4))),
        ),
        of("base64-no-ascii", "TOK-2", "a letter of no alphabet", &sealed(&KEY, &format!("{head}.é{payload}"))),
    ]
}

/// Id, rules, reason, header.
const HEADERS: &[(&str, &str, &str, &str)] = &[
    ("algorithm-none", "TOK-3", "none is no algorithm", r#"{"alg":"none","kid":"k1","typ":"at+jwt"}"#),
    ("algorithm-none-case", "TOK-3", "however it is spelled", r#"{"alg":"nOnE","kid":"k1","typ":"at+jwt"}"#),
    ("algorithm-case", "TOK-3", "another case", r#"{"alg":"hs256","kid":"k1","typ":"at+jwt"}"#),
    ("algorithm-blank", "TOK-3", "a blank after it", r#"{"alg":"HS256 ","kid":"k1","typ":"at+jwt"}"#),
    ("algorithm-absent", "TOK-3", "no algorithm", r#"{"kid":"k1","typ":"at+jwt"}"#),
    ("algorithm-empty", "TOK-3", "an empty one", r#"{"alg":"","kid":"k1","typ":"at+jwt"}"#),
    ("algorithm-null", "TOK-3", "null", r#"{"alg":null,"kid":"k1","typ":"at+jwt"}"#),
    ("algorithm-list", "TOK-3", "a list of it", r#"{"alg":["HS256"],"kid":"k1","typ":"at+jwt"}"#),
    ("algorithm-hs384", "TOK-3", "a longer hash", r#"{"alg":"HS384","kid":"k1","typ":"at+jwt"}"#),
    ("algorithm-hs512", "TOK-3", "the longest", r#"{"alg":"HS512","kid":"k1","typ":"at+jwt"}"#),
    ("algorithm-rs256", "TOK-3", "that of a public key, over an HMAC", r#"{"alg":"RS256","kid":"k1","typ":"at+jwt"}"#),
    ("algorithm-es256", "TOK-3", "another", r#"{"alg":"ES256","kid":"k1","typ":"at+jwt"}"#),
    (
        "algorithm-key",
        "TOK-3",
        "the name in another case is another name",
        r#"{"ALG":"HS256","kid":"k1","typ":"at+jwt"}"#,
    ),
    (
        "extension-crit",
        "TOK-4",
        "what must be understood, and is not",
        r#"{"alg":"HS256","crit":["exp"],"kid":"k1","typ":"at+jwt"}"#,
    ),
    ("extension-crit-empty", "TOK-4", "an empty list of it", r#"{"alg":"HS256","crit":[],"kid":"k1","typ":"at+jwt"}"#),
    ("extension-crit-null", "TOK-4", "and null", r#"{"alg":"HS256","crit":null,"kid":"k1","typ":"at+jwt"}"#),
    (
        "extension-b64",
        "TOK-4",
        "a payload that is not encoded",
        r#"{"alg":"HS256","b64":false,"crit":["b64"],"kid":"k1","typ":"at+jwt"}"#,
    ),
    ("extension-b64-true", "TOK-4", "one that says it is", r#"{"alg":"HS256","b64":true,"kid":"k1","typ":"at+jwt"}"#),
    (
        "extension-zip",
        "TOK-4",
        "a payload that is compressed",
        r#"{"alg":"HS256","kid":"k1","typ":"at+jwt","zip":"DEF"}"#,
    ),
    (
        "embedded-jwk",
        "TOK-4",
        "a key of its own",
        r#"{"alg":"HS256","jwk":{"k":"AAAA","kty":"oct"},"kid":"k1","typ":"at+jwt"}"#,
    ),
    (
        "embedded-jku",
        "TOK-4",
        "a key to fetch",
        r#"{"alg":"HS256","jku":"https://evil.example/keys","kid":"k1","typ":"at+jwt"}"#,
    ),
    (
        "embedded-x5u",
        "TOK-4",
        "a certificate to fetch",
        r#"{"alg":"HS256","kid":"k1","typ":"at+jwt","x5u":"https://evil.example/c"}"#,
    ),
    ("embedded-x5c", "TOK-4", "certificates", r#"{"alg":"HS256","kid":"k1","typ":"at+jwt","x5c":["AAAA"]}"#),
    ("embedded-x5t", "TOK-4", "a certificate's hash", r#"{"alg":"HS256","kid":"k1","typ":"at+jwt","x5t":"AAAA"}"#),
    (
        "embedded-x5t-s256",
        "TOK-4",
        "and its newer one",
        r#"{"alg":"HS256","kid":"k1","typ":"at+jwt","x5t#S256":"AAAA"}"#,
    ),
    (
        "embedded-escaped",
        "TOK-4",
        "an escape hides no name",
        r#"{"alg":"HS256","\u006awk":{},"kid":"k1","typ":"at+jwt"}"#,
    ),
    ("kid-absent", "TOK-6", "no name of a key", r#"{"alg":"HS256","typ":"at+jwt"}"#),
    ("kid-number", "TOK-6", "a number", r#"{"alg":"HS256","kid":1,"typ":"at+jwt"}"#),
    ("kid-null", "TOK-6", "null", r#"{"alg":"HS256","kid":null,"typ":"at+jwt"}"#),
    ("kid-object", "TOK-6", "an object", r#"{"alg":"HS256","kid":{"k1":1},"typ":"at+jwt"}"#),
    ("kid-list", "TOK-6", "a list", r#"{"alg":"HS256","kid":["k1"],"typ":"at+jwt"}"#),
    ("unknown-kid", "TOK-6 KEY-1", "a name that no key has", r#"{"alg":"HS256","kid":"k2","typ":"at+jwt"}"#),
    ("unknown-kid-case", "TOK-6 KEY-1", "in another case", r#"{"alg":"HS256","kid":"K1","typ":"at+jwt"}"#),
    ("unknown-kid-empty", "TOK-6", "an empty name", r#"{"alg":"HS256","kid":"","typ":"at+jwt"}"#),
    ("unknown-kid-path", "TOK-6", "a path", r#"{"alg":"HS256","kid":"../../dev/null","typ":"at+jwt"}"#),
    ("unknown-kid-query", "TOK-6", "a query", r#"{"alg":"HS256","kid":"k1' OR '1'='1","typ":"at+jwt"}"#),
    (
        "unknown-kid-proto",
        "TOK-6 VALUE-9",
        "a name that every object has in some languages",
        r#"{"alg":"HS256","kid":"__proto__","typ":"at+jwt"}"#,
    ),
    ("type-absent", "TOK-7", "no type", r#"{"alg":"HS256","kid":"k1"}"#),
    ("type-jwt", "TOK-7", "what other libraries write", r#"{"alg":"HS256","kid":"k1","typ":"JWT"}"#),
    ("type-case", "TOK-7", "in another case", r#"{"alg":"HS256","kid":"k1","typ":"AT+JWT"}"#),
    ("type-long", "TOK-7", "the media type written out", r#"{"alg":"HS256","kid":"k1","typ":"application/at+jwt"}"#),
    (
        "type-mwt",
        "TOK-7",
        "an identity token in the place of an access token",
        r#"{"alg":"HS256","kid":"k1","typ":"mwt+jwt"}"#,
    ),
    (
        "type-refresh",
        "TOK-7",
        "a refresh token in the place of an access token",
        r#"{"alg":"HS256","kid":"k1","typ":"rt+jwt"}"#,
    ),
    ("type-number", "TOK-7", "a number", r#"{"alg":"HS256","kid":"k1","typ":5}"#),
    ("json-header-list", "TOK-5", "a list", r#"["HS256"]"#),
    ("json-header-empty", "TOK-5", "no header", ""),
    ("json-header-trailing", "TOK-5 VALUE-8", "something after it", r#"{"alg":"HS256","kid":"k1","typ":"at+jwt"}{}"#),
    (
        "json-header-alg-twice",
        "TOK-5 VALUE-8",
        "two algorithms",
        r#"{"alg":"none","alg":"HS256","kid":"k1","typ":"at+jwt"}"#,
    ),
    (
        "json-header-alg-hidden",
        "TOK-5 VALUE-8",
        "two, one of them in escapes",
        r#"{"alg":"HS256","\u0061lg":"none","kid":"k1","typ":"at+jwt"}"#,
    ),
    ("json-header-kid-twice", "TOK-5 VALUE-8", "two names", r#"{"alg":"HS256","kid":"k1","kid":"k1","typ":"at+jwt"}"#),
    (
        "json-header-bom",
        "TOK-5 VALUE-8",
        "a byte-order mark",
        "\u{feff}{\"alg\":\"HS256\",\"kid\":\"k1\",\"typ\":\"at+jwt\"}",
    ),
    (
        "json-header-surrogate",
        "TOK-5 VALUE-5",
        "half of a character",
        r#"{"alg":"HS256","kid":"k1","typ":"at+jwt","x":"\ud800"}"#,
    ),
];

fn headers() -> Vec<Case> {
    HEADERS.iter().map(|(id, rules, reason, text)| of(id, rules, reason, &with_header(text))).collect()
}

fn keys_and_signatures() -> Vec<Case> {
    let good = good();
    let (parts, signature) = good.rsplit_once('.').unwrap_or_default();
    let (head, payload) = parts.split_once('.').unwrap_or_default();
    let superuser = encoded(ACCESS.replace("\"super\":false", "\"super\":true"));
    let mut two_keys = asked(
        "signature-of-other-key",
        "TOK-8 KEY-1",
        "a key of the ring, and not the one that is named",
        "access",
        &signed(&secret(0x22), access_header(), ACCESS),
    );
    two_keys.input.retain(|(name, _)| *name != "keyring");
    let flipped = if signature.starts_with('A') { 'B' } else { 'A' };
    vec![
        of("signature-empty", "TOK-8", "no signature", &format!("{parts}.")),
        of(
            "signature-short",
            "TOK-8",
            "the first half of it",
            &format!("{parts}.{}", signature.get(..20).unwrap_or_default()),
        ),
        of(
            "signature-flipped",
            "TOK-8",
            "another character",
            &format!("{parts}.{flipped}{}", signature.get(1..).unwrap_or_default()),
        ),
        of("signature-other-key", "TOK-8", "that of another key", &signed(&secret(0x22), access_header(), ACCESS)),
        of(
            "signature-claims",
            "TOK-8",
            "claims that were changed after signing",
            &format!("{head}.{superuser}.{signature}"),
        ),
        of("signature-hex", "TOK-8", "in hexadecimal digits", &format!("{parts}.{}", "ab".repeat(32))),
        of(
            "signature-of-payload",
            "TOK-8",
            "a signature of the claims alone",
            &format!("{parts}.{}", encoded(super::signing::hmac(&KEY, payload.as_bytes()))),
        ),
        refused(two_keys.with("keyring", keys(&[("k1", &KEY), ("k2", &secret(0x22))]))),
        of(
            "algorithm-none-unsigned",
            "TOK-3",
            "none, and no signature",
            &format!("{}.{payload}.", encoded(r#"{"alg":"none","kid":"k1","typ":"at+jwt"}"#)),
        ),
        of(
            "signature-expired",
            "TOK-8",
            "claims are not looked at before the signature holds",
            &signed(&secret(0x22), access_header(), ACCESS.replace("1700000300", "1")),
        ),
    ]
}

fn json() -> Vec<Case> {
    let deep = |depth: usize| {
        ACCESS.replace("{\"aud\"", &format!("{{\"a\":{}{},\"aud\"", "[".repeat(depth), "]".repeat(depth)))
    };
    let claims = [
        ("json-claims-list", "TOK-5", "a list", "[]".to_owned()),
        ("json-claims-empty", "TOK-5", "no claims", String::new()),
        ("json-claims-text", "TOK-5", "a text", "\"sub\"".to_owned()),
        ("json-claims-half", "TOK-5", "half of them", ACCESS.get(..40).unwrap_or_default().to_owned()),
        ("json-claims-trailing", "TOK-5 VALUE-8", "something after them", format!("{ACCESS} 1")),
        ("json-claims-nan", "TOK-5", "a word that is no JSON", ACCESS.replace("1700000300", "NaN")),
        ("json-claims-sub-twice", "TOK-5 VALUE-8", "two subjects", ACCESS.replace("\"sub\"", "\"sub\":\"6\",\"sub\"")),
        ("json-claims-exp-twice", "TOK-5 VALUE-8", "two ends", ACCESS.replace("\"exp\"", "\"exp\":9000000000,\"exp\"")),
        (
            "json-claims-other-twice",
            "TOK-5 VALUE-8",
            "two of a claim that means nothing",
            ACCESS.replace("{\"aud\"", "{\"x\":1,\"x\":1,\"aud\""),
        ),
        (
            "json-claims-nested-twice",
            "TOK-5 VALUE-8",
            "within one that means nothing",
            ACCESS.replace("{\"aud\"", "{\"x\":{\"y\":1,\"y\":1},\"aud\""),
        ),
        (
            "json-claims-sub-hidden",
            "TOK-5 VALUE-8",
            "two, one of them in escapes",
            ACCESS.replace("\"sub\"", "\"s\\u0075b\":\"6\",\"sub\""),
        ),
        ("json-claims-bom", "TOK-5 VALUE-8", "a byte-order mark", format!("\u{feff}{ACCESS}")),
        ("json-claims-surrogate", "TOK-5 VALUE-5", "half of a character", ACCESS.replace("\"5\"", "\"\\udc00\"")),
        ("json-claims-deep", "TOK-5 VALUE-8 LIM-3", "nesting of 65", deep(64)),
        ("json-claims-control", "TOK-5 VALUE-8", "a raw control character", ACCESS.replace("\"5\"", "\"5\n\"")),
    ];
    let mut cases: Vec<Case> =
        claims.iter().map(|(id, rules, reason, text)| of(id, rules, reason, &with_claims(text))).collect();
    let bytes = [ACCESS.replace("\"5\"}", "\"").as_bytes(), b"\xff\xfe"].concat();
    cases.push(of(
        "json-claims-utf8",
        "TOK-5 VALUE-8",
        "bytes that are no UTF-8",
        &signed(&KEY, access_header(), bytes),
    ));
    cases
}
