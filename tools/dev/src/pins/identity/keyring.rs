//! Cases of settings: which start, and what the others are told.

use super::signing::{all_hex, keys, secret};
use crate::pins::case::{Case, case, string};

const FILLER: &str = "0123456789abcdef0123456789abcdef";

pub(in crate::pins) fn cases() -> Vec<Case> {
    [valid(), environment(), weak(), shared(), malformed()].concat()
}

/// Names of derived keys, by `openssl kdf -kdfopt digest:SHA256 -kdfopt info:mizan/v1/kid -keylen 8 HKDF`.
const KID_OF_01: &str = "2f42529f6a1e9894";
const KID_OF_A: &str = "ca0bb758a7633a4c";
const KID_OF_B: &str = "e0379ecd8867715b";
const KID_OF_C: &str = "f4aab9b3fc808402";
const KID_OF_GLUED: &str = "12ab69ee9db36539";
const KID_OF_02: &str = "fae5da5481e9185a";

fn all_purposes(kids: &str) -> String {
    let member = |purpose: &str| format!("\"{purpose}\":[{kids}]");
    format!("{{{}}}", ["access", "cache", "csrf", "mwt", "refresh"].map(member).join(","))
}

fn valid() -> Vec<Case> {
    let one = string(KID_OF_01);
    let both = format!("{},{one}", string(KID_OF_02));
    vec![
        case("nothing", "KEY-2", "no settings make no keyrings").ok("{}"),
        case("one-secret", "KEY-1 KEY-2", "one secret is enough for all purposes")
            .with("secrets", all_hex(&[&secret(1)]))
            .ok(&all_purposes(&one)),
        case("rotated", "KEY-1 KEY-2", "a newer secret signs, the older one still verifies")
            .with("secrets", all_hex(&[&secret(2), &secret(1)]))
            .ok(&all_purposes(&both)),
        case("own-key", "KEY-1 KEY-2", "keys of its own stand in place of derived ones, for that purpose alone")
            .with("secrets", all_hex(&[&secret(1)]))
            .with("keys", format!("{{\"mwt\":{}}}", keys(&[("m2", &secret(3)), ("m1", &secret(4))])))
            .ok(&all_purposes(&one).replace(&format!("\"mwt\":[{one}]"), "\"mwt\":[\"m2\",\"m1\"]")),
        case("own-keys-alone", "KEY-1", "without a secret for all, a purpose has the keys that it was given")
            .with("keys", format!("{{\"csrf\":{}}}", keys(&[("c", &secret(3))])))
            .ok("{\"csrf\":[\"c\"]}"),
        case("one-name-two-purposes", "KEY-5", "a name counts within a purpose")
            .with(
                "keys",
                format!("{{\"mwt\":{},\"access\":{}}}", keys(&[("k", &secret(3))]), keys(&[("k", &secret(4))])),
            )
            .ok("{\"access\":[\"k\"],\"mwt\":[\"k\"]}"),
        case("kid-128", "KEY-1", "the longest name")
            .with("keys", format!("{{\"mwt\":{}}}", keys(&[(&"k".repeat(128), &secret(3))])))
            .ok(&format!("{{\"mwt\":[\"{}\"]}}", "k".repeat(128))),
        case("blank-bytes", "KEY-3", "random bytes that are no text may start with a blank")
            .with("keys", format!("{{\"mwt\":{}}}", keys(&[("k", &[&b" \xff"[..], &secret(3)].concat())])))
            .ok("{\"mwt\":[\"k\"]}"),
        case("brace", "KEY-3", "a brace alone makes no JSON Web Key")
            .with("keys", format!("{{\"mwt\":{}}}", keys(&[("k", format!("{{{FILLER}").as_bytes())])))
            .ok("{\"mwt\":[\"k\"]}"),
    ]
}

