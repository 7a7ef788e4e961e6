//! Who has which exported name. Values and types share one table, because `index.ts` exports them side by side.

use std::collections::HashMap;

use crate::Refusal;
use crate::names::{is_reserved_type, is_reserved_value};
use crate::places::Places;

/// The names taken so far, and what took each.
#[derive(Default)]
pub(super) struct Claims(HashMap<String, String>);

impl Claims {
    /// Takes the name of a value, with an underscore where it is reserved; refused where another value has it.
    pub(super) fn claim_value(
        &mut self,
        name: &mut String,
        subject: &str,
        what: String,
        places: &Places,
    ) -> Result<(), Refusal> {
        if is_reserved_value(name) {
            name.push('_');
        }
        if let Some(other) = self.0.get(name) {
            return Err(Refusal {
                place: places.of(subject).cloned(),
                subject: subject.to_owned(),
                problem: format!("{what} would be `{name}` in TypeScript, and so would {other}"),
                help: "rename one of them on the server".to_owned(),
            });
        }
        self.0.insert(name.clone(), what);
        Ok(())
    }

    /// Takes the name of a type, with as many underscores as it takes to be free.
    pub(super) fn claim_free(&mut self, name: &str) -> String {
        let mut free = name.to_owned();
        while is_reserved_type(&free) || self.0.contains_key(&free) {
            free.push('_');
        }
        self.0.insert(free.clone(), String::new());
        free
    }
}
