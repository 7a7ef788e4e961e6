//! The fields of classes with `__slots__`, read without looking their names up again: a result has one class all over.
//!
//! The one `unsafe` of this crate. Python's stable interface has no safe way to a descriptor but by the attribute's name,
//! which takes three times as long.

use std::mem::transmute;

use pyo3::ffi;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyType};

/// Where the instances of a class hold one field.
pub(crate) struct Slot {
    /// A member descriptor.
    descriptor: Py<PyAny>,
    /// What reads it.
    get: ffi::descrgetfunc,
}

impl Slot {
    /// None where the attribute is of another kind, or where the class finds its attributes in a way of its own.
    pub(crate) fn of(class: &Bound<'_, PyType>, name: &Bound<'_, PyString>) -> Option<Self> {
        let py = class.py();
        let finds = intern!(py, "__getattribute__");
        let usual = py.import("builtins").ok()?.getattr("object").ok()?.getattr(finds).ok()?;
        if !class.getattr(finds).ok()?.is(&usual) {
            return None;
        }
        let descriptor = class.getattr(name).ok()?;
        if !descriptor.get_type().is(&py.import("types").ok()?.getattr("MemberDescriptorType").ok()?) {
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