/// Secrets of the environment. Names of derived keys as above, of the 32 bytes of `a`, of `b` and of `c`.
fn environment() -> Vec<Case> {
    let [one, two, three] = ["a", "b", "c"].map(|letter| letter.repeat(32));
    let with = |id: &str, reason: &str, secret: Option<&str>, older: Option<&str>| {
        let member = |name: &str, text: Option<&str>| text.map(|text| format!("\"{name}\":{}", string(text)));
        let members: Vec<String> = [member("secret", secret), member("older", older)].into_iter().flatten().collect();
        case(&format!("environment-{id}"), "KEY-6 KEY-2", reason)
            .with("environment", format!("{{{}}}", members.join(",")))
    };
    let kids = |kids: &[&str]| all_purposes(&kids.iter().map(|kid| string(kid)).collect::<Vec<_>>().join(","));
    vec![
        with("none", "an environment without a secret", None, None).ok("{}"),
        with("secret", "its secret", Some(&one), None).ok(&kids(&[KID_OF_A])),
        with("older", "those that it replaced verify", Some(&one), Some(&format!("{two}, {three}\n")))
            .ok(&kids(&[KID_OF_A, KID_OF_B, KID_OF_C])),
        with("older-empty", "an empty list of older ones", Some(&one), Some(" ")).ok(&kids(&[KID_OF_A])),
        with("option", "an option is all that counts", Some("short"), Some("shorter"))
            .with("secrets", all_hex(&[one.as_bytes()]))
            .ok(&kids(&[KID_OF_A])),
        with("older-alone", "older ones, and none that replaced them", None, Some(&two))
            .does_not_build("MIZAN_SECRET_OLD has secrets that were replaced, and there is no MIZAN_SECRET"),
        with("empty", "an empty secret", Some(""), None).does_not_build("MIZAN_SECRET is shorter than 32 bytes"),
        with("short", "the one that is too short is named", Some(&one), Some(&format!("{two} short")))
            .does_not_build("MIZAN_SECRET_OLD (2) is shorter than 32 bytes"),
        with("glued", "other marks part nothing", Some(&one), Some(&format!("{one};{two}")))
            .ok(&kids(&[KID_OF_A, KID_OF_GLUED])),
        with("same", "one that replaces itself", Some(&one), Some(&one))
            .does_not_build("MIZAN_SECRET_OLD has the same as MIZAN_SECRET: one secret serves one purpose"),
        with("own-key", "a secret that is a key of a purpose, too", Some(&one), None)
            .with("keys", format!("{{\"mwt\":{}}}", keys(&[("k", one.as_bytes())])))
            .does_not_build("keys[\"mwt\"] has the same as MIZAN_SECRET: one secret serves one purpose"),
    ]
}

/// Id, reason, secret, what the message says.
fn weak() -> Vec<Case> {
    let held: [(&str, &str, Vec<u8>, &str); 15] = [
        ("empty", "no secret at all", vec![], "secret is shorter than 32 bytes"),
        ("31-bytes", "one byte too few", vec![7; 31], "secret is shorter than 32 bytes"),
        ("16-characters", "characters do not count, bytes do", "é".repeat(15).into(), "is shorter than 32 bytes"),
        ("bom", "an editor's mark", format!("\u{feff}{FILLER}").into(), "starts with a byte-order mark"),
        (
            "pem-public",
            "a public key, which everybody has",
            format!("-----BEGIN PUBLIC KEY-----\n{FILLER}\n-----END PUBLIC KEY-----").into(),
            "looks like a PEM file",
        ),
        (
            "pem-certificate",
            "a certificate",
            format!("-----BEGIN CERTIFICATE-----\n{FILLER}").into(),
            "looks like a PEM file",
        ),
        (
            "pem-later",
            "a PEM file with words before it",
            format!("Bag Attributes\n-----BEGIN RSA PRIVATE KEY-----{FILLER}").into(),
            "looks like a PEM file",
        ),
        ("ssh-rsa", "a public key of SSH", format!("ssh-rsa {FILLER}").into(), "looks like an SSH key"),
        ("ssh-ecdsa", "another", format!("ecdsa-sha2-nistp256 {FILLER}").into(), "looks like an SSH key"),
        (
            "jwk",
            "a JSON Web Key",
            format!("{{\"kty\":\"oct\",\"k\":\"{FILLER}\"}}").into(),
            "looks like a JSON Web Key",
        ),
        ("jwks", "a set of them", format!("{{\"keys\":[\"{FILLER}\"]}}").into(), "looks like a JSON Web Key"),
        ("blank-before", "a blank before it", format!(" {FILLER}").into(), "starts or ends with a blank"),
        (
            "line-end",
            "a line end after it, as a file has it",
            format!("{FILLER}\n").into(),
            "starts or ends with a blank",
        ),
        ("nbsp", "a blank that nobody sees", format!("{FILLER}\u{a0}").into(), "starts or ends with a blank"),
        ("blanks", "blanks alone", vec![b' '; 40], "starts or ends with a blank"),
    ];
    held.into_iter()
        .map(|(id, reason, bytes, message)| {
            case(&format!("secret-{id}"), "KEY-3 KEY-5", reason)
                .with("secrets", all_hex(&[&bytes]))
                .does_not_build(message)
        })
        .collect()
}

