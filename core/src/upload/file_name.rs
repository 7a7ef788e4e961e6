//! The name of a file (UPLOAD-7): what a client calls it is a path on the client's machine, or an attack.

/// The last component of what the client said, behind the separators of either family of systems; none where nothing
/// is left that names a file, or a control character stands in it.
pub(super) fn reduce(said: &str) -> Option<&str> {
    let name = said.rsplit(['/', '\\']).next().unwrap_or_default();
    let names_something = !matches!(name, "" | "." | "..");
    (names_something && !said.chars().any(char::is_control)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_component_is_left() {
        for (said, name) in [
            ("a.png", "a.png"),
            ("../../etc/passwd", "passwd"),
            ("/etc/passwd", "passwd"),
            ("C:\\Users\\Ada\\scan 1.pdf", "scan 1.pdf"),
            ("a/b\\c", "c"),
            ("Küste.png", "Küste.png"),
            (".profile", ".profile"),
            ("...", "..."),
        ] {
            assert_eq!(reduce(said), Some(name), "{said}");
        }
        for said in ["", ".", "..", "a/", "a\\", "a/..", "\\.", "a\0.png", "a\u{7f}", "a\u{85}b", "a\tb", "\u{1}/a"] {
            assert_eq!(reduce(said), None, "{said:?}");
        }
    }
}
