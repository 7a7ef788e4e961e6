//! The first pass: every schema to a shape, keyword by keyword. Unions stay drafts, since what tells their arms apart may
//! lie in a type whose own schema is still being read.

use std::collections::BTreeMap;

use crate::ir::lower::error::LowerError;
use crate::ir::lower::schema::{Schema, kind, pointer};
use crate::ir::lower::{collection, name, scalar};
use crate::ir::model::{Scalar, Shape};
use crate::value::Value;

/// A named type being read. It has no shape while its own schema is open.
pub(super) struct DraftType {
    pub(super) path: String,
    pub(super) doc: Option<String>,
    pub(super) shape: Option<Shape>,
}

/// A union whose arms are not judged yet.
pub(super) struct DraftUnion {
    pub(super) path: String,
    pub(super) keyword: &'static str,
    pub(super) arms: Vec<Shape>,
}

/// A default and the shape that it must fit.
pub(super) struct DraftDefault {
    pub(super) path: String,
    pub(super) shape: Shape,
    pub(super) text: String,
}

/// What reading one schema and everything that it refers to gives.
pub(super) struct Draft<'s> {
    root: &'s Value,
    /// Whether an upload may stand here.
    pub(super) input: bool,
    pub(super) types: BTreeMap<String, DraftType>,
    pub(super) unions: Vec<DraftUnion>,
    pub(super) defaults: Vec<DraftDefault>,
}

/// A union that is not judged yet stands in the tree as a reference by its number, which is no name of a type.
pub(super) fn union_reference(index: usize) -> Shape {
    Shape::Ref(index.to_string())
}

/// The number of the union that a reference stands for.
pub(super) fn union_index(reference: &str) -> Option<usize> {
    reference.parse().ok()
}

impl<'s> Draft<'s> {
    pub(super) fn new(root: &'s Value, input: bool) -> Self {
        Self { root, input, types: BTreeMap::new(), unions: Vec::new(), defaults: Vec::new() }
    }

    /// The shape of the schema itself. With `named`, a root that has a name becomes that type.
    pub(super) fn read_root(&mut self, named: bool) -> Result<Shape, LowerError> {
        let (root, path) = (self.root, String::new());
        if named { self.read(root, path) } else { self.read_plain(root, path) }
    }

    /// The shape of a schema: the type of its own name, where it says `x-mizan-name`.
    pub(super) fn read(&mut self, value: &'s Value, path: String) -> Result<Shape, LowerError> {
        match value.get("x-mizan-name") {
            // A reference has its name already.
            Some(given) if value.get("$ref").is_none() => {
                let name = given.as_str().and_then(name::identifier).ok_or_else(|| {
                    let help = "give it letters, digits and underscores";
                    LowerError::at(&path, "x-mizan-name", "this is no name of a type", help)
                })?;
                self.read_named(name, value, path)
            }
            _ => self.read_plain(value, path),
        }
    }

    fn read_named(&mut self, name: String, value: &'s Value, path: String) -> Result<Shape, LowerError> {
        match self.types.get(&name) {
            Some(known) if known.path == path => return Ok(Shape::Ref(name)),
            Some(known) => {
                let problem = format!("two schemas are named {name:?}: the other one is {}", known.path);
                return Err(LowerError::new(&path, problem, "rename one of the two"));
            }
            None => {}
        }
        let doc = match value {
            Value::Object(members) => Schema::new(members, path.clone())?.doc()?,
            _ => None,
        };
        self.types.insert(name.clone(), DraftType { path: path.clone(), doc, shape: None });
        let shape = self.read_plain(value, path)?;
        if let Some(known) = self.types.get_mut(&name) {
            known.shape = Some(shape);
        }
        Ok(Shape::Ref(name))
    }

    fn read_plain(&mut self, value: &'s Value, path: String) -> Result<Shape, LowerError> {
        /// Schemas within schemas; a document of this depth has long been refused as JSON.
        const DEPTH: usize = 256;
        if path.matches('/').count() > DEPTH {
            return Err(LowerError::new(&path, "the schema is nested too deeply", "name its parts under \"$defs\""));
        }
        let schema = match value {
            Value::Boolean(true) => return Ok(Shape::Any),
            Value::Boolean(false) => {
                return Err(LowerError::new(&path, "no value fits the schema false", "describe the values there are"));
            }
            Value::Object(members) => Schema::new(members, path)?,
            other => {
                let problem = format!("a schema is an object, and this is {}", kind(other));
                return Err(LowerError::new(&path, problem, "see the JSON Schema specification"));
            }
        };
        let shape = self.read_keywords(&schema)?;
        if schema.flag("nullable")? { Ok(Shape::Nullable(Box::new(shape))) } else { Ok(shape) }
    }

