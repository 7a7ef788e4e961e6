//! The way to one Redis: a connection, the limits of waiting for it, and the breaker.
//!
//! One failure to connect or to answer in time opens the breaker: from then on nobody asks, until a probe in the background
//! reaches the server again. Only a mutation waits for that, for a bounded time: other processes may still be served what
//! it made stale. A purge that failed is remembered, and the probe that closes the breaker removes the epochs of all
//! contexts first.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, Pipeline, RedisResult, Value, cmd, pipe};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::keys::Keys;
use crate::config::RedisConfig;
use crate::io;
use crate::metrics::{Counters, count};
use crate::store::Fault;

/// How long after a failure the server is tried again while a mutation waits for it.
const SOON: Duration = Duration::from_millis(20);

/// What the server says to each command of a pipeline.
pub(crate) type Answers = Vec<RedisResult<Value>>;

pub(crate) struct Link {
    pub client: Client,
    pub keys: Keys,
    limits: RedisConfig,
    counters: Arc<Counters>,
    session: Mutex<Arc<Session>>,
    contexts: Mutex<BTreeSet<String>>,
    /// How many purges have failed, and how many of them the last rotation of the epochs made good.
    failed: AtomicU64,
    mended: AtomicU64,
}

/// One life of a server: no two starts have the same, nor has a replica that takes over. A server that started again may
/// have brought back what was removed before (from a snapshot), and so may a replica that lagged.
pub(crate) type Life = [u8; 16];

#[derive(Clone)]
struct Connected {
    connection: MultiplexedConnection,
    life: Life,
}

/// What belongs to one process. A forked child begins its own, and touches nothing of its parent's.
struct Session {
    process: u32,
    connection: tokio::sync::Mutex<Option<Connected>>,
    open: AtomicBool,
    /// When it was opened last.
    opened: Mutex<Option<Instant>>,
    probing: AtomicBool,
    /// How many mutations wait for the breaker to close, and what tells the probe that one does.
    waiting: AtomicUsize,
    hurry: Notify,
    closed: Notify,
    pub listening: AtomicBool,
}

impl Session {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            process: std::process::id(),
            connection: tokio::sync::Mutex::new(None),
            open: AtomicBool::new(false),
            opened: Mutex::default(),
            probing: AtomicBool::new(false),
            waiting: AtomicUsize::new(0),
            hurry: Notify::new(),
            closed: Notify::new(),
            listening: AtomicBool::new(false),
        })
    }

    fn opened(&self) -> MutexGuard<'_, Option<Instant>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the breaker is closed; whether that was in time.
    async fn until_closed(&self, until: Instant) -> bool {
        let closed = self.closed.notified();
        tokio::pin!(closed);
        // From here on it is told, so that nothing is missed in between.
        closed.as_mut().enable();
        if !self.open.load(Ordering::SeqCst) {
            return true;
        }
        self.waiting.fetch_add(1, Ordering::SeqCst);
        self.hurry.notify_one();
        let in_time = timeout_at(until, closed).await.is_ok();
        self.waiting.fetch_sub(1, Ordering::SeqCst);
        in_time
    }

    /// Waits between two probes, not so long while a mutation waits.
    async fn rest(&self, long: Duration) {
        let until = Instant::now() + long;
        while self.waiting.load(Ordering::SeqCst) == 0 {
            if timeout_at(until, self.hurry.notified()).await.is_err() {
                return;
            }
        }
        sleep(SOON.min(long)).await;
    }
}

impl Link {
    pub(crate) fn new(client: Client, limits: &RedisConfig, counters: Arc<Counters>) -> Arc<Self> {
        Arc::new(Self {
            client,
            keys: Keys::new(&limits.prefix),
            limits: limits.clone(),
            counters,
            session: Mutex::new(Session::new()),
            contexts: Mutex::default(),
            failed: AtomicU64::new(0),
            mended: AtomicU64::new(0),
        })
    }

    /// Whether it is worth asking.
    pub(crate) fn ready(self: &Arc<Self>) -> bool {
        let session = self.session();
        if self.failed.load(Ordering::SeqCst) != self.mended.load(Ordering::SeqCst) {
            // A child of a process whose purge failed has no probe yet.
            self.trip(&session);
        }
        !session.open.load(Ordering::SeqCst)
    }

