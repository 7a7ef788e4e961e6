//! One JSON Schema alone, lowered and compiled: what an application does with the schemas of its functions, for
//! whoever has a schema and no application.

use std::fmt;

use super::lower::{LowerError, Lowering};
use super::program::{Direction, Program, ProgramError, Refusal, ShapeId};
use crate::error::detail::PathPart;
use crate::value::Value;

/// A schema, compiled.
#[derive(Debug, Clone)]
pub struct CompiledSchema {
    program: Program,
    shape: ShapeId,
    direction: Direction,
}

/// Why a schema does not compile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SchemaError {
    /// The IR cannot say it.
    Lower(LowerError),
    /// No value could be checked by it.
    Program(ProgramError),
    /// A query cannot carry the member of that name (NAME-5).
    Query(String),
}

impl fmt::Display for SchemaError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lower(error) => error.fmt(formatter),
            Self::Program(error) => error.fmt(formatter),
            Self::Query(name) => write!(formatter, "\"{name}\": a query carries scalars and lists of scalars"),
        }
    }
}

impl std::error::Error for SchemaError {}

impl From<LowerError> for SchemaError {
    fn from(error: LowerError) -> Self {
        Self::Lower(error)
    }
}

impl From<ProgramError> for SchemaError {
    fn from(error: ProgramError) -> Self {
        Self::Program(error)
    }
}

impl CompiledSchema {
    /// The schema of an input: an object with its properties, checked to the letter of the protocol.
    pub fn input(schema: &Value) -> Result<Self, SchemaError> {
        let mut lowering = Lowering::new();
        let fields = lowering.input(schema)?;
        let mut program = Program::new(&lowering.finish())?;
        let shape = program.compile_fields(&fields)?;
        Ok(Self { program, shape, direction: Direction::Input })
    }

    /// The schema of the params of a context: an input that a query can carry.
    pub fn params(schema: &Value) -> Result<Self, SchemaError> {
        let input = Self::input(schema)?;
        match input.program.unfit_for_query(input.shape) {
            Some(name) => Err(SchemaError::Query(name.to_owned())),
            None => Ok(input),
        }
    }

    /// The schema of a result, whose text comes from a host's encoder (VALUE-15).
    pub fn output(schema: &Value) -> Result<Self, SchemaError> {
        let mut lowering = Lowering::new();
        let shape = lowering.output(schema)?;
        let mut program = Program::new(&lowering.finish())?;
        let shape = program.compile(&shape)?;
        Ok(Self { program, shape, direction: Direction::Output })
    }

    /// The canonical form of a JSON text; see [`Program::transcode`].
    pub fn transcode(&self, text: &[u8], root: &[PathPart]) -> Result<Vec<u8>, Refusal> {
        let mut out = Vec::with_capacity(text.len());
        self.program.transcode(self.shape, text, self.direction, root, &mut out)?;
        Ok(out)
    }

    /// Canonical JSON of query text; see [`Program::query`].
    pub fn query(&self, query: &[u8], root: &[PathPart]) -> Result<Vec<u8>, Refusal> {
        let mut out = Vec::with_capacity(query.len());
        self.program.query(self.shape, query, root, &mut out)?;
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::json;

    fn schema(text: &str) -> Value {
        json::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn inputs_are_read_strictly_and_outputs_as_encoders_write_them() {
        let object =
            schema(r#"{"type":"object","properties":{"at":{"type":"string","format":"date-time"}},"required":["at"]}"#);
        let nine_digits = br#"{"at":"2026-03-01T12:00:00.123456789+00:00"}"#;
        assert!(matches!(
            CompiledSchema::input(&object).unwrap().transcode(nine_digits, &[]),
            Err(Refusal::Invalid(details)) if details.len() == 1
        ));
        let output = CompiledSchema::output(&object).unwrap().transcode(nine_digits, &[]).unwrap();
        assert!(String::from_utf8(output).unwrap().ends_with("Z\"}"));
    }

    #[test]
    fn an_object_is_no_param() {
        let object = schema(r#"{"type":"object","properties":{"a":{"type":"object","properties":{}}}}"#);
        let error = CompiledSchema::params(&object).unwrap_err();
        assert_eq!(error.to_string(), "\"a\": a query carries scalars and lists of scalars");
        assert!(CompiledSchema::input(&object).is_ok());
    }
}
