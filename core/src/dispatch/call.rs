//! The work of a call or a batch: which functions, what they made stale, what the client need not fetch again
//! (CALL-1 to CALL-7, BATCH-1 to BATCH-6, REFRESH-1 to REFRESH-5).

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::args::Args;
use super::envelope::{CallRequest, Envelope, RefreshRequest, bad_request};
use super::message::{Level, LogLine, Response};
use super::origin::{Holding, Purging};
use super::task::{ARGS, PARAMS, State, Task, line};
use super::{bundle, response, uploads};
use crate::cache::tags;
use crate::error::code::{ErrorCode, ErrorReply};
use crate::error::detail::PathPart;
use crate::invalidation::scope::{self, MergeTarget, Scoped};
use crate::invalidation::target::{Target, normalize};
use crate::ir::model::Function;
use crate::ir::program::{Direction, Refusal};
use crate::registry::Application;
use crate::upload::multipart::FilePart;
use crate::value::canonical;

#[derive(Debug)]
pub(super) struct CallWork {
    form: Form,
    entries: Vec<Entry>,
}

/// What the request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Call,
    Batch,
    Page {
        /// Whether only the headers are wanted.
        head: bool,
    },
}

/// One call of the request.
#[derive(Debug)]
struct Entry {
    /// Its task, or why it has none.
    task: Result<usize, ErrorReply>,
    files: Vec<FilePart>,
    refresh: Vec<RefreshRequest>,
    scoped: Scoped,
    /// What it had named when it ended in a way that leaves open what it has changed; no reply tells it.
    unsure: Vec<Target>,
    refreshed: Vec<Refreshed>,
}

/// A bundle that the call made stale and that is read again for the client.
#[derive(Debug)]
struct Refreshed {
    context: usize,
    /// Canonical JSON.
    params: Vec<u8>,
    /// The index of its first member's task; the others follow.
    first_task: usize,
}

impl CallWork {
    pub(super) fn open(app: &Application, envelope: Envelope) -> Result<(Self, Vec<Task>), ErrorReply> {
        let count = if let Envelope::Batch(calls) = &envelope { calls.len() } else { 1 };
        let mut tasks = Vec::with_capacity(count);
        let mut entries = Vec::with_capacity(count);
        let mut functions = 0;
        let mut enter = |call: CallRequest| {
            functions += 1 + members_to_refresh(app, &call.refresh);
            let CallRequest { function, args, files, refresh } = call;
            Entry::new(find(app, function, args, &mut tasks), files, refresh)
        };
        let form = match envelope {
            Envelope::Call(call) => {
                entries.push(enter(call));
                Form::Call
            }
            Envelope::Batch(calls) => {
                for call in calls {
                    entries.push(match call {
                        Ok(call) => enter(call),
                        Err(error) => Entry::new(Err(error), Vec::new(), Vec::new()),
                    });
                }
                Form::Batch
            }
        };
        let limit = app.limits().functions;
        if functions > limit as usize {
            return Err(bad_request(format!("a request runs at most {limit} functions")));
        }
        Ok((Self { form, entries }, tasks))
    }

    /// The work of a page: one call, whose args are query text (PAGE-3).
    pub(super) fn page(function: usize, query: Vec<u8>, head: bool) -> (Self, Vec<Task>) {
        let task = Task { page: true, ..Task::new(function, Args::Raw(query)) };
        (Self { form: Form::Page { head }, entries: vec![Entry::new(Ok(0), Vec::new(), Vec::new())] }, vec![task])
    }

