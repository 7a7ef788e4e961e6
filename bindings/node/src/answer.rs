//! What JavaScript hands back: callers, permissions, decisions of guards, outcomes of functions.
//!
//! An answer is one text. Where a step asks several things there is a line for each, in order. The first character says
//! which kind it is:
//!
//! - `=`: it worked; the rest is the value as JSON text.
//! - `+`: it worked and says what it changed: a JSON list of the computed params (or null) and of targets, each a name and
//!   its params (or null); then a tab, and the result as JSON text.
//! - `!`: an error: a JSON list of its kind and its parts; for a declared one with data a tab, and that as JSON text.
//! - `@`: it did not return and had said what it changed: a JSON list of targets as above; then a tab, and how it ended.
//! - `?`: it threw something else. `~`: it outran its limit. `-`: nobody, nothing, or no.
//!
//! A text that is none of them is the package's own mistake, and throws.

use mizan_core::dispatch::message::{Computed, Failure, GuardOutcome, Invalidation, Outcome};
use mizan_core::error::code::ErrorCode;
use mizan_core::error::detail::PathPart;
use mizan_core::identity::{Identity, Proof};
use mizan_core::value::number::Numbers;
use mizan_core::value::{Value, json};

/// Why an answer cannot be read.
pub(crate) type Misread = String;

fn misread(text: &str) -> Misread {
    // What was handed back may be a secret of the application's.
    format!("{:?} begins no answer", text.chars().next())
}

