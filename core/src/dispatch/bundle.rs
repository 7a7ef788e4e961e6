//! The work of a bundle: its params, its members, all or nothing (CTX-1 to CTX-5, CACHE-4).

use std::sync::Arc;

use bytes::Bytes;

use super::args::Args;
use super::bundle_url::canonical_query;
use super::message::{Request, Response};
use super::origin::{self, Loaded, Loading, Storing};
use super::response::{self, BundleReply};
use super::task::{PARAMS, State, Task};
use crate::dispatch::envelope::bad_request;
use crate::error::code::{ErrorCode, ErrorReply};
use crate::identity::Identity;
use crate::ir::model::Context;
use crate::registry::{Application, FrozenContext, FrozenMember};
use crate::value::canonical;

/// Most bytes of a bundle that the origin cache keeps (STORE-9).
pub const LARGEST_ENTRY: usize = 1 << 20;

#[derive(Debug)]
pub(super) struct BundleWork {
    context: usize,
    head: bool,
    /// The path and query as they were written, to see whether they are the canonical spelling.
    slash: bool,
    query: Vec<u8>,
    if_none_match: Option<Vec<u8>>,
    /// Canonical JSON, once it has been checked.
    params: Vec<u8>,
    /// Why the query was refused, once the guards had let the caller pass.
    refused: Option<ErrorReply>,
    /// The one URL of a public bundle, where this was another.
    redirect: Option<String>,
    /// What the origin cache had to say.
    origin: Origin,
}

/// How a bundle stands with the origin cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// It is not for the cache, or there is none.
    None,
    Hit,
    Missed,
    /// It was not kept, and is too large to be.
    TooLarge,
    Uncached,
}

impl BundleWork {
    pub(super) fn open(
        app: &Application,
        name: &str,
        head: bool,
        slash: bool,
        request: &Request<'_>,
    ) -> Result<(Self, Vec<Task>), ErrorReply> {
        let not_found = || ErrorReply::new(ErrorCode::NotFound);
        let context = app.context_index(name).ok_or_else(not_found)?;
        let (_, frozen) = app.context(context).ok_or_else(not_found)?;
        let limit = app.limits().query;
        if request.query.len() > limit as usize {
            return Err(bad_request(format!("a query has at most {limit} bytes")));
        }
        let work = Self {
            context,
            head,
            slash,
            query: request.query.to_vec(),
            if_none_match: request.header("if-none-match").map(<[u8]>::to_vec),
            params: Vec::new(),
            refused: None,
            redirect: None,
            origin: Origin::None,
        };
        Ok((
            work,
            frozen.members.iter().map(|member| Task::new(member.function, Args::Canonical(Vec::new()))).collect(),
        ))
    }

    /// Gives each member the params that it declares, before they run.
    pub(super) fn give_params(&self, app: &Application, tasks: &mut [Task]) {
        let Some((context, frozen)) = app.context(self.context) else { return };
        for (task, member) in tasks.iter_mut().zip(&frozen.members) {
            let args = if member.inputs.len() == context.params.len() {
                // A member's inputs are all params of its context.
                self.params.clone()
            } else {
                canonical::project(&self.params, &member.inputs)
            };
            task.args = Args::Canonical(args);
        }
    }

    /// Checks the query where every guard has let the caller pass.
    pub(super) fn check(&mut self, app: &Application, tasks: &[Task]) -> bool {
        if tasks.iter().any(|task| !task.is_waiting()) {
            return false;
        }
        let Some((context, frozen)) = app.context(self.context) else { return false };
        if let Err(refusal) = app.program().query(frozen.params, &self.query, &[], &mut self.params) {
            self.refused = Some(refusal.below(PARAMS).into());
            return false;
        }
        if context.public {
            let query = canonical_query(context, &self.params);
            if !self.slash || query.as_bytes() != self.query {
                self.redirect = Some(url(app, context, &query));
                return false;
            }
        }
        true
    }

    /// Whether who asks is part of what it is kept under.
    pub(super) fn is_kept_by_caller(&self, app: &Application) -> bool {
        origin::is_kept_by_caller(app, self.context)
    }

    /// Whether the bundle is the same for everybody.
    pub(super) fn is_public(&self, app: &Application) -> bool {
        app.context(self.context).is_some_and(|(context, _)| context.public)
    }

