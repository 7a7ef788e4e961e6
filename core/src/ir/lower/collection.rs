//! Arrays and objects.

use crate::ir::lower::draft::{Draft, DraftDefault};
use crate::ir::lower::error::LowerError;
use crate::ir::lower::scalar::counts;
use crate::ir::lower::schema::Schema;
use crate::ir::model::{Field, Shape};
use crate::value::Value;
use crate::value::number::Numbers;

/// The shape of `"type": "array"`: a tuple where places have schemas of their own, else a list.
pub(super) fn array<'s>(draft: &mut Draft<'s>, schema: &Schema<'s>) -> Result<Shape, LowerError> {
    let (min_items, max_items) = counts(schema, "minItems", "maxItems")?;
    let unique = schema.flag("uniqueItems")?;
    // The list of places is `prefixItems` since 2020-12, and `items` before, where `additionalItems` is what follows.
    let (keyword, rest) = match schema.get("items") {
        Some(Value::List(_)) => ("items", "additionalItems"),
        _ => ("prefixItems", "items"),
    };
    if let Some(places) = schema.list(keyword)? {
        if unique {
            let help = "leave it out, and check the items in the function";
            return Err(schema.error("uniqueItems", "\"uniqueItems\" of a tuple cannot be said in the IR", help));
        }
        closed(schema, places.len(), rest, min_items, max_items)?;
        let mut items = Vec::with_capacity(places.len());
        for (index, place) in places.iter().enumerate() {
            items.push(draft.read(place, schema.below(&[keyword, &index.to_string()]))?);
        }
        return Ok(Shape::Tuple(items));
    }
    if schema.get("additionalItems").is_some() {
        let help = "use \"items\" alone for a list, or with \"prefixItems\" for a tuple";
        return Err(schema.error("additionalItems", "\"additionalItems\" stands without a list of places", help));
    }
    let item = match schema.get("items") {
        Some(Value::Boolean(false)) => return Ok(Shape::Tuple(Vec::new())),
        None if max_items == Some(0) => return Ok(Shape::Tuple(Vec::new())),
        None => Shape::Any,
        Some(item) => draft.read(item, schema.below(&["items"]))?,
    };
    Ok(Shape::List { item: Box::new(item), min_items, max_items, unique })
}

/// A tuple has exactly its places: it must say so, by its length or by letting nothing follow, and not say otherwise.
fn closed(
    schema: &Schema<'_>,
    length: usize,
    rest: &str,
    min_items: Option<u64>,
    max_items: Option<u64>,
) -> Result<(), LowerError> {
    let help = format!("say \"minItems\": {length} and {rest:?}: false, or use a list");
    let length = length as u64;
    match schema.get(rest) {
        None | Some(Value::Boolean(false)) => {}
        Some(_) => {
            return Err(schema.error(rest, "a tuple with a tail of further items cannot be said in the IR", help));
        }
    }
    if min_items.is_some_and(|least| least != length) || max_items.is_some_and(|most| most != length) {
        let keyword = if min_items.is_some_and(|least| least != length) { "minItems" } else { "maxItems" };
        return Err(schema.error(keyword, "a tuple of varying length cannot be said in the IR", help));
    }
    let empty = length == 0;
    if schema.get(rest).is_none() && min_items.is_none() && max_items.is_none() && !empty {
        let problem = "it is open how many items the tuple has";
        return Err(LowerError::new(&schema.path, problem, help));
    }
    Ok(())
}

