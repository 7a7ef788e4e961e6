//! Each step of a request as one text, for JavaScript to take apart.
//!
//! The first character says which step it is, the rest is made of lines, none of which can hold a line end, or is JSON:
//!
//! - `R`, or `r` where there are lines to log: the character of its form (`forms.rs`), each value that the form leaves open
//!   with a line end behind it, and the body. Or the status, then a name and a value for each header field, an empty line,
//!   and the body. A character is a byte.
//! - `I`, `W`: the number of the request.
//! - `P`: the number, and the subject as JSON text.
//! - `G`: the number, then for each guard the index of the function, a blank, and the guard's name.
//! - `[`: a JSON list of the number, then for each call the index of the function, the milliseconds it may take, its files
//!   (0 for none, or a list of lists of name, type, and where it begins and ends in the body), and its args, or 1 for the same
//!   as those before.

use std::io::Write;

use memchr::memchr2_iter;
use mizan_core::dispatch::message::{GuardCall, Invocation, Response, UploadedFile};
use mizan_core::value::canonical::{write_integer, write_string};
use mizan_runtime::HostStep;

/// Writes the text of a step of the request with that number; false for a reply, whose text [`of_reply`] writes.
pub(crate) fn of_step(out: &mut Vec<u8>, number: u32, step: HostStep<'_>) -> bool {
    let kind = match step {
        HostStep::Reply(_) => return false,
        HostStep::Identify => b'I',
        HostStep::Wait => b'W',
        HostStep::Permissions(_) => b'P',
        HostStep::Guard(_) => b'G',
        HostStep::Invoke(calls) => {
            of_calls(out, number, calls);
            return true;
        }
    };
    out.push(kind);
    write_integer(out, i64::from(number));
    match step {
        HostStep::Permissions(sub) => {
            out.push(b'\n');
            write_string(out, sub);
        }
        HostStep::Guard(guards) => of_guards(out, guards),
        _ => {}
    }
    true
}

fn of_guards(out: &mut Vec<u8>, guards: &[GuardCall]) {
    for GuardCall { function, guard } in guards {
        // Writing to memory does not fail.
        let _ = write!(out, "\n{function} {guard}");
    }
}

fn of_calls(out: &mut Vec<u8>, number: u32, calls: &[Invocation]) {
    out.push(b'[');
    write_integer(out, i64::from(number));
    let mut before: &[u8] = b"";
    for Invocation { function, args, files, timeout_ms, .. } in calls {
        out.push(b',');
        write_integer(out, i64::try_from(*function).unwrap_or(i64::MAX));
        out.push(b',');
        write_integer(out, i64::from(*timeout_ms));
        if files.is_empty() {
            out.extend_from_slice(b",0,");
        } else {
            of_files(out, files);
        }
        if args == before && is_flat(args) {
            out.push(b'1');
        } else {
            out.extend_from_slice(args);
        }
        before = args;
    }
    out.push(b']');
}

/// Whether args hold nothing that holds something in turn, so that a copy of them shares nothing.
fn is_flat(args: &[u8]) -> bool {
    memchr2_iter(b'{', b'[', args).nth(1).is_none()
}

fn of_files(out: &mut Vec<u8>, files: &[UploadedFile]) {
    for (index, file) in files.iter().enumerate() {
        out.extend_from_slice(if index == 0 { b",[[" } else { b",[" });
        write_string(out, &file.file_name);
        out.push(b',');
        write_string(out, &file.content_type);
        let _ = write!(out, ",{},{}]", file.range.start, file.range.end);
    }
    out.extend_from_slice(b"],");
}

/// Writes the text of a reply, in which each byte is a character; `form` is that of its form.
pub(crate) fn of_reply(out: &mut Vec<u8>, response: &Response, has_log: bool, form: Option<u8>) {
    let fields: usize = response.headers.iter().map(|(name, value)| name.len() + value.len() + 2).sum();
    out.reserve(fields + response.body.len() + 8);
    out.push(if has_log { b'r' } else { b'R' });
    if let Some(form) = form {
        out.push(form);
        for (_, value) in &response.headers {
            if value.is_own() {
                out.extend_from_slice(value.as_bytes());
                out.push(b'\n');
            }
        }
    } else {
        write_integer(out, i64::from(response.status));
        for (name, value) in &response.headers {
            out.push(b'\n');
            out.extend_from_slice(name.as_bytes());
            out.push(b'\n');
            out.extend_from_slice(value.as_bytes());
        }
        out.extend_from_slice(b"\n\n");
    }
    out.extend_from_slice(&response.body);
}
