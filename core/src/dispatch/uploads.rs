//! The files of a call: into the args, and checked against what the function declares (UPLOAD-8 to UPLOAD-10).

use super::message::UploadedFile;
use crate::error::code::{ErrorCode, ErrorReply};
use crate::error::detail::{Detail, PathPart, Problem};
use crate::ir::program::{Program, Refusal, ShapeId, UploadRule};
use crate::upload::content_type::is_declared;
use crate::upload::multipart::FilePart;
use crate::value::canonical::write_string;
use crate::value::{Value, json};

/// Checks the args of a call with files and prints them to `out`, where each file stands as its index among the files
/// that come back.
pub(super) fn check(
    program: &Program,
    input: ShapeId,
    args: &[u8],
    mut files: Vec<FilePart>,
    root: &[PathPart],
    out: &mut Vec<u8>,
) -> Result<Vec<UploadedFile>, ErrorReply> {
    // Lists grow item by item, whichever order the parts came in.
    files.sort_by(|left, right| left.steps.cmp(&right.steps));
    let mut value = json::parse(args).map_err(|error| ErrorReply::from(Refusal::Malformed(error)))?;
    let mut details = Vec::new();
    let mut paths = Vec::with_capacity(files.len());
    let mut placed: Vec<(UploadedFile, &UploadRule)> = Vec::with_capacity(files.len());
    for file in files {
        let FilePart { steps, file_name, content_type, range } = file;
        // Args that are no object have no places; that they are none is told below.
        if let Some((path, rule)) = program.put_file(input, &mut value, &steps, placed.len()) {
            paths.push([root, &path].concat());
            placed.push((UploadedFile { file_name, content_type, range }, rule));
        } else {
            let path = root.iter().chain(steps.iter().take(json::MAX_DEPTH as usize)).cloned().collect();
            details.push(Detail::new(&Problem::Unknown, path));
        }
    }
    let mut text = Vec::with_capacity(args.len());
    write(&value, &mut text);
    match program.transcode_with_files(input, &text, root, &paths, out) {
        Err(Refusal::Invalid(found)) => details.extend(found),
        Err(refusal) => return Err(refusal.into()),
        Ok(()) => {}
    }
    if !details.is_empty() {
        return Err(ErrorReply::validation(details));
    }
    for (file, rule) in &placed {
        if let Some(limit) = rule.max_size.filter(|limit| file.range.len() as u64 > *limit) {
            let message = format!("this file has at most {limit} bytes");
            return Err(ErrorReply::with_message(ErrorCode::PayloadTooLarge, message));
        }
    }
    for (file, rule) in &placed {
        if !is_declared(&file.content_type, &rule.content_types) {
            let message = format!("this file must be of type {}", rule.content_types.join(" or "));
            return Err(ErrorReply::with_message(ErrorCode::UnsupportedMediaType, message));
        }
    }
    Ok(placed.into_iter().map(|(file, _)| file).collect())
}

/// The value as JSON text again, its numbers as they were written.
fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Boolean(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
        Value::Number(token) => out.extend_from_slice(token.as_bytes()),
        Value::String(text) => write_string(out, text),
        Value::List(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write(item, out);
            }
            out.push(b']');
        }
        Value::Object(members) => {
            out.push(b'{');
            for (index, (key, value)) in members.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_string(out, key);
                out.push(b':');
                write(value, out);
            }
            out.push(b'}');
        }
    }
}
