//! A host in a few lines: it runs functions from a table and counts what it was asked.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use mizan_core::cache::key::CacheKey;
use mizan_core::dispatch::message::{Computed, Request};
use mizan_core::dispatch::{
    Exchange, Failure, GuardOutcome, Invocation, Loaded, Loading, LogLine, Outcome, Response, Step, Storing,
    UploadedFile,
};
use mizan_core::identity::Identity;
use mizan_core::ir::program::Direction;
use mizan_core::registry::{Application, Secrets};

/// The registration that most tests use.
pub(crate) const SHOP: &str = r##"{"version":1,"expose_ir":true,
  "contexts":[{"name":"inbox","identity":true},{"name":"catalog","public":true}],
  "functions":[
    {"name":"user_profile","context":"user","input":{"type":"object","properties":{"user_id":{"type":"integer"}},"required":["user_id"]},"output":{"$ref":"#/$defs/Profile","$defs":{"Profile":{"type":"object","properties":{"name":{"type":"string"},"user_id":{"type":"integer"}},"required":["name","user_id"]}}}},
    {"name":"user_orders","context":"user","input":{"type":"object","properties":{"user_id":{"type":"integer"},"page":{"type":"integer","default":1}},"required":["user_id"]},"output":{"type":"array","items":{"$ref":"#/$defs/Order"},"$defs":{"Order":{"type":"object","properties":{"id":{"type":"integer"},"total":{"type":"string","format":"decimal"}},"required":["id","total"]}}}},
    {"name":"messages","context":"inbox","auth":"authenticated","input":{"type":"object","properties":{}},"output":{"type":"array","items":{"type":"string"}}},
    {"name":"products","context":"catalog","cache":60,"input":{"type":"object","properties":{"q":{"type":"string","default":""},"page":{"type":"integer","default":1}}},"output":{"type":"array","items":{"type":"string"}}},
    {"name":"rename","source":{"file":"shop/api.py","line":42},"affects":["user"],"input":{"type":"object","properties":{"user_id":{"type":"integer"},"name":{"type":"string","maxLength":80}},"required":["user_id","name"]},"output":{"$ref":"#/$defs/Profile","$defs":{"Profile":{"type":"object","properties":{"name":{"type":"string"},"user_id":{"type":"integer"}},"required":["name","user_id"]}}},
     "errors":[{"code":"NAME_TAKEN","status":409,"data":{"type":"object","properties":{"taken_by":{"type":"integer"}},"required":["taken_by"]}}]},
    {"name":"place_order","merge":["user"],"input":{"type":"object","properties":{"user_id":{"type":"integer"}},"required":["user_id"]},"output":{"$ref":"#/$defs/Order","$defs":{"Order":{"type":"object","properties":{"id":{"type":"integer"},"total":{"type":"string","format":"decimal"}},"required":["id","total"]}}}},
    {"name":"read_all","affects":["inbox"],"input":{"type":"object","properties":{}},"output":{"type":"null"}},
    {"name":"restock","affects":["catalog"],"input":{"type":"object","properties":{"q":{"anyOf":[{"type":"string"},{"type":"null"}],"default":null}}},"output":{"type":"null"}},
    {"name":"touch_profile","affects":["user_profile"],"input":{"type":"object","properties":{"user_id":{"type":"integer"}},"required":["user_id"]},"output":{"type":"null"}},
    {"name":"staff_only","auth":"staff","input":{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]},"output":{"type":"integer"}},
    {"name":"guarded","auth":{"guard":"is_owner"},"input":{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]},"output":{"type":"integer"}},
    {"name":"hidden","private":true,"input":{"type":"object","properties":{}},"output":{"type":"null"}},
    {"name":"slow","timeout_ms":5,"source":{"file":"shop/api.py","line":7},"input":{"type":"object","properties":{}},"output":{"type":"null"}},
    {"name":"echo","input":{"type":"object","properties":{"value":{}},"required":["value"]},"output":{}}
  ]}"##;

type Run = Box<dyn Fn(&str) -> Outcome>;

pub(crate) struct Host {
    pub(crate) app: Arc<Application>,
    functions: BTreeMap<&'static str, Run>,
    pub(crate) caller: Result<Option<Identity>, Failure>,
    pub(crate) guard: GuardOutcome,
    /// What the application allows the caller whom a token names.
    pub(crate) permissions: Result<Option<Vec<String>>, Failure>,
    pub(crate) secure: bool,
    /// Whether functions may answer by more than the params and who asks.
    pub(crate) varies: bool,
    pub(crate) nonce: u64,
    pub(crate) random: Option<[u8; 16]>,
    store: RefCell<Store>,
}

/// The time of every request.
pub(crate) const NOW: u64 = 1_800_000_000;

