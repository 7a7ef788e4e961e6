//! The grammar of query text (CTX-7 to CTX-10): a struct of scalars and of lists of scalars.

use std::borrow::Cow;

use smallvec::SmallVec;

use super::node::{Choice, FieldRule, Node};
use super::scalar::{self, Found, TextCheck};
use super::{Direction, Program, Refusal, ShapeId};
use crate::error::detail::{Expected, Path, PathPart, Problem, Unit};
use crate::ir::model::Scalar;
use crate::value::reader::Reader;

pub(super) fn query(
    program: &Program,
    shape: ShapeId,
    query: &[u8],
    root: &[PathPart],
    out: &mut Vec<u8>,
) -> Result<(), Refusal> {
    /// How many params a query mostly has.
    const MOSTLY: usize = 4;
    let path = Path::Root(root);
    let mut found = Found::default();
    let fields: &[FieldRule] = match program.node(shape) {
        Node::Struct(rule) => &rule.fields,
        _ => &[],
    };
    let mut pairs: SmallVec<[(usize, Cow<'_, str>); MOSTLY]> = SmallVec::new();
    for pair in query.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let mut sides = pair.splitn(2, |byte| *byte == b'=');
        let raw = sides.next().unwrap_or_default();
        // Names have nothing to escape, so that most keys need not be decoded.
        let written = fields.iter().position(|field| field.name.as_bytes() == raw);
        let key = if written.is_some() { Cow::default() } else { decode(raw)? };
        let value = decode(sides.next().unwrap_or_default())?;
        match written.or_else(|| fields.iter().position(|field| field.name == key)) {
            Some(index) => pairs.push((index, value)),
            None => found.add(&Problem::Unknown, &Path::Key(&path, &key)),
        }
    }
    pairs.sort_by_key(|(index, _)| *index);

    let mut texts = pairs.as_slice();
    out.push(b'{');
    let body = out.len();
    for (index, field) in fields.iter().enumerate() {
        let (own, rest) = texts.split_at(texts.partition_point(|(owner, _)| *owner <= index));
        texts = rest;
        let key = field.key(out.len() == body);
        if !own.is_empty() {
            out.extend_from_slice(key);
            let param = Param { program, path: Path::Key(&path, &field.name) };
            param.write(field.shape, own, &mut found, out);
        } else if let Some(default) = &field.default {
            out.extend_from_slice(key);
            out.extend_from_slice(default);
        } else if matches!(program.node(field.shape), Node::Nullable(_)) {
            out.extend_from_slice(key);
            out.extend_from_slice(b"null");
        } else if field.required {
            found.add(&Problem::Missing, &Path::Key(&path, &field.name));
        }
    }
    out.push(b'}');
    if found.details.is_empty() {
        return Ok(());
    }
    found.details.sort();
    found.details.dedup();
    Err(Refusal::Invalid(found.details))
}

/// One param and where it stands.
struct Param<'p> {
    program: &'p Program,
    path: Path<'p>,
}

