//! What JavaScript hands back: callers, permissions, decisions of guards, outcomes of functions.
//!
//! An answer is one text. Where a step asks guards there is a line for each, in order; the texts of functions are parted by
//! U+001E, which JSON escapes. The first character says which kind it is:
//!
//! - `=`: it worked; the rest is the value as JSON text. What a function returned stands without it: no JSON text begins as
//!   one of the others does.
//! - `+`: it worked and says what it changed: the computed params as JSON text (or null), a tab, the targets, and the result
//!   as JSON text.
//! - `!`: an error: a JSON list of its kind and its parts; for a declared one with data a tab, and that as JSON text.
//! - `@`: it did not return and had said what it changed: the targets, and how it ended.
//! - `?`: it threw something else. `~`: it outran its limit. `-`: nobody, nothing, or no.
//!
//! Targets are how many there are, and for each its name and its params (or null) as JSON text; behind each of these texts
//! stands a tab.
//!
//! An application may hand back what cannot be read, such as a name with half a character. That is the failure of this one
//! answer: the others of its step have happened, and stand. A target that cannot be read is every target (SCOPE-7).

use memchr::memchr_iter;
use mizan_core::dispatch::message::{Computed, Failure, GuardOutcome, Invalidation, Outcome};
use mizan_core::error::code::ErrorCode;
use mizan_core::error::detail::PathPart;
use mizan_core::identity::{Identity, Proof};
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
        Ok(_) => Err("it is no list".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn text_of(value: Option<&Value>) -> Result<String, Misread> {
    value.and_then(Value::as_str).map(str::to_owned).ok_or_else(|| "a part of it is no text".to_owned())
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

/// What was handed back, or why it cannot be read as a failure of whoever did.
fn read<T>(made: Result<T, Misread>) -> Result<T, Failure> {
    made.map_err(|problem| Failure::Unreadable(format!("it handed back what cannot be read: {problem}")))
}

/// Reads who asks.
pub(crate) fn caller(text: &str) -> Result<Option<Identity>, Failure> {
    let Some(rest) = text.strip_prefix('=') else { return refusal(text) };
    read(identity(rest)).map(Some)
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
pub(crate) fn permissions(text: &str) -> Result<Option<Vec<String>>, Failure> {
    let Some(rest) = text.strip_prefix('=') else { return refusal(text) };
    read(list(rest).and_then(|names| texts(&Value::List(names)))).map(Some)
}

/// Nothing, or a failure.
fn refusal<T>(text: &str) -> Result<Option<T>, Failure> {
    if text == "-" { Ok(None) } else { Err(failure(text)) }
}

/// Reads what the guards decided.
pub(crate) fn decisions(text: &str) -> Vec<GuardOutcome> {
    let decision = |line: &str| match line {
        "=" => GuardOutcome::Allowed,
        "-" => GuardOutcome::Refused,
        _ => GuardOutcome::Failed(failure(line)),
    };
    text.split('\n').map(decision).collect()
}

/// What parts the texts of functions: no JSON text holds it.
const BETWEEN: u8 = 0x1e;

/// Reads how each function of a step ended.
pub(crate) fn outcomes(text: &[u8]) -> Vec<Outcome> {
    let mut outcomes = Vec::with_capacity(1);
    let mut start = 0;
    for end in memchr_iter(BETWEEN, text) {
        outcomes.push(outcome(text.get(start..end).unwrap_or_default()));
        start = end + 1;
    }
    outcomes.push(outcome(text.get(start..).unwrap_or_default()));
    outcomes
}

/// Reads how a function ended.
fn outcome(text: &[u8]) -> Outcome {
    if !matches!(text.first(), Some(b'+' | b'!' | b'@' | b'?' | b'~')) {
        return Outcome::Returned { result: text.to_vec(), computed: Computed::default() };
    }
    let text = String::from_utf8_lossy(text);
    let line = text.as_ref();
    if let Some(rest) = line.strip_prefix('+') {
        let (params, rest) = rest.split_once('\t').unwrap_or((rest, ""));
        let (invalidations, result) = targets(rest);
        return Outcome::Returned {
            result: result.as_bytes().to_vec(),
            computed: Computed { params: maybe_params(params), invalidations },
        };
    }
    let (announced, line) = line.strip_prefix('@').map_or_else(|| (Vec::new(), line), targets);
    if line == "~" {
        return Outcome::TimedOut { announced };
    }
    Outcome::Failed { failure: failure(line), announced }
}

/// Reads what a function has said that it changed.
pub(crate) fn announced(text: &str) -> Vec<Invalidation> {
    targets(text).0
}

/// Names with the params that narrow them, and what stands behind them.
fn targets(text: &str) -> (Vec<Invalidation>, &str) {
    let (count, mut rest) = text.split_once('\t').unwrap_or((text, ""));
    let mut targets = Vec::new();
    for _ in 0..count.parse().unwrap_or_default() {
        let (Some((name, behind)), mut params) = (rest.split_once('\t'), "null") else { break };
        (params, rest) = behind.split_once('\t').unwrap_or((params, behind));
        targets.push(match json::parse(name.as_bytes()) {
            Ok(Value::String(name)) => Invalidation { name, params: maybe_params(params) },
            _ => everything(),
        });
    }
    (targets, rest)
}

/// A target that is no context: every one of them is meant (SCOPE-7).
pub(crate) const fn everything() -> Invalidation {
    Invalidation { name: String::new(), params: None }
}

/// The text of params. What cannot be read in it the core finds: it warns, and nothing narrows (SCOPE-6, SCOPE-7).
fn maybe_params(text: &str) -> Option<Vec<u8>> {
    (text != "null").then(|| text.as_bytes().to_vec())
}

/// What was thrown. An answer that cannot be read is a failure too.
fn failure(line: &str) -> Failure {
    if line == "?" {
        return Failure::Raised;
    }
    read(thrown(line)).unwrap_or_else(|failure| failure)
}

fn thrown(line: &str) -> Result<Failure, Misread> {
    let rest = line.strip_prefix('!').ok_or_else(|| misread(line))?;
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
        _ => Err("it is no error".to_owned()),
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
