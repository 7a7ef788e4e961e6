//! One function of a request on its way from guard to result.

use std::borrow::Cow;
use std::fmt::Write;

use super::args::Args;
use super::message::{Failure, LogLine, Outcome, UploadedFile};
use crate::dispatch::message::Level;
use crate::error::code::{ErrorCode, ErrorReply};
use crate::error::detail::{Detail, PathPart};
use crate::invalidation::scope::{Computed, Invalidation};
use crate::ir::program::{Direction, Refusal};
use crate::registry::Application;

/// The first part of a detail's path: where the input stood.
pub(super) const ARGS: &str = "args";
/// The same for the query of a bundle.
pub(super) const PARAMS: &str = "params";

#[derive(Debug)]
pub(super) struct Task {
    pub function: usize,
    pub args: Args,
    /// The files that stand in the args.
    pub files: Vec<UploadedFile>,
    /// Whether it answers a page, and may do so with a response of the host's own.
    pub page: bool,
    /// Whether the host was asked to run it.
    pub invoked: bool,
    /// What it had named by `invalidate()` when it failed.
    pub announced: Vec<Invalidation>,
    pub state: State,
}

#[derive(Debug)]
pub(super) enum State {
    /// Not run yet.
    Waiting,
    /// It returned this canonical JSON.
    Returned(Vec<u8>, Computed),
    /// It answered with a response of the host's own, of this status.
    Responded(u16, Computed),
    Failed(ErrorReply),
}

impl Task {
    /// A task whose args have yet to come, or to be checked.
    pub(super) fn new(function: usize, args: Args) -> Self {
        Self {
            function,
            args,
            files: Vec::new(),
            page: false,
            invoked: false,
            announced: Vec::new(),
            state: State::Waiting,
        }
    }

    /// What its args say of what it makes stale, in canonical JSON.
    pub(super) fn narrowing(&self, app: &Application) -> Cow<'_, [u8]> {
        app.function(self.function).map_or(Cow::Borrowed(b"{}"), |(_, frozen)| self.args.narrowing(app, frozen))
    }

    pub(super) fn is_waiting(&self) -> bool {
        matches!(self.state, State::Waiting)
    }

    /// Whether the host was asked to run it, and has yet to answer.
    pub(super) fn is_running(&self) -> bool {
        self.invoked && self.is_waiting()
    }

    /// Whether it ran, and ended in a way that leaves open what it has changed (STORE-7).
    pub(super) fn is_unsure(&self) -> bool {
        if matches!(self.state, State::Responded(500.., _)) {
            return true;
        }
        let unsure = [ErrorCode::Internal, ErrorCode::Timeout];
        self.invoked
            && matches!(&self.state, State::Failed(error) if unsure.iter().any(|code| code.name() == error.code))
    }

    /// Whether it outran its limit, and may still be running.
    pub(super) fn has_timed_out(&self) -> bool {
        matches!(&self.state, State::Failed(error) if self.invoked && error.code == ErrorCode::Timeout.name())
    }

    pub(super) fn fail(&mut self, error: ErrorReply) {
        self.state = State::Failed(error);
    }

    /// Takes the host's outcome: checks and prints the result, or finds the error that the caller is told.
    pub(super) fn finish(&mut self, app: &Application, outcome: Outcome, place: &Place, log: &mut Vec<LogLine>) {
        let failed = match outcome {
            Outcome::Returned { result, computed } => match check_result(app, self.function, &result) {
                Ok(text) => {
                    self.state = State::Returned(text, computed);
                    return;
                }
                Err(problem) => {
                    self.announced = computed.invalidations;
                    place.internal(app, self.function, &problem, log)
                }
            },
            Outcome::Checked { result, computed } => {
                self.state = State::Returned(result, computed);
                return;
            }
            Outcome::Responded { status, computed } if self.page => {
                self.announced.clone_from(&computed.invalidations);
                self.state = State::Responded(status, computed);
                return;
            }
            Outcome::Responded { computed, .. } => {
                self.announced = computed.invalidations;
                place.internal(app, self.function, "it returned a response, and only a page is one", log)
            }
            Outcome::Failed { failure, announced } => {
                self.announced = announced;
                failed(app, self.function, failure, place, log)
            }
            Outcome::TimedOut { announced } => {
                self.announced = announced;
                let limit = app.function(self.function).map_or(0, |(_, frozen)| frozen.timeout_ms);
                let problem = format!("it ran longer than its limit of {limit} ms");
                log.push(line(app, self.function, &problem, Level::Error));
                ErrorReply::new(ErrorCode::Timeout)
            }
        };
        self.state = State::Failed(failed);
    }
}

/// What a task's errors need to know of the request around it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// The request's.
    pub nonce: u64,
    /// [`ARGS`] or [`PARAMS`].
    pub root: &'static str,
}

/// The id of the request with that nonce.
pub(super) fn id(nonce: u64) -> String {
    format!("{nonce:016x}")
}

