//! Caching headers and public contexts (CACHE).

use super::super::case::Case;
use super::super::scope::function;
use super::{ID, NULL, asked, item_read};

const PUBLIC: &str = r#"{"name":"shelf","public":true}"#;
const TITLES: &str = r#"{"page":{"type":"integer","default":1},"topic":{"type":"string","default":""}}"#;

fn titles(cache: &str) -> String {
    function("shelf_titles", TITLES, &format!("\"context\":\"shelf\",{cache}\"output\":{{\"type\":\"null\"}}"))
}

fn relabel(input: &str, name: &str) -> String {
    function(name, input, &format!("\"affects\":[\"shelf\"],{NULL}"))
}

fn shelf(id: &str, rules: &str, reason: &str) -> Case {
    let by_topic = relabel(r#"{"topic":{"type":"string"}}"#, "relabel");
    asked(id, rules, reason, &[&titles("\"cache\":60,"), &by_topic], &[PUBLIC])
        .outcomes(r#"{"shelf_titles":{"result":null},"relabel":{"result":null}}"#)
}

const BODY: &str = r#"{"shelf_titles":null}"#;

pub(super) fn cases() -> Vec<Case> {
    let private = |id: &str, rules: &str, reason: &str| {
        asked(id, rules, reason, &[&item_read()], &[]).outcomes(r#"{"item_read":{"result":"tea"}}"#)
    };
    let held = |id: &str, reason: &str, value: &str| {
        private(id, "CACHE-10", reason).request("GET", "/api/mizan/ctx/item/", "id=5", &[("If-None-Match", value)], b"")
    };
    let etag = "\"2a0ea8ac4b8e2c5e9f2c35a5f1b4bd4e\"";
    let moved = |id: &str, reason: &str, path: &str, query: &str, location: &str| {
        shelf(id, "CACHE-4 CACHE-1", reason)
            .request("GET", path, query, &[], b"")
            .status(308)
            .header("location", Some(location))
            .header("cache-control", Some("no-store"))
            .at_once()
    };
    let ttl = |id: &str, reason: &str, functions: &[&str], expected: &str| {
        asked(id, "CACHE-5", reason, functions, &[PUBLIC])
            .get("shelf", "")
            .outcomes(r#"{"shelf_titles":{"result":null},"shelf_size":{"result":null}}"#)
            .status(200)
            .header("cdn-cache-control", Some(expected))
    };
    let size = |cache: &str| {
        function("shelf_size", "{}", &format!("\"context\":\"shelf\",{cache}\"output\":{{\"type\":\"null\"}}"))
    };
    let mut cases = vec![
        private("bundle-private", "CACHE-2 CACHE-9", "a bundle that may depend on who asks")
            .get("item", "id=5")
            .status(200)
            .header("cache-control", Some("private, no-cache"))
            .header("etag", Some(ETAG))
            .header("cdn-cache-control", None)
            .header("cache-groups", None),
        private("bundle-private-any-spelling", "CACHE-4", "a context that is not public has no one URL")
            .request("GET", "/api/mizan/ctx/item", "&id=%35", &[], b"")
            .status(200)
            .header("etag", Some(ETAG)),
        held("not-modified", "the tag itself", ETAG)
            .status(304)
            .body("")
            .header("etag", Some(ETAG))
            .header("cache-control", Some("private, no-cache"))
            .header("content-type", None),
        held("not-modified-weak", "by weak comparison", &format!("W/{ETAG}")).status(304),
        held("not-modified-list", "in a list", &format!("\"a\", {ETAG}")).status(304),
        held("not-modified-star", "as a star", "*").status(304),
        held("modified", "another tag", etag).status(200).body(r#"{"item_read":"tea"}"#),
        held("modified-unquoted", "no tag has no quotes", ETAG.trim_matches('"')).status(200),
        private("head", "CACHE-11", "HEAD runs what GET runs, and has no body")
            .request("HEAD", "/api/mizan/ctx/item/", "id=5", &[], b"")
            .status(200)
            .body("")
            .header("content-length", Some("19"))
            .header("etag", Some(ETAG))
            .steps(r#"[{"invoke":[{"args":{"id":5},"fn":"item_read","timeout_ms":30000}]}]"#),
        shelf(
            "public",
            "CACHE-3 CACHE-5 CACHE-6 CACHE-7",
            "a public bundle, and a tag for each set of params by which a mutation narrows",
        )
        .get("shelf", "")
        .status(200)
        .body(BODY)
        .header("cache-control", Some("public, max-age=0, must-revalidate"))
        .header("cdn-cache-control", Some("max-age=60"))
        .header("cache-groups", Some(r#""mz-r5icro7slczqapexjr5nrmydnq", "mz-nhtkmpidkounm436gfmqh7yjp4""#)),
        shelf("public-params", "CACHE-4", "the one URL, in the one spelling")
            .get("shelf", "page=2&topic=deep%20sea")
            .status(200)
            .body(BODY),
        shelf("public-head", "CACHE-11", "HEAD of it")
            .request("HEAD", "/api/mizan/ctx/shelf/", "", &[], b"")
            .status(200)
            .body("")
            .header("cdn-cache-control", Some("max-age=60")),
        shelf("purge", "CACHE-8", "what is invalidated has the tag of the bundles it meant")
            .post(r#"{"fn":"relabel","args":{"topic":"sea"}}"#)
            .status(200)
            .header("cache-group-invalidation", Some("\"mz-rjyurtj4dv6ovctm3kgjvln3oy\""))
            .header("x-mizan-invalidate", Some("shelf;topic=\"sea\"")),
        moved("moved-no-slash", "a missing slash", "/api/mizan/ctx/shelf", "", "/api/mizan/ctx/shelf/"),
        moved(
            "moved-order",
            "params in another order",
            "/api/mizan/ctx/shelf/",
            "topic=sea&page=2",
            "/api/mizan/ctx/shelf/?page=2&topic=sea",
        ),
        moved("moved-default", "a default that is said", "/api/mizan/ctx/shelf/", "page=1", "/api/mizan/ctx/shelf/"),
        moved(
            "moved-escape",
            "an escape that is not needed",
            "/api/mizan/ctx/shelf/",
            "topic=deep%2Dsea",
            "/api/mizan/ctx/shelf/?topic=deep-sea",
        ),
        moved(
            "moved-plus",
            "a plus for a blank",
            "/api/mizan/ctx/shelf/",
            "topic=deep+sea",
            "/api/mizan/ctx/shelf/?topic=deep%20sea",
        ),
        moved(
            "moved-lower-escape",
            "an escape in lower case",
            "/api/mizan/ctx/shelf/",
            "topic=%c3%a9",
            "/api/mizan/ctx/shelf/?topic=%C3%A9",
        ),
        moved(
            "moved-empty-pair",
            "an & too many",
            "/api/mizan/ctx/shelf/",
            "topic=sea&",
            "/api/mizan/ctx/shelf/?topic=sea",
        ),
        shelf("moved-unfit", "CACHE-4", "another spelling of what does not fit is no redirect")
            .request("GET", "/api/mizan/ctx/shelf", "page=x", &[], b"")
            .status(422)
            .header("location", None),
        shelf("public-error", "CACHE-1", "an error of a public context is not kept")
            .get("shelf", "page=x")
            .status(422)
            .header("cache-control", Some("no-store"))
            .header("cdn-cache-control", None),
        ttl(
            "ttl-smallest",
            "the smallest of the members'",
            &[&titles("\"cache\":60,"), &size("\"cache\":30,")],
            "max-age=30",
        ),
        ttl("ttl-default", "a day where none says one", &[&titles("")], "max-age=86400"),
        ttl("ttl-longer", "more than a day where that is said", &[&titles("\"cache\":604800,")], "max-age=604800"),
        ttl(
            "ttl-one-says",
            "one that says nothing does not count",
            &[&titles("\"cache\":604800,"), &size("")],
            "max-age=604800",
        ),
        ttl("ttl-off", "not to be kept", &[&titles("\"cache\":60,"), &size("\"cache\":false,")], "no-store")
            .header("cache-groups", None),
    ];
    cases.push(many_tags());
    cases.push(largest_set());
    cases.extend([64, 65].map(purged));
    cases
}

/// The first 16 bytes of the SHA-256 of `{"item_read":"tea"}`.
const ETAG: &str = "\"2d2a4ed09a559954dbc94ed645a30605\"";

/// CACHE-7: more than 32 sets of names.
fn many_tags() -> Case {
    let names: Vec<String> = (0..33).map(|index| format!("p{index}")).collect();
    let properties: Vec<String> =
        names.iter().map(|name| format!(r#""{name}":{{"type":"integer","default":0}}"#)).collect();
    let read = function(
        "shelf_titles",
        &format!("{{{}}}", properties.join(",")),
        r#""context":"shelf","output":{"type":"null"}"#,
    );
    let mutations: Vec<String> = names
        .iter()
        .map(|name| relabel(&format!(r#"{{"{name}":{{"type":"integer"}}}}"#), &format!("by_{name}")))
        .collect();
    let functions: Vec<&str> = std::iter::once(&read).chain(&mutations).map(String::as_str).collect();
    asked("tags-33", "CACHE-7", "more tags than a reply has: not to be kept at the edge", &functions, &[PUBLIC])
        .get("shelf", "")
        .outcomes(r#"{"shelf_titles":{"result":null}}"#)
        .status(200)
        .header("cdn-cache-control", Some("no-store"))
        .header("cache-groups", None)
}

/// CACHE-8: a target that narrows by more than any known set purges by the largest of those.
fn largest_set() -> Case {
    let read = function(
        "item_list",
        r#"{"id":{"type":"integer"},"page":{"type":"integer","default":1}}"#,
        r#""context":"shelf","output":{"type":"null"}"#,
    );
    asked(
        "purge-broad",
        "CACHE-8",
        "a target that no set fits purges by the tag of the whole context",
        &[&read, &relabel("{}", "relabel"), &relabel(ID, "by_id")],
        &[PUBLIC],
    )
    .post(r#"{"fn":"relabel"}"#)
    .outcomes(r#"{"relabel":{"result":null}}"#)
    .status(200)
    .header("cache-group-invalidation", Some("\"mz-r5icro7slczqapexjr5nrmydnq\""))
}

/// CACHE-8, LIM-6: as many tags as the header has, and one more.
fn purged(count: usize) -> Case {
    let read = function("item_list", ID, r#""context":"shelf","output":{"type":"null"}"#);
    let targets: Vec<String> =
        (100..100 + count).map(|id| format!(r#"{{"name":"shelf","params":{{"id":{id}}}}}"#)).collect();
    let case = asked(
        &format!("purge-{count}"),
        "CACHE-8 LIM-6",
        "a tag for each target, or for their context",
        &[&read, &relabel(ID, "by_id"), &function("many", "{}", NULL)],
        &[PUBLIC],
    )
    .post(r#"{"fn":"many"}"#)
    .outcomes(&format!(r#"{{"many":{{"result":null,"invalidate":[{}]}}}}"#, targets.join(",")))
    .status(200);
    if count > 64 {
        return case.header("cache-group-invalidation", Some("\"mz-r5icro7slczqapexjr5nrmydnq\""));
    }
    case.header(
        "x-mizan-invalidate",
        Some(&(100..100 + count).map(|id| format!("shelf;id={id}")).collect::<Vec<_>>().join(", ")),
    )
}
