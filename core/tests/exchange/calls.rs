//! Calls and batches: dispatch, guards, validation, errors, limits.

use mizan_core::dispatch::{Failure, GuardOutcome, Outcome};
use mizan_core::error::code::ErrorCode;
use mizan_core::error::detail::PathPart;

use super::host::{Host, identity, returned};

#[test]
fn a_call_is_checked_run_and_answered_canonically() {
    let ran = Host::shop().call(r#"{"args":{"user_id":5,"name":"Ada"},"fn":"rename"}"#);
    assert_eq!(ran.response.status, 200);
    assert_eq!(ran.steps, [r#"rename{"name":"Ada","user_id":5}"#]);
    assert_eq!(
        ran.body(),
        r#"{"invalidate":[{"context":"user","params":{"user_id":5}}],"result":{"name":"Ada","user_id":5}}"#
    );
    assert_eq!(ran.header("x-mizan-invalidate"), Some("user;user_id=5"));
    assert_eq!(ran.header("cache-control"), Some("no-store"));
    assert_eq!(ran.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(ran.header("content-type"), Some("application/json"));
    assert_eq!(ran.header("content-length"), Some(ran.response.body.len().to_string().as_str()));
    assert_eq!(ran.header("x-mizan-contract").map(str::len), Some(16));
}

#[test]
fn a_read_function_can_be_called_and_names_no_invalidation() {
    let ran = Host::shop().call(r#"{"fn":"user_profile","args":{"user_id":5}}"#);
    assert_eq!(ran.body(), r#"{"invalidate":[],"result":{"name":"Ada","user_id":5}}"#);
    assert_eq!(ran.header("x-mizan-invalidate"), None);
}

#[test]
fn what_is_not_a_call_is_a_bad_request_and_runs_nothing() {
    let cases = [
        ("", "the body is not valid JSON"),
        ("{", "the body is not valid JSON"),
        ("\u{feff}{\"fn\":\"echo\"}", "the body is not valid JSON"),
        (r#"{"fn":"echo","fn":"echo"}"#, "the body is not valid JSON"),
        (r#"{"fn":"echo","args":{"value":{"a":1,"\u0061":2}}}"#, "the body is not valid JSON"),
        (r#"{"fn":"echo","args":{"value":1}} x"#, "the body is not valid JSON"),
        (r#"{"fn":"echo","args":{"value":NaN}}"#, "the body is not valid JSON"),
        ("5", "a call is an object with the member \"fn\""),
        ("null", "a call is an object with the member \"fn\""),
        ("{}", "a call is an object with the member \"fn\""),
        (r#"{"fn":5}"#, "\"fn\" must be the name of a function"),
        (r#"{"fn":"echo","extra":1}"#, "a call has no other members than \"fn\", \"args\" and \"refresh\""),
        (
            r#"{"fn":"rename","refresh":{}}"#,
            "\"refresh\" must be a list of objects with the members \"context\" and \"params\"",
        ),
        (
            r#"{"fn":"rename","refresh":[{"params":{}}]}"#,
            "\"refresh\" must be a list of objects with the members \"context\" and \"params\"",
        ),
    ];
    for (body, message) in cases {
        let ran = Host::shop().call(body);
        assert_eq!(ran.response.status, 400, "{body}");
        let quoted = message.replace('"', "\\\"");
        assert_eq!(ran.body(), format!(r#"{{"error":{{"code":"BAD_REQUEST","message":"{quoted}"}}}}"#), "{body}");
        assert!(ran.steps.is_empty(), "{body}");
        assert_eq!(ran.header("cache-control"), Some("no-store"));
    }
}

/// Text without blanks is read by another way than text with some.
#[test]
fn members_stand_in_any_order_with_blanks_or_without() {
    let deep = |levels: usize| format!(r#""args":{{"value":{}1{}}}"#, "[".repeat(levels), "]".repeat(levels));
    let refresh = r#""refresh":[{"context":"user","params":{"user_id":5}}]"#;
    let rename = r#""args":{"name":"Ada","user_id":5}"#;
    let cases: &[&[&str]] = &[
        &[r#""fn":"rename""#, rename, refresh],
        &[r#""args":{"name":"Ada","user_id":5}"#, r#""fn":"renam\u0065""#],
        &[r#""fn":"rename""#, rename, r#""refresh":[{"params":{}}]"#],
        &[r#""fn":"rename""#, rename, r#""refresh":{}"#],
        &[r#""fn":"nope""#, r#""refresh":[5]"#],
        &[r#""fn":"user_profile""#, r#""args":{"user_id":5}"#],
        &[r#""fn":"echo""#, r#""args":{"value":1}"#, r#""args":{"value":1}"#],
        &[r#""fn":"echo""#, r#""args":{"value":1}"#, r#""fn":"echo""#],
        &[r#""fn":"echo""#, r#""args":{"value":{"a":1,"a":2}}"#],
        &[r#""fn":"nope""#, r#""args":{"a":1,"a":2}"#],
        &[r#""fn":"echo""#, r#""args":{"value":1"#],
        &[r#""fn":"echo""#, r#""args":{"value":1}}"#],
        &[r#""fn":["echo"]"#, r#""args":{"value":1}"#],
        &[r#""fn":"echo""#, r#""args":{"value":1}"#, r#""more":1"#],
        &[r#""fn":"echo""#, r#""args":{"value":01}"#],
        &[r#""fn":"echo""#, r#""args":{"value":1}"#, ""],
        &[rename, refresh],
        &[r#""fn":"echo""#],
        &[r#""fn":"echo""#, &deep(62)],
        &[r#""fn":"echo""#, &deep(63)],
        &[r#""fn":"rename""#, r#""args":{"name":5,"user_id":"x","more":1}"#, refresh],
        &[r#""fn":"rename""#, r#""args":{"name":5,"user_id":01}"#],
        &[r#""fn":"rename""#, r#""args":{"user_id":5}"#],
        &[r#""fn":"staff_only""#, r#""args":{"n":1,"n":2}"#],
        &[r#""fn":"staff_only""#, r#""args":{"n":"x"}"#],
        &[r#""fn":"hidden""#, r#""args":{"x":1}"#],
        &[r#""fn":"hidden""#, r#""args":{"x":1"#],
    ];
    let mut statuses = Vec::new();
    for members in cases {
        for members in [members.to_vec(), members.iter().rev().copied().collect()] {
            let compact = Host::shop().call(&format!("{{{}}}", members.join(",")));
            let spaced = Host::shop().call(&format!("{{ {} }}", members.join(" , ")));
            assert_eq!(compact.body(), spaced.body(), "{members:?}");
            assert_eq!(compact.steps, spaced.steps, "{members:?}");
            statuses.push(compact.response.status);
        }
    }
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 8, "{statuses:?}");
    let count = |wanted: u16| statuses.iter().filter(|status| **status == wanted).count();
    assert_eq!([401, 403, 404, 422].map(count), [2, 2, 0, 6], "{statuses:?}");
}

#[test]
fn unknown_names_get_one_answer_whatever_they_are() {
    let bodies: Vec<String> =
        ["nope", "__proto__", "constructor", "toString", "user", "user.profile", "../x", "rename\\u0000"]
            .iter()
            .map(|name| {
                let ran = Host::shop().call(&format!(r#"{{"fn":"{name}"}}"#));
                assert_eq!(ran.response.status, 404, "{name}");
                ran.body().to_owned()
            })
            .collect();
    assert!(bodies.iter().all(|body| body == r#"{"error":{"code":"NOT_FOUND","message":"not found"}}"#), "{bodies:?}");
    let hidden = Host::shop().call(r#"{"fn":"hidden"}"#);
    assert_eq!((hidden.response.status, hidden.steps.len()), (403, 0));
}

#[test]
fn every_problem_of_an_input_is_told_at_once_in_order_of_path() {
    let ran = Host::shop().call(r#"{"fn":"rename","args":{"zip":1,"user_id":true}}"#);
    assert_eq!(ran.response.status, 422);
    assert_eq!(
        ran.body(),
        concat!(
            r#"{"error":{"code":"VALIDATION","details":["#,
            r#"{"code":"missing","message":"required","path":["args","name"]},"#,
            r#"{"code":"type","message":"expected integer","path":["args","user_id"]},"#,
            r#"{"code":"unknown","message":"not allowed here","path":["args","zip"]}],"#,
            r#""message":"the input does not fit"}}"#
        )
    );
    let ran = Host::shop().call(r#"{"fn":"rename","args":[]}"#);
    assert!(ran.body().contains(r#"{"code":"type","message":"expected object","path":["args"]}"#), "{}", ran.body());
}

#[test]
fn a_guard_speaks_before_the_input_is_looked_at() {
    let wrong_input = r#"{"fn":"staff_only","args":{"n":"x"}}"#;
    let ran = Host::shop().call(wrong_input);
    assert_eq!((ran.response.status, ran.steps.as_slice()), (401, ["identify".to_owned()].as_slice()));
    let ran = Host::shop().by(identity("5", false)).call(wrong_input);
    assert_eq!(ran.response.status, 403);
    let ran = Host::shop().by(identity("5", true)).call(wrong_input);
    assert_eq!(ran.response.status, 422);
    let ran = Host::shop().by(identity("5", true)).call(r#"{"fn":"staff_only","args":{"n":1}}"#);
    assert_eq!((ran.response.status, ran.steps.len()), (200, 2));
}

#[test]
fn nobody_is_identified_for_a_function_that_does_not_ask() {
    assert_eq!(Host::shop().call(r#"{"fn":"echo","args":{"value":1}}"#).steps, [r#"echo{"value":1}"#]);
}

#[test]
fn the_applications_own_guard_decides_before_validation() {
    let body = r#"{"fn":"guarded","args":{"n":"x"}}"#;
    let mut host = Host::shop();
    let ran = host.call(body);
    assert_eq!((ran.response.status, ran.steps.join(",")), (401, "identify,guard is_owner".to_owned()));
    host.caller = Ok(Some(identity("5", true)));
    assert_eq!(host.call(body).response.status, 403);
    host.guard = GuardOutcome::Allowed;
    assert_eq!(host.call(body).response.status, 422);
    host.guard =
        GuardOutcome::Failed(Failure::Protocol { code: ErrorCode::RateLimited, message: None, retry_after: Some(9) });
    let ran = host.call(body);
    assert_eq!((ran.response.status, ran.header("retry-after")), (429, Some("9")));
}

#[test]
fn an_identity_that_does_not_hold_ends_the_request() {
    let mut host = Host::shop();
    host.caller = Err(Failure::Protocol { code: ErrorCode::Unauthenticated, message: None, retry_after: None });
    let ran = host.call(r#"{"fn":"read_all"}"#);
    assert_eq!((ran.response.status, ran.steps.as_slice()), (401, ["identify".to_owned()].as_slice()));
}

#[test]
fn what_a_function_raises_becomes_its_protocol_error() {
    let raise = |failure: Failure| {
        let host = Host::shop().on("rename", move |_| Outcome::from(failure.clone()));
        host.call(r#"{"fn":"rename","args":{"user_id":5,"name":"Ada"}}"#)
    };
    let ran =
        raise(Failure::Protocol { code: ErrorCode::Conflict, message: Some("too late".to_owned()), retry_after: None });
    assert_eq!((ran.response.status, ran.body()), (409, r#"{"error":{"code":"CONFLICT","message":"too late"}}"#));
    assert_eq!(ran.header("x-mizan-invalidate"), None, "a function that fails invalidates nothing");

    let ran = raise(Failure::Protocol { code: ErrorCode::Unavailable, message: None, retry_after: None });
    assert_eq!((ran.response.status, ran.header("retry-after")), (503, Some("1")));

    let data = Some(br#"{"taken_by": 6}"#.to_vec());
    let ran = raise(Failure::Declared { code: "NAME_TAKEN".to_owned(), message: "taken".to_owned(), data });
    assert_eq!(ran.response.status, 409);
    assert_eq!(ran.body(), r#"{"error":{"code":"NAME_TAKEN","data":{"taken_by":6},"message":"taken"}}"#);

    let path = vec![PathPart::Key("name".to_owned())];
    let ran = raise(Failure::Invalid(vec![(path, "no such person".to_owned())]));
    assert_eq!(ran.response.status, 422);
    assert!(
        ran.body().contains(r#"[{"code":"custom","message":"no such person","path":["args","name"]}]"#),
        "{}",
        ran.body()
    );

    for (failure, logged) in [(Failure::Raised, 0), (Failure::Unreadable("its message is no text".to_owned()), 1)] {
        let ran = raise(failure);
        assert_eq!(ran.response.status, 500);
        assert_eq!(ran.body(), r#"{"error":{"code":"INTERNAL","id":"00000000000000ff","message":"internal error"}}"#);
        let lines: Vec<&str> = ran.log.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(lines.len(), logged, "what the host logs itself is not logged again");
        assert!(
            lines.iter().all(|line| line.ends_with("rename: its message is no text (id 00000000000000ff)")),
            "{lines:?}"
        );
    }
}

#[test]
fn an_error_that_is_not_declared_as_it_was_raised_is_internal_and_logged() {
    for (code, data) in
        [("SOLD_OUT", None), ("NAME_TAKEN", None), ("NAME_TAKEN", Some(b"{\"taken_by\":\"x\"}".to_vec()))]
    {
        let failure = Failure::Declared { code: code.to_owned(), message: "secret".to_owned(), data };
        let host = Host::shop().on("rename", move |_| Outcome::from(failure.clone()));
        let ran = host.call(r#"{"fn":"rename","args":{"user_id":5,"name":"Ada"}}"#);
        assert_eq!(ran.response.status, 500);
        assert!(!ran.body().contains("secret"));
        let [line] = ran.log.as_slice() else { panic!("{:?}", ran.log) };
        assert!(line.text.starts_with("shop/api.py:42: rename: ") && line.text.contains(code), "{}", line.text);
        assert!(line.text.contains("00000000000000ff"), "{}", line.text);
    }
}

#[test]
fn a_result_that_does_not_fit_is_internal_and_the_log_names_the_field() {
    for (result, place) in [
        (r#"{"name":5,"user_id":5}"#, "result.name: expected string"),
        (r#"{"name":"Ada"}"#, "result.user_id: required"),
        (r#"{"name":"Ada","user_id":9007199254740992}"#, "result.user_id: must be between"),
        (r#"{"name":"Ada","user_id":5,"password":"x"}"#, "result.password: not allowed here"),
        (r#"{"name":"Ada","user_id":NaN}"#, "the result does not fit"),
        ("", "the result does not fit"),
    ] {
        let host = Host::shop().on("rename", move |_| returned(result));
        let ran = host.call(r#"{"fn":"rename","args":{"user_id":5,"name":"Ada"}}"#);
        assert_eq!(ran.response.status, 500, "{result}");
        assert_eq!(ran.body(), r#"{"error":{"code":"INTERNAL","id":"00000000000000ff","message":"internal error"}}"#);
        let [line] = ran.log.as_slice() else { panic!("{:?}", ran.log) };
        assert!(line.text.contains("shop/api.py:42: rename: ") && line.text.contains(place), "{}", line.text);
    }
}

#[test]
fn a_function_that_outran_its_limit_is_a_timeout() {
    let host = Host::shop().on("slow", |_| Outcome::TimedOut { announced: Vec::new() });
    let ran = host.call(r#"{"fn":"slow"}"#);
    assert_eq!((ran.response.status, ran.body()), (504, r#"{"error":{"code":"TIMEOUT","message":"timed out"}}"#));
    assert_eq!(
        ran.log.first().map(|line| line.text.as_str()),
        Some("shop/api.py:7: slow: it ran longer than its limit of 5 ms")
    );
}

#[test]
fn the_entries_of_a_batch_are_independent_and_answered_in_order() {
    let ran = Host::shop().call(concat!(
        r#"[{"fn":"rename","args":{"user_id":5,"name":"Ada"}},{"fn":"nope"},5,{"fn":"rename","args":{}},"#,
        r#"{"fn":"echo","args":{"value":[1]}}]"#
    ));
    assert_eq!(ran.response.status, 200);
    assert_eq!(
        ran.body(),
        concat!(
            r#"[{"invalidate":[{"context":"user","params":{"user_id":5}}],"result":{"name":"Ada","user_id":5}},"#,
            r#"{"error":{"code":"NOT_FOUND","message":"not found"},"status":404},"#,
            r#"{"error":{"code":"BAD_REQUEST","message":"a call is an object with the member \"fn\""},"status":400},"#,
            r#"{"error":{"code":"VALIDATION","details":[{"code":"missing","message":"required","path":["args","name"]},"#,
            r#"{"code":"missing","message":"required","path":["args","user_id"]}],"message":"the input does not fit"},"status":422},"#,
            r#"{"invalidate":[],"result":[1]}]"#
        )
    );
    assert_eq!(ran.header("x-mizan-invalidate"), Some("user;user_id=5"));
    assert_eq!(Host::shop().call("[]").body(), "[]");
}

#[test]
fn a_batch_carries_the_strictest_wait() {
    let host = Host::shop().on("rename", |_| {
        Outcome::from(Failure::Protocol { code: ErrorCode::RateLimited, message: None, retry_after: Some(30) })
    });
    let host = host.on("slow", |_| {
        Outcome::from(Failure::Protocol { code: ErrorCode::Unavailable, message: None, retry_after: Some(5) })
    });
    let ran = host.call(r#"[{"fn":"slow"},{"fn":"rename","args":{"user_id":5,"name":"Ada"}}]"#);
    assert_eq!((ran.response.status, ran.header("retry-after")), (200, Some("30")));
}

#[test]
fn limits_hold_at_the_limit_and_refuse_one_beyond() {
    let batch = |count: usize| format!("[{}]", vec![r#"{"fn":"echo","args":{"value":1}}"#; count].join(","));
    assert_eq!(Host::shop().call(&batch(32)).response.status, 200);
    let ran = Host::shop().call(&batch(33));
    assert_eq!((ran.response.status, ran.steps.len()), (400, 0));

    let wish = r#"{"context":"inbox","params":{}}"#;
    let refresh =
        |count: usize| format!(r#"{{"fn":"echo","args":{{"value":1}},"refresh":[{}]}}"#, vec![wish; count].join(","));
    assert_eq!(Host::shop().call(&refresh(16)).response.status, 200);
    assert_eq!(Host::shop().call(&refresh(17)).response.status, 400);

    // A bundle of `user` has two members: one call and its 63 others, then one more.
    let user = r#"{"context":"user","params":{"user_id":5}}"#;
    let entry =
        |count: usize| format!(r#"{{"fn":"echo","args":{{"value":1}},"refresh":[{}]}}"#, vec![user; count].join(","));
    let within = format!("[{},{}]", entry(16), entry(15));
    assert_eq!(Host::shop().call(&within).response.status, 200);
    let beyond = format!("[{},{}]", entry(16), entry(16));
    let ran = Host::shop().call(&beyond);
    assert_eq!((ran.response.status, ran.steps.len()), (400, 0));

    let padded = |size: usize| format!(r#"{{"fn":"echo","args":{{"value":"{}"}}}}"#, "x".repeat(size - 33));
    assert_eq!(padded(1 << 20).len(), 1 << 20);
    assert_eq!(Host::shop().call(&padded(1 << 20)).response.status, 200);
    let ran = Host::shop().call(&padded((1 << 20) + 1));
    assert_eq!((ran.response.status, ran.steps.len()), (413, 0));
}

#[test]
fn only_json_is_taken() {
    let body = br#"{"fn":"echo","args":{"value":1}}"#;
    for (content_type, status) in [
        ("application/json", 200),
        ("Application/JSON; charset=utf-8", 200),
        ("text/plain", 415),
        ("application/jsonx", 415),
        ("application/x-www-form-urlencoded", 415),
        ("", 415),
    ] {
        let ran = Host::shop().request("POST", "/api/mizan/call/", "", &[("content-type", content_type)], body);
        assert_eq!(ran.response.status, status, "{content_type}");
    }
    assert_eq!(Host::shop().request("POST", "/api/mizan/call/", "", &[], body).response.status, 415);
    let declared = [("content-type", "application/json"), ("content-length", "1048577")];
    assert_eq!(Host::shop().request("POST", "/api/mizan/call/", "", &declared, body).response.status, 413);
}

#[test]
fn a_route_has_its_methods_and_exact_path() {
    let host = Host::shop();
    let cases = [
        ("GET", "/api/mizan/call/", 405, Some("POST")),
        ("DELETE", "/api/mizan/call", 405, Some("POST")),
        ("POST", "/api/mizan/ctx/user/", 405, Some("GET, HEAD")),
        ("PUT", "/api/mizan/ir/", 405, Some("GET, HEAD")),
        ("GET", "/api/mizan/", 404, None),
        ("GET", "/api/mizan", 404, None),
        ("GET", "/api/mizan/ctx/nope/", 404, None),
        ("GET", "/api/mizan/ctx/user/x.css", 404, None),
        ("GET", "/api/mizan/ctx/user/;a", 404, None),
        ("GET", "/api/mizan/ctx/user;a/", 404, None),
        ("GET", "/api/mizan/ctx/user%2f", 404, None),
        ("GET", "/api/mizan/ctx/user//", 404, None),
        ("GET", "/api/mizan//ctx/user/", 404, None),
        ("GET", "/api/mizan/ctx/User/", 404, None),
        ("GET", "/api/mizan/ctx/user/../user/", 404, None),
        ("GET", "/api/mizan/ctx/user./", 404, None),
    ];
    for (method, path, status, allow) in cases {
        let ran = host.request(method, path, "", &[("content-type", "application/json")], b"{}");
        assert_eq!((ran.response.status, ran.header("allow")), (status, allow), "{method} {path}");
        assert_eq!(ran.header("cache-control"), Some("no-store"), "{method} {path}");
    }
    assert!(host.app.owns("/api/mizan/call/") && host.app.owns("/api/mizan"));
    assert!(!host.app.owns("/api/mizanx/call/") && !host.app.owns("/") && !host.app.owns("/api"));
}

#[test]
fn the_ir_is_served_only_where_it_was_switched_on() {
    let ran = Host::shop().get("/api/mizan/ir/", "");
    assert_eq!((ran.response.status, ran.body().starts_with("mizan version=1\n")), (200, true));
    let off = super::host::SHOP.replacen("\"expose_ir\":true", "\"expose_ir\":false", 1);
    assert_eq!(Host::new(&off).get("/api/mizan/ir/", "").response.status, 404);
}

#[test]
fn a_client_of_another_contract_is_told_where_that_may_explain_the_error() {
    let host = Host::shop();
    let call = |body: &str, contract: &str| {
        let headers = [("content-type", "application/json"), ("x-mizan-contract", contract)];
        host.request("POST", "/api/mizan/call/", "", &headers, body.as_bytes())
    };
    let other = "0000000000000000";
    for body in [r#"{"fn":"nope"}"#, r#"{"fn":"rename"}"#, "{", r#"[{"fn":"nope"}]"#] {
        assert!(call(body, other).body().contains(r#""contract":"changed""#), "{body}");
        assert!(!call(body, host.app.digest()).body().contains("contract"), "{body}");
    }
    let forbidden = call(r#"{"fn":"hidden"}"#, other);
    assert!(!forbidden.body().contains("contract"), "{}", forbidden.body());
}

#[test]
fn keys_that_javascript_treats_specially_are_plain_data() {
    let ran = Host::shop()
        .call(r##"{"fn":"echo","args":{"value":{"__proto__":{"x":1},"constructor":2,"$ref":"#","then":null}}}"##);
    assert_eq!(
        ran.body(),
        r##"{"invalidate":[],"result":{"$ref":"#","__proto__":{"x":1},"constructor":2,"then":null}}"##
    );
}