    /// Asks for what a mutation needs: where no answer comes, again as soon as the server is back. It gives up when the
    /// server has been away for as long as a mutation is to wait, so that one that is down for long keeps nobody waiting.
    pub(crate) async fn insist(self: &Arc<Self>, commands: &Pipeline) -> Result<Answers, Fault> {
        let began = Instant::now();
        loop {
            if let Ok(answers) = self.ask(commands).await {
                return Ok(answers);
            }
            let session = self.session();
            let away = session.opened().map_or(began, |opened| opened.min(began));
            if !session.until_closed(away + self.limits.patience).await || began.elapsed() > self.limits.patience {
                return Err(Fault);
            }
        }
    }

    /// Asks, and waits no longer than the limits say.
    ///
    /// Every operation MUST be one that can be repeated: where a connection that was there before has broken, it is asked once more on a
    /// new one, so that a server that only restarted, or hung up on an idle client, is no failure.
    pub(crate) async fn ask(self: &Arc<Self>, commands: &Pipeline) -> Result<Answers, Fault> {
        self.ask_life(commands).await.map(|(answers, _)| answers)
    }

    /// As [`Link::ask`], with the life of the server that answered.
    pub(crate) async fn ask_life(self: &Arc<Self>, commands: &Pipeline) -> Result<(Answers, Life), Fault> {
        self.ask_of_life(|_| Cow::Borrowed(commands)).await
    }

