//! What a function answers instead of its result.

use std::error::Error as StdError;
use std::fmt;

use mizan_core::dispatch::message::Failure;
use mizan_core::error::code::ErrorCode;
use mizan_core::error::detail::PathPart;

use crate::errors::Errors;

/// An error of the protocol, one that a function declares, or a mistake.
///
/// Any other error becomes one by `?`, and is then a mistake: the caller learns only that there was one, and under which
/// id it stands in the log.
///
/// ```
/// use mizan::Error;
///
/// fn parse(page: &str) -> Result<u32, Error> {
///     let page: u32 = page.parse()?;
///     if page == 0 {
///         return Err(Error::invalid("page", "Pages begin at 1."));
///     }
///     Ok(page)
/// }
/// assert_eq!(parse("x").unwrap_err().kind(), mizan::ErrorKind::Internal);
/// ```
pub struct Error(Box<Inner>);

#[derive(Debug)]
enum Inner {
    Protocol { code: ErrorCode, message: Option<String>, retry_after: Option<u32> },
    Invalid(Vec<(Place, String)>),
    Declared { code: &'static str, message: String, data: Option<Vec<u8>> },
    Raised(Box<dyn StdError + Send + Sync>),
}

/// The kind of an [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Nobody is signed in, and somebody has to be.
    Unauthenticated,
    /// The caller is known, and may not.
    Forbidden,
    /// What was asked for does not exist.
    NotFound,
    /// What was asked for does not fit with the present state.
    Conflict,
    /// Too many calls.
    RateLimited,
    /// Something that the call needs is down.
    Unavailable,
    /// Inputs that the function itself finds wrong.
    Invalid,
    /// An error that the function declares.
    Declared,
    /// A mistake.
    Internal,
}

/// Where in the inputs a problem is: the name of one, or a way into it.
///
/// ```
/// use mizan::{Error, Place};
///
/// Error::invalid(Place::from("lines").index(0).key("amount"), "is too much");
/// ```
#[derive(Debug, Clone)]
pub struct Place(Vec<PathPart>);

impl From<&str> for Place {
    fn from(input: &str) -> Self {
        Self(vec![PathPart::Key(input.to_owned())])
    }
}

impl Place {
    /// The item of that index.
    #[must_use]
    pub fn index(mut self, index: usize) -> Self {
        self.0.push(PathPart::Index(index));
        self
    }

    /// The member of that key.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.0.push(PathPart::Key(key.into()));
        self
    }
}

impl Error {
    fn protocol(code: ErrorCode, message: Option<String>) -> Self {
        Self(Box::new(Inner::Protocol { code, message, retry_after: None }))
    }

    /// Nobody is signed in, and somebody has to be.
    #[must_use]
    pub fn unauthenticated() -> Self {
        Self::protocol(ErrorCode::Unauthenticated, None)
    }

    /// The caller is known, and may not.
    #[must_use]
    pub fn forbidden() -> Self {
        Self::protocol(ErrorCode::Forbidden, None)
    }

