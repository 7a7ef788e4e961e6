//! What a function takes from its call besides its inputs.

use std::any::{TypeId, type_name};
use std::future::{Future, ready};

use crate::call::Call;
use crate::error::Error;
use crate::identity::Identity;
use crate::request::Request;

/// A value that a function takes, and that no client sends: [`State`], [`Identity`], [`Request`], [`Extension`], or one
/// of your own, which stands before the inputs with `#[mizan(extract)]`.
///
/// ```
/// use mizan::{Call, Error, FromCall};
///
/// struct Locale(String);
///
/// impl FromCall for Locale {
///     async fn from_call(call: &Call) -> Result<Self, Error> {
///         let header = call.request().headers().get("accept-language");
///         Ok(Self(header.and_then(|text| text.to_str().ok()).unwrap_or("en").to_owned()))
///     }
/// }
///
/// #[mizan::client]
/// async fn greeting(#[mizan(extract)] Locale(locale): Locale, name: String) -> String {
///     if locale.starts_with("de") { format!("Hallo {name}") } else { format!("Hello {name}") }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not taken from a call",
    label = "this is no extractor",
    note = "implement `mizan::FromCall` for it, or leave `#[mizan(extract)]` out where clients send it"
)]
pub trait FromCall: Sized + Send {
    /// Whether it reads more of the request than the inputs. A context whose members do is not kept in the origin cache,
    /// unless they say `cache` themselves: what is kept would not know what it depends on.
    const READS_REQUEST: bool = true;
    /// Whether it reads who asks, so that it has to be found out.
    const READS_IDENTITY: bool = false;

    /// The value, or the error that is the answer.
    fn from_call(call: &Call) -> impl Future<Output = Result<Self, Error>> + Send;

    #[doc(hidden)]
    #[must_use]
    fn state() -> Option<(TypeId, &'static str)> {
        None
    }
}

/// Something that the application was given: [`crate::Builder::state`]. A function gets a clone.
///
/// An application that was not given it does not build.
#[derive(Debug, Clone, Copy)]
pub struct State<T>(pub T);

impl<T: Clone + Send + Sync + 'static> FromCall for State<T> {
    const READS_REQUEST: bool = false;

    fn from_call(call: &Call) -> impl Future<Output = Result<Self, Error>> + Send {
        let missing = || Error::internal(format!("there is no state of the type {}", type_name::<T>()));
        ready(call.state::<T>().cloned().map(State).ok_or_else(missing))
    }

    fn state() -> Option<(TypeId, &'static str)> {
        Some((TypeId::of::<T>(), type_name::<T>()))
    }
}

/// Something that a layer in front of the application left in the request's extensions. A function gets a clone.
#[derive(Debug, Clone, Copy)]
pub struct Extension<T>(pub T);

impl<T: Clone + Send + Sync + 'static> FromCall for Extension<T> {
    fn from_call(call: &Call) -> impl Future<Output = Result<Self, Error>> + Send {
        let missing = || {
            let name = type_name::<T>();
            Error::internal(format!("the request has no extension of the type {name}: is its layer there?"))
        };
        ready(call.request().extension::<T>().cloned().map(Extension).ok_or_else(missing))
    }
}

impl FromCall for Request {
    fn from_call(call: &Call) -> impl Future<Output = Result<Self, Error>> + Send {
        ready(Ok(call.request().clone()))
    }
}

impl FromCall for Option<Identity> {
    const READS_REQUEST: bool = false;
    const READS_IDENTITY: bool = true;

    fn from_call(call: &Call) -> impl Future<Output = Result<Self, Error>> + Send {
        ready(Ok(call.identity().cloned()))
    }
}

impl FromCall for Identity {
    const READS_REQUEST: bool = false;
    const READS_IDENTITY: bool = true;

    fn from_call(call: &Call) -> impl Future<Output = Result<Self, Error>> + Send {
        ready(call.identity().cloned().ok_or_else(Error::unauthenticated))
    }
}
