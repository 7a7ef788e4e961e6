//! The handle to a frozen application, and the requests that it is answering.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use mizan_core::dispatch::message::{Level, Request, reads};
use mizan_core::identity::Identity;
use mizan_core::value::canonical::write_string;
use mizan_core::{manifest, openapi};
use mizan_runtime::{Deployment, Drive, HostStep, TokenDesk};
use napi::bindgen_prelude::{AsyncTask, Function, Uint8Array};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi::{Env, Error, JsString, Result, Status};
use napi_derive::napi;

use crate::answer::{self, Misread};
use crate::tokens::{self, Asked, Errand};
use crate::{frame, settings};

/// Tells JavaScript, from any thread, that a request may go on. It does not keep the process alive.
type Wake = ThreadsafeFunction<u32, (), u32, Status, false, true>;

/// A frozen, validated application.
#[napi]
pub struct Application {
    deployment: Deployment,
    wake: Arc<Wake>,
    /// The requests whose steps JavaScript is taking, by number.
    drives: HashMap<u32, Opened>,
    last: u32,
    nonces: RandomState,
    /// What is to be logged: for each line whether it is an error, and the text.
    log: Vec<String>,
}

/// A request on its way.
struct Opened {
    drive: Drive,
    /// What its log lines are found under.
    nonce: u64,
}

fn misread(problem: Misread) -> Error {
    Error::new(Status::InvalidArg, problem)
}

#[napi]
impl Application {
    /// Freezes what was declared. `secrets` are the bytes that the settings name by their place.
    #[napi(constructor, catch_unwind)]
    pub fn new(
        document: String,
        settings: String,
        secrets: Vec<Uint8Array>,
        wake: Function<'_, u32, ()>,
    ) -> Result<Self> {
        let secrets: Vec<&[u8]> = secrets.iter().map(AsRef::as_ref).collect();
        let options = settings::read(&settings, &secrets).map_err(misread)?;
        let deployment =
            Deployment::build(document.as_bytes(), &options).map_err(|unfit| misread(unfit.to_string()))?;
        let wake = wake.build_threadsafe_function::<u32>().weak::<true>().callee_handled::<false>().build()?;
        Ok(Self {
            deployment,
            wake: Arc::new(wake),
            drives: HashMap::new(),
            last: 0,
            nonces: RandomState::new(),
            log: Vec::new(),
        })
    }

    /// The names of the functions, in the order of their indexes.
    #[napi(catch_unwind)]
    pub fn functions(&self) -> Vec<String> {
        self.deployment.application().document().functions.iter().map(|function| function.name.clone()).collect()
    }

    /// The IR as KDL.
    #[napi(catch_unwind)]
    pub fn ir(&self) -> String {
        self.deployment.application().ir().to_owned()
    }

    /// The IR with a comment line for each function that says where it was declared.
    #[napi(catch_unwind)]
    pub fn ir_with_sources(&self) -> String {
        self.deployment.application().ir_with_sources()
    }

    /// The edge manifest, canonical JSON.
    #[napi(catch_unwind)]
    pub fn manifest(&self) -> String {
        manifest::of_application(self.deployment.application())
    }

    /// The `OpenAPI` 3.1 export, canonical JSON.
    #[napi(catch_unwind)]
    pub fn openapi(&self, title: Option<String>) -> String {
        openapi::of_application(self.deployment.application(), title.as_deref().unwrap_or(openapi::TITLE))
    }

    /// The first 16 hexadecimal digits of the IR's SHA-256.
    #[napi(catch_unwind)]
    pub fn digest(&self) -> String {
        self.deployment.application().digest().to_owned()
    }

    /// The most bytes of a body of that type that are read.
    #[napi(catch_unwind)]
    pub fn body_limit(&self, content_type: Option<String>) -> u32 {
        self.deployment.application().body_limit(content_type.as_deref().map(str::as_bytes))
    }

    /// Whether the protocol answers that raw path.
    #[napi(catch_unwind)]
    pub fn owns(&self, path: String) -> bool {
        self.deployment.application().owns(&path)
    }

