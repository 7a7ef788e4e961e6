//! The names of types, which clients see too: one of each, whatever is generic in Rust.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

const HELP: &str = "a generic type needs a name for each of its types, such as `#[schemars(rename = \"{T}Page\")]`, and two \
                    types of the same name one of their own, by `#[schemars(rename = \"…\")]`";

/// The types of the functions looked at so far.
#[derive(Default)]
pub(crate) struct TypeNames {
    /// By direction and name: a type that is read may have another schema than where it is written.
    known: BTreeMap<(bool, String), Value>,
}

impl TypeNames {
    /// What is wrong with the names in a schema, and what to do.
    pub(crate) fn look_at(&mut self, schema: &Value, is_input: bool) -> Option<(String, &'static str)> {
        let definitions = schema.get("$defs").and_then(Value::as_object)?;
        for (name, definition) in definitions {
            let base = numbered(name, definitions);
            let held = self.known.entry((is_input, name.clone())).or_insert_with(|| definition.clone());
            if base.is_some() || held != definition {
                return Some((format!("two types are called {:?}", base.unwrap_or(name)), HELP));
            }
        }
        None
    }
}

/// The name that was taken when schemars gave this one a number: that of a type with the same members.
fn numbered<'n>(name: &'n str, definitions: &Map<String, Value>) -> Option<&'n str> {
    let base = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let members = |name: &str| {
        let properties = definitions.get(name)?.get("properties")?.as_object()?;
        Some(properties.keys().cloned().collect::<Vec<_>>())
    };
    (base != name && members(base).is_some() && members(base) == members(name)).then_some(base)
}
