//! One call of one function: what it gets, and how it ends.

use std::any::Any;
use std::cell::Cell;
use std::marker::PhantomData;

use mizan_core::dispatch::message::{Failure, UploadedFile};
use mizan_core::ir::program::Page;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Error;
use crate::errors::{ErrorDeclaration, Errors};
use crate::finite;
use crate::identity::Identity;
use crate::invalidation::{Announced, Params};
use crate::misfit;
use crate::request::Request;
use crate::response::Response;
use crate::upload::with_files;

thread_local! {
    /// Where results are written before their length is known, so that they do not grow.
    static PAGE: Cell<Page> = const { Cell::new(Page::new()) };
}

/// Most bytes that a thread keeps for that.
const LARGEST_PAGE: usize = 64 << 10;

/// One call of a function, for extractors to read.
#[derive(Debug)]
pub struct Call {
    pub(crate) request: Request,
    pub(crate) identity: Option<Identity>,
    /// The checked inputs, a canonical JSON object.
    pub(crate) args: Vec<u8>,
    pub(crate) files: Vec<UploadedFile>,
    /// The whole request, which has the bytes of the files; empty where there are none.
    pub(crate) body: bytes::Bytes,
    /// The index of the function.
    pub(crate) function: usize,
}

impl Call {
    /// The request; for a member of a public context, without what could tell who asks.
    #[must_use]
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// Who asks, as far as that was asked for: see [`crate::FromCall::READS_IDENTITY`].
    #[must_use]
    pub fn identity(&self) -> Option<&Identity> {
        self.identity.as_ref()
    }

    /// What the application was given of that type.
    #[must_use]
    pub fn state<T: Any + Send + Sync>(&self) -> Option<&T> {
        self.request.state()
    }

    /// The function's result. What the core's program does not take as it is goes through JSON text, by which the core finds
    /// the words for what is wrong, if anything is.
    fn printed(&self, value: &impl Serialize) -> Result<Printed, String> {
        let application = self.request.mizan().0.deployment.application();
        if let Some((_, frozen)) = application.function(self.function) {
            let mut page = PAGE.take();
            page.text.clear();
            if application.program().serialize(frozen.output, value, &mut page).is_ok() {
                let result = page.text.as_slice().to_vec();
                if page.text.capacity() <= LARGEST_PAGE {
                    PAGE.set(page);
                }
                return Ok(Printed::Checked(result));
            }
        }
        text(value).map(Printed::Text)
    }

    #[doc(hidden)]
    pub fn arguments<T: DeserializeOwned>(&self) -> Result<T, Failed> {
        let read = with_files(&self.files, &self.body, || serde_json::from_slice(&self.args));
        // The core has checked it: only a type that takes less than its schema says gets here.
        read.map_err(|error| {
            tracing::debug!(target: "mizan", "the inputs do not fit their types: {error}");
            let entry = with_files(&self.files, &self.body, || {
                let mut text = serde_json::Deserializer::from_slice(&self.args);
                serde_path_to_error::deserialize::<_, T>(&mut text).err().map(|error| misfit::tell(&self.args, &error))
            });
            let entry = entry.unwrap_or_else(|| (Vec::new(), "does not fit".to_owned()));
            Failed { failure: Failure::Invalid(vec![entry]), report: None }
        })
    }
}

/// How a call ended.
pub type Ran = Result<Done, Failed>;

/// A function returned.
pub struct Done {
    pub(crate) result: Printed,
    /// The params that narrow its targets, as JSON text.
    pub(crate) params: Option<Vec<u8>>,
}

/// What it returned.
pub(crate) enum Printed {
    /// A result, as JSON text.
    Text(Vec<u8>),
    /// A result, as the core's program wrote it.
    Checked(Vec<u8>),
    /// The response of a page.
    Response(Box<Response>),
}

/// A function failed.
pub struct Failed {
    pub(crate) failure: Failure,
    /// What the log is to say of a mistake.
    pub(crate) report: Option<String>,
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        let (failure, report) = error.into_failure();
        Self { failure, report }
    }
}

/// A value as JSON text.
pub fn text(value: &impl Serialize) -> Result<Vec<u8>, String> {
    let told = |error: &dyn std::error::Error| format!("what it returned has no form in JSON: {error}");
    let text = serde_json::to_vec(value).map_err(|error| told(&error))?;
    finite::check(value, &text).map_err(|error| told(&error))?;
    Ok(text)
}

/// An error that a function declares.
#[must_use]
pub fn declared(code: &'static str, message: String, data: Option<Result<Vec<u8>, String>>) -> Error {
    match data.transpose() {
        Ok(data) => Error::with_data(code, message, data),
        Err(problem) => Error::internal(problem),
    }
}

