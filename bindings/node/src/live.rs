//! The requests that an application is answering, found by its number.
//!
//! What every request needs are plain functions, which take that number: a method of a class costs a third of a
//! microsecond more each time, for the class to be unwrapped and borrowed.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};
use std::rc::Rc;
use std::time::{SystemTime, UNIX_EPOCH};

use memchr::memchr;
use mizan_core::dispatch;
use mizan_core::dispatch::message::{Level, LogLine, Request, Response, reads};
use mizan_runtime::{Deployment, Drive};
use napi::bindgen_prelude::{FunctionCallContext, Object};
use napi::{Env, Error, JsString, Result, Status};
use napi_derive::napi;

use crate::answer::{self, Misread};
use crate::forms::Forms;
use crate::text::Text;
use crate::{frame, text};

thread_local! {
    /// The applications of this thread, by their numbers.
    static SERVED: RefCell<Vec<Option<Rc<RefCell<Live>>>>> = const { RefCell::new(Vec::new()) };
}

/// What an application is answering.
pub(crate) struct Live {
    pub(crate) deployment: Deployment,
    /// The requests whose steps JavaScript is taking, by number.
    drives: HashMap<u32, Box<Opened>, BuildHasherDefault<ByNumber>>,
    last: u32,
    nonces: RandomState,
    /// What is to be logged: for each line whether it is an error, and the text.
    log: Vec<String>,
    /// Whether JavaScript is asked who asks.
    asks: bool,
    /// Room for the texts of steps.
    room: Vec<u8>,
    forms: Forms,
}

/// The most bytes of room that are kept from one text to the next.
const ROOM: usize = 64 << 10;

/// A request on its way.
pub(crate) struct Opened {
    pub(crate) drive: Drive,
    /// What its log lines are found under.
    pub(crate) nonce: u64,
}

/// Numbers that are counted up are spread well enough as they are.
#[derive(Default)]
struct ByNumber(u64);

impl Hasher for ByNumber {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 << 8) | u64::from(*byte);
        }
    }

    fn write_u32(&mut self, number: u32) {
        // Tables look at the highest bits too.
        self.0 = u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

pub(crate) fn misread(problem: Misread) -> Error {
    Error::new(Status::InvalidArg, problem)
}

/// Makes an application known to this thread: its number, and what is shared with whoever owns it.
pub(crate) fn admit(deployment: Deployment, asks: bool) -> (u32, Rc<RefCell<Live>>) {
    let live = Rc::new(RefCell::new(Live {
        deployment,
        drives: HashMap::default(),
        last: 0,
        nonces: RandomState::new(),
        log: Vec::new(),
        asks,
        room: Vec::new(),
        forms: Forms::default(),
    }));
    SERVED.with_borrow_mut(|served| {
        served.push(Some(Rc::clone(&live)));
        (served.len() as u32 - 1, live)
    })
}

/// Forgets an application. Its number is nobody's again.
pub(crate) fn dismiss(application: u32) {
    // A thread that is ending has forgotten all of them.
    let _ = SERVED.try_with(|served| {
        let held = served.try_borrow_mut().ok().and_then(|mut served| served.get_mut(application as usize)?.take());
        drop(held);
    });
}

fn with<T>(application: u32, run: impl FnOnce(&mut Live) -> Result<T>) -> Result<T> {
    SERVED.with_borrow(|served| match served.get(application as usize) {
        Some(Some(live)) => run(&mut live.borrow_mut()),
        _ => Err(misread(format!("no application has the number {application}"))),
    })
}

/// What every request calls.
///
/// Around each call of a function that `#[napi]` exports, books are kept of what its arguments borrow, for work that outlives
/// the call. None does here, and a closure is called without them: they cost more than all else that hands a call over. A
/// panic is an error for JavaScript there too.
#[napi(module_exports)]
pub(crate) fn plain_functions(mut exports: Object<'_>, env: Env) -> Result<()> {
    // It is gone when they are. What a closure returns cannot borrow from the call.
    let env: &'static Env = Box::leak(Box::new(env));
    let open = move |call: FunctionCallContext<'_>| begin(env, call.get(0)?, call.get(1)?, None, call.get(2)?);
    let open_with =
        move |call: FunctionCallContext<'_>| begin(env, call.get(0)?, call.get(1)?, Some(call.get(2)?), call.get(3)?);
    let returned = move |call: FunctionCallContext<'_>| returned(env, call.get(0)?, call.get(1)?, call.get(2)?);
    exports.set("open", env.create_function_from_closure::<(), _, _>("open", open)?)?;
    exports.set("openWith", env.create_function_from_closure::<(), _, _>("openWith", open_with)?)?;
    exports.set("returned", env.create_function_from_closure::<(), _, _>("returned", returned)?)
}

/// Begins to answer a request; the first step (see `frame.rs`).
///
/// `head` is the method, the path with its query, and a name and a value for each header field, each in a line of its own;
/// characters of values are bytes. What has no body is called without: to borrow one takes as long as the rest.
fn begin<'env>(
    env: &'env Env,
    application: u32,
    head: JsString<'env>,
    body: Option<&[u8]>,
    secure: bool,
) -> Result<JsString<'env>> {
    let head = Text::of(head)?;
    with(application, |live| {
        let chance = Chance { nonce: live.nonce(), now: clock(), random: None };
        live.open(env, head.bytes(), body, secure, chance)
    })
}

