//! Cases of where a request comes from.

use super::signing::texts;
use crate::pins::case::{Case, case};

/// Id, rules, reason, method, `Origin`, `Sec-Fetch-Site`, `Host`.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
    &'static [&'static str],
);

#[rustfmt::skip]
const ALLOWED: &[Row] = &[
    ("silent", "CSRF-3", "a client that says nothing", "POST", &[], &[], &["a.example"]),
    ("same-origin", "CSRF-4 CSRF-5", "a page of this host", "POST", &["https://a.example"], &["same-origin"], &["a.example"]),
    ("same-site", "CSRF-4", "a site alone", "POST", &[], &["same-site"], &["a.example"]),
    ("typed", "CSRF-4", "an address that somebody typed", "POST", &[], &["none"], &["a.example"]),
    ("http", "CSRF-5", "the scheme is not compared", "POST", &["http://a.example"], &[], &["a.example"]),
    ("case", "CSRF-5", "hosts have no case", "POST", &["https://A.example"], &[], &["a.EXAMPLE"]),
    ("port-understood", "CSRF-5", "the port of the scheme", "POST", &["https://a.example"], &[], &["a.example:443"]),
    ("port-written", "CSRF-5", "written out", "POST", &["http://a.example:80"], &[], &["a.example"]),
    ("port", "CSRF-5", "another port", "POST", &["http://a.example:8000"], &[], &["a.example:8000"]),
    ("ipv6", "CSRF-5", "an address with colons", "POST", &["http://[::1]:8000"], &[], &["[::1]:8000"]),
    ("trusted", "CSRF-6", "another host, which is trusted", "POST", &["https://app.example"], &["cross-site"], &["a.example"]),
    ("trusted-port", "CSRF-6", "its port written out", "DELETE", &["https://app.example:443"], &[], &["a.example"]),
    ("trusted-scheme", "CSRF-6", "a scheme of an application's own", "POST", &["tauri://localhost"], &[], &["a.example"]),
    ("get", "CSRF-3", "reading, from anywhere", "GET", &["https://evil.example"], &["cross-site"], &["a.example"]),
    ("head", "CSRF-3", "so too", "HEAD", &["null"], &["cross-site"], &["a.example"]),
    ("options", "CSRF-3", "and asking", "OPTIONS", &["https://evil.example"], &[], &["a.example"]),
];

#[rustfmt::skip]
const REFUSED: &[Row] = &[
    ("cross-site", "CSRF-4", "another site", "POST", &[], &["cross-site"], &["a.example"]),
    ("cross-site-put", "CSRF-3 CSRF-4", "by another method", "PUT", &[], &["cross-site"], &["a.example"]),
    ("method-unknown", "CSRF-3", "a method that nobody knows may change something", "QUERY", &["https://evil.example"], &[], &["a.example"]),
    ("method-case", "CSRF-3", "methods have a case", "get", &["https://evil.example"], &[], &["a.example"]),
    ("site-unknown", "CSRF-4", "a word that is none of them", "POST", &[], &["nonsense"], &["a.example"]),
    ("site-empty", "CSRF-4", "no word", "POST", &[], &[""], &["a.example"]),
    ("site-twice", "CSRF-4", "two of them", "POST", &[], &["none", "none"], &["a.example"]),
    ("null", "CSRF-5", "an origin that is none", "POST", &["null"], &[], &["a.example"]),
    ("null-host", "CSRF-5", "even of a host of that name", "POST", &["null"], &[], &["null"]),
    ("foreign", "CSRF-5", "another host", "POST", &["https://evil.example"], &[], &["a.example"]),
    ("foreign-same-origin", "CSRF-5", "another host that says it is this one", "POST", &["https://evil.example"], &["same-origin"], &["a.example"]),
    ("subdomain", "CSRF-5", "a host below", "POST", &["https://b.a.example"], &["same-site"], &["a.example"]),
    ("suffix", "CSRF-5", "a host that starts like it", "POST", &["https://a.example.evil.example"], &[], &["a.example"]),
    ("prefix", "CSRF-5", "a host that ends like it", "POST", &["https://evil-a.example"], &[], &["a.example"]),
    ("userinfo", "CSRF-5", "a host behind a name", "POST", &["https://a.example@evil.example"], &[], &["a.example"]),
    ("other-port", "CSRF-5", "another port", "POST", &["http://a.example:8000"], &[], &["a.example"]),
    ("path", "CSRF-5", "an origin has no path", "POST", &["https://a.example/"], &[], &["a.example"]),
    ("empty", "CSRF-5", "no origin at all", "POST", &[""], &[], &["a.example"]),
    ("twice", "CSRF-5", "two of them", "POST", &["https://a.example", "https://a.example"], &[], &["a.example"]),
    ("no-host", "CSRF-5", "a request to nowhere", "POST", &["https://a.example"], &[], &[]),
    ("cross-site-own", "CSRF-4", "this host, from another site", "POST", &["https://a.example"], &["cross-site"], &["a.example"]),
    ("trusted-http", "CSRF-6", "the trusted host by another scheme", "POST", &["http://app.example"], &[], &["a.example"]),
    ("trusted-other-port", "CSRF-6", "at another port", "POST", &["https://app.example:444"], &[], &["a.example"]),
];

fn of(row: &Row, prefix: &str) -> Case {
    let (id, rules, reason, method, origin, site, host) = *row;
    case(&format!("{prefix}{id}"), rules, reason)
        .with_text("method", method)
        .with("origin", texts(origin))
        .with("fetch_site", texts(site))
        .with("host", texts(host))
        .with("trusted", texts(&["https://app.example", "tauri://localhost"]))
}

pub(in crate::pins) fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = ALLOWED.iter().map(|row| of(row, "").ok("{}")).collect();
    cases.extend(REFUSED.iter().map(|row| of(row, "refused-").refused("FORBIDDEN")));
    let entries = [
        ("star", "*"),
        ("null", "null"),
        ("host", "app.example"),
        ("wildcard", "https://*.example"),
        ("path", "https://app.example/"),
        ("empty", ""),
    ];
    for (id, entry) in entries {
        let row: Row = ("x", "CSRF-6", "what is no origin is not trusted", "POST", &[], &[], &["a.example"]);
        let mut case = of(&row, "");
        case.id = format!("trusted-{id}");
        case.input.retain(|(name, _)| *name != "trusted");
        cases.push(case.with("trusted", texts(&[entry])).does_not_build("is no origin"));
    }
    cases
}
