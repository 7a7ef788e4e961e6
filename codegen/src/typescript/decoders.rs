//! `decoders.ts`: what turns the decimal strings of the wire into `bigint`, for the types that hold one.
//!
//! Each decoder is typed from what is on the wire to what the caller gets, so the compiler proves that none is forgotten.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use mizan_core::ir::model::{Field, Shape};

use super::shape::ShapePrinter;
use super::sibling;
use super::text::{push_import, push_key, push_scalar, string};
use crate::Options;
use crate::names::is_plain_key;
use crate::resolve::{Direction, Resolved};

/// The names that every object has from its prototype.
const INHERITED: [&str; 12] = [
    "__defineGetter__",
    "__defineSetter__",
    "__lookupGetter__",
    "__lookupSetter__",
    "__proto__",
    "constructor",
    "hasOwnProperty",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "toLocaleString",
    "toString",
    "valueOf",
];

/// The decoders; empty where nothing needs one.
pub(super) fn body(resolved: &Resolved<'_>, options: &Options) -> String {
    let printer = ShapePrinter { resolved, direction: Direction::Output };
    let on_wire = ShapePrinter { resolved, direction: Direction::Wire };
    let mut functions = String::new();
    let mut types = BTreeSet::new();
    for declaration in resolved.types.iter().filter(|declaration| declaration.direction == Direction::Output) {
        let Some(name) = resolved.decoder_name(declaration.origin) else { continue };
        let wire = resolved.type_name(declaration.origin, Direction::Wire);
        types.extend([declaration.name.as_str(), wire]);
        push_decoder(&mut functions, resolved, name, (wire, &declaration.name), declaration.shape);
    }
    for output in resolved.outputs.iter().filter(|output| output.has_own_decoder()) {
        let Some(name) = &output.decoder else { continue };
        printer.collect_output_names(output.function, &mut types);
        let mut type_text = String::new();
        printer.push_output(&mut type_text, output.function, 0);
        on_wire.collect_names(output.shape, &mut types);
        let mut wire = String::new();
        on_wire.push(&mut wire, output.shape, 0);
        push_decoder(&mut functions, resolved, name, (&wire, &type_text), output.shape);
    }
    for context in &resolved.contexts {
        let Some(name) = &context.decoder else { continue };
        types.insert(context.bundle.as_str());
        let members = context.slots.iter().filter_map(|slot| {
            let decoder = resolved.outputs.decoder_of(slot.function)?;
            let member = &slot.function.name;
            Some(format!("{}: {decoder}({})", key(member), path("wire", member)))
        });
        let wire = context.slots.iter().map(|slot| Field {
            name: slot.function.name.clone(),
            doc: None,
            shape: slot.function.output.clone(),
            required: true,
            default: None,
            key: false,
        });
        for slot in &context.slots {
            on_wire.collect_names(&slot.function.output, &mut types);
        }
        let mut text = String::new();
        on_wire.push_block(&mut text, &wire.collect::<Vec<_>>(), 0);
        push_head(&mut functions, name, (&text, &context.bundle));
        push_copy(&mut functions, "wire", &members.collect::<Vec<_>>());
    }
    if functions.is_empty() {
        return String::new();
    }
    let mut out = String::new();
    push_import(&mut out, "import type", &types, &sibling("types", options));
    if !types.is_empty() {
        out.push('\n');
    }
    // Each function begins with a blank line.
    out.push_str(functions.trim_start());
    out
}

/// The function that decodes a value. `types`: what is on the wire, and what the caller gets.
fn push_decoder(out: &mut String, resolved: &Resolved<'_>, name: &str, types: (&str, &str), shape: &Shape) {
    push_head(out, name, types);
    if let Shape::Struct(fields) = shape {
        let Structure { taken, source, members } = Structure::of(resolved, fields, "wire");
        if let Some(taken) = taken {
            // Writing to a String cannot fail.
            let _ = write!(out, "const {taken} = wire;\n  ");
        }
        push_copy(out, &source, &members);
    } else {
        let _ = writeln!(out, "return {};\n}}", expression(resolved, shape, "wire"));
    }
}

