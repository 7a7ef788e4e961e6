//! Each step of a request as one text, for JavaScript to take apart.
//!
//! The first character says which step it is, the rest is made of lines, none of which can hold a line end:
//!
//! - `R`, or `r` where there are lines to log: the status, then a name and a value for each header field, an empty line,
//!   and the body. A character is a byte.
//! - `I`, `W`: the number of the request.
//! - `P`: the number, and the subject as JSON text.
//! - `G`: the number, then for each guard the index of the function, a blank, and the guard's name.
//! - `C`: the number, then for each call the index of the function, the milliseconds it may take, the number of its files,
//!   and its args as JSON text, with blanks between; after that a line for each file, as a JSON list of its name, its
//!   type, and where it begins and ends in the body.

use std::io::Write;

use mizan_core::dispatch::message::{GuardCall, Invocation, Response};
use mizan_core::value::canonical::write_string;
use mizan_runtime::HostStep;
use napi::{Env, JsString, Result};

/// The text of a step of the request with that number; none for a reply, whose text [`of_reply`] makes.
pub(crate) fn of_step(number: u32, step: HostStep<'_>) -> Option<String> {
    Some(match step {
        HostStep::Reply(_) => return None,
        HostStep::Identify => format!("I{number}"),
        HostStep::Wait => format!("W{number}"),
        HostStep::Permissions(sub) => of_bytes(b'P', number, |out| {
            out.push(b'\n');
            write_string(out, sub);
        }),
        HostStep::Guard(guards) => of_bytes(b'G', number, |out| of_guards(out, guards)),
        HostStep::Invoke(calls) => of_bytes(b'C', number, |out| of_calls(out, calls)),
    })
}

fn of_bytes(kind: u8, number: u32, rest: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut out = Vec::with_capacity(128);
    out.push(kind);
    write(&mut out, format_args!("{number}"));
    rest(&mut out);
    // The core writes UTF-8 alone.
    String::from_utf8(out).unwrap_or_default()
}

fn write(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    // Writing to memory does not fail.
    let _ = out.write_fmt(text);
}

fn of_guards(out: &mut Vec<u8>, guards: &[GuardCall]) {
    for GuardCall { function, guard } in guards {
        write(out, format_args!("\n{function} {guard}"));
    }
}

fn of_calls(out: &mut Vec<u8>, calls: &[Invocation]) {
    for Invocation { function, args, files, timeout_ms } in calls {
        write(out, format_args!("\n{function} {timeout_ms} {} ", files.len()));
        out.extend_from_slice(args);
        for file in files {
            out.extend_from_slice(b"\n[");
            write_string(out, &file.file_name);
            out.push(b',');
            write_string(out, &file.content_type);
            write(out, format_args!(",{},{}]", file.range.start, file.range.end));
        }
    }
}

/// The text of a reply, its bytes as characters.
pub(crate) fn of_reply<'env>(env: &'env Env, response: &Response, has_log: bool) -> Result<JsString<'env>> {
    let fields: usize = response.headers.iter().map(|(name, value)| name.len() + value.len() + 2).sum();
    let mut out = Vec::with_capacity(fields + response.body.len() + 8);
    out.push(if has_log { b'r' } else { b'R' });
    write(&mut out, format_args!("{}", response.status));
    for (name, value) in &response.headers {
        out.push(b'\n');
        out.extend_from_slice(name.as_bytes());
        out.push(b'\n');
        out.extend_from_slice(value.as_bytes());
    }
    out.extend_from_slice(b"\n\n");
    out.extend_from_slice(&response.body);
    env.create_string_latin1(out)
}
