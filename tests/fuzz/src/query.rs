//! Queries: the params of a bundle.
//!
//! - A query is taken or refused by the exchange as by the schema of its params alone.
//! - A public bundle has one URL (CACHE-4): any other that is taken leads there by one redirect, and gives the same params.
//! - What the params are is read from that URL by a second reader, which splits, decodes and compares.

use std::sync::{Arc, LazyLock};

use mizan_core::dispatch::{Exchange, Request, Response, Step};
use mizan_core::ir::compiled::CompiledSchema;
use mizan_core::registry::Application;
use mizan_core::value::json;
use serde_json::Value;

use crate::{Core, seeds, values};

const PATH: &str = "/api/mizan/ctx/shelf/";

pub(crate) fn run(data: &[u8], core: Core) {
    if data.len() > 4096 {
        return;
    }
    let alone = SCHEMA.query(data, &[]);
    match (asked(data), alone) {
        (Answered::Refused(status), Err(_)) => assert!(matches!(status, 400 | 422), "{status}"),
        (Answered::Invoked(args), Ok(params)) => {
            assert_eq!(args, params);
            read_again(data, &params);
        }
        (Answered::Redirected(url), Ok(params)) => {
            let (path, mut query) = url.split_once('?').unwrap_or((&url, ""));
            assert_eq!(path, PATH);
            assert_ne!(query.as_bytes(), data, "nothing leads to itself");
            if core.errs(|| is_deep(&params)) {
                query = query.rsplit_once('&').map_or("", |(first, _)| first);
            }
            let Answered::Invoked(args) = asked(query.as_bytes()) else { unreachable!("{query} is not the one URL") };
            assert_eq!(String::from_utf8_lossy(&args), String::from_utf8_lossy(&params));
            read_again(query.as_bytes(), &params);
        }
        (answered, alone) => unreachable!("{answered:?}, {alone:?}"),
    }
}

/// Two lists, each of two and more.
fn is_deep(params: &[u8]) -> bool {
    let params: Value = serde_json::from_slice(params).expect("it is JSON");
    let count = |name: &str| params[name].as_array().map_or(0, Vec::len);
    count("ids") > 1 && count("tags") > 1
}

#[derive(Debug)]
enum Answered {
    Refused(u16),
    Redirected(String),
    Invoked(Vec<u8>),
}

fn asked(query: &[u8]) -> Answered {
    let request =
        Request { method: "GET", path: PATH, query, headers: &[], body: b"", nonce: 0, now: 0, secure: false };
    match Exchange::open(&APPLICATION, &request).step() {
        Step::Invoke([invocation]) => Answered::Invoked(invocation.args.clone()),
        Step::Reply(Response { status: 308, headers, .. }) => {
            let location = headers.iter().find(|(name, _)| *name == "location").expect("a redirect leads somewhere");
            Answered::Redirected(location.1.to_string())
        }
        Step::Reply(response) => Answered::Refused(response.status),
        step => unreachable!("{step:?}"),
    }
}

/// The one URL of a bundle, read by somebody who knows nothing but CTX-7 to CTX-9 and CACHE-4.
fn read_again(query: &[u8], params: &[u8]) {
    let query = str::from_utf8(query).expect("the one URL is ASCII");
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').expect("each param has a value");
        let value = decoded(value);
        match found.last_mut() {
            Some((last, values)) if last == name => values.push(value),
            last => {
                assert!(last.is_none_or(|(last, _)| last.as_str() < name), "params stand in order");
                found.push((name.to_owned(), vec![value]));
            }
        }
    }
    let params: Value = serde_json::from_slice(params).expect("params are JSON");
    for (name, value) in params.as_object().expect("params are an object") {
        let written: Vec<String> = match value {
            Value::Array(items) => items.iter().map(spelt).collect(),
            value => vec![spelt(value)],
        };
        match found.iter().find(|(held, _)| held == name) {
            Some((_, held)) => assert_eq!(*held, written, "{name}"),
            None => {
                assert!(DEFAULTS.contains(&(name, &values::canonical(value))), "{name} has no such default: {value}");
            }
        }
    }
    assert!(found.iter().all(|(name, _)| params.get(name).is_some()), "there is no such param");
}

fn spelt(value: &Value) -> String {
    value.as_str().map_or_else(|| values::canonical(value), str::to_owned)
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first == b'%' {
            let (digits, after) = after.split_at(2);
            assert!(digits.iter().all(|digit| matches!(digit, b'0'..=b'9' | b'A'..=b'F')), "escapes have capitals");
            let digits = str::from_utf8(digits).expect("digits");
            bytes.push(u8::from_str_radix(digits, 16).expect("two digits"));
            rest = after;
        } else {
            assert!(first.is_ascii_alphanumeric() || b"-._~".contains(first), "all else is escaped");
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).expect("it is UTF-8")
}

const PARAMS: &str = r#"{"type":"object","properties":{
    "active":{"type":"boolean","default":false},
    "at":{"anyOf":[{"type":"string","format":"date-time"},{"type":"null"}]},
    "big":{"anyOf":[{"type":"string","format":"bigint"},{"type":"null"}]},
    "day":{"anyOf":[{"type":"string","format":"date"},{"type":"null"}]},
    "ids":{"type":"array","items":{"type":"integer"},"maxItems":4,"default":[]},
    "kind":{"anyOf":[{"enum":["a","b c",3]},{"type":"null"}]},
    "price":{"type":"number","default":1.5},
    "tags":{"type":"array","items":{"type":"string"},"default":["x"]},
    "topic":{"type":"string"}},
    "required":["topic"]}"#;

/// What may be left out, and what is meant then.
const DEFAULTS: [(&str, &str); 8] = [
    ("active", "false"),
    ("at", "null"),
    ("big", "null"),
    ("day", "null"),
    ("ids", "[]"),
    ("kind", "null"),
    ("price", "1.5"),
    ("tags", "[\"x\"]"),
];

static SCHEMA: LazyLock<CompiledSchema> = LazyLock::new(|| {
    CompiledSchema::params(&json::parse(PARAMS.as_bytes()).expect("it is JSON")).expect("it compiles")
});

static APPLICATION: LazyLock<Arc<Application>> = LazyLock::new(|| {
    let document = format!(
        r#"{{"version":1,"contexts":[{{"name":"shelf","public":true}}],
            "functions":[{{"name":"books","context":"shelf","input":{PARAMS},"output":{{"type":"string"}}}}]}}"#
    );
    Arc::new(Application::build(document.as_bytes()).expect("it builds"))
});

/// Not the one URL, and no second tag.
pub(crate) fn near() -> Vec<u8> {
    b"topic=a&tags=x&tagr=y&ids=2&ids=1".to_vec()
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let mut seeds: Vec<Vec<u8>> = seeds::pinned_texts("query_params", "query")
        .into_iter()
        .filter(|query| query.len() < 512)
        .map(|query| String::from_utf8_lossy(&query).replace("v=", "topic=").into_bytes())
        .collect();
    let whole = [
        "topic=a+b%26&active=true&price=1.50&kind=3&at=2024-03-01T12:00:00%2B02:00&day=2024-02-29",
        "ids=1&ids=-0&topic=%F0%9F%98%80&ids=3&big=-12345678901234567890&kind=b%20c",
        "ids=1&ids=2&tags=x&topic=",
        "tags=y&tags=z&topic=~",
    ];
    seeds.extend(whole.map(|text| text.as_bytes().to_vec()));
    seeds
}
