//! Short ways to say shapes, and to ask a program about a text.

use mizan_core::error::detail::{Detail, PathPart, pointer};
use mizan_core::ir::model::{Field, Format, IntegerBounds, NumberBounds, Scalar, Shape, StringBounds, TypeDefinition};
use mizan_core::ir::program::{Direction, Program, Refusal, ShapeId};

pub(crate) fn integer() -> Shape {
    Shape::Integer(IntegerBounds::default())
}

pub(crate) fn number() -> Shape {
    Shape::Number(NumberBounds::default())
}

pub(crate) fn string() -> Shape {
    Shape::String(StringBounds::default())
}

pub(crate) fn format(format: Format) -> Shape {
    Shape::String(StringBounds { format: Some(format), ..StringBounds::default() })
}

pub(crate) fn literal(text: &str) -> Shape {
    Shape::Literal(Scalar::String(text.to_owned()))
}

pub(crate) fn list(item: Shape) -> Shape {
    Shape::List { item: Box::new(item), min_items: None, max_items: None, unique: false }
}

pub(crate) fn map(value: Shape) -> Shape {
    Shape::Map(Box::new(value))
}

pub(crate) fn nullable(inner: Shape) -> Shape {
    Shape::Nullable(Box::new(inner))
}

pub(crate) fn reference(name: &str) -> Shape {
    Shape::Ref(name.to_owned())
}

pub(crate) fn union(discriminator: Option<&str>, arms: Vec<Shape>) -> Shape {
    Shape::Union { discriminator: discriminator.map(str::to_owned), arms }
}

pub(crate) fn required(name: &str, shape: Shape) -> Field {
    Field { name: name.to_owned(), doc: None, shape, required: true, default: None, key: false }
}

pub(crate) fn optional(name: &str, shape: Shape) -> Field {
    Field { required: false, ..required(name, shape) }
}

pub(crate) fn defaulted(name: &str, shape: Shape, default: &str) -> Field {
    Field { required: false, default: Some(default.to_owned()), ..required(name, shape) }
}

pub(crate) fn named(name: &str, shape: Shape) -> TypeDefinition {
    TypeDefinition { name: name.to_owned(), doc: None, shape }
}

/// A program of these types and one shape.
pub(crate) struct Asked {
    pub(crate) program: Program,
    pub(crate) shape: ShapeId,
}

impl Asked {
    pub(crate) fn new(shape: &Shape) -> Self {
        Self::with_types(&[], shape)
    }

    pub(crate) fn with_types(types: &[TypeDefinition], shape: &Shape) -> Self {
        let mut program = Program::new(types).unwrap();
        let shape = program.compile(shape).unwrap();
        Self { program, shape }
    }

    pub(crate) fn fields(fields: &[Field]) -> Self {
        let mut program = Program::default();
        let shape = program.compile_fields(fields).unwrap();
        Self { program, shape }
    }

    pub(crate) fn transcode(&self, direction: Direction, text: impl AsRef<[u8]>) -> Result<String, Refusal> {
        let mut out = b"before".to_vec();
        let result = self.program.transcode(self.shape, text.as_ref(), direction, &[], &mut out);
        finish(out, result)
    }

    pub(crate) fn query(&self, query: impl AsRef<[u8]>) -> Result<String, Refusal> {
        let mut out = b"before".to_vec();
        let result = self.program.query(self.shape, query.as_ref(), &[], &mut out);
        finish(out, result)
    }

    /// The canonical text, the same both ways.
    #[track_caller]
    pub(crate) fn accepts(&self, text: &str, canonical: &str) {
        for direction in [Direction::Input, Direction::Output] {
            assert_eq!(self.transcode(direction, text), Ok(canonical.to_owned()), "{direction:?} {text}");
        }
    }

    /// The text is canonical and fits, both ways.
    #[track_caller]
    pub(crate) fn keeps(&self, text: &str) {
        self.accepts(text, text);
    }

    /// The problems, the same both ways.
    #[track_caller]
    pub(crate) fn refuses(&self, text: &str, problems: &[&str]) {
        for direction in [Direction::Input, Direction::Output] {
            assert_eq!(told(self.transcode(direction, text)), problems, "{direction:?} {text}");
        }
    }
}

fn finish(out: Vec<u8>, result: Result<(), Refusal>) -> Result<String, Refusal> {
    let text = String::from_utf8(out).unwrap();
    let appended = text.strip_prefix("before").unwrap().to_owned();
    if result.is_err() {
        assert_eq!(appended, "", "a refusal appends nothing");
    }
    result.map(|()| appended)
}

/// Each problem as `path: code: message`.
#[track_caller]
pub(crate) fn told(result: Result<String, Refusal>) -> Vec<String> {
    match result {
        Err(Refusal::Invalid(details)) => details.iter().map(tell).collect(),
        other => panic!("expected problems, not {other:?}"),
    }
}

fn tell(detail: &Detail) -> String {
    format!("{}: {}: {}", pointer(&detail.path), detail.code.text(), detail.message)
}

pub(crate) fn key(text: &str) -> PathPart {
    PathPart::Key(text.to_owned())
}
