//! What the pins do not say of tokens.

use super::*;
use crate::identity::keyring::{Key, Purpose};
use crate::identity::secret::Secret;

fn ring() -> Keyring {
    let secret = Secret::new(&[1; 32]).unwrap();
    Keyring::new(vec![Key::derived(&secret, Purpose::Mwt)]).unwrap()
}

const GRANTS: [Grant<&str>; 3] = [
    Grant::Mwt { pkey: "p", staff: true, superuser: false },
    Grant::Access { jti: "j", staff: false, superuser: true },
    Grant::Refresh { fam: "f", jti: "j" },
];

#[test]
fn a_minted_token_verifies_as_its_kind_and_as_no_other() {
    let ring = ring();
    for grant in GRANTS {
        let token = mint(&ring, "a", "ada", &grant, 1000, 60).unwrap();
        for kind in Kind::ALL {
            let verified = verify(&ring, kind, "a", token.as_bytes(), 1000, 30);
            if kind == grant.kind() {
                let claims = verified.unwrap();
                assert_eq!((claims.sub.as_str(), claims.issued, claims.expires), ("ada", 1000, 1060));
            } else {
                assert_eq!(verified, Err(Reason::Type), "{grant:?} as {kind:?}");
            }
        }
    }
}

#[test]
fn equal_arguments_give_equal_bytes() {
    for grant in GRANTS {
        let once = mint(&ring(), "a", "ada", &grant, 1000, 60).unwrap();
        assert_eq!(once, mint(&ring(), "a", "ada", &grant, 1000, 60).unwrap());
    }
}

#[test]
fn time_has_a_last_second() {
    let ring = ring();
    let token = mint(&ring, "a", "ada", &GRANTS[0], 1000, 60).unwrap();
    let at = |now, leeway| verify(&ring, Kind::Mwt, "a", token.as_bytes(), now, leeway).map(drop);
    assert_eq!(at(1059, 0), Ok(()));
    assert_eq!(at(1060, 0), Err(Reason::Expired));
    assert_eq!(at(1089, 30), Ok(()));
    assert_eq!(at(1090, 30), Err(Reason::Expired));
    assert_eq!(at(970, 30), Ok(()));
    assert_eq!(at(969, 30), Err(Reason::Early("nbf")));
    assert_eq!(at(i64::MAX, i64::MAX), Ok(()), "nothing overflows");
    assert_eq!(at(i64::MIN, i64::MAX), Err(Reason::Early("nbf")));
}

#[test]
fn a_token_that_nobody_could_use_is_not_minted() {
    let ring = ring();
    let life = |now, life| mint(&ring, "a", "ada", &GRANTS[0], now, life).map(drop);
    assert_eq!(life(0, 1), Ok(()));
    assert_eq!(life(0, 0), Err(MintError::Life));
    assert_eq!(life(0, -1), Err(MintError::Life));
    assert_eq!(life(-1, 10), Err(MintError::Time));
    assert_eq!(life(MAX_SAFE_INTEGER - 1, 1), Ok(()));
    assert_eq!(life(MAX_SAFE_INTEGER, 1), Err(MintError::Time));
    assert_eq!(life(i64::MAX, i64::MAX), Err(MintError::Time));
    let long = "s".repeat(TOKEN_LIMIT);
    assert_eq!(mint(&ring, "a", &long, &GRANTS[0], 0, 1), Err(MintError::TooLong));
}

#[test]
fn a_token_at_the_limit_is_taken_and_one_byte_more_is_not() {
    let ring = ring();
    let of = |length: usize| mint(&ring, "a", &"s".repeat(length), &GRANTS[1], 0, 60);
    let longest = (5000..6200).rev().find(|length| of(*length).is_ok()).unwrap();
    let token = of(longest).unwrap();
    assert!(token.len() > TOKEN_LIMIT - 4);
    assert!(verify(&ring, Kind::Access, "a", token.as_bytes(), 0, 0).is_ok());
    let mut over = token.into_bytes();
    over.resize(TOKEN_LIMIT + 1, b'A');
    assert_eq!(verify(&ring, Kind::Access, "a", &over, 0, 0), Err(Reason::TooLong));
}

#[test]
fn every_bit_of_a_token_counts() {
    let ring = ring();
    let token = mint(&ring, "a", "ada", &GRANTS[2], 1000, 60).unwrap().into_bytes();
    for bit in 0..token.len() * 8 {
        let mut other = token.clone();
        if let Some(byte) = other.get_mut(bit / 8) {
            *byte ^= 1 << (bit % 8);
        }
        assert!(verify(&ring, Kind::Refresh, "a", &other, 1000, 30).is_err(), "bit {bit}");
        assert!(jws::verify(&ring, &other).is_err(), "bit {bit}");
    }
}

#[test]
fn a_claim_that_comes_twice_is_refused() {
    for payload in [r#"{"sub":"a","sub":"a"}"#, r#"{"exp":1,"\u0065xp":1}"#, r#"{"x":1,"sub":"a","x":1}"#] {
        assert_eq!(Held::read(payload.as_bytes()).err(), Some(Reason::Json), "{payload}");
    }
    assert!(Held::read(br#"{"x":1,"sub":"a","exp":1}"#).is_ok());
}
