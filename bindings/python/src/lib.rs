//! The native half of the Python package: the core's application and exchange, as handles, bytes and flat scalars.
//!
//! It decides nothing. [`application`] holds the frozen application, [`exchange`] walks one request, [`arguments`]
//! makes Python objects of checked text, [`beyond`] finds what Python has none for, [`encode`] prints what functions return by a [`plan`], [`slots`] reads fields of
//! classes with `__slots__` for it, [`first_step`] begins async functions, [`bell`] wakes event loops, and [`outcome`] reads
//! what Python hands back. [`late`] is what outlives it. [`values`] and [`invalidation`] are parts of the core by themselves, [`identity`] is its keys
//! and tokens, and [`refusal`] is how they say no. [`cache`] is the runtime's cache by itself, and
//! [`token_desk`] hands tokens out. The interface stands in `python/mizan/_core.pyi`.

mod application;
mod arguments;
mod bell;
mod beyond;
mod cache;
mod encode;
mod exchange;
mod first_step;
mod headers;
mod identity;
mod invalidation;
mod late;
mod outcome;
mod plan;
mod refusal;
mod slots;
mod token_desk;
mod values;

use pyo3::prelude::*;

/// The version of this interface. The Python half compares it when it is imported.
const CONTRACT: u32 = 14;

#[pymodule]
mod _core {
    use pyo3::prelude::*;

    #[pymodule_export]
    use super::application::Application;
    #[pymodule_export]
    use super::bell::Bell;
    #[pymodule_export]
    use super::cache::{Cache, Fill, Hold};
    #[pymodule_export]
    use super::encode::{Checked, Encoder};
    #[pymodule_export]
    use super::exchange::Exchange;
    #[pymodule_export]
    use super::first_step::{Begun, Runner};
    #[pymodule_export]
    use super::identity::{Keyrings, Origins, hmac_sha256, permission_key_of, rotate};
    #[pymodule_export]
    use super::invalidation::{format_targets, parse_targets};
    #[pymodule_export]
    use super::late::{Deferred, Late};
    #[pymodule_export]
    use super::refusal::Refused;
    #[pymodule_export]
    use super::run_command_line;
    #[pymodule_export]
    use super::token_desk::{Presented, TokenDesk};
    #[pymodule_export]
    use super::values::{Schema, canonical_json, check_json, find_breaks, rewrite_ir};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("MAX_DETAILS", mizan_core::error::detail::MAX_DETAILS)?;
        module.add("TOKEN_LIVES", super::identity::lives())?;
        module.add("TOKEN_LEEWAY", mizan_core::identity::token::LEEWAY)?;
        module.add("CONTRACT", super::CONTRACT)
    }
}

/// Runs the `mizan` command; the exit status. `emit_ir` runs `mizan ir`, which needs the interpreter.
#[pyfunction]
#[expect(clippy::needless_pass_by_value, reason = "arguments from Python are owned")]
fn run_command_line(py: Python<'_>, arguments: Vec<String>, emit_ir: Py<PyAny>) -> i32 {
    let emit = |rest: &[String]| {
        Python::attach(|py| match emit_ir.call1(py, (rest.to_vec(),)).and_then(|status| status.extract(py)) {
            Ok(status) => status,
            Err(error) => {
                error.print(py);
                1
            }
        })
    };
    py.detach(|| mizan_codegen::command_line::run(arguments.into_iter(), Some(&emit)))
}
