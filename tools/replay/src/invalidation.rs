//! Cases of invalidation: scopes, and the header both ways.

use mizan_core::error::code::ErrorCode;
use mizan_core::error::detail::PathPart;
use mizan_core::invalidation::header_parse::{self, Purge};
use mizan_core::invalidation::scope::{self, Computed};
use mizan_core::invalidation::target::normalize;
use mizan_core::invalidation::{header_format, target_json};
use mizan_core::ir::program::Direction;
use mizan_core::registry::Application;
use mizan_core::value::{Value, json};

use crate::case::{Case, Refused, object, string};

type Answer = Result<Vec<u8>, Refused>;

/// `application`, `fn`, `args` and `sub` → `targets`.
pub(crate) fn scope(case: &Case<'_>) -> Answer {
    let application = Application::build(case.raw("application")?).map_err(|error| Refused::build(&error))?;
    let index = application.function_index(&case.text("fn")?).ok_or_else(|| Refused::code(ErrorCode::NotFound))?;
    let (_, frozen) = application.function(index).ok_or_else(Refused::malformed)?;
    let mut args = Vec::new();
    let root = [PathPart::Key("args".to_owned())];
    application.program().transcode(frozen.input, case.raw("args")?, Direction::Input, &root, &mut args)?;
    let sub = match case.find("sub") {
        None | Some(b"null") => None,
        Some(_) => Some(case.text("sub")?),
    };
    let scoped = scope::scope(&application, index, &args, sub.as_deref(), &Computed::default());
    let mut targets = Vec::new();
    target_json::write(&scoped.targets, &mut targets);
    Ok(object("targets", &targets))
}

/// `targets` → `text`.
pub(crate) fn header_format(case: &Case<'_>) -> Answer {
    let targets = target_json::read(case.raw("targets")?).map_err(|_| Refused::malformed())?;
    Ok(object("text", &string(&header_format::format(&normalize(targets)))))
}

/// `lines` → `targets`, or `"*"` for everything (HDR-7); what is no RFC 9651 List is refused (HDR-6).
pub(crate) fn header_parse(case: &Case<'_>) -> Answer {
    let lines: Vec<String> = case
        .items("lines")?
        .into_iter()
        .map(|line| match json::parse(line) {
            Ok(Value::String(text)) => Ok(text),
            _ => Err(Refused::malformed()),
        })
        .collect::<Result<_, _>>()?;
    let lines: Vec<&[u8]> = lines.iter().map(String::as_bytes).collect();
    let mut targets = Vec::new();
    match header_parse::parse(&lines) {
        Ok(Purge::Targets(found)) => target_json::write(&found, &mut targets),
        Ok(Purge::Everything) => targets = string(header_format::EVERYTHING),
        Err(_) => return Err(Refused::malformed()),
    }
    Ok(object("targets", &targets))
}
