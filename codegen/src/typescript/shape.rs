//! Shapes as TypeScript types.

use std::collections::BTreeSet;

use mizan_core::ir::model::{Field, Function, Shape};

use super::comment::Comment;
use super::text::{WIDTH, push_key, push_scalar};
use crate::resolve::{Direction, Resolved};

/// Prints shapes that travel one way.
#[derive(Clone, Copy)]
pub(crate) struct ShapePrinter<'a> {
    /// Where the names of types come from.
    pub(crate) resolved: &'a Resolved<'a>,
    /// Which way.
    pub(crate) direction: Direction,
}

impl<'a> ShapePrinter<'a> {
    /// Adds the names of the types that the text of this shape mentions.
    pub(crate) fn collect_names(self, shape: &Shape, names: &mut BTreeSet<&'a str>) {
        match shape {
            Shape::Ref(name) => {
                names.insert(self.resolved.type_name(name, self.direction));
            }
            Shape::List { item, .. } | Shape::Map(item) | Shape::Nullable(item) => self.collect_names(item, names),
            Shape::Tuple(shapes) | Shape::Union { arms: shapes, .. } => {
                for shape in shapes {
                    self.collect_names(shape, names);
                }
            }
            Shape::Struct(fields) => {
                for field in fields {
                    self.collect_names(&field.shape, names);
                }
            }
            _ => {}
        }
    }

    /// What a function returns, by its name where it has one.
    pub(crate) fn push_output(self, out: &mut String, function: &Function, indent: usize) {
        match self.resolved.outputs.name_of(function) {
            Some(name) => out.push_str(name),
            None => self.push(out, &function.output, indent),
        }
    }

    /// Adds the names of the types that the text of what a function returns mentions.
    pub(crate) fn collect_output_names(self, function: &Function, names: &mut BTreeSet<&'a str>) {
        match self.resolved.outputs.name_of(function) {
            Some(name) => {
                names.insert(name);
            }
            None => self.collect_names(&function.output, names),
        }
    }

    /// The type, broken into lines where one would be too long or would lose the docs of fields.
    pub(crate) fn push(self, out: &mut String, shape: &Shape, indent: usize) {
        let start = out.len();
        let before = start - out.rfind('\n').map_or(0, |newline| newline + 1);
        self.push_line(out, shape);
        if before + (out.len() - start) <= WIDTH && !has_docs(shape) {
            return;
        }
        match shape {
            Shape::Struct(fields) if !fields.is_empty() => {
                out.truncate(start);
                self.push_block(out, fields, indent);
            }
            Shape::List { item, .. } => {
                out.truncate(start);
                push_list(out, item, |out| self.push(out, item, indent));
            }
            Shape::Tuple(items) => {
                out.truncate(start);
                out.push_str("[\n");
                for item in items {
                    push_blanks(out, indent + 2);
                    self.push(out, item, indent + 2);
                    out.push_str(",\n");
                }
                push_blanks(out, indent);
                out.push(']');
            }
            Shape::Map(value) => {
                out.truncate(start);
                push_map(out, value, |out| self.push(out, value, indent));
            }
            Shape::Nullable(inner) => {
                out.truncate(start);
                match &**inner {
                    Shape::Any => self.push_line(out, shape),
                    Shape::Union { .. } | Shape::Enum(_) => {
                        self.push_arms(out, inner, indent);
                        push_arm(out, indent);
                        out.push_str("null");
                    }
                    inner => {
                        self.push(out, inner, indent);
                        out.push_str(" | null");
                    }
                }
            }
            Shape::Union { .. } | Shape::Enum(_) => {
                out.truncate(start);
                self.push_arms(out, shape, indent);
            }
            _ => {}
        }
    }

    /// The arms of a union or an enum, each on a line of its own.
    fn push_arms(self, out: &mut String, shape: &Shape, indent: usize) {
        match shape {
            Shape::Union { arms, .. } => {
                for arm in arms {
                    push_arm(out, indent);
                    self.push(out, arm, indent + 2);
                }
            }
            Shape::Enum(values) => {
                for value in values {
                    push_arm(out, indent);
                    push_scalar(out, value);
                }
            }
            _ => self.push(out, shape, indent),
        }
    }

    /// The fields between braces, each on a line of its own.
    pub(crate) fn push_block(self, out: &mut String, fields: &[Field], indent: usize) {
        out.push_str("{\n");
        for field in fields {
            let default = field.default.as_deref().filter(|_| self.direction == Direction::Input);
            Comment::new().text_if(field.doc.as_deref()).tag("default", default).print(indent + 2, out);
            push_blanks(out, indent + 2);
            self.push_field_name(out, field);
            self.push(out, &field.shape, indent + 2);
            out.push_str(";\n");
        }
        push_blanks(out, indent);
        out.push('}');
    }