fn shared() -> Vec<Case> {
    let long = "k".repeat(129);
    let ring = |purpose: &str, held: &[(&str, &[u8])]| format!("{{\"{purpose}\":{}}}", keys(held));
    vec![
        case("secret-twice", "KEY-4", "one secret in two places of one setting")
            .with("secrets", all_hex(&[&secret(1), &secret(1)]))
            .does_not_build("secret (2) has the same as secret (1)"),
        case("secret-as-own-key", "KEY-4", "the secret for all as the key of one purpose")
            .with("secrets", all_hex(&[&secret(1)]))
            .with("keys", ring("access", &[("k", &secret(1))]))
            .does_not_build("keys[\"access\"] has the same as secret: one secret serves one purpose"),
        case("two-purposes", "KEY-4", "one secret for access and refresh tokens")
            .with("keys", format!("{{\"access\":{},\"refresh\":{}}}", keys(&[("a", &secret(1))]), keys(&[("b", &secret(1))])))
            .does_not_build("one secret serves one purpose"),
        case("repeated-kid", "KEY-5", "two keys of one name")
            .with("keys", ring("mwt", &[("k", &secret(1)), ("k", &secret(2))]))
            .does_not_build("keys[\"mwt\"] (2) has the name of another key"),
        case("no-key", "KEY-5", "a list without a key")
            .with("keys", ring("cache", &[]))
            .does_not_build("keys[\"cache\"] has no key"),
        case("kid-empty", "KEY-1", "a key without a name")
            .with("keys", ring("mwt", &[("", &secret(1))]))
            .does_not_build("has a name that is not 1 to 128 bytes"),
        case("kid-129", "KEY-1", "a name that is too long")
            .with("keys", ring("mwt", &[(&long, &secret(1))]))
            .does_not_build("has a name that is not 1 to 128 bytes"),
        case("kid-control", "KEY-1", "a name with a line end")
            .with("keys", ring("mwt", &[("a\nb", &secret(1))]))
            .does_not_build("has a name that is not 1 to 128 bytes"),
        case("all-problems", "KEY-5", "every problem is told, each with its setting")
            .with("secrets", all_hex(&[&[7; 31], &secret(1)]))
            .with("keys", ring("csrf", &[("a", b"short"), ("", &secret(1))]))
            .does_not_build("secret (1) is shorter than 32 bytes\nkeys[\"csrf\"] (1) is shorter than 32 bytes\nkeys[\"csrf\"] (2) has the same as secret (2)"),
    ]
}

fn malformed() -> Vec<Case> {
    vec![
        case("purpose-unknown", "KEY-1", "there is no such purpose")
            .with("keys", "{\"session\":[]}")
            .refused("BAD_REQUEST"),
        case("key-without-secret", "KEY-1", "a key without a secret is none")
            .with("keys", "{\"mwt\":[{\"kid\":\"k\"}]}")
            .refused("BAD_REQUEST"),
        case("kid-number", "KEY-1", "a name is text")
            .with("keys", format!("{{\"mwt\":[{{\"kid\":5,\"secret\":\"{}\"}}]}}", "11".repeat(32)))
            .refused("BAD_REQUEST"),
        case("secret-number", "KEY-3", "a secret is bytes").with("secrets", "[5]").refused("BAD_REQUEST"),
        case("secrets-text", "KEY-2", "secrets are a list")
            .with_text("secrets", &"11".repeat(32))
            .refused("BAD_REQUEST"),
    ]
}
