//! From shapes to nodes: references resolved, unions told apart, patterns built, defaults tried.

use super::node::{
    Choice, FieldRule, ListRule, NOTHING, Node, StructRule, Tag, TextRule, UnionRule, UploadRule, listed,
};
use super::{Direction, FieldId, Program, ProgramError, Refusal, ShapeId};
use crate::ir::model::{Field, IntegerBounds, NumberBounds, Scalar, Shape, StringBounds, TypeDefinition};
use crate::ir::pattern::Pattern;
use crate::value::reader::Kind;

/// How deep shapes may stand within one another: more than any value that is not refused for its own depth.
const MAX_SHAPE_DEPTH: usize = 256;
/// How many nullables and unions may stand within one another with no list, map or struct between.
const MAX_CHAIN: usize = 16;
/// The most bytes of a default, defaults within it counted.
const MAX_DEFAULT: usize = 64 * 1024;

const KINDS: [Kind; 6] = [Kind::Null, Kind::Boolean, Kind::Number, Kind::String, Kind::List, Kind::Object];

pub(super) fn program(types: &[TypeDefinition]) -> Result<Program, ProgramError> {
    let mut program = Program::default();
    let mut compiler = Compiler::new(&mut program);
    let mut aliases = Vec::new();
    for definition in types {
        // A type that is nothing but another's name gets that one's node, once all names are known.
        if let Shape::Ref(target) = &definition.shape {
            aliases.push((&definition.name, target));
            continue;
        }
        let id = compiler.reserve();
        if compiler.program.types.insert(definition.name.clone(), id).is_some() {
            return error(&definition.name, "two types have this name");
        }
    }
    compiler.resolve_aliases(aliases)?;
    for definition in types {
        if !matches!(definition.shape, Shape::Ref(_)) {
            let reserved = compiler.program.types.get(&definition.name).copied();
            compiler.shape(&definition.shape, &definition.name, 0, reserved)?;
        }
    }
    compiler.finish()?;
    Ok(program)
}

pub(super) fn shape(program: &mut Program, shape: &Shape) -> Result<ShapeId, ProgramError> {
    let mut compiler = Compiler::new(program);
    let id = compiler.shape(shape, "", 0, None)?;
    compiler.finish()?;
    Ok(id)
}

pub(super) fn fields(program: &mut Program, fields: &[Field]) -> Result<ShapeId, ProgramError> {
    let mut compiler = Compiler::new(program);
    let node = compiler.structure(fields, "", 0)?;
    let id = compiler.place_node(node, "", None);
    compiler.finish()?;
    Ok(id)
}

fn error<T>(place: &str, problem: impl Into<String>) -> Result<T, ProgramError> {
    Err(ProgramError { place: place.to_owned(), problem: problem.into() })
}

struct Compiler<'p> {
    program: &'p mut Program,
    /// The nodes that are new: all from here on.
    first: usize,
    /// Where each new node stands in its shape.
    places: Vec<String>,
}

impl<'p> Compiler<'p> {
    fn new(program: &'p mut Program) -> Self {
        let first = program.nodes.len();
        Self { program, first, places: Vec::new() }
    }

    fn reserve(&mut self) -> ShapeId {
        let id = ShapeId(self.program.nodes.len() as u32);
        self.program.nodes.push(NOTHING.clone());
        self.places.push(String::new());
        id
    }

    /// Puts a node where one was reserved for it, or in a new place.
    fn place_node(&mut self, node: Node, place: &str, reserved: Option<ShapeId>) -> ShapeId {
        let id = reserved.unwrap_or_else(|| self.reserve());
        let index = id.0 as usize;
        if let Some(slot) = self.program.nodes.get_mut(index) {
            *slot = node;
        }
        if let Some(slot) = index.checked_sub(self.first).and_then(|index| self.places.get_mut(index)) {
            place.clone_into(slot);
        }
        id
    }

    fn resolve_aliases(&mut self, mut aliases: Vec<(&String, &String)>) -> Result<(), ProgramError> {
        while !aliases.is_empty() {
            let before = aliases.len();
            let mut unresolved = Vec::new();
            for (name, target) in aliases {
                if self.program.types.contains_key(name) {
                    return error(name, "two types have this name");
                }
                match self.program.types.get(target).copied() {
                    Some(id) => {
                        self.program.types.insert(name.clone(), id);
                    }
                    None => unresolved.push((name, target)),
                }
            }
            if let Some((name, target)) = unresolved.first().filter(|_| unresolved.len() == before) {
                return error(name, format!("it refers to {target:?}, which is no type, or refers back to it"));
            }
            aliases = unresolved;
        }
        Ok(())
    }

