//! Integers, numbers, text, and the values that `const` and `enum` list.

use crate::ir::lower::error::LowerError;
use crate::ir::lower::schema::{Schema, kind, whole};
use crate::ir::model::{Format, IntegerBounds, NumberBounds, Scalar, Shape, StringBounds};
use crate::ir::pattern::Pattern;
use crate::ir::upload::is_media_type;
use crate::value::Value;

/// 2^53 − 1, which a double holds exactly.
const MAX_SAFE_DOUBLE: f64 = 9_007_199_254_740_991.0;
const NO_VALUE: &str = "correct one of the two bounds";
/// Widths of numbers that languages write as formats; what matters of them stands in the bounds.
const WIDTHS: &[&str] = &[
    "double", "float", "int", "int128", "int16", "int32", "int64", "int8", "uint", "uint128", "uint16", "uint32",
    "uint64", "uint8",
];

/// The least integer that a lower bound admits.
// Not inlined: a compiler rounds ahead of asking whether there is a bound, and memory checkers tell of what was not set.
#[inline(never)]
fn least(bound: f64, exclusive: bool) -> f64 {
    if exclusive { bound.floor() + 1.0 } else { bound.ceil() }
}

/// The greatest integer that an upper bound admits.
#[inline(never)]
fn greatest(bound: f64, exclusive: bool) -> f64 {
    if exclusive { bound.ceil() - 1.0 } else { bound.floor() }
}

/// The shape of `"type": "integer"`.
pub(super) fn integer(schema: &Schema<'_>) -> Result<Shape, LowerError> {
    width(schema, "integer")?;
    let low = |keyword, above| schema.number(keyword).map(|bound| bound.map(|bound| least(bound, above)));
    let high = |keyword, below| schema.number(keyword).map(|bound| bound.map(|bound| greatest(bound, below)));
    let min = stricter(low("minimum", false)?, low("exclusiveMinimum", true)?, f64::max);
    let max = stricter(high("maximum", false)?, high("exclusiveMaximum", true)?, f64::min);
    // Every integer of the protocol lies within the safe range, so a bound there or beyond says nothing.
    let limit = MAX_SAFE_DOUBLE;
    if min.is_some_and(|min| min > limit) || max.is_some_and(|max| max < -limit) {
        let keyword = if min.is_some_and(|min| min > limit) { "minimum" } else { "maximum" };
        let help = "an integer lies within ±(2^53 − 1); for larger ones use text with \"format\": \"bigint\"";
        return Err(schema.error(keyword, "no integer of the protocol lies within the bounds", help));
    }
    let bounds = IntegerBounds {
        min: min.filter(|min| *min > -limit).map(|min| min as i64),
        max: max.filter(|max| *max < limit).map(|max| max as i64),
        multiple_of: multiple_of(schema)?,
    };
    match (bounds.min, bounds.max) {
        (Some(min), Some(max)) if min > max => {
            Err(schema.error("minimum", format!("no integer lies from {min} to {max}"), NO_VALUE))
        }
        _ => Ok(Shape::Integer(bounds)),
    }
}

fn multiple_of(schema: &Schema<'_>) -> Result<Option<i64>, LowerError> {
    match schema.get("multipleOf").map(whole) {
        None | Some(Some(1)) => Ok(None),
        Some(Some(divisor)) if divisor > 1 => Ok(Some(divisor)),
        Some(_) => Err(schema.error(
            "multipleOf",
            "\"multipleOf\" of an integer must be an integer above 0",
            "leave it out, or give a whole number",
        )),
    }
}

/// The shape of `"type": "number"`.
pub(super) fn number(schema: &Schema<'_>) -> Result<Shape, LowerError> {
    width(schema, "number")?;
    if schema.get("multipleOf").is_some() {
        return Err(schema.error(
            "multipleOf",
            "\"multipleOf\" of a number cannot be said: it is not exact for doubles",
            "for money and the like use text with \"format\": \"decimal\"; for whole numbers use \"integer\"",
        ));
    }
    let bounds = NumberBounds {
        min: schema.number("minimum")?,
        max: schema.number("maximum")?,
        exclusive_min: schema.number("exclusiveMinimum")?,
        exclusive_max: schema.number("exclusiveMaximum")?,
    };
    let least = stricter(bounds.min, bounds.exclusive_min, f64::max);
    let greatest = stricter(bounds.max, bounds.exclusive_max, f64::min);
    match (least, greatest) {
        (Some(least), Some(greatest)) if least > greatest => {
            Err(schema.error("minimum", format!("no number lies from {least} to {greatest}"), NO_VALUE))
        }
        _ => Ok(Shape::Number(bounds)),
    }
}

