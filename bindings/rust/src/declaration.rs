//! What one function says about itself, as its attribute wrote it down.

use std::any::TypeId;
use std::future::Future;
use std::pin::Pin;

use schemars::{Schema, SchemaGenerator};

use crate::call::{Call, Ran};
use crate::context::Target;
use crate::errors::ErrorDeclaration;
use crate::extract::FromCall;
use crate::options::{Auth, Caching};
use crate::upload::UploadLimits;

/// A function that clients may call: what [`macro@crate::client`] makes. It is not for anybody else to implement.
pub trait Function: Into<Target> + Send + Sync + 'static {
    #[doc(hidden)]
    fn declare(&self) -> Declaration;
}

/// A future on its way, of any kind.
pub type Running<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// One function: its options, how to describe it, and how to run it.
#[expect(
    missing_docs,
    reason = "the options have the names that the attribute gives them, which is where they are explained"
)]
pub struct Declaration {
    pub name: &'static str,
    pub file: &'static str,
    pub line: u32,
    pub doc: Option<&'static str>,
    pub deprecated: Option<&'static str>,
    pub context: Option<Target>,
    pub affects: Vec<Target>,
    pub merge: Vec<Target>,
    pub auth: Auth,
    pub private: bool,
    pub websocket: bool,
    /// The path of its page, and the methods.
    pub route: Option<(String, Vec<String>)>,
    pub rev: Option<u32>,
    pub cache: Caching,
    /// Seconds.
    pub timeout: Option<f64>,
    pub computes_params: bool,
    pub extracts: Vec<Extracts>,
    /// The names of its inputs, as it declares them.
    pub inputs: &'static [&'static str],
    pub uploads: Vec<UploadLimits>,
    pub input: fn(&mut SchemaGenerator) -> Schema,
    /// The schema, and whether it is the response of a page.
    pub output: fn(&mut SchemaGenerator) -> (Schema, bool),
    pub errors: fn(&mut SchemaGenerator) -> Vec<ErrorDeclaration>,
    pub run: fn(Call) -> Running<Ran>,
}

/// What an extractor of a function takes.
pub struct Extracts {
    pub(crate) reads_request: bool,
    pub(crate) reads_identity: bool,
    /// The state that it needs, and the name of its type.
    pub(crate) state: Option<(TypeId, &'static str)>,
}

impl Extracts {
    /// What that extractor takes.
    #[must_use]
    pub fn of<T: FromCall>() -> Self {
        Self { reads_request: T::READS_REQUEST, reads_identity: T::READS_IDENTITY, state: T::state() }
    }
}
