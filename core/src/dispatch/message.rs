//! What a host and an exchange tell each other.

use std::ops::Range;

use bytes::Bytes;

pub use super::field_value::FieldValue;
use super::origin::{Holding, Loading, Purging, Storing};
use crate::error::code::ErrorCode;
use crate::error::detail::PathPart;
pub use crate::invalidation::scope::{Computed, Invalidation};

/// A request as it came in. Nothing in it has been decoded.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The method, in upper case.
    pub method: &'a str,
    /// The path, still percent-encoded, with the base in front.
    pub path: &'a str,
    /// What stands after `?`; empty without one.
    pub query: &'a [u8],
    /// The header fields in order; names in any case. Only those that [`reads`] names are looked at.
    pub headers: &'a [(&'a [u8], &'a [u8])],
    /// The body. A host may cut it one byte beyond [`crate::registry::Application::body_limit`].
    pub body: &'a [u8],
    /// A number that no other request of the application has; it names the request in its log lines, and nothing else
    /// rests on it.
    pub nonce: u64,
    /// The time, in seconds since 1970.
    pub now: u64,
    /// Whether it came over TLS, as far as the host knows.
    pub secure: bool,
}

/// The header fields that an exchange reads, in lower case.
pub const READ: [&str; 11] = [
    "authorization",
    "content-length",
    "content-type",
    "cookie",
    "host",
    "if-none-match",
    "origin",
    "sec-fetch-site",
    "x-mizan-contract",
    "x-mizan-csrf",
    "x-mizan-token",
];

/// A bit for each length that one of [`READ`] has.
const LENGTHS: u32 = {
    let mut lengths = 0;
    let mut rest: &[&str] = &READ;
    while let [name, others @ ..] = rest {
        lengths |= 1 << name.len();
        rest = others;
    }
    lengths
};

/// The name in lower case, where it is that of a header field that an exchange reads. A host may leave out all others.
#[must_use]
pub fn reads(name: &[u8]) -> Option<&'static str> {
    // Of what a browser sends, most is told apart by its length alone.
    let is_long_as_one = u32::try_from(name.len()).is_ok_and(|length| LENGTHS.unbounded_shr(length) & 1 == 1);
    if is_long_as_one { READ.iter().find(|held| is_named(name, held)).copied() } else { None }
}

fn is_named(held: &[u8], name: &str) -> bool {
    // Most hosts have it in lower case.
    held.len() == name.len() && (held == name.as_bytes() || held.eq_ignore_ascii_case(name.as_bytes()))
}

impl<'a> Request<'a> {
    /// The first field of that name, which is one of [`READ`].
    pub(super) fn header(&self, name: &str) -> Option<&'a [u8]> {
        debug_assert!(READ.contains(&name), "a host may have left out {name}");
        self.headers.iter().find(|(held, _)| is_named(held, name)).map(|(_, value)| *value)
    }

    /// The values of every field of that name, which is one of [`READ`].
    pub(super) fn values(&self, name: &str) -> Vec<&'a [u8]> {
        debug_assert!(READ.contains(&name), "a host may have left out {name}");
        let named = self.headers.iter().filter(|(held, _)| is_named(held, name));
        named.map(|(_, value)| *value).collect()
    }
}

