//! Patterns of text: the RE2-like subset that means the same wherever it is read.
//!
//! The engine is the `regex` crate, whose time is linear in the text. Its syntax is taken except where other languages
//! read the same characters otherwise: the classes `\d`, `\w`, `\s` and `\b` are ASCII, brackets within a class are
//! plain characters, and what has no equal elsewhere does not build.

use std::fmt;

use regex::{Regex, RegexBuilder};

/// A compiled pattern.
#[derive(Debug, Clone)]
pub struct Pattern {
    source: String,
    regex: Regex,
}

/// Why a pattern does not build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError {
    /// A sentence for its author.
    pub problem: String,
}

impl fmt::Display for PatternError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.problem)
    }
}

impl std::error::Error for PatternError {}

fn refused<T>(problem: &str) -> Result<T, PatternError> {
    Err(PatternError { problem: problem.to_owned() })
}

impl Pattern {
    /// Compiles the pattern as its author wrote it.
    pub fn new(source: &str) -> Result<Self, PatternError> {
        /// The most memory of a compiled pattern, in bytes.
        const SIZE: usize = 1 << 20;
        /// The most groups within one another.
        const NESTING: u32 = 64;
        let rewritten = rewrite(source)?;
        let built = RegexBuilder::new(&rewritten).size_limit(SIZE).nest_limit(NESTING).build();
        match built {
            Ok(regex) => Ok(Self { source: source.to_owned(), regex }),
            Err(regex::Error::CompiledTooBig(_)) => refused("the pattern is too large when compiled"),
            Err(error) => {
                // The last line of the engine's report says what is wrong; the ones before draw where in the rewritten
                // pattern, which its author never saw.
                let report = error.to_string();
                let last = report.lines().last().unwrap_or_default();
                let sentence = last.strip_prefix("error: ").unwrap_or(last);
                refused(&format!("the pattern is not of the RE2-like subset: {sentence}"))
            }
        }
    }

    /// The pattern as its author wrote it.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether it matches anywhere in `text`.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }
}

/// The pattern in the engine's own syntax.
fn rewrite(source: &str) -> Result<String, PatternError> {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    let mut in_class = false;
    // How many quantifier signs stand directly before: `+` is one, the lazy `+?` two.
    let mut signs = 0;
    while let Some(character) = rest.chars().next() {
        let after = rest.get(character.len_utf8()..).unwrap_or_default();
        let quantifier = !in_class && matches!(character, '*' | '+' | '?' | '{');
        if quantifier && (signs > 1 || signs == 1 && character != '?') {
            return refused("the pattern repeats a repetition; put the inner one in a group");
        }
        if quantifier && after.starts_with(',') && character == '{' {
            return refused("the pattern has {,n}, which some languages take for text; write {0,n}");
        }
        signs = if quantifier { signs + 1 } else { 0 };
        rest = match character {
            '\\' => escape(after, in_class, &mut out)?,
            '[' if in_class => {
                if after.starts_with(':') {
                    return refused("the pattern has a named class such as [:alpha:]; write its characters");
                }
                out.push_str("\\[");
                after
            }
            '[' => {
                in_class = true;
                out.push('[');
                let inside = after.strip_prefix('^').unwrap_or(after);
                if inside.len() != after.len() {
                    out.push('^');
                }
                if inside.starts_with(']') {
                    return refused("the pattern has a class that starts with ]; write \\]");
                }
                inside
            }
            ']' if in_class => {
                in_class = false;
                out.push(']');
                after
            }
            '&' | '-' | '~' if in_class && after.starts_with(character) => {
                return refused("the pattern has &&, -- or ~~ in a class, which some languages take for an operator");
            }
            '(' if !in_class && after.starts_with('?') => group(after, &mut out)?,
            '{' if !in_class => {
                let Some((bounds, after)) = after.split_once('}') else {
                    return refused("the pattern has a { that nothing closes; write \\{ for the character");
                };
                out.push('{');
                out.push_str(bounds);
                out.push('}');
                after
            }
            other => {
                out.push(other);
                after
            }
        };
    }
    Ok(out)
}