    /// As [`Link::ask_life`], where what is asked depends on the life of the server that is asked.
    pub(crate) async fn ask_of_life<'a>(
        self: &Arc<Self>,
        commands: impl Fn(Life) -> Cow<'a, Pipeline>,
    ) -> Result<(Answers, Life), Fault> {
        let session = self.session();
        let (connected, kept) = self.connection(&session).await?;
        match self.one_trip(connected.connection, &commands(connected.life)).await {
            Ok(answers) => return Ok((answers, connected.life)),
            Err(broken) if broken && kept => {}
            Err(_) => return Err(self.failure(&session).await),
        }
        *session.connection.lock().await = None;
        let (connected, _) = self.connection(&session).await?;
        match self.one_trip(connected.connection, &commands(connected.life)).await {
            Ok(answers) => Ok((answers, connected.life)),
            Err(_) => Err(self.failure(&session).await),
        }
    }

    /// The connection, and whether it was there before.
    async fn connection(self: &Arc<Self>, session: &Arc<Session>) -> Result<(Connected, bool), Fault> {
        let mut held = session.connection.lock().await;
        if session.open.load(Ordering::SeqCst) {
            return Err(Fault);
        }
        if let Some(connected) = &*held {
            return Ok((connected.clone(), true));
        }
        let Ok(connected) = self.connect().await else {
            self.trip(session);
            return Err(Fault);
        };
        *held = Some(connected.clone());
        Ok((connected, false))
    }

    async fn connect(&self) -> Result<Connected, Fault> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(self.limits.connect))
            .set_response_timeout(Some(self.limits.operation))
            .set_pipeline_buffer_size(4096);
        let connecting = self.client.get_multiplexed_async_connection_with_config(&config);
        let connection = timeout(self.limits.connect, connecting).await.map_err(|_| Fault)?.map_err(|_| Fault)?;
        let mut commands = pipe();
        commands.ignore_errors().cmd("INFO").arg("server");
        let answers = self.one_trip(connection.clone(), &commands).await.map_err(|_| Fault)?;
        let life = life_of(answers.into_iter().next().ok_or(Fault)?)?;
        Ok(Connected { connection, life })
    }

    /// One trip; an error says whether the connection broke before the time was over.
    async fn one_trip(&self, mut connection: MultiplexedConnection, commands: &Pipeline) -> Result<Answers, bool> {
        match timeout(self.limits.operation, commands.query_async(&mut connection)).await {
            Ok(Ok(answers)) => Ok(answers),
            Ok(Err(error)) => Err(!error.is_timeout()),
            Err(_) => Err(false),
        }
    }

    async fn failure(self: &Arc<Self>, session: &Arc<Session>) -> Fault {
        self.trip(session);
        // An answer that is late belongs to nobody.
        *session.connection.lock().await = None;
        Fault
    }

    /// Opens the breaker, if it is not open, and begins to probe.
    fn trip(self: &Arc<Self>, session: &Arc<Session>) {
        let mut opened = session.opened();
        if !session.open.swap(true, Ordering::SeqCst) {
            *opened = Some(Instant::now());
            count(&self.counters.opened);
        }
        drop(opened);
        if !session.probing.swap(true, Ordering::SeqCst) {
            let link = Arc::clone(self);
            let probed = Arc::clone(session);
            match io::handle() {
                Some(handle) => drop(handle.spawn(async move { link.probe(&probed).await })),
                None => session.probing.store(false, Ordering::SeqCst),
            }
        }
    }

    async fn probe(self: &Arc<Self>, session: &Arc<Session>) {
        loop {
            session.rest(self.limits.probe).await;
            let failed = self.failed.load(Ordering::SeqCst);
            let Ok(connected) = self.reached(failed).await else { continue };
            *session.connection.lock().await = Some(connected);
            session.probing.store(false, Ordering::SeqCst);
            session.open.store(false, Ordering::SeqCst);
            session.closed.notify_waiters();
            // A purge that failed in between has found the breaker open and the probe running.
            if self.failed.load(Ordering::SeqCst) != failed {
                self.trip(session);
            }
            return;
        }
    }

    /// A new connection to a server that answers, and that has rotated the epochs where any purge has failed.
    async fn reached(&self, failed: u64) -> Result<Connected, Fault> {
        let connected = self.connect().await?;
        let mut commands = pipe();
        commands.ignore_errors().cmd("PING");
        let rotates = failed != self.mended.load(Ordering::SeqCst);
        if rotates {
            for context in &*self.known() {
                commands.cmd("UNLINK").arg(self.keys.epoch(context));
            }
        }
        let answers = self.one_trip(connected.connection.clone(), &commands).await.map_err(|_| Fault)?;
        if answers.iter().any(Result::is_err) {
            return Err(Fault);
        }
        if rotates {
            self.mended.store(failed, Ordering::SeqCst);
            count(&self.counters.rotations);
        }
        Ok(connected)
    }

    /// A purge has failed: nothing is served from the store until the epochs are rotated.
    pub(crate) fn remember(self: &Arc<Self>) {
        self.failed.fetch_add(1, Ordering::SeqCst);
        self.trip(&self.session());
    }

    /// Contexts whose epochs are rotated.
    pub(crate) fn learn<'a>(&self, contexts: impl IntoIterator<Item = &'a str>) {
        let mut known = self.known();
        for context in contexts {
            if !known.contains(context) {
                known.insert(context.to_owned());
            }
        }
    }

    /// Whether somebody listens from now on who did not in this process.
    pub(crate) fn starts_listening(&self) -> bool {
        !self.session().listening.swap(true, Ordering::SeqCst)
    }

    /// How long to wait between attempts.
    pub(crate) fn pause(&self) -> Duration {
        self.limits.probe
    }

    /// How long others wait for a fill.
    pub(crate) fn lease(&self) -> Duration {
        self.limits.lease.unwrap_or_default()
    }

    fn known(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.contexts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn session(&self) -> Arc<Session> {
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        if session.process != std::process::id() {
            // Not dropped: its connection is the parent's.
            std::mem::forget(std::mem::replace(&mut *session, Session::new()));
        }
        Arc::clone(&session)
    }
}

/// The first half of the server's `run_id`. A server that does not tell it, by whatever rights this client has, is taken
/// for one that never starts again. One that cannot tell it now is not reached yet: another life than its own would hide
/// from this process what others keep.
fn life_of(answer: RedisResult<Value>) -> Result<Life, Fault> {
    let info: String = match answer {
        Ok(answer) => redis::from_redis_value(answer).unwrap_or_default(),
        Err(error) if matches!(error.code(), Some("BUSY" | "LOADING" | "MASTERDOWN")) => return Err(Fault),
        Err(_) => String::new(),
    };
    let digits = info.lines().find_map(|line| line.strip_prefix("run_id:")).unwrap_or_default().trim();
    Ok(hex(digits).unwrap_or_default())
}

fn hex(digits: &str) -> Option<Life> {
    let mut life = Life::default();
    for (byte, at) in life.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()?;
    }
    Some(life)
}

/// A command that sets, lifts or asks nothing but one script.
pub(crate) fn script(text: &str, key: &str) -> redis::Cmd {
    let mut command = cmd("EVAL");
    command.arg(text).arg(1).arg(key);
    command
}
