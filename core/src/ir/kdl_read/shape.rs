//! Reads shapes and fields.

use std::collections::BTreeSet;

use crate::ir::kdl_read::KdlError;
use crate::ir::kdl_read::deferred::Deferred;
use crate::ir::kdl_read::form::{Form, Source};
use crate::ir::kdl_read::node::{Node, Value};
use crate::ir::model::{Field, Format, IntegerBounds, NumberBounds, Scalar, Shape, StringBounds};
use crate::ir::pattern::Pattern;
use crate::ir::upload::is_media_type;
use crate::value::canonical::canonicalize;
use crate::value::number::{MAX_SAFE_INTEGER, Numbers};

const NAMES: &str = "integer, bigint, number, boolean, string, literal, enum, list, tuple, map, struct, nullable, \
                     union, ref, upload, any";

/// The shape that a node describes.
pub(super) fn shape(source: Source<'_>, node: &Node<'_>, deferred: &mut Deferred<'_>) -> Result<Shape, KdlError> {
    let mut form = Form::open(source, node)?;
    let inner = |form: &mut Form<'_>, deferred: &mut Deferred<'_>| {
        shape(source, form.only_child("one shape")?, deferred).map(Box::new)
    };
    let read = match form.name() {
        "integer" => Shape::Integer(integer(&mut form)?),
        "bigint" => Shape::BigInt,
        "number" => Shape::Number(number(&mut form)?),
        "boolean" => Shape::Boolean,
        "string" => Shape::String(string(&mut form)?),
        "literal" => literal(source, &mut form)?,
        "enum" => enumeration(source, &mut form)?,
        "list" => {
            let min_items = form.property_integer("min-items", COUNT)?;
            let max_items = form.property_integer("max-items", COUNT)?;
            ordered(&form, "min-items", min_items, "max-items", max_items)?;
            let unique = form.property_flag("unique")?.unwrap_or(false);
            Shape::List { item: inner(&mut form, deferred)?, min_items, max_items, unique }
        }
        "tuple" => Shape::Tuple(shapes(source, &mut form, deferred)?),
        "map" => Shape::Map(inner(&mut form, deferred)?),
        "struct" => {
            let nodes = form.block();
            Shape::Struct(fields(source, nodes, "field", deferred)?)
        }
        "nullable" => {
            let item = inner(&mut form, deferred)?;
            deferred.nullable(&item, form.offset());
            Shape::Nullable(item)
        }
        "union" => {
            let discriminator = form.property_text("discriminator")?;
            let arms = shapes(source, &mut form, deferred)?;
            if arms.len() < 2 {
                return Err(form.error("\"union\" needs two or more arms in its block"));
            }
            deferred.union(discriminator.as_ref(), &arms, form.offset());
            Shape::Union { discriminator, arms }
        }
        "ref" => {
            let name = form.text("the name of a type")?;
            deferred.reference(name.clone(), form.offset());
            Shape::Ref(name)
        }
        "upload" => upload(&mut form)?,
        "any" => Shape::Any,
        other => return Err(form.error(format!("there is no shape {other:?}; there are {NAMES}"))),
    };
    form.close()?;
    Ok(read)
}

const COUNT: &str = "a whole number";
const SAFE: &str = "an integer within ±(2^53 − 1)";

fn shapes(source: Source<'_>, form: &mut Form<'_>, deferred: &mut Deferred<'_>) -> Result<Vec<Shape>, KdlError> {
    form.block().iter().map(|node| shape(source, node, deferred)).collect()
}

/// The fields of a block whose every node is called `name`, sorted.
pub(super) fn fields<'n>(
    source: Source<'_>,
    nodes: impl IntoIterator<Item = &'n Node<'n>>,
    name: &str,
    deferred: &mut Deferred<'_>,
) -> Result<Vec<Field>, KdlError> {
    let mut fields = Vec::new();
    let mut seen = BTreeSet::new();
    for node in nodes {
        if node.name != name {
            let problem = format!("there is no node {:?} here; it has {name}", node.name);
            return Err(source.error_at(node, problem));
        }
        let field = field(source, node, deferred)?;
        if !seen.insert(field.name.clone()) {
            return Err(source.error_at(node, format!("the {name} {:?} is given twice", field.name)));
        }
        fields.push(field);
    }
    fields.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(fields)
}

fn field(source: Source<'_>, node: &Node<'_>, deferred: &mut Deferred<'_>) -> Result<Field, KdlError> {
    let mut form = Form::open(source, node)?;
    let name = form.text("its name")?;
    let key = form.property_flag("key")?.unwrap_or(false);
    let required = form.property_flag("required")?;
    let default = form.property_text("default")?;
    let doc = form.property_text("doc")?;
    if default.as_deref().is_some_and(|text| !is_canonical(text)) {
        return Err(form.error(format!("the default of {name:?} is not canonical JSON")));
    }
    if required == Some(true) && default.is_some() {
        return Err(form.error(format!("{name:?} has a default, so it is not required: leave \"required\" out")));
    }
    let required = default.is_none() && required.unwrap_or(true);
    let shape = shape(source, form.only_child("one shape")?, deferred)?;
    form.close()?;
    Ok(Field { name, doc, shape, required, default, key })
}

