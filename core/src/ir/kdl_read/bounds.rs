//! What is checked before the parser sees the text: that its blocks do not lie deeper than its recursion can go.
//!
//! The parser recurses by block, and goes on after an error where it can. So braces are only taken for text where the
//! parser is sure to take them for text too: within a string that is whole, well formed, and stands where a string can
//! stand. Everything else that could hide a brace is refused.

use crate::ir::kdl_read::KdlError;
use crate::ir::kdl_read::form::Source;

/// Blocks within blocks beyond this are refused; no document that is written comes near it.
const MAX_DEPTH: usize = 128;

/// Refuses blocks that lie too deep, and what could hide one.
pub(super) fn check(source: Source<'_>, text: &str) -> Result<(), KdlError> {
    let mut depth = 0_usize;
    let mut position = 0;
    // A byte-order mark may stand first, and only there.
    let mut before = text.strip_prefix('\u{feff}').map(|rest| {
        position = text.len() - rest.len();
        '\n'
    });
    while let Some(character) = text.get(position..).and_then(|rest| rest.chars().next()) {
        let rest = text.get(position..).unwrap_or_default();
        let mut length = character.len_utf8();
        match character {
            '{' => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err(source.error(position, format!("blocks may lie {MAX_DEPTH} deep, not deeper")));
                }
            }
            '}' => depth = depth.saturating_sub(1),
            '/' if rest.starts_with("//") => length = rest.find(is_line_end).unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => {
                return Err(source.error(position, "a document has no block comments; begin each line with //"));
            }
            '#' if rest.starts_with("#\"") || rest.starts_with("##") => {
                return Err(source.error(position, "a document has no raw strings; quote the text"));
            }
            '"' if rest.starts_with("\"\"\"") => {
                return Err(source.error(position, "a document has no multi-line strings; quote the text"));
            }
            '"' => {
                if !before.is_none_or(opens) {
                    return Err(source.error(position, "this is not KDL 2: a string begins within a word"));
                }
                length = string(rest).map_err(|(at, problem)| source.error(position + at, problem))?;
                if !rest.get(length..).and_then(|rest| rest.chars().next()).is_none_or(closes) {
                    return Err(source.error(position + length, "this is not KDL 2: a word begins within a string"));
                }
            }
            other if is_disallowed(other) => return Err(source.error(position, DISALLOWED)),
            _ => {}
        }
        position += length;
        before = Some(character);
    }
    Ok(())
}

const DISALLOWED: &str = "this is not KDL 2: a character that cannot stand literally";

/// The length of the quoted string that the text begins with; or where it is none, and why.
fn string(text: &str) -> Result<usize, (usize, &'static str)> {
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Ok(at + 1),
            '\\' => match characters.next() {
                Some((_, '"' | '\\' | 'b' | 'f' | 'n' | 'r' | 't' | 's')) => {}
                Some((at, 'u')) => {
                    let digits = text.get(at + 1..).and_then(|rest| rest.strip_prefix('{')?.split_once('}'));
                    let value = digits.filter(|(digits, _)| (1..=6).contains(&digits.len()));
                    let value = value.and_then(|(digits, _)| u32::from_str_radix(digits, 16).ok());
                    let Some((digits, _)) = digits.filter(|_| value.and_then(char::from_u32).is_some()) else {
                        return Err((at, "this is not KDL 2: an escape that is none"));
                    };
                    characters.nth(digits.len() + 1);
                }
                // An escaped blank takes all blanks after it, line ends too.
                Some((_, blank)) if is_blank(blank) => {
                    while characters.next_if(|(_, next)| is_blank(*next)).is_some() {}
                }
                _ => return Err((at, "this is not KDL 2: an escape that is none")),
            },
            other if is_line_end(other) => return Err((at, "this is not KDL 2: a line ends within a string")),
            other if is_disallowed(other) => return Err((at, DISALLOWED)),
            _ => {}
        }
    }
    Err((0, "this is not KDL 2: a string that nothing closes"))
}

/// Whether a string can begin after it.
fn opens(character: char) -> bool {
    is_blank(character) || matches!(character, '{' | '(' | ')' | '=' | ';' | '-')
}

/// Whether it can stand right after a string.
fn closes(character: char) -> bool {
    is_blank(character) || matches!(character, '{' | '}' | ')' | '=' | ';' | '/' | '\\')
}

fn is_blank(character: char) -> bool {
    is_line_end(character)
        || matches!(
            character,
            '\t' | ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
        )
}

fn is_line_end(character: char) -> bool {
    matches!(character, '\r' | '\n' | '\u{85}' | '\u{b}' | '\u{c}' | '\u{2028}' | '\u{2029}')
}

/// The code points that KDL 2 does not allow to stand literally, the byte-order mark among them.
fn is_disallowed(character: char) -> bool {
    matches!(
        character,
        '\0'..='\u{8}'
            | '\u{e}'..='\u{1f}'
            | '\u{7f}'
            | '\u{200e}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use crate::ir::kdl_read::read;

    #[test]
    fn nothing_hides_a_block_from_the_check() {
        let deep = "a {".repeat(100_000);
        for hidden in [
            format!("// x\r{deep}"),
            format!("// x\u{b}{deep}"),
            format!("// x\u{c}{deep}"),
            format!("// x\u{85}{deep}"),
            format!("// x\u{2028}{deep}"),
            format!("// x\u{2029}{deep}"),
            format!("\"\n{deep}\""),
            format!("\"\r{deep}\""),
            format!("a \"\\q{deep}\""),
            format!("a \"\\u{{zz}} {deep}\""),
            format!("a \"\\u{{d800}} {deep}\""),
            format!("a \"\\u{{0000000}} {deep}\""),
            format!("a\"{deep}\""),
            format!("\"a\"b\"{deep}\""),
            format!("\u{feff}\"{deep}\""),
            format!("\"\u{1}{deep}\""),
            format!("\"{deep}"),
            format!("\"\"\"\n{deep}\n\"\"\""),
            format!("#\"\"{deep}\"#"),
            format!("/*{deep}*/"),
        ] {
            let start: String = hidden.chars().take(20).collect();
            assert!(read(&format!("mizan version=1\n{hidden}")).is_err(), "{start:?}");
            assert!(read(&hidden).is_err(), "{start:?}");
        }
    }

    #[test]
    fn braces_within_whole_strings_are_text() {
        let braces = "{".repeat(1000);
        let text = format!("mizan version=1\n\nfunction \"f\" {{\n    doc \"{braces}\"\n    output {{ any }}\n}}\n");
        assert!(read(&text).is_ok());
        let escaped = r#"mizan version=1; function "f" { doc "\u{7b}\s\
            {x\\"; output { any } }"#;
        assert_eq!(
            read(escaped).unwrap().functions.first().and_then(|function| function.doc.clone()).as_deref(),
            Some("{ {x\\")
        );
    }
}
