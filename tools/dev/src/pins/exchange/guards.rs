//! Who may call (AUTH).

use super::super::case::Case;
use super::super::scope::function;
use super::{NULL, asked, echo, item_write};

/// An application of one function `f` with this guard; `n` is its input.
fn guarded(id: &str, rules: &str, reason: &str, auth: &str) -> Case {
    let f = function("f", r#"{"n":{"type":"integer"}}"#, &format!("\"auth\":{auth},{NULL}"));
    asked(id, rules, reason, &[&f], &[]).post(r#"{"fn":"f","args":{"n":1}}"#).outcomes(r#"{"f":{"result":null}}"#)
}

pub(super) fn cases() -> Vec<Case> {
    let passes = |id: &str, reason: &str, auth: &str, identity: &str| {
        guarded(id, "AUTH-1", reason, auth)
            .with("identity", identity)
            .status(200)
            .body(r#"{"invalidate":[],"result":null}"#)
    };
    let anonymous = |id: &str, auth: &str| {
        guarded(id, "AUTH-1 AUTH-2", "nobody in particular", auth)
            .error(401, "UNAUTHENTICATED", "sign in first")
            .steps(r#"[{"identify":true}]"#)
    };
    let forbidden = |id: &str, reason: &str, auth: &str, identity: &str| {
        guarded(id, "AUTH-1 AUTH-2", reason, auth)
            .with("identity", identity)
            .error(403, "FORBIDDEN", "not allowed")
            .steps(r#"[{"identify":true}]"#)
    };
    let (ada, staff, root) =
        (r#"{"sub":"ada"}"#, r#"{"sub":"bob","staff":true}"#, r#"{"sub":"root","superuser":true}"#);
    let (one, two) = (r#"{"permissions":["a.x"]}"#, r#"{"permissions":["a.x","a.y"]}"#);
    let own = r#"{"guard":"is_owner"}"#;
    let asks = |id: &str, rules: &str, reason: &str, answer: &str| {
        guarded(id, rules, reason, own).with("guards", format!("{{\"is_owner\":{answer}}}"))
    };
    let asked_both = r#"[{"identify":true},{"guard":[{"fn":"f","guard":"is_owner"}]}]"#;
    let mut cases = vec![
        guarded("none", "AUTH-1 AUTH-5", "anybody, and nobody is asked who", "\"none\"")
            .status(200)
            .steps(r#"[{"invoke":[{"args":{"n":1},"fn":"f","timeout_ms":30000}]}]"#),
        passes("authenticated", "any identity", "\"authenticated\"", ada),
        passes("authenticated-empty-sub", "an empty sub is an identity", "\"authenticated\"", r#"{"sub":""}"#),
        passes("staff", "staff", "\"staff\"", staff),
        passes("staff-superuser", "a superuser is let through", "\"staff\"", root),
        passes("superuser", "a superuser", "\"superuser\"", root),
        passes("permissions", "all of them", two, r#"{"sub":"ada","permissions":["a.y","b.z","a.x"]}"#),
        passes("permissions-superuser", "a superuser needs none", two, root),
        anonymous("authenticated-anonymous", "\"authenticated\""),
        anonymous("staff-anonymous", "\"staff\""),
        anonymous("superuser-anonymous", "\"superuser\""),
        anonymous("permissions-anonymous", one),
        forbidden("staff-plain", "an identity that is not of the staff", "\"staff\"", ada),
        forbidden("superuser-staff", "the staff are no superusers", "\"superuser\"", staff),
        forbidden("permissions-none", "no permission", one, ada),
        forbidden("permissions-some", "one of two", two, r#"{"sub":"ada","permissions":["a.x"]}"#),
        forbidden("permissions-staff", "the staff have no permissions of their own", one, staff),
        forbidden(
            "permissions-case",
            "permissions match exactly",
            one,
            r#"{"sub":"ada","permissions":["A.x","a.x "]}"#,
        ),
        asks("guard", "AUTH-3", "the application's callable says yes", "true").with("identity", ada).status(200),
        asks("guard-anonymous", "AUTH-3", "also of nobody in particular", "true").status(200),
        asks("guard-no", "AUTH-3", "no, to an identity", "false")
            .with("identity", ada)
            .error(403, "FORBIDDEN", "not allowed")
            .steps(asked_both),
        asks("guard-no-anonymous", "AUTH-3", "no, to nobody in particular", "false")
            .error(401, "UNAUTHENTICATED", "sign in first")
            .header("x-mizan-token", None)
            .steps(asked_both),
        asks(
            "guard-raises-protocol",
            "AUTH-3",
            "a protocol error is the reply",
            r#"{"protocol":{"code":"RATE_LIMITED","message":"Slowly.","retry_after":3}}"#,
        )
        .with("identity", ada)
        .error(429, "RATE_LIMITED", "Slowly.")
        .header("retry-after", Some("3")),
        asks("guard-raises", "AUTH-3 ERR-9", "anything else is INTERNAL", r#"{"raised":"secret"}"#)
            .status(500)
            .body(r#"{"error":{"code":"INTERNAL","id":"0000000000000000","message":"internal error"}}"#),
        asked(
            "guard-before-args",
            "AUTH-4",
            "who may not call learns nothing of the args",
            &[&function("f", r#"{"n":{"type":"integer"}}"#, &format!("\"auth\":{own},{NULL}"))],
            &[],
        )
        .post(r#"{"fn":"f","args":{"n":"x"}}"#)
        .with("guards", r#"{"is_owner":false}"#)
        .error(401, "UNAUTHENTICATED", "sign in first")
        .steps(asked_both),
        guarded("identity-raises", "AUTH-7", "credentials that are there and not valid", "\"staff\"")
            .with("identity", r#"{"protocol":{"code":"UNAUTHENTICATED","message":"That is nobody."}}"#)
            .error(401, "UNAUTHENTICATED", "That is nobody.")
            .header("x-mizan-token", Some("refused")),
    ];
    cases.extend(whole_requests());
    cases
}

fn whole_requests() -> Vec<Case> {
    let staff = function("staff_only", "{}", &format!("\"auth\":\"staff\",{NULL}"));
    let batch = |id: &str, rules: &str, reason: &str| {
        asked(id, rules, reason, &[&echo(), &staff], &[])
            .post(r#"[{"fn":"echo","args":{"value":1}},{"fn":"staff_only"},{"fn":"staff_only"}]"#)
            .outcomes(r#"{"echo":{"result":1},"staff_only":{"result":null}}"#)
    };
    let member = |name: &str, auth: &str| function(name, "{}", &format!("\"context\":\"c\",\"auth\":{auth},{NULL}"));
    let bundle = |id: &str, rules: &str, reason: &str| {
        asked(id, rules, reason, &[&member("a", "\"authenticated\""), &member("b", "\"staff\"")], &[])
            .get("c", "")
            .outcomes(r#"{"a":{"result":null},"b":{"result":null}}"#)
    };
    vec![
        batch("batch-identity-once", "AUTH-5 BATCH-3", "asked for once, whoever wants it")
            .with("identity", r#"{"sub":"bob","staff":true}"#)
            .status(200)
            .steps(r#"[{"identify":true},{"invoke":[{"args":{"value":1},"fn":"echo","timeout_ms":30000},{"args":{},"fn":"staff_only","timeout_ms":30000},{"args":{},"fn":"staff_only","timeout_ms":30000}]}]"#),
        batch("batch-invalid-credentials", "AUTH-7", "the reply to the whole request")
            .with("identity", r#"{"protocol":{"code":"UNAUTHENTICATED"}}"#)
            .error(401, "UNAUTHENTICATED", "sign in first"),
        asked("identity-not-asked", "AUTH-5", "who does not need it does not ask, and nothing can be wrong with it", &[&echo(), &item_write(), &function("item_read", r#"{"id":{"type":"integer"}}"#, &format!("\"context\":\"item\",{NULL}"))], &[])
            .post(r#"{"fn":"item_write","args":{"id":1}}"#)
            .with("identity", r#"{"protocol":{"code":"UNAUTHENTICATED"}}"#)
            .outcomes(r#"{"item_write":{"result":null}}"#)
            .status(200),
        bundle("bundle-guards", "AUTH-6", "each member's own guard").with("identity", r#"{"sub":"bob","staff":true}"#).status(200),
        bundle("bundle-one-guard", "AUTH-6 CTX-2", "one that does not pass is enough")
            .with("identity", r#"{"sub":"ada"}"#)
            .status(403)
            .body(r#"{"error":{"code":"FORBIDDEN","function":"b","message":"not allowed"}}"#)
            .steps(r#"[{"identify":true}]"#),
        bundle("bundle-anonymous", "AUTH-6 CTX-5", "of several the first by name")
            .status(401)
            .body(r#"{"error":{"code":"UNAUTHENTICATED","function":"a","message":"sign in first"}}"#),
    ]
}