fn stricter(first: Option<f64>, second: Option<f64>, choose: fn(f64, f64) -> f64) -> Option<f64> {
    match (first, second) {
        (Some(first), Some(second)) => Some(choose(first, second)),
        (bound, None) | (None, bound) => bound,
    }
}

fn width(schema: &Schema<'_>, kind: &str) -> Result<(), LowerError> {
    match schema.text("format")? {
        Some(format) if !WIDTHS.contains(&format) => Err(schema.error(
            "format",
            format!("there is no format {format:?} of {kind}s"),
            format!("there are {}, which say nothing beyond the bounds", WIDTHS.join(", ")),
        )),
        _ => Ok(()),
    }
}

/// The shape of `"type": "string"`.
pub(super) fn string(schema: &Schema<'_>) -> Result<Shape, LowerError> {
    let format = match schema.text("format")? {
        // How a form shows the text, not which text it is.
        None | Some("password") => None,
        Some("bigint") => {
            let help = "leave it out: a bigint is an integer of any size, written as text";
            schema.only(&["type", "format"], "says nothing about a bigint", help)?;
            return Ok(Shape::BigInt);
        }
        Some("binary") => return upload(schema),
        Some(name) => match Format::from_name(name) {
            Some(format) => Some(format),
            None => return Err(unknown_format(schema, name)),
        },
    };
    if schema.get("x-mizan-upload").is_some() {
        let problem = "\"x-mizan-upload\" stands beside another format than \"binary\"";
        return Err(schema.error("x-mizan-upload", problem, "say \"format\": \"binary\" for an upload"));
    }
    let pattern = schema.text("pattern")?;
    if let Some(Err(error)) = pattern.map(Pattern::new) {
        let help = "write it in the subset that Rust's regex crate accepts: no lookaround, no backreferences";
        return Err(schema.error("pattern", error.problem, help));
    }
    let (min_length, max_length) = counts(schema, "minLength", "maxLength")?;
    Ok(Shape::String(StringBounds { format, min_length, max_length, pattern: pattern.map(str::to_owned) }))
}

fn unknown_format(schema: &Schema<'_>, name: &str) -> LowerError {
    let known: Vec<&str> = Format::ALL.into_iter().map(Format::name).chain(["bigint"]).collect();
    let help = format!("there are {}; for any other text leave the format out, or give a pattern", known.join(", "));
    schema.error("format", format!("there is no format {name:?}"), help)
}

/// Two counts, the least first; a least of 0 says nothing.
pub(super) fn counts(schema: &Schema<'_>, low: &str, high: &str) -> Result<(Option<u64>, Option<u64>), LowerError> {
    let (least, greatest) = (schema.count(low)?.filter(|least| *least > 0), schema.count(high)?);
    match (least, greatest) {
        (Some(least), Some(greatest)) if least > greatest => {
            Err(schema.error(low, format!("{low:?} is above {high:?}: no value fits"), NO_VALUE))
        }
        counts => Ok(counts),
    }
}

fn upload(schema: &Schema<'_>) -> Result<Shape, LowerError> {
    const KEYWORD: &str = "x-mizan-upload";
    let Some(members) = schema.object(KEYWORD)? else {
        let help = "for bytes within JSON say \"format\": \"bytes\"; for a file part declare an upload";
        return Err(schema.error("format", "\"format\": \"binary\" alone is neither bytes nor an upload", help));
    };
    schema.only(&["type", "format", KEYWORD], "says nothing about an upload", "leave it out")?;
    let (mut max_size, mut content_types) = (None, Vec::new());
    for (name, value) in members {
        let wrong =
            |expected: &str| schema.error(KEYWORD, format!("{name:?} of an upload must be {expected}"), "correct it");
        match (name.as_str(), value) {
            (_, Value::Null) => {}
            ("max_size", value) => max_size = Some(value.as_u64().ok_or_else(|| wrong("a number of bytes"))?),
            ("content_types", value) => {
                let expected = "a list of media types, such as \"image/png\" or \"image/*\"";
                let names = value.as_list().ok_or_else(|| wrong(expected))?;
                for name in names {
                    let name = name.as_str().filter(|name| is_media_type(name)).ok_or_else(|| wrong(expected))?;
                    content_types.push(name.to_owned());
                }
            }
            _ => {
                let problem = format!("an upload has no {name:?}");
                return Err(schema.error(KEYWORD, problem, "it has max_size and content_types"));
            }
        }
    }
    content_types.sort();
    content_types.dedup();
    Ok(Shape::Upload { max_size, content_types })
}