fn push_head(out: &mut String, name: &str, (wire, decoded): (&str, &str)) {
    let _ = write!(out, "\nexport function {name}(wire: {wire}): {decoded} {{\n  ");
}

/// Returns a copy with these members in place of its own.
fn push_copy(out: &mut String, source: &str, members: &[String]) {
    let _ = writeln!(out, "return {{\n    ...{source},\n    {},\n  }};\n}}", members.join(",\n    "));
}

/// The expression for a member.
fn path(value: &str, member: &str) -> String {
    if is_plain_key(member) { format!("{value}.{member}") } else { format!("{value}[{}]", string(member)) }
}

/// The expression as the body of an arrow function, where a brace would begin a block.
fn arrow_body(resolved: &Resolved<'_>, shape: &Shape, value: &str) -> String {
    let expression = expression(resolved, shape, value);
    if expression.starts_with('{') { format!("({expression})") } else { expression }
}

/// The expression for the decoded value. `value` is a name or a path, so it can stand there any number of times.
fn expression(resolved: &Resolved<'_>, shape: &Shape, value: &str) -> String {
    if !resolved.holds_bigint(shape) {
        return value.to_owned();
    }
    match shape {
        Shape::BigInt => format!("BigInt({value})"),
        Shape::Ref(name) => format!("{}({value})", resolved.decoder_name(name).unwrap_or_default()),
        Shape::Nullable(inner) => format!("{value} === null ? null : {}", expression(resolved, inner, value)),
        Shape::List { item, .. } => match &**item {
            Shape::BigInt => format!("{value}.map(BigInt)"),
            Shape::Ref(name) => format!("{value}.map({})", resolved.decoder_name(name).unwrap_or_default()),
            item => format!("{value}.map((item) => {})", arrow_body(resolved, item, "item")),
        },
        Shape::Tuple(items) => {
            let items: Vec<String> = items
                .iter()
                .enumerate()
                .map(|(index, item)| expression(resolved, item, &format!("{value}[{index}]")))
                .collect();
            format!("[{}]", items.join(", "))
        }
        Shape::Map(item) => format!(
            "Object.fromEntries(Object.entries({value}).map(([key, item]) => [key, {}]))",
            expression(resolved, item, "item")
        ),
        Shape::Struct(fields) => Structure::of(resolved, fields, value).expression(value),
        Shape::Union { discriminator, arms } => union(resolved, discriminator.as_deref(), arms, value),
        _ => value.to_owned(),
    }
}

/// A copy of an object in which the fields that hold a `bigint` are decoded. One that may be missing stays missing.
struct Structure {
    /// The pattern that takes the optional ones out, where there are any.
    taken: Option<String>,
    /// What the others are copied from.
    source: String,
    /// The decoded ones.
    members: Vec<String>,
}

impl Structure {
    fn of(resolved: &Resolved<'_>, fields: &[Field], value: &str) -> Self {
        let decoded = || fields.iter().filter(|field| resolved.holds_bigint(&field.shape));
        let printer = ShapePrinter { resolved, direction: Direction::Output };
        let has_optional = decoded().any(|field| printer.is_optional(field));
        let source = if has_optional { "rest" } else { value };
        let (mut taken, mut members) = (String::new(), Vec::new());
        for (index, field) in decoded().enumerate() {
            let key = key(&field.name);
            if printer.is_optional(field) {
                let local =
                    if is_plain_key(&field.name) { format!("{}_", field.name) } else { format!("field{index}_") };
                push_key(&mut taken, &field.name);
                let _ = write!(taken, ": {local}, ");
                let decoded = expression(resolved, &field.shape, &local);
                // Of a name that every object inherits, `undefined` does not tell whether it is there.
                let inherited = if INHERITED.binary_search(&field.name.as_str()).is_ok() {
                    format!(" || !Object.hasOwn({value}, {})", string(&field.name))
                } else {
                    String::new()
                };
                members.push(format!("...({local} === undefined{inherited} ? {{}} : {{ {key}: {decoded} }})"));
            } else {
                let decoded = expression(resolved, &field.shape, &path(source, &field.name));
                members.push(format!("{key}: {decoded}"));
            }
        }
        let taken = has_optional.then(|| format!("{{ {taken}...rest }}"));
        Self { taken, source: source.to_owned(), members }
    }

