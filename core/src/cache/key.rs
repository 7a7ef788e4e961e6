//! What an entry of the origin cache is kept under (STORE-2).

use std::fmt;

use crate::identity::keyring::Keyring;
use crate::identity::mac::{MacKey, write_hex};
use crate::value::canonical;

/// The key that turns what a bundle depends on into its name in a store. Who reads the store learns nothing from the
/// name, and who does not hold the key cannot foretell it.
#[derive(Clone)]
pub struct CacheKey(MacKey);

/// Whose bundle it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience<'a> {
    /// Everybody's: the context is declared public.
    Public,
    /// One caller's, or that of all callers without identity.
    Caller(Option<&'a str>),
}

impl CacheKey {
    /// From 32 bytes, as the keyring derives them.
    #[must_use]
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(MacKey::new(secret))
    }

    /// The first key of the cache's keyring. The others are for nothing: an entry under an older key is a miss.
    #[must_use]
    pub fn of(keyring: &Keyring) -> Self {
        Self(keyring.first().mac().clone())
    }

    /// The key that signs what is kept, so that nobody who can only write to the store makes a reply. Names and
    /// signatures are made with keys that differ.
    #[must_use]
    pub fn sealing_key(&self) -> [u8; 32] {
        self.0.tag(b"mizan/v1/entry")
    }

    /// The name of an entry: `ctx:{context}:` and 64 hexadecimal digits.
    ///
    /// `params` is the canonical JSON object of the typed params, defaults filled in: `1` and `"1"` differ.
    #[must_use]
    pub fn entry(&self, context: &str, params: &[u8], rev: u32, audience: Audience<'_>) -> String {
        let mut text = Vec::with_capacity(64 + context.len() + params.len());
        text.extend_from_slice(b"{\"c\":");
        canonical::write_string(&mut text, context);
        text.extend_from_slice(b",\"p\":");
        text.extend_from_slice(params);
        text.extend_from_slice(b",\"r\":");
        canonical::write_integer(&mut text, i64::from(rev));
        match audience {
            Audience::Public => {}
            Audience::Caller(None) => text.extend_from_slice(b",\"u\":null"),
            Audience::Caller(Some(sub)) => {
                text.extend_from_slice(b",\"u\":");
                canonical::write_string(&mut text, sub);
            }
        }
        text.push(b'}');
        let mut name = String::with_capacity(4 + context.len() + 1 + 64);
        name.push_str("ctx:");
        name.push_str(context);
        name.push(':');
        write_hex(&mut name, &self.0.tag(&text));
        name
    }
}

impl fmt::Debug for CacheKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("CacheKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_contexts_revisions_and_callers_have_entries_of_their_own() {
        let key = CacheKey::new(&[7; 32]);
        let nobody = Audience::Caller(None);
        let names = [
            key.entry("user", b"{\"user_id\":1}", 0, nobody),
            key.entry("user", b"{\"user_id\":\"1\"}", 0, nobody),
            key.entry("user", b"{\"user_id\":1}", 1, nobody),
            key.entry("users", b"{\"user_id\":1}", 0, nobody),
            key.entry("user", b"{\"user_id\":1}", 0, Audience::Public),
            key.entry("user", b"{\"user_id\":1}", 0, Audience::Caller(Some(""))),
            key.entry("user", b"{\"user_id\":1}", 0, Audience::Caller(Some("null"))),
            CacheKey::new(&[8; 32]).entry("user", b"{\"user_id\":1}", 0, nobody),
        ];
        let different: std::collections::BTreeSet<&String> = names.iter().collect();
        assert_eq!(different.len(), names.len());
        assert!(names[0].starts_with("ctx:user:") && names[0].len() == 9 + 64, "{}", names[0]);
    }
}
