//! Reading the body of a call: one call or a batch of them (HTTP-4, CALL-1, BATCH-1, BATCH-4, REFRESH-1,
//! UPLOAD-1, UPLOAD-2).

use std::ops::Range;

use super::args::Args;
use super::message::Request;
use crate::error::code::{ErrorCode, ErrorReply};
use crate::ir::program::Refusal;
use crate::registry::{Application, FrozenFunction};
use crate::upload::content_type::{BodyType, body_type};
use crate::upload::multipart::{self, FilePart};
use crate::value::json;
use crate::value::json::JsonError;
use crate::value::keys::KeyStack;
use crate::value::reader::{Kind, Reader};

/// What a body asks for.
#[derive(Debug)]
pub(super) enum Envelope {
    Call(CallRequest),
    /// An entry that is no call stands for itself as its error, so that the others of its batch go on.
    Batch(Vec<Result<CallRequest, ErrorReply>>),
}

#[derive(Debug)]
pub(super) struct CallRequest {
    /// The index of the function; none where there is none of that name.
    pub function: Option<usize>,
    pub args: Args,
    /// The files that came with it.
    pub files: Vec<FilePart>,
    pub refresh: Vec<RefreshRequest>,
}

/// A bundle that the client shows and would have to fetch again.
#[derive(Debug)]
pub(super) struct RefreshRequest {
    pub context: String,
    /// The raw text of the params.
    pub params: Vec<u8>,
}

const EMPTY: &[u8] = b"{}";

/// What the body of a request asks for. Args are checked with it, but what a host `reads`, and what comes with files.
pub(super) fn read(app: &Application, request: &Request<'_>, reads: bool) -> Result<Envelope, ErrorReply> {
    let limits = app.limits();
    let form = match body_type(request.header("content-type")) {
        BodyType::Json => None,
        BodyType::Form(boundary) if app.takes_uploads() => Some(boundary),
        BodyType::Form(_) | BodyType::Other => return Err(unsupported(app)),
    };
    check_length(app, request)?;
    let body = request.body;
    if let Some(boundary) = form {
        return form_call(app, body, boundary).map(Envelope::Call);
    }
    if first_byte(body) == Some(b'[') {
        let items = json::items(body).map_err(malformed)?;
        if items.len() > limits.batch as usize {
            return Err(bad_request(format!("a batch holds at most {} calls", limits.batch)));
        }
        return Ok(Envelope::Batch(items.into_iter().map(|range| call(app, slice(body, range), reads)).collect()));
    }
    call(app, body, reads).map(Envelope::Call)
}

/// Refuses a body that is longer than its limit, or says that it is (LIM-1, LIM-12, PAGE-8). What stands there may have been
/// cut; nothing may read it as if it were whole.
pub(super) fn check_length(app: &Application, request: &Request<'_>) -> Result<(), ErrorReply> {
    let limit = app.body_limit(request.header("content-type"));
    if request.body.len() > limit as usize || declared_length(request) > u64::from(limit) {
        return Err(ErrorReply::new(ErrorCode::PayloadTooLarge));
    }
    Ok(())
}

impl Application {
    /// The most bytes of a body of that type that are read: a host may cut it one byte beyond.
    #[must_use]
    pub fn body_limit(&self, content_type: Option<&[u8]>) -> u32 {
        let takes_files = self.takes_uploads() || !self.pages().is_empty();
        let is_form = takes_files && matches!(body_type(content_type), BodyType::Form(_));
        if is_form { self.limits().upload } else { self.limits().body }
    }
}

fn unsupported(app: &Application) -> ErrorReply {
    let error = ErrorReply::new(ErrorCode::UnsupportedMediaType);
    if app.takes_uploads() {
        let message = "the body must be application/json or multipart/form-data".to_owned();
        return ErrorReply { message, ..error };
    }
    error
}

/// The call of a multipart body, with its files. There is no batch of those: a file belongs to one call.
fn form_call(app: &Application, body: &[u8], boundary: Option<&[u8]>) -> Result<CallRequest, ErrorReply> {
    let boundary = boundary.ok_or_else(|| bad_request("multipart/form-data has one boundary of 1 to 70 characters"))?;
    let form = multipart::read(body, boundary, &app.limits())?;
    let text = slice(body, form.call);
    if first_byte(text) == Some(b'[') {
        json::check(text).map_err(malformed)?;
        return Err(bad_request("a multipart body has one call, not a batch"));
    }
    Ok(CallRequest { files: form.files, ..call(app, text, true)? })
}

/// The length that the request declares; zero where it declares none that can be read.
fn declared_length(request: &Request<'_>) -> u64 {
    /// As many digits as fit whatever they are.
    const FITTING: usize = 19;
    let Some(value) = request.header("content-length") else { return 0 };
    if value.len() <= FITTING && value.iter().all(u8::is_ascii_digit) {
        return value.iter().fold(0, |length, digit| 10 * length + u64::from(digit - b'0'));
    }
    std::str::from_utf8(value).ok().and_then(|text| text.trim().parse().ok()).unwrap_or_default()
}

