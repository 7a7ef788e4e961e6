//! The runtime as hosts call it: one suite on every store, a Redis that fails in every way, and races.

#![allow(clippy::panic, clippy::unwrap_used, missing_docs, unreachable_pub)]

mod faults;
mod fixture;
mod killed;
#[path = "../../soak/process.rs"]
#[allow(dead_code, clippy::print_stdout)]
mod process;
mod proxy;
mod races;
mod schedules;
#[path = "../../soak/server.rs"]
mod server;
mod sessions;
mod shared;
mod suite;
mod transactions;
#[path = "../../soak/truth.rs"]
#[allow(dead_code)]
mod truth;
