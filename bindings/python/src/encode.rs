//! Results to checked canonical text in one pass, where a function's result is plain; by Pydantic where it is not.
//!
//! [`Plan`] says what is expected at each position of a result, by exact class: it is made once, of what Python knows of
//! the result's type and what the core's shape says of it. At run time whatever is anything else goes to Pydantic's
//! encoder, whose text the core then checks.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

use mizan_core::ir::model::Scalar;
use mizan_core::ir::program::{Plain, ShapeId, Source, Unfit};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple, PyType};

use crate::application::Frozen;
use crate::plan::{Holder, Member, Node, NodeId, Plan};

/// The result of a function as canonical text that its shape has checked.
#[pyclass(frozen, module = "mizan._core")]
pub(crate) struct Checked {
    pub(crate) text: Vec<u8>,
}

#[pymethods]
impl Checked {
    /// The text.
    fn text<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.text)
    }
}

/// Prints the results of one function.
#[pyclass(frozen, module = "mizan._core")]
pub(crate) struct Encoder {
    app: Arc<Frozen>,
    shape: ShapeId,
    /// None where the result is not plain.
    plan: Option<Plan>,
    /// Pydantic's encoder: from a value to JSON text.
    general: Py<PyAny>,
    /// How long the last text was.
    length: AtomicUsize,
}

impl Encoder {
    pub(crate) fn new(app: &Arc<Frozen>, shape: ShapeId, plan: Option<Plan>, general: Py<PyAny>) -> Self {
        Self { app: Arc::clone(app), shape, plan, general, length: AtomicUsize::new(0) }
    }

    fn checked(&self, py: Python<'_>, result: &Bound<'_, PyAny>) -> Option<Vec<u8>> {
        let plan = self.plan.as_ref()?;
        let mut text = Vec::with_capacity(self.length.load(Relaxed) + 16);
        let program = self.app.core().program();
        let held = Held { object: result.clone(), node: plan.root };
        // A panic of the core is no reason to fail: the long way is still there.
        catch_unwind(AssertUnwindSafe(|| program.encode(self.shape, &Objects { py, plan }, &held, &mut text)))
            .ok()?
            .ok()?;
        self.length.store(text.len(), Relaxed);
        Some(text)
    }
}

#[pymethods]
impl Encoder {
    /// Whether results are plain by their type, so that Pydantic is needed for none that fits.
    #[getter]
    fn is_plain(&self) -> bool {
        self.plan.is_some()
    }

    /// The text of a result: `Checked`, or as bytes what the core has yet to check.
    pub(crate) fn encode<'py>(&self, py: Python<'py>, result: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        match self.checked(py, result) {
            Some(text) => Ok(Bound::new(py, Checked { text })?.into_any()),
            None => self.general.bind(py).call1((result,)),
        }
    }
}

/// A value of Python where the plan has a node.
struct Held<'py> {
    object: Bound<'py, PyAny>,
    node: NodeId,
}

/// What holds the members of a struct that is being read.
struct Opened<'py, 'n> {
    holder: Bound<'py, PyAny>,
    is_dict: bool,
    /// Whether there are as many members as fields, so that without one of them there would be one that is none.
    whole: bool,
    members: &'n [Member],
}

struct Objects<'py, 'p> {
    py: Python<'py>,
    plan: &'p Plan,
}