/// What the exchange needs next.
#[derive(Debug, Clone, Copy)]
pub enum Step<'a> {
    /// Find out who asks; answer with [`super::Exchange::identified`].
    Identify,
    /// Find out what the caller whom a token names is allowed; answer with [`super::Exchange::permitted`].
    Permissions(&'a str),
    /// Ask these callables of the application; answer with [`super::Exchange::guarded`], in the same order.
    Guard(&'a [GuardCall]),
    /// Look a bundle up; answer with [`super::Exchange::loaded`].
    Load(&'a Loading),
    /// Hold these tags, for mutations are about to run; answer with [`super::Exchange::held`].
    Hold(&'a Holding),
    /// Run these functions, all at once where the host can; answer with [`super::Exchange::returned`], in the same order.
    Invoke(&'a [Invocation]),
    /// Keep the bundle that was looked up and not there; answer with [`super::Exchange::stored`].
    Store(&'a Storing),
    /// Remove these tags; answer with [`super::Exchange::purged`].
    Purge(&'a Purging),
    /// Draw 16 bytes that nobody can guess, for a token against forged requests (CSRF-1); answer with
    /// [`super::Exchange::drew`].
    Draw,
    /// Send this reply. The exchange is over. Where the function of a page answered [`Outcome::Responded`] and the reply
    /// has no body, its headers are to be put on that response.
    Reply(&'a Response),
}

/// One guard of the application's own to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuardCall {
    /// The index of the function that it stands before.
    pub function: usize,
    /// The guard's name, as it was registered.
    pub guard: String,
}

/// What a guard of the application's own said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GuardOutcome {
    /// Go on.
    Allowed,
    /// Not this caller.
    Refused,
    /// It raised this instead of answering.
    Failed(Failure),
}

/// One function to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invocation {
    /// The index of the function.
    pub function: usize,
    /// Its args: a canonical JSON object, checked, defaults filled in; or as they came where they are raw.
    pub args: Vec<u8>,
    /// Whether the args are as they came, which only a host meets that has asked for it
    /// ([`Exchange::open_boxed`](super::Exchange::open_boxed)).
    pub is_raw: bool,
    /// The files that came with the call. In the args, the index of each stands where the file belongs.
    pub files: Vec<UploadedFile>,
    /// Milliseconds it may run; after that the outcome is [`Outcome::TimedOut`].
    pub timeout_ms: u32,
}

/// A file that came with a call (UPLOAD-9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadedFile {
    /// The name that the client gives it, reduced to its last component. It is not fit to be a path.
    pub file_name: String,
    /// The media type that the client says it has, in lower case and without parameters.
    pub content_type: String,
    /// Where its bytes stand in [`Request::body`], which the host still has.
    pub range: Range<usize>,
}

/// How a function ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It returned.
    Returned {
        /// The result as JSON text, as the host's encoder wrote it.
        result: Vec<u8>,
        /// What it said about what it changed.
        computed: Computed,
    },
    /// It returned, and the host printed the result by [`crate::ir::program::Program::encode`] with the function's shape.
    Checked {
        /// The result as that wrote it. It is not looked at again.
        result: Vec<u8>,
        /// What it said about what it changed.
        computed: Computed,
    },
    /// It answered a page with a response of the host's own, which the host keeps (PAGE-6).
    Responded {
        /// The response's HTTP status.
        status: u16,
        /// What it said about what it changed.
        computed: Computed,
    },
    /// It raised.
    Failed {
        /// What it raised.
        failure: Failure,
        /// What it had named by `invalidate()` until then (STORE-7).
        announced: Vec<Invalidation>,
    },
    /// It outran its limit.
    TimedOut {
        /// What it had named by `invalidate()` until then (STORE-7).
        announced: Vec<Invalidation>,
    },
}

impl From<Failure> for Outcome {
    /// The outcome of a function that raised before it had named anything.
    fn from(failure: Failure) -> Self {
        Self::Failed { failure, announced: Vec::new() }
    }
}

/// What a function or a guard raised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// An error of the protocol.
    Protocol {
        /// Its code.
        code: ErrorCode,
        /// A message for the caller; the code's own where there is none.
        message: Option<String>,
        /// Seconds after which to try again.
        retry_after: Option<u32>,
    },
    /// An error that the function declares.
    Declared {
        /// Its code.
        code: String,
        /// A message for the caller.
        message: String,
        /// Its data as JSON text.
        data: Option<Vec<u8>>,
    },
    /// The host's own validators refused the input; each entry has its path within the input.
    Invalid(Vec<(Vec<PathPart>, String)>),
    /// Anything else. The host logs it under [`super::Exchange::id`]; the caller learns only that id.
    Raised,
    /// What no host can hand on, such as a message that is no Unicode text: why. The core logs it; the caller learns only
    /// the id.
    Unreadable(String),
}

/// A reply.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The header fields in order, names in lower case. A host may keep its own form of values that are the same in other
    /// replies.
    pub headers: Vec<(&'static str, FieldValue)>,
    /// The body; empty for `HEAD` and 304. One that was kept is shared with what keeps it.
    pub body: Bytes,
}

/// Something that the host must log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// How bad it is.
    pub level: Level,
    /// What happened, with the function and where it was declared, and the request's id where a caller was told it.
    pub text: String,
}

/// How bad a log line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// The reply is right, and the application should mend something.
    Warning,
    /// The reply is an error that is the application's fault.
    Error,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_found_in_any_case() {
        for name in READ {
            assert_eq!(reads(name.as_bytes()), Some(name));
            assert_eq!(reads(name.to_ascii_uppercase().as_bytes()), Some(name));
            assert_eq!(reads(format!("{name}s").as_bytes()), None);
        }
        for length in 0..200 {
            assert_eq!(reads(&vec![b'a'; length]), None, "{length}");
        }
    }
}
