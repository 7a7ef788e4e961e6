//! Canonical JSON as RFC 8785 says it, written from what `serde_json` reads: the second opinion on the core's own.

use serde_json::Value;

/// The canonical text.
pub(crate) fn canonical(value: &Value) -> String {
    match value {
        Value::Null | Value::Bool(_) => value.to_string(),
        Value::Number(number) => ecmascript(number.as_f64().expect("a number is a double")),
        // It escapes what RFC 8785 does, in the same way.
        Value::String(text) => quoted(text),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(canonical).collect();
            format!("[{}]", items.join(","))
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(key, _)| key.encode_utf16().collect::<Vec<u16>>());
            let members: Vec<String> =
                members.into_iter().map(|(key, value)| format!("{}:{}", quoted(key), canonical(value))).collect();
            format!("{{{}}}", members.join(","))
        }
    }
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("text is JSON")
}

/// A finite number as ECMAScript's `Number::toString` spells it, from the shortest digits that the standard library finds.
fn ecmascript(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let sign = if value < 0.0 { "-" } else { "" };
    let shortest = format!("{:e}", value.abs());
    // Of two that are as short and as near, the standard library takes the greater, ECMAScript the even one.
    let places = shortest.find('e').unwrap_or_default().saturating_sub(2);
    let even = format!("{:.places$e}", value.abs());
    let text = if even.parse() == Ok(value.abs()) { even } else { shortest };
    let (mantissa, exponent) = text.split_once('e').expect("it has an exponent");
    let digits: String = mantissa.chars().filter(|digit| *digit != '.').collect();
    // The place of the point: behind so many of the digits.
    let point = exponent.parse::<i32>().expect("a number") + 1;
    let length = i32::try_from(digits.len()).expect("few digits");
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or_default());
    let split = |at: i32| digits.split_at(usize::try_from(at).unwrap_or_default());
    let body = match point {
        21.. if point > 21 => exponential(&digits, point - 1),
        _ if point >= length => format!("{digits}{}", zeros(point - length)),
        1.. => format!("{}.{}", split(point).0, split(point).1),
        -5..=0 => format!("0.{}{digits}", zeros(-point)),
        _ => exponential(&digits, point - 1),
    };
    format!("{sign}{body}")
}

fn exponential(digits: &str, exponent: i32) -> String {
    let sign = if exponent < 0 { '-' } else { '+' };
    let (first, rest) = digits.split_at(1);
    let point = if rest.is_empty() { "" } else { "." };
    format!("{first}{point}{rest}e{sign}{}", exponent.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Samples of RFC 8785, appendix B.
    #[test]
    fn numbers_are_spelt_as_the_rfc_spells_them() {
        for (bits, text) in [
            (0x8000_0000_0000_0000, "0"),
            (0x0000_0000_0000_0001, "5e-324"),
            (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44b5_2d02_c7e1_4af6, "1e+23"),
            (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
            (0x444b_1ae4_d6e2_ef50, "1e+21"),
            (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
            (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5553, "333333333.3333332"),
            (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
            (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
        ] {
            assert_eq!(ecmascript(f64::from_bits(bits)), text, "{bits:#x}");
        }
    }
}
