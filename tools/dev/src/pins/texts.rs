//! Cases of JSON texts: syntax, strings and keys.

use super::case::{Case, case};
use super::numbers::canonicalized;

type Valid = (&'static str, &'static str, &'static str, &'static str, &'static str);
type Invalid = (&'static str, &'static str, &'static str, &'static [u8]);

/// Id, rules, reason, text, canonical text.
#[rustfmt::skip]
const VALID: &[Valid] = &[
    ("empty-object", "VALUE-1", "the least object", "{}", "{}"),
    ("empty-list", "VALUE-1", "the least list", "[]", "[]"),
    ("null", "VALUE-1", "a scalar is a whole text", "null", "null"),
    ("true", "VALUE-1 VALUE-4", "a boolean stays one", "true", "true"),
    ("false", "VALUE-1 VALUE-4", "a boolean stays one", "false", "false"),
    ("blanks", "VALUE-1", "the four blanks go, wherever they stand", " \t\r\n{ \"a\" :\n[ 1 ,\t2 ] }\n", "{\"a\":[1,2]}"),
    ("list-order", "VALUE-1", "items keep their order", "[3,1,2]", "[3,1,2]"),
    ("key-order", "VALUE-1", "keys are sorted", r#"{"b":1,"a":2,"C":3}"#, r#"{"C":3,"a":2,"b":1}"#),
    ("key-order-digits", "VALUE-1", "digits sort as text, not as numbers", r#"{"9":1,"10":2}"#, r#"{"10":2,"9":1}"#),
    ("key-order-prefix", "VALUE-1", "a prefix comes first, the empty key before all", r#"{"aa":1,"a":2,"":3}"#, r#"{"":3,"a":2,"aa":1}"#),
    ("key-order-utf16", "VALUE-1", "UTF-16 units, not code points: an astral character comes before U+E000", "{\"\u{e000}\":1,\"\u{1f600}\":2}", "{\"\u{1f600}\":2,\"\u{e000}\":1}"),
    ("key-order-utf16-last", "VALUE-1", "U+FFFF comes after the last astral character, and U+D7FF before the first", "{\"\u{ffff}\":1,\"\u{10ffff}\":2,\"\u{10000}\":3,\"\u{d7ff}\":4}", "{\"\u{d7ff}\":4,\"\u{10000}\":3,\"\u{10ffff}\":2,\"\u{ffff}\":1}"),
    ("key-order-escaped", "VALUE-1", "keys are sorted as what they say, not as they are spelled", r#"{"b":1,"\u0061":2}"#, r#"{"a":2,"b":1}"#),
    ("key-order-nested", "VALUE-1", "objects within lists and objects are sorted too", r#"[{"b":{"d":1,"c":2},"a":3}]"#, r#"[{"a":3,"b":{"c":2,"d":1}}]"#),
    ("key-order-rfc8785", "VALUE-1", "the example of RFC 8785, section 3.2.3", "{\"\\u20ac\":\"Euro Sign\",\"\\r\":\"Carriage Return\",\"\\ufb33\":\"Hebrew Letter Dalet With Dagesh\",\"1\":\"One\",\"\\ud83d\\ude00\":\"Emoji: Grinning Face\",\"\\u0080\":\"Control\",\"\\u00f6\":\"Latin Small Letter O With Diaeresis\"}", "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\",\"\u{1f600}\":\"Emoji: Grinning Face\",\"\u{fb33}\":\"Hebrew Letter Dalet With Dagesh\"}"),
    ("prototype-keys", "VALUE-9", "keys that mean something in JavaScript are keys like others", r#"{"prototype":1,"constructor":{},"__proto__":null}"#, r#"{"__proto__":null,"constructor":{},"prototype":1}"#),
    ("one-key-on-two-levels", "VALUE-8", "a key is repeated within one object only", r#"{"a":{"a":1},"b":[{"a":1},{"a":2}]}"#, r#"{"a":{"a":1},"b":[{"a":1},{"a":2}]}"#),
    ("short-escapes", "VALUE-1", "seven characters have a short escape", r#""\u0022\u005c\u0008\u000c\u000a\u000d\u0009""#, r#""\"\\\b\f\n\r\t""#),
    ("control-escapes", "VALUE-1", "other control characters are \\u with lower-case digits", r#""\u0000\u001F\u000B""#, r#""\u0000\u001f\u000b""#),
    ("slash", "VALUE-1", "a slash is not escaped", r#""\/""#, r#""/""#),
    ("plain-characters", "VALUE-1", "what need not be escaped is written out", r#""\u00e9\u2028\u007f\u0041""#, "\"é\u{2028}\u{7f}A\""),
    ("surrogate-pair", "VALUE-1 VALUE-5", "a pair is one character", r#""\uD83D\uDE00""#, "\"\u{1f600}\""),
    ("no-normalisation", "VALUE-5", "a letter and its accent stay two characters", "\"e\u{301} \u{e9}\"", "\"e\u{301} \u{e9}\""),
    ("no-case-folding", "VALUE-5", "case stays, in keys too", "{\"İ\":\"ß\",\"i\":\"SS\"}", "{\"i\":\"SS\",\"İ\":\"ß\"}"),
    ("bom-in-a-string", "VALUE-8", "U+FEFF is a character like others within a string", "\"\u{feff}\"", "\"\u{feff}\""),
    ("noncharacter", "VALUE-5", "a noncharacter is a scalar value", "\"\u{ffff}\"", "\"\u{ffff}\""),
    ("depth-64", "VALUE-8 LIM-3", "nesting of 64 is allowed", DEPTH_64, DEPTH_64),
    ("siblings-do-not-nest", "VALUE-8", "depth counts what is open, not what was", "[[[]],[[]],{\"a\":[]}]", "[[[]],[[]],{\"a\":[]}]"),
];

const DEPTH_64: &str = "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]";
const DEPTH_65: &[u8] =
    b"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]";

/// Id, rules, reason, bytes. All are `BAD_REQUEST`.
#[rustfmt::skip]
const INVALID: &[Invalid] = &[
    ("empty", "VALUE-8", "no value at all", b""),
    ("blank", "VALUE-8", "blanks are no value", b" \n"),
    ("bom", "VALUE-8", "a byte-order mark before the value", b"\xef\xbb\xbf{}"),
    ("trailing-text", "VALUE-8", "something after the value", b"{} x"),
    ("trailing-value", "VALUE-8", "a second value", b"{}{}"),
    ("trailing-nul", "VALUE-8", "a NUL after the value", b"{}\0"),
    ("repeated-key", "VALUE-8", "a repeated key, whichever its values", br#"{"a":1,"a":1}"#),
    ("repeated-key-escaped", "VALUE-8", "two spellings of one key", br#"{"a":1,"\u0061":2}"#),
    ("repeated-key-deep", "VALUE-8", "a repeated key in an object within a list", br#"[{"x":{"b":1,"c":2,"b":3}}]"#),
    ("repeated-proto", "VALUE-8 VALUE-9", "no key is exempt", br#"{"__proto__":1,"__proto__":2}"#),
    ("repeated-empty-key", "VALUE-8", "the empty key is a key", br#"{"":1,"":2}"#),
    ("depth-65", "VALUE-8 LIM-3", "nesting of 65", DEPTH_65),
    ("control-character", "VALUE-8", "a raw control character in a string", b"\"a\x01\""),
    ("raw-newline", "VALUE-8", "a raw line end in a string", b"\"a\n\""),
    ("raw-tab-in-a-key", "VALUE-8", "a raw tab in a key", b"{\"a\tb\":1}"),
    ("utf8-stray", "VALUE-8", "a byte that begins nothing", b"\"\xff\""),
    ("utf8-cut", "VALUE-8", "a character without its second byte", b"\"\xc3\""),
    ("utf8-overlong", "VALUE-8", "an overlong encoding", b"\"\xc0\x80\""),
    ("utf8-surrogate", "VALUE-5 VALUE-8", "an encoded surrogate", b"\"\xed\xa0\x80\""),
    ("utf8-beyond", "VALUE-8", "a code point beyond U+10FFFF", b"\"\xf4\x90\x80\x80\""),
    ("surrogate-high", "VALUE-5", "an unpaired high surrogate", br#""\ud800""#),
    ("surrogate-low", "VALUE-5", "an unpaired low surrogate", br#""\udc00""#),
    ("surrogates-swapped", "VALUE-5", "a pair the wrong way round", br#""\ude00\ud83d""#),
    ("surrogate-high-twice", "VALUE-5", "two high surrogates", br#""\ud83d\ud83d""#),
    ("surrogate-in-a-key", "VALUE-5", "keys are strings too", br#"{"\ud800":1}"#),
    ("nan", "VALUE-3", "NaN is no JSON", b"NaN"),
    ("infinity", "VALUE-3", "neither is an infinity", b"[-Infinity]"),
    ("leading-zero", "VALUE-8", "a number with a zero before it", b"01"),
    ("plus", "VALUE-8", "a number with a plus", b"+1"),
    ("bare-fraction", "VALUE-8", "a fraction without its whole part", b".5"),
    ("bare-point", "VALUE-8", "a point without a fraction", b"1."),
    ("bare-exponent", "VALUE-8", "an exponent without digits", b"1e"),
    ("bare-minus", "VALUE-8", "a sign without a number", b"-"),
    ("hexadecimal", "VALUE-8", "hexadecimal is no JSON", b"0x10"),
    ("arabic-digits", "VALUE-8", "digits are ASCII", "٥".as_bytes()),
    ("trailing-comma", "VALUE-8", "a comma without an item", b"[1,]"),
    ("trailing-comma-object", "VALUE-8", "a comma without a member", br#"{"a":1,}"#),
    ("missing-comma", "VALUE-8", "two items without a comma", b"[1 2]"),
    ("missing-colon", "VALUE-8", "a member without a colon", br#"{"a" 1}"#),
    ("bare-key", "VALUE-8", "a key without quotes", b"{a:1}"),
    ("single-quotes", "VALUE-8", "quotes are double", b"'a'"),
    ("comment", "VALUE-8", "a comment", b"/**/1"),
    ("python-true", "VALUE-4", "another language's boolean", b"True"),
    ("cut-word", "VALUE-8", "half a word", b"tru"),
    ("unknown-escape", "VALUE-8", "an escape that JSON does not have", br#""\x41""#),
    ("short-unicode-escape", "VALUE-8", "\\u with two digits", br#""\u12""#),
    ("unclosed-string", "VALUE-8", "a string without its end", b"\"abc"),
    ("unclosed-list", "VALUE-8", "a list without its end", b"[1"),
    ("unclosed-object", "VALUE-8", "an object without its end", br#"{"a":1"#),
    ("crossed-brackets", "VALUE-8", "brackets that cross", b"[{]}"),
    ("no-break-space", "VALUE-8", "a blank that JSON does not have", b"\xc2\xa01"),
];

pub(super) fn canonical_json() -> Vec<Case> {
    let valid = VALID.iter().map(|(id, rules, reason, text, canonical)| {
        canonicalized(id, rules, reason, text.as_bytes(), "any").ok_hex(canonical)
    });
    let invalid = INVALID
        .iter()
        .map(|(id, rules, reason, bytes)| canonicalized(id, rules, reason, bytes, "any").refused("BAD_REQUEST"));
    valid.chain(invalid).collect()
}

pub(super) fn json_body() -> Vec<Case> {
    let taken = [
        ("object", "VALUE-8", "any object", r#"{"fn":"echo","args":{}}"#),
        ("list", "VALUE-8", "any list", "[1,[2]]"),
        ("scalar", "VALUE-8", "a scalar is JSON; that it is no call is another rule", "5"),
        ("blanks-around", "VALUE-8", "blanks around the value", " \r\n{}\t"),
        ("large-number", "VALUE-8", "a number that no type takes is JSON", "1e400"),
        ("astral", "VALUE-5", "any scalar value", "\"\u{10ffff}\""),
        ("escaped-control", "VALUE-8", "an escaped control character", r#""\u0000""#),
        ("escaped-pair", "VALUE-5", "an escaped pair", r#""\ud83d\ude00""#),
        ("depth-64", "VALUE-8 LIM-3", "nesting of 64", DEPTH_64),
        ("proto", "VALUE-9", "a key like others", r#"{"__proto__":{"a":1}}"#),
    ];
    let valid = taken.map(|(id, rules, reason, text)| case(id, rules, reason).with_hex(text.as_bytes()).ok("{}"));
    let invalid =
        INVALID.iter().map(|(id, rules, reason, bytes)| case(id, rules, reason).with_hex(bytes).refused("BAD_REQUEST"));
    valid.into_iter().chain(invalid).collect()
}