fn list(text: &str) -> Result<Vec<Value>, Misread> {
    match json::parse(text.as_bytes()) {
        Ok(Value::List(items)) => Ok(items),
        Ok(_) => Err("an answer is no list".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn text_of(value: Option<&Value>) -> Result<String, Misread> {
    value.and_then(Value::as_str).map(str::to_owned).ok_or_else(|| "an answer lacks a text".to_owned())
}

fn maybe_text(value: Option<&Value>) -> Option<String> {
    value.and_then(Value::as_str).map(str::to_owned)
}

fn flag(value: Option<&Value>) -> bool {
    value.and_then(Value::as_bool).unwrap_or_default()
}

fn texts(value: &Value) -> Result<Vec<String>, Misread> {
    value.as_list().unwrap_or_default().iter().map(|item| text_of(Some(item))).collect()
}

/// Reads who asks.
pub(crate) fn caller(text: &str) -> Result<Result<Option<Identity>, Failure>, Misread> {
    let Some(rest) = text.strip_prefix('=') else { return refusal(text) };
    identity(rest).map(|identity| Ok(Some(identity)))
}

/// Reads an identity: a JSON list of `sub`, `staff`, `superuser`, the permissions (null where they are to be asked for), the
/// session (or null) and the proof (by default the session).
pub(crate) fn identity(text: &str) -> Result<Identity, Misread> {
    let parts = list(text)?;
    Ok(Identity {
        sub: text_of(parts.first())?,
        staff: flag(parts.get(1)),
        superuser: flag(parts.get(2)),
        is_partial: parts.get(3) == Some(&Value::Null),
        permissions: parts.get(3).map(texts).transpose()?.unwrap_or_default(),
        session: maybe_text(parts.get(4)),
        proof: match parts.get(5).and_then(Value::as_str) {
            Some("mwt") => Proof::Mwt,
            Some("access") => Proof::Access,
            _ => Proof::Session,
        },
    })
}

/// Reads what the caller whom a token names is allowed.
pub(crate) fn permissions(text: &str) -> Result<Result<Option<Vec<String>>, Failure>, Misread> {
    let Some(rest) = text.strip_prefix('=') else { return refusal(text) };
    texts(&Value::List(list(rest)?)).map(|names| Ok(Some(names)))
}

/// Nothing, or a failure.
fn refusal<T>(text: &str) -> Result<Result<Option<T>, Failure>, Misread> {
    if text == "-" { Ok(Ok(None)) } else { failure(text).map(Err) }
}

/// Reads what the guards decided.
pub(crate) fn decisions(text: &str) -> Result<Vec<GuardOutcome>, Misread> {
    let decision = |line: &str| match line {
        "=" => Ok(GuardOutcome::Allowed),
        "-" => Ok(GuardOutcome::Refused),
        _ => failure(line).map(GuardOutcome::Failed),
    };
    text.split('\n').map(decision).collect()
}

/// Reads how the functions ended.
pub(crate) fn outcomes(text: &str) -> Result<Vec<Outcome>, Misread> {
    text.split('\n').map(outcome).collect()
}

fn outcome(line: &str) -> Result<Outcome, Misread> {
    if let Some(result) = line.strip_prefix('=') {
        return Ok(Outcome::Returned { result: result.as_bytes().to_vec(), computed: Computed::default() });
    }
    if let Some(rest) = line.strip_prefix('+') {
        let (said, result) = rest.split_once('\t').ok_or_else(|| misread(line))?;
        return Ok(Outcome::Returned { result: result.as_bytes().to_vec(), computed: computed(&list(said)?)? });
    }
    let (line, announced) = match line.strip_prefix('@') {
        None => (line, Vec::new()),
        Some(rest) => {
            let (said, ended) = rest.split_once('\t').ok_or_else(|| misread(line))?;
            (ended, invalidations(&list(said)?)?)
        }
    };
    if line == "~" {
        return Ok(Outcome::TimedOut { announced });
    }
    Ok(Outcome::Failed { failure: failure(line)?, announced })
}

fn computed(said: &[Value]) -> Result<Computed, Misread> {
    let targets = said.get(1).and_then(Value::as_list).unwrap_or_default();
    Ok(Computed { params: params(said.first()), invalidations: invalidations(targets)? })
}

/// Reads what a function has said that it changed: a JSON list of targets.
pub(crate) fn announced(text: &str) -> Result<Vec<Invalidation>, Misread> {
    invalidations(&list(text)?)
}

/// Names with the params that narrow them.
fn invalidations(targets: &[Value]) -> Result<Vec<Invalidation>, Misread> {
    let invalidation = |target: &Value| {
        let parts = target.as_list().unwrap_or_default();
        Ok(Invalidation { name: text_of(parts.first())?, params: params(parts.get(1)) })
    };
    targets.iter().map(invalidation).collect()
}

fn params(value: Option<&Value>) -> Option<Vec<u8>> {
    let value = value.filter(|value| **value != Value::Null)?;
    // What JavaScript wrote is within every limit of the writer.
    value.to_canonical(Numbers::Any).ok()
}

fn failure(line: &str) -> Result<Failure, Misread> {
    let Some(rest) = line.strip_prefix('!') else {
        return if line == "?" { Ok(Failure::Raised) } else { Err(misread(line)) };
    };
    let (said, data) = rest.split_once('\t').map_or((rest, None), |(said, data)| (said, Some(data)));
    let parts = list(said)?;
    match parts.first().and_then(Value::as_str) {
        Some("protocol") => {
            let name = text_of(parts.get(1))?;
            Ok(Failure::Protocol {
                code: ErrorCode::from_name(&name).ok_or_else(|| format!("{name} is no code of the protocol"))?,
                message: maybe_text(parts.get(2)),
                retry_after: parts
                    .get(3)
                    .and_then(Value::as_u64)
                    .map(|seconds| u32::try_from(seconds).unwrap_or(u32::MAX)),
            })
        }
        Some("declared") => Ok(Failure::Declared {
            code: text_of(parts.get(1))?,
            message: text_of(parts.get(2))?,
            data: data.map(|text| text.as_bytes().to_vec()),
        }),
        Some("invalid") => {
            let entries = parts.get(1).and_then(Value::as_list).unwrap_or_default();
            Ok(Failure::Invalid(entries.iter().map(entry).collect::<Result<_, _>>()?))
        }
        _ => Err("an answer is no failure".to_owned()),
    }
}

/// Where an argument is invalid, and why.
fn entry(value: &Value) -> Result<(Vec<PathPart>, String), Misread> {
    let parts = value.as_list().unwrap_or_default();
    let path = parts.first().and_then(Value::as_list).unwrap_or_default();
    let part = |part: &Value| match part.as_u64() {
        Some(index) => Ok(PathPart::Index(usize::try_from(index).unwrap_or(usize::MAX))),
        None => text_of(Some(part)).map(PathPart::Key),
    };
    Ok((path.iter().map(part).collect::<Result<_, _>>()?, text_of(parts.get(1))?))
}
