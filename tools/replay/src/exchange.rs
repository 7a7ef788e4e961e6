//! Cases of whole exchanges: a request, what the host does, and the reply.

use std::sync::Arc;

use mizan_core::dispatch::message::Level;
use mizan_core::dispatch::{Exchange, LogLine, Request, Response, Step, UploadedFile};
use mizan_core::registry::Application;
use mizan_core::value::{Value, json};

use crate::case::{Case, Input, Refused, hex, member, object, string};
use crate::host::Host;

/// More steps than any exchange takes: two rounds of three, and the reply.
const MOST_STEPS: usize = 16;

/// `application`, `request`, `identity`, `guards`, `outcomes` → `steps` and `response`, and `log` where there is one.
pub(crate) fn exchange(case: &Case<'_>) -> Result<Vec<u8>, Refused> {
    let application = Application::build(case.raw("application")?).map_err(|error| Refused::build(&error))?;
    let application = Arc::new(application);
    let request = Input::of(case.raw("request")?)?;
    let host = Host::read(case)?;
    let (method, path) = (request.text("method")?, request.text("path")?);
    let query = optional(&request, "query", Input::text)?;
    let body = optional(&request, "body", Input::bytes)?;
    let headers = headers(&request)?;
    let headers: Vec<(&[u8], &[u8])> =
        headers.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes())).collect();
    let nonce = match case.find("nonce") {
        None => 0,
        Some(_) => case.value("nonce")?.as_u64().ok_or_else(Refused::malformed)?,
    };
    let now = match case.find("now") {
        None => 0,
        Some(_) => case.value("now")?.as_u64().ok_or_else(Refused::malformed)?,
    };
    let query = query.as_bytes();
    let request =
        Request { method: &method, path: &path, query, headers: &headers, body: &body, nonce, now, secure: false };
    let mut exchange = Exchange::open(&application, &request);
    let mut steps = Vec::new();
    for _ in 0..MOST_STEPS {
        match exchange.step() {
            Step::Identify => {
                steps.push(object("identify", b"true"));
                exchange.identified(host.caller.clone());
            }
            Step::Guard(calls) => {
                let asked = calls.iter().map(|call| {
                    let mut out = vec![b'{'];
                    member(&mut out, "fn", &string(name(&application, call.function)));
                    out.push(b',');
                    member(&mut out, "guard", &string(&call.guard));
                    out.push(b'}');
                    out
                });
                steps.push(object("guard", &list(asked)));
                let decisions = calls.iter().map(|call| host.guard(&call.guard)).collect();
                exchange.guarded(decisions);
            }
            Step::Invoke(calls) => {
                let asked = calls.iter().map(|call| {
                    let mut out = vec![b'{'];
                    member(&mut out, "args", &call.args);
                    out.push(b',');
                    if !call.files.is_empty() {
                        member(&mut out, "files", &list(call.files.iter().map(|file| written_file(file, &body))));
                        out.push(b',');
                    }
                    member(&mut out, "fn", &string(name(&application, call.function)));
                    out.push(b',');
                    member(&mut out, "timeout_ms", call.timeout_ms.to_string().as_bytes());
                    out.push(b'}');
                    out
                });
                steps.push(object("invoke", &list(asked)));
                let outcomes = calls.iter().map(|call| host.outcome(name(&application, call.function))).collect();
                exchange.returned(outcomes);
            }
            // These applications have no secrets, and so neither tokens nor an origin cache.
            Step::Permissions(_) | Step::Load(_) | Step::Hold(_) | Step::Store(_) | Step::Purge(_) => break,
            Step::Reply(response) => {
                let response = written(response);
                let log = exchange.take_log();
                return Ok(answer(&steps, &response, &log));
            }
        }
    }
    Err(Refused::code(mizan_core::error::code::ErrorCode::Internal))
}

fn written_file(file: &UploadedFile, body: &[u8]) -> Vec<u8> {
    let mut out = vec![b'{'];
    member(&mut out, "content_type", &string(&file.content_type));
    out.push(b',');
    member(&mut out, "hex", &hex(body.get(file.range.clone()).unwrap_or_default()));
    out.push(b',');
    member(&mut out, "name", &string(&file.file_name));
    out.push(b'}');
    out
}

fn name(application: &Application, function: usize) -> &str {
    application.function(function).map_or("", |(function, _)| &function.name)
}

fn optional<'a, T: Default>(
    request: &Input<'a>,
    name: &str,
    read: impl Fn(&Input<'a>, &str) -> Result<T, Refused>,
) -> Result<T, Refused> {
    if request.find(name).is_some() { read(request, name) } else { Ok(T::default()) }
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
    let mut out = vec![b'{'];
    member(&mut out, "body", &hex(&response.body));
    out.push(b',');
    member(&mut out, "headers", &list(headers));
    out.push(b',');
    member(&mut out, "status", response.status.to_string().as_bytes());
    out.push(b'}');
    out
}

fn answer(steps: &[Vec<u8>], response: &[u8], log: &[LogLine]) -> Vec<u8> {
    let mut out = vec![b'{'];
    if !log.is_empty() {
        let lines = log.iter().map(|line| {
            let level = if line.level == Level::Error { "error" } else { "warning" };
            list([string(level), string(&line.text)])
        });
        member(&mut out, "log", &list(lines));
        out.push(b',');
    }
    member(&mut out, "response", response);
    out.push(b',');
    member(&mut out, "steps", &list(steps.iter().cloned()));
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
