//! The smallest pieces of TypeScript text: string literals, property keys, imports.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use mizan_core::ir::model::Scalar;

use crate::names::is_plain_key;

/// Lines longer than this are broken where they can be.
pub(crate) const WIDTH: usize = 100;

/// What the compiler and bundlers need to see to drop what an application does not use.
pub(crate) const PURE: &str = "/* @__PURE__ */";

/// The text as a string literal.
pub(crate) fn string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    push_string(&mut out, text);
    out
}

/// Appends the text as a string literal.
pub(crate) fn push_string(out: &mut String, text: &str) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            letter if letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}') => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{{{:x}}}", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
}

/// Appends the value as a literal.
pub(crate) fn push_scalar(out: &mut String, value: &Scalar) {
    match value {
        Scalar::Null => out.push_str("null"),
        Scalar::Boolean(value) => out.push_str(if *value { "true" } else { "false" }),
        Scalar::Integer(value) => out.push_str(&value.to_string()),
        Scalar::String(value) => push_string(out, value),
    }
}

/// Appends the name of a property, in quotes where it needs them.
pub(crate) fn push_key(out: &mut String, name: &str) {
    if is_plain_key(name) {
        out.push_str(name);
    } else {
        push_string(out, name);
    }
}

/// Appends an import of these names, on one line where it fits; nothing where there are none.
pub(crate) fn push_import(out: &mut String, keyword: &str, names: &BTreeSet<&str>, from: &str) {
    if names.is_empty() {
        return;
    }
    let length: usize = names.iter().map(|name| name.len() + 2).sum();
    let (open, part, close) = if keyword.len() + length + from.len() + 12 > WIDTH {
        (" {\n  ", ",\n  ", ",\n}")
    } else {
        (" { ", ", ", " }")
    };
    out.push_str(keyword);
    out.push_str(open);
    for (index, name) in names.iter().enumerate() {
        if index > 0 {
            out.push_str(part);
        }
        out.push_str(name);
    }
    out.push_str(close);
    out.push_str(" from ");
    push_string(out, from);
    out.push_str(";\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_escaped() {
        assert_eq!(string("a\"b\\c\n\u{2028}\u{0}é"), "\"a\\\"b\\\\c\\n\\u{2028}\\u{0}é\"");
    }

    #[test]
    fn long_imports_take_a_line_for_each_name() {
        let mut out = String::new();
        push_import(&mut out, "import type", &BTreeSet::new(), "./types");
        push_import(&mut out, "import type", &BTreeSet::from(["B", "A"]), "./types");
        assert_eq!(out, "import type { A, B } from \"./types\";\n");
        out.clear();
        let long = ["A".repeat(60), "B".repeat(60)];
        push_import(&mut out, "import", &long.iter().map(String::as_str).collect(), "./x");
        assert_eq!(out, format!("import {{\n  {},\n  {},\n}} from \"./x\";\n", long[0], long[1]));
    }
}