impl<'py, 'p> Objects<'py, 'p> {
    fn node(&self, held: &Held<'py>) -> Result<&'p Node, Unfit> {
        self.plan.node(held.node).ok_or(Unfit)
    }

    fn takes(&self, node: NodeId, object: &Bound<'py, PyAny>) -> bool {
        let is = |class: &Py<PyType>| object.get_type_ptr() == class.as_ptr().cast();
        match self.plan.node(node) {
            Some(Node::Null) => object.is_none(),
            Some(Node::Boolean) => object.is_exact_instance_of::<PyBool>(),
            Some(Node::Integer) => object.is_exact_instance_of::<PyInt>(),
            Some(Node::Number) => object.is_exact_instance_of::<PyFloat>(),
            Some(Node::Text) => object.is_exact_instance_of::<PyString>(),
            Some(Node::Literal(scalars)) => scalar(object).is_some_and(|found| scalars.contains(&found)),
            Some(Node::Printed { class, .. } | Node::Enum { class, .. }) => is(class),
            Some(Node::List(_)) => object.is_exact_instance_of::<PyList>(),
            Some(Node::Sequence(_) | Node::Tuple(_)) => object.is_exact_instance_of::<PyTuple>(),
            Some(Node::Map(_)) => object.is_exact_instance_of::<PyDict>(),
            Some(Node::Struct { holder, .. }) => match holder {
                Holder::Dict => object.is_exact_instance_of::<PyDict>(),
                Holder::Attributes(class) | Holder::Namespace { class, .. } => is(class),
            },
            Some(Node::Nullable(_) | Node::Union(_)) | None => false,
        }
    }
}

/// A value that a literal may have.
pub(crate) fn scalar(object: &Bound<'_, PyAny>) -> Option<Scalar> {
    if object.is_none() {
        Some(Scalar::Null)
    } else if let Ok(text) = object.cast_exact::<PyString>() {
        text.to_str().ok().map(|text| Scalar::String(text.to_owned()))
    } else if let Ok(boolean) = object.cast_exact::<PyBool>() {
        Some(Scalar::Boolean(boolean.is_true()))
    } else if object.is_exact_instance_of::<PyInt>() {
        object.extract().ok().map(Scalar::Integer)
    } else {
        None
    }
}

fn borrowed(scalar: &Scalar) -> Plain<'_> {
    match scalar {
        Scalar::Null => Plain::Null,
        Scalar::Boolean(value) => Plain::Boolean(*value),
        Scalar::Integer(value) => Plain::Integer(*value),
        Scalar::String(text) => Plain::String(text),
    }
}

impl<'py, 'p> Source for Objects<'py, 'p> {
    type Value = Held<'py>;
    type Object = Opened<'py, 'p>;

    fn boolean(&self, value: &Held<'py>) -> Result<bool, Unfit> {
        value.object.cast_exact::<PyBool>().map(PyBoolMethods::is_true).map_err(|_| Unfit)
    }

    fn integer(&self, value: &Held<'py>) -> Result<i64, Unfit> {
        let integer = value.object.cast_exact::<PyInt>().map_err(|_| Unfit)?;
        integer.extract().map_err(|_| Unfit)
    }

    fn number(&self, value: &Held<'py>) -> Result<f64, Unfit> {
        value.object.cast_exact::<PyFloat>().map(PyFloatMethods::value).map_err(|_| Unfit)
    }

    fn text<T>(&self, value: &Held<'py>, take: impl FnOnce(&str) -> T) -> Result<T, Unfit> {
        if let Node::Printed { class, method } = self.node(value)? {
            if value.object.get_type_ptr() != class.as_ptr().cast() {
                return Err(Unfit);
            }
            let printed = value.object.call_method0(method.bind(self.py)).map_err(|_| Unfit)?;
            return Ok(take(printed.cast_exact::<PyString>().map_err(|_| Unfit)?.to_str().map_err(|_| Unfit)?));
        }
        Ok(take(value.object.cast_exact::<PyString>().map_err(|_| Unfit)?.to_str().map_err(|_| Unfit)?))
    }

