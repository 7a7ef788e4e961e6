//! The host of an exchange case: who asks, what guards say and how functions end, as the case tells it.

use mizan_core::dispatch::message::{Computed, Invalidation};
use mizan_core::dispatch::{Failure, GuardOutcome, Outcome};
use mizan_core::error::code::ErrorCode;
use mizan_core::error::detail::PathPart;
use mizan_core::identity::Identity;
use mizan_core::value::{Value, json};

use crate::case::{Input, Refused};

const MOST_LETTERS: usize = 4 << 20;

/// What a host does, by name.
pub(crate) struct Host {
    pub caller: Result<Option<Identity>, Failure>,
    /// What the caller whom a token names is allowed; `None` where nobody can tell.
    pub permissions: Result<Option<Vec<String>>, Failure>,
    guards: Vec<(String, GuardOutcome)>,
    outcomes: Vec<(String, Outcome)>,
}

impl Host {
    /// The members of `input` that say what a host does.
    pub(crate) const MEMBERS: [&str; 4] = ["guards", "identity", "outcomes", "permissions"];

    pub(crate) fn read(case: &Input<'_>) -> Result<Self, Refused> {
        Ok(Self {
            caller: case.find("identity").map_or(Ok(Ok(None)), caller)?,
            permissions: case.find("permissions").map_or(Ok(Ok(None)), allowed)?,
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
        found(&self.outcomes, name).unwrap_or_else(|| Failure::Raised.into())
    }
}

fn found<T: Clone>(held: &[(String, T)], name: &str) -> Option<T> {
    held.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
}

fn named<T>(
    case: &Input<'_>,
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
    // What is null is left open (AUTH-15).
    let is_partial = held.find("permissions") == Some(b"null");
    let is_told = !is_partial && held.find("permissions").is_some();
    let permissions = if is_told { held.texts("permissions")? } else { Vec::new() };
    let session = if held.find("session").is_some() { Some(held.text("session")?) } else { None };
    let (staff, superuser) = (held.flag("staff")?, held.flag("superuser")?);
    Ok(Ok(Some(Identity {
        sub: held.text("sub")?,
        staff,
        superuser,
        permissions,
        is_partial,
        session,
        ..Identity::default()
    })))
}

/// `null`, a list of permissions, or how finding them failed.
fn allowed(text: &[u8]) -> Result<Result<Option<Vec<String>>, Failure>, Refused> {
    match json::parse(text).map_err(|_| Refused::malformed())? {
        Value::Null => Ok(Ok(None)),
        Value::List(items) => {
            let text = |item: &Value| item.as_str().map(str::to_owned).ok_or_else(Refused::malformed);
            Ok(Ok(Some(items.iter().map(text).collect::<Result<_, _>>()?)))
        }
        _ => failure(&Input::of(text)?)?.map(Err).ok_or_else(Refused::malformed),
    }
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
    let invalidations = match held.find("invalidate") {
        None => Vec::new(),
        Some(_) => held.items("invalidate")?.into_iter().map(invalidation).collect::<Result<_, _>>()?,
    };
    if held.find("timed_out") == Some(b"true") {
        return Ok(Outcome::TimedOut { announced: invalidations });
    }
    if let Some(failure) = failure(&held)? {
        return Ok(Outcome::Failed { failure, announced: invalidations });
    }
    let result = match (held.find("text"), held.find("letters")) {
        (Some(_), _) => held.text("text")?.into_bytes(),
        (None, Some(_)) => letters(held.integer("letters")?)?,
        (None, None) => held.raw("result")?.to_vec(),
    };
    let params = held.find("params").map(<[u8]>::to_vec);
    Ok(Outcome::Returned { result, computed: Computed { params, invalidations } })
}

/// A text of so many letters, where the text itself would be too large for a case.
fn letters(count: i64) -> Result<Vec<u8>, Refused> {
    let count = usize::try_from(count).ok().filter(|count| *count <= MOST_LETTERS).ok_or_else(Refused::malformed)?;
    Ok(format!("\"{}\"", "x".repeat(count)).into_bytes())
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
