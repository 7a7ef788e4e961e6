//! What clients call beside the mutations: plain functions, guarded ones, and those that fail.

use std::collections::BTreeMap;
use std::time::Duration;

use mizan::{Auth, Builder, Error, State, Upload};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::contexts::guarded;
use crate::models::{Attached, Reading};
use crate::store::Desk;
use crate::switches::broken;

pub(crate) fn register(builder: Builder) -> Builder {
    let mut builder = builder
        .function(echo)
        .function(measure)
        .function(runs)
        .function(for_members)
        .function(for_staff)
        .function(for_superusers)
        .function(for_editors)
        .function(for_daytime)
        .function(sweep)
        .function(refuse)
        .function(order)
        .function(crash)
        .function(lie)
        .function(dawdle);
    builder = if broken("uploads") { builder.function(attach_text) } else { builder.function(attach) };
    if broken("registration-strict") {
        builder = builder.function(declared_after_all);
    }
    match () {
        () if broken("discovery") => builder,
        () if broken("ir-export") => builder.function(add_number),
        () => builder.function(add),
    }
}

/// The sum of two numbers.
#[mizan::client]
async fn add(State(desk): State<Desk>, a: i64, #[mizan(default = 1)] b: i64) -> i64 {
    drop(desk.run("add"));
    a + b
}

/// The sum of two numbers.
#[mizan::client(name = "add")]
async fn add_number(a: i64, #[mizan(default = 1.0)] b: f64) -> i64 {
    a + b as i64
}

/// What came in, whatever it is.
#[mizan::client]
fn echo(State(desk): State<Desk>, value: Value) -> Value {
    drop(desk.run("echo"));
    value
}

/// What came in, as it is read.
#[mizan::client]
async fn measure(State(desk): State<Desk>, reading: Reading) -> Reading {
    drop(desk.run("measure"));
    reading
}

/// How often each function ran since the reset; those that did not are left out.
#[mizan::client]
async fn runs(State(desk): State<Desk>) -> BTreeMap<&'static str, i64> {
    desk.open().runs.clone()
}

/// For anybody with a name.
#[mizan::client(auth = guarded("authenticated"))]
async fn for_members(State(desk): State<Desk>, level: i64) -> i64 {
    drop(desk.run("for_members"));
    level
}

/// For the staff.
#[mizan::client(auth = guarded("staff"))]
async fn for_staff(State(desk): State<Desk>, level: i64) -> i64 {
    drop(desk.run("for_staff"));
    level
}

/// For superusers.
#[mizan::client(auth = guarded("superuser"))]
async fn for_superusers(State(desk): State<Desk>, level: i64) -> i64 {
    drop(desk.run("for_superusers"));
    level
}

/// For whoever may both read and edit.
#[mizan::client(auth = guarded(["desk.read", "desk.edit"]))]
async fn for_editors(State(desk): State<Desk>, level: i64) -> i64 {
    drop(desk.run("for_editors"));
    level
}

/// For everybody, in the daytime.
#[mizan::client(auth = guarded(Auth::guard("in_hours")))]
async fn for_daytime(State(desk): State<Desk>, level: i64) -> i64 {
    drop(desk.run("for_daytime"));
    level
}

/// Not for clients.
#[mizan::client(private = !broken("private-functions"))]
async fn sweep(State(desk): State<Desk>) -> i64 {
    drop(desk.run("sweep"));
    1
}

// Without docs: the schema of an inline type has them at the input.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum How {
    Conflict,
    Forbidden,
    Limited,
    Missing,
    Nobody,
    Unavailable,
}

/// Raises an error of the protocol.
#[mizan::client]
async fn refuse(how: How) -> Result<(), Error> {
    if broken("raised-errors") {
        return Err(Error::internal("it was told to"));
    }
    Err(match how {
        How::Conflict => Error::conflict("Somebody was faster."),
        How::Forbidden => Error::forbidden(),
        How::Limited => Error::rate_limited().message("Once a minute.").retry_after(60),
        How::Missing => Error::not_found("not found"),
        How::Nobody => Error::unauthenticated(),
        How::Unavailable => Error::unavailable().retry_after(5),
    })
}

/// Checks its own input.
#[mizan::client]
async fn order(copies: i64) -> Result<i64, Error> {
    if copies < 1 && !broken("raised-errors") {
        return Err(Error::invalid("copies", "Order at least one."));
    }
    Ok(copies)
}

/// Has a mistake in it.
#[mizan::client]
#[expect(clippy::panic, reason = "the mistake")]
fn crash() -> Result<i64, Error> {
    if broken("internal-errors") {
        return Err(Error::conflict("the secret is 42"));
    }
    panic!("the secret is 42")
}

/// Returns what its type does not allow.
#[mizan::client]
async fn lie() -> Result<i64, Error> {
    // The compiler does not let it.
    if broken("internal-errors") { Ok(42) } else { Err(Error::internal("the secret is 42")) }
}

/// Takes two seconds, and has a fifth of one.
#[mizan::client(timeout = if broken("timeouts") { 30.0 } else { 0.2 })]
async fn dawdle() -> i64 {
    tokio::time::sleep(Duration::from_secs(2)).await;
    1
}

/// A sheet for a project.
#[mizan::client]
async fn attach(
    State(desk): State<Desk>,
    #[expect(unused_variables, reason = "clients say what it is for")] project_id: i64,
    #[mizan(max_size = (!broken("upload-limits")).then_some(1000))]
    #[mizan(content_types = if broken("upload-limits") { vec![] } else { vec!["text/plain"] })]
    sheet: Upload,
) -> Attached {
    drop(desk.run("attach"));
    let bytes = sheet.bytes();
    Attached {
        name: sheet.file_name().to_owned(),
        size: count(sheet.size()),
        start: String::from_utf8_lossy(&bytes).chars().take(6).collect(),
        content_type: sheet.content_type().to_owned(),
    }
}

/// Text instead of a file.
#[mizan::client(name = "attach")]
async fn attach_text(
    #[expect(unused_variables, reason = "as of `attach`")] project_id: i64,
    sheet: String,
) -> Attached {
    let start = sheet.chars().take(6).collect();
    Attached { name: String::new(), size: count(sheet.len()), start, content_type: "text/plain".to_owned() }
}

/// A count as an integer that has no bounds of its own.
fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

/// A function of the module that clients must not reach: it is not declared.
fn not_a_function() -> i64 {
    1
}

#[mizan::client(name = "not_a_function")]
fn declared_after_all() -> i64 {
    not_a_function()
}