/// Writes the escape whose backslash stands before `after`, and gives what follows it.
fn escape<'a>(after: &'a str, in_class: bool, out: &mut String) -> Result<&'a str, PatternError> {
    let Some(letter) = after.chars().next() else { return refused("the pattern ends with a backslash") };
    let ascii = match letter {
        'd' => Some("0-9"),
        'w' => Some("0-9A-Za-z_"),
        's' => Some("\\t\\n\\x0B\\x0C\\r "),
        _ => None,
    };
    let negated = match letter {
        'D' => Some("[^0-9]"),
        'W' => Some("[^0-9A-Za-z_]"),
        'S' => Some("[^\\t\\n\\x0B\\x0C\\r ]"),
        _ => None,
    };
    match (ascii, negated, letter) {
        (Some(class), _, _) if in_class => out.push_str(class),
        (Some(class), _, _) => {
            out.push('[');
            out.push_str(class);
            out.push(']');
        }
        (_, Some(class), _) => out.push_str(class),
        (_, _, 'b') if in_class => return refused("the pattern has \\b in a class; write \\x08"),
        (_, _, 'b') if after.starts_with("b{") => return refused("the pattern has a \\b with braces after it"),
        (_, _, 'b') => out.push_str("(?-u:\\b)"),
        (_, _, 'B') => return refused("the pattern has \\B, which cannot be held to ASCII"),
        (_, _, 'A' | 'z' | '<' | '>') => {
            return refused("the pattern has an anchor that some languages lack; write ^, $ or \\b");
        }
        (_, _, letter) => {
            out.push('\\');
            out.push(letter);
        }
    }
    Ok(after.get(letter.len_utf8()..).unwrap_or_default())
}

