//! `types.ts`: the named types, and for each function and context what it takes, holds and fails with.

use std::collections::BTreeSet;

use mizan_core::ir::model::{Field, Shape};

use super::comment::Comment;
use super::shape::ShapePrinter;
use super::text::{push_import, push_key, push_string};
use crate::names::camel;
use crate::resolve::{Direction, Resolved, ResolvedContext, ResolvedFunction};

/// The declarations; empty where an application has no types at all.
pub(super) fn body(resolved: &Resolved<'_>) -> String {
    let mut out = String::new();
    if resolved.functions.iter().any(|function| function.error.is_some()) {
        push_import(&mut out, "import type", &BTreeSet::from(["MizanError", "ProtocolError"]), super::KERNEL);
        out.push('\n');
    }
    for declaration in &resolved.types {
        let printer = ShapePrinter { resolved, direction: declaration.direction };
        Comment::new().text_if(declaration.doc).print(0, &mut out);
        push_declaration(&mut out, printer, &declaration.name, declaration.shape);
    }
    for function in &resolved.functions {
        push_input(&mut out, resolved, function);
        push_error(&mut out, resolved, function);
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

fn push_error(out: &mut String, resolved: &Resolved<'_>, function: &ResolvedFunction<'_>) {
    let Some(name) = &function.error else { return };
    let printer = ShapePrinter { resolved, direction: Direction::Output };
    Comment::new().text(&format!("What `{}` fails with.", function.name)).print(0, out);
    out.push_str("export type ");
    out.push_str(name);
    out.push_str(" =\n  | ProtocolError");
    for error in &function.function.errors {
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