/// As `open`, with what is otherwise the clock's and random, for tests: `nonce` is 16 hexadecimal digits, `random` 16 bytes.
#[napi(catch_unwind)]
#[allow(clippy::too_many_arguments, reason = "flat values cost less than an object")]
pub(crate) fn open_at<'env>(
    env: &'env Env,
    application: u32,
    head: String,
    body: Option<&[u8]>,
    secure: bool,
    nonce: String,
    now: f64,
    random: Option<&[u8]>,
) -> Result<JsString<'env>> {
    let random = random.map(<[u8; 16]>::try_from).transpose().map_err(|error| misread(error.to_string()))?;
    let nonce = u64::from_str_radix(&nonce, 16).map_err(|error| misread(error.to_string()))?;
    #[expect(clippy::cast_sign_loss, reason = "a time before 1970 becomes 1970")]
    let chance = Chance { nonce, now: now as u64, random };
    with(application, |live| live.open(env, head.as_bytes(), body, secure, chance))
}

/// What is not the request's own.
struct Chance {
    nonce: u64,
    now: u64,
    /// Bytes in place of those that are drawn.
    random: Option<[u8; 16]>,
}

/// Answers how the functions ended; the next step (see `answer.rs` for the texts).
fn returned<'env>(env: &'env Env, application: u32, number: u32, answers: JsString<'env>) -> Result<JsString<'env>> {
    let outcomes = answer::outcomes(Text::of(answers)?.bytes());
    with(application, |live| live.answer(env, number, |drive| drive.returned(outcomes)))
}

/// The form of replies that has that character (see `forms.rs`).
#[napi(catch_unwind)]
pub(crate) fn reply_form(application: u32, character: u32) -> Result<String> {
    with(application, |live| {
        live.forms.text(character).ok_or_else(|| misread(format!("no form of replies has the character {character}")))
    })
}

