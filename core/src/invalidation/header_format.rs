//! Targets as an RFC 9651 List for `X-Mizan-Invalidate` (HDR-1 to HDR-5).

use super::target::{Params, Target, normalize};

/// Most members of the list (LIM-6).
pub const MEMBER_LIMIT: usize = 64;
/// Most bytes of the header's value (LIM-6).
pub const BYTE_LIMIT: usize = 4096;
/// What purges everything.
pub const EVERYTHING: &str = "*";
/// The parameter that names an identity.
pub(super) const SUB_KEY: &str = "*sub";
/// The longest integer of RFC 9651.
const INTEGER_DIGITS: usize = 15;

/// The header's value for targets in normal form. Over a limit the list is widened, never cut: params are dropped from
/// the most numerous context first (of equals, the first by name), and at last the answer is [`EVERYTHING`].
#[must_use]
pub fn format(targets: &[Target]) -> String {
    let text = list(targets);
    if fits(targets, &text) {
        return text;
    }
    let mut targets = targets.to_vec();
    while let Some(context) = most_numerous_narrowed(&targets) {
        for target in targets.iter_mut().filter(|target| target.context == context) {
            target.params = Params::default();
            target.sub = None;
        }
        targets = normalize(targets);
        let text = list(&targets);
        if fits(&targets, &text) {
            return text;
        }
    }
    EVERYTHING.to_owned()
}

fn fits(targets: &[Target], text: &str) -> bool {
    targets.len() <= MEMBER_LIMIT && text.len() <= BYTE_LIMIT
}

/// The context with the most members among those that still have params or identities to drop.
fn most_numerous_narrowed(targets: &[Target]) -> Option<String> {
    let mut best: Option<(usize, &str)> = None;
    for group in targets.chunk_by(|left, right| left.context == right.context) {
        let narrowed = group.iter().any(|target| !target.params.is_empty() || target.sub.is_some());
        if let Some(first) = group.first()
            && narrowed
            && best.is_none_or(|(count, _)| group.len() > count)
        {
            best = Some((group.len(), &first.context));
        }
    }
    best.map(|(_, context)| context.to_owned())
}

fn list(targets: &[Target]) -> String {
    /// Room for a name and a param of usual length.
    const EACH: usize = 32;
    let mut out = String::with_capacity(EACH * targets.len());
    for target in targets {
        if !out.is_empty() {
            out.push_str(", ");
        }
        member(&mut out, target);
    }
    out
}

fn member(out: &mut String, target: &Target) {
    out.push_str(&target.context);
    if let Some(function) = &target.function {
        out.push('.');
        out.push_str(function);
    }
    // `*` sorts before every name of a param.
    if let Some(sub) = &target.sub {
        out.push(';');
        out.push_str(SUB_KEY);
        out.push('=');
        text_item(out, sub);
    }
    for (name, value) in target.params.iter() {
        out.push(';');
        out.push_str(name);
        out.push('=');
        item(out, value);
    }
}

/// A canonical JSON text as a bare item (HDR-2).
fn item(out: &mut String, value: &str) {
    match value {
        "true" => out.push_str("?1"),
        "false" => out.push_str("?0"),
        _ if is_integer(value) => out.push_str(value),
        _ if value.starts_with('"') => {
            // Canonical text is valid JSON, so this only fails for a caller's mistake; the text itself then stands.
            match crate::value::json::parse(value.as_bytes()) {
                Ok(crate::value::Value::String(text)) => text_item(out, &text),
                _ => text_item(out, value),
            }
        }
        _ => text_item(out, value),
    }
}

fn is_integer(value: &str) -> bool {
    let digits = value.strip_prefix('-').unwrap_or(value);
    !digits.is_empty() && digits.len() <= INTEGER_DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Text as an sf-string, or as a display string where it has more than printable ASCII.
fn text_item(out: &mut String, text: &str) {
    if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        out.push('"');
        for character in text.chars() {
            if matches!(character, '"' | '\\') {
                out.push('\\');
            }
            out.push(character);
        }
        out.push('"');
        return;
    }
    out.push_str("%\"");
    for byte in text.bytes() {
        if matches!(byte, b'%' | b'"') || !(0x20..0x7f).contains(&byte) {
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        } else {
            out.push(char::from(byte));
        }
    }
    out.push('"');
}

const HEX: [u8; 16] = *b"0123456789abcdef";

#[cfg(test)]
mod tests {
    use super::*;

    fn target(context: &str, params: &[(&str, &str)]) -> Target {
        Target { params: Params::new(params.iter().copied()), ..Target::broad(context) }
    }

    #[test]
    fn members_are_tokens_with_sorted_parameters() {
        let member = Target { function: Some("shop_items".to_owned()), ..Target::broad("shop") };
        let mine = Target { sub: Some("5".to_owned()), ..Target::broad("inbox") };
        let targets = normalize(vec![
            target("user", &[("user_id", "5"), ("active", "true")]),
            target("search", &[("q", "\"a b\"")]),
            target("notifications", &[]),
            member,
            mine,
        ]);
        assert_eq!(
            format(&targets),
            r#"inbox;*sub="5", notifications, search;q="a b", shop.shop_items, user;active=?1;user_id=5"#
        );
    }

    #[test]
    fn each_kind_of_value_has_one_form() {
        for (value, expected) in [
            ("999999999999999", "999999999999999"),
            ("-999999999999999", "-999999999999999"),
            ("1000000000000000", "\"1000000000000000\""),
            ("1.5", "\"1.5\""),
            ("null", "\"null\""),
            ("false", "?0"),
            ("[1,2]", "\"[1,2]\""),
            (r#""a\"b\\c""#, r#""a\"b\\c""#),
            (r#""""#, r#""""#),
            ("\"\u{fc}%\"", "%\"%c3%bc%25\""),
            (r#""a\r\nX-Evil: 1""#, "%\"a%0d%0aX-Evil: 1\""),
            (r#""\u0000""#, "%\"%00\""),
        ] {
            assert_eq!(format(&[target("c", &[("p", value)])]), format!("c;p={expected}"), "{value}");
        }
    }

    #[test]
    fn over_sixty_four_members_the_most_numerous_context_is_widened_first() {
        let mut targets: Vec<Target> = (0..60).map(|id| target("user", &[("user_id", &id.to_string())])).collect();
        targets.extend((0..4).map(|id| target("order", &[("order_id", &id.to_string())])));
        let at_limit = normalize(targets.clone());
        assert_eq!(format(&at_limit).split(", ").count(), 64);
        targets.push(target("order", &[("order_id", "4")]));
        let text = format(&normalize(targets));
        assert_eq!(
            text,
            "order;order_id=0, order;order_id=1, order;order_id=2, order;order_id=3, order;order_id=4, user"
        );
    }

    #[test]
    fn over_four_kibibytes_params_are_dropped_and_at_last_everything_is_named() {
        let long = |length: usize| format!("\"{}\"", "x".repeat(length));
        // "c;p=" and two quotes are six bytes.
        assert_eq!(format(&[target("c", &[("p", &long(BYTE_LIMIT - 6))])]).len(), BYTE_LIMIT);
        assert_eq!(format(&[target("c", &[("p", &long(BYTE_LIMIT - 5))])]), "c");
        let many: Vec<Target> = (0..65).map(|index| Target::broad(format!("context_{index}"))).collect();
        assert_eq!(format(&normalize(many)), EVERYTHING);
    }
}
