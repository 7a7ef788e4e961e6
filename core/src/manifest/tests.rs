//! A manifest of a document that says all there is to say, and what a header purges by it.

use proptest::prelude::*;

use super::purge::Manifest;
use super::write;
use crate::dispatch::bundle_url::canonical_query;
use crate::invalidation::header_format;
use crate::invalidation::target::{Params, Target};
use crate::ir::kdl_read;
use crate::value::canonical::field;
use crate::value::compose::{list, string};

const SHOP: &str = r#"mizan version=1

type "Color" { enum "red" "blue" }
function "change_all" {
    output { literal #null }
    affects "feed"
    affects "shelf" { by "topic" }
    merge "inbox" function="inbox_items" op="replace"
}
function "feed_items" {
    context "feed"
    input {
        field "a" { integer }
        field "b" default="1" { integer }
        field "c" { nullable { string } }
        field "d" default="[]" { list { string } }
    }
    output { any }
}
function "inbox_items" {
    context "inbox"
    output { any }
    cache #false
}
function "rename" {
    private
    route "/rename/:id" "POST"
    input { field "id" { integer } }
    output { any }
    affects "book" function="book_page" { by "id" }
}
function "book_page" {
    context "book"
    route "/books/:id/*" "GET" "HEAD"
    input { field "id" { integer } }
    output { any }
    cache 60
    rev 2
}
function "shelf_list" {
    context "shelf"
    route "/shelves"
    input { field "topic" { ref "Color" } }
    output { any }
    cache 90
}
function "shelf_size" {
    context "shelf"
    input {
        field "page" default="1" { integer }
        field "topic" { ref "Color" }
    }
    output { any }
    cache 30
    rev 1
}
context "book" public=#true {
    param "id" { integer }
    member "book_page"
}
context "feed" {
    param "a" { integer }
    param "b" default="1" { integer }
    param "c" { nullable { string } }
    param "d" default="[]" { list { string } }
    member "feed_items"
}
context "inbox" identity=#true { member "inbox_items" }
context "shelf" public=#true {
    param "page" default="1" { integer }
    param "topic" { ref "Color" }
    member "shelf_list"
    member "shelf_size"
}
"#;

fn manifest(base: &str) -> String {
    write(&kdl_read::read(SHOP).unwrap(), base)
}

fn urls(header: &str) -> String {
    let manifest = Manifest::read(manifest("/api/mizan").as_bytes()).unwrap();
    manifest.urls(&[header.as_bytes()], false).lines.join(" ")
}

#[test]
fn a_manifest_says_all_of_section_6() {
    let expected = concat!(
        r#"{"base_url":"/api/mizan","contexts":{"#,
        r#""book":{"endpoints":["/api/mizan/ctx/book/"],"functions":[{"methods":["GET","HEAD"],"name":"book_page","#,
        r#""path":"view","route":"/books/:id/*"}],"params":{"id":{"required":true,"type":"integer"}},"public":true,"#,
        r#""render_strategy":"psr","rev":2,"tags":[[],["id"]],"ttl":60,"views":["/books/:id/*"]},"#,
        r#""feed":{"endpoints":["/api/mizan/ctx/feed/"],"functions":[{"name":"feed_items","path":"rpc"}],"#,
        r#""params":{"a":{"required":true,"type":"integer"},"b":{"default":1,"required":false,"type":"integer"},"#,
        r#""c":{"nullable":true,"required":false,"type":"string"},"#,
        r#""d":{"default":[],"required":false,"type":"list"}},"public":false,"render_strategy":"dynamic_cached","#,
        r#""rev":0,"tags":[[]],"ttl":86400,"views":[]},"#,
        r#""inbox":{"endpoints":["/api/mizan/ctx/inbox/"],"functions":[{"name":"inbox_items","path":"rpc"}],"params":{},"#,
        r#""public":false,"render_strategy":"dynamic_cached","rev":0,"tags":[[],["*sub"]],"ttl":null,"views":[]},"#,
        r#""shelf":{"endpoints":["/api/mizan/ctx/shelf/"],"functions":[{"methods":["GET"],"name":"shelf_list","#,
        r#""path":"view","route":"/shelves"},{"name":"shelf_size","path":"rpc"}],"#,
        r#""params":{"page":{"default":1,"required":false,"type":"integer"},"topic":{"required":true,"type":"enum"}},"#,
        r#""public":true,"render_strategy":"psr","rev":1,"tags":[[],["topic"]],"ttl":30,"views":["/shelves"]}},"#,
        r#""mutations":{"change_all":{"affects":["feed","shelf"],"merge":["inbox.inbox_items"],"private":false,"#,
        r#""scoped_by":{"feed":[],"inbox.inbox_items":[],"shelf":["topic"]}},"#,
        r#""rename":{"affects":["book.book_page"],"merge":[],"private":true,"route":"/rename/:id","#,
        r#""scoped_by":{"book.book_page":["id"]}}},"version":1}"#,
    );
    assert_eq!(manifest("/api/mizan"), expected);
}

