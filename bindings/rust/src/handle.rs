//! Answering one request: the core says the next step, this performs it.

use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::atomic::Ordering::Relaxed;
use std::task::Poll;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::join_all;
use mizan_core::dispatch;
use mizan_core::dispatch::message::{
    self, Computed, Failure, GuardCall, GuardOutcome, Invocation, Level, LogLine, Outcome, Response,
};
use mizan_core::invalidation::header_parse::{self, Purge};
use mizan_runtime::{Drive, HostStep};
use smallvec::SmallVec;
use tokio::time::Instant;
use tracing::field::{Empty, display};
use tracing::{Instrument, Span};

use crate::builder::{Frozen, Mizan, Served};
use crate::call::{Call, Done, Failed, Printed, Ran};
use crate::error::Error;
use crate::identity::Identity;
use crate::invalidation::Announced;
use crate::reply::append;
use crate::request::{Request, Secure};
use crate::response::Response as PageResponse;

impl Mizan {
    /// Answers a request, whose path has the base in front and whose body is whole, or cut one byte beyond
    /// [`Mizan::body_limit`].
    ///
    /// It needs a runtime of tokio's with its clock: time limits are kept by it, sync functions run on its blocking pool.
    /// Members of one bundle run at once. Dropping the future gives the request up.
    ///
    /// Its span, `mizan`, has the `method`, the `path`, the `functions` that ran, the `status`, and how many targets the
    /// reply `invalidated`.
    pub fn handle(&self, request: http::Request<Bytes>) -> impl Future<Output = http::Response<Bytes>> + Send {
        let span = tracing::info_span!(
            target: "mizan",
            "mizan",
            method = %request.method(),
            path = request.uri().path(),
            functions = Empty,
            invalidated = Empty,
            status = Empty,
        );
        // Not within what is returned: that is moved about, and an allocator is slow with what is larger than a kilobyte.
        let mut visit = Box::new(Visit::open(self, request));
        async move {
            // Most of what entering a span costs is spent though nobody listens.
            if span.is_disabled() { visit.answer().await } else { Box::pin(visit.answer()).instrument(span).await }
        }
    }

    /// Answers a request whose body broke off. An adapter calls this in place of [`Mizan::handle`]: what came of the body may
    /// be well formed, and no function gets it for the whole.
    #[must_use]
    pub fn refuse_broken_body(&self) -> http::Response<Bytes> {
        let reply = dispatch::of_broken_body(self.0.deployment.application());
        record(&Span::current(), &reply);
        self.0.forms.response(reply)
    }
}

/// One request on its way.
struct Visit {
    drive: Drive,
    request: Request,
    nonce: u64,
    /// What the functions say that run now, in order.
    running: SmallVec<[Announced; 4]>,
    /// What the function of a page answered, which the reply is put on.
    responded: Option<Box<PageResponse>>,
}

/// How a function ended: for the core, and what the core does not look at.
type Ended = (Outcome, Option<Box<PageResponse>>);

/// What is to be done, taken from the drive so that nothing of it is borrowed while it is done.
enum Next {
    Identify,
    Permissions(String),
    Guard(Vec<GuardCall>),
    Invoke,
    Wait,
    Reply,
}

