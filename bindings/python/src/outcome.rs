//! What Python hands back: outcomes of functions, decisions of guards, callers.
//!
//! Their forms stand in `python/mizan/_core.pyi`. What they hold is the application's: a message may be no text and a
//! number may be too large, so that each is read by itself, and one that cannot be read is a failure of its function.

use mizan_core::dispatch::message::{Computed, Failure, GuardOutcome, Invalidation, Outcome};
use mizan_core::error::code::ErrorCode;
use mizan_core::error::detail::PathPart;
use mizan_core::identity::{Identity, Proof};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyString, PyTuple};

use crate::encode::Checked;

/// Its kind, the result, the computed params, and targets.
type Returned<'py> = (String, Bound<'py, PyAny>, Option<Bound<'py, PyBytes>>, Bound<'py, PyAny>);
/// Its kind, how it ended, and targets.
type Announced<'py> = (String, Bound<'py, PyTuple>, Bound<'py, PyAny>);
/// A name and the params that narrow it.
type Target<'py> = (Bound<'py, PyString>, Option<Bound<'py, PyBytes>>);
/// Where an argument is invalid, and why.
type Entry<'py> = (Vec<Bound<'py, PyAny>>, String);

/// An outcome that cannot be read: why, and what its function had named by `invalidate()` all the same.
pub(crate) struct Unread {
    pub error: PyErr,
    pub announced: Vec<Invalidation>,
}

/// Reads the outcome of one function.
pub(crate) fn outcome(value: &Bound<'_, PyAny>) -> Result<Outcome, Unread> {
    match value.cast_exact::<PyTuple>() {
        Ok(form) => ended(form).map_err(|error| Unread { error, announced: named_in(form) }),
        Err(_) => returned(value, Computed::default()).map_err(|error| Unread { error, announced: Vec::new() }),
    }
}

fn ended(form: &Bound<'_, PyTuple>) -> PyResult<Outcome> {
    match kind(form)?.as_str() {
        "returned" => {
            let (_, result, params, targets): Returned<'_> = form.extract()?;
            returned(&result, computed(params, &targets))
        }
        "responded" => {
            let (_, response, params, targets): Returned<'_> = form.extract()?;
            let status = response.getattr("status_code")?.extract()?;
            Ok(Outcome::Responded { status, computed: computed(params, &targets) })
        }
        "announced" => {
            let (_, ended, targets): Announced<'_> = form.extract()?;
            failed(&ended, invalidations(&targets))
        }
        _ => failed(form, Vec::new()),
    }
}

/// The targets of a form, whatever the rest of it is.
fn named_in(form: &Bound<'_, PyTuple>) -> Vec<Invalidation> {
    let place = match kind(form).as_deref() {
        Ok("returned" | "responded") => 3,
        Ok("announced") => 2,
        _ => return Vec::new(),
    };
    form.get_item(place).map_or_else(|_| vec![everything(UNREADABLE)], |targets| invalidations(&targets))
}

/// The outcome of a function that did not return, which had named these targets.
fn failed(form: &Bound<'_, PyTuple>, announced: Vec<Invalidation>) -> PyResult<Outcome> {
    match kind(form)?.as_str() {
        "timed_out" => Ok(Outcome::TimedOut { announced }),
        _ => Ok(Outcome::Failed { failure: failure(form)?, announced }),
    }
}

fn computed(params: Option<Bound<'_, PyBytes>>, targets: &Bound<'_, PyAny>) -> Computed {
    Computed { params: text(params), invalidations: invalidations(targets) }
}

/// Reads what was named by `invalidate()`. A name that is no text is that of no context, so that the core takes away
/// everything for it, and logs it (SCOPE-7); the names beside it hold.
pub(crate) fn invalidations(targets: &Bound<'_, PyAny>) -> Vec<Invalidation> {
    let Ok(targets) = targets.try_iter() else { return vec![everything(UNREADABLE)] };
    let read = |target: PyResult<Bound<'_, PyAny>>| match target.and_then(|target| target.extract::<Target<'_>>()) {
        Ok((name, params)) => match name.to_str() {
            Ok(name) => Invalidation { name: name.to_owned(), params: text(params) },
            Err(_) => everything(&name.to_string_lossy()),
        },
        Err(_) => everything(UNREADABLE),
    };
    targets.map(read).collect()
}

