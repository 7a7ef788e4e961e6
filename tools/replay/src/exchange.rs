//! Cases of whole exchanges: requests, what the host does, and the replies; and what a call's result is spliced into.

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use mizan_core::dispatch::message::{Computed, Level};
use mizan_core::dispatch::{self, Exchange, LogLine, Outcome, Request, Response, Step, UploadedFile};
use mizan_core::error::code::ErrorCode;
use mizan_core::registry::Application;
use mizan_core::value::canonical::compare_keys;
use mizan_core::value::{Value, json};
use mizan_runtime::{Cache, Fill, Hold, Keyspace, Loaded, Purged, Tag};

use crate::case::{Case, Input, Refused, hex, member, object, string};
use crate::host::Host;
use crate::protection;

/// More steps than any exchange takes: two rounds of three, what the origin cache does around them, and the reply.
const MOST_STEPS: usize = 24;
/// How long a read may wait for one that is on its way in the same case, which is never to be.
const PATIENCE: Duration = Duration::from_secs(10);
/// What a request of several may leave to the case.
const SHARED: [&str; 2] = ["now", "secure"];

/// `application`, `protection`, `request` and what the host does → `steps` and `response`, and `log` where there is one;
/// or `requests`, one after the other → `replies`.
pub(crate) fn exchange(case: &Case<'_>) -> Result<Vec<u8>, Refused> {
    let stage = Stage::new(case)?;
    match case.find("requests") {
        None => stage.reply(case),
        Some(_) => Ok(object("replies", &stage.replies(case, case, "requests")?)),
    }
}

/// `application`, `fn`, `args` and `result` → `merge`; a call that fails is refused with its error.
pub(crate) fn merge(case: &Case<'_>) -> Result<Vec<u8>, Refused> {
    let stage = Stage::new(case)?;
    let mut body = vec![b'{'];
    member(&mut body, "fn", case.raw("fn")?);
    body.push(b',');
    member(&mut body, "args", case.raw("args")?);
    body.push(b'}');
    let result = case.raw("result")?.to_vec();
    let path = format!("{}/call/", stage.application.base());
    let request = Request {
        method: "POST",
        path: &path,
        query: b"",
        headers: &[(b"content-type", b"application/json")],
        body: &body,
        nonce: 0,
        now: 0,
        secure: false,
    };
    let mut exchange = Exchange::open(&stage.application, &request);
    for _ in 0..MOST_STEPS {
        match exchange.step() {
            Step::Identify => exchange.identified(Ok(None)),
            Step::Invoke(calls) => {
                let returned = |_| Outcome::Returned { result: result.clone(), computed: Computed::default() };
                let outcomes: Vec<_> = calls.iter().map(returned).collect();
                exchange.returned(outcomes);
            }
            Step::Reply(Response { status: 200, body, .. }) => {
                let envelope = Input::of(body)?;
                return Ok(object("merge", envelope.find("merge").unwrap_or(b"[]")));
            }
            Step::Reply(response) => return Err(Refused::of_reply(&response.body)?),
            _ => break,
        }
    }
    Err(Refused::malformed())
}

/// An application, and what it keeps between requests.
struct Stage {
    application: Arc<Application>,
    cache: Option<Cache>,
}

/// What the origin cache gave one request.
#[derive(Default)]
struct Given {
    fill: Option<Fill>,
    hold: Option<Hold>,
}

impl Stage {
    fn new(case: &Case<'_>) -> Result<Self, Refused> {
        let application = Application::build(case.raw("application")?).map_err(|error| Refused::build(&error))?;
        let Some(given) = case.find("protection") else {
            return Ok(Self { application: Arc::new(application), cache: None });
        };
        let (secrets, cache) = protection::read(&Input::of(given)?)?;
        if let Some(cache) = &cache {
            cache.contexts(application.document().contexts.iter().map(|context| context.name.clone()).collect());
        }
        Ok(Self { application: Arc::new(application.with_secrets(secrets)), cache })
    }

