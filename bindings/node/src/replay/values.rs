//! JSON texts, and values against a JSON Schema.

use mizan_core::compatibility;
use mizan_core::error::detail::PathPart;
use mizan_core::ir::compiled::{CompiledSchema, SchemaError};
use mizan_core::ir::{kdl_read, kdl_write};
use mizan_core::value::Value;
use mizan_core::value::canonical::{self, Numbers, write_string};
use mizan_core::value::json;
use napi::Result;
use napi_derive::napi;

use super::{fine, refused, written};
use crate::keyring::refused as unbuildable;

/// The canonical form of a JSON text (VALUE-1).
#[napi(namespace = "replay", catch_unwind)]
pub(crate) fn canonical_json(text: &[u8], numbers: String) -> Result<String> {
    let numbers = match numbers.as_str() {
        "any" => Numbers::Any,
        "float" => Numbers::Float,
        other => return Err(unbuildable(format!("numbers are \"any\" or \"float\", not {other:?}"))),
    };
    Ok(canonical::canonicalize(text, numbers).map_or_else(refused, written))
}

/// Refuses what is not JSON as the protocol reads it (VALUE-8).
#[napi(namespace = "replay", catch_unwind)]
pub(crate) fn check_json(text: &[u8]) -> String {
    json::check(text).map_or_else(refused, |()| fine(""))
}

/// The IR of a KDL text, written again.
#[napi(namespace = "replay", catch_unwind)]
pub(crate) fn rewrite_ir(text: String) -> Result<String> {
    Ok(kdl_write::write(&kdl_read::read(&text).map_err(unbuildable)?))
}

/// The changes from one IR to another that break deployed clients: a JSON list of a rule and a path for each.
#[napi(namespace = "replay", catch_unwind)]
pub(crate) fn find_breaks(old: String, new: String) -> Result<String> {
    let read = |text: &str| kdl_read::read(text).map_err(unbuildable);
    let mut out = b"[".to_vec();
    for (index, found) in compatibility::check(&read(&old)?, &read(&new)?).iter().enumerate() {
        out.extend_from_slice(if index > 0 { b",[" } else { b"[" });
        write_string(&mut out, found.rule.name());
        out.push(b',');
        write_string(&mut out, &found.path);
        out.push(b']');
    }
    out.push(b']');
    Ok(written(out))
}

/// A JSON Schema, compiled.
#[napi(namespace = "replay")]
pub struct Schema {
    compiled: CompiledSchema,
    root: Vec<PathPart>,
}

#[napi(namespace = "replay")]
impl Schema {
    /// `role` is `input`, `params` or `output`.
    #[napi(constructor, catch_unwind)]
    pub fn new(schema: String, role: String) -> Result<Self> {
        let schema = json::parse(schema.as_bytes()).map_err(unbuildable)?;
        let compile = |compile: fn(&Value) -> std::result::Result<CompiledSchema, SchemaError>, root: &[&str]| {
            let root = root.iter().map(|part| PathPart::Key((*part).to_owned())).collect();
            Ok(Self { compiled: compile(&schema).map_err(unbuildable)?, root })
        };
        match role.as_str() {
            "input" => compile(CompiledSchema::input, &["args"]),
            "params" => compile(CompiledSchema::params, &["params"]),
            "output" => compile(CompiledSchema::output, &[]),
            other => Err(unbuildable(format!("a role is input, params or output, not {other:?}"))),
        }
    }

    /// The canonical form of a JSON text.
    #[napi(catch_unwind)]
    pub fn read(&self, text: &[u8]) -> String {
        self.compiled.transcode(text, &self.root).map_or_else(refused, written)
    }

    /// Canonical JSON of query text.
    #[napi(catch_unwind)]
    pub fn query(&self, query: &[u8]) -> String {
        self.compiled.query(query, &self.root).map_or_else(refused, written)
    }
}