#[test]
fn a_target_that_names_every_param_is_one_url() {
    assert_eq!(
        urls("feed;a=5;b=2;c=\"x y\";d=\"[\\\"p\\\",\\\"q\\\"]\""),
        "/api/mizan/ctx/feed/?a=5&b=2&c=x%20y&d=p&d=q"
    );
    assert_eq!(urls("feed;a=5;b=1;c=\"x\";d=\"[]\""), "/api/mizan/ctx/feed/?a=5&c=x");
    assert_eq!(urls("book;id=5"), "/api/mizan/ctx/book/?id=5 /books/5/%2A");
    assert_eq!(urls("book.book_page;id=5, book;id=5"), "/api/mizan/ctx/book/?id=5 /books/5/%2A");
    assert_eq!(urls("inbox;*sub=\"ada\""), "/api/mizan/ctx/inbox/");
    assert_eq!(urls(""), "");
}

/// Each null is left out of the URL or is the text: two URLs of one, and with many params more than there is room for.
#[test]
fn many_nulls_purge_what_begins_alike() {
    let names: Vec<String> = (10..50).map(|number| format!("p{number}")).collect();
    let each = |form: &dyn Fn(&str) -> String| names.iter().map(|name| form(name)).collect::<String>();
    let inputs = each(&|name| format!("field \"{name}\" {{ nullable {{ string }} }}\n"));
    let params = each(&|name| format!("param \"{name}\" {{ nullable {{ string }} }}\n"));
    let document = kdl_read::read(&format!(
        "mizan version=1\n\nfunction \"find\" {{\ncontext \"search\"\ninput {{\n{inputs}}}\noutput {{ any }}\n}}\n\
         context \"search\" {{\n{params}member \"find\"\n}}\n"
    ))
    .expect("a document");
    let manifest = Manifest::read(write(&document, "").as_bytes()).expect("a manifest");
    let header = format!("search{}", each(&|name| format!(";{name}=\"null\"")));
    let lines = manifest.urls(&[header.as_bytes()], false).lines;
    assert!(lines.len() <= 512, "{} lines", lines.len());
    let is_covered =
        |url: &str| lines.iter().any(|line| line.strip_suffix('*').map_or(line == url, |start| url.starts_with(start)));
    for url in ["/ctx/search/", "/ctx/search/?p10=null", "/ctx/search/?p49=null", "/ctx/search/?p10=null&p49=null"] {
        assert!(is_covered(url), "{url}");
    }
}

#[test]
fn null_and_its_text_are_both_purged() {
    let both = "/api/mizan/ctx/feed/?a=5&b=2 /api/mizan/ctx/feed/?a=5&b=2&c=null";
    assert_eq!(urls("feed;a=5;b=2;c=\"null\";d=\"[]\""), both);
}

