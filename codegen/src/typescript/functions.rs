//! `functions.ts`: every function that a client may call.

use std::collections::BTreeSet;

use super::decoders::Decoders;
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
    let mut decoders = Decoders::new(resolved);
    let mut constants = String::new();
    for function in &resolved.functions {
        types.extend(function.input.as_deref());
        types.extend(function.error.as_deref());
        printer.collect_names(&function.function.output, &mut types);
        constants.push('\n');
        function_comment(function.function, function.place).print(0, &mut constants);
        push_function(&mut constants, printer, &mut decoders, function);
    }
    types.extend(decoders.types());
    let mut out = String::new();
    push_import(&mut out, "import", &BTreeSet::from(["defineFunction"]), KERNEL);
    push_import(&mut out, "import", &BTreeSet::from(["client"]), &sibling("client", options));
    decoders.push_imports(&mut out, options);
    push_import(&mut out, "import type", &types, &sibling("types", options));
    out.push_str(&constants);
    out
}

fn push_function<'a>(
    out: &mut String,
    printer: ShapePrinter<'a>,
    decoders: &mut Decoders<'a>,
    resolved: &ResolvedFunction<'_>,
) {
    let function = resolved.function;
    let input = resolved.input.clone().unwrap_or_else(|| "undefined".to_owned());
    let mut output = String::new();
    printer.push(&mut output, &function.output, 2);
    let mut types = vec![input, output];
    types.extend(resolved.error.clone());
    let mut arguments = vec!["client".to_owned(), string(&function.name)];
    if resolved.decoded || !resolved.contexts.is_empty() {
        arguments.push(string_list(&resolved.contexts));
    }
    if resolved.decoded {
        arguments.push(decoders.reference(&function.output));
    }
    push_constant(out, &resolved.name, "defineFunction", &types, &arguments);
}
