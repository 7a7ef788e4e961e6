//! Shapes as JSON Schema 2020-12, the way OpenAPI 3.1 has it.

use std::collections::BTreeSet;

use crate::ir::model::{Document, Field, Format, IntegerBounds, NumberBounds, Scalar, Shape, StringBounds};
use crate::value::compose::{Object, boolean, list, string, strings};
use crate::value::number::write_number;

/// The greatest integer of the wire (VALUE-2).
const SAFE: i64 = (1 << 53) - 1;

/// Which way a value goes, as a client sees it: a field with a default may be left out of a request, and is always there
/// in a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Way {
    Request,
    Reply,
}

/// Writes schemas, and knows the named types whose two ways differ.
pub(super) struct Schemas<'d> {
    document: &'d Document,
    /// The types that have a field with a default, or reach one.
    two_ways: BTreeSet<&'d str>,
}

impl<'d> Schemas<'d> {
    pub(super) fn new(document: &'d Document) -> Self {
        let mut two_ways = BTreeSet::new();
        // What reaches a type with two ways has two ways itself; each round finds one more at least, or is the last.
        loop {
            let before = two_ways.len();
            for named in &document.types {
                if has_two_ways(&named.shape, &two_ways) {
                    two_ways.insert(named.name.as_str());
                }
            }
            if two_ways.len() == before {
                return Self { document, two_ways };
            }
        }
    }

    /// The key of a named type among the components. A type that is the same both ways has one.
    pub(super) fn component(&self, name: &str, way: Way) -> String {
        if way == Way::Request && self.two_ways.contains(name) { format!("{name}.Input") } else { name.to_owned() }
    }

    /// The schema of a shape.
    pub(super) fn shape(&self, shape: &Shape, way: Way) -> String {
        self.object(shape, way).text()
    }

    /// The schema of a shape with what its author wrote of the place where it stands.
    pub(super) fn described(&self, shape: &Shape, way: Way, doc: Option<&str>) -> String {
        self.object(shape, way).with_some("description", doc.map(string)).text()
    }

