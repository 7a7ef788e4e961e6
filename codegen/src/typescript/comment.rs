//! Doc comments of generated code.

/// A doc comment: paragraphs and tags, one after the other.
#[derive(Default)]
pub(crate) struct Comment {
    lines: Vec<String>,
}

impl Comment {
    /// An empty comment, which prints nothing.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds what an author wrote, as a paragraph of its own.
    pub(crate) fn text(mut self, text: &str) -> Self {
        let text = text.trim_matches(['\n', '\r']).trim_end();
        if text.is_empty() {
            return self;
        }
        if !self.lines.is_empty() {
            self.lines.push(String::new());
        }
        self.lines.extend(text.lines().map(harmless));
        self
    }

    /// The same, where there is one.
    pub(crate) fn text_if(self, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.text(text),
            None => self,
        }
    }

    /// Adds a tag with its text, as a paragraph of its own; tags stand last, since what follows one belongs to it.
    pub(crate) fn tag(self, name: &str, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.text(&format!("@{name} {text}")),
            None => self,
        }
    }

    /// Prints it, each line after so many blanks.
    pub(crate) fn print(&self, indent: usize, out: &mut String) {
        let Some((first, rest)) = self.lines.split_first() else { return };
        out.extend(std::iter::repeat_n(' ', indent));
        out.push_str("/** ");
        out.push_str(first);
        for line in rest {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', indent));
            out.push_str(" *");
            if !line.is_empty() {
                out.push(' ');
                out.push_str(line);
            }
        }
        out.push_str(" */\n");
    }
}

/// The line, unable to end the comment, to break its line, or to give an order to TypeScript.
fn harmless(line: &str) -> String {
    let line = line.trim_end();
    let mut out = String::with_capacity(line.len());
    for letter in line.chars() {
        if letter == '/' && out.ends_with('*') {
            out.push('\\');
        }
        let breaks = letter.is_control() && letter != '\t' || matches!(letter, '\u{2028}' | '\u{2029}');
        out.push(if breaks { ' ' } else { letter });
    }
    // `@ts-expect-error` and its like work in doc comments too.
    if out.contains("@ts-") { out.replace("@ts-", "\\@ts-") } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(comment: &Comment) -> String {
        let mut out = String::new();
        comment.print(2, &mut out);
        out
    }

    #[test]
    fn an_empty_comment_prints_nothing() {
        assert_eq!(printed(&Comment::new().text("\n \n").tag("deprecated", None)), "");
    }

    #[test]
    fn paragraphs_and_tags_are_parted_by_an_empty_line() {
        let comment = Comment::new().text("One.\n\nTwo.\n").text("Three.").tag("deprecated", Some("No more."));
        assert_eq!(
            printed(&comment),
            "  /** One.\n   *\n   * Two.\n   *\n   * Three.\n   *\n   * @deprecated No more. */\n"
        );
    }

    #[test]
    fn text_cannot_leave_the_comment() {
        let comment = Comment::new().text("a */ b **/ \u{2028}c\u{0}d\n@ts-expect-error");
        assert_eq!(printed(&comment), "  /** a *\\/ b **\\/  c d\n   * \\@ts-expect-error */\n");
    }
}