impl Param<'_> {
    /// `texts`: all its values, of which there is one at least.
    fn write(&self, id: ShapeId, texts: &[(usize, Cow<'_, str>)], found: &mut Found, out: &mut Vec<u8>) {
        match (self.program.node(id), texts) {
            (Node::Nullable(inner), _) => self.write(*inner, texts, found, out),
            (Node::List(rule), _) => {
                let problems = found.count;
                let mut items = Vec::with_capacity(texts.len());
                out.push(b'[');
                for (index, (_, text)) in texts.iter().enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    let start = out.len();
                    self.scalar(rule.item, text, &Path::Index(&self.path, index), found, out);
                    items.push(start..out.len());
                }
                out.push(b']');
                let count = texts.len() as u64;
                if let Some(min) = rule.min_items.filter(|min| count < *min) {
                    found.add(&Problem::MinLength(min, Unit::Item), &self.path);
                }
                if let Some(max) = rule.max_items.filter(|max| count > *max) {
                    found.add(&Problem::MaxLength(max, Unit::Item), &self.path);
                }
                if rule.unique && found.count == problems {
                    let mut texts: Vec<_> = items.into_iter().map(|item| out.get(item)).collect();
                    texts.sort_unstable();
                    if texts.windows(2).any(|pair| matches!(pair, [left, right] if left == right)) {
                        found.add(&Problem::Unique, &self.path);
                    }
                }
            }
            (_, [(_, text)]) => self.scalar(id, text, &self.path, found, out),
            _ => found.expected(Expected::SingleValue, &self.path),
        }
    }

    fn scalar(&self, id: ShapeId, text: &str, path: &Path<'_>, found: &mut Found, out: &mut Vec<u8>) {
        match self.program.node(id) {
            Node::Integer(_) if text == "-0" => found.expected(Expected::Integer, path),
            Node::Integer(bounds) => scalar::integer(bounds, text, path, found, out),
            Node::Number(bounds) if is_json_number(text) => scalar::number(bounds, text, path, found, out),
            Node::Number(_) => found.expected(Expected::Number, path),
            Node::Boolean if text == "true" || text == "false" => out.extend_from_slice(text.as_bytes()),
            Node::Boolean => found.expected(Expected::Boolean, path),
            Node::BigInt => scalar::bigint(text, path, found, out),
            Node::Text(rule) => TextCheck { rule, direction: Direction::Input }.run(text, None, path, found, out),
            Node::Choice(choice) => scalar::choice(choice, named(choice, text), path, found, out),
            // The registry builds no context with such a param; see `unfit`.
            _ => found.add(&Problem::Union, path),
        }
    }
}

/// The first of the values that is written like that in a query.
fn named<'c>(choice: &'c Choice, text: &str) -> Option<&'c Scalar> {
    choice.values.iter().find(|value| match value {
        // It is sent by leaving the param out.
        Scalar::Null => false,
        Scalar::Boolean(value) => text == if *value { "true" } else { "false" },
        Scalar::Integer(value) => text == value.to_string(),
        Scalar::String(value) => text == value,
    })
}

fn is_json_number(text: &str) -> bool {
    // The reader knows the grammar; a blank before or after is none of it.
    let starts = text.starts_with(|first: char| first == '-' || first.is_ascii_digit());
    let whole = Reader::open(text.as_bytes()).and_then(|mut reader| reader.number());
    starts && whole.is_ok_and(|number| number.len() == text.len())
}

pub(super) fn unfit(program: &Program, shape: ShapeId) -> Option<&str> {
    let Node::Struct(rule) = program.node(shape) else { return Some("") };
    let below_nullable = |id: ShapeId| match program.node(id) {
        Node::Nullable(inner) => program.node(*inner),
        node => node,
    };
    let is_scalar = |node: &Node| {
        matches!(
            node,
            Node::Integer(_) | Node::Number(_) | Node::Boolean | Node::BigInt | Node::Text(_) | Node::Choice(_)
        )
    };
    let fits = |field: &&FieldRule| match below_nullable(field.shape) {
        Node::List(list) => is_scalar(program.node(list.item)),
        node => is_scalar(node),
    };
    rule.fields.iter().find(|field| !fits(field)).map(|field| field.name.as_str())
}

/// Percent-decodes once; `+` is a blank.
fn decode(text: &[u8]) -> Result<Cow<'_, str>, Refusal> {
    let not_utf8 = |_| Refusal::BadQuery("the query is not UTF-8");
    if !text.iter().any(|byte| matches!(byte, b'%' | b'+')) {
        return str::from_utf8(text).map(Cow::Borrowed).map_err(not_utf8);
    }
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || bytes.next().and_then(|digit| char::from(*digit).to_digit(16));
                let (Some(high), Some(low)) = (digit(), digit()) else {
                    return Err(Refusal::BadQuery("the query has a broken percent escape"));
                };
                (high << 4 | low) as u8
            }
            other => *other,
        });
    }
    String::from_utf8(decoded).map(Cow::Owned).map_err(|error| not_utf8(error.utf8_error()))
}