    /// Where the args stood.
    pub(super) fn root(&self) -> &'static str {
        if matches!(self.form, Form::Page { .. }) { PARAMS } else { ARGS }
    }

    /// Checks the args of every waiting task, and prints them anew. Where the host `reads`, it does the first as it makes
    /// values of them, unless they have to be known before the function runs.
    pub(super) fn check(&mut self, app: &Application, tasks: &mut [Task], reads: bool) {
        let root = self.root();
        let is_page = matches!(self.form, Form::Page { .. });
        for entry in &mut self.entries {
            let Ok(index) = entry.task else { continue };
            let Some(task) = tasks.get_mut(index).filter(|task| task.is_waiting()) else { continue };
            let Some((model, frozen)) = app.function(task.function) else { continue };
            let Args::Raw(raw) = &task.args else { continue };
            if reads && !is_page && entry.files.is_empty() && !holds(app, model) {
                continue;
            }
            let mut args = Vec::new();
            let checked = if !entry.files.is_empty() {
                let files = std::mem::take(&mut entry.files);
                let root = [PathPart::Key(root.to_owned())];
                uploads::check(app.program(), frozen.input, raw, files, &root, &mut args)
            } else if is_page {
                app.program().query(frozen.input, raw, &[], &mut args).map(|()| Vec::new()).map_err(refused(root))
            } else {
                let checked = app.program().transcode(frozen.input, raw, Direction::Input, &[], &mut args);
                checked.map(|()| Vec::new()).map_err(refused(root))
            };
            match checked {
                Ok(files) => {
                    task.args = Args::Canonical(args);
                    task.files = files;
                }
                Err(error) => task.fail(error),
            }
        }
    }

    /// Narrows what each call that succeeded made stale, and what one that ended unclear had named (STORE-7).
    pub(super) fn scope(&mut self, app: &Application, tasks: &[Task], sub: Option<&str>, log: &mut Vec<LogLine>) {
        for entry in &mut self.entries {
            let Some(task) = entry.task.as_ref().ok().and_then(|index| tasks.get(*index)) else { continue };
            let warnings = if let State::Returned(_, computed) | State::Responded(..400, computed) = &task.state {
                entry.scoped = scope::scope(app, task.function, &task.narrowing(app), sub, computed);
                std::mem::take(&mut entry.scoped.warnings)
            } else if task.is_unsure() {
                let announced = scope::announced(app, &task.announced);
                entry.unsure = announced.targets;
                announced.warnings
            } else {
                continue;
            };
            log.extend(warnings.iter().map(|warning| line(app, task.function, warning, Level::Warning)));
        }
    }

    /// What to remove now that the functions have ended, and whether what was held is free; nothing where nothing was
    /// held and nothing is stale.
    pub(super) fn purging(
        &self,
        app: &Application,
        tasks: &[Task],
        sub: Option<&str>,
        held: &Holding,
    ) -> Option<Purging> {
        app.secrets().cache.as_ref()?;
        let mut stale = BTreeSet::new();
        for entry in &self.entries {
            let targets = tags::all_targets(&entry.scoped.targets, &entry.scoped.merges);
            stale.extend(tags::of_targets(app, targets.chain(&entry.unsure)));
            let task = entry.task.as_ref().ok().and_then(|index| tasks.get(*index));
            if let Some(task) = task.filter(|task| task.invoked && task.is_unsure()) {
                stale.extend(tags::declared(app, task.function, &task.narrowing(app), sub));
            }
        }
        let release = !tasks.iter().any(Task::has_timed_out);
        (!held.tags.is_empty() || !stale.is_empty()).then(|| Purging { tags: stale.into_iter().collect(), release })
    }

    /// The tasks that read again what the calls made stale and the client shows. Whatever is not a bundle of the
    /// application, or was not touched, is left out in silence.
    pub(super) fn plan_refresh(&mut self, app: &Application, mut next_task: usize) -> Vec<Task> {
        let mut tasks = Vec::new();
        for entry in self.entries.iter_mut().filter(|entry| !entry.refresh.is_empty()) {
            let stale: Vec<&Target> =
                entry.scoped.targets.iter().chain(entry.scoped.merges.iter().map(|merge| &merge.target)).collect();
            if stale.is_empty() {
                continue;
            }
            for wish in &entry.refresh {
                let Some(index) = app.context_index(&wish.context) else { continue };
                let Some((_, frozen)) = app.context(index) else { continue };
                let mut params = Vec::new();
                let checked = app.program().transcode(frozen.params, &wish.params, Direction::Input, &[], &mut params);
                if checked.is_err() || !stale.iter().any(|target| target.touches_bundle(&wish.context, &params)) {
                    continue;
                }
                let members = bundle::tasks(frozen, &params);
                entry.refreshed.push(Refreshed { context: index, params, first_task: next_task });
                next_task += members.len();
                tasks.extend(members);
            }
        }
        tasks
    }

    /// Fails all members of a bundle to refresh of which one is refused: as in a GET, none of them runs (AUTH-6, REFRESH-5).
    pub(super) fn spare(&self, app: &Application, tasks: &mut [Task]) {
        for refreshed in self.entries.iter().flat_map(|entry| &entry.refreshed) {
            let count = app.context(refreshed.context).map_or(0, |(_, frozen)| frozen.members.len());
            let end = refreshed.first_task.saturating_add(count);
            let members = tasks.get_mut(refreshed.first_task..end).unwrap_or_default();
            let refusal = members.iter().find_map(|task| match &task.state {
                State::Failed(error) => Some(error.clone()),
                _ => None,
            });
            if let Some(refusal) = refusal {
                members.iter_mut().filter(|task| task.is_waiting()).for_each(|task| task.fail(refusal.clone()));
            }
        }
    }

    /// Says of each failed call that the contract has changed, where that may explain it.
    pub(super) fn mark_contract(&mut self, tasks: &mut [Task], changed: bool) {
        for entry in &mut self.entries {
            match &mut entry.task {
                Ok(index) => {
                    if let Some(Task { state: State::Failed(error), .. }) = tasks.get_mut(*index) {
                        error.mark_contract(changed);
                    }
                }
                Err(error) => error.mark_contract(changed),
            }
        }
    }

    pub(super) fn reply(&self, app: &Application, tasks: &[Task]) -> Response {
        if let (Form::Page { head }, [entry]) = (self.form, self.entries.as_slice()) {
            return self.page_reply(app, entry, tasks, head);
        }
        let batch = self.form == Form::Batch;
        if let (false, [entry]) = (batch, self.entries.as_slice())
            && let Err(error) = entry.result(tasks)
        {
            return response::error(app, error, None);
        }
        let lengths = self.entries.iter().map(|entry| entry.result(tasks).map_or(0, |result| entry.length(result)));
        let around = if batch { self.entries.len() + 1 } else { 0 };
        // A vector that is full becomes shared bytes without another allocation.
        let mut body = Vec::with_capacity(lengths.sum::<usize>() + around);
        let mut retry_after = None;
        if batch {
            body.push(b'[');
        }
        for (index, entry) in self.entries.iter().enumerate() {
            if index > 0 {
                body.push(b',');
            }
            match entry.result(tasks) {
                Ok(result) => entry.write(app, tasks, result, &mut body),
                Err(error) => {
                    retry_after = retry_after.max(error.retry_after);
                    body.extend_from_slice(b"{\"error\":");
                    error.write(&mut body);
                    body.extend_from_slice(b",\"status\":");
                    canonical::write_integer(&mut body, i64::from(error.status));
                    body.push(b'}');
                }
            }
        }
        if batch {
            body.push(b']');
        }
        response::call(app, body, &self.stale(), retry_after)
    }

    /// The reply of a page (PAGE-6, PAGE-7).
    fn page_reply(&self, app: &Application, entry: &Entry, tasks: &[Task], head: bool) -> Response {
        if let Some(Task { state: State::Responded(status, _), .. }) = tasks.first() {
            return response::responded(app, *status, &self.stale());
        }
        let mut reply = match entry.result(tasks) {
            Ok(result) => response::call(app, result.to_vec(), &self.stale(), None),
            Err(error) => response::error(app, error, None),
        };
        if head {
            reply.body = bytes::Bytes::new();
        }
        reply
    }

    /// All that the header names, in normal form: also what the body splices, since no cache on the way can splice
    /// (HDR-4).
    fn stale(&self) -> Cow<'_, [Target]> {
        if let [Entry { scoped: Scoped { targets, merges, .. }, .. }] = self.entries.as_slice()
            && merges.is_empty()
        {
            return Cow::Borrowed(targets);
        }
        let all = self.entries.iter().flat_map(|entry| {
            let merged = entry.scoped.merges.iter().map(|merge| merge.target.clone());
            entry.scoped.targets.iter().cloned().chain(merged)
        });
        Cow::Owned(normalize(all.collect()))
    }
}

