//! The named types of an application: which are sent, which are received, and which look different the two ways.

use std::collections::HashMap;

use mizan_core::ir::model::{Document, Field, Shape, TypeDefinition};

use super::claims::Claims;
use super::{Direction, TypeDeclaration};
use crate::Refusal;
use crate::names::is_identifier;

/// The named types, what is known of each, and the names of their forms.
pub(super) struct TypeTable<'a> {
    definitions: &'a [TypeDefinition],
    indexes: HashMap<&'a str, usize>,
    facts: Vec<Facts>,
}

/// What is known of one named type.
#[derive(Default, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "six findings that have nothing to do with each other")]
struct Facts {
    /// Whether a value of it is sent.
    input: bool,
    /// Whether a value of it is received, and decoded where a `bigint` is inside.
    output: bool,
    /// Whether a value of it is received with the data of an error, which nothing decodes.
    failing: bool,
    /// Whether some field inside has a default, so that it may be left out when sent and is there when received.
    defaults: bool,
    /// Whether a `bigint` is somewhere inside.
    bigint: bool,
    /// Whether an upload is somewhere inside.
    upload: bool,
    /// The name of the form that is sent.
    input_name: String,
    /// The name of the form that is received.
    output_name: String,
    /// The name of the form that is on the wire: another one than what is received where a `bigint` is inside.
    wire_name: String,
    /// The name of what decodes it, where it is received with a `bigint` inside.
    decoder: Option<String>,
}

impl<'a> TypeTable<'a> {
    /// Follows the document's types from its functions and contexts. What a document should not contain is refused.
    pub(super) fn new(document: &'a Document, refusals: &mut Vec<Refusal>) -> Self {
        let definitions = document.types.as_slice();
        let indexes: HashMap<&str, usize> =
            definitions.iter().enumerate().map(|(index, definition)| (definition.name.as_str(), index)).collect();
        let mut table = Self { definitions, indexes, facts: vec![Facts::default(); definitions.len()] };
        let mut uses = vec![Vec::new(); definitions.len()];
        let mut used_by = vec![Vec::new(); definitions.len()];
        let (mut with_defaults, mut with_bigint, mut with_upload) = (Vec::new(), Vec::new(), Vec::new());
        for (index, definition) in definitions.iter().enumerate() {
            if !is_identifier(&definition.name) {
                refusals.push(Refusal {
                    place: None,
                    subject: definition.name.clone(),
                    problem: "the name of this type cannot be a name in TypeScript".to_owned(),
                    help: "rename it on the server, with letters, digits and underscores".to_owned(),
                });
            }
            let mut marks = Marks::default();
            table.mark(&definition.shape, &definition.name, &mut marks, refusals);
            if marks.defaults {
                with_defaults.push(index);
            }
            if marks.bigint {
                with_bigint.push(index);
            }
            if marks.upload {
                with_upload.push(index);
            }
            for &used in &marks.types {
                used_by[used].push(index);
            }
            uses[index] = marks.types;
        }
        let sent = table.roots(document, Direction::Input, refusals);
        let received = table.roots(document, Direction::Output, refusals);
        let failing = table.roots(document, Direction::Wire, refusals);
        let defaults = spread(with_defaults, &used_by);
        let bigint = spread(with_bigint, &used_by);
        let upload = spread(with_upload, &used_by);
        let input = spread(sent, &uses);
        let output = spread(received, &uses);
        let failing = spread(failing, &uses);
        for (index, facts) in table.facts.iter_mut().enumerate() {
            facts.input = input[index];
            facts.output = output[index] || (failing[index] && !bigint[index]);
            facts.failing = failing[index];
            facts.defaults = defaults[index];
            facts.bigint = bigint[index];
            facts.upload = upload[index];
        }
        table
    }

