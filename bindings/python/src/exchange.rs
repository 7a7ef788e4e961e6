//! One request on its way through the core, from Python's side.

use std::fmt::Write as _;
use std::sync::Arc;

use mizan_core::dispatch::message::{Failure, GuardOutcome, Invocation, Level, LogLine, Outcome, Request, Response};
use mizan_runtime::{Drive, HostStep};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyTuple};

use crate::application::Frozen;
use crate::arguments::Files;
use crate::bell::Bell;
use crate::late::{Deferred, Late};
use crate::outcome::{Unread, invalidations};
use crate::{arguments, outcome};

// The first item of each step, as `_core.pyi` has them.
const IDENTIFY: u8 = 0;
const GUARD: u8 = 1;
const INVOKE: u8 = 2;
const REPLY: u8 = 3;
const PERMISSIONS: u8 = 4;
const WAIT: u8 = 5;

/// One request on its way to its reply.
#[pyclass(module = "mizan._core")]
pub(crate) struct Exchange {
    app: Arc<Frozen>,
    drive: Drive,
    /// What the bytes of its files stand in.
    body: Py<PyBytes>,
    unfit: Vec<Unfit>,
    /// What callers are told as the id of an error.
    nonce: u64,
    /// What could not be read of the answers to the steps.
    unread: Vec<LogLine>,
}

impl Exchange {
    #[expect(clippy::too_many_arguments, reason = "as `Application.open`")]
    pub(crate) fn open<'py>(
        py: Python<'py>,
        app: &Arc<Frozen>,
        method: &str,
        path: &str,
        query: &[u8],
        headers: &Bound<'py, PyAny>,
        body: &Bound<'py, PyBytes>,
        nonce: u64,
        now: u64,
        secure: bool,
        uncached: bool,
        varies: bool,
        random: Option<[u8; 16]>,
    ) -> PyResult<(Bound<'py, Self>, Bound<'py, PyTuple>)> {
        let held = app.headers.of_request(headers)?;
        let headers: PyResult<Vec<_>> = held.iter().map(|(name, value)| Ok((*name, value.as_bytes()?))).collect();
        let headers = headers?;
        let request = Request { method, path, query, headers: &headers, body: body.as_bytes(), nonce, now, secure };
        let deployment = &app.deployment;
        let drive = if uncached { deployment.open_deferred(&request) } else { deployment.open(&request) };
        let drive = drive.varying(varies).drawing(random);
        let mut exchange = Self {
            app: Arc::clone(app),
            drive,
            body: body.clone().unbind(),
            unfit: Vec::new(),
            nonce,
            unread: Vec::new(),
        };
        let step = exchange.step(py)?;
        Ok((Bound::new(py, exchange)?, step))
    }

    fn step<'py>(&mut self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        loop {
            match self.drive.step() {
                HostStep::Wait => return (WAIT,).into_pyobject(py),
                HostStep::Permissions(sub) => return (PERMISSIONS, sub).into_pyobject(py),
                HostStep::Identify => return (IDENTIFY,).into_pyobject(py),
                HostStep::Guard(calls) => {
                    let calls: Vec<_> = calls.iter().map(|call| (call.function, call.guard.as_str())).collect();
                    return (GUARD, calls).into_pyobject(py);
                }
                HostStep::Invoke(invocations) => {
                    let Some((calls, unfit)) = calls(py, &self.app, invocations, self.body.bind(py))? else {
                        self.drive.check();
                        continue;
                    };
                    if !calls.is_empty() {
                        self.unfit = unfit;
                        return (INVOKE, calls).into_pyobject(py);
                    }
                    self.drive.returned(unfit.into_iter().filter_map(|(_, outcome)| outcome));
                }
                HostStep::Reply(_) => break,
            }
        }
        let mut log = std::mem::take(&mut self.unread);
        log.extend(self.drive.take_log());
        match self.drive.step() {
            HostStep::Reply(response) => reply(py, &self.app, response, &log),
            _ => Err(PyRuntimeError::new_err("a reply was taken back")),
        }
    }

    /// Logs what cannot be read: what was asked, at which function if it was one, and why. The rest of the request goes on.
    fn note_unread(&mut self, function: Option<usize>, what: &str, error: &PyErr) {
        let mut text = String::new();
        if let Some((model, frozen)) = function.and_then(|index| self.app.core().function(index)) {
            if let Some(source) = &frozen.source {
                let _ = write!(text, "{}:{}: ", source.file, source.line);
            }
            let _ = write!(text, "{}: ", model.name);
        }
        let _ = write!(text, "{what} cannot be read: {error} (id {:016x})", self.nonce);
        self.unread.push(LogLine { level: Level::Error, text });
    }

    /// What was answered, or a failure where that cannot be read.
    fn readable<T>(&mut self, what: &str, read: PyResult<Result<T, Failure>>) -> Result<T, Failure> {
        read.unwrap_or_else(|error| {
            self.note_unread(None, what, &error);
            Err(Failure::Raised)
        })
    }
}

