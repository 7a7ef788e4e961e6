//! One request from its bytes to the bytes of its reply, as a machine that asks its host for what only a host can do.
//!
//! [`exchange`] is the machine; [`message`] is what goes in and comes out of it. [`route`] and [`envelope`] read a
//! request, [`args`] are its own, [`uploads`] what came with it, [`call`] and [`bundle`] are the two kinds of work,
//! [`origin`] what they ask of the origin cache, [`response`] writes a reply.

mod args;
mod bundle;
pub(crate) mod bundle_url;
mod call;
mod caller;
pub mod credentials;
mod envelope;
pub mod exchange;
mod field_value;
pub mod message;
mod origin;
mod response;
mod route;
mod task;
mod uploads;

pub use bundle::LARGEST_ENTRY;
pub use exchange::Exchange;
pub use message::{
    Failure, GuardCall, GuardOutcome, Invocation, LogLine, Outcome, Request, Response, Step, UploadedFile,
};
pub use origin::{Holding, Late, Loaded, Loading, Purging, Storing};
pub(crate) use response::etag;
pub use response::{of_broken_body, of_failed_core};