    fn shape(
        &mut self,
        shape: &Shape,
        place: &str,
        depth: usize,
        reserved: Option<ShapeId>,
    ) -> Result<ShapeId, ProgramError> {
        if depth > MAX_SHAPE_DEPTH {
            return error(place, "its shapes stand too deep within one another");
        }
        let node = match shape {
            Shape::Integer(bounds) => Node::Integer(integer(bounds, place)?),
            Shape::BigInt => Node::BigInt,
            Shape::Number(bounds) => Node::Number(number(bounds, place)?),
            Shape::Boolean => Node::Boolean,
            Shape::String(bounds) => Node::Text(text(bounds, place)?),
            Shape::Literal(value) => {
                Node::Choice(Choice { values: vec![value.clone()], listed: listed([value]), literal: true })
            }
            Shape::Enum(values) => {
                Node::Choice(Choice { values: values.clone(), listed: listed(values), literal: false })
            }
            Shape::List { item, min_items, max_items, unique } => {
                if bounds_cross(*min_items, *max_items) {
                    return error(place, "its bounds leave no value");
                }
                let item = self.shape(item, &format!("{place}[]"), depth + 1, None)?;
                Node::List(ListRule { item, min_items: *min_items, max_items: *max_items, unique: *unique })
            }
            Shape::Tuple(items) => Node::Tuple(self.shapes(items, place, depth)?),
            Shape::Map(value) => Node::Map(self.shape(value, &format!("{place}{{}}"), depth + 1, None)?),
            Shape::Struct(fields) => self.structure(fields, place, depth)?,
            Shape::Nullable(inner) => Node::Nullable(self.shape(inner, place, depth + 1, None)?),
            Shape::Union { discriminator, arms } => {
                let arms = self.shapes(arms, place, depth)?;
                let tag = discriminator.clone().map(|name| Tag { name, arms: Vec::new(), listed: String::new() });
                Node::Union(UnionRule { arms, by_kind: [None; 6], tag })
            }
            Shape::Ref(name) => {
                let target = self.program.types.get(name).copied();
                return target.map_or_else(|| error(place, format!("there is no type {name:?}")), Ok);
            }
            Shape::Upload { max_size, content_types } => {
                Node::Upload(UploadRule { max_size: *max_size, content_types: content_types.clone() })
            }
            Shape::Any => Node::Any,
        };
        Ok(self.place_node(node, place, reserved))
    }

    fn shapes(&mut self, shapes: &[Shape], place: &str, depth: usize) -> Result<Vec<ShapeId>, ProgramError> {
        let each = |(index, shape)| self.shape(shape, &format!("{place}[{index}]"), depth + 1, None);
        shapes.iter().enumerate().map(each).collect()
    }

    fn structure(&mut self, fields: &[Field], place: &str, depth: usize) -> Result<Node, ProgramError> {
        let mut rules: Vec<FieldRule> = Vec::with_capacity(fields.len());
        for field in fields {
            let place = if place.is_empty() { field.name.clone() } else { format!("{place}.{}", field.name) };
            if rules.iter().any(|rule| rule.name == field.name) {
                return error(&place, "two fields have this name");
            }
            let shape = self.shape(&field.shape, &place, depth + 1, None)?;
            let id = FieldId(self.program.fields);
            self.program.fields += 1;
            rules.push(FieldRule::new(id, field, shape));
        }
        Ok(Node::Struct(StructRule::new(rules)))
    }

    /// What needs every node to be there.
    fn finish(mut self) -> Result<(), ProgramError> {
        let mut heights = vec![None; self.program.nodes.len()];
        for index in self.first..self.program.nodes.len() {
            self.height(ShapeId(index as u32), 0, &mut heights)?;
        }
        for index in self.first..self.program.nodes.len() {
            self.tell_apart(ShapeId(index as u32))?;
        }
        self.settle_defaults()
    }

