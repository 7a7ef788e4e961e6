//! What each position of a plain result holds in Python, made once of the description that `_plan.py` writes and of the
//! core's shape. Where the two do not agree step by step there is no plan, and Pydantic prints the result.

use std::collections::BTreeMap;

use mizan_core::ir::model::Scalar;
use mizan_core::ir::program::{Outline, Program, ShapeId};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple, PyType};

use crate::slots::Slot;

/// A node of a plan, by its place there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NodeId(usize);

/// What is expected at one position. Classes are exact: what subclasses are printed as is Pydantic's to know.
pub(crate) enum Node {
    Null,
    Boolean,
    Integer,
    Number,
    Text,
    /// What is printed by a method of its own, in a format of the core's.
    Printed {
        class: Py<PyType>,
        method: Py<PyString>,
    },
    Literal(Vec<Scalar>),
    Enum {
        class: Py<PyType>,
        members: Vec<(Py<PyAny>, Scalar)>,
    },
    List(NodeId),
    /// A tuple of any length.
    Sequence(NodeId),
    Tuple(Vec<NodeId>),
    Map(NodeId),
    Struct {
        holder: Holder,
        /// The member for each field of the shape, in its order.
        members: Vec<Member>,
    },
    Nullable(NodeId),
    /// The index of the shape's arm for each choice.
    Union(Vec<(usize, NodeId)>),
}

/// A member of a struct.
pub(crate) struct Member {
    pub name: Py<PyString>,
    pub node: NodeId,
    /// Where it is, in an instance of a class with `__slots__`.
    pub slot: Option<Slot>,
}

/// Where the members of a struct are.
pub(crate) enum Holder {
    /// The object is a dictionary.
    Dict,
    /// The attributes of an instance.
    Attributes(Py<PyType>),
    /// The `__dict__` of an instance.
    Namespace {
        class: Py<PyType>,
        /// Where that is.
        slot: Option<Slot>,
    },
}

/// What is expected at each position of a result.
pub(crate) struct Plan {
    nodes: Vec<Node>,
    pub(crate) root: NodeId,
}

impl Plan {
    /// The plan for results of the shape; none where the description does not go with it.
    pub(crate) fn new(program: &Program, shape: ShapeId, description: &Bound<'_, PyAny>) -> Option<Self> {
        let mut compiler = Compiler { program, nodes: Vec::new(), definitions: None, known: BTreeMap::new() };
        let root = compiler.node(shape, description)?;
        let nodes = compiler.nodes.into_iter().collect::<Option<Vec<_>>>()?;
        Some(Self { nodes, root })
    }

    pub(crate) fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.0)
    }
}

struct Compiler<'p, 'py> {
    program: &'p Program,
    /// None for one that is not finished.
    nodes: Vec<Option<Node>>,
    definitions: Option<Bound<'py, PyDict>>,
    /// The node of each definition at each shape.
    known: BTreeMap<(ShapeId, String), NodeId>,
}

