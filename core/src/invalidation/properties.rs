//! What holds for every list of targets and its header.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::header_format::{BYTE_LIMIT, EVERYTHING, MEMBER_LIMIT, format};
use super::header_parse::{Purge, parse};
use super::target::{Params, Target, normalize};
use crate::value::canonical;

/// Names of few letters, so that targets often share a context.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![Just("user".to_owned()), Just("shop".to_owned()), "[a-z][a-z0-9_]{0,3}"]
}

/// Any text, with what a header needs to write otherwise far more often than by chance.
fn text() -> impl Strategy<Value = String> {
    let special = prop::sample::select("\"\\%,;=* \t\r\n\u{0}\u{7f}é\u{2028}😀".chars().collect::<Vec<_>>());
    vec(prop_oneof![special, any::<char>(), prop::char::range('a', 'z')], 0..12)
        .prop_map(|text| text.into_iter().collect())
}

fn json_text(text: &str) -> String {
    let mut out = Vec::new();
    canonical::write_string(&mut out, text);
    String::from_utf8(out).unwrap()
}

/// The canonical JSON text of a param, and of what a reader of the header has for it (HDR-2).
fn value() -> impl Strategy<Value = (String, String)> {
    let same = |text: String| (text.clone(), text);
    let quoted = |text: String| (text.clone(), json_text(&text));
    prop_oneof![
        (-999_999_999_999_999_i64..=999_999_999_999_999).prop_map(move |value| same(value.to_string())),
        (1_000_000_000_000_000_i64..9_007_199_254_740_991).prop_map(move |value| quoted(value.to_string())),
        any::<bool>().prop_map(move |value| same(value.to_string())),
        text().prop_map(move |text| same(json_text(&text))),
        prop::sample::select(vec!["null", "1.5", "1e+21", "[1,2]", r#"["a"]"#])
            .prop_map(move |text| quoted(text.to_owned())),
    ]
}

/// A target, and what a reader of the header has for it.
fn target() -> impl Strategy<Value = (Target, Target)> {
    let function =
        option::of(prop_oneof![name(), (name(), name()).prop_map(|(first, rest)| format!("{first}.{rest}"))]);
    let params = vec((name(), value()), 0..4);
    (name(), function, params, option::weighted(0.2, text())).prop_map(|(context, function, params, sub)| {
        let (written, read): (Vec<_>, Vec<_>) =
            params.into_iter().map(|(name, (written, read))| ((name.clone(), written), (name, read))).unzip();
        let with = |params| Target {
            context: context.clone(),
            function: function.clone(),
            params: Params::new(params),
            sub: sub.clone(),
        };
        (with(written), with(read))
    })
}

fn targets(most: usize) -> impl Strategy<Value = (Vec<Target>, Vec<Target>)> {
    vec(target(), 0..most).prop_map(|targets| {
        let (written, read): (Vec<_>, Vec<_>) = targets.into_iter().unzip();
        (normalize(written), normalize(read))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn what_is_written_is_read_back((written, read) in targets(6)) {
        let header = format(&written);
        prop_assert!(header.bytes().all(|byte| (0x20..0x7f).contains(&byte)), "{header}");
        prop_assert_eq!(parse(&[header.as_bytes()]), Ok(Purge::Targets(read)));
    }

    #[test]
    fn what_is_too_much_is_widened_and_never_cut((written, read) in targets(120)) {
        let header = format(&written);
        prop_assert!(header.len() <= BYTE_LIMIT);
        match parse(&[header.as_bytes()]).unwrap() {
            Purge::Everything => prop_assert_eq!(header, EVERYTHING),
            Purge::Targets(found) => {
                prop_assert!(found.len() <= MEMBER_LIMIT);
                for target in &read {
                    prop_assert!(found.iter().any(|wider| wider.covers(target)), "{target:?} is lost in {header}");
                }
            }
        }
    }

    #[test]
    fn lines_and_blanks_between_members_say_nothing(
        (written, read) in targets(8),
        seams in vec(prop::sample::select(vec![", ", ",", " ,\t", "  ,  ", "\n"]), 8),
    ) {
        let members: Vec<String> = written.iter().map(|target| format(std::slice::from_ref(target))).collect();
        let mut spread = String::new();
        for (index, member) in members.iter().enumerate() {
            if index > 0 {
                spread.push_str(seams.get(index).unwrap());
            }
            spread.push_str(member);
        }
        let lines: Vec<&[u8]> = spread.split('\n').map(str::as_bytes).collect();
        prop_assert_eq!(parse(&lines), Ok(Purge::Targets(read)));
    }

    #[test]
    fn any_bytes_are_read_or_refused((written, _) in targets(4), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut header = format(&written).into_bytes();
        let at = at.index(header.len().max(1));
        if let Some(slot) = header.get_mut(at) {
            *slot = byte;
        }
        if let Ok(Purge::Targets(found)) = parse(&[&header]) {
            // Whatever was read can be written, and means the same again.
            let again = format(&found);
            prop_assert_eq!(parse(&[again.as_bytes()]), Ok(Purge::Targets(found)));
        }
    }
}