    /// The copy as one expression.
    fn expression(self, value: &str) -> String {
        let copy = format!("{{ ...{}, {} }}", self.source, self.members.join(", "));
        match self.taken {
            Some(taken) => format!("(({taken}) => ({copy}))({value})"),
            None => copy,
        }
    }
}

/// The key of a member in an object literal, where `__proto__` has to be computed to be a member like another.
fn key(name: &str) -> String {
    if name == "__proto__" {
        return "[\"__proto__\"]".to_owned();
    }
    let mut out = String::new();
    push_key(&mut out, name);
    out
}

/// One condition for each arm that holds a `bigint`; the other arms stay as they are.
fn union(resolved: &Resolved<'_>, discriminator: Option<&str>, arms: &[Shape], value: &str) -> String {
    let kinds: Vec<Kind> = arms.iter().map(|arm| Kind::of(resolved, arm)).collect();
    let mut out = String::new();
    if arms.iter().any(|arm| matches!(arm, Shape::Nullable(_))) {
        let _ = write!(out, "{value} === null ? null : ");
    }
    for (arm, kind) in arms.iter().zip(&kinds).filter(|(arm, _)| resolved.holds_bigint(arm)) {
        let arm = if let Shape::Nullable(inner) = arm { inner } else { arm };
        let mut conditions = Vec::new();
        match kind {
            Kind::Object => {
                if kinds.iter().any(|other| *other != Kind::Object) {
                    conditions.push(format!("typeof {value} === \"object\""));
                }
                if kinds.contains(&Kind::Array) {
                    conditions.push(format!("!Array.isArray({value})"));
                }
                conditions.extend(discriminator.and_then(|tag| tag_condition(resolved, arm, tag, value)));
            }
            Kind::Array => conditions.push(format!("Array.isArray({value})")),
            Kind::String => conditions.push(format!("typeof {value} === \"string\"")),
            Kind::Other => {}
        }
        let decoded = expression(resolved, arm, value);
        if conditions.is_empty() {
            // The only arm that is left.
            out.push_str(&decoded);
            return out;
        }
        let _ = write!(out, "{} ? {decoded} : ", conditions.join(" && "));
    }
    out.push_str(value);
    out
}

/// The JSON kind of an arm, as far as arms that hold a `bigint` need it.
#[derive(PartialEq, Eq, Clone, Copy)]
enum Kind {
    Object,
    Array,
    String,
    Other,
}

impl Kind {
    fn of(resolved: &Resolved<'_>, shape: &Shape) -> Self {
        match shape {
            Shape::Struct(_) | Shape::Map(_) => Self::Object,
            Shape::List { .. } | Shape::Tuple(_) => Self::Array,
            Shape::BigInt | Shape::String(_) => Self::String,
            Shape::Nullable(inner) => Self::of(resolved, inner),
            Shape::Ref(name) => resolved.shape_of(name).map_or(Self::Other, |shape| Self::of(resolved, shape)),
            Shape::Union { arms, .. } => {
                let mut kinds = arms.iter().map(|arm| Self::of(resolved, arm));
                let first = kinds.next().unwrap_or(Self::Other);
                if kinds.all(|kind| kind == first) { first } else { Self::Other }
            }
            _ => Self::Other,
        }
    }
}

/// The condition that the tag of an arm is the value's.
fn tag_condition(resolved: &Resolved<'_>, arm: &Shape, tag: &str, value: &str) -> Option<String> {
    let fields = match arm {
        Shape::Struct(fields) => fields,
        Shape::Ref(name) => return tag_condition(resolved, resolved.shape_of(name)?, tag, value),
        _ => return None,
    };
    let Shape::Literal(literal) = &fields.iter().find(|field| field.name == tag)?.shape else { return None };
    let mut condition = format!("{} === ", path(value, tag));
    push_scalar(&mut condition, literal);
    Some(condition)
}
