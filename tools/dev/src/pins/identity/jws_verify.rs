//! Cases of a bare JWS: three parts, HS256, and no claim is read.

use super::signing::{encoded, keys, sealed, secret, signed};
use crate::pins::case::{Case, case, hex};

const KEY: [u8; 32] = secret(0x11);
const OTHER: [u8; 32] = secret(0x22);

/// The key and the token of RFC 7515, appendix A.1.
const RFC_KEY: &str = "0323354b2b0fa5bc837e0665777ba68f5ab328e6f054c928a90f84b2d2502ebfd3fb5a92d20647ef968ab4c377623d223d2e2172052e4f08c0cd9af567d080a3";
const RFC_TOKEN: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const RFC_PAYLOAD: &str = "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}";

fn of(id: &str, rules: &str, reason: &str, text: &str) -> Case {
    case(id, rules, reason).with("keyring", keys(&[("k1", &KEY), ("k2", &OTHER)])).with_text("text", text)
}

fn ok(id: &str, rules: &str, reason: &str, text: &str, payload: &[u8]) -> Case {
    of(id, rules, reason, text).ok(&format!("{{\"hex\":\"{}\"}}", hex(payload)))
}

/// Id, rules, reason, header: each over the claims `{}` by the first key.
const TAKEN: &[(&str, &str, &str, &str)] = &[
    ("kid", "TOK-6", "by the key that is named", r#"{"alg":"HS256","kid":"k1"}"#),
    ("kid-absent", "TOK-6", "by the first key, where none is named", r#"{"alg":"HS256"}"#),
    ("typ", "TOK-7", "any type", r#"{"alg":"HS256","typ":"JWT"}"#),
    ("typ-ours", "TOK-7", "that of a token", r#"{"alg":"HS256","kid":"k1","typ":"rt+jwt"}"#),
    ("order", "TOK-5", "in another order, with blanks", "{ \"typ\":\"JWT\",\r\n \"alg\":\"HS256\" }"),
    ("other", "TOK-4", "members that mean nothing here", r#"{"alg":"HS256","cty":"text/plain","x":{"jwk":1}}"#),
];

/// The same, refused.
const REFUSED: &[(&str, &str, &str, &str)] = &[
    ("alg-none", "TOK-3", "none", r#"{"alg":"none"}"#),
    ("alg-case", "TOK-3", "another case", r#"{"alg":"Hs256"}"#),
    ("alg-absent", "TOK-3", "no algorithm", r#"{"kid":"k1"}"#),
    ("alg-number", "TOK-3", "a number", r#"{"alg":256}"#),
    ("alg-hs512", "TOK-3", "a longer hash", r#"{"alg":"HS512"}"#),
    ("alg-rs256", "TOK-3", "that of a public key", r#"{"alg":"RS256"}"#),
    ("crit", "TOK-4", "what must be understood", r#"{"alg":"HS256","crit":["x"],"x":1}"#),
    ("b64", "TOK-4", "a payload that is not encoded", r#"{"alg":"HS256","b64":false}"#),
    ("zip", "TOK-4", "one that is compressed", r#"{"alg":"HS256","zip":"DEF"}"#),
    ("jwk", "TOK-4", "a key of its own", r#"{"alg":"HS256","jwk":{"k":"","kty":"oct"}}"#),
    ("jku", "TOK-4", "a key to fetch", r#"{"alg":"HS256","jku":"https://evil.example"}"#),
    ("x5u", "TOK-4", "a certificate to fetch", r#"{"alg":"HS256","x5u":"https://evil.example"}"#),
    ("x5c", "TOK-4", "certificates", r#"{"alg":"HS256","x5c":[]}"#),
    ("x5t", "TOK-4", "a certificate's hash", r#"{"alg":"HS256","x5t":""}"#),
    ("kid-unknown", "TOK-6", "a name that no key has", r#"{"alg":"HS256","kid":"k3"}"#),
    ("kid-other", "TOK-6 TOK-8", "the name of the other key", r#"{"alg":"HS256","kid":"k2"}"#),
    ("kid-number", "TOK-6", "a number", r#"{"alg":"HS256","kid":1}"#),
    ("typ-number", "TOK-7", "a type is text", r#"{"alg":"HS256","typ":1}"#),
    ("header-list", "TOK-5", "a list", r#"["HS256"]"#),
    ("header-twice", "TOK-5 VALUE-8", "two algorithms", r#"{"alg":"HS256","alg":"HS256"}"#),
    ("header-nested-twice", "TOK-5 VALUE-8", "two of a name within", r#"{"alg":"HS256","x":{"y":1,"y":2}}"#),
    ("header-bom", "TOK-5 VALUE-8", "a byte-order mark", "\u{feff}{\"alg\":\"HS256\"}"),
    ("header-surrogate", "TOK-5 VALUE-5", "half of a character", r#"{"alg":"HS256","x":"\udfff"}"#),
    ("header-trailing", "TOK-5 VALUE-8", "something after it", r#"{"alg":"HS256"},"#),
    ("header-empty", "TOK-5", "no header", ""),
];

pub(in crate::pins) fn cases() -> Vec<Case> {
    let plain = r#"{"alg":"HS256"}"#;
    let good = signed(&KEY, plain, "{}");
    let (parts, signature) = good.rsplit_once('.').unwrap_or_default();
    let deep = |depth: usize| format!("{{\"alg\":\"HS256\",\"x\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
    let mut cases: Vec<Case> = TAKEN
        .iter()
        .map(|(id, rules, reason, header)| ok(id, rules, reason, &signed(&KEY, header, "{}"), b"{}"))
        .collect();
    cases.extend([
        case("rfc-7515", "TOK-2 TOK-8", "the example of RFC 7515, appendix A.1")
            .with("keyring", format!("[{{\"kid\":\"k\",\"secret\":\"{RFC_KEY}\"}}]"))
            .with_text("text", RFC_TOKEN)
            .ok(&format!("{{\"hex\":\"{}\"}}", hex(RFC_PAYLOAD.as_bytes()))),
        ok(
            "second-key",
            "TOK-6 KEY-1",
            "by the second key, which is named",
            &signed(&OTHER, r#"{"alg":"HS256","kid":"k2"}"#, "{}"),
            b"{}",
        ),
        ok("payload-bytes", "TOK-2", "a payload of any bytes", &signed(&KEY, plain, b"\0\xff\xfe"), b"\0\xff\xfe"),
        ok("payload-empty", "TOK-2", "a payload of no bytes", &signed(&KEY, plain, ""), b""),
        ok(
            "payload-no-json",
            "TOK-5",
            "a payload that is no JSON",
            &signed(&KEY, plain, "{\"a\":1,\"a\":2}"),
            b"{\"a\":1,\"a\":2}",
        ),
        ok("depth-64", "TOK-5 LIM-3", "nesting of 64", &signed(&KEY, deep(63), "{}"), b"{}"),
    ]);
    let no = |id: &str, rules: &str, reason: &str, text: &str| of(id, rules, reason, text).refused("UNAUTHENTICATED");
    cases.extend(
        REFUSED.iter().map(|(id, rules, reason, header)| {
            no(&format!("refused-{id}"), rules, reason, &signed(&KEY, header, "{}"))
        }),
    );
    cases.extend([
        no("refused-kid-absent-second", "TOK-6", "by the second key, which is not named", &signed(&OTHER, plain, "{}")),
        no("refused-depth-65", "TOK-5 LIM-3", "nesting of 65", &signed(&KEY, deep(64), "{}")),
        no("refused-empty", "TOK-2", "no text", ""),
        no("refused-two-parts", "TOK-2", "no signature", parts),
        no("refused-four-parts", "TOK-2", "a part too many", &format!("{good}.e30")),
        no("refused-unsigned", "TOK-8", "an empty signature", &format!("{parts}.")),
        no("refused-padded", "TOK-2", "padding", &format!("{good}=")),
        no(
            "refused-padded-payload",
            "TOK-2",
            "padding, and signed so",
            &sealed(&KEY, &format!("{}.e30=", encoded(plain))),
        ),
        no(
            "refused-spare-bits",
            "TOK-2",
            "spare bits, and signed so",
            &sealed(&KEY, &format!("{}.e31", encoded(plain))),
        ),
        no("refused-line-end", "TOK-2", "a line end", &format!("{good}\n")),
        no(
            "refused-signature",
            "TOK-8",
            "another signature",
            &format!("{parts}.{}", signature.chars().rev().collect::<String>().replace(['-', '_'], "A")),
        ),
        no("refused-too-long", "TOK-2 LIM-11", "over 8 KiB", &signed(&KEY, plain, "x".repeat(6200))),
        of("text-number", "TOK-2", "a token is text", "").refused("BAD_REQUEST"),
    ]);
    if let Some(case) = cases.last_mut() {
        case.input.retain(|(name, _)| *name != "text");
        case.input.push(("text", "5".to_owned()));
    }
    cases
}
