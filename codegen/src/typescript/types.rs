//! `types.ts`: the named types, and for each function and context what it takes, holds and fails with.

use std::collections::BTreeSet;

use mizan_core::ir::model::{Field, Function, Shape};

use super::comment::Comment;
use super::shape::ShapePrinter;
use super::text::{push_import, push_key, push_string};
use crate::names::camel;
use crate::resolve::{Direction, Resolved, ResolvedContext, ResolvedFunction};

/// The declarations; empty where an application has no types at all.
pub(super) fn body(resolved: &Resolved<'_>) -> String {
    let mut out = String::new();
    if resolved.functions.iter().any(|function| function.error.is_some()) || !resolved.private_errors.is_empty() {
        push_import(&mut out, "import type", &BTreeSet::from(["MizanError", "ProtocolError"]), super::KERNEL);
        out.push('\n');
    }
    for declaration in &resolved.types {
        let printer = ShapePrinter { resolved, direction: declaration.direction };
        let mut comment = Comment::new().text_if(declaration.doc);
        if declaration.direction == Direction::Wire {
            let text = format!("`{}` as it is on the wire, where a `bigint` is its digits.", declaration.origin);
            comment = Comment::new().text(&text);
        }
        comment.print(0, &mut out);
        push_declaration(&mut out, printer, &declaration.name, declaration.shape);
    }
    for function in &resolved.functions {
        push_input(&mut out, resolved, function);
        if let Some(error) = &function.error {
            push_error(&mut out, resolved, function.function, error);
        }
    }
    for (function, error) in &resolved.private_errors {
        push_error(&mut out, resolved, function, error);
    }
    let printer = ShapePrinter { resolved, direction: Direction::Output };
    for output in resolved.outputs.iter() {
        let Some(name) = &output.name else { continue };
        Comment::new().text(&format!("What `{}` returns.", camel(&output.function.name))).print(0, &mut out);
        push_declaration(&mut out, printer, name, output.shape);
    }
    for context in &resolved.contexts {
        push_context(&mut out, resolved, context);
    }
    // The last blank line only parts declarations.
    out.pop();
    out
}

fn push_declaration(out: &mut String, printer: ShapePrinter<'_>, name: &str, shape: &Shape) {
    match shape {
        Shape::Struct(fields) if !fields.is_empty() => push_interface(out, printer, name, fields),
        _ => {
            out.push_str("export type ");
            out.push_str(name);
            out.push_str(" = ");
            printer.push(out, shape, 0);
            out.push_str(";\n\n");
        }
    }
}

fn push_interface(out: &mut String, printer: ShapePrinter<'_>, name: &str, fields: &[Field]) {
    out.push_str("export interface ");
    out.push_str(name);
    out.push(' ');
    printer.push_block(out, fields, 0);
    out.push_str("\n\n");
}

fn push_input(out: &mut String, resolved: &Resolved<'_>, function: &ResolvedFunction<'_>) {
    let Some(name) = &function.input else { return };
    let printer = ShapePrinter { resolved, direction: Direction::Input };
    Comment::new().text(&format!("What `{}` takes.", function.name)).print(0, out);
    push_interface(out, printer, name, &function.function.input);
}

/// An error's data is typed as it is on the wire: nothing decodes it on its way to the caller.
fn push_error(out: &mut String, resolved: &Resolved<'_>, function: &Function, name: &str) {
    let printer = ShapePrinter { resolved, direction: Direction::Wire };
    Comment::new().text(&format!("What `{}` fails with.", camel(&function.name))).print(0, out);
    out.push_str("export type ");
    out.push_str(name);
    out.push_str(" =\n  | ProtocolError");
    for error in &function.errors {
        out.push_str("\n  | MizanError<");
        push_string(out, &error.code);
        out.push_str(", ");
        match &error.data {
            Some(data) => printer.push(out, data, 4),
            None => out.push_str("undefined"),
        }
        out.push('>');
    }
    out.push_str(";\n\n");
}

fn push_context(out: &mut String, resolved: &Resolved<'_>, context: &ResolvedContext<'_>) {
    if let Some(params) = &context.params {
        let printer = ShapePrinter { resolved, direction: Direction::Input };
        Comment::new().text(&format!("What `{}` takes.", context.name)).print(0, out);
        push_interface(out, printer, params, &context.fields);
    }
    let printer = ShapePrinter { resolved, direction: Direction::Output };
    Comment::new().text(&format!("What `{}` holds: the result of each member.", context.name)).print(0, out);
    out.push_str("export interface ");
    out.push_str(&context.bundle);
    out.push_str(" {\n");
    for slot in &context.slots {
        let doc = Comment::new().text_if(slot.function.doc.as_deref());
        doc.tag("deprecated", slot.function.deprecated.as_deref()).print(2, out);
        out.push_str("  ");
        push_key(out, &slot.function.name);
        out.push_str(": ");
        printer.push_output(out, slot.function, 2);
        out.push_str(";\n");
    }
    out.push_str("}\n\n");
}
