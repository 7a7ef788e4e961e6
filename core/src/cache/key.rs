//! What an entry of the origin cache is kept under (STORE-2).

use std::fmt;

use crate::identity::Identity;
use crate::identity::keyring::Keyring;
use crate::identity::mac::{MacKey, write_hex};
use crate::identity::permission_key::permission_key;
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
    /// One caller's, of a context where a member takes the identity: its data may be other once the caller is allowed
    /// something else.
    Taken(&'a Identity),
}

impl<'a> Audience<'a> {
    /// Whose the bundle is of a context that is not public. `is_taken` says whether a member takes the identity.
    #[must_use]
    pub fn of(caller: Option<&'a Identity>, is_taken: bool) -> Self {
        match caller {
            Some(identity) if is_taken => Self::Taken(identity),
            caller => Self::Caller(caller.map(|identity| identity.sub.as_str())),
        }
    }

    pub(crate) fn sub(self) -> Option<&'a str> {
        match self {
            Self::Public => None,
            Self::Caller(sub) => sub,
            Self::Taken(identity) => Some(&identity.sub),
        }
    }

    /// What the caller is allowed, as a key, where the data depend on that.
    pub(crate) fn rights(self) -> Option<String> {
        match self {
            Self::Taken(Identity { permissions, staff, superuser, .. }) => {
                Some(permission_key(permissions, *staff, *superuser))
            }
            Self::Public | Self::Caller(_) => None,
        }
    }

    /// A byte for each of the forms that it has.
    pub(crate) const fn kind(self) -> [u8; 1] {
        [match self {
            Self::Public => 0,
            Self::Caller(None) => 1,
            Self::Caller(Some(_)) => 2,
            Self::Taken(_) => 3,
        }]
    }
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
    /// `params` is the canonical JSON object of the typed params, defaults filled in: `1` and `"1"` differ. `revision` is
    /// that of [`crate::ir::model::Document::revision`].
    #[must_use]
    pub fn entry(&self, context: &str, params: &[u8], revision: &str, audience: Audience<'_>) -> String {
        let text = Self::text(context, params, revision, audience);
        let mut name = String::with_capacity(4 + context.len() + 1 + 64);
        name.push_str("ctx:");
        name.push_str(context);
        name.push(':');
        write_hex(&mut name, &self.0.tag(&text));
        name
    }

    /// What tells an entry from every other: all that its bundle depends on.
    fn text(context: &str, params: &[u8], revision: &str, audience: Audience<'_>) -> Vec<u8> {
        let mut text = Vec::with_capacity(160 + context.len() + params.len());
        text.extend_from_slice(b"{\"c\":");
        canonical::write_string(&mut text, context);
        if let Some(rights) = audience.rights() {
            text.extend_from_slice(b",\"k\":");
            canonical::write_string(&mut text, &rights);
        }
        text.extend_from_slice(b",\"p\":");
        text.extend_from_slice(params);
        text.extend_from_slice(b",\"r\":");
        canonical::write_string(&mut text, revision);
        match audience.sub() {
            _ if audience == Audience::Public => {}
            None => text.extend_from_slice(b",\"u\":null"),
            Some(sub) => {
                text.extend_from_slice(b",\"u\":");
                canonical::write_string(&mut text, sub);
            }
        }
        text.push(b'}');
        text
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
    use crate::identity::keyring::Purpose;
    use crate::identity::settings::{Keyrings, Settings};

    #[test]
    fn a_replaced_secret_names_nothing() {
        let name = |secrets: &[&[u8]]| {
            let settings = Settings { secrets: Some(secrets.to_vec()), ..Settings::default() };
            let rings = Keyrings::build(&settings).expect("good settings");
            let key = CacheKey::of(rings.get(Purpose::Cache).expect("a key of the cache"));
            key.entry("user", b"{}", "0", Audience::Public)
        };
        let (older, newer) = ([1; 32], [2; 32]);
        assert_eq!(name(&[&newer, &older]), name(&[&newer]));
        assert_ne!(name(&[&newer, &older]), name(&[&older]));
    }

    #[test]
    fn types_contexts_revisions_and_callers_have_entries_of_their_own() {
        let key = CacheKey::new(&[7; 32]);
        let nobody = Audience::Caller(None);
        let ada = Identity { sub: "ada".to_owned(), ..Identity::default() };
        let taken = |identity: Identity| key.entry("user", b"{\"user_id\":1}", "0", Audience::Taken(&identity));
        let names = [
            key.entry("user", b"{\"user_id\":1}", "0", nobody),
            key.entry("user", b"{\"user_id\":\"1\"}", "0", nobody),
            key.entry("user", b"{\"user_id\":1}", "1", nobody),
            key.entry("users", b"{\"user_id\":1}", "0", nobody),
            key.entry("user", b"{\"user_id\":1}", "0", Audience::Public),
            key.entry("user", b"{\"user_id\":1}", "0", Audience::Caller(Some(""))),
            key.entry("user", b"{\"user_id\":1}", "0", Audience::Caller(Some("null"))),
            CacheKey::new(&[8; 32]).entry("user", b"{\"user_id\":1}", "0", nobody),
            key.entry("user", b"{\"user_id\":1}", "0", Audience::Caller(Some("ada"))),
            taken(ada.clone()),
            taken(Identity { staff: true, ..ada.clone() }),
            taken(Identity { superuser: true, ..ada.clone() }),
            taken(Identity { permissions: vec!["a.x".to_owned()], ..ada.clone() }),
            taken(Identity { sub: "eve".to_owned(), ..ada.clone() }),
        ];
        let different: std::collections::BTreeSet<&String> = names.iter().collect();
        assert_eq!(different.len(), names.len());
        assert!(names[0].starts_with("ctx:user:") && names[0].len() == 9 + 64, "{}", names[0]);
    }
}
