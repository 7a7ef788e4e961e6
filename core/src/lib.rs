//! The pure core of Mizan.
//!
//! Everything the protocol can decide is decided here, once, for every host: what a request asks for, whether it is
//! allowed, whether its values fit, what a mutation invalidates, and every byte of the reply. The core does no I/O and
//! knows no clock, no randomness, no environment and no host type; time and nonces are arguments.
//!
//! The way through it is [`registry::Application::build`] (one registration document in, one frozen application out),
//! then [`dispatch::Exchange`] for each request. `docs/protocol.md` is the normative page; rule ids such as `CALL-1`
//! refer to it.

pub mod cache;
pub mod compatibility;
pub mod dispatch;
pub mod error;
pub mod identity;
pub mod invalidation;
pub mod ir;
pub mod manifest;
pub mod openapi;
pub mod registry;
pub(crate) mod upload;
pub mod value;