    /// What to look up before the functions run.
    pub(super) fn loading(&self, app: &Application, caller: Option<&Identity>) -> Option<Arc<Loading>> {
        origin::loading(app, self.context, &self.params, caller)
    }

    /// The reply where the bundle was kept; otherwise its functions have to run.
    pub(super) fn loaded(&mut self, app: &Application, loading: &Loading, loaded: Loaded) -> Option<Response> {
        match loaded {
            Loaded::Hit { body, etag } => {
                self.origin = Origin::Hit;
                self.write(app, loading, body, etag).ok()
            }
            Loaded::Missed => {
                self.origin = Origin::Missed;
                None
            }
            Loaded::Uncached => {
                self.origin = Origin::Uncached;
                None
            }
        }
    }

    fn write(&self, app: &Application, loading: &Loading, body: Bytes, etag: String) -> Result<Response, ErrorReply> {
        let Some((context, frozen)) = app.context(self.context) else {
            return Err(ErrorReply::new(ErrorCode::NotFound));
        };
        let reply = BundleReply {
            context,
            frozen,
            params: &self.params,
            // A public context knows no callers, so that these are those of the edge.
            tags: &loading.tags,
            head: self.head,
            if_none_match: self.if_none_match.as_deref(),
            origin: self.origin,
        };
        Ok(response::bundle(app, &reply, body, etag))
    }

    /// The reply, and what to keep; `loading` is what was looked up, if anything.
    pub(super) fn reply(
        &mut self,
        app: &Application,
        loading: &Loading,
        tasks: &[Task],
    ) -> Result<(Response, Option<Storing>), ErrorReply> {
        if let Some(refused) = self.refused.take() {
            return Err(refused);
        }
        if let Some(location) = self.redirect.take() {
            return Ok((response::redirect(app, location), None));
        }
        let body = Bytes::from(data(app, self.context, tasks)?);
        let etag = response::etag(&body);
        if self.origin == Origin::Missed && body.len() > LARGEST_ENTRY {
            self.origin = Origin::TooLarge;
        }
        let ttl = app.context(self.context).and_then(|(_, frozen)| frozen.ttl);
        let storing = ttl.filter(|_| self.origin == Origin::Missed);
        let storing = storing.map(|ttl| Storing { body: body.clone(), etag: etag.clone(), ttl });
        Ok((self.write(app, loading, body, etag)?, storing))
    }
}

/// One task for each member, in order of their names; `params` are canonical JSON and already checked.
pub(super) fn tasks(frozen: &FrozenContext, params: &[u8]) -> Vec<Task> {
    let task =
        |member: &FrozenMember| Task::new(member.function, Args::Canonical(canonical::project(params, &member.inputs)));
    frozen.members.iter().map(task).collect()
}

/// The bundle of the tasks of its members, which stand first in `tasks`; or the error of the first that failed, by
/// name, so that the answer does not depend on which was quicker.
pub(super) fn data(app: &Application, context: usize, tasks: &[Task]) -> Result<Vec<u8>, ErrorReply> {
    let Some((_, frozen)) = app.context(context) else { return Err(ErrorReply::new(ErrorCode::NotFound)) };
    let size = |(task, member): (&Task, &FrozenMember)| {
        let result = if let State::Returned(result, _) = &task.state { result.len() } else { 0 };
        result + 4 + app.function(member.function).map_or(0, |(function, _)| function.name.len())
    };
    let mut out = Vec::with_capacity(1 + tasks.iter().zip(&frozen.members).map(size).sum::<usize>());
    for (task, member) in tasks.iter().zip(&frozen.members) {
        let name = app.function(member.function).map_or("", |(function, _)| &function.name);
        match &task.state {
            State::Returned(result, _) => {
                out.push(if out.is_empty() { b'{' } else { b',' });
                canonical::write_string(&mut out, name);
                out.push(b':');
                out.extend_from_slice(result);
            }
            State::Failed(error) => return Err(ErrorReply { function: Some(name.to_owned()), ..error.clone() }),
            // Guards stopped the bundle before this member: another one failed.
            State::Waiting | State::Responded(..) => {}
        }
    }
    out.push(b'}');
    Ok(out)
}

fn url(app: &Application, context: &Context, query: &str) -> String {
    let question = if query.is_empty() { "" } else { "?" };
    format!("{}/ctx/{}/{question}{query}", app.base(), context.name)
}
