//! The handle to a frozen application, and what its requests seldom ask; see `live` for what they always do.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use mizan_core::identity::Identity;
use mizan_core::value::canonical::write_string;
use mizan_core::{dispatch, manifest, openapi};
use mizan_runtime::{Deployment, Drive, TokenDesk};
use napi::bindgen_prelude::{AsyncTask, Function, Uint8Array};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi::{Env, JsString, Result, Status};
use napi_derive::napi;

use crate::answer;
use crate::live::{self, Live, clock, log_texts, misread};
use crate::settings::{self, Given};
use crate::tokens::{self, Asked, Errand};

/// Tells JavaScript, from any thread, that a request may go on. It does not keep the process alive.
type Wake = ThreadsafeFunction<u32, (), u32, Status, false, true>;

/// A frozen, validated application.
#[napi]
pub struct Application {
    deployment: Deployment,
    wake: Arc<Wake>,
    number: u32,
    live: Rc<RefCell<Live>>,
}

/// What a function may still change that outlived its request.
#[napi]
pub struct Late {
    held: Option<mizan_runtime::Late>,
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
        let Given { options, asks } = settings::read(&settings, &secrets).map_err(misread)?;
        let deployment =
            Deployment::build(document.as_bytes(), &options).map_err(|unfit| misread(unfit.to_string()))?;
        let wake = wake.build_threadsafe_function::<u32>().weak::<true>().callee_handled::<false>().build()?;
        let (number, live) = live::admit(deployment.clone(), asks);
        Ok(Self { deployment, wake: Arc::new(wake), number, live })
    }

    /// What the plain functions of `live.rs` find it by.
    #[napi(catch_unwind)]
    pub fn number(&self) -> u32 {
        self.number
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

    /// Answers who asks; the next step (see `answer.rs` for the texts of all answers).
    #[napi(catch_unwind)]
    pub fn identified<'env>(&self, env: &'env Env, number: u32, answer: String) -> Result<JsString<'env>> {
        let caller = answer::caller(&answer);
        self.answer(env, number, |drive| drive.identified(caller))
    }

    /// Answers what the caller whom a token names is allowed; the next step.
    #[napi(catch_unwind)]
    pub fn permitted<'env>(&self, env: &'env Env, number: u32, answer: String) -> Result<JsString<'env>> {
        let permissions = answer::permissions(&answer);
        self.answer(env, number, |drive| drive.permitted(permissions))
    }

    /// Answers what the guards decided; the next step.
    #[napi(catch_unwind)]
    pub fn guarded<'env>(&self, env: &'env Env, number: u32, answer: String) -> Result<JsString<'env>> {
        let decisions = answer::decisions(&answer);
        self.answer(env, number, |drive| drive.guarded(decisions))
    }

    /// Who asks, as far as that was asked for: a JSON list of `sub`, `staff`, `superuser`, permissions, session and proof.
    #[napi(catch_unwind)]
    pub fn identity(&self, number: u32) -> Option<String> {
        self.live.borrow().opened(number)?.drive.identity().map(identity_text)
    }

    /// The id of a request, which its caller is told of an error and its log lines have.
    #[napi(catch_unwind)]
    pub fn request_id(&self, number: u32) -> String {
        self.live.borrow().opened(number).map_or_else(String::new, |opened| format!("{:016x}", opened.nonce))
    }

    /// After a step that waits: the function given at construction is called with the number when the request may go on.
    /// True, and nothing is called, if it may at once.
    #[napi(catch_unwind)]
    pub fn expect(&self, number: u32) -> bool {
        let live = self.live.borrow();
        let Some(opened) = live.opened(number) else { return true };
        let wake = Arc::clone(&self.wake);
        opened.drive.expect(move || {
            // A thread of JavaScript's that has ended is told nothing.
            wake.call(number, ThreadsafeFunctionCallMode::NonBlocking);
        })
    }

    /// After a step that waited, once it may go on: the next step.
    #[napi(catch_unwind)]
    pub fn resume<'env>(&self, env: &'env Env, number: u32) -> Result<JsString<'env>> {
        self.answer(env, number, |_| ())
    }

    /// Ends a request, or refuses one that was never opened, by an error that is none of its functions': its reply. The log
    /// has the problem, under the id that the caller is told.
    #[napi(catch_unwind)]
    pub fn fail<'env>(&self, env: &'env Env, number: u32, problem: String) -> Result<JsString<'env>> {
        self.live.borrow_mut().fail(env, number, &problem)
    }

    /// The reply to a request whose body broke off.
    #[napi(catch_unwind)]
    pub fn refuse_broken_body<'env>(&self, env: &'env Env) -> Result<JsString<'env>> {
        self.live.borrow_mut().say(env, &dispatch::of_broken_body(self.core()), false)
    }

    /// While functions run: what they may still change, for one that outran its limit and that nothing can stop. Nothing
    /// where no bundle is kept.
    #[napi(catch_unwind)]
    pub fn late(&self, number: u32) -> Option<Late> {
        let late = self.live.borrow().opened(number)?.drive.late()?;
        Some(Late { held: Some(late) })
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
        self.live.borrow().count()
    }

    /// What is to be logged since this was last asked: for each line `error` or `warning`, and the text.
    #[napi(catch_unwind)]
    pub fn take_log(&self) -> Vec<String> {
        self.live.borrow_mut().take_log()
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

    fn answer<'env>(&self, env: &'env Env, number: u32, answer: impl FnOnce(&mut Drive)) -> Result<JsString<'env>> {
        self.live.borrow_mut().answer(env, number, answer)
    }
}

impl Drop for Application {
    fn drop(&mut self) {
        live::dismiss(self.number);
    }
}

#[napi]
impl Late {
    /// The function has ended: what it may have changed is taken away. `announced` are the targets that it has named
    /// (see `answer.rs`). What there is to log, as `take_log` gives it.
    #[napi(catch_unwind)]
    pub fn ended(&mut self, announced: String) -> Vec<String> {
        let announced = answer::announced(&announced);
        self.held.take().map_or_else(Vec::new, |late| log_texts(late.ended(&announced)).collect())
    }
}

fn who_of(text: Option<String>) -> Result<Option<Identity>> {
    text.map(|text| answer::identity(&text).map_err(misread)).transpose()
}

fn seconds() -> i64 {
    i64::try_from(clock()).unwrap_or(i64::MAX)
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
