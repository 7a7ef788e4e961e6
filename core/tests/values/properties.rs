//! What holds for every value and every text.

use std::fmt::Write;

use mizan_core::ir::model::{Format, IntegerBounds, NumberBounds, Scalar, Shape, StringBounds};
use mizan_core::ir::program::{Direction, Program, Refusal};
use mizan_core::value::Value;
use mizan_core::value::canonical::{CanonicalError, Numbers, canonicalize, compare_keys, field, fields, project};
use mizan_core::value::json;
use proptest::prelude::*;

use crate::decoding::Scribe;
use crate::shapes::{Asked, defaulted, list, literal, map, nullable, optional, required, union};

/// JSON text of any value, blanks and spelling at random.
pub(crate) fn json_text() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        (-1_000_000_i64..1_000_000).prop_map(|value| value.to_string()),
        any::<f64>()
            .prop_filter("JSON has finite numbers alone", |value| value.is_finite())
            .prop_map(|value| format!("{value:e}")),
        Just("-0".to_owned()),
        Just("1E+2".to_owned()),
        Just("12345678901234567890".to_owned()),
    ];
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just(" true ".to_owned()),
        Just("false".to_owned()),
        number,
        string_text(),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(|items| format!("[{}]", items.join(" ,"))),
            prop::collection::vec((string_text(), inner), 0..6).prop_map(|members| {
                let members: Vec<_> = members.into_iter().map(|(key, value)| format!("{key} :{value}")).collect();
                format!("{{{}}}", members.join(",\n"))
            }),
        ]
    })
}

/// A JSON string, each character raw or escaped.
fn string_text() -> impl Strategy<Value = String> {
    prop::collection::vec((any::<char>(), any::<bool>()), 0..12).prop_map(|characters| {
        let mut text = String::from("\"");
        for (character, escaped) in characters {
            if escaped || character < ' ' || character == '"' || character == '\\' {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(text, "\\u{unit:04x}").unwrap();
                }
            } else {
                text.push(character);
            }
        }
        text + "\""
    })
}

/// A shape that fits the values which [`fitting`] makes for it.
pub(crate) fn shape() -> impl Strategy<Value = Shape> {
    let leaf = prop_oneof![
        (-1000_i64..0, 1_i64..1000).prop_map(|(min, max)| Shape::Integer(IntegerBounds {
            min: Some(min),
            max: Some(max),
            multiple_of: None
        })),
        Just(Shape::Number(NumberBounds::default())),
        Just(Shape::Boolean),
        Just(Shape::BigInt),
        Just(Shape::Any),
        Just(literal("x")),
        Just(Shape::Enum(vec![Scalar::Integer(1), Scalar::String("a\"\n".to_owned()), Scalar::Boolean(true)])),
        Just(Shape::String(StringBounds::default())),
        prop::sample::select(Format::ALL.to_vec())
            .prop_map(|format| Shape::String(StringBounds { format: Some(format), ..StringBounds::default() })),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            inner.clone().prop_map(list),
            inner.clone().prop_map(map),
            inner.clone().prop_map(nullable),
            prop::collection::vec(inner.clone(), 0..4).prop_map(Shape::Tuple),
            (prop::collection::btree_map("[a-zé\u{ffff}😀]{1,4}", (inner.clone(), 0..3_u8), 0..6)).prop_map(|fields| {
                let field = |(name, (shape, kind)): (String, (Shape, u8))| match kind {
                    0 => required(&name, shape),
                    1 => optional(&name, shape),
                    _ => defaulted(&name, nullable(shape), "null"),
                };
                Shape::Struct(fields.into_iter().map(field).collect())
            }),
            inner.prop_map(|inner| {
                let arm =
                    |tag: &str, shape: Shape| Shape::Struct(vec![required("kind", literal(tag)), required("v", shape)]);
                union(Some("kind"), vec![arm("a", inner.clone()), arm("b", list(inner)), Shape::Boolean])
            }),
        ]
    })
}

