//! Cases of the edge manifest.

use super::case::{Case, case};
use super::scope::{INTEGER, NONE, application, function, member, mutation};

/// A manifest with these contexts and mutations.
fn manifest(base: &str, contexts: &str, mutations: &str) -> String {
    format!(r#"{{"base_url":"{base}","contexts":{{{contexts}}},"mutations":{{{mutations}}},"version":1}}"#)
}

/// A context named `user` with the one member `read`: what follows its endpoints and functions, and its tags to views.
fn user(params: &str, kind: &str, rev: u32, rest: &str) -> String {
    format!(
        r#""user":{{"endpoints":["/api/mizan/ctx/user/"],"functions":[{{"name":"read","path":"rpc"}}],"params":{{{params}}},{kind},"rev":{rev},{rest}}}"#
    )
}

const PRIVATE: &str = r#""public":false,"render_strategy":"dynamic_cached""#;
const PUBLIC: &str = r#""public":true,"render_strategy":"psr""#;
const ID: &str = r#""id":{"required":true,"type":"integer"}"#;
const PLAIN: &str = r#""tags":[[]],"ttl":86400,"views":[]"#;
const BY_ID: &str = r#""tags":[[],["id"]],"ttl":86400,"views":[]"#;
const CHANGE: &str = r#""change":{"affects":["user"],"merge":[],"private":false,"scoped_by":{"user":["id"]}}"#;

pub(super) fn cases() -> Vec<Case> {
    let one = |id: &str, rules: &str, reason: &str, functions: &[&str], contexts: &[&str], text: &str| {
        case(id, rules, reason).with("application", application(functions, contexts)).ok_text(text)
    };
    let of = |context: String, mutations: &str| manifest("/api/mizan", &context, mutations);
    let read = member("read", "user", INTEGER);
    let null = r#""output":{"type":"null"}"#;
    let member_with = |more: &str| function("read", INTEGER, &format!("\"context\":\"user\",{more},{null}"));
    let public = r#"{"name":"user","public":true}"#;
    let options = r#"{"a":{"type":"integer","default":1},"b":{"anyOf":[{"type":"string"},{"type":"null"}]},"c":{"type":"array","items":{"type":"string"},"default":[]},"d":{"enum":["x","y"]},"e":{"type":"number"},"f":{"type":"boolean"},"g":{"type":"string","format":"bigint"}}"#;
    let params = r#""a":{"default":1,"required":false,"type":"integer"},"b":{"nullable":true,"required":false,"type":"string"},"c":{"default":[],"required":false,"type":"list"},"d":{"required":true,"type":"enum"},"e":{"required":true,"type":"number"},"f":{"required":true,"type":"boolean"},"g":{"required":true,"type":"bigint"}"#;
    let mut cases = vec![
        one("nothing", "EDGE-1", "an application of nothing", &[], &[], &manifest("/api/mizan", "", "")),
        one("function", "EDGE-1", "a function that neither reads nor affects", &[&function("f", NONE, null)], &[], &manifest("/api/mizan", "", "")),
        one("context", "EDGE-2", "a context of its own identity", &[&read], &[], &of(user(ID, PRIVATE, 0, PLAIN), "")),
        one("public", "EDGE-2", "a public context", &[&read], &[public], &of(user(ID, PUBLIC, 0, PLAIN), "")),
        one("mutation", "EDGE-2 EDGE-4", "a mutation that narrows", &[&read, &mutation(INTEGER, "[\"user\"]")], &[], &of(user(ID, PRIVATE, 0, BY_ID), CHANGE)),
        one("identity", "EDGE-2 SCOPE-4", "a context by identity", &[&member("read", "user", NONE)], &[r#"{"name":"user","identity":true}"#], &of(user("", PRIVATE, 0, r#""tags":[[],["*sub"]],"ttl":86400,"views":[]"#), "")),
        one("params", "EDGE-3 CTX-9", "params of every type", &[&member("read", "user", options)], &[], &of(user(params, PRIVATE, 0, PLAIN), "")),
        one("uncached", "EDGE-2 CACHE-5", "a member that is not to be cached", &[&member_with("\"cache\":false")], &[], &of(user(ID, PRIVATE, 0, r#""tags":[[]],"ttl":null,"views":[]"#), "")),
        one("lifetime", "EDGE-2 CACHE-5", "a lifetime and a revision", &[&member_with("\"cache\":60,\"rev\":3")], &[], &of(user(ID, PRIVATE, 3, r#""tags":[[]],"ttl":60,"views":[]"#), "")),
        one(
            "view",
            "EDGE-2",
            "a page",
            &[&member_with(r#""route":{"path":"/users/:id"}"#)],
            &[],
            r#"{"base_url":"/api/mizan","contexts":{"user":{"endpoints":["/api/mizan/ctx/user/"],"functions":[{"methods":["GET"],"name":"read","path":"view","route":"/users/:id"}],"params":{"id":{"required":true,"type":"integer"}},"public":false,"render_strategy":"dynamic_cached","rev":0,"tags":[[]],"ttl":86400,"views":["/users/:id"]}},"mutations":{},"version":1}"#,
        ),
        one(
            "merge",
            "EDGE-4 MERGE-1",
            "a mutation that merges, and affects a member, by a route of its own",
            &[
                &function("read", INTEGER, r##""context":"user","output":{"$ref":"#/$defs/T","$defs":{"T":{"type":"object","properties":{"id":{"type":"integer"}},"required":["id"]}}}"##),
                &function("change", INTEGER, r##""affects":["read"],"merge":["user"],"private":true,"route":{"path":"/change","methods":["POST"]},"output":{"$ref":"#/$defs/T","$defs":{"T":{"type":"object","properties":{"id":{"type":"integer"}},"required":["id"]}}}"##),
            ],
            &[],
            &of(user(ID, PRIVATE, 0, BY_ID), r#""change":{"affects":["user.read"],"merge":["user.read"],"private":true,"route":"/change","scoped_by":{"user.read":["id"]}}"#),
        ),
        case("base", "EDGE-1", "a base of its own")
            .with("application", format!(r#"{{"version":1,"base":"/rpc","functions":[{}]}}"#, member("read", "user", NONE)))
            .ok_text(r#"{"base_url":"/rpc","contexts":{"user":{"endpoints":["/rpc/ctx/user/"],"functions":[{"name":"read","path":"rpc"}],"params":{},"public":false,"render_strategy":"dynamic_cached","rev":0,"tags":[[]],"ttl":86400,"views":[]}},"mutations":{},"version":1}"#),
    ];
    cases.extend(super::unbuilt::cases());
    cases
}
