//! Validation details (ERR-2): the closed list of codes, and the one text each of them has in every language.

use std::cmp::Ordering;
use std::fmt::Write;

use crate::ir::model::Format;
use crate::value::canonical::{compare_keys, write_integer, write_string};
use crate::value::number::NumberErrorKind;

/// The most details that one reply carries.
pub const MAX_DETAILS: usize = 100;

/// The codes of details.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DetailCode {
    /// A required member is not there.
    Missing,
    /// A member that the shape does not have.
    Unknown,
    /// Another JSON kind than the shape's.
    Type,
    /// None of the values that are allowed.
    Enum,
    /// Too small.
    Min,
    /// Too large.
    Max,
    /// Not a multiple of what it has to be.
    MultipleOf,
    /// Too short.
    MinLength,
    /// Too long.
    MaxLength,
    /// A text that the pattern does not match.
    Pattern,
    /// A text that is not of the format.
    Format,
    /// An integer beyond ±(2^53 − 1).
    IntegerRange,
    /// Equal items where they must differ.
    Unique,
    /// None of the arms of a union.
    Union,
    /// What a validator of the host's language says.
    Custom,
}

impl DetailCode {
    /// The code as it stands in a reply.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Unknown => "unknown",
            Self::Type => "type",
            Self::Enum => "enum",
            Self::Min => "min",
            Self::Max => "max",
            Self::MultipleOf => "multiple_of",
            Self::MinLength => "min_length",
            Self::MaxLength => "max_length",
            Self::Pattern => "pattern",
            Self::Format => "format",
            Self::IntegerRange => "integer_range",
            Self::Unique => "unique",
            Self::Union => "union",
            Self::Custom => "custom",
        }
    }
}

/// What a position takes, as the message of [`Problem::Type`] names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// A number of digits only.
    Integer,
    /// A decimal string.
    BigInt,
    /// A number.
    Number,
    /// A number where a host wrote NaN or an infinity.
    FiniteNumber,
    /// `true` or `false`.
    Boolean,
    /// Text.
    String,
    /// An array.
    List,
    /// An object.
    Object,
    /// `null`.
    Null,
    /// A file part.
    File,
    /// One value where a query gave several.
    SingleValue,
}

/// What is counted by a length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Code points of a text.
    Character,
    /// Items of a list.
    Item,
}

