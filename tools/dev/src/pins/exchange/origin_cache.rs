//! The origin cache (STORE): requests on one application, one after the other, and what it kept of them. What mutations
//! take away stands in `origin_purges.rs`.
//!
//! `read` gives the number that the case has for it, so that a reply tells which run of it was seen.

use super::super::case::{Case, Expected, case, string};
use super::super::identity::signing::{keys, secret};
use super::super::scope::{application, function};
use super::{ID, NULL};

/// One request of a case, as JSON members.
#[derive(Clone)]
pub(super) struct Asked(Vec<String>);

pub(super) fn asked(method: &str, path: &str, query: &str, headers: &str, body: &str) -> Asked {
    let body = super::hex(body.as_bytes());
    Asked(vec![format!(
        r#""request":{{"method":"{method}","path":"/api/mizan/{path}/","query":{},"headers":[{headers}],"body":"{body}"}}"#,
        string(query)
    )])
}

/// The bundle of `item`, whose function gives that number if it runs.
pub(super) fn read(query: &str, version: u32) -> Asked {
    asked("GET", "ctx/item", query, "", "").ends(&format!(r#"{{"read":{{"result":{version}}}}}"#))
}

/// A call of a function whose result is null.
pub(super) fn call(name: &str, args: &str) -> Asked {
    let body = format!(r#"{{"fn":"{name}","args":{args}}}"#);
    asked("POST", "call", "", r#"["content-type","application/json"]"#, &body)
        .ends(&format!(r#"{{"{name}":{{"result":null}}}}"#))
}

impl Asked {
    fn with(mut self, member: String) -> Self {
        self.0.push(member);
        self
    }

    /// By whom.
    pub(super) fn by(self, sub: &str) -> Self {
        self.by_all(&format!(r#"{{"sub":"{sub}"}}"#))
    }

    /// By whom, whole.
    fn by_all(self, identity: &str) -> Self {
        self.with(format!("\"identity\":{identity}"))
    }

    /// How its functions end.
    pub(super) fn ends(mut self, outcomes: &str) -> Self {
        self.0.retain(|member| !member.starts_with("\"outcomes\""));
        self.with(format!("\"outcomes\":{outcomes}"))
    }

    /// What is asked while its functions run.
    pub(super) fn meanwhile(self, others: &[Self]) -> Self {
        self.with(format!("\"meanwhile\":{}", list(others)))
    }
}

fn list(all: &[Asked]) -> String {
    let all: Vec<String> = all.iter().map(|asked| format!("{{{}}}", asked.0.join(","))).collect();
    format!("[{}]", all.join(","))
}

/// The member `read` of the context `item`.
pub(super) fn reader(input: &str, more: &str) -> String {
    function("read", input, &format!("\"context\":\"item\",{more}\"output\":{{\"type\":\"integer\"}}"))
}

/// A mutation.
pub(super) fn writer(name: &str, input: &str, more: &str) -> String {
    function(name, input, &format!("{more},{NULL}"))
}

pub(super) const AFFECTS: &str = r#""affects":["item"]"#;
const MEMORY: &str = r#"{"store":"memory"}"#;

/// An application on a memory store, and what becomes of requests.
pub(super) fn row(id: &str, rules: &str, reason: &str, application: &str, requests: &[Asked], expected: &str) -> Case {
    case(id, rules, reason)
        .with("application", application)
        .with("protection", MEMORY)
        .with("requests", list(requests))
        .with("now", "1772359200")
        .expect(Expected::Replies(expected.to_owned()))
}

/// An item by its id; a mutation of one, one of all, and one that knows only afterwards.
pub(super) fn items() -> String {
    application(
        &[
            &reader(ID, ""),
            &writer("write", ID, AFFECTS),
            &writer("clear", "{}", AFFECTS),
            &writer("guess", ID, &format!("{AFFECTS},\"computes_params\":true")),
        ],
        &[],
    )
}

/// An application of the reader alone.
fn alone(input: &str, more: &str, contexts: &[&str]) -> String {
    application(&[&reader(input, more)], contexts)
}

/// An application of a reader that takes the identity.
fn taking() -> String {
    alone(ID, "\"reads_identity\":true,", &[])
}

/// A caller's bundle that is not found again by the same caller, who is something else as well by now.
fn taken(id: &str, reason: &str, more: &str) -> Case {
    let later = format!(r#"{{"sub":"ada",{more}}}"#);
    row(
        id,
        "STORE-2",
        reason,
        &taking(),
        &[read("id=5", 1).by("ada"), read("id=5", 2).by_all(&later), read("id=5", 3).by_all(&later)],
        "200 stored {\"read\":1} read; 200 stored {\"read\":2} read; 200 hit {\"read\":2}",
    )
}

/// The reader, of a text.
fn texts() -> String {
    application(&[&function("read", ID, r#""context":"item","output":{"type":"string"}"#)], &[])
}

const PUBLIC: &str = r#"{"name":"item","public":true}"#;
pub(super) const OWN: &str = r#"{"name":"item","identity":true}"#;
/// As many letters as fit with `{"read":""}` into a bundle that is kept.
const LETTERS: usize = (1 << 20) - 11;

pub(super) fn cases() -> Vec<Case> {
    let mut cases = kept();
    cases.extend(not_kept().into_iter().map(Case::fails));
    cases
}

/// What is found again, and as it was.
fn kept() -> Vec<Case> {
    let twice = |query: &str, other: &str| [read(query, 1), read(other, 2)];
    let found = "200 stored {\"read\":1} read; 200 hit {\"read\":1}";
    let again = asked("GET", "ctx/item", "id=5", "[\"if-none-match\",\"*\"]", "");
    let paged = r#"{"page":{"type":"integer","default":1}}"#;
    let (items, texts) = (items(), texts());
    let mut off = row(
        "cache-off",
        "STORE-1",
        "without a cache functions run, and nothing is said of it",
        &items,
        &twice("id=5", "id=5"),
        "200 {\"read\":1} read; 200 {\"read\":2} read",
    );
    off.input.retain(|(name, _)| *name != "protection");
    let down = row(
        "cache-down",
        "STORE-8 STORE-11",
        "a store that is not there makes no reply an error",
        &items,
        &[read("id=5", 1), call("write", r#"{"id":5}"#), read("id=5", 2)],
        "200 bypass {\"read\":1} read; 200 write; 200 bypass {\"read\":2} read",
    );
    // Nobody listens there.
    let unreachable =
        format!(r#"{{"keys":{{"cache":{}}},"store":"redis://127.0.0.1:1/0"}}"#, keys(&[("k", &secret(0x66))]));
    let down = instead(down, "protection", unreachable);
    vec![
        row(
            "cache-kept",
            "STORE-1 STORE-8",
            "what was answered once is answered again",
            &items,
            &twice("id=5", "id=5"),
            found,
        ),
        off,
        row("cache-spelling", "STORE-2", "in another spelling too", &items, &twice("id=5", "&id=%35"), found),
        row("cache-default", "STORE-2", "a default that is said", &alone(paged, "", &[]), &twice("", "page=1"), found),
        row(
            "cache-same-caller",
            "STORE-2",
            "to the same caller",
            &items,
            &[read("id=5", 1).by("ada"), read("id=5", 2).by("ada")],
            found,
        ),
        row(
            "cache-flags-not-taken",
            "STORE-2",
            "of the staff or not, where no member takes the identity",
            &items,
            &[read("id=5", 1).by("ada"), read("id=5", 2).by_all(r#"{"sub":"ada","staff":true}"#)],
            found,
        ),
        row(
            "cache-taken",
            "STORE-2",
            "where one does, to the same caller who is allowed the same",
            &taking(),
            &[
                read("id=5", 1).by_all(r#"{"sub":"ada","permissions":["a.x","b.y"],"session":"1"}"#),
                read("id=5", 2).by_all(r#"{"sub":"ada","permissions":["b.y","a.x"],"session":"2"}"#),
            ],
            found,
        ),
        row("cache-taken-by-nobody", "STORE-2", "or to nobody in particular", &taking(), &twice("id=5", "id=5"), found),
        row(
            "cache-public",
            "STORE-2 AUTH-5",
            "of a public context to anybody, and nobody is asked who",
            &alone(ID, "", &[PUBLIC]),
            &[read("id=5", 1).by("ada"), read("id=5", 2).by("bob")],
            found,
        ),
        row(
            "cache-seconds",
            "STORE-3",
            "a member that may read more of the request, and says for how long",
            &alone(ID, "\"reads_request\":true,\"cache\":60,", &[]),
            &twice("id=5", "id=5"),
            found,
        ),
        row(
            "cache-public-request",
            "STORE-3",
            "a member of a public context has nothing more to read",
            &alone(ID, "\"reads_request\":true,", &[PUBLIC]),
            &twice("id=5", "id=5"),
            found,
        ),
        row(
            "cache-head",
            "STORE-1 CACHE-11",
            "HEAD is answered from what GET kept",
            &items,
            &[read("id=5", 1), asked("HEAD", "ctx/item", "id=5", "", "")],
            "200 stored {\"read\":1} read; 200 hit",
        ),
        row(
            "cache-not-modified",
            "STORE-8 CACHE-10",
            "and so is a client that has it",
            &items,
            &[read("id=5", 1), again],
            "200 stored {\"read\":1} read; 304 hit",
        ),
        row("cache-largest", "STORE-9", "a bundle of 1 MiB", &texts, &large(LETTERS), "200 stored read; 200 hit"),
        row(
            "cache-purge-of-another",
            "STORE-5",
            "a mutation of another item leaves it",
            &items,
            &[read("id=5", 1), call("write", r#"{"id":6}"#), read("id=5", 2)],
            "200 stored {\"read\":1} read; 200 write; 200 hit {\"read\":1}",
        ),
        row(
            "cache-hold-of-another",
            "STORE-6",
            "and so does one that is under way",
            &items,
            &[read("id=5", 1), call("write", r#"{"id":6}"#).meanwhile(&[read("id=5", 2)])],
            "200 stored {\"read\":1} read; 200 write [200 hit {\"read\":1}]",
        ),
        row(
            "cache-purge-of-another-caller",
            "STORE-4 STORE-5",
            "in a context of callers' own one leaves another's",
            &application(&[&reader("{}", ""), &writer("write", "{}", AFFECTS)], &[OWN]),
            &[read("", 1).by("ada"), read("", 2).by("bob"), call("write", "{}").by("bob"), read("", 3).by("ada")],
            "200 stored {\"read\":1} read; 200 stored {\"read\":2} read; 200 write; 200 hit {\"read\":1}",
        ),
        down,
    ]
}

/// HEAD of a bundle with that many letters, twice: its body stands in no case.
fn large(letters: usize) -> [Asked; 2] {
    let once = asked("HEAD", "ctx/item", "id=5", "", "").ends(&format!(r#"{{"read":{{"letters":{letters}}}}}"#));
    [once.clone(), once]
}

/// What must not be found again, since it never was kept, or is not the caller's.
fn not_kept() -> Vec<Case> {
    let both = "200 {\"read\":1} read; 200 {\"read\":2} read";
    let both_stored = "200 stored {\"read\":1} read; 200 stored {\"read\":2} read";
    let twice = [read("id=5", 1), read("id=5", 2)];
    let (items, texts) = (items(), texts());
    let guarded = alone(ID, "\"auth\":\"staff\",", &[]);
    let staff = || read("id=5", 1).with(r#""identity":{"sub":"ada","staff":true}"#.to_owned());
    let ends = |outcome: &str| read("id=5", 1).ends(&format!(r#"{{"read":{outcome}}}"#));
    vec![
        row("cache-other-params", "STORE-2", "another item", &items, &[read("id=5", 1), read("id=6", 2)], both_stored),
        row(
            "cache-other-caller",
            "STORE-2",
            "another caller's",
            &items,
            &[read("id=5", 1).by("ada"), read("id=5", 2).by("bob")],
            both_stored,
        ),
        taken("cache-taken-staff", "where a member takes the identity: of the staff since", r#""staff":true"#),
        taken("cache-taken-superuser", "a superuser since", r#""superuser":true"#),
        taken("cache-taken-permissions", "allowed something else since", r#""permissions":["a.x"]"#),
        row(
            "cache-taken-beside",
            "STORE-2",
            "where another member of the bundle takes it",
            &application(
                &[
                    &reader(ID, ""),
                    &function("who", "{}", r#""context":"item","reads_identity":true,"output":{"type":"integer"}"#),
                ],
                &[],
            ),
            &[
                read("id=5", 1).by("ada").ends(r#"{"read":{"result":1},"who":{"result":1}}"#),
                read("id=5", 1)
                    .by_all(r#"{"sub":"ada","staff":true}"#)
                    .ends(r#"{"read":{"result":2},"who":{"result":2}}"#),
            ],
            "200 stored {\"read\":1,\"who\":1} read who; 200 stored {\"read\":2,\"who\":2} read who",
        ),
        row(
            "cache-nobody",
            "STORE-2",
            "one of a caller without identity",
            &items,
            &[read("id=5", 1).by("null"), read("id=5", 2)],
            both_stored,
        ),
        row(
            "cache-raised",
            "STORE-3",
            "an error",
            &items,
            &[ends(r#"{"protocol":{"code":"NOT_FOUND"}}"#), read("id=5", 2)],
            "404 read; 200 stored {\"read\":2} read",
        ),
        row(
            "cache-crashed",
            "STORE-3",
            "a function that failed",
            &items,
            &[ends(r#"{"raised":"secret"}"#), read("id=5", 2)],
            "500 read; 200 stored {\"read\":2} read",
        ),
        row(
            "cache-timed-out",
            "STORE-3",
            "one that took too long",
            &items,
            &[ends(r#"{"timed_out":true}"#), read("id=5", 2)],
            "504 read; 200 stored {\"read\":2} read",
        ),
        row(
            "cache-unfit-params",
            "STORE-3 STORE-8",
            "params that do not fit",
            &items,
            &[read("id=x", 1), read("id=5", 2)],
            "422; 200 stored {\"read\":2} read",
        ),
        row(
            "cache-false",
            "STORE-3 STORE-8",
            "a member that says it is not to be kept",
            &alone(ID, "\"cache\":false,", &[]),
            &twice,
            both,
        ),
        row(
            "cache-reads-request",
            "STORE-3",
            "a member that may read more of the request",
            &alone(ID, "\"reads_request\":true,", &[]),
            &twice,
            both,
        ),
        row(
            "cache-too-large",
            "STORE-8 STORE-9",
            "a bundle of more than 1 MiB",
            &texts,
            &large(LETTERS + 1),
            "200 miss read; 200 miss read",
        ),
        row(
            "cache-guard",
            "STORE-12",
            "the same caller, no longer of the staff",
            &guarded,
            &[staff(), staff(), read("id=5", 2).by("ada")],
            "200 stored {\"read\":1} read; 200 hit {\"read\":1}; 403",
        ),
        row(
            "cache-guard-nobody",
            "STORE-12",
            "nobody in particular",
            &guarded,
            &[staff(), read("id=5", 2)],
            "200 stored {\"read\":1} read; 401",
        ),
    ]
}

/// The case with another member of that name.
fn instead(mut case: Case, name: &'static str, json: String) -> Case {
    case.input.retain(|(held, _)| *held != name);
    case.with(name, json)
}