#[pymethods]
impl Exchange {
    /// Answers `Identify`; the next step.
    fn identified<'py>(&mut self, py: Python<'py>, caller: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyTuple>> {
        let caller = self.readable("identify: who asks", outcome::caller(caller));
        self.drive.identified(caller);
        self.step(py)
    }

    /// Answers `Permissions`; the next step.
    fn permitted<'py>(&mut self, py: Python<'py>, allowed: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyTuple>> {
        let allowed = self.readable("permissions: what is allowed", outcome::permissions(allowed));
        self.drive.permitted(allowed);
        self.step(py)
    }

    /// Who asks, as far as that was asked for.
    fn identity(&self) -> Option<Asking<'_>> {
        let identity = self.drive.identity()?;
        let permissions = identity.permissions.iter().map(String::as_str).collect();
        let session = identity.session.as_deref();
        Some((&identity.sub, identity.staff, identity.superuser, permissions, session, identity.proof.name()))
    }

    /// After `Wait`: has `wake` called, on any thread, when there is an answer; true if there is one already.
    fn wake(&self, wake: Py<PyAny>) -> bool {
        self.drive.expect(move || {
            Python::attach(|py| {
                if let Err(error) = wake.call0(py) {
                    error.write_unraisable(py, None);
                }
            });
        })
    }

    /// The same, with a bell that rings for `what`.
    fn ring(&self, bell: &Bound<'_, Bell>, what: Py<PyAny>) -> bool {
        let bell = Arc::clone(bell.get().held());
        self.drive.expect_here(move || bell.ring(what))
    }

    /// Members may answer by more than params and caller, as was found out while finding out who asks.
    fn vary(&mut self) {
        self.drive.vary();
    }

    /// After `Wait` and once woken: the next step.
    fn resume<'py>(&mut self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        self.step(py)
    }

    /// After `Wait`: waits for the answer, and the interpreter is free meanwhile; the next step.
    fn wait<'py>(&mut self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        py.detach(self.drive.wait());
        self.step(py)
    }

    /// After `Invoke`: what its functions may still change when nobody waits for them; None where nothing is kept.
    fn late(&self) -> Option<Late> {
        self.drive.late().map(Late::new)
    }

    /// What is to be taken away once the transaction is committed that it was opened in; None where it is in none.
    fn deferred(&self) -> Option<Deferred> {
        self.drive.deferred().cloned().map(Deferred::new)
    }

    /// Gives the request up, of which nobody will answer a step any more: whoever waits for what it was filling loads for
    /// itself, what it holds is free when its time is over, and what its functions had named by then is taken away with what
    /// they declare (STORE-7). Lines to log. Dropping it does not do the last, and a host whose exceptions refer to
    /// themselves drops it late.
    fn abandon(&mut self, py: Python<'_>, targets: &Bound<'_, PyAny>) -> Vec<(bool, String)> {
        let announced = invalidations(targets);
        let mut log = std::mem::take(&mut self.unread);
        log.extend(py.detach(|| self.drive.abandon(&announced)));
        owned_lines(&log)
    }

    /// Answers `Guard`, in order; the next step.
    fn guarded<'py>(&mut self, py: Python<'py>, decisions: &Bound<'py, PyList>) -> PyResult<Bound<'py, PyTuple>> {
        let read = |value: Bound<'py, PyAny>| match outcome::decision(&value) {
            Ok(decision) => decision,
            Err(error) => {
                self.note_unread(None, "what a guard decided", &error);
                GuardOutcome::Failed(Failure::Raised)
            }
        };
        let decisions = decisions.iter().map(read).collect();
        self.drive.guarded(decisions);
        self.step(py)
    }

    /// Answers `Invoke`, in order; the next step.
    fn returned<'py>(&mut self, py: Python<'py>, outcomes: &Bound<'py, PyList>) -> PyResult<Bound<'py, PyTuple>> {
        let mut returned = outcomes.iter();
        let mut merged = Vec::with_capacity(self.unfit.len());
        for (function, unfit) in std::mem::take(&mut self.unfit) {
            merged.push(match unfit {
                Some(outcome) => outcome,
                None => match returned.next().map(|value| outcome::outcome(&value)) {
                    Some(Ok(outcome)) => outcome,
                    Some(Err(Unread { error, announced })) => {
                        self.note_unread(Some(function), "its outcome", &error);
                        Outcome::Failed { failure: Failure::Raised, announced }
                    }
                    None => Failure::Raised.into(),
                },
            });
        }
        self.drive.returned(merged);
        self.step(py)
    }
}