/// Everything the core finds wrong with a value, with what its message names.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Problem<'a> {
    /// "required"
    Missing,
    /// "not allowed here"
    Unknown,
    /// "expected integer" and the like; for [`Expected::SingleValue`] "expected a single value"
    Type(Expected),
    /// "expected one of: 1, 2": the canonical values of an enum, in declared order, joined by a comma and a blank.
    Enum(&'a str),
    /// "expected 1": the canonical value of a literal.
    Literal(&'a str),
    /// "must be at least 1"; bounds are canonical numbers.
    Min(&'a str),
    /// "must be greater than 1"
    ExclusiveMin(&'a str),
    /// "must be at most 1"
    Max(&'a str),
    /// "must be less than 1"
    ExclusiveMax(&'a str),
    /// "must be a multiple of 5"
    MultipleOf(&'a str),
    /// "must have at least 1 character", "must have at least 2 items"
    MinLength(u64, Unit),
    /// "must have at most 1 character", "must have at most 2 items"
    MaxLength(u64, Unit),
    /// "must match ^a+$": the pattern as its author wrote it.
    Pattern(&'a str),
    /// "expected date-time"
    Format(Format),
    /// "must be between -9007199254740991 and 9007199254740991"
    IntegerRange,
    /// "items must differ"
    Unique,
    /// "matches none of the alternatives"
    Union,
}

impl Problem<'_> {
    /// The code it has in a reply.
    #[must_use]
    pub const fn code(&self) -> DetailCode {
        match self {
            Self::Missing => DetailCode::Missing,
            Self::Unknown => DetailCode::Unknown,
            Self::Type(_) => DetailCode::Type,
            Self::Enum(_) | Self::Literal(_) => DetailCode::Enum,
            Self::Min(_) | Self::ExclusiveMin(_) => DetailCode::Min,
            Self::Max(_) | Self::ExclusiveMax(_) => DetailCode::Max,
            Self::MultipleOf(_) => DetailCode::MultipleOf,
            Self::MinLength(..) => DetailCode::MinLength,
            Self::MaxLength(..) => DetailCode::MaxLength,
            Self::Pattern(_) => DetailCode::Pattern,
            Self::Format(_) => DetailCode::Format,
            Self::IntegerRange => DetailCode::IntegerRange,
            Self::Unique => DetailCode::Unique,
            Self::Union => DetailCode::Union,
        }
    }

    /// The message it has in a reply, in every language the same.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::Missing => "required".to_owned(),
            Self::Unknown => "not allowed here".to_owned(),
            Self::Type(expected) => {
                let name = match expected {
                    Expected::Integer => "integer",
                    Expected::BigInt => "bigint",
                    Expected::Number => "number",
                    Expected::FiniteNumber => "a finite number",
                    Expected::Boolean => "boolean",
                    Expected::String => "string",
                    Expected::List => "list",
                    Expected::Object => "object",
                    Expected::Null => "null",
                    Expected::File => "file",
                    Expected::SingleValue => "a single value",
                };
                format!("expected {name}")
            }
            Self::Enum(values) => format!("expected one of: {values}"),
            Self::Literal(value) => format!("expected {value}"),
            Self::Min(bound) => format!("must be at least {bound}"),
            Self::ExclusiveMin(bound) => format!("must be greater than {bound}"),
            Self::Max(bound) => format!("must be at most {bound}"),
            Self::ExclusiveMax(bound) => format!("must be less than {bound}"),
            Self::MultipleOf(divisor) => format!("must be a multiple of {divisor}"),
            Self::MinLength(count, unit) => format!("must have at least {}", counted(*count, *unit)),
            Self::MaxLength(count, unit) => format!("must have at most {}", counted(*count, *unit)),
            Self::Pattern(pattern) => format!("must match {pattern}"),
            Self::Format(format) => format!("expected {}", format.name()),
            Self::IntegerRange => "must be between -9007199254740991 and 9007199254740991".to_owned(),
            Self::Unique => "items must differ".to_owned(),
            Self::Union => "matches none of the alternatives".to_owned(),
        }
    }
}

impl From<NumberErrorKind> for Problem<'_> {
    /// A number that is refused where no type says more (VALUE-11).
    fn from(kind: NumberErrorKind) -> Self {
        match kind {
            NumberErrorKind::OutOfRange => Self::IntegerRange,
            NumberErrorKind::TooLong | NumberErrorKind::NotFinite => Self::Type(Expected::Number),
            NumberErrorKind::Constant => Self::Type(Expected::FiniteNumber),
        }
    }
}

fn counted(count: u64, unit: Unit) -> String {
    let plural = if count == 1 { "" } else { "s" };
    match unit {
        Unit::Character => format!("{count} character{plural}"),
        Unit::Item => format!("{count} item{plural}"),
    }
}

/// One step on the way to a place in a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathPart {
    /// The member of an object.
    Key(String),
    /// The item of an array, from 0.
    Index(usize),
}

impl Ord for PathPart {
    /// Indexes by number, before keys, by UTF-16 code units.
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Key(left), Self::Key(right)) => compare_keys(left, right),
            (Self::Index(left), Self::Index(right)) => left.cmp(right),
            (Self::Index(_), Self::Key(_)) => Ordering::Less,
            (Self::Key(_), Self::Index(_)) => Ordering::Greater,
        }
    }
}

