//! Pages whose functions answer with a response of the host's own (PAGE-6). The pins have those that return data.

use mizan_core::dispatch::message::Computed;
use mizan_core::dispatch::{Outcome, Response};

use crate::host::{Host, returned};

const RESPONDING: &str = r#"{"version":1,
  "contexts":[{"name":"catalog","public":true}],
  "functions":[
    {"name":"products","context":"catalog","cache":60,"input":{"type":"object","properties":{}},"output":{"type":"array","items":{"type":"string"}}},
    {"name":"save_page","route":{"path":"/products/:id","methods":["POST"]},"private":true,"affects":["catalog"],"input":{"type":"object","properties":{"id":{"type":"integer"}},"required":["id"]},"output":{}},
    {"name":"save","affects":["catalog"],"input":{"type":"object","properties":{}},"output":{}}
  ]}"#;

fn responding(status: u16) -> Host {
    let responded = move |_: &str| Outcome::Responded { status, computed: Computed::default() };
    Host::new(RESPONDING)
        .on("products", |_| returned(r#"["tea"]"#))
        .on("save_page", responded)
        .on("save", responded)
        .cached()
}

fn save(host: &Host) -> Response {
    host.request("POST", "/products/5", "", &[], b"title=tea").response
}

fn names(response: &Response) -> Vec<&str> {
    response.headers.iter().map(|(name, _)| *name).collect()
}

#[test]
fn only_what_it_changed_is_added_to_it() {
    for status in [200, 302, 399] {
        let response = save(&responding(status));
        assert_eq!((response.status, &*response.body), (status, &b""[..]));
        assert_eq!(names(&response), ["x-mizan-invalidate", "cache-group-invalidation"]);
        assert_eq!(response.headers.first().map(|(_, value)| &**value), Some("catalog"));
    }
}

#[test]
fn one_that_failed_has_changed_nothing_that_is_told() {
    for status in [400, 404, 500] {
        assert_eq!(names(&save(&responding(status))), Vec::<&str>::new());
    }
}

#[test]
fn the_cache_loses_what_it_changed_and_what_a_crash_may_have_changed() {
    for (status, is_kept) in [(302, false), (404, true), (500, false)] {
        let host = responding(status);
        host.get("/api/mizan/ctx/catalog/", "");
        save(&host);
        let again = host.get("/api/mizan/ctx/catalog/", "");
        let found = if is_kept { "Mizan; hit" } else { "Mizan; fwd=uri-miss; stored" };
        assert_eq!(again.header("cache-status"), Some(found), "{status}");
    }
}

#[test]
fn a_body_beyond_its_limit_reaches_no_function() {
    let document = RESPONDING.replacen('{', r#"{"limits":{"body":20,"upload":30},"#, 1);
    let save = |content_type: &str, length: usize| {
        let host =
            Host::new(&document).on("save_page", |_| Outcome::Responded { status: 302, computed: Computed::default() });
        let ran = host.request("POST", "/products/5", "", &[("content-type", content_type)], &vec![b'x'; length]);
        (ran.response.status, ran.steps.len())
    };
    let form = "application/x-www-form-urlencoded";
    let files = "multipart/form-data; boundary=b";
    assert_eq!([save(form, 20), save(form, 21)], [(302, 1), (413, 0)]);
    // The application takes no files in calls; its pages may.
    assert_eq!([save(files, 30), save(files, 31)], [(302, 1), (413, 0)]);
}

#[test]
fn no_call_reaches_it_and_no_call_answers_so() {
    let host = responding(200);
    assert_eq!(host.call(r#"{"fn":"save_page","args":{"id":5}}"#).response.status, 403);
    let crossed = host.call(r#"{"fn":"save","args":{}}"#);
    assert_eq!(crossed.response.status, 500);
    assert_eq!(crossed.header("x-mizan-invalidate"), None);
}