    fn read_keywords(&mut self, schema: &Schema<'s>) -> Result<Shape, LowerError> {
        if schema.get("$ref").is_some() {
            return self.reference(schema);
        }
        if let Some(value) = schema.get("const") {
            return scalar::listed(schema, "const", std::slice::from_ref(value));
        }
        if let Some(values) = schema.list("enum")? {
            return scalar::listed(schema, "enum", values);
        }
        for keyword in ["anyOf", "oneOf"] {
            if let Some(arms) = schema.list(keyword)? {
                return self.arms(schema, keyword, arms);
            }
        }
        if let Some(parts) = schema.list("allOf")? {
            schema.only(&["allOf"], "stands beside \"allOf\"", "write it into the schema that \"allOf\" names")?;
            return match parts {
                [only] => self.read(only, schema.below(&["allOf", "0"])),
                _ => Err(schema.error(
                    "allOf",
                    "\"allOf\" of more than one schema cannot be said in the IR",
                    "write one schema with the properties of all of them",
                )),
            };
        }
        let types = scalar::types(schema)?;
        if types.is_empty() {
            schema.only(&[], "stands without \"type\"", "say the type")?;
            return Ok(Shape::Any);
        }
        self.typed(schema, &types)
    }

    fn reference(&mut self, schema: &Schema<'s>) -> Result<Shape, LowerError> {
        schema.only(&["$ref"], "stands beside \"$ref\"", "write it into the schema that \"$ref\" names")?;
        let target = schema.text("$ref")?.unwrap_or_default();
        let parts: Vec<String> = target.split('/').map(name::unescape).collect();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let ["#", place @ ("$defs" | "definitions"), key] = *parts.as_slice() else {
            let problem = format!("{target:?} names no schema under \"$defs\"");
            let help = "let the type have a name: a reference to the root or into another type has none";
            return Err(schema.error("$ref", problem, help));
        };
        let Some(value) = self.root.get(place).and_then(|types| types.get(key)) else {
            let problem = format!("{target:?} leads nowhere");
            return Err(schema.error("$ref", problem, format!("add {key:?} under {place:?}")));
        };
        let given = value.get("x-mizan-name").and_then(Value::as_str).unwrap_or(key);
        let path = pointer(&pointer("", place), key);
        match name::identifier(given) {
            Some(name) => self.read_named(name, value, path),
            None => Err(LowerError::new(&path, "a type needs a name", "give it letters, digits and underscores")),
        }
    }

    fn arms(&mut self, schema: &Schema<'s>, keyword: &'static str, arms: &'s [Value]) -> Result<Shape, LowerError> {
        let problem = format!("stands beside {keyword:?}");
        schema.only(&[keyword, "discriminator"], &problem, "write it into each arm that it is about")?;
        let mut shapes = Vec::with_capacity(arms.len());
        for (index, arm) in arms.iter().enumerate() {
            shapes.push(self.read(arm, schema.below(&[keyword, &index.to_string()]))?);
        }
        if shapes.is_empty() {
            return Err(schema.error(keyword, format!("{keyword:?} has no arms"), "list at least one"));
        }
        Ok(self.either(schema, keyword, shapes))
    }

    fn either(&mut self, schema: &Schema<'s>, keyword: &'static str, mut arms: Vec<Shape>) -> Shape {
        if arms.len() == 1 {
            return arms.remove(0);
        }
        self.unions.push(DraftUnion { path: schema.path.clone(), keyword, arms });
        union_reference(self.unions.len() - 1)
    }

    fn typed(&mut self, schema: &Schema<'s>, types: &[&'s str]) -> Result<Shape, LowerError> {
        let of_types: Vec<&str> = types.iter().flat_map(|name| keywords_of(name)).copied().chain(["type"]).collect();
        let problem = format!("says nothing about {}", types.join(" or "));
        schema.only(&of_types, &problem, "leave it out, or correct \"type\"")?;
        let mut shapes = Vec::with_capacity(types.len());
        for name in types {
            shapes.push(match *name {
                "null" => Shape::Literal(Scalar::Null),
                "boolean" => Shape::Boolean,
                "integer" => scalar::integer(schema)?,
                "number" => scalar::number(schema)?,
                "string" => self.string(schema)?,
                "array" => collection::array(self, schema)?,
                _ => collection::object(self, schema)?,
            });
        }
        Ok(self.either(schema, "type", shapes))
    }

    fn string(&self, schema: &Schema<'s>) -> Result<Shape, LowerError> {
        match scalar::string(schema)? {
            Shape::Upload { .. } if !self.input => Err(schema.error(
                "x-mizan-upload",
                "an upload stands in what is returned",
                "uploads are inputs alone; return bytes, or a URL",
            )),
            shape => Ok(shape),
        }
    }
}

/// The keywords that say something about the values of a type.
fn keywords_of(name: &str) -> &'static [&'static str] {
    match name {
        "integer" | "number" => &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "format"],
        "string" => &["minLength", "maxLength", "pattern", "format", "x-mizan-upload"],
        "array" => &["items", "prefixItems", "additionalItems", "minItems", "maxItems", "uniqueItems"],
        "object" => &["properties", "required", "additionalProperties", "propertyNames"],
        _ => &[],
    }
}
