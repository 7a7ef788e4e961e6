//! Putting files into args: each stands for its index, at the place that its part names (UPLOAD-8).
//!
//! The shapes say what a step of a pointer is: where nothing stands yet, an object or a list is made, and a list grows
//! only by its next item. A number that a client wrote where a file belongs is none: the walk that checks the args takes
//! an index for a file only where one was put.

use super::node::{Node, UploadRule};
use super::{Program, ShapeId};
use crate::error::detail::PathPart;
use crate::ir::model::Scalar;
use crate::value::Value;
use crate::value::json::MAX_DEPTH;
use crate::value::reader::Kind;

impl Program {
    /// Whether an upload stands in any shape of the program.
    #[must_use]
    pub fn takes_uploads(&self) -> bool {
        self.nodes.iter().any(|node| matches!(node, Node::Upload(_)))
    }

    /// Puts the file of that index into `args`, a value of the shape, and gives the path from there to it and what is
    /// declared of it. None where the steps lead to no upload, or to one that is there already; `args` are as they were.
    pub(crate) fn put_file<'p>(
        &'p self,
        shape: ShapeId,
        args: &mut Value,
        steps: &[PathPart],
        index: usize,
    ) -> Option<(Vec<PathPart>, &'p UploadRule)> {
        let mut path = Vec::with_capacity(steps.len());
        let rule = self.descend(shape, args, steps, index, &mut path)?;
        Some((path, rule))
    }

    fn descend<'p>(
        &'p self,
        shape: ShapeId,
        value: &mut Value,
        steps: &[PathPart],
        index: usize,
        path: &mut Vec<PathPart>,
    ) -> Option<&'p UploadRule> {
        if path.len() > MAX_DEPTH as usize {
            return None;
        }
        match self.node(shape) {
            Node::Nullable(inner) => self.descend(*inner, value, steps, index, path),
            Node::Upload(rule) => {
                if !steps.is_empty() || *value != Value::Null {
                    return None;
                }
                *value = Value::Number(index.to_string());
                Some(rule)
            }
            Node::Union(union) => {
                let arm = match value {
                    Value::List(_) => union.arm_of(Kind::List),
                    Value::Object(members) => match &union.tag {
                        Some(tag) => {
                            let held = members.iter().find(|(name, _)| *name == tag.name)?;
                            tag.arm_of(&scalar(&held.1)?)
                        }
                        None => union.arm_of(Kind::Object),
                    },
                    _ => None,
                };
                self.descend(arm?, value, steps, index, path)
            }
            Node::Struct(rule) => {
                let (name, rest) = key(steps)?;
                let (_, field) = rule.find(&name)?;
                self.put_in_member(field.shape, value, name, rest, index, path)
            }
            Node::Map(item) => {
                let (name, rest) = key(steps)?;
                self.put_in_member(*item, value, name, rest, index, path)
            }
            Node::List(rule) => self.put_in_item(|_| Some(rule.item), value, steps, index, path),
            Node::Tuple(items) => self.put_in_item(|at| items.get(at).copied(), value, steps, index, path),
            _ => None,
        }
    }

    fn put_in_member<'p>(
        &'p self,
        shape: ShapeId,
        value: &mut Value,
        name: String,
        rest: &[PathPart],
        index: usize,
        path: &mut Vec<PathPart>,
    ) -> Option<&'p UploadRule> {
        path.push(PathPart::Key(name.clone()));
        within(value, Value::Object(Vec::new()), |value| {
            let Value::Object(members) = value else { return None };
            if let Some((_, held)) = members.iter_mut().find(|(held, _)| *held == name) {
                return self.descend(shape, held, rest, index, path);
            }
            let mut made = Value::Null;
            let rule = self.descend(shape, &mut made, rest, index, path)?;
            members.push((name, made));
            Some(rule)
        })
    }

    fn put_in_item<'p>(
        &'p self,
        shape: impl Fn(usize) -> Option<ShapeId>,
        value: &mut Value,
        steps: &[PathPart],
        index: usize,
        path: &mut Vec<PathPart>,
    ) -> Option<&'p UploadRule> {
        let (PathPart::Index(at), rest) = steps.split_first()? else { return None };
        let shape = shape(*at)?;
        path.push(PathPart::Index(*at));
        within(value, Value::List(Vec::new()), |value| {
            let Value::List(items) = value else { return None };
            let count = items.len();
            if let Some(held) = items.get_mut(*at) {
                return self.descend(shape, held, rest, index, path);
            }
            if *at != count {
                return None;
            }
            let mut made = Value::Null;
            let rule = self.descend(shape, &mut made, rest, index, path)?;
            items.push(made);
            Some(rule)
        })
    }
}

/// Does it in the value, or in `empty` where the value is null; then that takes its place, if it could be done.
fn within<'p>(
    value: &mut Value,
    mut empty: Value,
    put: impl FnOnce(&mut Value) -> Option<&'p UploadRule>,
) -> Option<&'p UploadRule> {
    if *value != Value::Null {
        return put(value);
    }
    let rule = put(&mut empty)?;
    *value = empty;
    Some(rule)
}

/// The first step as a key, and the others.
fn key(steps: &[PathPart]) -> Option<(String, &[PathPart])> {
    let (first, rest) = steps.split_first()?;
    let name = match first {
        PathPart::Key(name) => name.clone(),
        PathPart::Index(index) => index.to_string(),
    };
    Some((name, rest))
}

fn scalar(value: &Value) -> Option<Scalar> {
    match value {
        Value::Null => Some(Scalar::Null),
        Value::Boolean(value) => Some(Scalar::Boolean(*value)),
        Value::Number(_) => value.as_i64().map(Scalar::Integer),
        Value::String(text) => Some(Scalar::String(text.clone())),
        Value::List(_) | Value::Object(_) => None,
    }
}