/// Writes the start of the group whose bracket stands before `after`, which starts with a question mark.
fn group<'a>(after: &'a str, out: &mut String) -> Result<&'a str, PatternError> {
    for opening in ["?:", "?P<", "?<"] {
        if let Some(rest) = after.strip_prefix(opening) {
            if rest.starts_with(['=', '!']) {
                return refused("the pattern looks behind, which takes more than linear time");
            }
            out.push('(');
            out.push_str(opening);
            return Ok(rest);
        }
    }
    if after.starts_with("?=") || after.starts_with("?!") {
        return refused("the pattern looks ahead, which takes more than linear time");
    }
    let length = after.bytes().skip(1).take_while(|byte| b"ims-".contains(byte)).count() + 1;
    let (flags, rest) = after.split_at_checked(length).unwrap_or((after, ""));
    if !rest.starts_with([':', ')']) {
        return refused("the pattern has a flag other than i, m and s");
    }
    out.push('(');
    out.push_str(flags);
    Ok(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        Pattern::new(pattern).unwrap().is_match(text)
    }

    #[test]
    fn patterns_are_searched_for_anywhere() {
        assert!(matches("b", "abc"));
        assert!(!matches("^b", "abc"));
        assert!(matches("", ""));
    }

    #[test]
    fn classes_are_ascii() {
        assert!(matches(r"^\d+$", "0123456789"));
        assert!(!matches(r"\d", "٥５"));
        assert!(matches(r"^\w+$", "aZ_9"));
        assert!(!matches(r"\w", "é"));
        assert!(matches(r"^\s+$", " \t\n\r\u{b}\u{c}"));
        assert!(!matches(r"\s", "\u{a0}\u{2003}"));
        assert!(matches(r"^\D\W\S$", "éé\u{a0}"));
        assert!(matches(r"\bfoo\b", "éfooé"), "a boundary knows ASCII words alone");
        assert!(!matches(r"\bfoo\b", "xfoo"));
    }

    #[test]
    fn classes_within_classes_are_ascii() {
        assert!(matches(r"^[\d\-x]+$", "1-x"));
        assert!(!matches(r"[\w]", "é"));
        assert!(matches(r"^[^\d]$", "٥"));
        assert!(matches(r"^[\D]$", "٥"));
        assert!(!matches(r"^[^\D]$", "٥"));
        assert!(matches(r"^[\s\S]+$", "a\n é"));
    }

    #[test]
    fn characters_are_code_points() {
        assert!(matches("^.$", "😀"));
        assert!(matches("^[😀-😂]$", "😁"));
        assert!(matches(r"^\u{1F600}$", "😀"));
        assert!(matches(r"^\p{Lu}$", "É"));
        assert!(matches("(?i)^É$", "é"));
    }

    #[test]
    fn dollar_is_the_very_end() {
        assert!(!matches("a$", "a\n"));
        assert!(matches("(?m)a$", "a\n"));
    }

    #[test]
    fn brackets_in_classes_are_plain() {
        assert!(matches(r"^[[a]+$", "[a"));
        assert!(matches(r"^[a\]]+$", "a]"));
        assert!(matches(r"^[(?x]+$", "(?x"));
        assert!(matches(r"^\[a]$", "[a]"));
    }

    #[test]
    fn groups_and_flags_that_mean_the_same_everywhere_are_taken() {
        for pattern in [
            "(a)", "(?:a)", "(?P<n>a)", "(?<n>a)", "(?i)A", "(?i:A)", "(?s).", r"a\/", "a{2,3}a", "[a-z]a|a", "a*?",
            "(a+)+", "a{2}?a", "a??", r"a\+*",
        ] {
            assert!(matches(pattern, "aaaa/"), "{pattern}");
        }
    }

    #[test]
    fn everything_else_does_not_build() {
        for pattern in [
            "(",
            ")",
            "[a",
            "a{2,1}",
            "*",
            "\\",
            r"(a)\1",
            "(?=a)",
            "(?!a)",
            "(?<=a)",
            "(?<!a)",
            "(?>a)",
            "(?x)a b",
            "(?u)a",
            "(?-u)a",
            "(?R)a",
            "(?U)a",
            r"\Aa",
            r"a\Z",
            r"a\z",
            r"\Ba",
            r"\<a",
            r"a\>",
            r"\b{start}",
            "[]a]",
            "[^]",
            "[]",
            "[a&&b]",
            "[a--b]",
            "[a~~b]",
            "[[:alpha:]]",
            r"[\b]",
            r"\y",
            "a**",
            "a{2}{3}",
            "a+*",
            "a+??",
            "a{,5}",
            "a{",
            "a{2",
            "a{x}",
            "{2}",
            r"\cA",
            "a++b**",
            "(?P=n)",
            r"\k<n>",
            "(?",
            "[z-a]",
            r"\p{Nonsense}",
        ] {
            let built = Pattern::new(pattern);
            assert!(built.is_err(), "{pattern} {built:?}");
        }
    }

    #[test]
    fn size_and_nesting_are_bounded() {
        assert!(Pattern::new("(?:(?:a{1000}){1000}){1000}").is_err());
        assert!(Pattern::new(&format!("{}a{}", "(".repeat(100), ")".repeat(100))).is_err());
        assert!(Pattern::new(&format!("{}a{}", "(".repeat(30), ")".repeat(30))).is_ok());
    }

    #[test]
    fn errors_say_what_is_wrong() {
        assert_eq!(
            Pattern::new("(?=a)").unwrap_err().to_string(),
            "the pattern looks ahead, which takes more than linear time"
        );
        let error = Pattern::new("a{2,1}").unwrap_err().to_string();
        assert!(error.starts_with("the pattern is not of the RE2-like subset: ") && !error.contains('\n'), "{error}");
        assert_eq!(Pattern::new(r"^\d$").unwrap().source(), r"^\d$");
    }
}
