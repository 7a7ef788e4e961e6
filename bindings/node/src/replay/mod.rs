//! What only the replayer of pins calls (`ts/replay`): parts of the core one by one. Nothing that is served comes through
//! here.
//!
//! An answer is one text: `=` and what was asked for, or `!`, a code, and for `VALIDATION` a line end and its details as a
//! JSON list. What does not build throws, as does what the package itself got wrong.

mod cache;
mod identity;
mod invalidation;
mod values;

use mizan_core::error::code::{ErrorCode, ErrorReply};
use mizan_core::error::detail::Detail;
use mizan_core::ir::program::Refusal;

fn fine(text: &str) -> String {
    format!("={text}")
}

/// The core writes UTF-8 alone.
fn written(out: Vec<u8>) -> String {
    fine(&String::from_utf8(out).unwrap_or_default())
}

fn refused(refusal: impl Into<Refusal>) -> String {
    let reply = ErrorReply::from(refusal.into());
    let mut out = Vec::new();
    if !reply.details.is_empty() {
        out.push(b'\n');
        Detail::write_list(&reply.details, &mut out);
    }
    format!("!{}{}", reply.code, String::from_utf8(out).unwrap_or_default())
}

fn refused_with(code: ErrorCode) -> String {
    format!("!{}", code.name())
}