impl PartialOrd for PathPart {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The path as a JSON Pointer (RFC 6901), for messages to people.
#[must_use]
pub fn pointer(path: &[PathPart]) -> String {
    path.iter().fold(String::new(), |mut text, part| {
        match part {
            PathPart::Key(key) => {
                text.push('/');
                text.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            PathPart::Index(index) => {
                let _ = write!(text, "/{index}");
            }
        }
        text
    })
}

/// A path while its value is being walked: each step lives on the stack of the walk and nothing is allocated.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Path<'p> {
    Root(&'p [PathPart]),
    Key(&'p Path<'p>, &'p str),
    Index(&'p Path<'p>, usize),
}

impl Path<'_> {
    /// The path as a reply has it.
    pub(crate) fn parts(&self) -> Vec<PathPart> {
        let mut parts = Vec::new();
        let mut step = self;
        loop {
            match step {
                Self::Key(parent, key) => {
                    parts.push(PathPart::Key((*key).to_owned()));
                    step = parent;
                }
                Self::Index(parent, index) => {
                    parts.push(PathPart::Index(*index));
                    step = parent;
                }
                Self::Root(root) => {
                    parts.extend(root.iter().rev().cloned());
                    parts.reverse();
                    return parts;
                }
            }
        }
    }
}

/// One thing that is wrong with a value, as a reply has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// The kind of problem.
    pub code: DetailCode,
    /// What is wrong, for people.
    pub message: String,
    /// Where.
    pub path: Vec<PathPart>,
}

impl Detail {
    /// The detail of a problem that the core found.
    #[must_use]
    pub fn new(problem: &Problem<'_>, path: Vec<PathPart>) -> Self {
        Self { code: problem.code(), message: problem.message(), path }
    }

    /// The detail of a problem that a validator of the host's language found.
    #[must_use]
    pub const fn custom(message: String, path: Vec<PathPart>) -> Self {
        Self { code: DetailCode::Custom, message, path }
    }

    /// Appends it as canonical JSON.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"code\":\"");
        out.extend_from_slice(self.code.text().as_bytes());
        out.extend_from_slice(b"\",\"message\":");
        write_string(out, &self.message);
        out.extend_from_slice(b",\"path\":[");
        for (index, part) in self.path.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            match part {
                PathPart::Key(key) => write_string(out, key),
                PathPart::Index(index) => write_integer(out, i64::try_from(*index).unwrap_or(i64::MAX)),
            }
        }
        out.extend_from_slice(b"]}");
    }

    /// Appends a list of details, in the order they are in, as canonical JSON.
    pub fn write_list(details: &[Self], out: &mut Vec<u8>) {
        out.push(b'[');
        for (index, detail) in details.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            detail.write(out);
        }
        out.push(b']');
    }
}

impl Ord for Detail {
    /// By path, a prefix first; then by the text of the code; then by message.
    fn cmp(&self, other: &Self) -> Ordering {
        let path = self.path.cmp(&other.path);
        let code = || self.code.text().cmp(other.code.text());
        path.then_with(code).then_with(|| self.message.cmp(&other.message))
    }
}

impl PartialOrd for Detail {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> PathPart {
        PathPart::Key(text.to_owned())
    }