    fn plain<T>(&self, value: &Held<'py>, take: impl FnOnce(Plain<'_>) -> T) -> Result<T, Unfit> {
        match self.node(value)? {
            Node::Enum { members, .. } => {
                // Each member of an enum is one object.
                let found = members.iter().find(|(member, _)| value.object.is(member));
                found.map(|(_, scalar)| take(borrowed(scalar))).ok_or(Unfit)
            }
            Node::Literal(_) | Node::Null => scalar(&value.object).map(|scalar| take(borrowed(&scalar))).ok_or(Unfit),
            _ => Err(Unfit),
        }
    }

    fn present(&self, value: &Held<'py>) -> Result<Option<Held<'py>>, Unfit> {
        let Node::Nullable(inner) = self.node(value)? else { return Err(Unfit) };
        Ok((!value.object.is_none()).then(|| Held { object: value.object.clone(), node: *inner }))
    }

    fn arm(&self, value: &Held<'py>) -> Result<(usize, Held<'py>), Unfit> {
        let Node::Union(choices) = self.node(value)? else { return Err(Unfit) };
        let mut taking = choices.iter().filter(|(_, node)| self.takes(*node, &value.object));
        match (taking.next(), taking.next()) {
            (Some((arm, node)), None) => Ok((*arm, Held { object: value.object.clone(), node: *node })),
            _ => Err(Unfit),
        }
    }

    fn length(&self, list: &Held<'py>) -> Result<usize, Unfit> {
        match self.node(list)? {
            Node::List(_) => list.object.cast_exact::<PyList>().map(PyListMethods::len).map_err(|_| Unfit),
            Node::Sequence(_) | Node::Tuple(_) => {
                list.object.cast_exact::<PyTuple>().map(PyTupleMethods::len).map_err(|_| Unfit)
            }
            _ => Err(Unfit),
        }
    }

    fn item(&self, list: &Held<'py>, index: usize) -> Result<Held<'py>, Unfit> {
        let (item, node) = match self.node(list)? {
            Node::List(node) => (list.object.cast_exact::<PyList>().map_err(|_| Unfit)?.get_item(index), Some(node)),
            Node::Sequence(node) => {
                (list.object.cast_exact::<PyTuple>().map_err(|_| Unfit)?.get_item(index), Some(node))
            }
            Node::Tuple(nodes) => {
                (list.object.cast_exact::<PyTuple>().map_err(|_| Unfit)?.get_item(index), nodes.get(index))
            }
            _ => return Err(Unfit),
        };
        Ok(Held { object: item.map_err(|_| Unfit)?, node: *node.ok_or(Unfit)? })
    }

    fn object(&self, value: &Held<'py>) -> Result<Opened<'py, 'p>, Unfit> {
        let Node::Struct { holder, members } = self.node(value)? else { return Err(Unfit) };
        let opened = match holder {
            Holder::Attributes(class) | Holder::Namespace { class, .. }
                if value.object.get_type_ptr() != class.as_ptr().cast() =>
            {
                return Err(Unfit);
            }
            Holder::Attributes(_) => Opened { holder: value.object.clone(), is_dict: false, whole: true, members },
            Holder::Namespace { slot, .. } => {
                let names = match slot {
                    Some(slot) => slot.read(&value.object),
                    None => value.object.getattr(intern!(self.py, "__dict__")),
                };
                let names = names.map_err(|_| Unfit)?;
                names.cast_exact::<PyDict>().map_err(|_| Unfit)?;
                Opened { holder: names, is_dict: true, whole: true, members }
            }
            Holder::Dict => {
                let dict = value.object.cast_exact::<PyDict>().map_err(|_| Unfit)?;
                // A key that is no field is for the long way.
                let whole = dict.len() == members.len();
                if !whole {
                    let present = members.iter().filter(|member| dict.contains(&member.name).unwrap_or(false)).count();
                    if present != dict.len() {
                        return Err(Unfit);
                    }
                }
                Opened { holder: value.object.clone(), is_dict: true, whole, members }
            }
        };
        Ok(opened)
    }

    fn member(&self, object: &Opened<'py, 'p>, field: usize) -> Result<Option<Held<'py>>, Unfit> {
        let Member { name, node, slot } = object.members.get(field).ok_or(Unfit)?;
        if let Some(slot) = slot {
            return Ok(Some(Held { object: slot.read(&object.holder).map_err(|_| Unfit)?, node: *node }));
        }
        let name = name.bind(self.py);
        let found = if object.is_dict {
            object.holder.cast_exact::<PyDict>().map_err(|_| Unfit)?.get_item(name).map_err(|_| Unfit)?
        } else {
            Some(object.holder.getattr(name).map_err(|_| Unfit)?)
        };
        match found {
            Some(found) => Ok(Some(Held { object: found, node: *node })),
            None if object.whole => Err(Unfit),
            None => Ok(None),
        }
    }

    fn entries(&self, map: &Held<'py>) -> Result<Vec<(String, Held<'py>)>, Unfit> {
        let Node::Map(node) = self.node(map)? else { return Err(Unfit) };
        let dict = map.object.cast_exact::<PyDict>().map_err(|_| Unfit)?;
        let entry = |(key, value): (Bound<'py, PyAny>, Bound<'py, PyAny>)| {
            let key = key.cast_exact::<PyString>().map_err(|_| Unfit)?.to_str().map_err(|_| Unfit)?.to_owned();
            Ok((key, Held { object: value, node: *node }))
        };
        dict.iter().map(entry).collect()
    }
}