/// The shape of `"type": "object"`: a struct where properties are listed, else a map.
pub(super) fn object<'s>(draft: &mut Draft<'s>, schema: &Schema<'s>) -> Result<Shape, LowerError> {
    let properties = schema.object("properties")?;
    let others = schema.get("additionalProperties");
    match (properties, others) {
        (Some([]) | None, Some(others)) if !matches!(others, Value::Boolean(false)) => {
            keys_are_text(schema)?;
            refuse_unlisted(schema, &[])?;
            let value = draft.read(others, schema.below(&["additionalProperties"]))?;
            Ok(Shape::Map(Box::new(value)))
        }
        (None, None) => {
            keys_are_text(schema)?;
            refuse_unlisted(schema, &[])?;
            Ok(Shape::Map(Box::new(Shape::Any)))
        }
        (Some(_), Some(others)) if !matches!(others, Value::Boolean(false)) => Err(schema.error(
            "additionalProperties",
            "an object with listed properties and any others cannot be said in the IR",
            "list all its properties, or put the others into a map that is a property of its own",
        )),
        (properties, _) => structure(draft, schema, properties.unwrap_or_default()),
    }
}

fn structure<'s>(
    draft: &mut Draft<'s>,
    schema: &Schema<'s>,
    properties: &'s [(String, Value)],
) -> Result<Shape, LowerError> {
    keys_are_text(schema)?;
    refuse_unlisted(schema, properties)?;
    let required = schema.list("required")?.unwrap_or_default();
    let mut fields = Vec::with_capacity(properties.len());
    for (name, value) in properties {
        let is_required = required.iter().any(|required| required.as_str() == Some(name));
        fields.push(field(draft, schema, name, value, is_required)?);
    }
    fields.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Shape::Struct(fields))
}

fn field<'s>(
    draft: &mut Draft<'s>,
    schema: &Schema<'s>,
    name: &str,
    value: &'s Value,
    required: bool,
) -> Result<Field, LowerError> {
    let path = schema.below(&["properties", name]);
    let shape = draft.read(value, path.clone())?;
    let (doc, key, default) = match value {
        Value::Object(members) => {
            let property = Schema::new(members, path.clone())?;
            (property.doc()?, property.flag("x-mizan-key")?, property.get("default"))
        }
        _ => (None, false, None),
    };
    let default = default.map(|value| default_text(value, &path)).transpose()?;
    if let Some(text) = &default {
        draft.defaults.push(DraftDefault { path, shape: shape.clone(), text: text.clone() });
    }
    Ok(Field { name: name.to_owned(), doc, shape, required: required && default.is_none(), default, key })
}

fn default_text(value: &Value, path: &str) -> Result<String, LowerError> {
    let refused = |problem: String| {
        let problem = format!("the default is no value of the protocol: {problem}");
        LowerError::at(path, "default", problem, "correct the default")
    };
    // Which numbers may stand in it is for its shape to say.
    let bytes = value.to_canonical(Numbers::Float).map_err(|error| refused(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| refused(error.to_string()))
}

/// Any text is a key; a schema that narrows the keys cannot be said.
fn keys_are_text(schema: &Schema<'_>) -> Result<(), LowerError> {
    let says_text = match schema.get("propertyNames") {
        None | Some(Value::Boolean(true)) => true,
        Some(Value::Object(members)) => {
            let names = Schema::new(members, schema.below(&["propertyNames"]))?;
            names.only(&["type"], "narrows the keys, which cannot be said in the IR", MAP_KEYS)?;
            matches!(names.get("type"), None | Some(Value::String(_)))
                && names.text("type")?.is_none_or(|name| name == "string")
        }
        Some(_) => false,
    };
    if says_text {
        return Ok(());
    }
    Err(schema.error("propertyNames", "the keys of an object are text", MAP_KEYS))
}

const MAP_KEYS: &str = "use a map with any keys and check the keys in the function, or list the keys as properties";

fn refuse_unlisted(schema: &Schema<'_>, properties: &[(String, Value)]) -> Result<(), LowerError> {
    for required in schema.list("required")?.unwrap_or_default() {
        let Some(name) = required.as_str() else {
            return Err(schema.error("required", "\"required\" must list names", "list names of properties"));
        };
        if !properties.iter().any(|(listed, _)| listed == name) {
            let problem = format!("{name:?} is required and is no listed property");
            return Err(schema.error("required", problem, "list it in \"properties\", or take it out of \"required\""));
        }
    }
    Ok(())
}
