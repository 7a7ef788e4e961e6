//! The permission key: what an MWT says of its subject's rights, short enough for a header (TOK-12).

use sha2::{Digest, Sha256};

use super::mac::write_hex;
use crate::value::canonical;

/// 32 lower-case hexadecimal digits that any other set of permissions, or other flags, would change. Order and repetition
/// of the permissions do not.
#[must_use]
pub fn permission_key<T: AsRef<str>>(permissions: &[T], staff: bool, superuser: bool) -> String {
    let mut names: Vec<&str> = permissions.iter().map(AsRef::as_ref).collect();
    names.sort_unstable_by(|left, right| canonical::compare_keys(left, right));
    names.dedup();
    let mut text = b"{\"perms\":[".to_vec();
    for (index, name) in names.into_iter().enumerate() {
        if index > 0 {
            text.push(b',');
        }
        canonical::write_string(&mut text, name);
    }
    text.extend_from_slice(if staff { b"],\"staff\":true" } else { b"],\"staff\":false" });
    text.extend_from_slice(if superuser { b",\"super\":true}" } else { b",\"super\":false}" });
    let mut out = String::with_capacity(32);
    write_hex(&mut out, Sha256::digest(&text).get(..16).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::permission_key;

    #[test]
    fn it_is_of_a_set_and_not_of_a_list() {
        let key = permission_key(&["b", "a"], false, false);
        assert_eq!(permission_key(&["a", "b", "a"], false, false), key);
        assert_eq!(key.len(), 32);
    }

    #[test]
    fn separators_within_names_join_nothing() {
        let keys = [
            permission_key(&["a", "b"], false, false),
            permission_key(&["a,b"], false, false),
            permission_key(&["a\",\"b"], false, false),
            permission_key(&["ab"], false, false),
            permission_key(&["a", "b"], true, false),
            permission_key(&["a", "b"], false, true),
            permission_key::<&str>(&[], false, false),
            permission_key(&[""], false, false),
        ];
        let mut unique = keys.to_vec();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), keys.len());
    }
}
