//! `functions.ts`: every function that a client may call.

use std::collections::BTreeSet;

use mizan_core::ir::model::Function;

use super::shape::ShapePrinter;
use super::text::{push_import, string};
use super::{KERNEL, function_comment, push_constant, sibling, string_list};
use crate::Options;
use crate::resolve::{Direction, Resolved, ResolvedFunction};

/// The constants; empty where an application has no function for clients.
pub(super) fn body(resolved: &Resolved<'_>, options: &Options) -> String {
    if resolved.functions.is_empty() {
        return String::new();
    }
    let printer = ShapePrinter { resolved, direction: Direction::Output };
    let mut types = BTreeSet::new();
    let mut decoders = BTreeSet::new();
    let mut constants = String::new();
    for function in &resolved.functions {
        types.extend(function.input.as_deref());
        types.extend(function.error.as_deref());
        decoders.extend(resolved.outputs.decoder_of(function.function));
        printer.collect_output_names(function.function, &mut types);
        constants.push('\n');
        function_comment(function.function, function.place).print(0, &mut constants);
        push_function(&mut constants, printer, function);
    }
    let mut out = String::new();
    let makers = resolved.functions.iter().map(|function| maker(function.function));
    push_import(&mut out, "import", &makers.chain(["type MizanFunction"]).collect(), KERNEL);
    push_import(&mut out, "import", &BTreeSet::from(["client"]), &sibling("client", options));
    push_import(&mut out, "import", &decoders, &sibling("decoders", options));
    push_import(&mut out, "import type", &types, &sibling("types", options));
    out.push_str(&constants);
    out
}

/// What makes a function: where it merges, the code that splices comes along.
fn maker(function: &Function) -> &'static str {
    if function.merge.is_empty() { "defineFunction" } else { "defineMergingFunction" }
}

fn push_function(out: &mut String, printer: ShapePrinter<'_>, resolved: &ResolvedFunction<'_>) {
    let function = resolved.function;
    let input = resolved.input.clone().unwrap_or_else(|| "undefined".to_owned());
    let mut output = String::new();
    printer.push_output(&mut output, function, 2);
    let mut types = vec![input, output];
    types.extend(resolved.error.clone());
    let mut arguments = vec!["client".to_owned(), string(&function.name)];
    let decoder = printer.resolved.outputs.decoder_of(function);
    if decoder.is_some() || !resolved.contexts.is_empty() {
        arguments.push(string_list(&resolved.contexts));
    }
    arguments.extend(decoder.map(str::to_owned));
    push_constant(out, &resolved.name, Some(("MizanFunction", &types)), maker(function), &arguments);
}
