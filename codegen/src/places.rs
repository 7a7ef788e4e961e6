//! Where each function stands on the server, read from the comment lines that `mizan ir --sources` puts after the
//! document: `//@ source "update_profile" "shop/api.py" 42`.
//!
//! They are comments of KDL, so neither the document nor its digest knows of them. A line that does not read is left
//! out: places are for people, and nothing depends on them.

use std::collections::HashMap;
use std::fmt;

/// A file and a line of the server's code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, relative to where the server's command ran.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.file, self.line)
    }
}

/// The places of an application's functions, by the function's name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places(HashMap<String, Place>);

impl Places {
    /// The places that the comment lines of a KDL text name.
    #[must_use]
    pub fn read(text: &str) -> Self {
        Self(text.lines().filter_map(|line| entry(line.strip_prefix("//@ source ")?)).collect())
    }

    /// Where that function stands.
    #[must_use]
    pub fn of(&self, function: &str) -> Option<&Place> {
        self.0.get(function)
    }
}

/// `"name" "file" line`.
fn entry(text: &str) -> Option<(String, Place)> {
    let (name, rest) = quoted(text.trim_start())?;
    let (file, rest) = quoted(rest.trim_start())?;
    let line = rest.trim().parse().ok()?;
    Some((name, Place { file, line }))
}

/// The KDL string that the text begins with, and what follows it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut rest = text.strip_prefix('"')?;
    let mut value = String::new();
    loop {
        let end = rest.find(['"', '\\'])?;
        value.push_str(rest.get(..end)?);
        let after = rest.get(end + 1..)?;
        if rest.as_bytes().get(end) == Some(&b'"') {
            return Some((value, after));
        }
        let escape = after.chars().next()?;
        rest = after.get(escape.len_utf8()..)?;
        value.push(match escape {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'b' => '\u{8}',
            'f' => '\u{c}',
            's' => ' ',
            'u' => {
                let (digits, after) = rest.strip_prefix('{')?.split_once('}')?;
                rest = after;
                char::from_u32(u32::from_str_radix(digits, 16).ok()?)?
            }
            other => other,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(file: &str, line: u32) -> Place {
        Place { file: file.to_owned(), line }
    }

    #[test]
    fn comment_lines_name_the_places() {
        let places = Places::read(
            "mizan version=1\n\n//@ source \"rename\" \"shop/api.py\" 42\n//@ source \"shop.items\" \"C:\\\\a \\\"b\\\"\\u{e9}.py\" 7\n",
        );
        assert_eq!(places.of("rename"), Some(&place("shop/api.py", 42)));
        assert_eq!(places.of("shop.items"), Some(&place("C:\\a \"b\"é.py", 7)));
        assert_eq!(places.of("other"), None);
    }

    #[test]
    fn lines_that_do_not_read_are_left_out() {
        let places =
            Places::read("//@ source \"a\" \"b\"\n//@ source \"a\n//@ source \"a\" \"b\" -1\n//@ source a b 1\n");
        assert_eq!(places, Places::default());
    }
}
