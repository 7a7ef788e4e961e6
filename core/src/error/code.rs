//! The protocol's own errors: codes, statuses, and the fixed messages (ERR-1).

use super::detail::{Detail, MAX_DETAILS};
use crate::value::canonical;

/// A code that the protocol itself defines. Applications declare further ones, never these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorCode {
    /// Not the protocol: malformed JSON, wrong envelope.
    BadRequest,
    /// No identity where one is needed, or a proof of one that does not hold.
    Unauthenticated,
    /// The identity is known and not allowed.
    Forbidden,
    /// An unknown function, context or route; or raised by the function.
    NotFound,
    /// A known route, another method.
    MethodNotAllowed,
    /// Raised by the function.
    Conflict,
    /// A body over its limit.
    PayloadTooLarge,
    /// A body of a type that the route does not take.
    UnsupportedMediaType,
    /// Args or params do not fit.
    Validation,
    /// Raised by the application's limiter.
    RateLimited,
    /// The function failed, or returned what its type does not allow.
    Internal,
    /// A dependency is down.
    Unavailable,
    /// The function outran its limit.
    Timeout,
}

impl ErrorCode {
    /// Every code, in the order of the protocol page.
    pub const ALL: [Self; 13] = [
        Self::BadRequest,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::Conflict,
        Self::PayloadTooLarge,
        Self::UnsupportedMediaType,
        Self::Validation,
        Self::RateLimited,
        Self::Internal,
        Self::Unavailable,
        Self::Timeout,
    ];

    /// The code on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BadRequest => "BAD_REQUEST",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::NotFound => "NOT_FOUND",
            Self::MethodNotAllowed => "METHOD_NOT_ALLOWED",
            Self::Conflict => "CONFLICT",
            Self::PayloadTooLarge => "PAYLOAD_TOO_LARGE",
            Self::UnsupportedMediaType => "UNSUPPORTED_MEDIA_TYPE",
            Self::Validation => "VALIDATION",
            Self::RateLimited => "RATE_LIMITED",
            Self::Internal => "INTERNAL",
            Self::Unavailable => "UNAVAILABLE",
            Self::Timeout => "TIMEOUT",
        }
    }

    /// The code of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.name() == name)
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::Unauthenticated => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::Conflict => 409,
            Self::PayloadTooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::Validation => 422,
            Self::RateLimited => 429,
            Self::Internal => 500,
            Self::Unavailable => 503,
            Self::Timeout => 504,
        }
    }

    /// The message where nothing more exact is said.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::BadRequest => "the request is not of the protocol",
            Self::Unauthenticated => "sign in first",
            Self::Forbidden => "not allowed",
            Self::NotFound => "not found",
            Self::MethodNotAllowed => "method not allowed",
            Self::Conflict => "conflict",
            Self::PayloadTooLarge => "the body is too large",
            Self::UnsupportedMediaType => "the body must be application/json",
            Self::Validation => "the input does not fit",
            Self::RateLimited => "too many requests",
            Self::Internal => "internal error",
            Self::Unavailable => "unavailable",
            Self::Timeout => "timed out",
        }
    }
}

/// An error as a reply carries it (ERR-3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorReply {
    /// The code: one of [`ErrorCode`], or one that the function declared.
    pub code: String,
    /// The HTTP status.
    pub status: u16,
    /// What went wrong, for a person.
    pub message: String,
    /// Canonical JSON of a declared error's data.
    pub data: Option<Vec<u8>>,
    /// What does not fit, with `VALIDATION`.
    pub details: Vec<Detail>,
    /// The member of a bundle that failed.
    pub function: Option<String>,
    /// The request's id, with `INTERNAL`.
    pub id: Option<String>,
    /// Seconds after which to try again.
    pub retry_after: Option<u32>,
    /// Whether the client was built from another contract, where that may explain the error (ERR-6).
    pub contract_changed: bool,
    /// Whether the token against forged requests is what was missing (CSRF-9).
    pub needs_csrf: bool,
    /// Whether what says who asks is not valid, so that nothing has run (AUTH-9).
    pub refuses_token: bool,
}

impl ErrorReply {
    /// An error of the protocol with its usual message.
    #[must_use]
    pub fn new(code: ErrorCode) -> Self {
        Self::with_message(code, code.message())
    }

    /// An error of the protocol with a message of its own.
    #[must_use]
    pub fn with_message(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code: code.name().to_owned(),
            status: code.status(),
            message: message.into(),
            data: None,
            details: Vec::new(),
            function: None,
            id: None,
            retry_after: None,
            contract_changed: false,
            needs_csrf: false,
            refuses_token: false,
        }
    }

    /// A `VALIDATION` error; its details are put in order here, and those beyond [`MAX_DETAILS`] left out (LIM-10).
    #[must_use]
    pub fn validation(mut details: Vec<Detail>) -> Self {
        details.sort();
        details.truncate(MAX_DETAILS);
        Self { details, ..Self::new(ErrorCode::Validation) }
    }

    /// Says that the contract has changed, where that may explain the error (ERR-6). `changed`: whether it has.
    pub(crate) fn mark_contract(&mut self, changed: bool) {
        let explains = [ErrorCode::BadRequest, ErrorCode::NotFound, ErrorCode::Validation];
        self.contract_changed |= changed && explains.iter().any(|code| code.name() == self.code);
    }

    /// Appends `{"code":…}`, canonical, without the envelope around it.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"code\":");
        canonical::write_string(out, &self.code);
        if self.contract_changed {
            out.extend_from_slice(b",\"contract\":\"changed\"");
        }
        if let Some(data) = &self.data {
            out.extend_from_slice(b",\"data\":");
            out.extend_from_slice(data);
        }
        if !self.details.is_empty() {
            out.extend_from_slice(b",\"details\":");
            Detail::write_list(&self.details, out);
        }
        if let Some(function) = &self.function {
            out.extend_from_slice(b",\"function\":");
            canonical::write_string(out, function);
        }
        if let Some(id) = &self.id {
            out.extend_from_slice(b",\"id\":");
            canonical::write_string(out, id);
        }
        out.extend_from_slice(b",\"message\":");
        canonical::write_string(out, &self.message);
        out.push(b'}');
    }
}

#[cfg(test)]
mod tests {
    use super::super::detail::PathPart;
    use super::*;

    #[test]
    fn every_code_is_found_by_its_name() {
        for code in ErrorCode::ALL {
            assert_eq!(ErrorCode::from_name(code.name()), Some(code));
        }
        assert_eq!(ErrorCode::from_name("bad_request"), None);
    }

    #[test]
    fn a_reply_carries_the_first_of_too_many_details() {
        let at = |place: usize| Detail::custom("odd".to_owned(), vec![PathPart::Index(place)]);
        for count in [MAX_DETAILS, MAX_DETAILS + 1] {
            let details = ErrorReply::validation((0..count).rev().map(at).collect()).details;
            assert_eq!(details, (0..MAX_DETAILS).map(at).collect::<Vec<_>>());
        }
    }

    #[test]
    fn members_are_in_canonical_order() {
        let mut error = ErrorReply::new(ErrorCode::Internal);
        error.contract_changed = true;
        error.data = Some(b"{\"taken_by\":5}".to_vec());
        error.function = Some("user_profile".to_owned());
        error.id = Some("00000000000000ff".to_owned());
        let mut out = Vec::new();
        error.write(&mut out);
        assert_eq!(
            String::from_utf8(out).expect("UTF-8"),
            r#"{"code":"INTERNAL","contract":"changed","data":{"taken_by":5},"function":"user_profile","id":"00000000000000ff","message":"internal error"}"#
        );
    }
}