/// What no context is called: names are ASCII.
const UNREADABLE: &str = "\u{fffd}";

fn everything(name: &str) -> Invalidation {
    Invalidation { name: name.to_owned(), params: None }
}

/// The outcome of a function that returned: with text that its encoder checked, or that the core has yet to check.
fn returned(result: &Bound<'_, PyAny>, computed: Computed) -> PyResult<Outcome> {
    if let Ok(checked) = result.cast_exact::<Checked>() {
        return Ok(Outcome::Checked { result: checked.get().text.clone(), computed });
    }
    Ok(Outcome::Returned { result: result.cast::<PyBytes>()?.as_bytes().to_vec(), computed })
}

/// Reads what a guard decided.
pub(crate) fn decision(value: &Bound<'_, PyAny>) -> PyResult<GuardOutcome> {
    match value.cast::<PyBool>() {
        Ok(allowed) if allowed.is_true() => Ok(GuardOutcome::Allowed),
        Ok(_) => Ok(GuardOutcome::Refused),
        Err(_) => failure(value.cast()?).map(GuardOutcome::Failed),
    }
}

/// Reads who asks.
pub(crate) fn caller(value: &Bound<'_, PyAny>) -> PyResult<Result<Option<Identity>, Failure>> {
    if value.is_none() {
        return Ok(Ok(None));
    }
    match value.extract::<(String, bool, bool, Option<Vec<String>>, Option<String>)>() {
        Ok((sub, staff, superuser, permissions, session)) => {
            let is_partial = permissions.is_none();
            let permissions = permissions.unwrap_or_default();
            Ok(Ok(Some(Identity { sub, staff, superuser, permissions, is_partial, session, proof: Proof::Session })))
        }
        Err(_) => failure(value.cast()?).map(Err),
    }
}

/// Reads what the caller whom a token names is allowed.
pub(crate) fn permissions(value: &Bound<'_, PyAny>) -> PyResult<Result<Option<Vec<String>>, Failure>> {
    if value.is_none() {
        return Ok(Ok(None));
    }
    // A failure is a tuple, and may hold nothing but text as well.
    match value.cast::<PyTuple>() {
        Ok(form) => failure(form).map(Err),
        Err(_) => Ok(Ok(Some(value.extract()?))),
    }
}

fn failure(form: &Bound<'_, PyTuple>) -> PyResult<Failure> {
    match kind(form)?.as_str() {
        "protocol" => {
            let (_, code, message, retry_after): (String, String, Option<String>, Option<u32>) = form.extract()?;
            let code = ErrorCode::from_name(&code)
                .ok_or_else(|| PyValueError::new_err(format!("{code} is no code of the protocol")))?;
            Ok(Failure::Protocol { code, message, retry_after })
        }
        "declared" => {
            let (_, code, message, data): (String, String, String, Option<Bound<'_, PyBytes>>) = form.extract()?;
            Ok(Failure::Declared { code, message, data: text(data) })
        }
        "invalid" => {
            let (_, entries): (String, Vec<Entry<'_>>) = form.extract()?;
            let read = |(path, message): Entry<'_>| Ok((path.iter().map(path_part).collect::<PyResult<_>>()?, message));
            Ok(Failure::Invalid(entries.into_iter().map(read).collect::<PyResult<_>>()?))
        }
        "raised" => Ok(Failure::Raised),
        other => Err(PyValueError::new_err(format!("{other:?} is no outcome"))),
    }
}

fn text(bytes: Option<Bound<'_, PyBytes>>) -> Option<Vec<u8>> {
    bytes.map(|bytes| bytes.as_bytes().to_vec())
}

fn kind(form: &Bound<'_, PyTuple>) -> PyResult<String> {
    form.get_item(0)?.extract()
}

fn path_part(part: &Bound<'_, PyAny>) -> PyResult<PathPart> {
    match part.extract::<usize>() {
        Ok(index) => Ok(PathPart::Index(index)),
        Err(_) => part.extract().map(PathPart::Key),
    }
}