/// Who asks: `sub`, `staff`, `superuser`, permissions, session, proof.
type Asking<'a> = (&'a str, bool, bool, Vec<&'a str>, Option<&'a str>, &'a str);

/// An index is a short number, which Python makes faster.
type Calls<'py> = Vec<(u32, Bound<'py, PyAny>, f64)>;

/// An invocation that the core asked for: its function, and the outcome where Python has no object for its arguments.
type Unfit = (usize, Option<Outcome>);

/// The functions to run with their arguments as Python objects, and the outcomes of those whose arguments are valid
/// but beyond what Python's types hold, such as the year 0. Nothing where the core has to look at some of them first.
fn calls<'py>(
    py: Python<'py>,
    app: &Frozen,
    invocations: &[Invocation],
    body: &Bound<'py, PyBytes>,
) -> PyResult<Option<(Calls<'py>, Vec<Unfit>)>> {
    let mut calls = Vec::with_capacity(invocations.len());
    let mut unfit = Vec::with_capacity(invocations.len());
    for Invocation { function, args, is_raw, files, timeout_ms } in invocations {
        let arguments = if *is_raw {
            let Some(arguments) = arguments::read(py, app, *function, args) else { return Ok(None) };
            Ok(arguments)
        } else {
            arguments::decode(py, app, *function, args, Some(Files { held: files, body }))?
        };
        match arguments {
            Ok(arguments) => {
                calls.push((*function as u32, arguments, f64::from(*timeout_ms) / 1000.0));
                unfit.push((*function, None));
            }
            Err(problem) => unfit.push((*function, Some(problem.into()))),
        }
    }
    Ok(Some((calls, unfit)))
}

/// Lines to log: whether it is an error, and the text.
pub(crate) fn lines(log: &[LogLine]) -> Vec<(bool, &str)> {
    log.iter().map(|line| (line.level == Level::Error, line.text.as_str())).collect()
}

/// The same, for what no step is handed out with.
pub(crate) fn owned_lines(log: &[LogLine]) -> Vec<(bool, String)> {
    lines(log).into_iter().map(|(is_error, text)| (is_error, text.to_owned())).collect()
}

fn reply<'py>(py: Python<'py>, app: &Frozen, response: &Response, log: &[LogLine]) -> PyResult<Bound<'py, PyTuple>> {
    let headers = app.headers.of_reply(py, &response.headers)?;
    let log = lines(log);
    (REPLY, response.status, headers, PyBytes::new(py, &response.body), log).into_pyobject(py)
}
