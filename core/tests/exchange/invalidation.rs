//! What calls make stale, what is read again for the client, and what is spliced.

use mizan_core::dispatch::Outcome;
use mizan_core::dispatch::message::{Computed, Invalidation};
use mizan_core::dispatch::{Failure, message::Level};

use super::host::{Host, SHOP, identity, returned};

#[test]
fn a_target_is_narrowed_by_name_then_by_identity_then_not_at_all() {
    let by_name = Host::shop().call(r#"{"fn":"rename","args":{"user_id":5,"name":"Ada"}}"#);
    assert_eq!(by_name.header("x-mizan-invalidate"), Some("user;user_id=5"));

    let by_identity = Host::shop().by(identity("7", false)).call(r#"{"fn":"read_all"}"#);
    assert_eq!(by_identity.steps, ["identify", "read_all{}"]);
    assert_eq!(by_identity.header("x-mizan-invalidate"), Some("inbox;*sub=\"7\""));
    assert_eq!(by_identity.body(), r#"{"invalidate":[{"context":"inbox"}],"result":null}"#);

    let anonymous = Host::shop().call(r#"{"fn":"read_all"}"#);
    assert_eq!(anonymous.header("x-mizan-invalidate"), Some("inbox"));
}

#[test]
fn a_null_narrows_nothing_where_the_param_takes_no_null() {
    let narrowed = Host::shop().call(r#"{"fn":"restock","args":{"q":"tea"}}"#);
    assert_eq!(narrowed.header("x-mizan-invalidate"), Some("catalog;q=\"tea\""));
    let broad = Host::shop().call(r#"{"fn":"restock","args":{"q":null}}"#);
    assert_eq!(broad.header("x-mizan-invalidate"), Some("catalog"));
}

#[test]
fn one_member_can_be_meant() {
    let ran = Host::shop().call(r#"{"fn":"touch_profile","args":{"user_id":5}}"#);
    assert_eq!(ran.header("x-mizan-invalidate"), Some("user.user_profile;user_id=5"));
    assert!(
        ran.body().contains(r#"{"context":"user","function":"user_profile","params":{"user_id":5}}"#),
        "{}",
        ran.body()
    );
}

#[test]
fn a_member_is_not_narrowed_by_a_param_that_it_does_not_take() {
    // The profile stands in the bundle of every page, so one page alone would leave the others stale.
    let with_page = r#""page":{"type":"integer"},"user_id":{"type":"integer"}},"required":["page","user_id"]"#;
    let document = SHOP
        .replace(r#""affects":["user_profile"],"input":{"type":"object","properties":{"user_id":{"type":"integer"}},"required":["user_id"]"#,
            &format!(r#""affects":["user_profile","user_orders"],"input":{{"type":"object","properties":{{{with_page}"#));
    assert_ne!(document, SHOP);
    let host = Host::new(&document).on("touch_profile", |_| returned("null"));
    let ran = host.call(r#"{"fn":"touch_profile","args":{"page":2,"user_id":5}}"#);
    assert_eq!(
        ran.header("x-mizan-invalidate"),
        Some("user.user_orders;page=2;user_id=5, user.user_profile;user_id=5")
    );

    let explicit = computing(None, &[("user_profile", Some(r#"{"page":2,"user_id":9}"#))]).call(RENAME);
    assert_eq!(explicit.header("x-mizan-invalidate"), Some("user;user_id=5, user.user_profile"));
    assert_eq!(explicit.log.len(), 1);
}

#[test]
fn the_purged_tags_of_one_reply_are_bounded() {
    let naming = |count: usize| {
        let invalidations = (0..count)
            .map(|q| Invalidation {
                name: "catalog".to_owned(),
                params: Some(format!(r#"{{"q":"{q}"}}"#).into_bytes()),
            })
            .collect();
        let computed = Computed { params: None, invalidations };
        let host =
            Host::shop().on("echo", move |_| Outcome::Returned { result: b"0".to_vec(), computed: computed.clone() });
        let ran = host.call(r#"{"fn":"echo","args":{"value":0}}"#);
        ran.header("cache-group-invalidation").map(str::to_owned).expect("tags")
    };
    assert_eq!(naming(64).split(", ").count(), 64);
    assert_eq!(naming(65), "\"mz-itj4ayhzgnae4o3agn4rkfuxo4\"");
}

fn computing(params: Option<&'static str>, invalidations: &'static [(&'static str, Option<&'static str>)]) -> Host {
    Host::shop().on("rename", move |_| Outcome::Returned {
        result: br#"{"user_id":5,"name":"Ada"}"#.to_vec(),
        computed: Computed {
            params: params.map(|text| text.as_bytes().to_vec()),
            invalidations: invalidations
                .iter()
                .map(|(name, params)| Invalidation {
                    name: (*name).to_owned(),
                    params: params.map(|text| text.as_bytes().to_vec()),
                })
                .collect(),
        },
    })
}

const RENAME: &str = r#"{"fn":"rename","args":{"user_id":5,"name":"Ada"}}"#;

#[test]
fn what_the_function_computed_replaces_and_adds() {
    let header = |host: Host| host.call(RENAME).header("x-mizan-invalidate").map(str::to_owned);
    assert_eq!(header(computing(Some(r#"{"user_id": 6}"#), &[])).as_deref(), Some("user;user_id=6"));
    assert_eq!(header(computing(Some(r#"{"page":2,"other":1}"#), &[])).as_deref(), Some("user;page=2;user_id=5"));
    let explicit = computing(
        None,
        &[("user", Some(r#"{"user_id":9}"#)), ("catalog", None), ("user_profile", Some(r#"{"user_id":5}"#))],
    );
    assert_eq!(header(explicit).as_deref(), Some("catalog, user;user_id=5, user;user_id=9"));
}

#[test]
fn what_was_computed_wrongly_widens_and_is_logged() {
    for (host, expected) in [
        (computing(Some(r#"{"user_id":"6"}"#), &[]), "user"),
        (computing(Some("nonsense"), &[]), "user"),
        (computing(None, &[("catalog", Some(r#"{"nope":1}"#))]), "catalog, user;user_id=5"),
        (computing(None, &[("nope", None)]), "catalog, inbox, user"),
    ] {
        let ran = host.call(RENAME);
        assert_eq!((ran.response.status, ran.header("x-mizan-invalidate")), (200, Some(expected)));
        let [line] = ran.log.as_slice() else { panic!("{:?}", ran.log) };
        assert_eq!(line.level, Level::Warning);
        assert!(line.text.starts_with("shop/api.py:42: rename: "), "{}", line.text);
    }
}

#[test]
fn a_touched_bundle_comes_back_read_after_the_mutation() {
    let refresh = r#"[{"context":"user","params":{"user_id":5}},{"context":"user","params":{"user_id":6}},{"context":"catalog"}]"#;
    let ran =
        Host::shop().call(&format!(r#"{{"fn":"rename","args":{{"user_id":5,"name":"Ada"}},"refresh":{refresh}}}"#));
    assert_eq!(
        ran.steps,
        [r#"rename{"name":"Ada","user_id":5}"#, r#"user_orders{"page":1,"user_id":5}"#, r#"user_profile{"user_id":5}"#]
    );
    assert_eq!(
        ran.body(),
        concat!(
            r#"{"bundles":[{"context":"user","data":{"user_orders":[{"id":1,"total":"9.90"}],"user_profile":{"name":"Ada","user_id":5}},"#,
            r#""params":{"page":1,"user_id":5}}],"invalidate":[{"context":"user","params":{"user_id":5}}],"#,
            r#""result":{"name":"Ada","user_id":5}}"#
        )
    );
}

#[test]
fn a_bundle_that_cannot_be_read_again_is_left_out_in_silence() {
    let body =
        r#"{"fn":"rename","args":{"user_id":5,"name":"Ada"},"refresh":[{"context":"user","params":{"user_id":5}}]}"#;
    let failing = Host::shop().on("user_orders", |_| Outcome::from(Failure::Raised)).call(body);
    assert_eq!((failing.response.status, failing.body().contains("bundles")), (200, false));

    let inbox = r#"{"fn":"read_all","refresh":[{"context":"inbox"}]}"#;
    let anonymous = Host::shop().call(inbox);
    assert_eq!(
        (anonymous.response.status, anonymous.body()),
        (200, r#"{"invalidate":[{"context":"inbox"}],"result":null}"#)
    );
    let known = Host::shop().by(identity("7", false)).call(inbox);
    assert!(
        known.body().starts_with(r#"{"bundles":[{"context":"inbox","data":{"messages":["hi"]},"params":{}}]"#),
        "{}",
        known.body()
    );

    for wish in
        [r#"{"context":"nope"}"#, r#"{"context":"user","params":{"user_id":"5"}}"#, r#"{"context":"user","params":[]}"#]
    {
        let ran = Host::shop().call(&body.replace(r#"{"context":"user","params":{"user_id":5}}"#, wish));
        assert_eq!((ran.response.status, ran.body().contains("bundles")), (200, false), "{wish}");
    }
}

/// AUTH-6, REFRESH-5: as in a GET, the other members of a bundle that the caller may not read do not run either.
#[test]
fn no_member_of_a_bundle_runs_for_a_refresh_that_a_guard_refuses() {
    let document = SHOP.replace(
        r#""name":"user_profile","context":"user""#,
        r#""name":"user_profile","auth":"staff","context":"user""#,
    );
    let wishes = r#"[{"context":"user","params":{"user_id":5}}]"#;
    let ran = Host::new(&document)
        .on("rename", |_| returned(r#"{"user_id":5,"name":"Ada"}"#))
        .on("user_orders", |_| returned("[]"))
        .call(&format!(r#"{{"fn":"rename","args":{{"user_id":5,"name":"Ada"}},"refresh":{wishes}}}"#));
    assert_eq!((ran.response.status, ran.body().contains("bundles")), (200, false));
    assert_eq!(ran.steps, [r#"rename{"name":"Ada","user_id":5}"#, "identify"]);
}

#[test]
fn a_failed_call_refreshes_and_invalidates_nothing() {
    let host = Host::shop().on("rename", |_| Outcome::from(Failure::Raised));
    let ran = host.call(
        r#"[{"fn":"rename","args":{"user_id":5,"name":"Ada"},"refresh":[{"context":"user","params":{"user_id":5}}]}]"#,
    );
    assert_eq!(ran.steps.len(), 1);
    assert_eq!(ran.header("x-mizan-invalidate"), None);
}

#[test]
fn a_result_is_spliced_into_the_slot_of_its_type_and_named_in_the_header() {
    let ran = Host::shop().call(r#"{"fn":"place_order","args":{"user_id":5}}"#);
    assert_eq!(
        ran.body(),
        concat!(
            r#"{"invalidate":[],"merge":[{"context":"user","function":"user_orders","key":["id"],"op":"upsert","#,
            r#""params":{"user_id":5},"value":{"id":2,"total":"1.50"}}],"result":{"id":2,"total":"1.50"}}"#
        )
    );
    assert_eq!(ran.header("x-mizan-invalidate"), Some("user.user_orders;user_id=5"));
}

#[test]
fn a_batch_names_the_union_in_its_header_and_each_its_own_in_the_body() {
    let ran = Host::shop().call(concat!(
        r#"[{"fn":"rename","args":{"user_id":6,"name":"Bo"}},{"fn":"touch_profile","args":{"user_id":5}},"#,
        r#"{"fn":"rename","args":{"user_id":5,"name":"Ada"}}]"#
    ));
    assert_eq!(ran.header("x-mizan-invalidate"), Some("user;user_id=5, user;user_id=6"));
    assert!(ran.body().contains(
        r#"{"invalidate":[{"context":"user","function":"user_profile","params":{"user_id":5}}],"result":null}"#
    ));
}

#[test]
fn a_value_never_makes_a_second_header_or_member() {
    let host = Host::shop().on("restock", |_| returned("null"));
    let ran = host.call(r#"{"fn":"restock","args":{"q":"a\r\nX-Evil: 1, user;b\u0000\"\\ü"}}"#);
    let header = ran.header("x-mizan-invalidate").expect("a header");
    assert_eq!(header, "catalog;q=%\"a%0d%0aX-Evil: 1, user;b%00%22\\%c3%bc\"");
}
