//! The classes of characters that KDL 2 names in its tables.

/// Parts the entries of a node.
pub(super) fn is_space(character: char) -> bool {
    matches!(
        character,
        '\t' | ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

/// Ends a line; a carriage return and a line feed after it end one line together.
pub(super) fn is_newline(character: char) -> bool {
    matches!(character, '\n'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// May stand in a text by its escape alone.
pub(super) fn is_disallowed(character: char) -> bool {
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

/// May stand in a bare word.
pub(super) fn is_of_word(character: char) -> bool {
    match character {
        '\\' | '/' | '(' | ')' | '{' | '}' | '[' | ']' | ';' | '"' | '#' | '=' => false,
        '!'..='~' => true,
        _ => !is_space(character) && !is_newline(character) && !is_disallowed(character),
    }
}