/// A text that fits the shape, chosen by the numbers of `dice`.
fn fitting(shape: &Shape, dice: &mut dyn FnMut(u64) -> u64) -> String {
    let texts: &[&str] = match shape {
        Shape::Integer(_) => return (dice(3)).to_string().replace('2', "-0"),
        Shape::Number(_) => &["0", "-0.0", "1.50", "1e21", "123456.75E-3", "5e-324"],
        Shape::Boolean => &["true", "false"],
        Shape::BigInt => &["\"0\"", "\"-12345678901234567890123\"", r#""\u0037""#],
        Shape::Any => &["null", r#"{"b":[1,{}],"a":"\u00e9"}"#, "[1.0,-0]", "\"\\/\""],
        Shape::Literal(Scalar::String(text)) => return format!("\"{text}\""),
        Shape::Enum(_) => &["1", r#""a\"\u000a""#, "true"],
        Shape::String(bounds) => match bounds.format {
            None => &["\"\"", "\"plain\"", r#""\n\u0000\"""#, "\"é😀\""],
            Some(Format::DateTime) => {
                &["\"2024-03-01T12:00:00.100+05:30\"", "\"1999-12-31T23:59:59-01:00\"", "\"2024-03-01T00:00:00Z\""]
            }
            Some(Format::LocalDateTime) => &["\"2024-03-01T12:00:00.120\"", "\"2024-03-01T12:00:00\""],
            Some(Format::Date) => &["\"2024-02-29\""],
            Some(Format::Time) => &["\"12:00:00.000\"", "\"23:59:59.999999\""],
            Some(Format::Duration) => &["\"P1W\"", "\"-PT90M\"", "\"PT0.50S\"", "\"-P0D\""],
            Some(Format::Uuid) => &["\"01234567-89AB-CDEF-0123-456789abcdef\""],
            Some(Format::Decimal) => &["\"1.10\"", "\"-0\"", "\"100\""],
            Some(Format::Bytes) => &["\"\"", "\"-_8\"", "\"AA\""],
            Some(Format::Email) => &["\"a@b.c\""],
            Some(Format::Uri) => &["\"https:\\/\\/a.b/c\""],
        },
        Shape::Nullable(inner) => return if dice(2) == 0 { "null".to_owned() } else { fitting(inner, dice) },
        Shape::List { item, .. } => {
            let items: Vec<_> = (0..dice(4)).map(|_| fitting(item, dice)).collect();
            return format!("[{}]", items.join(","));
        }
        Shape::Tuple(items) => {
            let items: Vec<_> = items.iter().map(|item| fitting(item, dice)).collect();
            return format!("[{}]", items.join(", "));
        }
        Shape::Map(value) => {
            let keys = ["z", "\\u0061", "é", "😀", "\\uffff"];
            let members: Vec<_> =
                keys.iter().take(dice(6) as usize).map(|key| format!("\"{key}\":{}", fitting(value, dice))).collect();
            return format!("{{{}}}", members.join(","));
        }
        Shape::Struct(fields) => {
            let mut members = Vec::new();
            for field in fields {
                if field.required || dice(2) == 0 {
                    let at = dice(members.len() as u64 + 1) as usize;
                    members.insert(at, format!("\"{}\":{}", field.name, fitting(&field.shape, dice)));
                }
            }
            return format!("{{ {} }}", members.join(" , "));
        }
        Shape::Union { arms, .. } => {
            let arm = arms.get(dice(arms.len() as u64) as usize).unwrap();
            return fitting(arm, dice);
        }
        other => panic!("no value for {other:?}"),
    };
    texts[dice(texts.len() as u64) as usize].to_owned()
}

/// A simple generator of numbers that starts from `seed`.
pub(crate) fn dice(mut seed: u64) -> impl FnMut(u64) -> u64 {
    move |sides| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % sides.max(1)
    }
}

/// A text that fits `shape`, chosen by numbers that `seed` makes.
pub(crate) fn fitting_text(shape: &Shape, seed: u64) -> String {
    fitting(shape, &mut dice(seed))
}

/// Bytes that are often nearly JSON.
pub(crate) fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..64),
        prop::collection::vec(prop::sample::select(br#"{}[]",:0123456789.eE+-truefalsn\u "#.to_vec()), 0..48),
        (json_text(), any::<prop::sample::Index>(), any::<u8>()).prop_map(|(text, at, byte)| {
            let mut bytes = text.into_bytes();
            let at = at.index(bytes.len());
            if let Some(slot) = bytes.get_mut(at) {
                *slot = byte;
            }
            bytes
        }),
        (json_text(), any::<prop::sample::Index>()).prop_map(|(text, at)| {
            let mut bytes = text.into_bytes();
            bytes.truncate(at.index(bytes.len()));
            bytes
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn canonicalize_is_idempotent(text in json_text()) {
        if let Ok(canonical) = canonicalize(text.as_bytes(), Numbers::Float) {
            prop_assert_eq!(canonicalize(&canonical, Numbers::Float), Ok(canonical));
        } else {
            // The only way in which generated text may fail.
            let duplicate = matches!(json::check(text.as_bytes()), Err(error) if error.kind == json::JsonErrorKind::DuplicateKey);
            prop_assert!(duplicate, "{}", text);
        }
    }

    #[test]
    fn canonical_text_means_the_same(text in json_text()) {
        if let (Ok(canonical), Ok(value)) = (canonicalize(text.as_bytes(), Numbers::Float), json::parse(text.as_bytes())) {
            prop_assert_eq!(value.to_canonical(Numbers::Float), Ok(canonical.clone()));
            let again = json::parse(&canonical).unwrap();
            assert_same(&value, &again);
        }
    }

    #[test]
    fn keys_are_ordered_by_utf16(left in ".{0,6}", right in ".{0,6}") {
        prop_assert_eq!(compare_keys(&left, &right), left.encode_utf16().cmp(right.encode_utf16()));
    }

    #[test]
    fn nothing_panics_on_any_bytes(bytes in bytes(), shape in shape()) {
        let parsed = json::parse(&bytes).is_ok();
        prop_assert_eq!(json::check(&bytes).is_ok(), parsed);
        prop_assert_eq!(matches!(canonicalize(&bytes, Numbers::Any), Err(CanonicalError::Json(_))), !parsed);
        let _ = (json::members(&bytes), json::items(&bytes), fields(&bytes).count(), field(&bytes, "a"), project(&bytes, &["a"]));
        let asked = Asked::new(&shape);
        for direction in [Direction::Input, Direction::Output] {
            let refused_as_json = matches!(asked.transcode(direction, &bytes), Err(Refusal::Malformed(_)));
            prop_assert_eq!(refused_as_json, !parsed, "one idea of what JSON is");
        }
        let _ = asked.query(&bytes);
    }

    #[test]
    fn fitting_values_pass_and_then_stay_as_they_are(shape in shape(), seed in any::<u64>()) {
        let asked = Asked::new(&shape);
        let text = fitting_text(&shape, seed);
        let input = asked.transcode(Direction::Input, &text).map_err(|refusal| TestCaseError::fail(format!("{text} {refusal:?}")))?;
        prop_assert_eq!(asked.transcode(Direction::Input, &input), Ok(input.clone()));
        prop_assert_eq!(asked.transcode(Direction::Output, &input), Ok(input.clone()), "an input is an output");
        prop_assert_eq!(asked.transcode(Direction::Output, &text), Ok(input.clone()));
        prop_assert_eq!(canonicalize(input.as_bytes(), Numbers::Float), Ok(input.into_bytes()), "what comes out is RFC 8785");
    }

    #[test]
    fn nothing_panics_on_what_nearly_fits(shape in shape(), seed in any::<u64>(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let asked = Asked::new(&shape);
        let mut text = fitting_text(&shape, seed).into_bytes();
        let at = at.index(text.len());
        if let Some(slot) = text.get_mut(at) {
            *slot = byte;
        }
        let parsed = json::parse(&text).is_ok();
        for direction in [Direction::Input, Direction::Output] {
            match asked.transcode(direction, &text) {
                Ok(canonical) => {
                    prop_assert_eq!(asked.transcode(direction, &canonical), Ok(canonical.clone()));
                    prop_assert!(asked.program.decode(asked.shape, canonical.as_bytes(), &mut Scribe).is_ok());
                }
                Err(refusal) => prop_assert_eq!(matches!(refusal, Refusal::Malformed(_)), !parsed),
            }
        }
        let decoded = asked.program.decode(asked.shape, &text, &mut Scribe).is_ok();
        prop_assert!(!decoded || json::check(&text).map_or_else(|error| error.kind == json::JsonErrorKind::DuplicateKey, |()| true));
    }

    #[test]
    fn details_come_sorted_whatever_the_text(shape in shape(), text in json_text()) {
        let mut program = Program::default();
        let shape = program.compile(&shape).unwrap();
        let mut out = Vec::new();
        if let Err(Refusal::Invalid(details)) = program.transcode(shape, text.as_bytes(), Direction::Input, &[], &mut out) {
            prop_assert!(!details.is_empty());
            prop_assert!(details.is_sorted());
            prop_assert!(out.is_empty());
        }
    }

    #[test]
    fn query_text_means_its_percent_encoding(text in ".{0,12}") {
        let asked = Asked::fields(&[required("x", Shape::String(StringBounds::default()))]);
        let mut encoded = String::new();
        for byte in text.bytes() {
            write!(encoded, "%{byte:02x}").unwrap();
        }
        let expected = Value::Object(vec![("x".to_owned(), Value::String(text))]).to_canonical(Numbers::Any).unwrap();
        prop_assert_eq!(asked.query(format!("x={encoded}")).map(String::into_bytes), Ok(expected));
    }
}

/// The same value, whatever the spelling of numbers and the order of members.
fn assert_same(left: &Value, right: &Value) {
    match (left, right) {
        (Value::Number(_), Value::Number(_)) => assert_eq!(left.as_f64(), right.as_f64()),
        (Value::List(left), Value::List(right)) => {
            assert_eq!(left.len(), right.len());
            for (left, right) in left.iter().zip(right) {
                assert_same(left, right);
            }
        }
        (Value::Object(left), Value::Object(members)) => {
            assert_eq!(left.len(), members.len());
            for (key, value) in left {
                assert_same(value, right.get(key).unwrap());
            }
        }
        _ => assert_eq!(left, right),
    }
}