impl Live {
    fn open<'env>(
        &mut self,
        env: &'env Env,
        head: &[u8],
        body: Option<&[u8]>,
        secure: bool,
        Chance { nonce, now, random }: Chance,
    ) -> Result<JsString<'env>> {
        let mut lines = Lines(Some(head));
        let method = lines.text()?;
        let target = lines.text()?;
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut headers: Vec<(&[u8], &[u8])> = Vec::with_capacity(8);
        let fields;
        if head.is_ascii() {
            while let (Some(name), Some(value)) = (lines.next(), lines.next()) {
                headers.extend(reads(name).map(|name| (name.as_bytes(), value)));
            }
        } else {
            fields = values(lines)?;
            headers.extend(fields.iter().map(|(name, value)| (name.as_bytes(), value.as_slice())));
        }
        let (query, body) = (query.as_bytes(), body.unwrap_or_default());
        let request = Request { method, path, query, headers: &headers, body, nonce, now, secure };
        let drive = self.deployment.open(&request).drawing(random);
        self.last = self.last.wrapping_add(1);
        self.go_on(env, self.last, Box::new(Opened { drive, nonce }))
    }

    /// A request on its way, unless it is over.
    pub(crate) fn opened(&self, number: u32) -> Option<&Opened> {
        self.drives.get(&number).map(Box::as_ref)
    }

    /// How many requests are on their way.
    pub(crate) fn count(&self) -> u32 {
        self.drives.len() as u32
    }

    /// Ends a request by an error that is none of its functions': its reply.
    pub(crate) fn fail<'env>(&mut self, env: &'env Env, number: u32, problem: &str) -> Result<JsString<'env>> {
        let opened = self.drives.remove(&number);
        self.last = self.last.wrapping_add(1);
        let nonce = opened.as_ref().map_or_else(|| self.nonce(), |opened| opened.nonce);
        // What its functions have changed until then, nobody told.
        if let Some(late) = opened.and_then(|opened| opened.drive.late()) {
            self.log.extend(log_texts(late.ended(&[answer::everything()])));
        }
        self.log.extend(["error".to_owned(), format!("{problem} (id {nonce:016x})")]);
        let (reply, _) = dispatch::of_failed_core(self.deployment.application(), nonce);
        self.say(env, &reply, true)
    }

    /// What is to be logged since this was last asked.
    pub(crate) fn take_log(&mut self) -> Vec<String> {
        std::mem::take(&mut self.log)
    }

    /// Lets a request take an answer; its next step.
    pub(crate) fn answer<'env>(
        &mut self,
        env: &'env Env,
        number: u32,
        answer: impl FnOnce(&mut Drive),
    ) -> Result<JsString<'env>> {
        let mut opened =
            self.drives.remove(&number).ok_or_else(|| misread(format!("no request has the number {number}")))?;
        answer(&mut opened.drive);
        self.go_on(env, number, opened)
    }

    /// The next step of a request, which stays here unless it is over.
    fn go_on<'env>(&mut self, env: &'env Env, number: u32, mut opened: Box<Opened>) -> Result<JsString<'env>> {
        self.room.clear();
        // One look: a store may answer at any time, and another look could see another step.
        if frame::of_step(&mut self.room, number, opened.drive.step()) {
            if !self.asks && self.room.first() == Some(&b'I') {
                opened.drive.identified(Ok(None));
                return self.go_on(env, number, opened);
            }
            self.drives.insert(number, opened);
            return text::of_utf8(env, &self.room);
        }
        let lines = opened.drive.take_log();
        let has_log = !lines.is_empty();
        self.log.extend(log_texts(lines));
        self.say(env, &opened.drive.take_reply(), has_log)
    }

    /// The text of a reply.
    pub(crate) fn say<'env>(&mut self, env: &'env Env, reply: &Response, has_log: bool) -> Result<JsString<'env>> {
        self.room.clear();
        frame::of_reply(&mut self.room, reply, has_log, self.forms.find(reply));
        let text = env.create_string_latin1(&self.room);
        self.room.shrink_to(ROOM);
        text
    }

    /// A number that no other request has: each state of the hasher has keys that differ.
    fn nonce(&self) -> u64 {
        let mut hasher = self.nonces.build_hasher();
        hasher.write_u32(self.last);
        hasher.finish()
    }
}

/// For each line `error` or `warning`, and the text.
pub(crate) fn log_texts(lines: Vec<LogLine>) -> impl Iterator<Item = String> {
    lines.into_iter().flat_map(|line| {
        let level = if line.level == Level::Error { "error" } else { "warning" };
        [level.to_owned(), line.text]
    })
}

/// The lines of what is left of a head.
struct Lines<'a>(Option<&'a [u8]>);

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.0.take()?;
        let Some(end) = memchr(b'\n', rest) else { return Some(rest) };
        self.0 = rest.get(end + 1..);
        rest.get(..end)
    }
}

impl<'a> Lines<'a> {
    /// The next one as text.
    fn text(&mut self) -> Result<&'a str> {
        text_of(self.next().unwrap_or_default())
    }
}

fn text_of(line: &[u8]) -> Result<&str> {
    std::str::from_utf8(line).map_err(|error| misread(error.to_string()))
}

/// Header fields from text in which each character stands for a byte.
fn values(mut lines: Lines<'_>) -> Result<Vec<(&'static str, Vec<u8>)>> {
    let mut fields = Vec::new();
    while let (Some(name), Some(value)) = (lines.next(), lines.next()) {
        if let Some(name) = reads(name) {
            let characters = text_of(value)?.chars();
            let bytes = characters.map(|character| u8::try_from(character).unwrap_or(b'?')).collect();
            fields.push((name, bytes));
        }
    }
    Ok(fields)
}

/// The seconds since 1970.
pub(crate) fn clock() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}