    /// The shape of a named type.
    pub(super) fn named(&self, name: &str) -> Option<&'d Shape> {
        self.document.type_named(name).map(|named| &named.shape)
    }

    /// The schema of a struct of these fields.
    pub(super) fn fields(&self, fields: &[Field], way: Way) -> Object {
        self.fields_and(fields, [], way)
    }

    /// The same with more properties, which are not required: names and schemas.
    pub(super) fn fields_and(
        &self,
        fields: &[Field],
        more: impl IntoIterator<Item = (String, String)>,
        way: Way,
    ) -> Object {
        let mut properties = Object::new();
        for (name, schema) in more {
            properties.add(&name, schema);
        }
        let mut required = Vec::new();
        for field in fields {
            let default = field.default.clone().filter(|_| way == Way::Request);
            let schema = self.object(&field.shape, way);
            let schema =
                schema.with_some("description", field.doc.as_deref().map(string)).with_some("default", default);
            properties.add(&field.name, schema.text());
            let always = match way {
                Way::Request => field.required && field.default.is_none(),
                Way::Reply => field.required || field.default.is_some(),
            };
            if always {
                required.push(field.name.clone());
            }
        }
        let object = kind("object").with("properties", properties.text()).with("additionalProperties", boolean(false));
        if required.is_empty() { object } else { object.with("required", strings(&required)) }
    }

    fn object(&self, shape: &Shape, way: Way) -> Object {
        match shape {
            Shape::Integer(bounds) => integer(bounds),
            Shape::BigInt => kind("string").with_text("format", "bigint").with_text("pattern", BIGINT),
            Shape::Number(bounds) => number(bounds),
            Shape::Boolean => kind("boolean"),
            Shape::String(bounds) => text(bounds, way),
            Shape::Literal(Scalar::Null) => kind("null"),
            Shape::Literal(value) => kind(scalar_kind(value)).with("const", scalar(value)),
            Shape::Enum(values) => enumeration(values),
            Shape::List { item, min_items, max_items, unique } => {
                let object = kind("array")
                    .with("items", self.shape(item, way))
                    .with_some("minItems", min_items.map(|min| min.to_string()))
                    .with_some("maxItems", max_items.map(|max| max.to_string()));
                if *unique { object.with("uniqueItems", boolean(true)) } else { object }
            }
            Shape::Tuple(items) => {
                let length = items.len().to_string();
                let object = kind("array").with("minItems", length.clone()).with("maxItems", length);
                // An empty `prefixItems` is not allowed.
                if items.is_empty() {
                    return object;
                }
                object.with("prefixItems", list(items.iter().map(|item| self.shape(item, way))))
            }
            Shape::Map(value) => kind("object").with("additionalProperties", self.shape(value, way)),
            Shape::Struct(fields) => self.fields(fields, way),
            Shape::Nullable(inner) => Object::new().with("anyOf", list([self.shape(inner, way), kind("null").text()])),
            Shape::Union { discriminator, arms } => self.union(discriminator.as_deref(), arms, way),
            Shape::Ref(name) => Object::new().with_text("$ref", &pointer(&self.component(name, way))),
            Shape::Upload { max_size, content_types } => {
                let object = kind("string").with_text("format", "binary");
                let object = object.with_some("maxLength", max_size.map(|size| size.to_string()));
                match content_types.as_slice() {
                    [only] => object.with_text("contentMediaType", only),
                    _ => object,
                }
            }
            Shape::Any => Object::new(),
        }
    }

    fn union(&self, discriminator: Option<&str>, arms: &[Shape], way: Way) -> Object {
        let object = Object::new().with("oneOf", list(arms.iter().map(|arm| self.shape(arm, way))));
        // The tag has to be there even where its field has a default (VALUE-16).
        let object = match discriminator {
            Some(tag) if way == Way::Request && arms.iter().any(|arm| self.defaults(arm, tag)) => {
                object.with("required", list([string(tag)]))
            }
            _ => object,
        };
        // OpenAPI's discriminator speaks of named schemas alone; without it the literals of the tag still tell.
        let mut mapping = Object::new();
        let Some(tag) = discriminator else { return object };
        for arm in arms {
            let Shape::Ref(name) = arm else { return object };
            let Some(value) = self.tag(name, tag) else { return object };
            mapping.add(value, string(&pointer(&self.component(name, way))));
        }
        let told = Object::new().with_text("propertyName", tag).with("mapping", mapping.text());
        object.with("discriminator", told.text())
    }

    /// Whether an arm has the field, with a default.
    fn defaults(&self, arm: &Shape, tag: &str) -> bool {
        let shape = match arm {
            Shape::Ref(name) => self.document.type_named(name).map(|named| &named.shape),
            shape => Some(shape),
        };
        matches!(shape, Some(Shape::Struct(fields)) if fields.iter().any(|it| it.name == tag && it.default.is_some()))
    }

    /// The text of a tag in a named struct.
    fn tag(&self, name: &str, tag: &str) -> Option<&'d str> {
        let Shape::Struct(fields) = &self.document.type_named(name)?.shape else { return None };
        match &fields.iter().find(|field| field.name == tag)?.shape {
            Shape::Literal(Scalar::String(text)) => Some(text),
            _ => None,
        }
    }
}

/// Where a component stands in the document.
fn pointer(component: &str) -> String {
    format!("#/components/schemas/{component}")
}

/// A schema that is a component.
pub(super) fn reference(component: &str) -> String {
    Object::new().with_text("$ref", &pointer(component)).text()
}

/// A schema of one JSON type.
pub(super) fn kind(name: &str) -> Object {
    Object::new().with_text("type", name)
}

fn has_two_ways(shape: &Shape, known: &BTreeSet<&str>) -> bool {
    let inner = |shape: &Shape| has_two_ways(shape, known);
    match shape {
        Shape::Struct(fields) => fields.iter().any(|field| field.default.is_some() || inner(&field.shape)),
        Shape::List { item, .. } | Shape::Map(item) | Shape::Nullable(item) => inner(item),
        Shape::Tuple(items) | Shape::Union { arms: items, .. } => items.iter().any(inner),
        Shape::Ref(name) => known.contains(name.as_str()),
        _ => false,
    }
}