#[test]
fn a_target_that_leaves_params_open_is_a_prefix() {
    assert_eq!(urls("feed"), "/api/mizan/ctx/feed/*");
    assert_eq!(urls("feed;b=2"), "/api/mizan/ctx/feed/*");
    assert_eq!(urls("feed;a=5"), "/api/mizan/ctx/feed/?a=5 /api/mizan/ctx/feed/?a=5&*");
    assert_eq!(urls("feed;a=5;c=\"x\""), "/api/mizan/ctx/feed/?a=5&*");
    assert_eq!(urls("shelf;page=2"), "/api/mizan/ctx/shelf/?page=2&* /shelves /shelves?*");
    assert_eq!(urls("shelf;topic=\"red\""), "/api/mizan/ctx/shelf/* /shelves /shelves?*");
    assert_eq!(urls("feed;a=5;d=\"oops\""), "/api/mizan/ctx/feed/?a=5 /api/mizan/ctx/feed/?a=5&*");
    assert_eq!(urls("feed, feed;a=5"), "/api/mizan/ctx/feed/*");
}

#[test]
fn what_is_not_understood_purges_everything() {
    let manifest = Manifest::read(manifest("https://shop.example/api").as_bytes()).unwrap();
    for header in ["*", "book;id=", "nowhere", "\"book\"", "book;id=1.5", "book, *"] {
        let urls = manifest.urls(&[header.as_bytes()], false);
        assert!(urls.everything.is_some(), "{header}");
        let expected = [
            "https://shop.example/api/ctx/*",
            "https://shop.example/books/*",
            "https://shop.example/shelves",
            "https://shop.example/shelves?*",
        ];
        assert_eq!(urls.lines, expected, "{header}");
    }
}

#[test]
fn what_no_edge_may_keep_can_be_left_out() {
    let manifest = Manifest::read(manifest("").as_bytes()).unwrap();
    assert_eq!(manifest.urls(&[b"book;id=5, feed, inbox"], true).lines, ["/books/5/%2A", "/ctx/book/?id=5"]);
}

#[test]
fn what_is_no_manifest_is_refused() {
    for (text, problem) in [
        ("", "not JSON"),
        ("{}", "version"),
        ("{\"version\":2}", "version 2"),
        ("{\"version\":1,\"contexts\":{}}", "base_url"),
        ("{\"version\":1,\"base_url\":\"\",\"contexts\":{\"a\":{}}}", "params"),
        ("{\"version\":1,\"base_url\":\"\",\"contexts\":{\"a\":{\"params\":{\"p\":{}}}}}", "required"),
    ] {
        let error = Manifest::read(text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(problem), "{text}: {error}");
    }
}

proptest! {
    /// EDGE-5: whatever a target covers, its URL is one of the lines, or begins like one that is a prefix.
    #[test]
    fn every_url_that_a_target_covers_is_purged(
        a in -3_i64..3, b in 0_i64..3, c in proptest::option::of("(null|[a-c &=*é]{0,2})"),
        d in proptest::collection::vec("(null|[a-c,]{0,2})", 0..3), narrowed in 0_u8..16,
    ) {
        let document = kdl_read::read(SHOP).unwrap();
        let context = document.context_named("feed").unwrap();
        let (c, d) = (c.map_or_else(|| "null".to_owned(), |text| string(&text)), list(d.iter().map(|text| string(text))));
        let params = format!("{{\"a\":{a},\"b\":{b},\"c\":{c},\"d\":{d}}}");
        let url = format!("/api/mizan/ctx/feed/?{}", canonical_query(context, params.as_bytes()));
        let by = ["a", "b", "c", "d"].into_iter().enumerate().filter(|(index, _)| narrowed >> index & 1 == 1);
        let value = |name: &str| String::from_utf8(field(params.as_bytes(), name).unwrap().to_vec()).unwrap();
        let narrowing = Params::new(by.map(|(_, name)| (name.to_owned(), value(name))));
        let header = header_format::format(&[Target { params: narrowing, ..Target::broad("feed") }]);
        let lines = Manifest::read(manifest("/api/mizan").as_bytes()).unwrap().urls(&[header.as_bytes()], false).lines;
        let covers = |line: &String| line.strip_suffix('*').map_or(*line == url, |prefix| url.starts_with(prefix));
        prop_assert!(lines.iter().any(covers), "{url} is not covered by {lines:?} of {header}");
        prop_assert!(narrowed != 15 || lines.iter().all(|line| !line.ends_with('*')), "{lines:?}");
    }
}
