//! Targets as JSON between programs. Unlike those of a reply's body (INV-5) they say whose an identity's are.

use std::fmt;

use super::target::{Params, Target};
use crate::registry::names::{is_dotted, is_name};
use crate::value::canonical::{self, Numbers};
use crate::value::{Value, json};

/// The text is no list of targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoTargets;

impl fmt::Display for NoTargets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(
            "expected a list of targets: objects of \"context\", and maybe \"function\", \"params\" and \"sub\"",
        )
    }
}

impl std::error::Error for NoTargets {}

/// Reads a JSON list of targets. Names have to be names (NAME-1), and params scalars or lists of scalars (NAME-5).
pub fn read(text: &[u8]) -> Result<Vec<Target>, NoTargets> {
    let value = json::parse(text).map_err(|_| NoTargets)?;
    value.as_list().ok_or(NoTargets)?.iter().map(|value| target(value).ok_or(NoTargets)).collect()
}

/// Appends the list, canonical, in the order given.
pub fn write(targets: &[Target], out: &mut Vec<u8>) {
    out.push(b'[');
    for (index, target) in targets.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        target.write(out);
        if let Some(sub) = &target.sub {
            out.pop();
            out.extend_from_slice(b",\"sub\":");
            canonical::write_string(out, sub);
            out.push(b'}');
        }
    }
    out.push(b']');
}

fn target(value: &Value) -> Option<Target> {
    let mut target = Target::broad(value.get("context")?.as_str().filter(|name| is_name(name))?);
    for (key, value) in value.as_object()? {
        match key.as_str() {
            "context" => {}
            "function" => target.function = Some(value.as_str().filter(|name| is_dotted(name))?.to_owned()),
            "sub" => target.sub = Some(value.as_str()?.to_owned()),
            "params" => target.params = params(value)?,
            _ => return None,
        }
    }
    Some(target)
}

fn params(value: &Value) -> Option<Params> {
    let scalar = |value: &Value| !matches!(value, Value::Null | Value::List(_) | Value::Object(_));
    let entries = value.as_object()?.iter().map(|(name, value)| {
        let fits = match value {
            Value::List(items) => items.iter().all(scalar),
            value => scalar(value) || *value == Value::Null,
        };
        let text = value.to_canonical(Numbers::Float).ok().filter(|_| fits && is_name(name))?;
        Some((name.clone(), String::from_utf8(text).ok()?))
    });
    Some(Params::new(entries.collect::<Option<Vec<_>>>()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let text = br#"[{"context":"inbox","sub":"ada"},{"context":"user","function":"shop.items","params":{"ids":[1,2],"q":null}}]"#;
        let targets = read(text).unwrap();
        assert_eq!(targets.first().and_then(|target| target.sub.as_deref()), Some("ada"));
        let mut out = Vec::new();
        write(&targets, &mut out);
        assert_eq!(out, text);
    }

    #[test]
    fn what_is_no_target_is_refused() {
        for text in [
            "{}",
            "[0]",
            "[{}]",
            r#"[{"context":"User"}]"#,
            r#"[{"context":"user","function":""}]"#,
            r#"[{"context":"user","params":[]}]"#,
            r#"[{"context":"user","params":{"Q":1}}]"#,
            r#"[{"context":"user","params":{"q":{}}}]"#,
            r#"[{"context":"user","params":{"q":[null]}}]"#,
            r#"[{"context":"user","params":{"q":1e400}}]"#,
            r#"[{"context":"user","sub":5}]"#,
            r#"[{"context":"user","more":1}]"#,
        ] {
            assert_eq!(read(text.as_bytes()), Err(NoTargets), "{text}");
        }
    }
}
