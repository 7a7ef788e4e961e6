//! Targets, their header, and tags.

use mizan_core::cache::tags::of_bundle;
use mizan_core::error::code::ErrorCode;
use mizan_core::error::detail::PathPart;
use mizan_core::invalidation::header_parse::{self, Purge};
use mizan_core::invalidation::scope::{self, Computed};
use mizan_core::invalidation::target::{Target, normalize};
use mizan_core::invalidation::{header_format, target_json};
use mizan_core::ir::program::Direction;
use mizan_core::value::canonical::write_string;
use napi_derive::napi;

use super::{fine, refused, refused_with, written};
use crate::application::Application;

/// The value of `X-Mizan-Invalidate` for a JSON list of targets (HDR-1 to HDR-5).
#[napi(namespace = "replay", catch_unwind)]
pub(crate) fn format_targets(targets: String) -> String {
    match target_json::read(targets.as_bytes()) {
        Ok(targets) => fine(&header_format::format(&normalize(targets))),
        Err(_) => refused_with(ErrorCode::BadRequest),
    }
}

/// The targets of the header's field lines as a JSON list; `*` for everything (HDR-7).
#[napi(namespace = "replay", catch_unwind)]
pub(crate) fn parse_targets(lines: Vec<String>) -> String {
    let lines: Vec<&[u8]> = lines.iter().map(String::as_bytes).collect();
    match header_parse::parse(&lines) {
        Ok(Purge::Targets(targets)) => list(&targets),
        Ok(Purge::Everything) => fine("*"),
        Err(_) => refused_with(ErrorCode::BadRequest),
    }
}

/// What a call of the function makes stale by what it affects (SCOPE-1 to SCOPE-5), as a JSON list.
#[napi(namespace = "replay", catch_unwind)]
pub(crate) fn scope(application: &Application, function: String, args: String, sub: Option<String>) -> String {
    let app = application.core();
    let found = app.function_index(&function).and_then(|index| Some((index, app.function(index)?.1)));
    let Some((index, frozen)) = found else { return refused_with(ErrorCode::NotFound) };
    let root = [PathPart::Key("args".to_owned())];
    let mut canonical = Vec::new();
    let read = app.program().transcode(frozen.input, args.as_bytes(), Direction::Input, &root, &mut canonical);
    match read {
        Ok(()) => list(&scope::scope(app, index, &canonical, sub.as_deref(), &Computed::default()).targets),
        Err(refusal) => refused(refusal),
    }
}

/// The tags of the origin cache that a bundle stands under (STORE-4), in order, as a JSON list.
#[napi(namespace = "replay", catch_unwind)]
pub(crate) fn tags(application: &Application, context: String, params: String, sub: Option<String>) -> String {
    let app = application.core();
    let found = app.context_index(&context).and_then(|index| app.context(index));
    let Some((context, frozen)) = found else { return refused_with(ErrorCode::NotFound) };
    let root = [PathPart::Key("params".to_owned())];
    let mut canonical = Vec::new();
    let read = app.program().transcode(frozen.params, params.as_bytes(), Direction::Input, &root, &mut canonical);
    if let Err(refusal) = read {
        return refused(refusal);
    }
    let mut out = b"[".to_vec();
    for (index, tag) in of_bundle(context, frozen, &canonical, sub.as_deref()).iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_string(&mut out, tag);
    }
    out.push(b']');
    written(out)
}

fn list(targets: &[Target]) -> String {
    let mut out = Vec::new();
    target_json::write(targets, &mut out);
    written(out)
}
