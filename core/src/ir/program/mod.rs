//! Shapes, compiled into what checks and prints values at run time.
//!
//! A [`Program`] is an arena of nodes in which references are resolved, so types may be cyclic. It is built once, and
//! then reads text in one pass, directed by a shape: [`Program::transcode`] for JSON (from a client or from a host's
//! encoder), [`Program::query`] for query text, and [`Program::decode`] for handing what was checked to a host as its
//! own values; [`Program::read`] checks and hands over at once. [`Program::encode`] reads a host's values instead of
//! text, [`Program::serialize`] those of Rust. Everything but `decode` and `read` appends canonical JSON text.

mod compile;
mod decode;
mod encode;
mod node;
mod outline;
mod query;
mod read;
mod scalar;
mod serialize;
mod structure;
mod transcode;
mod uploads;

use std::collections::BTreeMap;
use std::fmt;

pub use decode::{Builder, Key, ListKind, finish_by_member};
pub use encode::{Plain, Source, Unfit};
pub use outline::{FieldOutline, Outline};
pub use serialize::Page;

use super::model::{Field, Shape, TypeDefinition};
use crate::error::code::{ErrorCode, ErrorReply};
use crate::error::detail::{Detail, PathPart};
use crate::value::canonical::CanonicalError;
use crate::value::json::JsonError;
use crate::value::reader::Reader;
pub(crate) use node::UploadRule;
use node::{NOTHING, Node};

/// Which way a value goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From a client: to the letter of the protocol.
    Input,
    /// From a host's own encoder: the same, but formats are taken as such encoders write them.
    Output,
}

/// Why a text is no value of a shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It is not JSON as the protocol reads it.
    Malformed(JsonError),
    /// It is no query text; why.
    BadQuery(&'static str),
    /// It does not fit: all problems, sorted, the first [`crate::error::detail::MAX_DETAILS`] that were met.
    Invalid(Vec<Detail>),
}

impl From<JsonError> for Refusal {
    fn from(error: JsonError) -> Self {
        Self::Malformed(error)
    }
}

impl From<CanonicalError> for Refusal {
    fn from(error: CanonicalError) -> Self {
        match error {
            CanonicalError::Json(error) => Self::Malformed(error),
            CanonicalError::Numbers(errors) => {
                Self::Invalid(errors.into_iter().map(|error| Detail::new(&error.kind.into(), error.path)).collect())
            }
        }
    }
}

impl Refusal {
    /// The same, where what was read stands below a member of that name.
    #[must_use]
    pub(crate) fn below(mut self, root: &str) -> Self {
        if let Self::Invalid(details) = &mut self {
            for detail in details {
                detail.path.insert(0, PathPart::Key(root.to_owned()));
            }
        }
        self
    }
}

impl From<Refusal> for ErrorReply {
    /// What the sender of a refused input is told.
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Malformed(_) => Self::with_message(ErrorCode::BadRequest, "the body is not valid JSON"),
            Refusal::BadQuery(problem) => Self::with_message(ErrorCode::BadRequest, problem),
            Refusal::Invalid(details) => Self::validation(details),
        }
    }
}

/// Why a shape does not compile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgramError {
    /// Where: the type's name and the way from there, such as `Profile.tags[]`; empty for the root of a shape.
    pub place: String,
    /// A sentence for the author of the shape.
    pub problem: String,
}

impl fmt::Display for ProgramError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.place.is_empty() {
            write!(formatter, "{}: ", self.place)?;
        }
        formatter.write_str(&self.problem)
    }
}

impl std::error::Error for ProgramError {}

/// A compiled shape, in the program that compiled it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ShapeId(u32);

/// A field of a compiled struct, numbered through the whole program from 0, so that a host can keep its own form of
/// each key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FieldId(u32);

impl FieldId {
    /// The number of the field, less than [`Program::field_count`].
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Members that are put in order are written twice; up to so many bytes there is room for that from the start.
const SHORT: usize = 4096;

/// Compiled shapes.
#[derive(Debug, Clone, Default)]
pub struct Program {
    nodes: Vec<Node>,
    types: BTreeMap<String, ShapeId>,
    fields: u32,
}

impl Program {
    /// Compiles the named types. Fails on a reference to none of them, on a pattern or a bound that cannot be, on arms
    /// of a union that nothing tells apart, on a type that refers to itself without a value between, and on a default
    /// that does not fit its shape.
    pub fn new(types: &[TypeDefinition]) -> Result<Self, ProgramError> {
        compile::program(types)
    }

    /// Compiles a shape whose references are to the types of this program.
    pub fn compile(&mut self, shape: &Shape) -> Result<ShapeId, ProgramError> {
        compile::shape(self, shape)
    }

    /// Compiles a struct of these fields, in any order.
    pub fn compile_fields(&mut self, fields: &[Field]) -> Result<ShapeId, ProgramError> {
        compile::fields(self, fields)
    }

    /// How many fields the structs of this program have, for sizing a table by [`FieldId`].
    #[must_use]
    pub const fn field_count(&self) -> usize {
        self.fields as usize
    }