    /// Begins to answer a request; the first step (see `frame.rs`).
    ///
    /// `head` is the method, the path with its query, and a name and a value for each header field, each in a line of its
    /// own; characters of values are bytes. `nonce` (16 hexadecimal digits), `now` and `random` (16 bytes) are for tests: the
    /// clock and what is random otherwise.
    #[napi(catch_unwind)]
    pub fn open<'env>(
        &mut self,
        env: &'env Env,
        head: String,
        body: Option<&[u8]>,
        secure: bool,
        nonce: Option<String>,
        now: Option<f64>,
        random: Option<&[u8]>,
    ) -> Result<JsString<'env>> {
        let random = random.map(<[u8; 16]>::try_from).transpose().map_err(|error| misread(error.to_string()))?;
        let body = body.unwrap_or_default();
        let nonce = match nonce {
            Some(text) => u64::from_str_radix(&text, 16).map_err(|error| misread(error.to_string()))?,
            None => self.nonce(),
        };
        #[expect(clippy::cast_sign_loss, reason = "a time before 1970 becomes 1970")]
        let now = now.map_or_else(clock, |seconds| seconds as u64);
        let mut lines = head.split('\n');
        let method = lines.next().unwrap_or_default();
        let target = lines.next().unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut fields = Vec::with_capacity(4);
        while let (Some(name), Some(value)) = (lines.next(), lines.next()) {
            if let Some(name) = reads(name.as_bytes()) {
                fields.push((name.as_bytes(), bytes(value)));
            }
        }
        let headers: Vec<(&[u8], &[u8])> = fields.iter().map(|(name, value)| (*name, value.as_ref())).collect();
        let request = Request { method, path, query: query.as_bytes(), headers: &headers, body, nonce, now, secure };
        let drive = self.deployment.open(&request).drawing(random);
        self.last = self.last.wrapping_add(1);
        self.go_on(env, self.last, Opened { drive, nonce })
    }

    /// Answers who asks; the next step (see `answer.rs` for the texts of all answers).
    #[napi(catch_unwind)]
    pub fn identified<'env>(&mut self, env: &'env Env, number: u32, answer: String) -> Result<JsString<'env>> {
        let caller = answer::caller(&answer).map_err(misread)?;
        self.answer(env, number, |drive| drive.identified(caller))
    }

    /// Answers what the caller whom a token names is allowed; the next step.
    #[napi(catch_unwind)]
    pub fn permitted<'env>(&mut self, env: &'env Env, number: u32, answer: String) -> Result<JsString<'env>> {
        let permissions = answer::permissions(&answer).map_err(misread)?;
        self.answer(env, number, |drive| drive.permitted(permissions))
    }

    /// Answers what the guards decided; the next step.
    #[napi(catch_unwind)]
    pub fn guarded<'env>(&mut self, env: &'env Env, number: u32, answer: String) -> Result<JsString<'env>> {
        let decisions = answer::decisions(&answer).map_err(misread)?;
        self.answer(env, number, |drive| drive.guarded(decisions))
    }

    /// Answers how the functions ended; the next step.
    #[napi(catch_unwind)]
    pub fn returned<'env>(&mut self, env: &'env Env, number: u32, answer: String) -> Result<JsString<'env>> {
        let outcomes = answer::outcomes(&answer).map_err(misread)?;
        self.answer(env, number, |drive| drive.returned(outcomes))
    }

    /// Who asks, as far as that was asked for: a JSON list of `sub`, `staff`, `superuser`, permissions, session and proof.
    #[napi(catch_unwind)]
    pub fn identity(&self, number: u32) -> Option<String> {
        self.drives.get(&number)?.drive.identity().map(identity_text)
    }

    /// The id of a request, which its caller is told of an error and its log lines have.
    #[napi(catch_unwind)]
    pub fn request_id(&self, number: u32) -> String {
        self.drives.get(&number).map_or_else(String::new, |opened| format!("{:016x}", opened.nonce))
    }

    /// After a step that waits: the function given at construction is called with the number when the request may go on.
    /// True, and nothing is called, if it may at once.
    #[napi(catch_unwind)]
    pub fn expect(&self, number: u32) -> bool {
        let Some(Opened { drive, .. }) = self.drives.get(&number) else { return true };
        let wake = Arc::clone(&self.wake);
        drive.expect(move || {
            // A thread of JavaScript's that has ended is told nothing.
            wake.call(number, ThreadsafeFunctionCallMode::NonBlocking);
        })
    }

    /// After a step that waited, once it may go on: the next step.
    #[napi(catch_unwind)]
    pub fn resume<'env>(&mut self, env: &'env Env, number: u32) -> Result<JsString<'env>> {
        self.answer(env, number, |_| ())
    }

    /// Gives a request up of which nobody will answer a step any more.
    #[napi(catch_unwind)]
    pub fn abandon(&mut self, number: u32) {
        self.drives.remove(&number);
    }

    /// An identity token for who asks (see `tokens.rs` for the texts).
    #[napi(catch_unwind)]
    pub fn mwt_obtain(&self, who: Option<String>) -> Result<String> {
        Ok(tokens::obtain_mwt(self.desk()?, who_of(who)?.as_ref(), seconds()))
    }

    /// The subject of a refresh token.
    #[napi(catch_unwind)]
    pub fn jwt_present(&self, refresh: String) -> Result<String> {
        Ok(tokens::present(self.desk()?, &refresh, seconds()))
    }

    /// An access token and a refresh token for who asks.
    #[napi(catch_unwind)]
    pub fn jwt_obtain(&self, who: Option<String>) -> Result<AsyncTask<Errand>> {
        Ok(Errand::begin(self.desk()?.clone(), Asked::Obtain(who_of(who)?), seconds()))
    }

    /// The next pair for a refresh token, and who has its subject now.
    #[napi(catch_unwind)]
    pub fn jwt_refresh(&self, refresh: String, found: Option<String>) -> Result<AsyncTask<Errand>> {
        Ok(Errand::begin(self.desk()?.clone(), Asked::Refresh(refresh, who_of(found)?), seconds()))
    }

    /// The end of a refresh token's family.
    #[napi(catch_unwind)]
    pub fn jwt_revoke(&self, refresh: String) -> Result<AsyncTask<Errand>> {
        Ok(Errand::begin(self.desk()?.clone(), Asked::Revoke(refresh), seconds()))
    }

    /// How many requests are on their way.
    #[napi(catch_unwind)]
    pub fn open_requests(&self) -> u32 {
        self.drives.len() as u32
    }

    /// What is to be logged since this was last asked: for each line `error` or `warning`, and the text.
    #[napi(catch_unwind)]
    pub fn take_log(&mut self) -> Vec<String> {
        std::mem::take(&mut self.log)
    }
}

