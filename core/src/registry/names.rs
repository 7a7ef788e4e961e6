//! The grammar of names (NAME-1), and which known name a wrong one is near to.

/// Whether the text is a context's, a param's, or one part of a function's name: `[a-z][a-z0-9_]*`.
#[must_use]
pub fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Whether the text is a function's name: names joined by dots.
#[must_use]
pub fn is_dotted(text: &str) -> bool {
    text.split('.').all(is_name)
}

/// Whether the text is a declared error's code: `[A-Z][A-Z0-9_]*`.
#[must_use]
pub fn is_code(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_uppercase())
        && bytes.all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

/// The known names that a wrong one was probably meant to be, best first, at most three.
#[must_use]
pub fn near<'a>(wrong: &str, known: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let limit = (wrong.len() / 3).max(2);
    let mut close: Vec<(usize, &str)> = known
        .map(|name| (distance(wrong, name), name))
        .filter(|(distance, name)| {
            *distance <= limit || name.contains(wrong) || (!name.is_empty() && wrong.contains(name))
        })
        .collect();
    close.sort_unstable();
    close.dedup();
    close.into_iter().take(3).map(|(_, name)| name).collect()
}

/// The number of single-byte edits between two texts (Levenshtein).
fn distance(left: &str, right: &str) -> usize {
    let right = right.as_bytes();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (done, byte) in left.bytes().enumerate() {
        let mut next = Vec::with_capacity(row.len());
        next.push(done + 1);
        for ((other, pair), above) in right.iter().zip(row.windows(2)).zip(row.iter().skip(1)) {
            let diagonal = pair.first().copied().unwrap_or_default() + usize::from(byte != *other);
            let before = next.last().copied().unwrap_or_default();
            next.push(diagonal.min(above + 1).min(before + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_lower_case_ascii() {
        for good in ["user", "user_2", "a"] {
            assert!(is_name(good), "{good}");
        }
        for bad in
            ["", "User", "2user", "_user", "user-x", "us\u{e9}r", "user.x", "__proto__", "constructor()", "user\n"]
        {
            assert!(!is_name(bad), "{bad}");
        }
        assert!(is_dotted("shop.items") && is_dotted("items"));
        assert!(!is_dotted("shop..items") && !is_dotted(".items") && !is_dotted("items.") && !is_dotted(""));
        assert!(is_code("NAME_TAKEN") && !is_code("name_taken") && !is_code(""));
    }

    #[test]
    fn the_nearest_names_are_offered() {
        let known = ["user", "users", "order", "notifications"];
        assert_eq!(near("usr", known.into_iter()), ["user", "users"]);
        assert_eq!(near("notification", known.into_iter()), ["notifications"]);
        assert!(near("zzzzzz", known.into_iter()).is_empty());
    }
}
