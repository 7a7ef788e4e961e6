//! Requests inside of a transaction that is committed after them, and those whose functions vary (STORE-3, STORE-7).

use mizan_core::dispatch::message::{Computed, Outcome, Request};
use mizan_core::identity::settings::{Keyrings, Settings};
use mizan_runtime::{Deployment, Drive, HostStep, Options, Store};

const SHOP: &[u8] = br#"{"version":1,"contexts":[{"name":"home","public":true}],"functions":[
    {"name":"stock","context":"book","input":{"type":"object","properties":{}},"output":{"type":"integer"}},
    {"name":"titles","context":"home","input":{"type":"object","properties":{}},"output":{"type":"integer"}},
    {"name":"restock","affects":["book"],"input":{"type":"object","properties":{}},"output":{"type":"null"}}]}"#;
const MISSED: &str = "Mizan; fwd=uri-miss; stored";
const HIT: &str = "Mizan; hit";
const BYPASSED: &str = "Mizan; fwd=bypass";

fn deployment() -> Deployment {
    let secret = [7; 32];
    let keyrings = Keyrings::build(&Settings { secrets: Some(vec![&secret]), ..Settings::default() }).unwrap();
    let store = Some(Store::new("memory"));
    Deployment::build(SHOP, &Options { keyrings: Some(keyrings), store, ..Options::default() }).unwrap()
}

fn request<'a>(method: &'a str, path: &'a str, body: &'a [u8]) -> Request<'a> {
    let headers: &[(&[u8], &[u8])] = &[(b"content-type", b"application/json")];
    Request { method, path, query: b"", headers, body, nonce: 1, now: 1_800_000_000, secure: false }
}

/// Goes through a request, whose functions return this; its body, and what it says of the cache.
fn run(drive: &mut Drive, result: &str) -> (String, String) {
    loop {
        match drive.step() {
            HostStep::Identify => drive.identified(Ok(None)),
            HostStep::Invoke(_) => {
                drive.returned(vec![Outcome::Returned { result: result.into(), computed: Computed::default() }]);
            }
            HostStep::Wait => drive.wait()(),
            HostStep::Reply(response) => {
                assert_eq!(response.status, 200);
                let status = response.headers.iter().find(|(name, _)| *name == "cache-status");
                let status = status.map(|(_, value)| value.to_string()).unwrap_or_default();
                return (String::from_utf8(response.body.to_vec()).unwrap(), status);
            }
            step => panic!("{step:?}"),
        }
    }
}

fn read(drive: Drive, stock: u32) -> (String, String) {
    let mut drive = drive;
    run(&mut drive, &stock.to_string())
}

fn told(stock: u32, status: &str) -> (String, String) {
    (format!("{{\"stock\":{stock}}}"), status.to_owned())
}

#[test]
fn what_a_transaction_changes_is_taken_away_once_it_is_committed() {
    let deployment = deployment();
    let book = request("GET", "/api/mizan/ctx/book/", b"");
    assert_eq!(read(deployment.open(&book), 1), told(1, MISSED));
    let mut drive = deployment.open_deferred(&request("POST", "/api/mizan/call/", br#"{"fn":"restock"}"#));
    assert!(drive.deferred().unwrap().is_empty());
    run(&mut drive, "null");
    let deferred = drive.deferred().unwrap().clone();
    assert!(!deferred.is_empty());
    // Until the commit, that is the truth.
    assert_eq!(read(deployment.open(&book), 1), told(1, HIT));
    assert!(deferred.purge());
    assert_eq!(read(deployment.open(&book), 2), told(2, MISSED));
}

#[test]
fn a_read_inside_of_a_transaction_finds_nothing_and_keeps_nothing() {
    let deployment = deployment();
    let book = request("GET", "/api/mizan/ctx/book/", b"");
    let mut inside = deployment.open_deferred(&book);
    assert_eq!(run(&mut inside, "7"), told(7, BYPASSED));
    assert!(inside.deferred().unwrap().is_empty());
    assert_eq!(read(deployment.open(&book), 1), told(1, MISSED));
    assert_eq!(read(deployment.open_deferred(&book), 7), told(7, BYPASSED));
    assert_eq!(read(deployment.open(&book), 2), told(1, HIT));
}

/// A function that a host cannot stop may end before the commit or after it: its change is taken away at both.
#[test]
fn what_ends_late_is_taken_away_with_the_rest() {
    let deployment = deployment();
    let book = request("GET", "/api/mizan/ctx/book/", b"");
    assert_eq!(read(deployment.open(&book), 1), told(1, MISSED));
    let mut drive = deployment.open_deferred(&request("POST", "/api/mizan/call/", br#"{"fn":"restock"}"#));
    assert!(matches!(drive.step(), HostStep::Invoke(_)));
    let (late, deferred) = (drive.late().unwrap(), drive.deferred().unwrap().clone());
    drop(drive);
    assert!(deferred.is_empty());
    let _ = late.ended(&[]);
    assert!(!deferred.is_empty());
    assert_eq!(read(deployment.open(&book), 1), told(1, MISSED));
    assert!(deferred.purge());
    assert_eq!(read(deployment.open(&book), 2), told(2, MISSED));
}

#[test]
fn a_bundle_that_varies_is_neither_found_nor_kept_unless_it_is_everybodys() {
    let deployment = deployment();
    let book = request("GET", "/api/mizan/ctx/book/", b"");
    for stock in [7, 8] {
        assert_eq!(read(deployment.open(&book).varying(true), stock), told(stock, BYPASSED));
    }
    assert_eq!(read(deployment.open(&book).varying(false), 1), told(1, MISSED));
    assert_eq!(read(deployment.open(&book).varying(true), 7), told(7, BYPASSED));
    assert_eq!(read(deployment.open(&book), 2), told(1, HIT));
    let home = request("GET", "/api/mizan/ctx/home/", b"");
    assert_eq!(read(deployment.open(&home).varying(true), 1).1, MISSED);
    assert_eq!(read(deployment.open(&home).varying(true), 2), ("{\"titles\":1}".to_owned(), HIT.to_owned()));
}