impl Visit {
    fn open(mizan: &Mizan, request: http::Request<Bytes>) -> Self {
        let frozen = &*mizan.0;
        let (parts, body) = request.into_parts();
        let headers: SmallVec<[(&[u8], &[u8]); 8]> = parts
            .headers
            .iter()
            .filter_map(|(name, value)| Some((message::reads(name.as_ref())?.as_bytes(), value.as_bytes())))
            .collect();
        let secure =
            parts.uri.scheme() == Some(&http::uri::Scheme::HTTPS) || parts.extensions.get::<Secure>().is_some();
        // Steps of this odd size meet every number once.
        let nonce = frozen.nonces.fetch_add(0x9E37_79B9_7F4A_7C15, Relaxed);
        let drive = frozen.deployment.open(&message::Request {
            method: parts.method.as_str(),
            path: parts.uri.path(),
            query: parts.uri.query().unwrap_or_default().as_bytes(),
            headers: &headers,
            body: &body,
            nonce,
            now: SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()),
            secure,
        });
        drop(headers);
        Self { drive, request: Request::new(parts, body, mizan), nonce, running: SmallVec::new(), responded: None }
    }

    /// The application that answers.
    fn frozen(&self) -> &Frozen {
        &self.request.mizan().0
    }

    async fn answer(&mut self) -> http::Response<Bytes> {
        loop {
            let next = match self.drive.step() {
                HostStep::Identify => Next::Identify,
                HostStep::Permissions(sub) => Next::Permissions(sub.to_owned()),
                HostStep::Guard(calls) => Next::Guard(calls.to_vec()),
                HostStep::Invoke(_) => Next::Invoke,
                HostStep::Wait => Next::Wait,
                HostStep::Reply(_) => Next::Reply,
            };
            match next {
                Next::Identify => {
                    let caller = self.identify().await;
                    self.drive.identified(caller.map(|found| found.map(Identity::into_core)));
                }
                Next::Permissions(sub) => {
                    let permissions = self.permissions(sub).await;
                    self.drive.permitted(permissions);
                }
                Next::Guard(calls) => {
                    let mut decisions = Vec::with_capacity(calls.len());
                    for call in calls {
                        // Boxed, so that the others do not make room for it.
                        decisions.push(Box::pin(self.guard(&call)).await);
                    }
                    self.drive.guarded(decisions);
                }
                Next::Invoke => {
                    let mut invocations = self.drive.take_invocations();
                    self.tell_span(&invocations);
                    self.running = invocations.iter().map(|_| Announced::default()).collect();
                    match (self.running.as_slice(), invocations.pop()) {
                        ([announced], Some(only)) => {
                            let (outcome, response) = self.run(only, announced).await;
                            self.responded = self.responded.take().or(response);
                            self.drive.returned([outcome]);
                        }
                        (_, last) => {
                            invocations.extend(last);
                            // Boxed for the same reason.
                            let outcomes = Box::pin(self.run_all(invocations)).await;
                            self.drive.returned(outcomes);
                        }
                    }
                    self.running.clear();
                }
                Next::Wait => self.arrival().await,
                Next::Reply => return self.reply(),
            }
        }
    }

    /// Waits for what the origin cache has to say.
    async fn arrival(&self) {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let wake = move || {
            // Whoever waited may be gone.
            let _ = sender.send(());
        };
        if !self.drive.expect(wake) {
            // A sender that is dropped is as good as a call: the next step says that nothing came.
            let _ = receiver.await;
        }
    }

    async fn identify(&self) -> Result<Option<Identity>, Failure> {
        let Some(identify) = &self.frozen().identify else { return Ok(None) };
        self.ask("identify", async { identify(self.request.clone()).await }).await
    }

    async fn permissions(&self, sub: String) -> Result<Option<Vec<String>>, Failure> {
        let Some(permissions) = &self.frozen().permissions else { return Ok(None) };
        self.ask("permissions", async { permissions(sub).await }).await
    }

    async fn guard(&self, call: &GuardCall) -> GuardOutcome {
        let frozen = self.frozen();
        let place = frozen.functions.get(call.function).map_or("", |served| served.place.as_str());
        let place = format!("{place}: guard {}", call.guard);
        let Some(guard) = frozen.guards.get(&call.guard) else {
            // An application with a guard that is not there did not build.
            return GuardOutcome::Refused;
        };
        let identity = self.drive.identity().map(Identity::of);
        match self.ask(&place, async { guard(self.request.clone(), identity).await }).await {
            Ok(true) => GuardOutcome::Allowed,
            Ok(false) => GuardOutcome::Refused,
            Err(failure) => GuardOutcome::Failed(failure),
        }
    }

    /// Asks a callable of the application.
    async fn ask<T>(&self, place: &str, question: impl Future<Output = Result<T, Error>>) -> Result<T, Failure> {
        match AssertUnwindSafe(question).catch_unwind().await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(self.failed(place, error.into())),
            Err(panic) => Err(self.panicked(place, &*panic)),
        }
    }

    /// Tells the span which functions run.
    fn tell_span(&self, invocations: &[Invocation]) {
        let span = Span::current();
        if !span.is_disabled() {
            let names = invocations.iter().filter_map(|call| Some(self.frozen().functions.get(call.function)?.name));
            span.record("functions", display(names.collect::<Vec<_>>().join(",")));
        }
    }

    /// Runs these functions at once, none of them for a page: how they ended, in order.
    async fn run_all(&self, invocations: Vec<Invocation>) -> impl Iterator<Item = Outcome> + use<> {
        let calls = invocations.into_iter().zip(&self.running);
        let ended = join_all(calls.map(|(invocation, announced)| self.run(invocation, announced))).await;
        ended.into_iter().map(|(outcome, _)| outcome)
    }

    /// Runs one function.
    async fn run(&self, invocation: Invocation, announced: &Announced) -> Ended {
        let Some(served) = self.frozen().functions.get(invocation.function) else {
            return (Failure::Raised.into(), None);
        };
        let timeout_ms = invocation.timeout_ms;
        let _waiting = Waiting { drive: &self.drive, announced };
        // What it does before its first wait counts too. Reading the clock costs far less than arming a timer.
        let deadline = Instant::now() + Duration::from_millis(u64::from(timeout_ms));
        let ended = {
            // Nothing of the function runs, and nothing panics, before it is polled.
            let running = announced.around((served.run)(self.call(served, invocation)));
            let mut running = pin!(AssertUnwindSafe(running).catch_unwind());
            // Many a function never waits, and then needs no timer.
            match poll_fn(|context| Poll::Ready(running.as_mut().poll(context))).await {
                Poll::Ready(ended) => Ok(ended),
                // Boxed, so that those that never wait do not make room for it.
                Poll::Pending => Box::pin(tokio::time::timeout_at(deadline, running)).await,
            }
        };
        // By now it is dropped: what it named meanwhile is in the list.
        match ended {
            Err(_) => (Outcome::TimedOut { announced: announced.named() }, None),
            Ok(Err(panic)) => {
                let failure = self.panicked(&served.place, &*panic);
                (Outcome::Failed { failure, announced: announced.named() }, None)
            }
            Ok(Ok(ran)) => self.outcome(&served.place, ran, announced),
        }
    }

    fn call(&self, served: &Served, invocation: Invocation) -> Call {
        let Invocation { function, args, files, .. } = invocation;
        let request = if served.is_public { self.request.without_caller() } else { self.request.clone() };
        let identity = self.drive.identity().filter(|_| served.reads_identity).map(Identity::of);
        // Only files are read from it.
        let body = if files.is_empty() { Bytes::new() } else { self.request.body().clone() };
        Call { request, identity, args, files, body, function }
    }

    fn outcome(&self, place: &str, ran: Ran, announced: &Announced) -> Ended {
        match ran {
            Ok(Done { result, params }) => {
                let computed = Computed { params, invalidations: announced.named() };
                match result {
                    Printed::Text(result) => (Outcome::Returned { result, computed }, None),
                    Printed::Checked(result) => (Outcome::Checked { result, computed }, None),
                    Printed::Response(response) => {
                        let status = response.0.status().as_u16();
                        (Outcome::Responded { status, computed }, Some(response))
                    }
                }
            }
            Err(failed) => {
                let failure = self.failed(place, failed);
                (Outcome::Failed { failure, announced: announced.named() }, None)
            }
        }
    }

    /// Logs a mistake under the id that the caller is told.
    fn failed(&self, place: &str, failed: Failed) -> Failure {
        if let Some(report) = failed.report {
            tracing::error!(target: "mizan", id = %format_args!("{:016x}", self.nonce), "{place}: {report}");
        }
        failed.failure
    }

    fn panicked(&self, place: &str, panic: &(dyn std::any::Any + Send)) -> Failure {
        let said = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        let report = Some(format!("panicked: {}", said.unwrap_or("without a text")));
        self.failed(place, Failed { failure: Failure::Raised, report })
    }

    fn reply(&mut self) -> http::Response<Bytes> {
        write_log(self.drive.take_log());
        let reply = self.drive.take_reply();
        record(&Span::current(), &reply);
        match self.responded.take() {
            Some(own) if reply.body.is_empty() => {
                let mut response = own.0;
                append(response.headers_mut(), reply.headers);
                response
            }
            _ => self.frozen().forms.response(reply),
        }
    }
}