/// The shape of a schema that lists its values.
pub(super) fn listed(schema: &Schema<'_>, keyword: &str, values: &[Value]) -> Result<Shape, LowerError> {
    let help = "the values are listed already: leave it out";
    schema.only(&[keyword, "type"], &format!("stands beside {keyword:?}"), help)?;
    let types = types(schema)?;
    let mut scalars: Vec<Scalar> = Vec::new();
    for value in values {
        let scalar = scalar(schema, keyword, value)?;
        if !types.is_empty() && !types.iter().any(|name| type_has(name, &scalar)) {
            let problem = format!("one of the values is {}, which \"type\" leaves out", kind(value));
            return Err(schema.error(keyword, problem, "correct \"type\", or take the value out"));
        }
        if !scalars.contains(&scalar) {
            scalars.push(scalar);
        }
    }
    if scalars.is_empty() {
        return Err(schema.error(keyword, "no value is listed", "list at least one"));
    }
    Ok(enumeration(scalars))
}

/// The shape of one or more listed values, each given once.
pub(super) fn enumeration(mut values: Vec<Scalar>) -> Shape {
    if values == [Scalar::Null] {
        return Shape::Literal(Scalar::Null);
    }
    let length = values.len();
    values.retain(|value| *value != Scalar::Null);
    let nullable = values.len() < length;
    let shape = match values.as_slice() {
        [only] => Shape::Literal(only.clone()),
        [Scalar::Boolean(_), Scalar::Boolean(_)] => Shape::Boolean,
        _ => Shape::Enum(values),
    };
    if nullable { Shape::Nullable(Box::new(shape)) } else { shape }
}

fn scalar(schema: &Schema<'_>, keyword: &str, value: &Value) -> Result<Scalar, LowerError> {
    match value {
        Value::Null => Ok(Scalar::Null),
        Value::Boolean(value) => Ok(Scalar::Boolean(*value)),
        Value::String(text) => Ok(Scalar::String(text.clone())),
        Value::Number(_) => whole(value).map(Scalar::Integer).ok_or_else(|| {
            let help = "use text, or a number with bounds";
            schema.error(keyword, "a listed number must be an integer within ±(2^53 − 1)", help)
        }),
        Value::List(_) | Value::Object(_) => {
            let problem = format!("a listed value is text, an integer, a boolean or null, and not {}", kind(value));
            Err(schema.error(keyword, problem, "describe it by \"properties\" or \"prefixItems\" instead"))
        }
    }
}

fn type_has(name: &str, value: &Scalar) -> bool {
    match value {
        Scalar::Null => name == "null",
        Scalar::Boolean(_) => name == "boolean",
        Scalar::Integer(_) => matches!(name, "integer" | "number"),
        Scalar::String(_) => name == "string",
    }
}

/// The names of the types that a schema gives, in its order; none where it gives no type.
pub(super) fn types<'s>(schema: &Schema<'s>) -> Result<Vec<&'s str>, LowerError> {
    const KNOWN: [&str; 7] = ["null", "boolean", "integer", "number", "string", "array", "object"];
    let names: Vec<Option<&str>> = match schema.get("type") {
        None => return Ok(Vec::new()),
        Some(Value::List(names)) => names.iter().map(Value::as_str).collect(),
        Some(name) => vec![name.as_str()],
    };
    let known = |name: Option<&'s str>| name.filter(|name| KNOWN.contains(name));
    match names.into_iter().map(known).collect::<Option<Vec<&str>>>() {
        Some(names) if !names.is_empty() => Ok(names),
        _ => Err(schema.error("type", "there is no such type", format!("there are {}", KNOWN.join(", ")))),
    }
}