/// What a function may return: a type that has a schema, or the response of a page.
#[diagnostic::on_unimplemented(
    message = "clients cannot read a `{Self}`",
    label = "this is no result of a function",
    note = "a result is a type that derives `serde::Serialize` and `schemars::JsonSchema`, or a `Result` of one",
    note = "a page may return a `mizan::Response`"
)]
pub trait Output {
    /// Whether it is the response of a page.
    const RESPONDS: bool;

    /// The schema of a result.
    fn schema(schemas: &mut SchemaGenerator) -> Schema;

    /// How the call ended.
    fn done(self, call: &Call, params: Option<Params>) -> Ran;
}

impl<T: JsonSchema + Serialize> Output for T {
    const RESPONDS: bool = false;

    fn schema(schemas: &mut SchemaGenerator) -> Schema {
        schemas.subschema_for::<T>()
    }

    fn done(self, call: &Call, params: Option<Params>) -> Ran {
        match call.printed(&self) {
            Ok(result) => Ok(Done { result, params: params.and_then(Params::into_text) }),
            Err(report) => Err(Failed { failure: Failure::Raised, report: Some(report) }),
        }
    }
}

impl Output for Response {
    const RESPONDS: bool = true;

    fn schema(schemas: &mut SchemaGenerator) -> Schema {
        schemas.subschema_for::<()>()
    }

    fn done(self, _: &Call, params: Option<Params>) -> Ran {
        Ok(Done { result: Printed::Response(Box::new(self)), params: params.and_then(Params::into_text) })
    }
}

/// Runs a sync function where it may take its time.
pub async fn blocking(run: impl FnOnce() -> Ran + Send + 'static) -> Ran {
    let announced = Announced::current();
    let span = tracing::Span::current();
    announced.goes_to_a_thread();
    let running = tokio::task::spawn_blocking(move || span.in_scope(|| announced.around_sync(run)));
    match running.await {
        Ok(ran) => ran,
        Err(stopped) => {
            if let Ok(panic) = stopped.try_into_panic() {
                std::panic::resume_unwind(panic);
            }
            Err(Failed { failure: Failure::Raised, report: Some("the runtime is shutting down".to_owned()) })
        }
    }
}

/// What a function returns: a `Result`, whose methods are found first, or anything else, by [`Plain`].
pub struct Returned<R>(PhantomData<fn() -> R>);

impl<R> Returned<R> {
    /// Of that type.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "it is only ever made to call one method")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T, E> Returned<Result<T, E>> {
    /// The schema of a result, and whether it is the response of a page.
    pub fn schema(&self, schemas: &mut SchemaGenerator) -> (Schema, bool)
    where
        T: Output,
    {
        (T::schema(schemas), T::RESPONDS)
    }

    /// The errors that the type declares.
    #[must_use]
    pub fn errors(&self, schemas: &mut SchemaGenerator) -> Vec<ErrorDeclaration>
    where
        E: Errors,
    {
        E::declared(schemas)
    }

    /// The value, where there is one.
    pub fn value<'r>(&self, result: &'r Result<T, E>) -> Option<&'r T> {
        result.as_ref().ok()
    }

    /// How the call ended.
    pub fn outcome(&self, call: &Call, result: Result<T, E>, params: Option<Params>) -> Ran
    where
        T: Output,
        E: Errors,
    {
        match result {
            Ok(value) => value.done(call, params),
            Err(error) => Err(error.into_error().into()),
        }
    }
}

/// A result that is nothing but itself.
pub trait Plain<R> {
    /// The schema of a result, and whether it is the response of a page.
    fn schema(&self, schemas: &mut SchemaGenerator) -> (Schema, bool);
    /// No errors.
    fn errors(&self, schemas: &mut SchemaGenerator) -> Vec<ErrorDeclaration>;
    /// The value.
    fn value<'r>(&self, result: &'r R) -> Option<&'r R>;
    /// How the call ended.
    fn outcome(&self, call: &Call, result: R, params: Option<Params>) -> Ran;
}

impl<R: Output> Plain<R> for Returned<R> {
    fn schema(&self, schemas: &mut SchemaGenerator) -> (Schema, bool) {
        (R::schema(schemas), R::RESPONDS)
    }

    fn errors(&self, _: &mut SchemaGenerator) -> Vec<ErrorDeclaration> {
        Vec::new()
    }

    fn value<'r>(&self, result: &'r R) -> Option<&'r R> {
        Some(result)
    }

    fn outcome(&self, call: &Call, result: R, params: Option<Params>) -> Ran {
        result.done(call, params)
    }
}
