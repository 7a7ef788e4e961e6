//! Requests that a page forged, and the token against them (CSRF-3 to CSRF-10).

use super::super::case::{Case, string};
use super::super::identity::signing::{encoded, header, hmac, keys, secret, signed};
use super::super::scope::function;
use super::{NULL, asked, item_read};

const KEY: [u8; 32] = secret(0x33);
const ACCESS: [u8; 32] = secret(0x22);
/// The request's number, and the time: nothing of a token.
const NONCE: u64 = 0x0001_2345_6789_abcd;
const NOW: u64 = 1_772_359_200;
/// The bytes that are drawn for the token.
const RANDOM: [u8; 16] = [0xa7; 16];
const RANDOM_DIGITS: &str = "a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7";

/// The token of a session that the request is given (CSRF-1).
fn token(session: &str) -> String {
    random_token(session, &RANDOM, RANDOM_DIGITS)
}

/// One that it was given before.
fn earlier_token(session: &str) -> String {
    random_token(session, &[0x5a; 16], "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a")
}

fn random_token(session: &str, nonce: &[u8], digits: &str) -> String {
    let text = format!(r#"{{"n":"{digits}","s":{}}}"#, string(session));
    encoded([nonce.to_vec(), hmac(&KEY, text.as_bytes())].concat())
}

fn protection(more: &str) -> String {
    let (csrf, access) = (keys(&[("c", &KEY)]), keys(&[("a", &ACCESS)]));
    format!(r#"{{"keys":{{"csrf":{csrf},"access":{access}}},"audience":"shop","csrf":true{more}}}"#)
}

pub(super) fn cases() -> Vec<Case> {
    [session(), claimed(), origins()].concat()
}

fn got(id: &str, rules: &str, reason: &str, method: &str) -> Case {
    asked(id, rules, reason, &[&item_read()], &[])
        .request(method, "/api/mizan/session/", "", &[], b"")
        .with("nonce", NONCE.to_string())
        .with_text("random", RANDOM_DIGITS)
}

fn session() -> Vec<Case> {
    let with = |id: &str, rules: &str, reason: &str| got(id, rules, reason, "GET").with("protection", protection(""));
    let body = |authenticated: bool, token: &str| {
        format!(r#"{{"authenticated":{authenticated},"csrf":{{"header":"X-Mizan-CSRF","token":"{token}"}}}}"#)
    };
    let set = |token: &str| format!("mizan_csrf={token}; Path=/; HttpOnly; SameSite=Lax");
    let (told, cookie) = (
        |authenticated: bool, session: &str| body(authenticated, &token(session)),
        |session: &str| set(&token(session)),
    );
    // What a request of Ada's holds in its cookies, and the token that it is told.
    let holding = |id: &str, reason: &str, cookies: &[(&str, &str)], expected: &str| {
        asked(id, "CSRF-7", reason, &[&item_read()], &[])
            .request("GET", "/api/mizan/session/", "", cookies, b"")
            .with("nonce", NONCE.to_string())
            .with_text("random", RANDOM_DIGITS)
            .with("protection", protection(""))
            .with("identity", ADA)
            .status(200)
            .body(&body(true, expected))
            .header("set-cookie", Some(&set(expected)))
    };
    let (ada, new) = (earlier_token("sub:ada"), token("sub:ada"));
    let held = |token: &str| format!("a=b; mizan_csrf={token} ; c=d");
    let unsigned = format!("{}{}", &ada[..63], if ada.ends_with('A') { 'B' } else { 'A' });
    vec![
        got("session", "CSRF-7", "an application that asks for no token", "GET")
            .status(200)
            .body(r#"{"authenticated":false,"csrf":null}"#)
            .header("set-cookie", None)
            .header("cache-control", Some("no-store"))
            .steps(r#"[{"identify":true}]"#),
        got("session-authenticated", "CSRF-7", "to somebody", "GET")
            .with("identity", r#"{"sub":"ada"}"#)
            .status(200)
            .body(r#"{"authenticated":true,"csrf":null}"#),
        with("session-token", "CSRF-7 CSRF-8", "a token of nobody's session, and its cookie")
            .status(200)
            .body(&told(false, "anonymous"))
            .header("set-cookie", Some(&cookie("anonymous"))),
        with("session-token-secure", "CSRF-7", "over TLS")
            .with("secure", "true")
            .status(200)
            .header("set-cookie", Some(&format!("{}; Secure", cookie("anonymous")))),
        with("session-token-sub", "CSRF-7 CSRF-8", "bound to who asks")
            .with("identity", r#"{"sub":"ada"}"#)
            .status(200)
            .body(&told(true, "sub:ada"))
            .header("set-cookie", Some(&cookie("sub:ada"))),
        with("session-token-session", "CSRF-8", "or to the session that the application names")
            .with("identity", r#"{"sub":"ada","session":"s1"}"#)
            .status(200)
            .body(&told(true, "session:s1")),
        with("session-token-unnamed", "CSRF-1 CSRF-8", "an empty name is none, so that nobody shares a token by it")
            .with("identity", r#"{"sub":"ada","session":""}"#)
            .status(200)
            .body(&told(true, "sub:ada")),
        holding("session-again", "a token that the caller holds is told again", &[("Cookie", &held(&ada))], &ada),
        holding(
            "session-again-other",
            "one of another session is not",
            &[("Cookie", &held(&earlier_token("sub:bob")))],
            &new,
        ),
        holding(
            "session-again-anonymous",
            "nor one from before the caller signed in",
            &[("Cookie", &held(&earlier_token("anonymous")))],
            &new,
        ),
        holding("session-again-unsigned", "nor one that nobody signed", &[("Cookie", &held(&unsigned))], &new),
        holding(
            "session-again-header",
            "nor one that stands in no cookie",
            &[("Cookie", "a=b"), ("X-Mizan-CSRF", &ada)],
            &new,
        ),
        got("session-head", "CSRF-7", "HEAD has no body", "HEAD")
            .with("protection", protection(""))
            .status(200)
            .body("")
            .header("set-cookie", Some(&cookie("anonymous"))),
        got("session-post", "CSRF-7 HTTP-3", "there is nothing to post", "POST")
            .status(405)
            .header("allow", Some("GET, HEAD"))
            .at_once(),
        with("session-raises", "CSRF-7 AUTH-7", "credentials that are there and not valid")
            .with("identity", r#"{"protocol":{"code":"UNAUTHENTICATED","message":"That is nobody."}}"#)
            .error(401, "UNAUTHENTICATED", "That is nobody.")
            .header("set-cookie", None),
    ]
}

/// A call of `f` with these headers and this guard.
fn called(id: &str, rules: &str, reason: &str, auth: &str, headers: &[(&str, &str)]) -> Case {
    let f = function("f", "{}", &format!("{auth}{NULL}"));
    let headers = [&[("Content-Type", "application/json")], headers].concat();
    asked(id, rules, reason, &[&f, &item_read()], &[])
        .with("protection", protection(r#","access":true,"trusted_origins":["https://app.example"]"#))
        .request("POST", "/api/mizan/call/", "", &headers, br#"{"fn":"f"}"#)
        .outcomes(r#"{"f":{"result":null},"item_read":{"result":"tea"}}"#)
}

const IDENTIFY: &str = r#"[{"identify":true}]"#;
const INVOKE: &str = r#"[{"invoke":[{"args":{},"fn":"f","timeout_ms":30000}]}]"#;
const ADA: &str = r#"{"sub":"ada"}"#;
const ADA_S1: &str = r#"{"sub":"ada","session":"s1"}"#;

fn claimed() -> Vec<Case> {
    let cookie = |session: &str| format!("a=b; mizan_csrf={} ; c=d", token(session));
    let with = |id: &str, rules: &str, reason: &str, held: &str, shown: &str| {
        called(id, rules, reason, "", &[("Cookie", &cookie(held)), ("X-Mizan-CSRF", &token(shown))])
    };
    let passes = |case: Case, identity: &str| case.with("identity", identity).status(200);
    let fails = |case: Case, identity: &str| {
        case.with("identity", identity)
            .error(403, "FORBIDDEN", "the token against forged requests is missing or not this session's")
            .header("x-mizan-csrf", Some("required"))
            .steps(IDENTIFY)
    };
    let bare = |id: &str, reason: &str, headers: &[(&str, &str)]| called(id, "CSRF-9", reason, "", headers);
    let (ada, other) = (token("sub:ada"), token("sub:bob"));
    let (both, of_ada) = (format!("mizan_csrf={ada}; mizan_csrf={ada}"), cookie("sub:ada"));
    vec![
        passes(
            with("csrf", "CSRF-8 CSRF-9", "the caller's token, in the header and in its cookie", "sub:ada", "sub:ada"),
            ADA,
        ),
        passes(
            with(
                "csrf-session",
                "CSRF-8",
                "that of the session that the application names",
                "session:s1",
                "session:s1",
            ),
            ADA_S1,
        ),
        passes(with("csrf-nobody", "CSRF-8", "nobody's, from nobody", "anonymous", "anonymous"), "null"),
        bare("csrf-no-cookie", "a request without cookies rests on none", &[]).status(200).steps(INVOKE),
        asked("csrf-bundle", "CSRF-9 CSRF-3", "what only reads needs none", &[&item_read()], &[])
            .with("protection", protection(""))
            .request("GET", "/api/mizan/ctx/item/", "id=5", &[("Cookie", "a=b")], b"")
            .outcomes(r#"{"item_read":{"result":"tea"}}"#)
            .status(200),
        fails(with("csrf-of-another", "CSRF-8", "another caller's", "sub:bob", "sub:bob"), ADA),
        fails(with("csrf-of-nobody", "CSRF-8", "one from before the caller signed in", "anonymous", "anonymous"), ADA),
        fails(
            with(
                "csrf-of-another-session",
                "CSRF-8",
                "that of another session of the caller's",
                "session:s2",
                "session:s2",
            ),
            ADA_S1,
        ),
        fails(
            with(
                "csrf-sub-for-session",
                "CSRF-8",
                "the caller's, where the application names a session",
                "sub:ada",
                "sub:ada",
            ),
            ADA_S1,
        ),
        fails(
            with("csrf-sub-like-session", "CSRF-8", "a caller who is named like a session", "session:s1", "session:s1"),
            r#"{"sub":"session:s1"}"#,
        ),
        fails(with("csrf-unlike", "CSRF-9", "two that differ", "sub:bob", "sub:ada"), ADA),
        fails(bare("csrf-header-alone", "the header alone", &[("Cookie", "a=b"), ("X-Mizan-CSRF", &ada)]), ADA),
        fails(bare("csrf-cookie-alone", "the cookie alone", &[("Cookie", &of_ada)]), ADA),
        fails(bare("csrf-neither", "neither of them", &[("Cookie", "a=b")]), ADA),
        fails(bare("csrf-empty", "both of them empty", &[("Cookie", "mizan_csrf="), ("X-Mizan-CSRF", "")]), ADA),
        fails(
            bare(
                "csrf-header-twice",
                "the header twice",
                &[("Cookie", &of_ada), ("X-Mizan-CSRF", &ada), ("X-Mizan-CSRF", &ada)],
            ),
            ADA,
        ),
        fails(bare("csrf-cookie-twice", "the cookie twice", &[("Cookie", &both), ("X-Mizan-CSRF", &ada)]), ADA),
        fails(
            bare(
                "csrf-cookie-lines",
                "the cookie in two lines",
                &[("Cookie", &of_ada), ("Cookie", &format!("mizan_csrf={other}")), ("X-Mizan-CSRF", &ada)],
            ),
            ADA,
        ),
        fails(
            called("csrf-before-guard", "CSRF-9", "before any guard", r#""auth":"staff","#, &[("Cookie", "a=b")]),
            ADA,
        ),
        fails(
            called(
                "csrf-private",
                "CSRF-9",
                "whatever is asked for",
                r#""auth":{"guard":"is_owner"},"#,
                &[("Cookie", "a=b")],
            ),
            "null",
        ),
    ]
}

fn origins() -> Vec<Case> {
    let claims = format!(
        r#"{{"aud":"shop","exp":{},"iat":{NOW},"jti":"j","nbf":{NOW},"staff":false,"sub":"5","super":false}}"#,
        NOW + 900
    );
    let bearer = format!("Bearer {}", signed(&ACCESS, header("a", "at+jwt"), claims));
    let by_token = ("Authorization", bearer.as_str());
    let (foreign, host) = (("Origin", "https://evil.example"), ("Host", "shop.example"));
    let stopped = |id: &str, rules: &str, reason: &str, headers: &[(&str, &str)]| {
        called(id, rules, reason, "", headers)
            .error(403, "FORBIDDEN", "the request comes from a page of another origin")
            .header("x-mizan-csrf", None)
            .at_once()
    };
    vec![
        called(
            "csrf-token",
            "CSRF-10",
            "a valid token needs no other, and comes from anywhere",
            "",
            &[by_token, ("Cookie", "a=b"), foreign, host, ("Sec-Fetch-Site", "cross-site")],
        )
        .status(200)
        .steps(INVOKE),
        called("origin-same", "CSRF-5", "a page of the same origin", "", &[("Origin", "https://shop.example"), host])
            .status(200)
            .steps(INVOKE),
        called(
            "origin-trusted",
            "CSRF-6",
            "a page of an origin that is trusted",
            "",
            &[("Origin", "https://app.example"), host, ("Sec-Fetch-Site", "cross-site")],
        )
        .status(200)
        .steps(INVOKE),
        stopped("origin-foreign", "CSRF-3 CSRF-5", "a page of another origin", &[foreign, host]),
        stopped(
            "origin-cross-site",
            "CSRF-3 CSRF-4",
            "a page of another site",
            &[("Sec-Fetch-Site", "cross-site"), host],
        ),
        stopped(
            "origin-trusted-plainly",
            "CSRF-6",
            "a trusted host by another scheme",
            &[("Origin", "http://app.example"), host],
        ),
        called("origin-before-media", "CALL-5 CSRF-3", "the origin comes before what is wrong with the rest", "", &[])
            .request_instead(&[foreign, host, ("Content-Type", "text/plain")], b"{")
            .error(403, "FORBIDDEN", "the request comes from a page of another origin")
            .at_once(),
    ]
}
