//! Cases of what is derived from the IR: the edge manifest, the `OpenAPI` export, the check of compatibility.

use mizan_core::ir::kdl_read;
use mizan_core::ir::model::Document;
use mizan_core::registry::Application;
use mizan_core::{compatibility, manifest, openapi};

use crate::case::{Case, Refused, object, string};

type Answer = Result<Vec<u8>, Refused>;

/// `application` → `text`.
pub(crate) fn manifest(case: &Case<'_>) -> Answer {
    Ok(object("text", &string(&manifest::of_application(&application(case)?))))
}

/// `application` → `text`.
pub(crate) fn openapi(case: &Case<'_>) -> Answer {
    Ok(object("text", &string(&openapi::of_application(&application(case)?, openapi::TITLE))))
}

/// `old` and `new` → `breaks`, each with its `rule` and `path`.
pub(crate) fn compat(case: &Case<'_>) -> Answer {
    let document = |name| -> Result<Document, Refused> {
        kdl_read::read(&case.text(name)?).map_err(|error| Refused::build(&error))
    };
    let mut breaks = vec![b'['];
    for found in compatibility::check(&document("old")?, &document("new")?) {
        if breaks.len() > 1 {
            breaks.push(b',');
        }
        breaks.extend_from_slice(b"{\"path\":");
        breaks.extend(string(&found.path));
        breaks.extend_from_slice(b",\"rule\":");
        breaks.extend(string(found.rule.name()));
        breaks.push(b'}');
    }
    breaks.push(b']');
    Ok(object("breaks", &breaks))
}

fn application(case: &Case<'_>) -> Result<Application, Refused> {
    Application::build(case.raw("application")?).map_err(|error| Refused::build(&error))
}