    /// Whether a field may be left out, going this way.
    pub(crate) fn is_optional(self, field: &Field) -> bool {
        match self.direction {
            Direction::Input => !field.required || field.default.is_some(),
            Direction::Output | Direction::Wire => !field.required && field.default.is_none(),
        }
    }

    fn push_field_name(self, out: &mut String, field: &Field) {
        push_key(out, &field.name);
        out.push_str(if self.is_optional(field) { "?: " } else { ": " });
    }

    fn push_line(self, out: &mut String, shape: &Shape) {
        match shape {
            Shape::Integer(_) | Shape::Number(_) => out.push_str("number"),
            Shape::BigInt if self.direction == Direction::Wire => out.push_str("string"),
            Shape::BigInt => out.push_str("bigint"),
            Shape::Boolean => out.push_str("boolean"),
            Shape::String(_) => out.push_str("string"),
            Shape::Literal(value) => push_scalar(out, value),
            Shape::Enum(values) => {
                for (index, value) in values.iter().enumerate() {
                    out.push_str(if index > 0 { " | " } else { "" });
                    push_scalar(out, value);
                }
            }
            Shape::List { item, .. } => push_list(out, item, |out| self.push_line(out, item)),
            Shape::Tuple(items) => {
                out.push('[');
                self.push_joined(out, items, ", ");
                out.push(']');
            }
            Shape::Map(value) => push_map(out, value, |out| self.push_line(out, value)),
            Shape::Struct(fields) if fields.is_empty() => out.push_str("Record<string, never>"),
            Shape::Struct(fields) => {
                out.push_str("{ ");
                for (index, field) in fields.iter().enumerate() {
                    out.push_str(if index > 0 { "; " } else { "" });
                    self.push_field_name(out, field);
                    self.push_line(out, &field.shape);
                }
                out.push_str(" }");
            }
            // `unknown` has `null` in it already.
            Shape::Nullable(inner) if matches!(**inner, Shape::Any) => out.push_str("unknown"),
            Shape::Nullable(inner) => {
                self.push_line(out, inner);
                out.push_str(" | null");
            }
            Shape::Union { arms, .. } => self.push_joined(out, arms, " | "),
            Shape::Ref(name) => out.push_str(self.resolved.type_name(name, self.direction)),
            Shape::Upload { .. } => out.push_str("Blob"),
            Shape::Any => out.push_str("unknown"),
        }
    }

    fn push_joined(self, out: &mut String, shapes: &[Shape], separator: &str) {
        for (index, shape) in shapes.iter().enumerate() {
            out.push_str(if index > 0 { separator } else { "" });
            self.push_line(out, shape);
        }
    }
}

fn push_blanks(out: &mut String, count: usize) {
    out.extend(std::iter::repeat_n(' ', count));
}

fn push_list(out: &mut String, item: &Shape, push_item: impl FnOnce(&mut String)) {
    let grouped = match item {
        Shape::Nullable(inner) => **inner != Shape::Any,
        Shape::Union { .. } | Shape::Enum(_) => true,
        _ => false,
    };
    out.push_str(if grouped { "(" } else { "" });
    push_item(out);
    out.push_str(if grouped { ")[]" } else { "[]" });
}

/// TypeScript resolves the arguments of `Record` at once, which makes a recursive alias through it an error; the members
/// of an object type it resolves later.
fn push_map(out: &mut String, value: &Shape, push_value: impl FnOnce(&mut String)) {
    let (open, close) = if names_a_type(value) { ("{ [key: string]: ", " }") } else { ("Record<string, ", ">") };
    out.push_str(open);
    push_value(out);
    out.push_str(close);
}

/// Begins an arm of a union on a line of its own.
fn push_arm(out: &mut String, indent: usize) {
    out.truncate(out.trim_end_matches(' ').len());
    out.push('\n');
    push_blanks(out, indent + 2);
    out.push_str("| ");
}

/// Whether a field inside has something to say.
fn has_docs(shape: &Shape) -> bool {
    match shape {
        Shape::Struct(fields) => {
            fields.iter().any(|field| field.doc.is_some() || field.default.is_some() || has_docs(&field.shape))
        }
        Shape::List { item, .. } | Shape::Map(item) | Shape::Nullable(item) => has_docs(item),
        Shape::Tuple(shapes) | Shape::Union { arms: shapes, .. } => shapes.iter().any(has_docs),
        _ => false,
    }
}

/// Whether a named type stands in the shape where TypeScript would resolve it at once.
fn names_a_type(shape: &Shape) -> bool {
    match shape {
        Shape::Ref(_) => true,
        Shape::Map(item) | Shape::Nullable(item) => names_a_type(item),
        Shape::Union { arms, .. } => arms.iter().any(names_a_type),
        _ => false,
    }
}
