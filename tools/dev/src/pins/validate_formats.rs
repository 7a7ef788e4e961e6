//! Cases of inputs with a named format (VALUE-6).

use super::case::Case;
use super::validate::{Invalid, Valid, invalid, valid};

/// Id, reason, format, text, canonical text.
#[rustfmt::skip]
const VALID: &[(&str, &str, &str, &str, &str)] = &[
    ("date-time-utc", "in UTC already", "date-time", "2026-03-01T12:00:00Z", "2026-03-01T12:00:00Z"),
    ("date-time-offset", "moved to UTC, over midnight and the year's end", "date-time", "2025-12-31T23:30:00-01:00", "2026-01-01T00:30:00Z"),
    ("date-time-fraction", "trailing zeros of the fraction go", "date-time", "2026-03-01T12:00:00.120000+00:00", "2026-03-01T12:00:00.12Z"),
    ("date-time-fraction-zero", "and the point with them", "date-time", "2026-03-01T12:00:00.000Z", "2026-03-01T12:00:00Z"),
    ("date-time-minus-zero", "an offset of -00:00", "date-time", "2026-03-01T12:00:00-00:00", "2026-03-01T12:00:00Z"),
    ("date-time-leap-day", "the 29th of February of a leap year", "date-time", "2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"),
    ("local-date-time", "without an offset", "local-date-time", "2026-03-01T12:00:00.500", "2026-03-01T12:00:00.5"),
    ("date", "a day", "date", "2000-02-29", "2000-02-29"),
    ("time", "a time of day", "time", "23:59:59.100000", "23:59:59.1"),
    ("duration-weeks", "weeks become days", "duration", "P1W2D", "P9D"),
    ("duration-carry", "each part within its unit", "duration", "PT90M30S", "PT1H30M30S"),
    ("duration-zero", "zero has one form", "duration", "-P0D", "PT0S"),
    ("duration-negative", "a sign before it", "duration", "-PT0.500S", "-PT0.5S"),
    ("uuid", "lower case", "uuid", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
    ("decimal-scale", "the scale is kept", "decimal", "1.10", "1.10"),
    ("decimal-long", "no digit is lost", "decimal", "-123456789012345678901234567890.5", "-123456789012345678901234567890.5"),
    ("bytes", "base64url, without padding", "bytes", "-_8", "-_8"),
    ("bytes-empty", "no bytes", "bytes", "", ""),
    ("email", "an address", "email", "ada@example.org", "ada@example.org"),
    ("uri", "a URI, with an escape", "uri", "https://example.org/a%20b?q=1#f", "https://example.org/a%20b?q=1#f"),
];

/// Id, reason, format, text.
#[rustfmt::skip]
const INVALID: &[(&str, &str, &str, &str)] = &[
    ("date-time-naive", "no offset", "date-time", "2026-03-01T12:00:00"),
    ("date-time-date", "a day alone", "date-time", "2026-03-01"),
    ("date-time-blank", "a blank for the T", "date-time", "2026-03-01 12:00:00Z"),
    ("date-time-lower-t", "a lower-case t", "date-time", "2026-03-01t12:00:00Z"),
    ("date-time-lower-z", "a lower-case z", "date-time", "2026-03-01T12:00:00z"),
    ("date-time-short-offset", "an offset without a colon", "date-time", "2026-03-01T12:00:00+0100"),
    ("date-time-nanoseconds", "seven fraction digits", "date-time", "2026-03-01T12:00:00.1234567Z"),
    ("date-time-leap-second", "a leap second", "date-time", "2016-12-31T23:59:60Z"),
    ("date-time-hour-24", "an hour of 24", "date-time", "2026-03-01T24:00:00Z"),
    ("date-time-offset-24", "an offset of a day", "date-time", "2026-03-01T12:00:00+24:00"),
    ("date-time-year-0", "the year 0", "date-time", "0000-06-01T00:00:00Z"),
    ("date-time-year-0-utc", "the year 0 once in UTC", "date-time", "0001-01-01T00:00:00+01:00"),
    ("date-time-year-10000-utc", "the year 10000 once in UTC", "date-time", "9999-12-31T23:59:59-01:00"),
    ("date-time-timestamp", "seconds since 1970", "date-time", "1709251200"),
    ("date-time-day-30", "a day that does not exist", "date-time", "2026-02-30T00:00:00Z"),
    ("date-time-trailing", "something after it", "date-time", "2026-03-01T12:00:00Z "),
    ("local-date-time-offset", "an offset where none belongs", "local-date-time", "2026-03-01T12:00:00Z"),
    ("date-leap", "no leap day in 1900", "date", "1900-02-29"),
    ("date-short", "without zeros", "date", "2026-3-1"),
    ("date-time-for-date", "a time with it", "date", "2026-03-01T00:00:00Z"),
    ("date-arabic", "digits that are not ASCII", "date", "٢٠٢٦-03-01"),
    ("time-short", "no seconds", "time", "12:00"),
    ("time-offset", "an offset", "time", "12:00:00Z"),
    ("duration-years", "years have no length", "duration", "P1Y"),
    ("duration-months", "neither have months", "duration", "P1M"),
    ("duration-empty", "no part", "duration", "P"),
    ("duration-empty-time", "no part after the T", "duration", "P1DT"),
    ("duration-order", "parts out of order", "duration", "PT1S1M"),
    ("duration-fraction", "a fraction of an hour", "duration", "PT1.5H"),
    ("duration-long", "10^9 days", "duration", "P1000000000D"),
    ("uuid-plain", "without dashes", "uuid", "a0eebc999c0b4ef8bb6d6bb9bd380a11"),
    ("uuid-braces", "in braces", "uuid", "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}"),
    ("uuid-urn", "as a URN", "uuid", "urn:uuid:a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
    ("decimal-exponent", "an exponent", "decimal", "1E+2"),
    ("decimal-plus", "a plus", "decimal", "+1"),
    ("decimal-leading-zero", "a zero before it", "decimal", "01.5"),
    ("decimal-bare-point", "a point without a fraction", "decimal", "1."),
    ("decimal-comma", "a comma", "decimal", "1,5"),
    ("decimal-nan", "NaN", "decimal", "NaN"),
    ("bytes-padded", "padding", "bytes", "-_8="),
    ("bytes-other-alphabet", "the alphabet of plain base64", "bytes", "+/8"),
    ("bytes-spare-bits", "spare bits that are not zero", "bytes", "-_9"),
    ("bytes-one-left", "a length that no bytes have", "bytes", "AAAAA"),
    ("email-none", "no @", "email", "ada"),
    ("email-two", "two @", "email", "ada@x@example.org"),
    ("email-no-host", "nothing after the @", "email", "ada@"),
    ("uri-relative", "no scheme", "uri", "/a/b"),
    ("uri-blank", "a blank", "uri", "https://example.org/a b"),
    ("uri-escape", "a broken escape", "uri", "https://example.org/%zz"),
];

pub(super) fn cases() -> Vec<Case> {
    let schema = |format: &str| &*format!(r#"{{"type":"string","format":"{format}"}}"#).leak();
    let quoted = |text: &str| &*format!("\"{text}\"").leak();
    let mut cases = Vec::new();
    for (id, reason, format, text, out) in VALID {
        let row: Valid = (id, "VALUE-6", reason, schema(format), quoted(text), quoted(out));
        cases.push(valid(&row));
    }
    for (id, reason, format, text) in INVALID {
        let message = format!("expected {format}").leak();
        let row: Invalid = (id, "VALUE-6", reason, schema(format), quoted(text), "format", message);
        cases.push(invalid(&row));
    }
    let kind: Invalid = (
        "format-kind",
        "VALUE-6",
        "a number where text of a format belongs",
        r#"{"type":"string","format":"date"}"#,
        "20260301",
        "type",
        "expected string",
    );
    cases.push(invalid(&kind));
    cases
}