    #[test]
    fn every_problem_has_its_code_and_message() {
        for (problem, code, message) in [
            (Problem::Missing, "missing", "required"),
            (Problem::Unknown, "unknown", "not allowed here"),
            (Problem::Type(Expected::Integer), "type", "expected integer"),
            (Problem::Type(Expected::BigInt), "type", "expected bigint"),
            (Problem::Type(Expected::Number), "type", "expected number"),
            (Problem::Type(Expected::FiniteNumber), "type", "expected a finite number"),
            (Problem::Type(Expected::Boolean), "type", "expected boolean"),
            (Problem::Type(Expected::String), "type", "expected string"),
            (Problem::Type(Expected::List), "type", "expected list"),
            (Problem::Type(Expected::Object), "type", "expected object"),
            (Problem::Type(Expected::Null), "type", "expected null"),
            (Problem::Type(Expected::File), "type", "expected file"),
            (Problem::Type(Expected::SingleValue), "type", "expected a single value"),
            (Problem::Enum("1, \"a\""), "enum", "expected one of: 1, \"a\""),
            (Problem::Literal("true"), "enum", "expected true"),
            (Problem::Min("1"), "min", "must be at least 1"),
            (Problem::ExclusiveMin("0.5"), "min", "must be greater than 0.5"),
            (Problem::Max("-1"), "max", "must be at most -1"),
            (Problem::ExclusiveMax("1e+21"), "max", "must be less than 1e+21"),
            (Problem::MultipleOf("5"), "multiple_of", "must be a multiple of 5"),
            (Problem::MinLength(1, Unit::Character), "min_length", "must have at least 1 character"),
            (Problem::MinLength(2, Unit::Item), "min_length", "must have at least 2 items"),
            (Problem::MaxLength(80, Unit::Character), "max_length", "must have at most 80 characters"),
            (Problem::MaxLength(1, Unit::Item), "max_length", "must have at most 1 item"),
            (Problem::MaxLength(0, Unit::Item), "max_length", "must have at most 0 items"),
            (Problem::Pattern("^a+$"), "pattern", "must match ^a+$"),
            (Problem::Format(Format::DateTime), "format", "expected date-time"),
            (Problem::IntegerRange, "integer_range", "must be between -9007199254740991 and 9007199254740991"),
            (Problem::Unique, "unique", "items must differ"),
            (Problem::Union, "union", "matches none of the alternatives"),
        ] {
            assert_eq!((problem.code().text(), problem.message().as_str()), (code, message));
        }
    }

    #[test]
    fn json_form_is_canonical() {
        let detail = Detail::new(&Problem::Type(Expected::Integer), vec![key("args"), key("a\"b"), PathPart::Index(3)]);
        let custom = Detail::custom("taken \u{1}".to_owned(), vec![]);
        let mut out = Vec::new();
        Detail::write_list(&[detail, custom], &mut out);
        let text = String::from_utf8(out.clone()).unwrap();
        assert_eq!(
            text,
            r#"[{"code":"type","message":"expected integer","path":["args","a\"b",3]},{"code":"custom","message":"taken \u0001","path":[]}]"#
        );
        assert_eq!(crate::value::canonical::canonicalize(&out, crate::value::number::Numbers::Any), Ok(out));
    }

    #[test]
    fn details_are_sorted_by_path_then_code() {
        let detail = |path: &[PathPart], problem: Problem<'_>| Detail::new(&problem, path.to_vec());
        let sorted = [
            detail(&[], Problem::Union),
            detail(&[PathPart::Index(2)], Problem::Missing),
            detail(&[PathPart::Index(10)], Problem::Missing),
            detail(&[key("a")], Problem::MinLength(3, Unit::Character)),
            detail(&[key("a")], Problem::Pattern("x")),
            detail(&[key("a"), PathPart::Index(0)], Problem::Missing),
            detail(&[key("a"), key("b")], Problem::Missing),
            detail(&[key("ab")], Problem::Missing),
            detail(&[key("b")], Problem::Max("1")),
            detail(&[key("\u{10000}")], Problem::Missing),
            detail(&[key("\u{ffff}")], Problem::Missing),
        ];
        let mut shuffled: Vec<_> = sorted.iter().rev().cloned().collect();
        shuffled.sort();
        assert_eq!(shuffled, sorted);
    }

    #[test]
    fn walked_paths_come_out_from_the_root() {
        let root = [key("args")];
        let start = Path::Root(&root);
        let list = Path::Key(&start, "pages");
        let item = Path::Index(&list, 4);
        assert_eq!(item.parts(), [key("args"), key("pages"), PathPart::Index(4)]);
        assert_eq!(start.parts(), root);
        assert_eq!(pointer(&[key("a/b~"), PathPart::Index(0)]), "/a~1b~0/0");
    }
}
