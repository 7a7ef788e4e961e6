//! JSON Schema to shapes, once for every language.
//!
//! The dialects are 2020-12 and draft-07, as Pydantic, Zod, `ArkType`, Valibot and schemars write them: what they spell
//! differently comes out as one shape. Nothing is approximated: a keyword that changes the set of values and that the
//! IR cannot say is an error that names it.

mod collection;
mod defaults;
mod draft;
mod error;
mod name;
mod same;
mod scalar;
mod schema;
mod settle;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

pub use crate::ir::lower::error::LowerError;

use crate::ir::lower::draft::Draft;
use crate::ir::model::{Field, Shape, TypeDefinition};
use crate::ir::union;
use crate::value::Value;

/// Collects the named types of an application while its schemas are lowered one by one.
#[derive(Debug, Default)]
pub struct Lowering {
    types: BTreeMap<String, TypeDefinition>,
    /// The types that some schema refers to, itself and not through another type.
    roots: BTreeSet<String>,
}

impl Lowering {
    /// With no types yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The fields of an input: `schema` describes the object of a function's arguments.
    pub fn input(&mut self, schema: &Value) -> Result<Vec<Field>, LowerError> {
        let mut draft = Draft::new(schema, true);
        let raw = draft.read_root(false)?;
        let shape = self.adopt(&draft, &raw)?;
        let lookup = |name: &str| self.types.get(name).map(|definition| &definition.shape);
        let Some(Shape::Struct(fields)) = union::resolve(&shape, &lookup) else {
            let help = "say \"type\": \"object\" and list the arguments in \"properties\", none for no arguments";
            return Err(LowerError::new("", "the input must be an object with listed properties", help));
        };
        let fields = fields.clone();
        for field in &fields {
            self.refer(&field.shape);
        }
        Ok(fields)
    }

    /// The shape of an output, or of the data of a declared error. Where the root says `"x-mizan-name"`, it is a
    /// reference to the type of that name.
    pub fn output(&mut self, schema: &Value) -> Result<Shape, LowerError> {
        let mut draft = Draft::new(schema, false);
        let raw = draft.read_root(true)?;
        let shape = self.adopt(&draft, &raw)?;
        self.refer(&shape);
        Ok(shape)
    }

    /// Every named type that some schema reaches, sorted by name.
    #[must_use]
    pub fn finish(self) -> Vec<TypeDefinition> {
        let mut open: Vec<&String> = self.roots.iter().collect();
        let mut reached: BTreeSet<&String> = self.roots.iter().collect();
        while let Some(name) = open.pop() {
            let Some(definition) = self.types.get(name) else { continue };
            visit_references(&definition.shape, &mut |name| {
                if reached.insert(name) {
                    open.push(name);
                }
            });
        }
        let reached: BTreeSet<String> = reached.into_iter().cloned().collect();
        self.types.into_values().filter(|definition| reached.contains(&definition.name)).collect()
    }

    /// Takes over the types of a draft, and gives the final shape of its root.
    fn adopt(&mut self, draft: &Draft<'_>, root: &Shape) -> Result<Shape, LowerError> {
        let mut definitions = Vec::with_capacity(draft.types.len());
        for (name, known) in &draft.types {
            let Some(raw) = &known.shape else { continue };
            let shape = settle::settle(draft, raw)?;
            definitions.push(TypeDefinition { name: name.clone(), doc: known.doc.clone(), shape });
        }
        let mut root = settle::settle(draft, root)?;
        refuse_endless(draft, &definitions)?;
        defaults::settle(draft, &mut definitions, &mut root)?;
        for definition in definitions {
            let name = definition.name.clone();
            let merged = match self.types.get(&name) {
                Some(other) => same::merge(other, &definition).map_err(|difference| {
                    let path = draft.types.get(&name).map_or("", |known| known.path.as_str());
                    let problem = format!("there are two types named {name:?}, and they differ: {difference}");
                    LowerError::new(path, problem, "rename one of the two, or make them equal")
                })?,
                None => definition,
            };
            self.types.insert(name, merged);
        }
        Ok(root)
    }

    fn refer(&mut self, shape: &Shape) {
        visit_references(shape, &mut |name| {
            self.roots.insert(name.clone());
        });
    }
}

fn refuse_endless(draft: &Draft<'_>, definitions: &[TypeDefinition]) -> Result<(), LowerError> {
    let shapes: BTreeMap<&str, &Shape> =
        definitions.iter().map(|definition| (definition.name.as_str(), &definition.shape)).collect();
    let lookup = |name: &str| shapes.get(name).copied();
    match draft.types.iter().find(|(name, _)| union::leads_to_itself(name, &lookup)) {
        None => Ok(()),
        Some((name, known)) => {
            let problem = format!("the type {name:?} is nothing but itself: a value of it would never end");
            Err(LowerError::new(&known.path, problem, "let it lead through an object or a list"))
        }
    }
}

/// Calls `visit` with every name that the shape refers to.
fn visit_references<'s>(shape: &'s Shape, visit: &mut impl FnMut(&'s String)) {
    match shape {
        Shape::Ref(name) => visit(name),
        Shape::List { item: inner, .. } | Shape::Map(inner) | Shape::Nullable(inner) => visit_references(inner, visit),
        Shape::Tuple(shapes) | Shape::Union { arms: shapes, .. } => {
            for shape in shapes {
                visit_references(shape, visit);
            }
        }
        Shape::Struct(fields) => {
            for field in fields {
                visit_references(&field.shape, visit);
            }
        }
        _ => {}
    }
}
