//! The host of an exchange case: who asks, what guards say and how functions end, as the case tells it.

use mizan_core::dispatch::message::{Computed, Invalidation};
use mizan_core::dispatch::{Failure, GuardOutcome, Outcome};
use mizan_core::error::code::ErrorCode;
use mizan_core::error::detail::PathPart;
use mizan_core::identity::Identity;
use mizan_core::value::{Value, json};

use crate::case::{Case, Input, Refused};

/// What a host does, by name.
pub(crate) struct Host {
    pub caller: Result<Option<Identity>, Failure>,
    guards: Vec<(String, GuardOutcome)>,
    outcomes: Vec<(String, Outcome)>,
}

impl Host {
    pub(crate) fn read(case: &Case<'_>) -> Result<Self, Refused> {
        Ok(Self {
            caller: case.find("identity").map_or(Ok(Ok(None)), caller)?,
            guards: named(case, "guards", guard)?,
            outcomes: named(case, "outcomes", outcome)?,
        })
    }

    /// What the guard of that name says; one that the case does not know refuses.
    pub(crate) fn guard(&self, name: &str) -> GuardOutcome {
        found(&self.guards, name).unwrap_or(GuardOutcome::Refused)
    }

    /// How the function of that name ends; one that the case does not know raises.
    pub(crate) fn outcome(&self, name: &str) -> Outcome {
        found(&self.outcomes, name).unwrap_or(Outcome::Failed(Failure::Raised))
    }
}

fn found<T: Clone>(held: &[(String, T)], name: &str) -> Option<T> {
    held.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
}

fn named<T>(
    case: &Case<'_>,
    name: &str,
    read: impl Fn(&[u8]) -> Result<T, Refused>,
) -> Result<Vec<(String, T)>, Refused> {
    let Some(text) = case.find(name) else { return Ok(Vec::new()) };
    let held = Input::of(text)?;
    held.keys().map(|key| Ok((key.to_owned(), read(held.raw(key)?)?))).collect()
}

/// `null`, an identity, or how finding it failed.
fn caller(text: &[u8]) -> Result<Result<Option<Identity>, Failure>, Refused> {
    if text == b"null" {
        return Ok(Ok(None));
    }
    let held = Input::of(text)?;
    if let Some(failed) = failure(&held)? {
        return Ok(Err(failed));
    }
    let flag = |name: &str| match held.find(name) {
        None | Some(b"false") => Ok(false),
        Some(b"true") => Ok(true),
        Some(_) => Err(Refused::malformed()),
    };
    let permissions = match held.find("permissions") {
        None => Vec::new(),
        Some(_) => held.items("permissions")?.into_iter().map(text_of).collect::<Result<_, _>>()?,
    };
    let (staff, superuser) = (flag("staff")?, flag("superuser")?);
    Ok(Ok(Some(Identity { sub: held.text("sub")?, staff, superuser, permissions, ..Identity::default() })))
}

/// `true`, `false`, or what the guard raised.
fn guard(text: &[u8]) -> Result<GuardOutcome, Refused> {
    match text {
        b"true" => Ok(GuardOutcome::Allowed),
        b"false" => Ok(GuardOutcome::Refused),
        _ => failure(&Input::of(text)?)?.map(GuardOutcome::Failed).ok_or_else(Refused::malformed),
    }
}

/// A result, as JSON or as the very text of a host's encoder, maybe with what was computed; or how the function failed.
fn outcome(text: &[u8]) -> Result<Outcome, Refused> {
    let held = Input::of(text)?;
    if held.find("timed_out") == Some(b"true") {
        return Ok(Outcome::TimedOut);
    }
    if let Some(failed) = failure(&held)? {
        return Ok(Outcome::Failed(failed));
    }
    let result = match held.find("text") {
        Some(_) => held.text("text")?.into_bytes(),
        None => held.raw("result")?.to_vec(),
    };
    let invalidations = match held.find("invalidate") {
        None => Vec::new(),
        Some(_) => held.items("invalidate")?.into_iter().map(invalidation).collect::<Result<_, _>>()?,
    };
    let params = held.find("params").map(<[u8]>::to_vec);
    Ok(Outcome::Returned { result, computed: Computed { params, invalidations } })
}

fn invalidation(text: &[u8]) -> Result<Invalidation, Refused> {
    let held = Input::of(text)?;
    Ok(Invalidation { name: held.text("name")?, params: held.find("params").map(<[u8]>::to_vec) })
}

/// One of `protocol`, `declared`, `invalid` and `raised`; none of them is no failure.
fn failure(held: &Input<'_>) -> Result<Option<Failure>, Refused> {
    let message = |held: &Input<'_>| match held.find("message") {
        None => Ok(None),
        Some(_) => held.text("message").map(Some),
    };
    if let Some(text) = held.find("protocol") {
        let held = Input::of(text)?;
        let code = ErrorCode::from_name(&held.text("code")?).ok_or_else(Refused::malformed)?;
        let retry_after = match held.find("retry_after") {
            None => None,
            Some(_) => held.value("retry_after")?.as_u64().and_then(|seconds| u32::try_from(seconds).ok()),
        };
        return Ok(Some(Failure::Protocol { code, message: message(&held)?, retry_after }));
    }
    if let Some(text) = held.find("declared") {
        let held = Input::of(text)?;
        let data = held.find("data").map(<[u8]>::to_vec);
        return Ok(Some(Failure::Declared { code: held.text("code")?, message: held.text("message")?, data }));
    }
    if held.find("invalid").is_some() {
        let entries = held.items("invalid")?.into_iter().map(|text| {
            let held = Input::of(text)?;
            let path = held.items("path")?.into_iter().map(path_part).collect::<Result<_, _>>()?;
            Ok((path, held.text("message")?))
        });
        return Ok(Some(Failure::Invalid(entries.collect::<Result<_, Refused>>()?)));
    }
    Ok(held.find("raised").map(|_| Failure::Raised))
}

fn path_part(text: &[u8]) -> Result<PathPart, Refused> {
    match json::parse(text) {
        Ok(Value::String(key)) => Ok(PathPart::Key(key)),
        Ok(value) => {
            let index = value.as_u64().and_then(|index| usize::try_from(index).ok());
            index.map(PathPart::Index).ok_or_else(Refused::malformed)
        }
        Err(_) => Err(Refused::malformed()),
    }
}

fn text_of(text: &[u8]) -> Result<String, Refused> {
    match json::parse(text) {
        Ok(Value::String(text)) => Ok(text),
        _ => Err(Refused::malformed()),
    }
}
