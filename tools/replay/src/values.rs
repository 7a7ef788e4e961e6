//! Cases of values: JSON texts, and values against a JSON Schema.

use mizan_core::error::code::ErrorCode;
use mizan_core::error::detail::PathPart;
use mizan_core::ir::compiled::CompiledSchema;
use mizan_core::ir::program::Refusal;
use mizan_core::value::canonical::{self, Numbers};
use mizan_core::value::json;

use crate::case::{Case, Refused, hex, object};

type Answer = Result<Vec<u8>, Refused>;

/// `hex` and `numbers` → `hex`.
pub(crate) fn canonical_json(case: &Case<'_>) -> Answer {
    let numbers = match case.text("numbers")?.as_str() {
        "any" => Numbers::Any,
        "float" => Numbers::Float,
        _ => return Err(Refused::malformed()),
    };
    let text = canonical::canonicalize(&case.bytes("hex")?, numbers).map_err(Refusal::from)?;
    Ok(object("hex", &hex(&text)))
}

/// `hex` → nothing.
pub(crate) fn json_body(case: &Case<'_>) -> Answer {
    json::check(&case.bytes("hex")?).map_err(Refusal::from)?;
    Ok(b"{}".to_vec())
}

/// `schema` and `hex` → `hex`; paths start with `args` (ERR-5).
pub(crate) fn validate(case: &Case<'_>) -> Answer {
    let schema = CompiledSchema::input(&case.value("schema")?).map_err(|error| Refused::build(&error))?;
    Ok(object("hex", &hex(&schema.transcode(&case.bytes("hex")?, &root("args"))?)))
}

/// `schema` and `hex` → `hex`; a result that does not fit is the function's fault (CALL-7).
pub(crate) fn transcode(case: &Case<'_>) -> Answer {
    let schema = CompiledSchema::output(&case.value("schema")?).map_err(|error| Refused::build(&error))?;
    let text = schema.transcode(&case.bytes("hex")?, &[]).map_err(|_| Refused::code(ErrorCode::Internal))?;
    Ok(object("hex", &hex(&text)))
}

/// `schema` and `query` → `params`; paths start with `params` (CTX-11).
pub(crate) fn query_params(case: &Case<'_>) -> Answer {
    let schema = CompiledSchema::params(&case.value("schema")?).map_err(|error| Refused::build(&error))?;
    Ok(object("params", &schema.query(case.text("query")?.as_bytes(), &root("params"))?))
}

fn root(name: &str) -> [PathPart; 1] {
    [PathPart::Key(name.to_owned())]
}
