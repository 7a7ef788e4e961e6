//! One request on its way through the core, from Python's side.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use mizan_core::dispatch;
use mizan_core::dispatch::message::{Failure, Invocation, Level, LogLine, Outcome, Request, Response, Step};
use mizan_core::error::code::{ErrorCode, ErrorReply};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyTuple};

use crate::application::Frozen;
use crate::arguments::Files;
use crate::{arguments, outcome};

// The first item of each step, as `_core.pyi` has them.
const IDENTIFY: u8 = 0;
const GUARD: u8 = 1;
const INVOKE: u8 = 2;
const REPLY: u8 = 3;

type Header<'py> = (Bound<'py, PyBytes>, Bound<'py, PyBytes>);

/// One request on its way to its reply.
#[pyclass(module = "mizan._core")]
pub(crate) struct Exchange {
    app: Arc<Frozen>,
    /// `None` once the core gave up on it.
    core: Option<dispatch::Exchange>,
    nonce: u64,
    /// What the bytes of its files stand in.
    body: Py<PyBytes>,
    /// For each invocation that the core asked for: the outcome, where Python has no object for its arguments.
    unfit: Vec<Option<Outcome>>,
}

impl Exchange {
    #[expect(clippy::too_many_arguments, reason = "as `Application.open`")]
    pub(crate) fn open<'py>(
        py: Python<'py>,
        app: &Arc<Frozen>,
        method: &str,
        path: &str,
        query: &[u8],
        headers: &[Header<'py>],
        body: &Bound<'py, PyBytes>,
        nonce: u64,
    ) -> PyResult<(Bound<'py, Self>, Bound<'py, PyTuple>)> {
        let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes())).collect();
        let request = Request { method, path, query, headers: &headers, body: body.as_bytes(), nonce };
        let core = catch_unwind(AssertUnwindSafe(|| dispatch::Exchange::open(&app.core, &request))).ok();
        let mut exchange = Self { app: Arc::clone(app), core, nonce, body: body.clone().unbind(), unfit: Vec::new() };
        let step = exchange.step(py)?;
        Ok((Bound::new(py, exchange)?, step))
    }

    /// Lets the core take an answer. A panic in it is an error of this one request, never of the process.
    fn advance<'py>(
        &mut self,
        py: Python<'py>,
        answer: impl FnOnce(&mut dispatch::Exchange),
    ) -> PyResult<Bound<'py, PyTuple>> {
        if let Some(core) = &mut self.core
            && catch_unwind(AssertUnwindSafe(|| answer(core))).is_err()
        {
            self.core = None;
        }
        self.step(py)
    }

    fn step<'py>(&mut self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        catch_unwind(AssertUnwindSafe(|| self.next_step(py))).unwrap_or_else(|_| self.broken(py))
    }

    fn next_step<'py>(&mut self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        loop {
            let Some(core) = &mut self.core else { return self.broken(py) };
            match core.step() {
                Step::Identify => return (IDENTIFY,).into_pyobject(py),
                Step::Guard(calls) => {
                    let calls: Vec<_> = calls.iter().map(|call| (call.function, call.guard.as_str())).collect();
                    return (GUARD, calls).into_pyobject(py);
                }
                Step::Invoke(invocations) => {
                    let (calls, unfit) = calls(py, &self.app, invocations, self.body.bind(py))?;
                    if calls.is_empty() {
                        core.returned(unfit.into_iter().flatten().collect());
                        continue;
                    }
                    self.unfit = unfit;
                    return (INVOKE, calls).into_pyobject(py);
                }
                Step::Reply(_) => break,
            }
        }
        let Some(core) = &mut self.core else { return self.broken(py) };
        let log = core.take_log();
        match core.step() {
            Step::Reply(response) => reply(py, response, &log),
            _ => self.broken(py),
        }
    }

    /// The reply where the core itself failed.
    fn broken<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let id = format!("{:016x}", self.nonce);
        let mut body = b"{\"error\":".to_vec();
        ErrorReply { id: Some(id.clone()), ..ErrorReply::new(ErrorCode::Internal) }.write(&mut body);
        body.push(b'}');
        let headers = vec![
            ("cache-control", "no-store".to_owned()),
            ("x-content-type-options", "nosniff".to_owned()),
            ("x-mizan-contract", self.app.core.digest().to_owned()),
            ("content-type", "application/json".to_owned()),
            ("content-length", body.len().to_string()),
        ];
        let line = LogLine { level: Level::Error, text: format!("mizan's core failed, please report it (id {id})") };
        reply(py, &Response { status: ErrorCode::Internal.status(), headers, body }, &[line])
    }
}

#[pymethods]
impl Exchange {
    /// Answers `Identify`; the next step.
    fn identified<'py>(&mut self, py: Python<'py>, caller: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyTuple>> {
        let caller = outcome::caller(caller)?;
        self.advance(py, |core| core.identified(caller))
    }

    /// Answers `Guard`, in order; the next step.
    fn guarded<'py>(&mut self, py: Python<'py>, decisions: &Bound<'py, PyList>) -> PyResult<Bound<'py, PyTuple>> {
        let decisions = decisions.iter().map(|value| outcome::decision(&value)).collect::<PyResult<_>>()?;
        self.advance(py, |core| core.guarded(decisions))
    }

    /// Answers `Invoke`, in order; the next step.
    fn returned<'py>(&mut self, py: Python<'py>, outcomes: &Bound<'py, PyList>) -> PyResult<Bound<'py, PyTuple>> {
        let mut returned = outcomes.iter();
        let mut merged = Vec::with_capacity(self.unfit.len());
        for unfit in std::mem::take(&mut self.unfit) {
            merged.push(match unfit {
                Some(outcome) => outcome,
                None => match returned.next() {
                    Some(value) => outcome::outcome(&value)?,
                    None => Outcome::Failed(Failure::Raised),
                },
            });
        }
        self.advance(py, |core| core.returned(merged))
    }
}

type Calls<'py> = Vec<(usize, Bound<'py, PyAny>, f64)>;

/// The functions to run with their arguments as Python objects, and the outcomes of those whose arguments are valid
/// but beyond what Python's types hold, such as the year 0.
fn calls<'py>(
    py: Python<'py>,
    app: &Frozen,
    invocations: &[Invocation],
    body: &Bound<'py, PyBytes>,
) -> PyResult<(Calls<'py>, Vec<Option<Outcome>>)> {
    let mut calls = Vec::with_capacity(invocations.len());
    let mut unfit = Vec::with_capacity(invocations.len());
    for Invocation { function, args, files, timeout_ms } in invocations {
        let files = Files { held: files, body };
        match arguments::decode(py, &app.core, &app.keys, *function, args, &files)? {
            Ok(arguments) => {
                calls.push((*function, arguments, f64::from(*timeout_ms) / 1000.0));
                unfit.push(None);
            }
            Err(problem) => unfit.push(Some(Outcome::Failed(problem))),
        }
    }
    Ok((calls, unfit))
}

fn reply<'py>(py: Python<'py>, response: &Response, log: &[LogLine]) -> PyResult<Bound<'py, PyTuple>> {
    let header =
        |(name, value): &(&str, String)| (PyBytes::new(py, name.as_bytes()), PyBytes::new(py, value.as_bytes()));
    let headers: Vec<_> = response.headers.iter().map(header).collect();
    let log: Vec<_> = log.iter().map(|line| (line.level == Level::Error, line.text.as_str())).collect();
    (REPLY, response.status, headers, PyBytes::new(py, &response.body), log).into_pyobject(py)
}