    fn place(&self, id: ShapeId) -> &str {
        let index = (id.0 as usize).checked_sub(self.first);
        index.and_then(|index| self.places.get(index)).map_or("", String::as_str)
    }

    /// How many nullables and unions stand from here to the first list, map, struct or scalar. A cycle has no such end.
    fn height(&self, id: ShapeId, depth: usize, heights: &mut [Option<usize>]) -> Result<usize, ProgramError> {
        if depth > MAX_CHAIN {
            return error(
                self.place(id),
                "it refers to itself, or nests nullables and unions, without a value between",
            );
        }
        if let Some(height) = heights.get(id.0 as usize).copied().flatten() {
            return if depth + height > MAX_CHAIN { self.height(id, MAX_CHAIN + 1, heights) } else { Ok(height) };
        }
        let below: &[ShapeId] = match self.program.node(id) {
            Node::Nullable(inner) => &[*inner],
            Node::Union(union) => &union.arms,
            _ => return Ok(0),
        };
        let mut height = 0;
        for arm in below {
            height = height.max(1 + self.height(*arm, depth + 1, heights)?);
        }
        if let Some(slot) = heights.get_mut(id.0 as usize) {
            *slot = Some(height);
        }
        Ok(height)
    }

    /// Works out which arm of a union a value belongs to.
    fn tell_apart(&mut self, id: ShapeId) -> Result<(), ProgramError> {
        let Node::Union(union) = self.program.node(id) else { return Ok(()) };
        let mut union = union.clone();
        let place = self.place(id);
        for kind in KINDS {
            let arms: Vec<_> = union.arms.iter().copied().filter(|arm| self.kinds(*arm).contains(&kind)).collect();
            match (arms.as_slice(), kind, &mut union.tag) {
                ([], ..) => {}
                ([arm], ..) => {
                    if let Some(slot) = union.by_kind.get_mut(kind as usize) {
                        *slot = Some(*arm);
                    }
                }
                (arms, Kind::Object, Some(tag)) => {
                    for arm in arms {
                        let Some(values) = self.tags(*arm, &tag.name) else {
                            return error(place, format!("an arm of its union has no literal field {:?}", tag.name));
                        };
                        tag.arms.extend(values.into_iter().map(|value| (value, *arm)));
                    }
                    tag.listed = listed(tag.arms.iter().map(|(value, _)| value));
                    let repeated =
                        tag.arms.iter().enumerate().find(|(index, (value, _))| {
                            tag.arms.iter().skip(index + 1).any(|(other, _)| other == value)
                        });
                    if let Some((_, (value, _))) = repeated {
                        let value = listed([value]);
                        return error(place, format!("two arms of its union have {:?} {value}", tag.name));
                    }
                }
                _ => return error(place, "nothing tells the arms of its union apart: not their JSON kind, nor a tag"),
            }
        }
        if union.arms.iter().any(|arm| self.kinds(*arm).is_empty()) {
            return error(place, "an arm of its union is an upload, or has no values");
        }
        // A tag that tells nothing apart, because at most one arm takes objects.
        union.tag = union.tag.filter(|tag| !tag.arms.is_empty());
        if let Some(slot) = self.program.nodes.get_mut(id.0 as usize) {
            *slot = Node::Union(union);
        }
        Ok(())
    }

    /// The JSON kinds that values of a node have.
    fn kinds(&self, id: ShapeId) -> Vec<Kind> {
        match self.program.node(id) {
            Node::Integer(_) | Node::Number(_) => vec![Kind::Number],
            Node::BigInt | Node::Text(_) => vec![Kind::String],
            Node::Boolean => vec![Kind::Boolean],
            Node::Choice(choice) => choice.values.iter().map(scalar_kind).collect(),
            Node::List(_) | Node::Tuple(_) => vec![Kind::List],
            Node::Map(_) | Node::Struct(_) => vec![Kind::Object],
            Node::Nullable(inner) => {
                let mut kinds = self.kinds(*inner);
                kinds.push(Kind::Null);
                kinds
            }
            Node::Union(union) => union.arms.iter().flat_map(|arm| self.kinds(*arm)).collect(),
            Node::Upload(_) => Vec::new(),
            Node::Any => KINDS.to_vec(),
        }
    }