/// A visit ends in the middle of its functions where its caller left. Those that are async have been dropped before it.
impl Drop for Visit {
    fn drop(&mut self) {
        if !self.running.is_empty() {
            let named: Vec<_> = self.running.iter().flat_map(Announced::named).collect();
            write_log(self.drive.abandon(&named));
        }
    }
}

/// Writes what the core has to say.
pub(crate) fn write_log(lines: Vec<LogLine>) {
    for LogLine { level, text } in lines {
        match level {
            Level::Error => tracing::error!(target: "mizan", "{text}"),
            Level::Warning => tracing::warn!(target: "mizan", "{text}"),
        }
    }
}

/// When dropped, nobody waits for a function any more: it has ended, outran its limit, or its caller is gone.
struct Waiting<'a> {
    drive: &'a Drive,
    announced: &'a Announced,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.announced.left(|| self.drive.late());
    }
}

/// Tells a span what the reply is.
fn record(span: &Span, reply: &Response) {
    if span.is_disabled() {
        return;
    }
    span.record("status", reply.status);
    if let Some((_, stale)) = reply.headers.iter().find(|(name, _)| *name == "x-mizan-invalidate") {
        match header_parse::parse(&[stale.as_bytes()]) {
            Ok(Purge::Targets(targets)) => span.record("invalidated", targets.len()),
            _ => span.record("invalidated", "everything"),
        };
    }
}