impl Application {
    /// What was declared.
    pub(crate) const fn core(&self) -> &Arc<mizan_core::registry::Application> {
        self.deployment.application()
    }

    fn desk(&self) -> Result<&TokenDesk> {
        self.deployment.token_desk().ok_or_else(|| misread("no function of tokens is switched on".to_owned()))
    }

    fn answer<'env>(&mut self, env: &'env Env, number: u32, answer: impl FnOnce(&mut Drive)) -> Result<JsString<'env>> {
        let mut opened =
            self.drives.remove(&number).ok_or_else(|| misread(format!("no request has the number {number}")))?;
        answer(&mut opened.drive);
        self.go_on(env, number, opened)
    }

    /// The next step of a request, which stays here unless it is over.
    fn go_on<'env>(&mut self, env: &'env Env, number: u32, mut opened: Opened) -> Result<JsString<'env>> {
        // One look: a store may answer at any time, and another look could see another step.
        if let Some(text) = frame::of_step(number, opened.drive.step()) {
            self.drives.insert(number, opened);
            return env.create_string_from_std(text);
        }
        let lines = opened.drive.take_log();
        let has_log = !lines.is_empty();
        for line in lines {
            self.log.push(if line.level == Level::Error { "error" } else { "warning" }.to_owned());
            self.log.push(line.text);
        }
        // A request that is over stays so.
        match opened.drive.step() {
            HostStep::Reply(response) => frame::of_reply(env, response, has_log),
            _ => Err(misread("a reply was taken back".to_owned())),
        }
    }

    /// A number that no other request has: each state of the hasher has keys that differ.
    fn nonce(&self) -> u64 {
        let mut hasher = self.nonces.build_hasher();
        hasher.write_u32(self.last);
        hasher.finish()
    }
}

/// The bytes of text in which each character stands for one.
fn bytes(text: &str) -> std::borrow::Cow<'_, [u8]> {
    if text.is_ascii() {
        return text.as_bytes().into();
    }
    text.chars().map(|character| u8::try_from(character).unwrap_or(b'?')).collect::<Vec<_>>().into()
}

fn who_of(text: Option<String>) -> Result<Option<Identity>> {
    text.map(|text| answer::identity(&text).map_err(misread)).transpose()
}

fn seconds() -> i64 {
    i64::try_from(clock()).unwrap_or(i64::MAX)
}

/// The seconds since 1970.
fn clock() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}

fn identity_text(identity: &Identity) -> String {
    let mut out = b"[".to_vec();
    write_string(&mut out, &identity.sub);
    let said = format!(",{},{},[", identity.staff, identity.superuser);
    out.extend_from_slice(said.as_bytes());
    for (index, name) in identity.permissions.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_string(&mut out, name);
    }
    out.extend_from_slice(b"],");
    match &identity.session {
        Some(session) => write_string(&mut out, session),
        None => out.extend_from_slice(b"null"),
    }
    out.push(b',');
    write_string(&mut out, identity.proof.name());
    out.push(b']');
    // The core writes UTF-8 alone.
    String::from_utf8(out).unwrap_or_default()
}
