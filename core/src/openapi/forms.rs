//! Calls with files: what `multipart/form-data` holds besides the call (UPLOAD-1 to UPLOAD-10).

use super::schema::{Schemas, Way, kind, reference};
use crate::ir::model::{Field, Function, Shape};
use crate::value::compose::{Object, boolean, list, string, strings};

/// Where a function's input takes a file.
struct Place {
    /// Its pointer, where that is one; else a pattern of the pointers.
    name: Result<String, String>,
    /// Whether each call has it.
    required: bool,
    /// The most bytes, and the types that it may have.
    max_size: Option<u64>,
    content_types: Vec<String>,
}

/// The files that a function takes.
pub(super) struct Form {
    places: Vec<Place>,
}

impl Form {
    /// `None` where the function takes none.
    pub(super) fn of(schemas: &Schemas<'_>, function: &Function) -> Option<Self> {
        let mut walk = Walk { schemas, places: Vec::new(), inside: Vec::new() };
        walk.fields(&function.input, &Pointer::default(), true);
        (!walk.places.is_empty()).then_some(Self { places: walk.places })
    }

    /// Whether every call has a file, so that none is JSON.
    pub(super) fn needs_file(&self) -> bool {
        self.places.iter().any(|place| place.required)
    }

    /// The schema of the body: the call and its files, by the names of their parts.
    pub(super) fn schema(&self, function: &Function) -> String {
        let mut properties = Object::new();
        let mut patterns = Object::new();
        let mut required = vec!["call".to_owned()];
        properties.add("call", reference(&format!("{}.Call", function.name)));
        for place in &self.places {
            let file = kind("string").with_some("maxLength", place.max_size.map(|size| size.to_string()));
            let file = match place.content_types.as_slice() {
                [only] => file.with_text("contentMediaType", only),
                _ => file.with_text("contentMediaType", "application/octet-stream"),
            };
            match &place.name {
                Ok(name) => properties.add(name, file.text()),
                Err(pattern) => patterns.add(pattern, file.text()),
            }
            if let (Ok(name), true) = (&place.name, place.required) {
                required.push(name.clone());
            }
        }
        let object = kind("object")
            .with_text("description", "The part `call` is the first. Every other part is a file, with a file name.")
            .with("properties", properties.text())
            .with("required", strings(&required))
            .with("additionalProperties", boolean(false));
        if self.places.iter().all(|place| place.name.is_ok()) {
            return object.text();
        }
        object.with("patternProperties", patterns.text()).text()
    }
}

/// The content of a body with files.
pub(super) fn content(forms: &[(&Function, Form)]) -> String {
    let schemas: Vec<String> =
        forms.iter().map(|(function, _)| reference(&format!("{}.Form", function.name))).collect();
    let schema = match schemas.as_slice() {
        [only] => only.clone(),
        _ => Object::new().with("oneOf", list(schemas)).text(),
    };
    let media_type = |name: &str| Object::new().with_text("contentType", name).text();
    let mut encoding = Object::new();
    encoding.add("call", media_type("application/json"));
    // One name may be a file of several functions, and of either's types then.
    let mut told: Vec<(&str, Vec<&str>)> = Vec::new();
    for (name, types) in forms.iter().flat_map(|(_, form)| &form.places).filter_map(|place| {
        let name = place.name.as_deref().ok()?;
        let types = place.content_types.iter().map(String::as_str).collect::<Vec<_>>();
        Some((name, if types.is_empty() { vec!["*/*"] } else { types }))
    }) {
        match told.iter_mut().find(|(held, _)| *held == name) {
            Some((_, held)) => held.extend(types),
            None => told.push((name, types)),
        }
    }
    for (name, mut types) in told {
        types.sort_unstable();
        types.dedup();
        encoding.add(name, media_type(&types.join(", ")));
    }
    Object::new().with("schema", schema).with("encoding", encoding.text()).text()
}

/// A JSON Pointer on its way into a shape, as its text and as a pattern; the text ends where an index or a key may be any.
#[derive(Default)]
struct Pointer {
    name: Option<String>,
    pattern: String,
}