/// What to hold while the functions run; nothing where there is no origin cache or no declared target.
pub(super) fn holding(app: &Application, tasks: &[Task], sub: Option<&str>) -> Option<Holding> {
    app.secrets().cache.as_ref()?;
    let mut held = BTreeSet::new();
    let mut limit_ms = 0;
    for task in tasks.iter().filter(|task| task.is_waiting()) {
        let declared = tags::declared(app, task.function, &task.narrowing(app), sub);
        if !declared.is_empty() {
            limit_ms = app.function(task.function).map_or(0, |(_, frozen)| frozen.timeout_ms).max(limit_ms);
            held.extend(declared);
        }
    }
    // A function that outran its limit may still be running, and may still commit (STORE-6).
    let limit_ms = limit_ms.saturating_mul(2);
    (!held.is_empty()).then(|| Holding { tags: held.into_iter().collect(), limit_ms })
}

/// Whether something may have to be held while the function runs, of which its args say what.
fn holds(app: &Application, function: &Function) -> bool {
    app.secrets().cache.is_some() && !(function.affects.is_empty() && function.merge.is_empty())
}

/// The error of args that were refused.
fn refused(root: &str) -> impl Fn(Refusal) -> ErrorReply {
    move |refusal| refusal.below(root).into()
}

/// The function that the call names, as a task.
fn find(app: &Application, function: Option<usize>, args: Args, tasks: &mut Vec<Task>) -> Result<usize, ErrorReply> {
    let index = function.ok_or_else(|| ErrorReply::new(ErrorCode::NotFound))?;
    if app.function(index).is_some_and(|(function, _)| function.private) {
        return Err(ErrorReply::new(ErrorCode::Forbidden));
    }
    tasks.push(Task::new(index, args));
    Ok(tasks.len() - 1)
}

