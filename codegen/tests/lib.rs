//! The generator and the command line from outside.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod admitted;
mod command;
mod derived;
mod documents;
mod folders;
mod generated;
mod refusals;
mod watching;
