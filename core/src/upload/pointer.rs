//! JSON Pointers (RFC 6901) as names of parts (UPLOAD-5).

use crate::error::detail::PathPart;

/// The steps of a pointer that goes below the root: an index where a step can be one, else a key. None where the text
/// is no such pointer.
pub(crate) fn steps(text: &str) -> Option<Vec<PathPart>> {
    text.strip_prefix('/')?.split('/').map(step).collect()
}

fn step(text: &str) -> Option<PathPart> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number && (text == "0" || !text.starts_with('0')) {
        // What is beyond every list is left as a key, which no list has.
        if let Ok(index) = text.parse::<u32>() {
            return Some(PathPart::Index(index as usize));
        }
    }
    let mut key = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        key.push(match character {
            '~' => match rest.next()? {
                '0' => '~',
                '1' => '/',
                _ => return None,
            },
            other => other,
        });
    }
    Some(PathPart::Key(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_is_its_steps() {
        let key = |text: &str| PathPart::Key(text.to_owned());
        assert_eq!(steps("/avatar"), Some(vec![key("avatar")]));
        assert_eq!(steps("/pages/10"), Some(vec![key("pages"), PathPart::Index(10)]));
        assert_eq!(steps("/a~1b~0c~01/"), Some(vec![key("a/b~c~1"), key("")]));
        let beyond = "99999999999999999999";
        assert_eq!(steps(&format!("/-/01/-1/{beyond}")), Some(vec![key("-"), key("01"), key("-1"), key(beyond)]));
        for text in ["", "avatar", "#/avatar", "/a~", "/a~2", "call"] {
            assert_eq!(steps(text), None, "{text}");
        }
    }
}