    /// The replies to a list of requests, one after the other; what one does not say itself, the case says.
    fn replies(&self, held: &Input<'_>, case: &Input<'_>, name: &str) -> Result<Vec<u8>, Refused> {
        let shared = [SHARED.as_slice(), Host::MEMBERS.as_slice()].concat();
        let reply = |text: &[u8]| {
            let own = Input::of(text)?;
            self.reply(&own.or(case, &shared))
        };
        let replies: Vec<_> = held.items(name)?.into_iter().map(reply).collect::<Result<_, _>>()?;
        Ok(list(replies))
    }

    fn reply(&self, case: &Input<'_>) -> Result<Vec<u8>, Refused> {
        let request = Input::of(case.raw("request")?)?;
        let host = Host::read(case)?;
        let (method, path) = (request.text("method")?, request.text("path")?);
        let query = optional(&request, "query", Input::text)?;
        let body = optional(&request, "body", Input::bytes)?;
        let headers = headers(&request)?;
        let headers: Vec<(&[u8], &[u8])> =
            headers.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes())).collect();
        let (nonce, now, secure) = (count(case, "nonce")?, count(case, "now")?, case.flag("secure")?);
        let query = query.as_bytes();
        let request =
            Request { method: &method, path: &path, query, headers: &headers, body: &body, nonce, now, secure };
        let mut exchange = Exchange::open(&self.application, &request);
        let mut steps = Vec::new();
        let mut given = Given::default();
        let mut meanwhile = None;
        for _ in 0..MOST_STEPS {
            match exchange.step() {
                Step::Identify => {
                    steps.push(object("identify", b"true"));
                    exchange.identified(host.caller.clone());
                }
                Step::Permissions(sub) => {
                    steps.push(object("permissions", &string(sub)));
                    exchange.permitted(host.permissions.clone());
                }
                Step::Guard(calls) => {
                    let asked = calls.iter().map(|call| {
                        let function = string(self.name(call.function));
                        members(vec![("fn", function), ("guard", string(&call.guard))])
                    });
                    steps.push(object("guard", &list(asked)));
                    let decisions = calls.iter().map(|call| host.guard(&call.guard)).collect();
                    exchange.guarded(decisions);
                }
                Step::Invoke(calls) => {
                    let asked = calls.iter().map(|call| {
                        let limit = call.timeout_ms.to_string().into_bytes();
                        let function = string(self.name(call.function));
                        let mut asked = vec![("args", call.args.clone()), ("fn", function), ("timeout_ms", limit)];
                        if !call.files.is_empty() {
                            asked.push(("files", list(call.files.iter().map(|file| written_file(file, &body)))));
                        }
                        members(asked)
                    });
                    steps.push(object("invoke", &list(asked)));
                    let outcomes: Vec<_> = calls.iter().map(|call| host.outcome(self.name(call.function))).collect();
                    if case.find("meanwhile").is_some() && meanwhile.is_none() {
                        meanwhile = Some(self.replies(case, case, "meanwhile")?);
                    }
                    exchange.returned(outcomes);
                }
                Step::Load(_) | Step::Hold(_) | Step::Store(_) | Step::Purge(_) => {
                    self.kept(&mut exchange, &mut given)?;
                }
                Step::Draw => {
                    let drawn = optional(case, "random", Input::bytes)?.try_into();
                    exchange.drew(Some(drawn.map_err(|_| Refused::malformed())?));
                }
                Step::Reply(response) => {
                    let response = written(response);
                    let log = exchange.take_log();
                    return Ok(answer(steps, response, &log, meanwhile));
                }
            }
        }
        Err(Refused::code(ErrorCode::Internal))
    }

    /// Takes a step of the origin cache, as a host does.
    fn kept(&self, exchange: &mut Exchange, given: &mut Given) -> Result<(), Refused> {
        let cache = self.cache.as_ref().ok_or_else(Refused::malformed)?;
        match exchange.step() {
            Step::Load(loading) => {
                let dispatch::Loading { context, entry, tags } = loading.clone();
                let (sender, receiver) = channel();
                cache.load_then(Keyspace { context, entry, tags }, move |loaded| drop(sender.send(loaded)));
                // It waits for a request that is on its way in the same case, and that would wait for it.
                let loaded = receiver.recv_timeout(PATIENCE).map_err(|_| Refused::malformed())?;
                exchange.loaded(match loaded {
                    Loaded::Hit(entry) => dispatch::Loaded::Hit { body: entry.body.clone(), etag: entry.etag.clone() },
                    Loaded::Miss(fill) => {
                        given.fill = Some(fill);
                        dispatch::Loaded::Missed
                    }
                    Loaded::Uncached(_) => dispatch::Loaded::Uncached,
                });
            }
            Step::Hold(holding) => {
                let limit = Duration::from_millis(u64::from(holding.limit_ms));
                given.hold = Some(cache.hold(&tags(&holding.tags), limit));
                exchange.held();
            }
            Step::Store(storing) => {
                if let Some(fill) = given.fill.take() {
                    cache.store(fill, &storing.body, Duration::from_secs(u64::from(storing.ttl)));
                }
                exchange.stored();
            }
            Step::Purge(purging) => {
                // A hold that is dropped runs out by itself.
                let hold = given.hold.take().filter(|_| purging.release);
                let purged = cache.purge(&tags(&purging.tags), hold);
                exchange.purged(purged == Purged::Done);
            }
            _ => {}
        }
        Ok(())
    }

    fn name(&self, function: usize) -> &str {
        self.application.function(function).map_or("", |(function, _)| &function.name)
    }
}

