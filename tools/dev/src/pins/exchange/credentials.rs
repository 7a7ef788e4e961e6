//! Who asks, by a token, and what a function is told of it (AUTH-8 to AUTH-10).

use super::super::case::{Case, string};
use super::super::identity::signing::{header, keys, secret, short_hash, signed};
use super::super::scope::function;
use super::{NULL, asked, item_read};

/// The time of every case, in seconds.
const NOW: i64 = 1_772_359_200;
const MWT: [u8; 32] = secret(0x11);
const ACCESS: [u8; 32] = secret(0x22);

/// An identity token of `sub` with that permission key, `staff` and `super`.
fn mwt(sub: &str, pkey: &str, staff: bool, superuser: bool) -> String {
    let claims = format!(
        r#"{{"aud":"shop","exp":{},"iat":{NOW},"nbf":{NOW},"pkey":"{pkey}","staff":{staff},"sub":{},"super":{superuser}}}"#,
        NOW + 300,
        string(sub),
    );
    signed(&MWT, header("m", "mwt+jwt"), claims)
}

/// An access token of `sub`, made that many seconds ago.
fn access(sub: &str, staff: bool, superuser: bool, ago: i64) -> String {
    let from = NOW - ago;
    let claims = format!(
        r#"{{"aud":"shop","exp":{},"iat":{from},"jti":"j","nbf":{from},"staff":{staff},"sub":{},"super":{superuser}}}"#,
        from + 900,
        string(sub),
    );
    signed(&ACCESS, header("a", "at+jwt"), claims)
}

