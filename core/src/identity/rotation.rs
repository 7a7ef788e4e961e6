//! What becomes of a refresh token: it works once, and its second use ends its family (TOK-13 to TOK-15).
//!
//! The store holds one text for a family: which token of it is the next to be used, or that there is none any more. This
//! file decides; whoever calls it reads the text, and writes what is decided only if the text is still the one it read.

use std::fmt::Write as _;

/// The start of the text of a family that lives; the `jti` of the token that may be used follows.
const LIVE: &str = "live:";

/// The text of a family that has ended. It stays until no token of the family could be valid.
pub const REVOKED: &str = "revoked";

/// What to do with a refresh token that verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Hand out its successor. The text is to become this one, if it is still the one that was read; if it is not, another
    /// use of the token came first: read it again and decide again.
    Rotate(String),
    /// It was used before: refuse it, and write [`REVOKED`] whatever stands there now.
    Revoke,
    /// Its family has ended, or nothing is known of it: refuse it.
    Refuse,
}

/// The store's name for a family: 32 hexadecimal digits, whatever the family's text holds.
#[must_use]
pub fn key(fam: &str) -> String {
    let digest = <sha2::Sha256 as sha2::Digest>::digest(fam.as_bytes());
    let mut out = String::from("refresh:");
    super::mac::write_hex(&mut out, digest.get(..16).unwrap_or_default());
    out
}

/// The text of a family whose next token has this `jti`: what is written when its first token is handed out.
#[must_use]
pub fn live(jti: &str) -> String {
    let mut text = String::with_capacity(LIVE.len() + jti.len());
    // Writing to a String does not fail.
    let _ = write!(text, "{LIVE}{jti}");
    text
}

/// Decides on the token `jti` of a family by what the store holds of it. `successor` is the `jti` of the token that would
/// follow. A store that forgot a family refuses its tokens: that a token was used before could no longer be seen.
#[must_use]
pub fn decide(stored: Option<&str>, jti: &str, successor: &str) -> Decision {
    match stored.map(|text| text.strip_prefix(LIVE)) {
        Some(Some(next)) if next == jti => Decision::Rotate(live(successor)),
        Some(Some(_)) => Decision::Revoke,
        Some(None) | None => Decision::Refuse,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_works_once_and_its_second_use_ends_the_family() {
        let mut store = live("1");
        let Decision::Rotate(next) = decide(Some(&store), "1", "2") else { panic!("the first use") };
        store = next;
        assert_eq!(store, "live:2");
        assert_eq!(decide(Some(&store), "1", "3"), Decision::Revoke, "the second use");
        store = REVOKED.to_owned();
        assert_eq!(decide(Some(&store), "2", "3"), Decision::Refuse, "the successor ends with it");
        assert_eq!(decide(Some(&store), "1", "3"), Decision::Refuse);
    }

    #[test]
    fn what_the_store_forgot_is_refused() {
        assert_eq!(decide(None, "1", "2"), Decision::Refuse);
        assert_eq!(decide(Some(""), "1", "2"), Decision::Refuse);
        assert_eq!(decide(Some("rubbish"), "rubbish", "2"), Decision::Refuse);
    }

    #[test]
    fn a_jti_that_reads_like_a_state_is_none() {
        assert_eq!(decide(Some(&live("revoked")), "revoked", "2"), Decision::Rotate("live:2".to_owned()));
        assert_eq!(decide(Some(REVOKED), "revoked", "2"), Decision::Refuse);
        assert_eq!(decide(Some(&live("live:1")), "1", "2"), Decision::Revoke);
    }

    #[test]
    fn a_family_is_one_name_in_the_store_whatever_it_holds() {
        for fam in ["", "a", "a}b\r\n*", &"f".repeat(9000)] {
            let key = key(fam);
            assert_eq!(key.len(), "refresh:".len() + 32, "{fam}");
            assert!(key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b':'));
        }
        assert_ne!(key("a"), key("b"));
    }
}