    /// Reads JSON text as a value of the shape and appends its canonical text to `out`: syntax, kinds, constraints,
    /// formats, defaults. Syntax errors come before any other; otherwise all problems are told, their paths starting
    /// with `root`. Appends nothing when it refuses.
    pub fn transcode(
        &self,
        shape: ShapeId,
        text: &[u8],
        direction: Direction,
        root: &[PathPart],
        out: &mut Vec<u8>,
    ) -> Result<(), Refusal> {
        self.transcode_with(shape, text, direction, root, &[], out)
    }

    /// Reads the value that stands at `reader` within a text from a client, and appends its canonical text to `out`. What
    /// does not fit, or is no JSON, is [`Unfit`]: the reader has then not taken it, and nothing is appended.
    pub(crate) fn transcode_here(
        &self,
        shape: ShapeId,
        reader: &mut Reader<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), Unfit> {
        let start = out.len();
        let left = reader.left();
        out.reserve(left + left.min(SHORT));
        let result = transcode::transcode_here(self, shape, reader, out);
        if result.is_err() {
            out.truncate(start);
        }
        result
    }

    /// Reads the args of a call with files as [`Program::transcode`] does. Of each file `files` has the path that it was
    /// put at, `root` in front; in the canonical text its index stands there.
    pub(crate) fn transcode_with_files(
        &self,
        shape: ShapeId,
        text: &[u8],
        root: &[PathPart],
        files: &[Vec<PathPart>],
        out: &mut Vec<u8>,
    ) -> Result<(), Refusal> {
        self.transcode_with(shape, text, Direction::Input, root, files, out)
    }

    fn transcode_with(
        &self,
        shape: ShapeId,
        text: &[u8],
        direction: Direction,
        root: &[PathPart],
        files: &[Vec<PathPart>],
        out: &mut Vec<u8>,
    ) -> Result<(), Refusal> {
        let start = out.len();
        out.reserve(text.len() + text.len().min(SHORT));
        let result = transcode::transcode(self, shape, text, direction, root, files, out);
        if result.is_err() {
            out.truncate(start);
        }
        result
    }

    /// Reads query text (what follows the question mark) as a struct and appends its canonical text to `out`.
    /// Percent-decoding happens once and `+` is a blank; a list is its key repeated; a param that is absent takes its
    /// default, or `null` where it may be null. Appends nothing when it refuses.
    pub fn query(&self, shape: ShapeId, query: &[u8], root: &[PathPart], out: &mut Vec<u8>) -> Result<(), Refusal> {
        let start = out.len();
        // Names stand in quotes there.
        out.reserve(query.len() + 16);
        let result = query::query(self, shape, query, root, out);
        if result.is_err() {
            out.truncate(start);
        }
        result
    }

    /// The first field of a struct that query text cannot carry: all but scalars, lists of scalars, and these nullable.
    #[must_use]
    pub fn unfit_for_query(&self, shape: ShapeId) -> Option<&str> {
        query::unfit(self, shape)
    }

    /// Hands canonical text that was checked by this shape to a host, as its own values. Text that is no such thing is
    /// [`Builder::unreadable`], or gives values of its own kinds.
    pub fn decode<B: Builder>(&self, shape: ShapeId, canonical: &[u8], builder: &mut B) -> Result<B::Value, B::Error> {
        decode::decode(self, shape, canonical, builder)
    }

    /// Reads JSON text from a client as a value of the shape and hands it to a host as its own values, in one pass: just
    /// what [`Self::transcode`] and then [`Self::decode`] give. Whatever is not plainly right is [`Unfit`], and then they
    /// say why.
    pub fn read<B: Builder>(&self, shape: ShapeId, text: &[u8], builder: &mut B) -> Result<B::Value, Unfit> {
        read::read(self, shape, text, builder)
    }

    /// These fields alone, in canonical JSON, of a struct whose text was read before, with the defaults of those that it
    /// leaves out.
    pub(crate) fn project(&self, shape: ShapeId, text: &[u8], names: &[String]) -> Vec<u8> {
        read::project(self, shape, text, names)
    }

    /// Writes a host's value of the shape as canonical text at the end of `out`, checked as [`Self::transcode`] checks an
    /// output. Whatever is not plainly right is [`Unfit`], and then nothing is appended.
    pub fn encode<S: Source>(
        &self,
        shape: ShapeId,
        source: &S,
        value: &S::Value,
        out: &mut Vec<u8>,
    ) -> Result<(), Unfit> {
        let start = out.len();
        let result = encode::encode(self, shape, source, value, out);
        if result.is_err() {
            out.truncate(start);
        }
        result
    }

    /// Writes a value of Rust's, which serde walks, as canonical text at the end of the page, checked as [`Self::transcode`]
    /// checks what `serde_json` makes of it. Whatever is not plainly right is [`Unfit`], and then nothing is appended.
    pub fn serialize<T: serde_core::Serialize + ?Sized>(
        &self,
        shape: ShapeId,
        value: &T,
        page: &mut Page,
    ) -> Result<(), Unfit> {
        let start = page.text.len();
        let result = serialize::serialize(self, shape, value, page);
        if result.is_err() {
            page.text.truncate(start);
        }
        result
    }

    /// What a shape is made of, one step deep.
    #[must_use]
    pub fn outline(&self, shape: ShapeId) -> Outline<'_> {
        outline::outline(self, shape)
    }

    fn node(&self, id: ShapeId) -> &Node {
        // An id of another program names nothing here, and no value fits nothing.
        self.nodes.get(id.0 as usize).unwrap_or(&NOTHING)
    }
}