fn tags(tags: &[mizan_core::cache::tags::Tag]) -> Vec<Tag> {
    tags.iter().map(|tag| (tag.context.clone(), tag.tag.clone())).collect()
}

fn optional<'a, T: Default>(
    request: &Input<'a>,
    name: &str,
    read: impl Fn(&Input<'a>, &str) -> Result<T, Refused>,
) -> Result<T, Refused> {
    if request.find(name).is_some() { read(request, name) } else { Ok(T::default()) }
}

/// A number that is 0 where it is not there.
fn count(input: &Input<'_>, name: &str) -> Result<u64, Refused> {
    optional(input, name, |input, name| input.value(name)?.as_u64().ok_or_else(Refused::malformed))
}

/// The header fields: pairs of a name and a value.
fn headers(request: &Input<'_>) -> Result<Vec<(String, String)>, Refused> {
    if request.find("headers").is_none() {
        return Ok(Vec::new());
    }
    let pairs = request.items("headers")?.into_iter().map(|pair| match json::parse(pair) {
        Ok(Value::List(pair)) => match pair.as_slice() {
            [Value::String(name), Value::String(value)] => Ok((name.clone(), value.clone())),
            _ => Err(Refused::malformed()),
        },
        _ => Err(Refused::malformed()),
    });
    pairs.collect()
}

fn written(response: &Response) -> Vec<u8> {
    let headers = response.headers.iter().map(|(name, value)| list([string(name), string(value)]));
    let (body, headers) = (hex(&response.body), list(headers));
    members(vec![("body", body), ("headers", headers), ("status", response.status.to_string().into_bytes())])
}

fn written_file(file: &UploadedFile, body: &[u8]) -> Vec<u8> {
    let content = hex(body.get(file.range.clone()).unwrap_or_default());
    let (name, content_type) = (string(&file.file_name), string(&file.content_type));
    members(vec![("content_type", content_type), ("hex", content), ("name", name)])
}

fn answer(steps: Vec<Vec<u8>>, response: Vec<u8>, log: &[LogLine], meanwhile: Option<Vec<u8>>) -> Vec<u8> {
    let mut all = vec![("response", response), ("steps", list(steps))];
    if !log.is_empty() {
        let lines = log.iter().map(|line| {
            let level = if line.level == Level::Error { "error" } else { "warning" };
            list([string(level), string(&line.text)])
        });
        all.push(("log", list(lines)));
    }
    all.extend(meanwhile.map(|replies| ("meanwhile", replies)));
    members(all)
}

/// An object of these members, sorted by name.
fn members(mut members: Vec<(&str, Vec<u8>)>) -> Vec<u8> {
    members.sort_by(|left, right| compare_keys(left.0, right.0));
    let mut out = Vec::new();
    for (name, value) in members {
        out.push(if out.is_empty() { b'{' } else { b',' });
        member(&mut out, name, &value);
    }
    out.push(b'}');
    out
}

fn list(items: impl IntoIterator<Item = Vec<u8>>) -> Vec<u8> {
    let mut out = vec![b'['];
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        out.extend_from_slice(&item);
    }
    out.push(b']');
    out
}
