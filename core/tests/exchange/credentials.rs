//! Tokens, sessions, and requests that other pages forge (AUTH-9, AUTH-10, CSRF-3 to CSRF-10).

use mizan_core::dispatch::credentials::TokenRules;
use mizan_core::dispatch::{Failure, GuardOutcome};
use mizan_core::error::code::ErrorCode;
use mizan_core::identity::Identity;
use mizan_core::identity::keyring::{Key, Keyring, Purpose};
use mizan_core::identity::origin::TrustedOrigins;
use mizan_core::identity::permission_key::permission_key;
use mizan_core::identity::secret::Secret;
use mizan_core::identity::token::{Grant, mint};
use mizan_core::registry::Secrets;

use crate::host::{Host, NOW, Ran, SHOP, identity, returned};

const STAFF_ONLY: &str = r#"{"fn":"staff_only","args":{"n":1}}"#;
const ECHO: &str = r#"{"fn":"echo","args":{"value":1}}"#;
const CHANGE: &str = r#"{"fn":"change","args":{}}"#;
const JSON: (&str, &str) = ("Content-Type", "application/json");

fn ring(purpose: Purpose) -> Keyring {
    let secret = Secret::new(&[7; 32]).expect("a right secret");
    Keyring::new(vec![Key::derived(&secret, purpose)]).expect("one key")
}

fn secrets() -> Secrets {
    Secrets {
        tokens: Some(TokenRules {
            mwt: Some(ring(Purpose::Mwt)),
            access: Some(ring(Purpose::Access)),
            audience: "shop".to_owned(),
            leeway: 30,
        }),
        csrf: Some(ring(Purpose::Csrf)),
        trusted_origins: TrustedOrigins::new(&["https://app.example"]).expect("an origin"),
        ..Secrets::default()
    }
}