impl Pointer {
    fn named(&self, part: &str) -> Self {
        let part = part.replace('~', "~0").replace('/', "~1");
        let is_root = self.pattern.is_empty();
        let name = self.name.as_deref().or(is_root.then_some("")).map(|name| format!("{name}/{part}"));
        let mut pattern = format!("{}/", self.pattern);
        for letter in part.chars() {
            if "\\^$.|?*+()[]{}".contains(letter) {
                pattern.push('\\');
            }
            pattern.push(letter);
        }
        Self { name, pattern }
    }

    fn any(&self, pattern: &str) -> Self {
        Self { name: None, pattern: format!("{}/{pattern}", self.pattern) }
    }
}

struct Walk<'a, 'd> {
    schemas: &'a Schemas<'d>,
    places: Vec<Place>,
    /// The named types that are walked.
    inside: Vec<String>,
}

impl Walk<'_, '_> {
    fn fields(&mut self, fields: &[Field], at: &Pointer, required: bool) {
        for field in fields {
            let required = required && field.required && field.default.is_none();
            self.shape(&field.shape, &at.named(&field.name), required);
        }
    }

    fn shape(&mut self, shape: &Shape, at: &Pointer, required: bool) {
        match shape {
            Shape::Upload { max_size, content_types } => {
                let name = at.name.clone().ok_or_else(|| format!("^{}$", at.pattern));
                if !self.places.iter().any(|place| place.name == name) {
                    let (max_size, content_types) = (*max_size, content_types.clone());
                    self.places.push(Place { name, required, max_size, content_types });
                }
            }
            Shape::Nullable(inner) => self.shape(inner, at, false),
            Shape::Struct(fields) => self.fields(fields, at, required),
            Shape::List { item, .. } => self.shape(item, &at.any("(0|[1-9][0-9]*)"), false),
            Shape::Map(value) => self.shape(value, &at.any("[^/]*"), false),
            Shape::Tuple(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.shape(item, &at.named(&index.to_string()), required);
                }
            }
            Shape::Union { arms, .. } => {
                for arm in arms {
                    self.shape(arm, at, false);
                }
            }
            Shape::Ref(name) => {
                let Some(shape) = self.schemas.named(name) else { return };
                if self.inside.contains(name) {
                    // A type that holds itself: how deep, no pattern says.
                    if reaches_file(self.schemas, &Shape::Ref(name.clone())) {
                        let name = Err(format!("^{}/", at.pattern));
                        let (max_size, content_types) = (None, Vec::new());
                        self.places.push(Place { name, required: false, max_size, content_types });
                    }
                    return;
                }
                self.inside.push(name.clone());
                self.shape(shape, at, required);
                self.inside.pop();
            }
            _ => {}
        }
    }
}

/// Whether a file may stand in a shape.
pub(super) fn reaches_file(schemas: &Schemas<'_>, shape: &Shape) -> bool {
    fn reaches(schemas: &Schemas<'_>, shape: &Shape, inside: &mut Vec<String>) -> bool {
        match shape {
            Shape::Upload { .. } => true,
            Shape::Struct(fields) => fields.iter().any(|field| reaches(schemas, &field.shape, inside)),
            Shape::List { item: inner, .. } | Shape::Map(inner) | Shape::Nullable(inner) => {
                reaches(schemas, inner, inside)
            }
            Shape::Tuple(items) | Shape::Union { arms: items, .. } => {
                items.iter().any(|item| reaches(schemas, item, inside))
            }
            Shape::Ref(name) if !inside.contains(name) => {
                inside.push(name.clone());
                schemas.named(name).is_some_and(|shape| reaches(schemas, shape, inside))
            }
            _ => false,
        }
    }
    reaches(schemas, shape, &mut Vec::new())
}

/// The args of a call whose files are parts of their own: where one belongs stands nothing, or `null` (UPLOAD-8).
pub(super) fn args(schemas: &Schemas<'_>, fields: &[Field]) -> String {
    let (files, others): (Vec<Field>, Vec<Field>) =
        fields.iter().cloned().partition(|field| reaches_file(schemas, &field.shape));
    let files = files.iter().map(|field| {
        let schema = match &field.shape {
            Shape::Upload { .. } => kind("null"),
            Shape::Nullable(inner) if matches!(**inner, Shape::Upload { .. }) => kind("null"),
            // What holds files may be left out, or lack them, in more ways than are of use to say.
            _ => Object::new(),
        };
        (field.name.clone(), schema.with_some("description", field.doc.as_deref().map(string)).text())
    });
    schemas.fields_and(&others, files, Way::Request).text()
}