/// The permission key of a caller who is allowed these.
fn pkey(permissions: &str) -> String {
    short_hash(&format!(r#"{{"perms":[{permissions}],"staff":false,"super":false}}"#))
}

/// What takes both tokens.
pub(super) fn protection(more: &str) -> String {
    let (mwt, access) = (keys(&[("m", &MWT)]), keys(&[("a", &ACCESS)]));
    format!(r#"{{"keys":{{"mwt":{mwt},"access":{access}}},"audience":"shop"{more}}}"#)
}

const BOTH: &str = r#","mwt":true,"access":true"#;

/// A case of one function `f` with this guard, asked with these headers.
fn called(id: &str, rules: &str, reason: &str, auth: &str, headers: &[(&str, &str)]) -> Case {
    let f = function("f", r#"{"n":{"type":"integer"}}"#, &format!("{auth}{NULL}"));
    let headers = [&[("Content-Type", "application/json")], headers].concat();
    asked(id, rules, reason, &[&f, &item_read()], &[])
        .with("protection", protection(BOTH))
        .request("POST", "/api/mizan/call/", "", &headers, br#"{"fn":"f","args":{"n":1}}"#)
        .outcomes(r#"{"f":{"result":null},"item_read":{"result":"tea"}}"#)
}

const INVOKE: &str = r#"{"invoke":[{"args":{"n":1},"fn":"f","timeout_ms":30000}]}"#;
const ANY: &str = r#""auth":"authenticated","#;
const STAFF: &str = r#""auth":"staff","#;
const ONE: &str = r#""auth":{"permissions":["a.x"]},"#;

pub(super) fn cases() -> Vec<Case> {
    [arguments(), taken(), not_valid(), permissions(), superusers(), scoped(), left_open(), refreshed()].concat()
}

fn arguments() -> Vec<Case> {
    let own = |id: &str, reason: &str| called(id, "AUTH-8", reason, r#""reads_identity":true,"#, &[]);
    let public = function("read", "{}", &format!(r#""context":"shelf","reads_identity":true,{NULL}"#));
    let asked_both = format!(r#"[{{"identify":true}},{INVOKE}]"#);
    vec![
        own("reads-identity", "who asks is found before a function that takes it runs, and is no input of it")
            .with("identity", r#"{"sub":"ada"}"#)
            .status(200)
            .steps(&asked_both),
        own("reads-identity-nobody", "nobody in particular is somebody to take, too").status(200).steps(&asked_both),
        called("reads-identity-input", "AUTH-8", "a caller cannot say who asks", r#""reads_identity":true,"#, &[])
            .body_instead(r#"{"fn":"f","args":{"n":1,"user":"ada"}}"#)
            .status(422),
        asked(
            "reads-identity-public",
            "AUTH-8 CACHE-13",
            "a public bundle is the same whoever asks",
            &[&public],
            &[r#"{"name":"shelf","public":true}"#],
        )
        .get("shelf", "")
        .does_not_build("it asks who is calling, and context \"shelf\" is public"),
    ]
}

fn taken() -> Vec<Case> {
    let (mwt, bearer) = (mwt("5", &pkey(""), false, false), format!("Bearer {}", access("5", false, false, 0)));
    let passes = |id: &str, reason: &str, headers: &[(&str, &str)]| {
        called(id, "AUTH-9", reason, ANY, headers).status(200).steps(&format!("[{INVOKE}]"))
    };
    let own = |id: &str, reason: &str, headers: &[(&str, &str)]| {
        called(id, "AUTH-9", reason, ANY, headers)
            .with("identity", r#"{"sub":"ada"}"#)
            .status(200)
            .steps(&format!(r#"[{{"identify":true}},{INVOKE}]"#))
    };
    let lower = bearer.replace("Bearer", "bEARER");
    let staff = access("5", true, false, 0);
    let mut not_taken =
        own("token-not-taken", "a header whose token is not taken is the application's own", &[("X-Mizan-Token", "x")]);
    not_taken.input.retain(|(name, _)| *name != "protection");
    let mut raises = called(
        "token-of-a-call-that-ran",
        "AUTH-9",
        "a function that has run and refuses its caller does not refuse the token",
        ANY,
        &[("X-Mizan-Token", &mwt)],
    );
    raises.input.retain(|(name, _)| *name != "outcomes");
    let raises = raises
        .outcomes(r#"{"f":{"protocol":{"code":"UNAUTHENTICATED","message":"Not you."}}}"#)
        .error(401, "UNAUTHENTICATED", "Not you.")
        .header("x-mizan-token", None);
    vec![
        passes(
            "token",
            "an identity token says who asks, and the application is not asked",
            &[("X-Mizan-Token", &mwt)],
        ),
        passes("bearer", "and so does an access token", &[("Authorization", &bearer)]),
        passes("bearer-case", "its scheme in any case", &[("Authorization", &lower)]),
        passes(
            "token-before-bearer",
            "the identity token is the first",
            &[("X-Mizan-Token", &mwt), ("Authorization", "Bearer x")],
        ),
        called(
            "bearer-staff",
            "AUTH-9 AUTH-10",
            "a token says who is of the staff",
            STAFF,
            &[("Authorization", &format!("Bearer {staff}"))],
        )
        .status(200)
        .steps(&format!("[{INVOKE}]")),
        raises,
        own("no-token", "without a token the application is asked", &[]),
        own("basic", "another scheme is the application's own", &[("Authorization", "Basic YTpi")]),
        own("bearer-like", "and so is one that only starts alike", &[("Authorization", "Bearers x")]),
        not_taken.with("protection", protection(r#","access":true"#)),
    ]
}

fn not_valid() -> Vec<Case> {
    let bad = |id: &str, reason: &str, auth: &str, headers: &[(&str, &str)]| {
        called(id, "AUTH-9 TOK-11", reason, auth, headers)
            .error(401, "UNAUTHENTICATED", "the token is not valid")
            .header("x-mizan-token", Some("refused"))
            .at_once()
    };
    let valid = mwt("5", &pkey(""), false, false);
    let old = format!("Bearer {}", access("5", false, false, 931));
    let bearer = format!("Bearer {}", access("5", false, false, 0));
    let mut bundle = bad("token-bundle", "whatever it asks for: a bundle", "", &[]);
    let mut session = bad("token-session", "or the session", "", &[]);
    for (case, path) in [(&mut bundle, "/api/mizan/ctx/item/"), (&mut session, "/api/mizan/session/")] {
        case.input.retain(|(name, _)| *name != "request" && *name != "now");
        *case = case.clone().request("GET", path, "", &[("X-Mizan-Token", "x")], b"");
    }
    vec![
        bad(
            "token-invalid",
            "what is no token ends the request, though nobody needs to be known",
            "",
            &[("X-Mizan-Token", "x")],
        ),
        bad("token-empty", "an empty one too", "", &[("X-Mizan-Token", "")]),
        bad("token-twice", "and one that is there twice", "", &[("X-Mizan-Token", &valid), ("X-Mizan-Token", &valid)]),
        bad(
            "token-of-another-kind",
            "an access token in its place",
            "",
            &[("X-Mizan-Token", bearer.trim_start_matches("Bearer "))],
        ),
        bad(
            "token-over-bearer",
            "an access token does not make up for it",
            ANY,
            &[("X-Mizan-Token", "x"), ("Authorization", &bearer)],
        ),
        bad("bearer-empty", "an empty access token", "", &[("Authorization", "Bearer")]),
        bad("bearer-blank", "or one of blanks", "", &[("Authorization", "Bearer  ")]),
        bad("bearer-expired", "one that is over", "", &[("Authorization", &old)]),
        bad("bearer-twice", "one that is there twice", "", &[("Authorization", &bearer), ("Authorization", &bearer)]),
        bad(
            "bearer-of-another-kind",
            "an identity token in its place",
            "",
            &[("Authorization", &format!("Bearer {valid}"))],
        ),
        called("token-before-media", "AUTH-9 CALL-5", "a token comes before what is wrong with the rest", "", &[])
            .request_instead(&[("X-Mizan-Token", "x"), ("Content-Type", "text/plain")], b"{")
            .error(401, "UNAUTHENTICATED", "the token is not valid")
            .at_once(),
        bundle,
        session,
    ]
}

/// What a superuser's token says and what it leaves to the application.
fn superusers() -> Vec<Case> {
    let root = format!("Bearer {}", access("5", false, true, 0));
    let by_bearer = ("Authorization", root.as_str());
    let key = short_hash(r#"{"perms":["a.x"],"staff":false,"super":true}"#);
    let token = mwt("5", &key, false, true);
    let by_token = ("X-Mizan-Token", token.as_str());
    let (own, whole) = (r#""auth":{"guard":"is_owner"},"#, r#""reads_identity":true,"#);
    let asks = |id: &str, reason: &str, auth: &str, header: (&str, &str), answer: &str| {
        let case = called(id, "AUTH-10", reason, auth, &[header]).with("permissions", answer);
        case.with("guards", r#"{"is_owner":true}"#)
    };
    let ask = r#"{"permissions":"5"}"#;
    let guarded = format!(r#"[{ask},{{"guard":[{{"fn":"f","guard":"is_owner"}}]}},{INVOKE}]"#);
    let refused = |case: Case| case.error(401, "UNAUTHENTICATED", "the token is not valid").steps(&format!("[{ask}]"));
    vec![
        asks("permissions-of-a-superuser", "a superuser needs no permissions", ONE, by_bearer, "[]")
            .status(200)
            .steps(&format!("[{INVOKE}]")),
        asks("permissions-of-a-superuser-guard", "the application's own guard may look at them", own, by_bearer, "[]")
            .status(200)
            .steps(&guarded),
        asks("permissions-of-a-superuser-argument", "and so may a function", whole, by_bearer, "[]")
            .status(200)
            .steps(&format!("[{ask},{INVOKE}]")),
        asks("permissions-of-a-superuser-pkey", "they are what they were", whole, by_token, r#"["a.x"]"#)
            .status(200)
            .steps(&format!("[{ask},{INVOKE}]")),
        refused(asks("permissions-of-a-superuser-fewer", "or the token is over", own, by_token, "[]")),
        refused(asks("permissions-of-a-superuser-more", "in either way", whole, by_token, r#"["a.x","a.y"]"#)),
    ]
}

/// A session's caller, whose permissions the application left open.
fn left_open() -> Vec<Case> {
    let asks = |id: &str, reason: &str, auth: &str, more: &str, allowed: &str| {
        called(&format!("open-{id}"), "AUTH-15", reason, auth, &[])
            .with("identity", format!(r#"{{"sub":"5","permissions":null{more}}}"#))
            .with("permissions", allowed)
    };
    let asked = r#"[{"identify":true},{"permissions":"5"}]"#;
    let ran = |case: Case| case.status(200).steps(&format!(r#"[{{"identify":true}},{{"permissions":"5"}},{INVOKE}]"#));
    let ran_at_once = |case: Case| case.status(200).steps(&format!(r#"[{{"identify":true}},{INVOKE}]"#));
    vec![
        ran(asks("permissions", "a guard wants to know", ONE, "", r#"["a.x"]"#)),
        asks("permissions-lacking", "it is not allowed that", ONE, "", r#"["b.z"]"#)
            .error(403, "FORBIDDEN", "not allowed")
            .steps(asked),
        ran_at_once(asks("not-asked", "nothing wants to know", ANY, "", r#"["a.x"]"#)),
        ran_at_once(asks("superuser", "a superuser needs none", ONE, r#","superuser":true"#, "[]")),
        asks("failed", "finding out fails", ONE, "", r#"{"raised":"password=hunter2"}"#).status(500).steps(asked),
    ]
}

fn permissions() -> Vec<Case> {
    let bearer = format!("Bearer {}", access("5", false, false, 0));
    let (token, own) = (mwt("5", &pkey("\"a.x\""), false, false), r#""auth":{"guard":"is_owner"},"#);
    let asks = |id: &str, reason: &str, auth: &str, header: (&str, &str), answer: &str| {
        called(id, "AUTH-10", reason, auth, &[header]).with("permissions", answer)
    };
    let asked_both = format!(r#"[{{"permissions":"5"}},{INVOKE}]"#);
    let asked_guard = format!(r#"[{{"permissions":"5"}},{{"guard":[{{"fn":"f","guard":"is_owner"}}]}},{INVOKE}]"#);
    let (by_bearer, by_token) = (("Authorization", bearer.as_str()), ("X-Mizan-Token", token.as_str()));
    let refused = |case: Case| {
        case.error(401, "UNAUTHENTICATED", "the token is not valid")
            .header("x-mizan-token", Some("refused"))
            .steps(r#"[{"permissions":"5"}]"#)
    };
    vec![
        asks(
            "permissions-asked",
            "what a token's caller is allowed is asked of the application",
            ONE,
            by_bearer,
            r#"["b.z","a.x"]"#,
        )
        .status(200)
        .steps(&asked_both),
        asks("permissions-pkey", "and it is what it was when the token was made", ONE, by_token, r#"["a.x"]"#)
            .status(200)
            .steps(&asked_both),
        asks("permissions-guard", "for the application's own guard", own, by_bearer, "[]")
            .with("guards", r#"{"is_owner":true}"#)
            .status(200)
            .steps(&asked_guard),
        asks(
            "permissions-argument",
            "for a function that takes who asks",
            r#""reads_identity":true,"#,
            by_bearer,
            "[]",
        )
        .status(200)
        .steps(&asked_both),
        asks("permissions-not-asked", "for nothing else", ANY, by_token, "[]")
            .status(200)
            .steps(&format!("[{INVOKE}]")),
        asks("permissions-lacking", "an access token whose caller is not allowed it", ONE, by_bearer, r#"["b.z"]"#)
            .error(403, "FORBIDDEN", "not allowed")
            .steps(r#"[{"permissions":"5"}]"#),
        asks("permissions-unknown", "one of whom nobody can tell", ONE, by_bearer, "null")
            .error(403, "FORBIDDEN", "not allowed")
            .steps(r#"[{"permissions":"5"}]"#),
        refused(asks("permissions-fewer", "a token made when its caller was allowed more", ONE, by_token, "[]")),
        refused(asks("permissions-more", "or less", ONE, by_token, r#"["a.x","a.y"]"#)),
        asks(
            "permissions-raise",
            "what the application raises is the reply",
            ONE,
            by_bearer,
            r#"{"protocol":{"code":"UNAVAILABLE"}}"#,
        )
        .error(503, "UNAVAILABLE", "unavailable")
        .header("retry-after", Some("1")),
    ]
}

/// A mutation of what is the caller's own: who asks is wanted, and not what they are allowed.
fn scoped() -> Vec<Case> {
    let bearer = format!("Bearer {}", access("5", false, false, 0));
    let (read, write) = (
        function("read", "{}", &format!("\"context\":\"c\",{NULL}")),
        function("write", "{}", &format!("\"affects\":[\"c\"],{NULL}")),
    );
    vec![
        asked(
            "permissions-not-for-a-scope",
            "AUTH-10 SCOPE-4",
            "nor to narrow by who asks",
            &[&read, &write],
            &[r#"{"name":"c","identity":true}"#],
        )
        .with("protection", protection(BOTH))
        .request(
            "POST",
            "/api/mizan/call/",
            "",
            &[("Content-Type", "application/json"), ("Authorization", &bearer)],
            br#"{"fn":"write"}"#,
        )
        .outcomes(r#"{"write":{"result":null}}"#)
        .status(200)
        .header("x-mizan-invalidate", Some("c;*sub=\"5\""))
        .steps(r#"[{"invoke":[{"args":{},"fn":"write","timeout_ms":30000}]}]"#),
    ]
}

/// A call by anybody, and a bundle to refresh whose guard asks for a permission.
fn refreshed() -> Vec<Case> {
    let token = mwt("5", &pkey("\"a.x\""), false, false);
    let read = function("read", "{}", &format!("\"context\":\"c\",{ONE}{NULL}"));
    let write = function("write", "{}", &format!("\"affects\":[\"c\"],{NULL}"));
    let call = |id: &str, reason: &str, permissions: &str, bundles: &str| {
        asked(id, "AUTH-10 REFRESH-3", reason, &[&read, &write], &[])
            .with("protection", protection(BOTH))
            .request(
                "POST",
                "/api/mizan/call/",
                "",
                &[("Content-Type", "application/json"), ("X-Mizan-Token", &token)],
                br#"{"fn":"write","refresh":[{"context":"c"}]}"#,
            )
            .with("permissions", permissions)
            .outcomes(r#"{"read":{"result":null},"write":{"result":null}}"#)
            .status(200)
            .body(&format!(r#"{{{bundles}"invalidate":[{{"context":"c"}}],"result":null}}"#))
    };
    let bundle = r#""bundles":[{"context":"c","data":{"read":null},"params":{}}],"#;
    vec![
        call("permissions-refresh", "asked for a bundle to refresh, after the call has run", r#"["a.x"]"#, bundle),
        call(
            "permissions-refresh-fewer",
            "where they are others now, the bundle is left out and the call stands",
            "[]",
            "",
        ),
        call(
            "permissions-refresh-raise",
            "and where nobody can be asked",
            r#"{"protocol":{"code":"UNAVAILABLE"}}"#,
            "",
        ),
    ]
}

impl Case {
    /// The same call with another body.
    fn body_instead(self, body: &str) -> Self {
        self.request_instead(&[("Content-Type", "application/json")], body.as_bytes())
    }

    /// The same call with other headers and another body.
    pub(super) fn request_instead(mut self, headers: &[(&str, &str)], body: &[u8]) -> Self {
        self.input.retain(|(name, _)| *name != "request" && *name != "now");
        self.request("POST", "/api/mizan/call/", "", headers, body)
    }
}
