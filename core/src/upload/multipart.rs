//! Cutting a `multipart/form-data` body into its call and its files (UPLOAD-2 to UPLOAD-7,
//! LIM-12 to LIM-16).
//!
//! One pass, by ranges: the time is linear in the body and the memory in the number of parts, which is bounded.

use std::ops::Range;

use memchr::memmem;

use super::part_header::{self, PartHeader};
use super::pointer;
use crate::error::code::{ErrorCode, ErrorReply};
use crate::error::detail::PathPart;
use crate::registry::Limits;

/// The parts of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Form {
    /// Where the call's JSON text stands.
    pub call: Range<usize>,
    /// In the order they came in.
    pub files: Vec<FilePart>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FilePart {
    /// The steps from the args to its place.
    pub steps: Vec<PathPart>,
    pub file_name: String,
    pub content_type: String,
    /// Where its bytes stand.
    pub range: Range<usize>,
}

/// The type of a file whose sender says none.
const ANY_BYTES: &str = "application/octet-stream";
const JSON: &str = "application/json";
/// The name of the part that is the call.
const CALL: &str = "call";

/// Reads a body, which is within [`Limits::upload`].
pub(crate) fn read(body: &[u8], boundary: &[u8], limits: &Limits) -> Result<Form, ErrorReply> {
    let delimiter = [b"\r\n--", boundary].concat();
    let mut cutter = Cutter { body, finder: memmem::Finder::new(&delimiter), position: 0 };
    let opening = delimiter.get(2..).unwrap_or_default();
    if !body.starts_with(opening) {
        return Err(wrong("a multipart body begins with its boundary"));
    }
    cutter.position = opening.len();
    let mut call = None;
    let mut files = Vec::new();
    let mut parts = 0;
    while cutter.begins_part()? {
        parts += 1;
        if parts > limits.parts {
            return Err(too_large(format!("a request has at most {} parts", limits.parts)));
        }
        let header = cutter.header(limits)?;
        let range = cutter.content()?;
        if call.is_none() {
            check_call(&header)?;
            if range.len() > limits.body as usize {
                return Err(ErrorReply::new(ErrorCode::PayloadTooLarge));
            }
            call = Some(range);
        } else {
            files.push(file(header, range, limits)?);
        }
    }
    let call = call.ok_or_else(|| wrong("the first part of a multipart body is \"call\""))?;
    Ok(Form { call, files })
}

fn check_call(header: &PartHeader) -> Result<(), ErrorReply> {
    if header.name != CALL {
        return Err(wrong("the first part of a multipart body is \"call\""));
    }
    if header.file_name.is_some() || header.content_type.as_deref().is_some_and(|held| held != JSON) {
        return Err(wrong("the part \"call\" is application/json and no file"));
    }
    Ok(())
}

fn file(header: PartHeader, range: Range<usize>, limits: &Limits) -> Result<FilePart, ErrorReply> {
    let steps = pointer::steps(&header.name)
        .ok_or_else(|| wrong("the name of a file part is a JSON Pointer into the args, such as \"/avatar\""))?;
    let file_name = header.file_name.ok_or_else(|| wrong("every part but \"call\" is a file and has a filename"))?;
    if range.len() > limits.file as usize {
        return Err(too_large(format!("a file has at most {} bytes", limits.file)));
    }
    let content_type = header.content_type.unwrap_or_else(|| ANY_BYTES.to_owned());
    Ok(FilePart { steps, file_name, content_type, range })
}

struct Cutter<'a, 'd> {
    body: &'a [u8],
    finder: memmem::Finder<'d>,
    /// Behind the last delimiter, or the last header.
    position: usize,
}

impl<'a> Cutter<'a, '_> {
    fn rest(&self) -> &'a [u8] {
        self.body.get(self.position..).unwrap_or_default()
    }

    /// Whether a part follows the delimiter; if not, the body ends here.
    fn begins_part(&mut self) -> Result<bool, ErrorReply> {
        let rest = self.rest();
        if rest.starts_with(b"\r\n") {
            self.position += 2;
            return Ok(true);
        }
        match rest {
            b"--" | b"--\r\n" => Ok(false),
            _ => Err(wrong("behind a boundary stands the end of its line, or the end of the body")),
        }
    }

    fn header(&mut self, limits: &Limits) -> Result<PartHeader, ErrorReply> {
        const END: &[u8] = b"\r\n\r\n";
        let limit = limits.part_headers as usize;
        let rest = self.rest();
        // The last line end counts, the empty line does not.
        let window = rest.get(..limit.saturating_add(2)).unwrap_or(rest);
        let Some(end) = memmem::find(window, END) else {
            return Err(if window.len() < rest.len() {
                wrong(format!("the headers of a part have at most {limit} bytes"))
            } else {
                wrong("a part begins with its headers and an empty line")
            });
        };
        self.position += end + END.len();
        part_header::read(rest.get(..end).unwrap_or_default(), limits.file_name as usize).map_err(wrong)
    }

    /// Up to the next delimiter.
    fn content(&mut self) -> Result<Range<usize>, ErrorReply> {
        let length = self.finder.find(self.rest()).ok_or_else(|| wrong("the multipart body has no end"))?;
        let range = self.position..self.position + length;
        self.position = range.end + self.finder.needle().len();
        Ok(range)
    }
}

fn wrong(message: impl Into<String>) -> ErrorReply {
    ErrorReply::with_message(ErrorCode::BadRequest, message)
}

fn too_large(message: String) -> ErrorReply {
    ErrorReply::with_message(ErrorCode::PayloadTooLarge, message)
}

#[cfg(test)]
mod tests;
