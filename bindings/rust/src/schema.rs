//! JSON Schemas of inputs and results, written by schemars in the terms that the core reads.
//!
//! Two things are said that schemars leaves to whoever knows Rust: the bounds of the integers of 32 bits, and that what
//! may be left out of an `Option` is `None`.

use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use crate::declaration::Declaration;
use crate::upload::UploadLimits;

/// The patterns that schemars writes for decimals, whatever crate they are of: those it reads, and those it prints.
const DECIMAL: [&str; 2] = [r"^-?\d+(\.\d+)?([eE]\d+)?$", r"^-?\d+(\.\d+)?$"];

/// The schema of the object of all inputs.
pub(crate) fn input(declaration: &Declaration) -> Value {
    let mut generator = SchemaSettings::draft2020_12().for_deserialize().into_generator();
    let schema = (declaration.input)(&mut generator);
    let mut whole = finish(schema, &mut generator, true);
    for limits in &declaration.uploads {
        let property = whole.pointer_mut(&format!("/properties/{}", limits.input));
        if let Some(property) = property {
            limit(property, limits);
        }
    }
    if let Some(object) = whole.as_object_mut() {
        object.remove("title");
        object.remove("description");
        // A function without inputs takes an object without members, and not any object.
        object.entry("properties").or_insert_with(|| json!({}));
    }
    whole
}

/// The schema of a result, and whether it is the response of a page.
pub(crate) fn output(declaration: &Declaration) -> (Value, bool) {
    let mut generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let (schema, responds) = (declaration.output)(&mut generator);
    (finish(schema, &mut generator, false), responds)
}

/// The errors that a function declares, each with its code, status and the schema of its data.
pub(crate) fn errors(declaration: &Declaration) -> Vec<Value> {
    let mut generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let declared = (declaration.errors)(&mut generator);
    let definitions = generator.take_definitions(false);
    let mut entries: Vec<Value> = Vec::with_capacity(declared.len());
    for error in declared {
        let mut entry = json!({ "code": error.code, "status": error.status });
        if let Some(data) = error.data {
            let mut data = with_definitions(data, definitions.clone(), false);
            data.as_object_mut().map(|data| data.remove("title"));
            entry["data"] = data;
        }
        // The same error may come from two of the enums of a function.
        if !entries.contains(&entry) {
            entries.push(entry);
        }
    }
    entries
}

fn finish(schema: Schema, generator: &mut SchemaGenerator, is_input: bool) -> Value {
    with_definitions(schema, generator.take_definitions(false), is_input)
}

fn with_definitions(mut schema: Schema, definitions: Map<String, Value>, is_input: bool) -> Value {
    if !definitions.is_empty() {
        schema.insert("$defs".to_owned(), Value::Object(definitions));
    }
    Told { is_input }.transform(&mut schema);
    schema.to_value()
}

struct Told {
    is_input: bool,
}

impl Transform for Told {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        let Some(object) = schema.as_object_mut() else { return };
        bound_integers(object);
        name_formats(object);
        if self.is_input {
            default_options(object);
        }
    }
}

/// The bounds of integers that are narrower than the protocol's.
fn bound_integers(schema: &mut Map<String, Value>) {
    let (least, most) = match schema.get("format").and_then(Value::as_str) {
        Some("int32") => (i64::from(i32::MIN), i64::from(i32::MAX)),
        Some("uint32") => (0, i64::from(u32::MAX)),
        _ => return,
    };
    for (keyword, bound, stricter) in [("minimum", least, i64::max as fn(i64, i64) -> i64), ("maximum", most, i64::min)]
    {
        let said = schema.get(keyword).and_then(whole);
        schema.insert(keyword.to_owned(), json!(said.map_or(bound, |said| stricter(said, bound))));
    }
}

/// The integer of a bound, however it is written.
fn whole(bound: &Value) -> Option<i64> {
    let is_small = |bound: &f64| bound.fract() == 0.0 && bound.abs() <= f64::from(u32::MAX);
    bound.as_i64().or_else(|| bound.as_f64().filter(is_small).map(|bound| bound as i64))
}

/// Formats as the protocol calls them.
fn name_formats(schema: &mut Map<String, Value>) {
    let name = match schema.get("format").and_then(Value::as_str) {
        Some("partial-date-time") => "local-date-time",
        Some("partial-time") => "time",
        None if schema.get("pattern").and_then(Value::as_str).is_some_and(|pattern| DECIMAL.contains(&pattern)) => {
            schema.remove("pattern");
            // A number of JSON is a double to others, and loses digits.
            if let Some(types) = schema.get_mut("type").and_then(Value::as_array_mut) {
                types.retain(|name| name.as_str() != Some("number"));
            }
            "decimal"
        }
        _ => return,
    };
    schema.insert("format".to_owned(), json!(name));
}

/// serde reads `None` where an `Option` is left out, and nothing else may be left out without a default.
fn default_options(schema: &mut Map<String, Value>) {
    let required: Vec<String> = schema
        .get("required")
        .and_then(Value::as_array)
        .map(|names| names.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect())
        .unwrap_or_default();
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else { return };
    for (name, property) in properties {
        if required.contains(name) {
            continue;
        }
        if *property == Value::Bool(true) {
            *property = json!({ "default": null });
        }
        let nullable = is_nullable(property);
        if let Some(property) = property.as_object_mut()
            && nullable
        {
            property.entry("default").or_insert(Value::Null);
        }
    }
}

fn is_nullable(property: &Value) -> bool {
    let says_null = |kind: &Value| kind.as_str() == Some("null");
    let types = property.get("type").and_then(Value::as_array).is_some_and(|types| types.iter().any(says_null));
    let values = property.get("enum").and_then(Value::as_array).is_some_and(|values| values.contains(&Value::Null));
    let arms = property.get("anyOf").and_then(Value::as_array);
    types || values || arms.is_some_and(|arms| arms.iter().any(|arm| arm.get("type").is_some_and(says_null)))
}

/// Says what the files at a place may be.
fn limit(place: &mut Value, limits: &UploadLimits) {
    match place {
        Value::Object(schema) => {
            if schema.contains_key("x-mizan-upload") {
                let said = json!({ "max_size": limits.max_size, "content_types": limits.content_types });
                schema.insert("x-mizan-upload".to_owned(), said);
            }
            schema.values_mut().for_each(|inner| limit(inner, limits));
        }
        Value::Array(items) => items.iter_mut().for_each(|inner| limit(inner, limits)),
        _ => {}
    }
}