/// `reads`: whether args are left as they came, for the host to check, or together with the files that belong to them.
fn call(app: &Application, text: &[u8], reads: bool) -> Result<CallRequest, ErrorReply> {
    if let Some(Compact { is_named: true, function, args, refresh }) = compact(app, text, reads) {
        let refresh = refresh.map_or(Ok(Vec::new()), |text| self::refresh(app, text))?;
        let args = args.unwrap_or_else(|| Args::Raw(EMPTY.to_vec()));
        return Ok(CallRequest { function, args, files: Vec::new(), refresh });
    }
    if first_byte(text) != Some(b'{') {
        json::check(text).map_err(malformed)?;
        return Err(bad_request("a call is an object with the member \"fn\""));
    }
    let mut name = None;
    let mut args = EMPTY;
    let mut refresh = Vec::new();
    for (key, range) in json::members(text).map_err(malformed)? {
        let value = slice(text, range);
        match key.as_ref() {
            "fn" => match json::string(value) {
                Some(text) => name = Some(text),
                _ => return Err(bad_request("\"fn\" must be the name of a function")),
            },
            "args" => args = value,
            "refresh" => refresh = self::refresh(app, value)?,
            _ => return Err(bad_request("a call has no other members than \"fn\", \"args\" and \"refresh\"")),
        }
    }
    let name = name.ok_or_else(|| bad_request("a call is an object with the member \"fn\""))?;
    let function = app.function_index(&name);
    Ok(CallRequest { function, args: Args::Raw(args.to_vec()), files: Vec::new(), refresh })
}

/// What a call's members say.
#[derive(Default)]
struct Compact<'a> {
    is_named: bool,
    function: Option<usize>,
    args: Option<Args>,
    refresh: Option<&'a [u8]>,
}

/// The members of a call that has no others, where no blanks stand between them, as most clients write it. None says nothing:
/// such a text is read member by member.
fn compact<'a>(app: &Application, text: &'a [u8], reads: bool) -> Option<Compact<'a>> {
    if !text.starts_with(b"{\"") {
        return None;
    }
    let mut reader = Reader::open(text).ok()?;
    reader.enter().ok()?;
    let mut keys = KeyStack::default();
    let mut call = Compact::default();
    loop {
        if !call.is_named && reader.eat(b"\"fn\":") {
            if reader.kind() != Ok(Kind::String) {
                return None;
            }
            call.is_named = true;
            call.function = app.function_index(&reader.string().ok()?.decode());
        } else if call.args.is_none() && reader.eat(b"\"args\":") {
            let function = call.function.filter(|_| !reads).and_then(|index| app.function(index));
            call.args = Some(match function.and_then(|(_, frozen)| checked(app, frozen, &mut reader)) {
                Some(canonical) => Args::Canonical(canonical),
                None => Args::Raw(slice(text, reader.extent(&mut keys).ok()?).to_vec()),
            });
        } else if call.refresh.is_none() && reader.eat(b"\"refresh\":") {
            call.refresh = Some(slice(text, reader.extent(&mut keys).ok()?));
        } else {
            return None;
        }
        if !reader.eat(b",") {
            break;
        }
    }
    (reader.eat(b"}") && reader.finish().is_ok()).then_some(call)
}

/// The args that stand at the reader, which takes them, in canonical form. Those that do not fit are not taken: their
/// problems are for whoever may make the call.
fn checked(app: &Application, function: &FrozenFunction, reader: &mut Reader<'_>) -> Option<Vec<u8>> {
    let mut args = Vec::new();
    app.program().transcode_here(function.input, reader, &mut args).ok().map(|()| args)
}

fn refresh(app: &Application, text: &[u8]) -> Result<Vec<RefreshRequest>, ErrorReply> {
    let wrong = || bad_request("\"refresh\" must be a list of objects with the members \"context\" and \"params\"");
    let limit = app.limits().refresh;
    if first_byte(text) != Some(b'[') {
        return Err(wrong());
    }
    let items = json::items(text).map_err(malformed)?;
    if items.len() > limit as usize {
        return Err(bad_request(format!("a call refreshes at most {limit} bundles")));
    }
    let mut requests = Vec::with_capacity(items.len());
    for range in items {
        let item = slice(text, range);
        if first_byte(item) != Some(b'{') {
            return Err(wrong());
        }
        let mut context = None;
        let mut params = EMPTY;
        for (key, range) in json::members(item).map_err(malformed)? {
            let value = slice(item, range);
            match key.as_ref() {
                "context" => match json::string(value) {
                    Some(text) => context = Some(text.into_owned()),
                    _ => return Err(wrong()),
                },
                "params" => params = value,
                _ => return Err(wrong()),
            }
        }
        requests.push(RefreshRequest { context: context.ok_or_else(wrong)?, params: params.to_vec() });
    }
    Ok(requests)
}

fn first_byte(text: &[u8]) -> Option<u8> {
    text.trim_ascii_start().first().copied()
}

fn slice(text: &[u8], range: Range<usize>) -> &[u8] {
    text.get(range).unwrap_or_default()
}

/// The body is no JSON.
fn malformed(error: JsonError) -> ErrorReply {
    Refusal::Malformed(error).into()
}

pub(super) fn bad_request(message: impl Into<String>) -> ErrorReply {
    ErrorReply::with_message(ErrorCode::BadRequest, message)
}