fn members_to_refresh(app: &Application, refresh: &[RefreshRequest]) -> usize {
    let members = |wish: &RefreshRequest| {
        let context = app.context_index(&wish.context).and_then(|index| app.context(index));
        context.map_or(0, |(_, frozen)| frozen.members.len())
    };
    refresh.iter().map(members).sum()
}

impl Entry {
    fn new(task: Result<usize, ErrorReply>, files: Vec<FilePart>, refresh: Vec<RefreshRequest>) -> Self {
        Self { task, files, refresh, scoped: Scoped::default(), unsure: Vec::new(), refreshed: Vec::new() }
    }

    fn result<'a>(&'a self, tasks: &'a [Task]) -> Result<&'a [u8], &'a ErrorReply> {
        match self.task.as_ref().map(|index| tasks.get(*index).map(|task| &task.state)) {
            Ok(Some(State::Returned(result, _))) => Ok(result),
            Ok(Some(State::Failed(error))) | Err(error) => Err(error),
            // A task is waiting only until its round has ended, and a reply is written after that; only a page's function
            // responds itself, and it has no envelope.
            Ok(Some(State::Waiting | State::Responded(..)) | None) => Ok(b"null"),
        }
    }

    /// How long the success envelope is that has neither bundles nor merges, as most have none.
    fn length(&self, result: &[u8]) -> usize {
        let targets = self.scoped.targets.iter().map(|target| target.text_length() + 1).sum::<usize>();
        r#"{"invalidate":[],"result":}"#.len() + targets.saturating_sub(1) + result.len()
    }

    /// The success envelope, its members in canonical order.
    fn write(&self, app: &Application, tasks: &[Task], result: &[u8], out: &mut Vec<u8>) {
        out.push(b'{');
        let bundles: Vec<_> = self
            .refreshed
            .iter()
            .filter_map(|refreshed| {
                Some((refreshed, bundle::data(app, refreshed.context, tasks.get(refreshed.first_task..)?).ok()?))
            })
            .collect();
        if !bundles.is_empty() {
            out.extend_from_slice(b"\"bundles\":");
            list(out, &bundles, |out, (refreshed, data)| {
                out.extend_from_slice(b"{\"context\":");
                canonical::write_string(out, app.context(refreshed.context).map_or("", |(context, _)| &context.name));
                out.extend_from_slice(b",\"data\":");
                out.extend_from_slice(data);
                out.extend_from_slice(b",\"params\":");
                out.extend_from_slice(&refreshed.params);
                out.push(b'}');
            });
            out.push(b',');
        }
        out.extend_from_slice(b"\"invalidate\":");
        list(out, &told(&self.scoped.targets), |out, target| target.write(out));
        if !self.scoped.merges.is_empty() {
            out.extend_from_slice(b",\"merge\":");
            list(out, &self.scoped.merges, |out, merge| write_merge(out, merge, result));
        }
        out.extend_from_slice(b",\"result\":");
        out.extend_from_slice(result);
        out.push(b'}');
    }
}

/// The targets as the caller is told them: without the identity, which is the caller's own (INV-5).
fn told(targets: &[Target]) -> Cow<'_, [Target]> {
    if targets.iter().all(|target| target.sub.is_none()) {
        return Cow::Borrowed(targets);
    }
    Cow::Owned(normalize(targets.iter().map(|target| Target { sub: None, ..target.clone() }).collect()))
}

fn write_merge(out: &mut Vec<u8>, merge: &MergeTarget, result: &[u8]) {
    out.extend_from_slice(b"{\"context\":");
    canonical::write_string(out, &merge.target.context);
    out.extend_from_slice(b",\"function\":");
    canonical::write_string(out, merge.target.function.as_deref().unwrap_or_default());
    if !merge.key.is_empty() {
        out.extend_from_slice(b",\"key\":");
        list(out, &merge.key, |out, name| canonical::write_string(out, name));
    }
    out.extend_from_slice(b",\"op\":");
    canonical::write_string(out, merge.op.name());
    if !merge.target.params.is_empty() {
        out.extend_from_slice(b",\"params\":");
        merge.target.params.write(out);
    }
    out.extend_from_slice(b",\"value\":");
    out.extend_from_slice(result);
    out.push(b'}');
}

fn list<T>(out: &mut Vec<u8>, items: &[T], write: impl Fn(&mut Vec<u8>, &T)) {
    out.push(b'[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write(out, item);
    }
    out.push(b']');
}
