//! The fields of classes with `__slots__`, and the `__dict__` of others, read without looking their names up again: a
//! result has one class all over.
//!
//! One of two `unsafe` of this crate. Python's stable interface has no safe way to a descriptor but by the attribute's name,
//! which takes three times as long.

use std::mem::transmute;

use pyo3::ffi;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyType};

/// Where the instances of a class hold one field.
pub(crate) struct Slot {
    /// Of the kinds that Python itself makes for slots.
    descriptor: Py<PyAny>,
    /// What reads it.
    get: ffi::descrgetfunc,
}

impl Slot {
    /// None where the attribute is of another kind, or where the class finds its attributes in a way of its own.
    pub(crate) fn of<'py>(class: &Bound<'py, PyType>, name: &Bound<'py, PyString>) -> Option<Self> {
        let py = class.py();
        let finds = intern!(py, "__getattribute__");
        let usual = py.import("builtins").ok()?.getattr("object").ok()?.getattr(finds).ok()?;
        if !class.getattr(finds).ok()?.is(&usual) {
            return None;
        }
        // Classes have attributes of their own kind, such as their `__dict__`: what is for instances stands in those.
        let held = |class: Bound<'py, PyAny>| {
            let names = class.getattr(intern!(py, "__dict__")).ok()?;
            names.get_item(name).ok()
        };
        let descriptor = class.mro().iter().find_map(held)?;
        // An instance has nothing of its own in their stead.
        let types = py.import("types").ok()?;
        let kinds = ["MemberDescriptorType", "GetSetDescriptorType"];
        if !kinds.iter().any(|kind| types.getattr(*kind).is_ok_and(|kind| descriptor.get_type().is(&kind))) {
            return None;
        }
        // SAFETY: the type is alive as long as its descriptor, and a slot of this number is null or such a function.
        #[expect(unsafe_code, reason = "see above")]
        let get = unsafe {
            let slot = ffi::PyType_GetSlot(descriptor.get_type_ptr(), ffi::Py_tp_descr_get);
            if slot.is_null() {
                return None;
            }
            transmute::<*mut std::ffi::c_void, ffi::descrgetfunc>(slot)
        };
        Some(Self { descriptor: descriptor.unbind(), get })
    }

    /// The field of an instance. The descriptor itself sees whether the object is one.
    pub(crate) fn read<'py>(&self, object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        // SAFETY: both objects are alive, the interpreter is attached, and what a descriptor's function gives is a new
        // reference, or null with an exception set.
        #[expect(unsafe_code, reason = "see above")]
        unsafe {
            let found = (self.get)(self.descriptor.as_ptr(), object.as_ptr(), object.get_type_ptr().cast());
            Bound::from_owned_ptr_or_err(object.py(), found)
        }
    }
}