/// A store as simple as can be: what is kept, each with its tags.
#[derive(Debug, Default, Clone, PartialEq)]
struct Store {
    entries: BTreeMap<String, (Storing, Vec<String>)>,
    loading: Loading,
    held: bool,
}

impl Store {
    fn load(&mut self, loading: &Loading) -> Loaded {
        self.loading = loading.clone();
        match self.entries.get(&loading.entry) {
            _ if self.held => Loaded::Uncached,
            Some((kept, _)) => Loaded::Hit { body: kept.body.clone(), etag: kept.etag.clone() },
            None => Loaded::Missed,
        }
    }
}

/// What one request did.
#[derive(Debug, PartialEq)]
pub(crate) struct Ran {
    pub(crate) response: Response,
    pub(crate) log: Vec<LogLine>,
    /// The steps by name, and in `Invoke` steps the calls with their args.
    pub(crate) steps: Vec<String>,
}

impl Ran {
    pub(crate) fn body(&self) -> &str {
        std::str::from_utf8(&self.response.body).expect("UTF-8")
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.response.headers.iter().find(|(held, _)| *held == name).map(|(_, value)| &**value)
    }
}

pub(crate) fn returned(result: &str) -> Outcome {
    Outcome::Returned { result: result.as_bytes().to_vec(), computed: Computed::default() }
}

pub(crate) fn identity(sub: &str, staff: bool) -> Identity {
    Identity { sub: sub.to_owned(), staff, superuser: false, ..Identity::default() }
}

impl Host {
    pub(crate) fn new(document: &str) -> Self {
        let app = Application::build(document.as_bytes()).expect("a right registration");
        Self {
            app: Arc::new(app),
            functions: BTreeMap::new(),
            caller: Ok(None),
            guard: GuardOutcome::Refused,
            permissions: Ok(None),
            secure: false,
            varies: false,
            nonce: 255,
            random: Some([0xa7; 16]),
            store: RefCell::default(),
        }
    }