    /// What was asked for does not exist.
    #[must_use]
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::protocol(ErrorCode::NotFound, Some(message.into()))
    }

    /// What was asked for does not fit with the present state.
    #[must_use]
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::protocol(ErrorCode::Conflict, Some(message.into()))
    }

    /// Too many calls.
    #[must_use]
    pub fn rate_limited() -> Self {
        Self::protocol(ErrorCode::RateLimited, None)
    }

    /// Something that the call needs is down.
    #[must_use]
    pub fn unavailable() -> Self {
        Self::protocol(ErrorCode::Unavailable, None)
    }

    /// An input that the function itself finds wrong, and what is wrong with it.
    #[must_use]
    pub fn invalid(place: impl Into<Place>, message: impl Into<String>) -> Self {
        Self(Box::new(Inner::Invalid(vec![(place.into(), message.into())])))
    }

    /// A mistake: the caller learns only that there was one, the log has the rest.
    #[must_use]
    pub fn internal(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(Box::new(Inner::Raised(source.into())))
    }

    /// An error that the function declares, by `errors = …` where its result does not name it.
    #[must_use]
    pub fn declared(error: impl Errors) -> Self {
        error.into_error()
    }

    pub(crate) fn with_data(code: &'static str, message: String, data: Option<Vec<u8>>) -> Self {
        Self(Box::new(Inner::Declared { code, message, data }))
    }

    /// What the caller reads, instead of the protocol's own words. Of an invalid input and of a mistake nothing changes.
    #[must_use]
    pub fn message(mut self, text: impl Into<String>) -> Self {
        match &mut *self.0 {
            Inner::Protocol { message, .. } => *message = Some(text.into()),
            Inner::Declared { message, .. } => *message = text.into(),
            Inner::Invalid(_) | Inner::Raised(_) => {}
        }
        self
    }

    /// Seconds after which it is worth another try; of a rate limit and of what is not available.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        if let Inner::Protocol { retry_after, .. } = &mut *self.0 {
            *retry_after = Some(seconds);
        }
        self
    }

    /// One more invalid input.
    #[must_use]
    pub fn and(mut self, place: impl Into<Place>, message: impl Into<String>) -> Self {
        if let Inner::Invalid(entries) = &mut *self.0 {
            entries.push((place.into(), message.into()));
        }
        self
    }

    /// What kind of error it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match &*self.0 {
            Inner::Protocol { code, .. } => match code {
                ErrorCode::Unauthenticated => ErrorKind::Unauthenticated,
                ErrorCode::Forbidden => ErrorKind::Forbidden,
                ErrorCode::NotFound => ErrorKind::NotFound,
                ErrorCode::Conflict => ErrorKind::Conflict,
                ErrorCode::RateLimited => ErrorKind::RateLimited,
                ErrorCode::Unavailable => ErrorKind::Unavailable,
                _ => ErrorKind::Internal,
            },
            Inner::Invalid(_) => ErrorKind::Invalid,
            Inner::Declared { .. } => ErrorKind::Declared,
            Inner::Raised(_) => ErrorKind::Internal,
        }
    }

    /// The code that the caller reads.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match &*self.0 {
            Inner::Protocol { code, .. } => code.name(),
            Inner::Invalid(_) => ErrorCode::Validation.name(),
            Inner::Declared { code, .. } => code,
            Inner::Raised(_) => ErrorCode::Internal.name(),
        }
    }

    /// What the token desk refuses with.
    pub(crate) fn from_failure(failure: Failure) -> Self {
        match failure {
            Failure::Protocol { code, message, retry_after } => {
                Self(Box::new(Inner::Protocol { code, message, retry_after }))
            }
            _ => Self::internal("no token can be made for this subject"),
        }
    }

    /// What the core is told, and what the log is, of a mistake.
    pub(crate) fn into_failure(self) -> (Failure, Option<String>) {
        let failure = match *self.0 {
            Inner::Protocol { code, message, retry_after } => Failure::Protocol { code, message, retry_after },
            Inner::Invalid(entries) => {
                Failure::Invalid(entries.into_iter().map(|(place, message)| (place.0, message)).collect())
            }
            Inner::Declared { code, message, data } => Failure::Declared { code: code.to_owned(), message, data },
            Inner::Raised(source) => return (Failure::Raised, Some(chain(&*source))),
        };
        (failure, None)
    }
}

/// An error and what caused it, from the outside in.
fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

impl<E: StdError + Send + Sync + 'static> From<E> for Error {
    fn from(error: E) -> Self {
        Self::internal(error)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Inner::Protocol { message: Some(message), .. } | Inner::Declared { message, .. } => {
                write!(formatter, "{}: {message}", self.code())
            }
            Inner::Protocol { .. } => formatter.write_str(self.code()),
            Inner::Invalid(entries) => {
                let messages: Vec<&str> = entries.iter().map(|(_, message)| message.as_str()).collect();
                write!(formatter, "{}: {}", self.code(), messages.join("; "))
            }
            Inner::Raised(source) => write!(formatter, "{}: {source}", self.code()),
        }
    }
}
