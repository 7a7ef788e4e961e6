//! Cases of the token against forged requests.

use super::signing::{encoded, hmac, secret};
use crate::pins::case::{Case, case, hex, string};

const KEY: [u8; 32] = secret(0x11);
const NONCE: [u8; 16] = [0xa5; 16];

fn token_of(key: &[u8], session: &str, nonce: &[u8]) -> String {
    let message = format!("{{\"n\":\"{}\",\"s\":{}}}", hex(nonce), string(session));
    encoded([nonce, &hmac(key, message.as_bytes())].concat())
}

fn base(id: &str, rules: &str, reason: &str, session: &str) -> Case {
    let key = format!("\"{}\"", hex(&KEY));
    case(id, rules, reason).with("secret", key).with_text("session", session)
}

pub(in crate::pins) fn cases() -> Vec<Case> {
    let nonce = |bytes: &[u8]| format!("\"{}\"", hex(bytes));
    let mut cases = Vec::new();
    for (id, reason, session) in [
        ("plain", "a session", "ada-1"),
        ("escaped", "any id of a session, as canonical JSON writes it", "\"\\\n\u{e9}\u{1f600}"),
        ("gluing", "an id that looks like a part of the message", "a\",\"n\":\"00"),
    ] {
        let token = token_of(&KEY, session, &NONCE);
        cases.push(base(&format!("mint-{id}"), "CSRF-1", reason, session).with("nonce", nonce(&NONCE)).ok_text(&token));
        cases.push(base(&format!("check-{id}"), "CSRF-2", reason, session).with_text("token", &token).ok("{}"));
    }
    cases.push(
        base("mint-zeros", "CSRF-1", "another nonce, another token", "ada-1")
            .with("nonce", nonce(&[0; 16]))
            .ok_text(&token_of(&KEY, "ada-1", &[0; 16])),
    );
    let token = token_of(&KEY, "ada-1", &NONCE);
    let mut flipped = token.clone();
    flipped.replace_range(40..41, if token.get(40..41) == Some("A") { "B" } else { "A" });
    let bare = encoded(hmac(&KEY, b"ada-1"));
    let glued = encoded([&NONCE[..], &hmac(&KEY, &[b"ada-1", &NONCE[..]].concat())].concat());
    for (id, reason, session, token) in [
        ("session", "the token of another session", "ada-2", token.clone()),
        ("session-case", "in another case", "Ada-1", token.clone()),
        ("key", "of another key", "ada-1", token_of(&secret(0x22), "ada-1", &NONCE)),
        ("flipped", "another character", "ada-1", flipped),
        ("empty", "no token", "ada-1", String::new()),
        ("short", "half a token", "ada-1", token.get(..32).unwrap_or_default().to_owned()),
        ("long", "a token and more", "ada-1", format!("{token}AAAA")),
        ("padded", "padding", "ada-1", format!("{token}=")),
        ("blank", "a blank before it", "ada-1", format!(" {token}")),
        ("alphabet", "the other alphabet", "ada-1", "+/".repeat(32)),
        ("letters", "letters of no alphabet", "ada-1", "é".repeat(32)),
        ("no-nonce", "an HMAC of the session alone", "ada-1", bare),
        ("glued", "one of session and nonce glued together", "ada-1", glued),
        ("nobody", "a session without an id, and its right HMAC", "", token_of(&KEY, "", &NONCE)),
    ] {
        cases.push(
            base(&format!("refused-{id}"), "CSRF-2", reason, session).with_text("token", &token).refused("FORBIDDEN"),
        );
    }
    cases.extend([
        base("nonce-15", "CSRF-1", "a nonce is 16 bytes", "ada-1")
            .with("nonce", nonce(&[1; 15]))
            .refused("BAD_REQUEST"),
        base("nonce-17", "CSRF-1", "and no more", "ada-1").with("nonce", nonce(&[1; 17])).refused("BAD_REQUEST"),
        base("session-empty", "CSRF-1", "a session has an id", "").with("nonce", nonce(&NONCE)).refused("BAD_REQUEST"),
        case("secret-short", "KEY-3", "a key that does not start")
            .with("secret", format!("\"{}\"", hex(&[0x11; 31])))
            .with_text("session", "ada-1")
            .with("nonce", nonce(&NONCE))
            .does_not_build("keys[\"csrf\"] is shorter than 32 bytes"),
    ]);
    cases
}