impl Place {
    /// An `INTERNAL` error; the caller learns its id, the log the rest (ERR-9).
    fn internal(&self, app: &Application, function: usize, problem: &str, log: &mut Vec<LogLine>) -> ErrorReply {
        let id = id(self.nonce);
        log.push(line(app, function, &format!("{problem} (id {id})"), Level::Error));
        ErrorReply { id: Some(id), ..ErrorReply::new(ErrorCode::Internal) }
    }
}

/// A log line that names the function and where it was declared.
pub(super) fn line(app: &Application, function: usize, problem: &str, level: Level) -> LogLine {
    let text = match app.function(function) {
        Some((model, frozen)) => match &frozen.source {
            Some(source) => format!("{}:{}: {}: {problem}", source.file, source.line, model.name),
            None => format!("{}: {problem}", model.name),
        },
        None => problem.to_owned(),
    };
    LogLine { level, text }
}

fn check_result(app: &Application, function: usize, result: &[u8]) -> Result<Vec<u8>, String> {
    let Some((_, frozen)) = app.function(function) else { return Err("there is no such function".to_owned()) };
    let mut out = Vec::new();
    match app.program().transcode(frozen.output, result, Direction::Output, &[], &mut out) {
        Ok(()) => Ok(out),
        Err(refusal) => Err(format!("the result does not fit its type: {}", explain(refusal))),
    }
}

/// A refused output for the log: at most three details, each with its path.
fn explain(refusal: Refusal) -> String {
    match refusal {
        Refusal::Malformed(error) => error.to_string(),
        Refusal::BadQuery(problem) => problem.to_owned(),
        Refusal::Invalid(mut details) => {
            details.sort();
            let more = details.len().saturating_sub(3);
            let mut text = details.iter().take(3).map(describe).collect::<Vec<_>>().join("; ");
            if more > 0 {
                // Writing to a String does not fail.
                let _ = write!(text, "; and {more} more");
            }
            text
        }
    }
}

fn describe(detail: &Detail) -> String {
    let mut place = String::from("result");
    for part in &detail.path {
        match part {
            PathPart::Key(key) => {
                place.push('.');
                place.push_str(key);
            }
            PathPart::Index(index) => {
                let _ = write!(place, "[{index}]");
            }
        }
    }
    format!("{place}: {}", detail.message)
}

/// The error that a caller is told for what a function or a guard raised (ERR-7 to ERR-9, ERR-11).
pub(super) fn failed(
    app: &Application,
    function: usize,
    failure: Failure,
    place: &Place,
    log: &mut Vec<LogLine>,
) -> ErrorReply {
    match failure {
        Failure::Protocol { code: ErrorCode::Internal, .. } | Failure::Raised => {
            ErrorReply { id: Some(id(place.nonce)), ..ErrorReply::new(ErrorCode::Internal) }
        }
        Failure::Unreadable(problem) => place.internal(app, function, &problem, log),
        Failure::Protocol { code, message, retry_after } => {
            let again = matches!(code, ErrorCode::RateLimited | ErrorCode::Unavailable);
            ErrorReply {
                retry_after: if again { retry_after.or(Some(1)) } else { None },
                ..ErrorReply::with_message(code, message.unwrap_or_else(|| code.message().to_owned()))
            }
        }
        Failure::Declared { code, message, data } => match declared(app, function, &code, data.as_deref()) {
            Ok((status, data)) => {
                ErrorReply { code, status, data, ..ErrorReply::with_message(ErrorCode::Conflict, message) }
            }
            Err(problem) => place.internal(app, function, &problem, log),
        },
        Failure::Invalid(entries) => {
            let details = entries.into_iter().map(|(path, message)| {
                let path: Vec<PathPart> = std::iter::once(PathPart::Key(place.root.to_owned())).chain(path).collect();
                Detail::custom(message, path)
            });
            ErrorReply::validation(details.collect())
        }
    }
}

type DeclaredReply = (u16, Option<Vec<u8>>);

fn declared(app: &Application, function: usize, code: &str, data: Option<&[u8]>) -> Result<DeclaredReply, String> {
    let (model, frozen) = app.function(function).ok_or_else(|| "there is no such function".to_owned())?;
    let index = model
        .errors
        .iter()
        .position(|error| error.code == code)
        .ok_or_else(|| format!("it raised error {code}, which it does not declare: add it to `errors`"))?;
    let status = model.errors.get(index).map_or(400, |error| error.status);
    let shape = frozen.error_data.get(index).copied().flatten();
    match (shape, data) {
        (None, None) => Ok((status, None)),
        (None, Some(_)) => Err(format!("error {code} declares no data and was raised with some")),
        (Some(_), None) => Err(format!("error {code} was raised without its data")),
        (Some(shape), Some(data)) => {
            let mut out = Vec::new();
            match app.program().transcode(shape, data, Direction::Output, &[], &mut out) {
                Ok(()) => Ok((status, Some(out))),
                Err(refusal) => Err(format!("the data of error {code} does not fit its type: {}", explain(refusal))),
            }
        }
    }
}
