//! Cases of invalidation: scopes, tags of bundles, and the header both ways.

use mizan_core::cache::tags::of_bundle;
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
    let sub = sub(case)?;
    let scoped = scope::scope(&application, index, &args, sub.as_deref(), &Computed::default());
    let mut targets = Vec::new();
    target_json::write(&scoped.targets, &mut targets);
    Ok(object("targets", &targets))
}

fn sub(case: &Case<'_>) -> Result<Option<String>, Refused> {
    match case.find("sub") {
        None | Some(b"null") => Ok(None),
        Some(_) => case.text("sub").map(Some),
    }
}

/// `application`, `context`, `params` and `sub` → `tags`.
pub(crate) fn tags(case: &Case<'_>) -> Answer {
    let application = Application::build(case.raw("application")?).map_err(|error| Refused::build(&error))?;
    let index = application.context_index(&case.text("context")?).ok_or_else(|| Refused::code(ErrorCode::NotFound))?;
    let (context, frozen) = application.context(index).ok_or_else(Refused::malformed)?;
    let mut params = Vec::new();
    let root = [PathPart::Key("params".to_owned())];
    application.program().transcode(frozen.params, case.raw("params")?, Direction::Input, &root, &mut params)?;
    let tags = of_bundle(context, frozen, &params, sub(case)?.as_deref());
    let texts: Vec<Vec<u8>> = tags.iter().map(|tag| string(tag)).collect();
    Ok(object("tags", &[b"[".as_slice(), &texts.join(&b','), b"]"].concat()))
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
