//! The native half of the npm package: the core's application and its requests, as a handle, bytes and flat scalars.
//!
//! It decides nothing. [`application`] holds the frozen application, [`live`] the requests that are on their way, [`settings`]
//! reads what an application is given, [`frame`] writes each step as one text, the heads of replies by their [`forms`], and
//! [`answer`] reads what JavaScript hands back. [`text`] copies what passes between the two. [`tokens`] hands tokens out,
//! [`keyring`] makes and checks them for an application that does it itself. The interface stands in `ts/native.ts`.
//! [`replay`] is apart: only the replayer of pins calls it.
//!
//! Values cross as text: on Node-API an object costs more to build and to walk than `JSON.parse` and `JSON.stringify` do.

// Node-API alone calls most of it, and a build for tests has none.
#![cfg_attr(test, allow(dead_code, reason = "nothing is registered"))]

mod answer;
mod application;
mod forms;
mod frame;
mod keyring;
mod live;
mod replay;
mod settings;
mod text;
mod tokens;

use napi_derive::napi;

/// The version of this interface. The TypeScript half compares it when it is loaded.
#[napi]
pub const CONTRACT: u32 = 6;

/// Runs the `mizan` command, but for `mizan ir`, which needs JavaScript; the exit status.
#[napi(catch_unwind)]
#[must_use]
pub fn run_command_line(arguments: Vec<String>) -> i32 {
    mizan_codegen::command_line::run(arguments.into_iter(), None)
}