fn integer(bounds: &IntegerBounds) -> Object {
    kind("integer")
        .with("minimum", bounds.min.unwrap_or(-SAFE).to_string())
        .with("maximum", bounds.max.unwrap_or(SAFE).to_string())
        .with_some("multipleOf", bounds.multiple_of.map(|divisor| divisor.to_string()))
}

fn number(bounds: &NumberBounds) -> Object {
    kind("number")
        .with_some("minimum", bounds.min.map(double))
        .with_some("maximum", bounds.max.map(double))
        .with_some("exclusiveMinimum", bounds.exclusive_min.map(double))
        .with_some("exclusiveMaximum", bounds.exclusive_max.map(double))
}

fn double(value: f64) -> String {
    let mut out = Vec::new();
    // Bounds are finite: the reader and the lowering have seen to it.
    let _ = write_number(&mut out, value);
    String::from_utf8(out).unwrap_or_default()
}

const BIGINT: &str = "^(0|-?[1-9][0-9]*)$";
const DECIMAL: &str = "^-?(0|[1-9][0-9]*)(\\.[0-9]+)?$";
const DURATION: &str = "^-?P(?=[0-9T])([0-9]+W)?([0-9]+D)?(T(?=[0-9])([0-9]+H)?([0-9]+M)?([0-9]+(\\.[0-9]{1,6})?S)?)?$";

fn text(bounds: &StringBounds, way: Way) -> Object {
    // Lengths and patterns are those of the canonical text, and a request may spell these otherwise.
    let respelt = [Format::DateTime, Format::LocalDateTime, Format::Time, Format::Duration, Format::Uuid].map(Some);
    if way == Way::Request && respelt.contains(&bounds.format) {
        return text(&StringBounds { format: bounds.format, ..StringBounds::default() }, Way::Reply);
    }
    let (format, own) = match bounds.format {
        // JSON Schema's `time` has an offset, and its `duration` neither sign nor fraction; these are names of the
        // OpenAPI registry, and a pattern.
        Some(Format::LocalDateTime) => (Some("date-time-local"), None),
        Some(Format::Time) => (Some("time-local"), None),
        Some(Format::Duration) => (None, Some(DURATION)),
        Some(Format::Decimal) => (Some("decimal"), Some(DECIMAL)),
        Some(Format::Bytes) => (None, Some("^[A-Za-z0-9_-]*$")),
        Some(format) => (Some(format.name()), None),
        None => (None, None),
    };
    let object = kind("string")
        .with_some("format", format.map(string))
        .with_some("minLength", bounds.min_length.map(|min| min.to_string()))
        .with_some("maxLength", bounds.max_length.map(|max| max.to_string()));
    let object = match bounds.format {
        Some(Format::Bytes) => object.with_text("contentEncoding", "base64url"),
        _ => object,
    };
    match (own, bounds.pattern.as_deref()) {
        (Some(own), Some(pattern)) => {
            let second = Object::new().with_text("pattern", pattern).text();
            object.with_text("pattern", own).with("allOf", list([second]))
        }
        (own, pattern) => object.with_some("pattern", own.or(pattern).map(string)),
    }
}

fn enumeration(values: &[Scalar]) -> Object {
    let object = Object::new().with("enum", list(values.iter().map(scalar)));
    let kinds: BTreeSet<&str> = values.iter().map(scalar_kind).collect();
    match kinds.into_iter().collect::<Vec<_>>().as_slice() {
        [only] => object.with_text("type", only),
        _ => object,
    }
}

fn scalar_kind(value: &Scalar) -> &'static str {
    match value {
        Scalar::Null => "null",
        Scalar::Boolean(_) => "boolean",
        Scalar::Integer(_) => "integer",
        Scalar::String(_) => "string",
    }
}

fn scalar(value: &Scalar) -> String {
    match value {
        Scalar::Null => "null".to_owned(),
        Scalar::Boolean(value) => boolean(*value),
        Scalar::Integer(value) => value.to_string(),
        Scalar::String(text) => string(text),
    }
}