    /// The values that the field of that name has in the objects of a node; none where it is no literal in all of them.
    fn tags(&self, id: ShapeId, name: &str) -> Option<Vec<Scalar>> {
        match self.program.node(id) {
            Node::Struct(rule) => {
                let (_, field) = rule.find(name)?;
                match self.program.node(field.shape) {
                    Node::Choice(choice) => Some(choice.values.clone()),
                    _ => None,
                }
            }
            Node::Nullable(inner) => self.tags(*inner, name),
            Node::Union(union) => {
                let objects = union.arms.iter().filter(|arm| self.kinds(**arm).contains(&Kind::Object));
                let values: Option<Vec<_>> = objects.map(|arm| self.tags(*arm, name)).collect();
                values.map(|values| values.concat())
            }
            _ => None,
        }
    }

    /// Replaces each default by its canonical form, until those within others are settled too.
    fn settle_defaults(&mut self) -> Result<(), ProgramError> {
        loop {
            let mut settled = true;
            for index in self.first..self.program.nodes.len() {
                settled &= self.settle_node(ShapeId(index as u32))?;
            }
            if settled {
                return Ok(());
            }
        }
    }

    fn settle_node(&mut self, id: ShapeId) -> Result<bool, ProgramError> {
        let Node::Struct(rule) = self.program.node(id) else { return Ok(true) };
        let mut changed = Vec::new();
        for (index, field) in rule.fields.iter().enumerate() {
            let Some(default) = &field.default else { continue };
            let mut canonical = Vec::new();
            let fits = self.program.transcode(field.shape, default, Direction::Input, &[], &mut canonical);
            let place = || {
                [self.place(id), &field.name].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".")
            };
            match fits {
                Ok(()) if canonical.len() > MAX_DEFAULT => {
                    return error(&place(), "its default never ends, or is too large");
                }
                Ok(()) if canonical != *default => changed.push((index, canonical)),
                Ok(()) => {}
                Err(refusal) => return error(&place(), format!("its default does not fit: {}", reason(&refusal))),
            }
        }
        let settled = changed.is_empty();
        if let Some(Node::Struct(rule)) = self.program.nodes.get_mut(id.0 as usize) {
            for (index, canonical) in changed {
                if let Some(field) = rule.fields.get_mut(index) {
                    field.default = Some(canonical);
                }
            }
        }
        Ok(settled)
    }
}

fn reason(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Malformed(error) => error.to_string(),
        Refusal::BadQuery(why) => (*why).to_owned(),
        Refusal::Invalid(details) => details.first().map_or_else(String::new, |detail| detail.message.clone()),
    }
}

const fn scalar_kind(value: &Scalar) -> Kind {
    match value {
        Scalar::Null => Kind::Null,
        Scalar::Boolean(_) => Kind::Boolean,
        Scalar::Integer(_) => Kind::Number,
        Scalar::String(_) => Kind::String,
    }
}

fn bounds_cross<T: PartialOrd>(min: Option<T>, max: Option<T>) -> bool {
    matches!((min, max), (Some(min), Some(max)) if min > max)
}

fn integer(bounds: &IntegerBounds, place: &str) -> Result<IntegerBounds, ProgramError> {
    if bounds.multiple_of.is_some_and(|divisor| divisor <= 0) {
        return error(place, "multiple-of is not positive");
    }
    if bounds_cross(bounds.min, bounds.max) {
        return error(place, "its bounds leave no value");
    }
    Ok(bounds.clone())
}

fn number(bounds: &NumberBounds, place: &str) -> Result<NumberBounds, ProgramError> {
    let all = [bounds.min, bounds.max, bounds.exclusive_min, bounds.exclusive_max];
    if all.into_iter().flatten().any(|bound| !bound.is_finite()) {
        return error(place, "a bound is not finite");
    }
    if bounds_cross(bounds.min, bounds.max) {
        return error(place, "its bounds leave no value");
    }
    Ok(bounds.clone())
}

fn text(bounds: &StringBounds, place: &str) -> Result<TextRule, ProgramError> {
    if bounds_cross(bounds.min_length, bounds.max_length) {
        return error(place, "its bounds leave no value");
    }
    let pattern = match bounds.pattern.as_deref().map(Pattern::new).transpose() {
        Ok(pattern) => pattern,
        Err(problem) => return error(place, problem.problem),
    };
    Ok(TextRule::new(bounds, pattern))
}