fn host() -> Host {
    let change = r#"{"name":"change","auth":{"permissions":["shop.change"]},"input":{"type":"object","properties":{}},"output":{"type":"null"}},{"name":"echo""#;
    let document = SHOP.replace(r#"{"name":"echo""#, change);
    Host::new(&document)
        .with(secrets())
        .on("staff_only", |_| returned("1"))
        .on("messages", |_| returned("[]"))
        .on("change", |_| returned("null"))
        .on("echo", |_| returned("1"))
}

fn access(sub: &str, staff: bool, ago: i64) -> String {
    let grant = Grant::Access { jti: "1", staff, superuser: false };
    mint(&ring(Purpose::Access), "shop", sub, &grant, now() - ago, 900).expect("a token")
}

fn mwt(sub: &str, permissions: &[&str]) -> String {
    let pkey = permission_key(permissions, false, false);
    let grant = Grant::Mwt { pkey: pkey.as_str(), staff: false, superuser: false };
    mint(&ring(Purpose::Mwt), "shop", sub, &grant, now(), 300).expect("a token")
}

fn now() -> i64 {
    i64::try_from(NOW).expect("a time")
}

fn post(host: &Host, body: &str, headers: &[(&str, &str)]) -> Ran {
    let headers: Vec<_> = std::iter::once(JSON).chain(headers.iter().copied()).collect();
    host.request("POST", "/api/mizan/call/", "", &headers, body.as_bytes())
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

#[test]
fn an_access_token_says_who_asks_and_the_host_is_not_asked() {
    let ran = post(&host(), STAFF_ONLY, &[("Authorization", &bearer(&access("ada", true, 0)))]);
    assert_eq!((ran.response.status, ran.steps), (200, vec![r#"staff_only{"n":1}"#.to_owned()]));
    let ran = post(&host(), STAFF_ONLY, &[("authorization", &format!("bearer {}", access("eve", false, 0)))]);
    assert_eq!(ran.response.status, 403);
}

#[test]
fn a_token_that_is_there_and_not_valid_ends_it_without_asking_the_host() {
    let host = host().by(identity("ada", true));
    let refresh = mint(&ring(Purpose::Refresh), "shop", "ada", &Grant::Refresh { fam: "f", jti: "j" }, now(), 60)
        .expect("a token");
    let elsewhere = mint(
        &ring(Purpose::Access),
        "other",
        "ada",
        &Grant::Access { jti: "j", staff: true, superuser: true },
        now(),
        60,
    )
    .expect("a token");
    for (name, value) in [
        ("Authorization", bearer("")),
        ("Authorization", "Bearer".to_owned()),
        ("Authorization", bearer("x.y.z")),
        ("Authorization", bearer(&access("ada", true, 1000))),
        ("Authorization", bearer(&mwt("ada", &[]))),
        ("Authorization", bearer(&refresh)),
        ("Authorization", bearer(&elsewhere)),
        ("X-Mizan-Token", String::new()),
        ("X-Mizan-Token", access("ada", true, 0)),
    ] {
        let ran = post(&host, STAFF_ONLY, &[(name, &value)]);
        assert_eq!(ran.response.status, 401, "{name}: {value}");
        assert_eq!(ran.header("x-mizan-token"), Some("refused"), "{name}: {value}");
        assert!(ran.steps.is_empty(), "{name}: {:?}", ran.steps);
        assert_eq!(ran.body(), r#"{"error":{"code":"UNAUTHENTICATED","message":"the token is not valid"}}"#);
        // A call that anybody may make, too.
        assert_eq!(post(&host, ECHO, &[(name, &value)]).response.status, 401, "{name}: {value}");
        assert_eq!(host.request("GET", "/api/mizan/ctx/catalog/", "", &[(name, &value)], b"").response.status, 401);
    }
}

#[test]
fn the_identity_token_comes_before_the_bearer_and_two_of_one_are_refused() {
    let (good, bad) = (mwt("ada", &[]), bearer("x"));
    assert_eq!(post(&host(), ECHO, &[("Authorization", &bad), ("X-Mizan-Token", &good)]).response.status, 200);
    assert_eq!(post(&host(), ECHO, &[("X-Mizan-Token", &good), ("X-Mizan-Token", &good)]).response.status, 401);
    let access = bearer(&access("ada", false, 0));
    assert_eq!(post(&host(), ECHO, &[("Authorization", &access), ("Authorization", &access)]).response.status, 401);
}

#[test]
fn another_scheme_and_an_application_without_tokens_leave_the_headers_to_the_application() {
    let host = host().by(identity("ada", true));
    assert_eq!(post(&host, STAFF_ONLY, &[("Authorization", "Basic eDp5")]).response.status, 200);
    let plain = Host::shop().by(identity("ada", true));
    let ran = post(&plain, STAFF_ONLY, &[("Authorization", "Bearer x"), ("X-Mizan-Token", "x")]);
    assert_eq!((ran.response.status, ran.steps.first().map(String::as_str)), (200, Some("identify")));
}

#[test]
fn what_a_token_allows_is_asked_for_only_by_a_guard_and_has_to_be_what_it_was() {
    let mut host = host();
    let token = mwt("ada", &["shop.change"]);
    host.permissions = Ok(Some(vec!["shop.change".to_owned()]));
    let ran = post(&host, CHANGE, &[("X-Mizan-Token", &token)]);
    assert_eq!((ran.response.status, ran.steps), (200, vec!["permissions ada".to_owned(), "change{}".to_owned()]));
    assert_eq!(post(&host, ECHO, &[("X-Mizan-Token", &token)]).steps, [r#"echo{"value":1}"#]);

    host.permissions = Ok(Some(vec!["shop.change".to_owned(), "shop.view".to_owned()]));
    assert_eq!(post(&host, CHANGE, &[("X-Mizan-Token", &token)]).response.status, 401, "allowed something else since");
    assert_eq!(post(&host, CHANGE, &[("Authorization", &bearer(&access("ada", false, 0)))]).response.status, 200);

    host.permissions = Ok(None);
    assert_eq!(post(&host, CHANGE, &[("X-Mizan-Token", &token)]).response.status, 403, "nobody can tell");
    host.permissions = Err(Failure::Protocol { code: ErrorCode::Unavailable, message: None, retry_after: None });
    assert_eq!(post(&host, CHANGE, &[("X-Mizan-Token", &token)]).response.status, 503);
}

#[test]
fn what_a_superuser_is_allowed_is_asked_for_by_whoever_looks_at_it() {
    let taking = r#""name":"echo","reads_identity":true,"#;
    let document = SHOP.replace(r#""name":"echo","#, taking);
    let mut host = Host::new(&document).with(secrets()).on("guarded", |_| returned("1")).on("echo", |_| returned("1"));
    host.guard = GuardOutcome::Allowed;
    let guarded = r#"{"fn":"guarded","args":{"n":1}}"#;
    let pkey = permission_key(&["shop.change"], false, true);
    let grant = Grant::Mwt { pkey: pkey.as_str(), staff: false, superuser: true };
    let token = mint(&ring(Purpose::Mwt), "shop", "root", &grant, now(), 300).expect("a token");
    for body in [guarded, ECHO] {
        host.permissions = Ok(Some(vec!["shop.change".to_owned()]));
        let ran = post(&host, body, &[("X-Mizan-Token", &token)]);
        assert_eq!((ran.response.status, ran.steps[0].as_str()), (200, "permissions root"), "{body}");
        host.permissions = Ok(Some(Vec::new()));
        let ran = post(&host, body, &[("X-Mizan-Token", &token)]);
        assert_eq!((ran.response.status, ran.steps.len()), (401, 1), "{body}: allowed something else since");
    }
}

#[test]
fn what_a_token_allows_is_not_asked_for_to_narrow_by_who_asks() {
    let host = host().on("read_all", |_| returned("null"));
    let ran = post(&host, r#"{"fn":"read_all"}"#, &[("X-Mizan-Token", &mwt("ada", &[]))]);
    assert_eq!(ran.header("x-mizan-invalidate"), Some("inbox;*sub=\"ada\""));
    assert_eq!(ran.steps, ["read_all{}"]);
}

#[test]
fn a_refresh_whose_permissions_are_others_now_is_left_out_and_the_call_stands() {
    let guarded = r#""name":"user_profile","auth":{"permissions":["shop.see"]},"context":"user""#;
    let document = SHOP.replace(r#""name":"user_profile","context":"user""#, guarded);
    let unavailable = Failure::Protocol { code: ErrorCode::Unavailable, message: None, retry_after: None };
    let call =
        r#"{"fn":"rename","args":{"user_id":5,"name":"Ada"},"refresh":[{"context":"user","params":{"user_id":5}}]}"#;
    let ask = |permissions| {
        let mut host = Host::new(&document)
            .with(secrets())
            .on("rename", |_| returned(r#"{"user_id":5,"name":"Ada"}"#))
            .on("user_profile", |_| returned(r#"{"user_id":5,"name":"Ada"}"#))
            .on("user_orders", |_| returned("[]"));
        host.permissions = permissions;
        post(&host, call, &[("X-Mizan-Token", &mwt("ada", &["shop.see"]))])
    };
    let ran = ask(Ok(Some(vec!["shop.see".to_owned()])));
    assert!(ran.body().starts_with(r#"{"bundles":[{"context":"user""#), "{}", ran.body());
    for permissions in [Ok(Some(vec!["other".to_owned()])), Ok(None), Err(unavailable)] {
        let ran = ask(permissions.clone());
        assert_eq!(ran.response.status, 200, "{permissions:?}: {}", ran.body());
        assert!(ran.body().starts_with(r#"{"invalidate":[{"context":"user""#), "{permissions:?}: {}", ran.body());
        assert_eq!(ran.header("x-mizan-invalidate"), Some("user;user_id=5"), "{permissions:?}");
    }
}

/// The session's token, and the cookie, of that caller.
fn csrf(host: &Host) -> (String, String) {
    let ran = host.request("GET", "/api/mizan/session/", "", &[], b"");
    assert_eq!(ran.response.status, 200);
    let token =
        ran.body().split("\"token\":\"").nth(1).expect("a token").split('"').next().expect("its end").to_owned();
    let cookie = ran.header("set-cookie").expect("a cookie").split(';').next().expect("its value").to_owned();
    assert_eq!(cookie, format!("mizan_csrf={token}"));
    (token, cookie)
}

#[test]
fn a_session_is_told_with_its_token_and_its_cookie() {
    let mut host = host();
    let ran = host.request("GET", "/api/mizan/session", "", &[], b"");
    assert!(
        ran.body().starts_with(r#"{"authenticated":false,"csrf":{"header":"X-Mizan-CSRF","token":""#),
        "{}",
        ran.body()
    );
    assert_eq!(ran.header("cache-control"), Some("no-store"));
    assert!(ran.header("set-cookie").is_some_and(|cookie| cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax")));
    host.secure = true;
    let host = host.by(identity("ada", false));
    let ran = host.request("GET", "/api/mizan/session/", "", &[], b"");
    assert!(ran.body().starts_with(r#"{"authenticated":true,"#));
    assert!(ran.header("set-cookie").is_some_and(|cookie| cookie.ends_with("; Secure")));
    let head = host.request("HEAD", "/api/mizan/session/", "", &[], b"");
    assert_eq!((head.body(), head.header("content-length")), ("", ran.header("content-length")));
    assert_eq!(Host::shop().get("/api/mizan/session/", "").body(), r#"{"authenticated":false,"csrf":null}"#);
    assert_eq!(post(&host, "{}", &[]).response.status, 400);
    assert_eq!(host.request("POST", "/api/mizan/session/", "", &[], b"").header("allow"), Some("GET, HEAD"));
}

#[test]
fn a_token_that_is_still_good_is_told_again_and_another_sessions_is_not() {
    let mut host = host().by(identity("ada", false));
    let (token, cookie) = csrf(&host);
    host.random = Some([0x5a; 16]);
    let told = |host: &Host, cookie: &str| {
        host.request("GET", "/api/mizan/session/", "", &[("Cookie", cookie)], b"").body().to_owned()
    };
    assert!(told(&host, &cookie).contains(&token));
    assert!(!told(&host, &format!("{cookie}; mizan_csrf=x")).contains(&token), "nobody knows which of two was planted");
    let eve = self::host().by(identity("eve", false));
    assert!(!told(&eve, &cookie).contains(&token), "another session's");
}

#[test]
fn a_new_token_rests_on_what_is_drawn_and_on_nothing_else_of_the_request() {
    let mut host = host().by(identity("ada", false));
    let ran = host.request("GET", "/api/mizan/session/", "", &[], b"");
    assert_eq!(ran.steps, ["identify", "draw"]);
    let (token, cookie) = csrf(&host);
    host.nonce = 256;
    assert_eq!(csrf(&host).0, token);
    host.random = Some([0x5a; 16]);
    assert_ne!(csrf(&host).0, token);
    // One that is told again draws nothing.
    let again = host.request("GET", "/api/mizan/session/", "", &[("Cookie", &cookie)], b"");
    assert_eq!(again.steps, ["identify"]);
    host.random = None;
    let failed = host.request("GET", "/api/mizan/session/", "", &[], b"");
    assert_eq!(failed.response.status, 500);
    assert_eq!(failed.header("set-cookie"), None);
    assert_eq!(failed.log.len(), 1, "{:?}", failed.log);
}

#[test]
fn a_request_that_rests_on_a_cookie_needs_the_token_of_its_session() {
    let host = host().by(identity("ada", true));
    let (token, cookie) = csrf(&host);
    let (others, others_cookie) = csrf(&self::host().by(identity("eve", false)));
    let (nobodys, nobodys_cookie) = csrf(&self::host());
    let both = format!("sid=1; {cookie}; theme=dark");
    assert_eq!(post(&host, STAFF_ONLY, &[("Cookie", &both), ("X-Mizan-CSRF", &token)]).response.status, 200);
    let flipped = token.replace('A', "B");
    let wrong = if flipped == token { token.replacen(|letter: char| letter != 'A', "A", 1) } else { flipped };
    let planted = format!("{cookie}; mizan_csrf=x");
    for (why, cookie, header) in [
        ("no token", "sid=1", None),
        ("no header", both.as_str(), None),
        ("no cookie of it", "sid=1", Some(token.as_str())),
        ("a wrong token", both.as_str(), Some(wrong.as_str())),
        ("both copies wrong alike", &format!("mizan_csrf={wrong}"), Some(wrong.as_str())),
        ("another session's", others_cookie.as_str(), Some(others.as_str())),
        ("nobody's", nobodys_cookie.as_str(), Some(nobodys.as_str())),
        ("two cookies", planted.as_str(), Some(token.as_str())),
        ("both empty", "mizan_csrf=", Some("")),
    ] {
        let headers: Vec<_> =
            std::iter::once(("Cookie", cookie)).chain(header.map(|header| ("X-Mizan-CSRF", header))).collect();
        let ran = post(&host, STAFF_ONLY, &headers);
        assert_eq!((ran.response.status, ran.header("x-mizan-csrf")), (403, Some("required")), "{why}");
        assert_eq!(ran.steps, ["identify"], "{why}");
    }
    // Nothing rests on a cookie where there is none, or where a token verified.
    assert_eq!(post(&host, STAFF_ONLY, &[]).response.status, 200);
    let verified = bearer(&access("ada", true, 0));
    assert_eq!(post(&host, STAFF_ONLY, &[("Cookie", "sid=1"), ("Authorization", &verified)]).response.status, 200);
    // Reading needs none.
    assert_eq!(host.request("GET", "/api/mizan/ctx/inbox/", "", &[("Cookie", "sid=1")], b"").response.status, 200);
}

#[test]
fn the_token_is_bound_to_the_session_where_the_application_names_one() {
    let of = |session: &str| host().by(Identity { session: Some(session.to_owned()), ..identity("ada", true) });
    let (token, cookie) = csrf(&of("one"));
    let headers = [("Cookie", cookie.as_str()), ("X-Mizan-CSRF", token.as_str())];
    assert_eq!(post(&of("one"), STAFF_ONLY, &headers).response.status, 200);
    assert_eq!(post(&of("two"), STAFF_ONLY, &headers).response.status, 403);
}

#[test]
fn an_empty_session_is_none_and_binds_nobody_to_anothers_token() {
    let of = |sub: &str| host().by(Identity { session: Some(String::new()), ..identity(sub, true) });
    let (token, cookie) = csrf(&of("ada"));
    let headers = [("Cookie", cookie.as_str()), ("X-Mizan-CSRF", token.as_str())];
    assert_eq!(post(&of("eve"), STAFF_ONLY, &headers).response.status, 403);
    assert_eq!(post(&of("ada"), STAFF_ONLY, &headers).response.status, 200);
    assert_eq!(csrf(&host().by(identity("ada", true))).0, token, "as where no session is named");
}

#[test]
fn a_page_of_another_origin_is_refused_before_anything_runs() {
    let host = host().by(identity("ada", true));
    let own = [("Host", "shop.example"), ("Origin", "https://shop.example")];
    assert_eq!(post(&host, STAFF_ONLY, &own).response.status, 200);
    assert_eq!(
        post(&host, STAFF_ONLY, &[("Host", "shop.example"), ("Origin", "https://app.example")]).response.status,
        200
    );
    for headers in [
        [("Host", "shop.example"), ("Origin", "https://evil.example")],
        [("Host", "shop.example"), ("Origin", "null")],
        [("Host", "shop.example"), ("Sec-Fetch-Site", "cross-site")],
        [("Host", "shop.example"), ("Origin", "https://shop.example.evil.example")],
    ] {
        let ran = post(&host, STAFF_ONLY, &headers);
        assert_eq!((ran.response.status, ran.steps.len()), (403, 0), "{headers:?}");
        let verified = bearer(&access("ada", true, 0));
        let with_token: Vec<_> = headers.into_iter().chain([("Authorization", verified.as_str())]).collect();
        assert_eq!(post(&host, STAFF_ONLY, &with_token).response.status, 200, "{headers:?}");
    }
}
