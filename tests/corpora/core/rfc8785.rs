//! RFC 8785: the vectors of its authors, and the first 10,000 of their 100 million numbers (npm `@truestamp/canonify`
//! carries both, the numbers as the program that makes them).

use std::fmt::Write;

use mizan_core::value::canonical::{Numbers, canonicalize};
use regex::Regex;
use sha2::{Digest, Sha256};

use crate::package;

const PACKAGE: &str = "@truestamp/canonify";
const VECTORS: &str = "tests/testdata";

#[test]
fn the_vectors_of_the_rfc_are_reproduced_byte_for_byte() {
    let names = package::names(PACKAGE, &format!("{VECTORS}/input"), "json");
    assert_eq!(names, ["arrays.json", "french.json", "structures.json", "unicode.json", "values.json", "weird.json"]);
    for name in names {
        let input = package::read(PACKAGE, &format!("{VECTORS}/input/{name}"));
        let output = package::read(PACKAGE, &format!("{VECTORS}/output/{name}"));
        let hex = package::text(PACKAGE, &format!("{VECTORS}/outhex/{}", name.replace(".json", ".txt")));
        let bytes: Vec<u8> =
            hex.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).expect("hexadecimal digits")).collect();
        let canonical = canonicalize(&input, Numbers::Float).expect("JSON");
        assert_eq!(canonical, output, "{name}: {}", String::from_utf8_lossy(&canonical));
        assert_eq!(canonical, bytes, "{name}, by its bytes in hexadecimal");
        assert_ne!(canonical, input, "{name} is no test of a core that copies");
    }
}

/// The numbers of the authors' file in their order, as bits: some chosen ones, 2,000 around the smallest normal number,
/// then all those that a chain of SHA-256 gives.
struct Es6Numbers {
    fixed: std::vec::IntoIter<u64>,
    block: [u8; 32],
    used: usize,
}

impl Es6Numbers {
    fn new() -> Self {
        let program = package::text(PACKAGE, &format!("{VECTORS}/numgen.js"));
        let chosen = Regex::new(r"(?s)staticU64s = new BigUint64Array\(\[(.*?)\]\)").expect("a pattern");
        let chosen = chosen.captures(&program).expect("the program lists the chosen numbers");
        let number = Regex::new("0x([0-9a-f]{16})n").expect("a pattern");
        let mut fixed: Vec<u64> = number
            .captures_iter(chosen.get(1).expect("a group").as_str())
            .map(|digits| u64::from_str_radix(digits.get(1).expect("a group").as_str(), 16).expect("16 digits"))
            .collect();
        fixed.extend((0..2000).map(|offset| 0x0010_0000_0000_0000 + offset));
        Self { fixed: fixed.into_iter(), block: [0; 32], used: 32 }
    }
}

impl Iterator for Es6Numbers {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        if let Some(bits) = self.fixed.next() {
            return Some(bits);
        }
        loop {
            if self.used == 32 {
                self.block = Sha256::digest(self.block).into();
                self.used = 0;
            }
            let bytes = self.block.get(self.used..self.used + 8)?;
            self.used += 8;
            let bits = u64::from_le_bytes(bytes.try_into().ok()?);
            let number = f64::from_bits(bits);
            if number.is_finite() && number != 0.0 {
                return Some(bits);
            }
        }
    }
}

/// The SHA-256 that the authors publish of the first lines of their file, which V8 wrote.
const PUBLISHED: [(usize, usize, &str); 2] = [
    (1_000, 37_967, "be18b62b6f69cdab33a7e0dae0d9cfa869fda80ddc712221570f9f40a5878687"),
    (10_000, 399_022, "b9f7a8e75ef22a835685a52ccba7f7d6bdc99e34b010992cbc5864cd12be6892"),
];

#[test]
fn the_first_ten_thousand_es6_numbers_are_written_as_v8_writes_them() {
    for (count, size, published) in PUBLISHED {
        let mut lines = String::new();
        for bits in Es6Numbers::new().take(count) {
            // 21 digits are more than a canonical number ever has, so every text has to be written anew.
            let spelled = format!("{:.20e}", f64::from_bits(bits));
            let canonical = canonicalize(spelled.as_bytes(), Numbers::Float).expect("a number");
            let canonical = String::from_utf8(canonical).expect("UTF-8");
            assert_eq!(canonical.parse::<f64>(), Ok(f64::from_bits(bits)), "{bits:x}: {canonical} is another number");
            writeln!(lines, "{bits:x},{canonical}").expect("text");
        }
        assert_eq!(lines.len(), size);
        let mut digest = String::new();
        for byte in Sha256::digest(lines.as_bytes()) {
            write!(digest, "{byte:02x}").expect("text");
        }
        assert_eq!(digest, published, "the first {count}");
    }
}