    pub(crate) fn shop() -> Self {
        Self::new(SHOP)
            .on("user_profile", |_| returned(r#"{"user_id":5,"name":"Ada"}"#))
            .on("user_orders", |_| returned(r#"[{"total":"9.90","id":1}]"#))
            .on("messages", |_| returned(r#"["hi"]"#))
            .on("products", |_| returned(r#"["tea"]"#))
            .on("rename", |_| returned(r#"{"user_id":5,"name":"Ada"}"#))
            .on("place_order", |_| returned(r#"{"id":2,"total":"1.50"}"#))
            .on("read_all", |_| returned("null"))
            .on("restock", |_| returned("null"))
            .on("touch_profile", |_| returned("null"))
            .on("staff_only", |_| returned("1"))
            .on("guarded", |_| returned("1"))
            .on("echo", |args| {
                returned(args.strip_prefix("{\"value\":").and_then(|rest| rest.strip_suffix('}')).unwrap_or("0"))
            })
    }

    pub(crate) fn on(mut self, name: &'static str, run: impl Fn(&str) -> Outcome + 'static) -> Self {
        self.functions.insert(name, Box::new(run));
        self
    }

    /// With an origin cache.
    pub(crate) fn cached(self) -> Self {
        self.with(Secrets { cache: Some(CacheKey::new(&[7; 32])), ..Secrets::default() })
    }

    pub(crate) fn with(mut self, secrets: Secrets) -> Self {
        let app = Arc::into_inner(self.app).expect("no exchange is open");
        self.app = Arc::new(app.with_secrets(secrets));
        self
    }

    /// The names of what is kept.
    pub(crate) fn kept(&self) -> Vec<String> {
        self.store.borrow().entries.keys().cloned().collect()
    }

    /// As if another process's mutation were under way.
    pub(crate) fn hold_all(&self, held: bool) {
        self.store.borrow_mut().held = held;
    }

    pub(crate) fn by(mut self, caller: Identity) -> Self {
        self.caller = Ok(Some(caller));
        self
    }

    pub(crate) fn call(&self, body: &str) -> Ran {
        self.request("POST", "/api/mizan/call/", "", &[("Content-Type", "application/json")], body.as_bytes())
    }

    pub(crate) fn get(&self, path: &str, query: &str) -> Ran {
        self.request("GET", path, query, &[], b"")
    }

    pub(crate) fn request(&self, method: &str, path: &str, query: &str, headers: &[(&str, &str)], body: &[u8]) -> Ran {
        let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes())).collect();
        let request = Request {
            method,
            path,
            query: query.as_bytes(),
            headers: &headers,
            body,
            nonce: self.nonce,
            now: NOW,
            secure: self.secure,
        };
        let before = self.store.borrow().clone();
        let outcomes = RefCell::new(VecDeque::new());
        let ran = self.run(Exchange::open(&self.app, &request), body, Reads::Checked, |name, args| {
            let run = self.functions.get(name).expect("a function in the table");
            let outcome = run(args);
            RefCell::borrow_mut(&outcomes).push_back(outcome.clone());
            outcome
        });
        // A host that checks args as it reads them is told the same, whether it can read them at once or not.
        for reads in [Reads::Raw, Reads::Nothing] {
            let after = self.store.replace(before.clone());
            let mut outcomes: VecDeque<Outcome> = outcomes.borrow().clone();
            let again = |_: &str, _: &str| outcomes.pop_front().expect("as many functions as before");
            assert_eq!(
                self.run(*Exchange::open_boxed(&self.app, &request, true), body, reads, again),
                ran,
                "{reads:?}"
            );
            assert_eq!(*self.store.borrow(), after, "{reads:?}");
        }
        ran
    }

    fn run(
        &self,
        mut exchange: Exchange,
        body: &[u8],
        reads: Reads,
        mut run: impl FnMut(&str, &str) -> Outcome,
    ) -> Ran {
        if self.varies {
            exchange.vary();
        }
        let mut steps = Vec::new();
        let mut log = Vec::new();
        loop {
            match exchange.step() {
                Step::Identify => {
                    steps.push("identify".to_owned());
                    exchange.identified(self.caller.clone());
                }
                Step::Permissions(sub) => {
                    steps.push(format!("permissions {sub}"));
                    exchange.permitted(self.permissions.clone());
                }
                Step::Guard(guards) => {
                    let names: Vec<_> = guards.iter().map(|guard| guard.guard.clone()).collect();
                    steps.push(format!("guard {}", names.join(" ")));
                    let outcomes = vec![self.guard.clone(); guards.len()];
                    exchange.guarded(outcomes);
                }
                Step::Load(loading) => {
                    steps.push(format!("load {} {}", loading.context, loading.tags.len()));
                    let loaded = self.store.borrow_mut().load(loading);
                    exchange.loaded(loaded);
                }
                Step::Hold(holding) => {
                    steps.push(format!("hold {} for {} ms", holding.tags.len(), holding.limit_ms));
                    exchange.held();
                }
                Step::Store(storing) => {
                    steps.push(format!("store {} s", storing.ttl));
                    let mut store = self.store.borrow_mut();
                    let Loading { entry, tags, .. } = store.loading.clone();
                    store.entries.insert(entry, (storing.clone(), tags));
                    exchange.stored();
                }
                Step::Purge(purging) => {
                    let release = if purging.release { "" } else { ", still held" };
                    steps.push(format!("purge {}{release}", purging.tags.len()));
                    let is_stale = |tag: &String| purging.tags.iter().any(|stale| stale.tag == *tag);
                    self.store.borrow_mut().entries.retain(|_, (_, tags)| !tags.iter().any(is_stale));
                    exchange.purged(true);
                }
                Step::Draw => {
                    steps.push("draw".to_owned());
                    exchange.drew(self.random);
                }
                Step::Invoke(calls) => {
                    let Some(args) = calls.iter().map(|call| self.read(call, reads)).collect::<Option<Vec<_>>>() else {
                        exchange.check();
                        continue;
                    };
                    let mut outcomes = Vec::new();
                    for (call, args) in calls.iter().zip(&args) {
                        let (function, _) = self.app.function(call.function).expect("a known function");
                        let file = |file: &UploadedFile| {
                            let bytes = String::from_utf8_lossy(&body[file.range.clone()]);
                            format!(" {} {} {bytes}", file.file_name, file.content_type)
                        };
                        let files: String = call.files.iter().map(file).collect();
                        steps.push(format!("{}{args}{files}", function.name));
                        outcomes.push(run(&function.name, args));
                    }
                    exchange.returned(outcomes);
                }
                Step::Reply(response) => {
                    let response = response.clone();
                    log.extend(exchange.take_log());
                    return Ran { response, log, steps };
                }
            }
        }
    }

    /// The args of a function in canonical JSON; none where it does not read them as they are.
    fn read(&self, call: &Invocation, reads: Reads) -> Option<String> {
        let mut args = call.args.clone();
        if call.is_raw {
            assert_ne!(reads, Reads::Checked);
            let (_, frozen) = self.app.function(call.function).expect("a known function");
            args.clear();
            self.app.program().transcode(frozen.input, &call.args, Direction::Input, &[], &mut args).ok()?;
            if reads == Reads::Nothing {
                return None;
            }
        }
        Some(String::from_utf8(args).expect("UTF-8"))
    }
}

/// Which args a host reads.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Reads {
    /// Those that the core has checked.
    Checked,
    /// Those that it checks itself.
    Raw,
    /// As if it could not read those.
    Nothing,
}
