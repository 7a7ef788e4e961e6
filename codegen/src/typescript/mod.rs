//! The text of the `typescript` target. Every other TypeScript target has these files too, and adds its own.

pub(crate) mod comment;
mod contexts;
mod decoders;
mod functions;
mod shape;
pub(crate) mod text;
mod types;

use mizan_core::ir::model::Function;

use crate::places::Place;
use crate::resolve::Resolved;
use crate::{FIRST_LINE, GeneratedFile, Options};
use comment::Comment;
pub(crate) use contexts::comment as context_comment;
use text::{PURE, push_string, string};

/// A constant longer than this is broken into lines.
const CONSTANT_WIDTH: usize = 120;

/// What stands around the parts of a constant on one line.
const AROUND_CONSTANT: usize = "export const : <> = /* @__PURE__ */ ();".len();

/// The package that generated code calls.
const KERNEL: &str = "@mizan/kernel";

/// The files, less the index; those that would be empty are left out.
pub(crate) fn files(resolved: &Resolved<'_>, options: &Options) -> Vec<GeneratedFile> {
    [
        ("client.ts", client(resolved, options)),
        ("types.ts", types::body(resolved)),
        ("decoders.ts", decoders::body(resolved, options)),
        ("functions.ts", functions::body(resolved, options)),
        ("contexts.ts", contexts::body(resolved, options)),
    ]
    .into_iter()
    .filter(|(_, body)| !body.is_empty())
    .map(|(name, body)| file(name, &body))
    .collect()
}

/// The file that exports what the others do. Decoders are no business of an application.
pub(crate) fn index(files: &[GeneratedFile], options: &Options) -> GeneratedFile {
    let mut body = String::new();
    let mut exported: Vec<&str> =
        files.iter().map(|file| file.name.trim_end_matches(".ts")).filter(|&stem| stem != "decoders").collect();
    exported.sort_unstable();
    for stem in exported {
        let keyword = if stem == "types" { "export type * from " } else { "export * from " };
        body.push_str(keyword);
        push_string(&mut body, &sibling(stem, options));
        body.push_str(";\n");
    }
    file("index.ts", &body)
}

/// The file of this body, under the first line that every generated file has.
pub(crate) fn file(name: &'static str, body: &str) -> GeneratedFile {
    GeneratedFile { name, text: format!("{FIRST_LINE}\n{body}") }
}

/// How the files import each other.
pub(crate) fn sibling(stem: &str, options: &Options) -> String {
    format!("./{stem}{}", options.extension)
}

/// The doc comment of whatever stands for a function: what its author wrote, and where it lives.
pub(crate) fn function_comment(function: &Function, place: Option<&Place>) -> Comment {
    let server = match place {
        Some(place) => format!("Server: {place} ({})", function.name),
        None => format!("Server: {}", function.name),
    };
    Comment::new().text_if(function.doc.as_deref()).text(&server).tag("deprecated", function.deprecated.as_deref())
}

fn client(resolved: &Resolved<'_>, options: &Options) -> String {
    format!(
        "import {{ type Client, createClient }} from {};\n\n\
         /** The connection that everything here uses. */\n\
         export const client: Client = {PURE} createClient({{ base: {}, contract: {} }});\n",
        string(KERNEL),
        string(&options.base),
        string(&resolved.contract),
    )
}

/// An exported constant, its type broken over lines where one would be too long:
/// `export const NAME: KIND<TYPES> = MAKE(ARGUMENTS);`
///
/// The type is written out where it is known here: checking the file is much cheaper than where tsc has to find it out
/// and print it for declarations.
pub(crate) fn push_constant(
    out: &mut String,
    name: &str,
    annotation: Option<(&str, &[String])>,
    make: &str,
    arguments: &[String],
) {
    let flat_arguments = arguments.join(", ");
    out.push_str("export const ");
    out.push_str(name);
    if let Some((kind, types)) = annotation {
        let flat_types = types.join(", ");
        let width = name.len() + kind.len() + flat_types.len() + make.len() + flat_arguments.len() + AROUND_CONSTANT;
        let breaks = width > CONSTANT_WIDTH || flat_types.contains('\n');
        out.push_str(": ");
        out.push_str(kind);
        out.push('<');
        if breaks {
            out.push_str("\n  ");
            out.push_str(&types.join(",\n  "));
            out.push('\n');
        } else {
            out.push_str(&flat_types);
        }
        out.push('>');
    }
    out.push_str(" = ");
    out.push_str(PURE);
    out.push(' ');
    out.push_str(make);
    if flat_arguments.len() > text::WIDTH || flat_arguments.contains('\n') {
        out.push_str("(\n  ");
        out.push_str(&arguments.join(",\n  "));
        out.push_str(",\n);\n");
    } else {
        out.push('(');
        out.push_str(&flat_arguments);
        out.push_str(");\n");
    }
}

/// A list of strings.
pub(crate) fn string_list(texts: &[impl AsRef<str>]) -> String {
    let items: Vec<String> = texts.iter().map(|text| string(text.as_ref())).collect();
    format!("[{}]", items.join(", "))
}