impl<'py> Compiler<'_, 'py> {
    fn node(&mut self, shape: ShapeId, description: &Bound<'py, PyAny>) -> Option<NodeId> {
        let form = description.cast_exact::<PyTuple>().ok()?;
        let kind: String = form.get_item(0).ok()?.extract().ok()?;
        match kind.as_str() {
            "definitions" => {
                self.definitions = Some(form.get_item(1).ok()?.cast_into().ok()?);
                return self.node(shape, &form.get_item(2).ok()?);
            }
            "definition" => {
                let name: String = form.get_item(1).ok()?.extract().ok()?;
                if let Some(known) = self.known.get(&(shape, name.clone())) {
                    return Some(*known);
                }
                let target = self.definitions.as_ref()?.get_item(&name).ok()??;
                let id = self.reserve();
                self.known.insert((shape, name), id);
                return self.fill(id, shape, &target);
            }
            _ => {}
        }
        let id = self.reserve();
        self.fill(id, shape, description)
    }

    fn reserve(&mut self) -> NodeId {
        self.nodes.push(None);
        NodeId(self.nodes.len() - 1)
    }

    fn fill(&mut self, id: NodeId, shape: ShapeId, description: &Bound<'py, PyAny>) -> Option<NodeId> {
        let form = description.cast_exact::<PyTuple>().ok()?;
        let kind: String = form.get_item(0).ok()?.extract().ok()?;
        let part = |index| form.get_item(index).ok();
        let node = match (kind.as_str(), self.program.outline(shape)) {
            ("none", Outline::Choice([Scalar::Null])) => Node::Null,
            ("bool", Outline::Boolean) => Node::Boolean,
            ("int", Outline::Integer) => Node::Integer,
            ("float", Outline::Number) => Node::Number,
            ("str", Outline::Text(_)) => Node::Text,
            ("printed", Outline::Text(Some(_))) => Node::Printed {
                class: part(1)?.cast_into().ok()?.unbind(),
                method: part(2)?.cast_into().ok()?.unbind(),
            },
            ("literal", Outline::Choice(values)) => Node::Literal(values.to_vec()),
            // None among the values of a literal.
            ("literal", Outline::Nullable(inner)) => Node::Nullable(self.node(inner, description)?),
            ("enum", Outline::Choice(_)) => {
                let members = part(2)?.cast_into::<PyList>().ok()?;
                let member = |pair: Bound<'py, PyAny>| {
                    let (member, value): (Bound<'py, PyAny>, Bound<'py, PyAny>) = pair.extract().ok()?;
                    Some((member.unbind(), crate::encode::scalar(&value)?))
                };
                let members = members.iter().map(member).collect::<Option<_>>()?;
                Node::Enum { class: part(1)?.cast_into().ok()?.unbind(), members }
            }
            ("list", Outline::List(item)) => Node::List(self.node(item, &part(1)?)?),
            ("sequence", Outline::List(item)) => Node::Sequence(self.node(item, &part(1)?)?),
            ("tuple", Outline::Tuple(shapes)) => {
                let items = part(1)?.cast_into::<PyList>().ok()?;
                if items.len() != shapes.len() {
                    return None;
                }
                let each = shapes.iter().zip(items.iter()).map(|(shape, item)| self.node(*shape, &item));
                Node::Tuple(each.collect::<Option<_>>()?)
            }
            ("dict", Outline::Map(value)) => Node::Map(self.node(value, &part(1)?)?),
            ("nullable", Outline::Nullable(inner)) => Node::Nullable(self.node(inner, &part(1)?)?),
            ("union", Outline::Union(arms)) => Node::Union(self.choices(arms, &part(1)?.cast_into().ok()?)?),
            ("struct", Outline::Struct(fields)) => {
                let class = part(1)?;
                let holder = match part(2)?.extract::<String>().ok()?.as_str() {
                    "attributes" => Holder::Attributes(class.cast_into().ok()?.unbind()),
                    "namespace" => {
                        let class: Bound<'py, PyType> = class.cast_into().ok()?;
                        let slot = Slot::of(&class, intern!(class.py(), "__dict__"));
                        Holder::Namespace { class: class.unbind(), slot }
                    }
                    _ => Holder::Dict,
                };
                // By the name on the wire: the name in Python and the description.
                let described = part(3)?.cast_into::<PyDict>().ok()?;
                if described.len() != fields.len() {
                    return None;
                }
                let py = described.py();
                let mut members = Vec::with_capacity(fields.len());
                for field in fields {
                    let found = described.get_item(field.name).ok()??;
                    let (name, description): (Bound<'py, PyString>, Bound<'py, PyAny>) = found.extract().ok()?;
                    let name = PyString::intern(py, name.to_str().ok()?).unbind();
                    let slot = match &holder {
                        Holder::Attributes(class) => Slot::of(class.bind(py), name.bind(py)),
                        Holder::Dict | Holder::Namespace { .. } => None,
                    };
                    members.push(Member { name, node: self.node(field.shape, &description)?, slot });
                }
                Node::Struct { holder, members }
            }
            _ => return None,
        };
        *self.nodes.get_mut(id.0)? = Some(node);
        Some(id)
    }

    /// The arm that each choice goes with: the only one that it fits, or the one at the same place.
    fn choices(&mut self, arms: &[ShapeId], choices: &Bound<'py, PyList>) -> Option<Vec<(usize, NodeId)>> {
        let mut found = Vec::with_capacity(choices.len());
        for (place, choice) in choices.iter().enumerate() {
            let mut fitting = Vec::new();
            for (index, arm) in arms.iter().enumerate() {
                let (nodes, known) = (self.nodes.len(), self.known.clone());
                if let Some(node) = self.node(*arm, &choice) {
                    fitting.push((index, node));
                } else {
                    self.nodes.truncate(nodes);
                    self.known = known;
                }
            }
            found.push(match fitting.as_slice() {
                [only] => *only,
                several => *several.iter().find(|(index, _)| *index == place && arms.len() == choices.len())?,
            });
        }
        Some(found)
    }
}
