//! Bundles: params, members, caching headers, redirects of public ones.

use mizan_core::dispatch::{Failure, Outcome};
use mizan_core::error::code::ErrorCode;

use super::host::{Host, identity};

const USER: &str = "/api/mizan/ctx/user/";
const CATALOG: &str = "/api/mizan/ctx/catalog/";

#[test]
fn each_member_gets_the_params_it_declares_and_defaults_are_filled_in() {
    let ran = Host::shop().get(USER, "user_id=5");
    assert_eq!(ran.steps, [r#"user_orders{"page":1,"user_id":5}"#, r#"user_profile{"user_id":5}"#]);
    assert_eq!(ran.body(), r#"{"user_orders":[{"id":1,"total":"9.90"}],"user_profile":{"name":"Ada","user_id":5}}"#);
    assert_eq!(ran.header("cache-control"), Some("private, no-cache"));
    assert_eq!(ran.header("cache-groups"), None);
    let without_slash = Host::shop().get("/api/mizan/ctx/user", "page=1&user_id=5");
    assert_eq!((without_slash.response.status, without_slash.body()), (200, ran.body()));
}

#[test]
fn query_text_has_one_grammar() {
    for (query, status) in [
        ("user_id=5&page=2", 200),
        ("user_id=-5", 200),
        ("user_id=%35", 200),
        ("", 422),
        ("user_id=", 422),
        ("user_id=05", 422),
        ("user_id=-0", 422),
        ("user_id=+5", 422),
        ("user_id=5.0", 422),
        ("user_id=1e1", 422),
        ("user_id=%D9%A5", 422),
        ("user_id=9007199254740992", 422),
        ("user_id=5&user_id=5", 422),
        ("user_id=5&other=1", 422),
        ("user_id[]=5", 422),
        ("user_id=5&__proto__=1", 422),
        ("user_id=%zz", 400),
        ("user_id=%c3%28", 400),
    ] {
        assert_eq!(Host::shop().get(USER, query).response.status, status, "{query}");
    }
    let ran = Host::shop().get(USER, "user_id=x");
    assert!(
        ran.body().contains(r#"{"code":"type","message":"expected integer","path":["params","user_id"]}"#),
        "{}",
        ran.body()
    );
}

#[test]
fn a_query_has_at_most_eight_kibibytes() {
    let query = |length: usize| format!("q={}", "x".repeat(length - 2));
    let host = Host::shop();
    assert_eq!(host.get(CATALOG, &query(8192)).response.status, 200);
    assert_eq!(host.get(CATALOG, &query(8193)).response.status, 400);
}

#[test]
fn a_bundle_is_all_or_nothing_and_the_first_member_by_name_speaks() {
    let not_found = || Outcome::from(Failure::Protocol { code: ErrorCode::NotFound, message: None, retry_after: None });
    let one = Host::shop().on("user_profile", move |_| not_found()).get(USER, "user_id=5");
    assert_eq!(one.response.status, 404);
    assert_eq!(one.body(), r#"{"error":{"code":"NOT_FOUND","function":"user_profile","message":"not found"}}"#);
    assert_eq!(one.header("cache-control"), Some("no-store"));
    assert_eq!(one.header("etag"), None);
    let both =
        Host::shop().on("user_profile", move |_| not_found()).on("user_orders", |_| Outcome::from(Failure::Raised));
    let both = both.get(USER, "user_id=5");
    assert_eq!(both.response.status, 500);
    assert!(both.body().contains(r#""function":"user_orders""#), "{}", both.body());
}

#[test]
fn guards_of_members_come_before_the_query() {
    let inbox = "/api/mizan/ctx/inbox/";
    let ran = Host::shop().get(inbox, "nonsense=1");
    assert_eq!((ran.response.status, ran.steps.as_slice()), (401, ["identify".to_owned()].as_slice()));
    assert!(ran.body().contains(r#""function":"messages""#), "{}", ran.body());
    let host = Host::shop().by(identity("5", false));
    assert_eq!(host.get(inbox, "nonsense=1").response.status, 422);
    assert_eq!(host.get(inbox, "").body(), r#"{"messages":["hi"]}"#);
}

#[test]
fn an_entity_tag_saves_the_body_and_nothing_else() {
    let host = Host::shop();
    let first = host.get(USER, "user_id=5");
    let etag = first.header("etag").expect("an entity tag").to_owned();
    assert_eq!(etag.len(), 34);
    let again = host.request("GET", USER, "user_id=5", &[("If-None-Match", &etag)], b"");
    assert_eq!((again.response.status, again.body()), (304, ""));
    for name in ["etag", "cache-control", "x-mizan-contract"] {
        assert_eq!(again.header(name), first.header(name), "{name}");
    }
    assert_eq!(again.header("content-type"), None);
    let changed = Host::shop().on("user_orders", |_| super::host::returned("[]"));
    let changed = changed.request("GET", USER, "user_id=5", &[("If-None-Match", &etag)], b"");
    assert_eq!(changed.response.status, 200);
}

#[test]
fn head_has_the_headers_of_get() {
    let host = Host::shop();
    let get = host.get(USER, "user_id=5");
    let head = host.request("HEAD", USER, "user_id=5", &[], b"");
    assert_eq!((head.response.status, head.body()), (200, ""));
    assert_eq!(head.response.headers, get.response.headers);
    assert_eq!(host.request("HEAD", "/api/mizan/ctx/inbox/", "", &[], b"").response.status, 401);
}

#[test]
fn a_public_bundle_may_be_kept_at_an_edge_under_its_tags() {
    let ran = Host::shop().get(CATALOG, "q=tea");
    assert_eq!(ran.response.status, 200);
    assert_eq!(ran.header("cache-control"), Some("public, max-age=0, must-revalidate"));
    assert_eq!(ran.header("cdn-cache-control"), Some("max-age=60"));
    // By `restock` a mutation narrows the catalog by `q`, so there are two tags: the whole context, and this `q`. Both
    // were computed apart from this code: base32(sha256('{"c":"catalog","p":{…}}')[:16]).
    assert_eq!(
        ran.header("cache-groups"),
        Some("\"mz-itj4ayhzgnae4o3agn4rkfuxo4\", \"mz-5bjgrv33t7jklnvyr7xvz2uxqm\"")
    );
    let mutation = Host::shop().call(r#"{"fn":"restock","args":{"q":"tea"}}"#);
    assert_eq!(mutation.header("cache-group-invalidation"), Some("\"mz-5bjgrv33t7jklnvyr7xvz2uxqm\""));
    let broad = Host::shop().call(r#"{"fn":"restock"}"#);
    assert_eq!(broad.header("cache-group-invalidation"), Some("\"mz-itj4ayhzgnae4o3agn4rkfuxo4\""));
}

#[test]
fn a_public_bundle_has_one_url() {
    let host = Host::shop();
    for (path, query, location) in [
        ("/api/mizan/ctx/catalog", "", "/api/mizan/ctx/catalog/"),
        (CATALOG, "q=tea&page=2", "/api/mizan/ctx/catalog/?page=2&q=tea"),
        (CATALOG, "page=1", "/api/mizan/ctx/catalog/"),
        (CATALOG, "q=", "/api/mizan/ctx/catalog/"),
        (CATALOG, "q=%74ea", "/api/mizan/ctx/catalog/?q=tea"),
        (CATALOG, "q=a+b", "/api/mizan/ctx/catalog/?q=a%20b"),
        (CATALOG, "q=%c3%bc", "/api/mizan/ctx/catalog/?q=%C3%BC"),
    ] {
        let ran = host.get(path, query);
        assert_eq!((ran.response.status, ran.header("location")), (308, Some(location)), "{path}?{query}");
        assert_eq!((ran.header("cache-control"), ran.steps.len()), (Some("no-store"), 0));
        let (path, query) = location.split_once('?').unwrap_or((location, ""));
        assert_eq!(host.get(path, query).response.status, 200, "{location}");
    }
    assert_eq!(host.get("/api/mizan/ctx/catalog", "nope=1").response.status, 422);
}
