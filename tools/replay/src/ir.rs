//! Cases of the IR: what an application emits, and what the reader reads.

use mizan_core::ir::{kdl_read, kdl_write};
use mizan_core::registry::Application;

use crate::case::{Case, Refused, object, string};

/// `application` → `text`.
pub(crate) fn emit(case: &Case<'_>) -> Result<Vec<u8>, Refused> {
    let application = Application::build(case.raw("application")?).map_err(|error| Refused::build(&error))?;
    Ok(object("text", &string(application.ir())))
}

/// `text` → `text`, written again.
pub(crate) fn read(case: &Case<'_>) -> Result<Vec<u8>, Refused> {
    let document = kdl_read::read(&case.text("text")?).map_err(|error| Refused::build(&error))?;
    Ok(object("text", &string(&kdl_write::write(&document))))
}