    /// Gives every used type its names and lists the declarations, the received form of a type before its sent form.
    pub(super) fn declare(&mut self, claims: &mut Claims) -> Vec<TypeDeclaration<'a>> {
        for (definition, facts) in self.definitions.iter().zip(&mut self.facts) {
            if facts.input || facts.output {
                facts.output_name = claims.claim_free(&definition.name);
            }
        }
        let mut declarations = Vec::with_capacity(self.definitions.len());
        for (definition, facts) in self.definitions.iter().zip(&mut self.facts) {
            facts.input_name = if facts.input && facts.output && facts.defaults {
                claims.claim_free(&format!("{}Input", definition.name))
            } else {
                facts.output_name.clone()
            };
            let is_on_wire = facts.bigint && (facts.output || facts.failing);
            facts.wire_name = if is_on_wire {
                claims.claim_free(&format!("{}OnWire", definition.name))
            } else {
                facts.output_name.clone()
            };
            if facts.output && facts.bigint {
                facts.decoder = Some(claims.claim_free(&format!("decode{}", definition.name)));
            }
            let declare = |name: &str, direction| TypeDeclaration {
                origin: &definition.name,
                name: name.to_owned(),
                doc: definition.doc.as_deref(),
                shape: &definition.shape,
                direction,
            };
            if facts.output {
                declarations.push(declare(&facts.output_name, Direction::Output));
            }
            if is_on_wire {
                declarations.push(declare(&facts.wire_name, Direction::Wire));
            }
            if facts.input && (!facts.output || facts.input_name != facts.output_name) {
                declarations.push(declare(&facts.input_name, Direction::Input));
            }
        }
        declarations
    }

    /// The name of a type's form.
    pub(super) fn name_of(&self, name: &str, direction: Direction) -> &str {
        self.facts_of(name).map_or("unknown", |facts| match direction {
            Direction::Input => &facts.input_name,
            Direction::Output => &facts.output_name,
            Direction::Wire => &facts.wire_name,
        })
    }

    /// The name of what decodes a type, where that is needed.
    pub(super) fn decoder_of(&self, name: &str) -> Option<&str> {
        self.facts_of(name)?.decoder.as_deref()
    }

    /// The shape of a type.
    pub(super) fn shape_of(&self, name: &str) -> Option<&'a Shape> {
        Some(&self.definitions.get(*self.indexes.get(name)?)?.shape)
    }

    fn facts_of(&self, name: &str) -> Option<&Facts> {
        self.facts.get(*self.indexes.get(name)?)
    }

    /// Whether a `bigint` is somewhere inside a value of this shape.
    pub(super) fn holds_bigint(&self, shape: &Shape) -> bool {
        let mut marks = Marks::default();
        self.mark(shape, "", &mut marks, &mut Vec::new());
        marks.bigint || marks.types.iter().any(|&index| self.facts[index].bigint)
    }

    /// Whether an upload is somewhere inside these fields.
    pub(super) fn holds_upload(&self, fields: &[Field]) -> bool {
        let mut marks = Marks::default();
        self.mark_fields(fields, "", &mut marks, &mut Vec::new());
        marks.upload || marks.types.iter().any(|&index| self.facts[index].upload)
    }

    /// The types that the functions and contexts of a document name directly; for what is on the wire, those that errors name.
    fn roots(&self, document: &Document, direction: Direction, refusals: &mut Vec<Refusal>) -> Vec<usize> {
        let mut marks = Marks::default();
        let slots = document.contexts.iter().flat_map(|context| &context.members);
        let slots = slots.filter_map(|member| document.function_named(member));
        let callable = || document.functions.iter().filter(|function| !function.private);
        match direction {
            Direction::Input => {
                for function in callable() {
                    self.mark_fields(&function.input, &function.name, &mut marks, refusals);
                }
                for context in &document.contexts {
                    self.mark_fields(&context.params, &context.name, &mut marks, refusals);
                }
            }
            Direction::Output => {
                for function in callable().chain(slots) {
                    self.mark(&function.output, &function.name, &mut marks, refusals);
                }
            }
            Direction::Wire => {
                for function in callable().chain(slots) {
                    for data in function.errors.iter().filter_map(|error| error.data.as_ref()) {
                        self.mark(data, &function.name, &mut marks, refusals);
                    }
                }
            }
        }
        marks.types
    }

    fn mark_fields(&self, fields: &[Field], subject: &str, marks: &mut Marks, refusals: &mut Vec<Refusal>) {
        for field in fields {
            marks.defaults |= field.default.is_some();
            self.mark(&field.shape, subject, marks, refusals);
        }
    }

    /// Notes what a shape has in itself, named types not followed.
    fn mark(&self, shape: &Shape, subject: &str, marks: &mut Marks, refusals: &mut Vec<Refusal>) {
        match shape {
            Shape::BigInt => marks.bigint = true,
            Shape::Upload { .. } => marks.upload = true,
            Shape::List { item, .. } | Shape::Map(item) | Shape::Nullable(item) => {
                self.mark(item, subject, marks, refusals);
            }
            Shape::Tuple(shapes) | Shape::Union { arms: shapes, .. } => {
                for shape in shapes {
                    self.mark(shape, subject, marks, refusals);
                }
            }
            Shape::Struct(fields) => self.mark_fields(fields, subject, marks, refusals),
            Shape::Ref(name) => match self.indexes.get(name.as_str()) {
                Some(&index) => marks.types.push(index),
                None => refusals.push(Refusal {
                    place: None,
                    subject: subject.to_owned(),
                    problem: format!("it names the type `{name}`, which the document does not have"),
                    help: "emit the IR anew from the application, with `mizan ir`".to_owned(),
                }),
            },
            Shape::Integer(_)
            | Shape::Number(_)
            | Shape::Boolean
            | Shape::String(_)
            | Shape::Literal(_)
            | Shape::Enum(_)
            | Shape::Any => {}
        }
    }
}

/// What a shape has in itself.
#[derive(Default)]
struct Marks {
    types: Vec<usize>,
    defaults: bool,
    bigint: bool,
    upload: bool,
}

/// Which types these are and lead to.
fn spread(from: Vec<usize>, edges: &[Vec<usize>]) -> Vec<bool> {
    let mut reached = vec![false; edges.len()];
    let mut waiting = from;
    while let Some(index) = waiting.pop() {
        if !std::mem::replace(&mut reached[index], true) {
            waiting.extend(&edges[index]);
        }
    }
    reached
}