fn is_canonical(text: &str) -> bool {
    canonicalize(text.as_bytes(), Numbers::Float).is_ok_and(|canonical| canonical == text.as_bytes())
}

fn integer(form: &mut Form<'_>) -> Result<IntegerBounds, KdlError> {
    let mut safe = |name| match form.property_integer::<i64>(name, SAFE)? {
        Some(value) if !(-MAX_SAFE_INTEGER..=MAX_SAFE_INTEGER).contains(&value) => {
            Err(form.error(format!("{name:?} must be {SAFE}")))
        }
        value => Ok(value),
    };
    let bounds = IntegerBounds { min: safe("min")?, max: safe("max")?, multiple_of: safe("multiple-of")? };
    ordered(form, "min", bounds.min, "max", bounds.max)?;
    match bounds.multiple_of {
        Some(..=0) => Err(form.error("\"multiple-of\" must be above 0")),
        _ => Ok(bounds),
    }
}

fn number(form: &mut Form<'_>) -> Result<NumberBounds, KdlError> {
    let bounds = NumberBounds {
        min: form.property_float("min")?,
        max: form.property_float("max")?,
        exclusive_min: form.property_float("exclusive-min")?,
        exclusive_max: form.property_float("exclusive-max")?,
    };
    ordered(form, "min", bounds.min, "max", bounds.max)?;
    ordered(form, "exclusive-min", bounds.exclusive_min, "exclusive-max", bounds.exclusive_max)?;
    Ok(bounds)
}

fn string(form: &mut Form<'_>) -> Result<StringBounds, KdlError> {
    let format = form.property_text("format")?;
    let format = format.map(|name| Format::from_name(&name).ok_or_else(|| unknown_format(form, &name))).transpose()?;
    let min_length = form.property_integer("min-length", COUNT)?;
    let max_length = form.property_integer("max-length", COUNT)?;
    ordered(form, "min-length", min_length, "max-length", max_length)?;
    let pattern = form.property_text("pattern")?;
    if let Some(Err(error)) = pattern.as_deref().map(Pattern::new) {
        return Err(form.error(error.problem));
    }
    Ok(StringBounds { format, min_length, max_length, pattern })
}

fn unknown_format(form: &Form<'_>, name: &str) -> KdlError {
    let known: Vec<&str> = Format::ALL.into_iter().map(Format::name).collect();
    form.error(format!("there is no format {name:?}; there are {}", known.join(", ")))
}

fn ordered<T: PartialOrd>(
    form: &Form<'_>,
    low: &str,
    least: Option<T>,
    high: &str,
    greatest: Option<T>,
) -> Result<(), KdlError> {
    match (least, greatest) {
        (Some(least), Some(greatest)) if least > greatest => {
            Err(form.error(format!("{low:?} is above {high:?}: no value fits")))
        }
        _ => Ok(()),
    }
}

fn literal(source: Source<'_>, form: &mut Form<'_>) -> Result<Shape, KdlError> {
    match form.values().as_slice() {
        [(value, offset)] => scalar(source, value, *offset).map(Shape::Literal),
        _ => Err(form.error("\"literal\" needs exactly one value as an argument")),
    }
}

fn enumeration(source: Source<'_>, form: &mut Form<'_>) -> Result<Shape, KdlError> {
    let mut values = Vec::new();
    for (value, offset) in form.values() {
        let value = scalar(source, value, offset)?;
        if value == Scalar::Null {
            return Err(source.error(offset, "null is no value of an enum: put the enum in \"nullable\""));
        }
        if values.contains(&value) {
            return Err(source.error(offset, "the value is given twice"));
        }
        values.push(value);
    }
    if values.len() < 2 {
        return Err(form.error("\"enum\" needs two or more values; one alone is a \"literal\""));
    }
    Ok(Shape::Enum(values))
}

fn scalar(source: Source<'_>, value: &Value<'_>, offset: usize) -> Result<Scalar, KdlError> {
    match value {
        Value::Null => Ok(Scalar::Null),
        Value::Boolean(value) => Ok(Scalar::Boolean(*value)),
        Value::Text(value) => Ok(Scalar::String(value.clone().into_owned())),
        Value::Integer(value) => match i64::try_from(*value) {
            Ok(value) if (-MAX_SAFE_INTEGER..=MAX_SAFE_INTEGER).contains(&value) => Ok(Scalar::Integer(value)),
            _ => Err(source.error(offset, format!("the value must be {SAFE}"))),
        },
        Value::Float(_) => Err(source.error(offset, "a number with a fraction cannot be a literal")),
    }
}

fn upload(form: &mut Form<'_>) -> Result<Shape, KdlError> {
    let max_size = form.property_integer("max-size", COUNT)?;
    let content_types: Vec<String> = match form.property_text("content-types")? {
        None => Vec::new(),
        Some(joined) => joined.split(' ').map(str::to_owned).collect(),
    };
    match content_types.iter().find(|name| !is_media_type(name)) {
        Some(name) => Err(form.error(format!("{name:?} is no media type; separate them by one blank"))),
        None => Ok(Shape::Upload { max_size, content_types }),
    }
}
