//! Our reader of KDL held against the `kdl` crate: for any text, the same tree or two refusals.

use std::borrow::Cow;

use kdl::{KdlDocument, KdlEntry, KdlNode, KdlValue};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::ir::kdl_read::form::Source;
use crate::ir::kdl_read::node::{Entry, Node, Value};
use crate::ir::kdl_read::syntax;
use crate::ir::kdl_write::write;
use crate::ir::samples;

/// Pieces of KDL, whole and broken.
const PIECES: &[&str] = &[
    // What parts things.
    " ",
    " ",
    " ",
    "\t",
    "\u{a0}",
    "\u{3000}",
    "\n",
    "\n",
    "\r\n",
    "\r",
    "\u{85}",
    "\u{b}",
    "\u{2028}",
    ";",
    ";",
    "{",
    "{",
    "}",
    "}",
    "=",
    "=",
    "\\",
    "\\\n",
    "\\ // c\n",
    "// c\n",
    "// {\"\r",
    "//",
    "/",
    "(",
    ")",
    "(t)",
    "( \"t\" )",
    "[",
    // Words.
    "a",
    "a",
    "b-c",
    "_",
    "é",
    "-",
    "+a",
    ".",
    ".a",
    "-.",
    "#",
    "true",
    "null",
    "nan",
    "<",
    "a1",
    // Values.
    "1",
    "-1",
    "+7",
    "007",
    "1_0",
    "1_",
    "1.5",
    "-0.0",
    "1.",
    ".5",
    "+.5",
    "1e3",
    "1.5E-3",
    "1e",
    "1e999",
    "1._5",
    "0x1F",
    "-0b1_1",
    "0o8",
    "0x",
    "0x_1",
    "1a",
    "#true",
    "#false",
    "#null",
    "#inf",
    "#-inf",
    "#nan",
    "#yes",
    // Text in quotes.
    "\"\"",
    "\"x\"",
    "\"x y\"",
    "\"{\\\"\\\\/\\b\\f\\n\\r\\s\\t\"",
    "\"\\u{1F600}é\"",
    "\"\\u{d800}\"",
    "\"\\u{1234567}\"",
    "\"\\u{}\"",
    "\"\\u0041\"",
    "\"\\ \n  x\"",
    "\"\\",
    "\"\\q\"",
    "\"",
    "\"\u{2028}\"",
    "\"\u{202e}\"",
    "\u{feff}",
    "\u{1}",
];

/// What a document has no place for, though KDL has.
fn is_left_out(problem: &str) -> bool {
    problem.starts_with("a document has no ") || problem.starts_with("blocks may lie ")
}

/// The two readers agree about this text; whether they accept it.
fn agreed(text: &str) -> Result<bool, TestCaseError> {
    let ours = syntax::nodes(Source::new(text));
    if let Err(error) = &ours
        && is_left_out(&error.problem)
    {
        return Ok(false);
    }
    let theirs = KdlDocument::parse_v2(text);
    match (ours, theirs) {
        (Ok(ours), Ok(theirs)) => {
            let theirs: Vec<Node<'_>> = theirs.nodes().iter().map(node).collect();
            // As text, so that one NaN is like another and -0.0 is not 0.0.
            prop_assert_eq!(format!("{ours:?}"), format!("{theirs:?}"), "{:?}", text);
            Ok(true)
        }
        (Err(error), Err(_)) => {
            prop_assert!(error.problem.starts_with("this is not KDL 2: "), "{error}");
            Ok(false)
        }
        (Ok(_), Err(error)) => Err(TestCaseError::fail(format!("only ours accepts {text:?}: {error:?}"))),
        (Err(error), Ok(_)) => Err(TestCaseError::fail(format!("only theirs accepts {text:?}: {error}"))),
    }
}

fn node(node: &KdlNode) -> Node<'static> {
    Node {
        name: Cow::Owned(node.name().value().to_owned()),
        offset: node.name().span().offset(),
        annotated: node.ty().is_some(),
        entries: node.entries().iter().map(entry).collect(),
        children: node.children().map(|block| block.nodes().iter().map(self::node).collect()),
    }
}

fn entry(entry: &KdlEntry) -> Entry<'static> {
    Entry {
        name: entry.name().map(|name| Cow::Owned(name.value().to_owned())),
        value: match entry.value() {
            KdlValue::Null => Value::Null,
            KdlValue::Bool(value) => Value::Boolean(*value),
            KdlValue::Integer(value) => Value::Integer(*value),
            KdlValue::Float(value) => Value::Float(*value),
            KdlValue::String(text) => Value::Text(Cow::Owned(text.clone())),
        },
        offset: entry.span().offset(),
        annotated: entry.ty().is_some(),
    }
}

/// What happens to a text: at that place, so many characters go and this comes.
fn change() -> impl Strategy<Value = (Index, usize, &'static str)> {
    (any::<Index>(), 0_usize..3, select(PIECES))
}

fn changed(text: &str, changes: &[(Index, usize, &str)]) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for (place, removed, inserted) in changes {
        let start = place.index(characters.len() + 1);
        let end = (start + removed).min(characters.len());
        characters.splice(start..end, inserted.chars());
    }
    characters.into_iter().collect()
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn what_the_writer_writes_reads_the_same_by_both(document in samples::document()) {
        prop_assert!(agreed(&write(&document))?);
    }

    #[test]
    fn what_becomes_of_it_reads_the_same_by_both(document in samples::document(), changes in vec(change(), 1..4)) {
        agreed(&changed(&write(&document), &changes))?;
    }
}

proptest! {
    #![proptest_config(config(10000))]

    #[test]
    fn any_pieces_read_the_same_by_both(pieces in vec(select(PIECES), 0..10)) {
        agreed(&pieces.concat())?;
    }

    #[test]
    fn entries_of_a_node_read_the_same_by_both(pieces in vec((select(PIECES), select(vec!["", " ", "="])), 0..5)) {
        let entries: Vec<String> = pieces.iter().map(|(piece, after)| format!("{piece}{after}")).collect();
        agreed(&format!("n {} {{ m }}", entries.concat()))?;
    }
}

/// The message of the refusal of a text.
fn refused(text: &str) -> String {
    syntax::nodes(Source::new(text)).unwrap_err().to_string()
}

#[test]
fn what_is_no_kdl_is_said_where_it_is() {
    let cases = [
        ("a\n  }", "line 2, column 3: this is not KDL 2: there is no block to close"),
        ("a {\n  b {\n", "line 2, column 5: this is not KDL 2: this block is not closed"),
        ("{ a }", "line 1, column 1: this is not KDL 2: the name of a node belongs here"),
        ("1 \"a\"", "line 1, column 1: this is not KDL 2: the name of a node belongs here"),
        ("a;;", "line 1, column 3: this is not KDL 2: the name of a node belongs here"),
        ("a \"é\"\"c\"", "line 1, column 6: this is not KDL 2: the node must end before this, or a blank must"),
        ("a { b } c", "line 1, column 9: this is not KDL 2: the node must end before this, or a blank must"),
        ("a b=", "line 1, column 5: this is not KDL 2: a value belongs here"),
        ("a 1=2", "line 1, column 3: this is not KDL 2: the name of a property is text"),
        ("a (1)2", "line 1, column 4: this is not KDL 2: the name of a type belongs here"),
        ("a (b 2", "line 1, column 6: this is not KDL 2: a closing parenthesis belongs here"),
        ("a 1.x", "line 1, column 3: this is not KDL 2: \"1.x\" is no number"),
        ("a -.5", "line 1, column 3: this is not KDL 2: \"-.5\" is no number: a digit comes before the point"),
        (
            "a b=true",
            "line 1, column 5: this is not KDL 2: \"true\" means nothing bare: write #true for the value, or quote the text",
        ),
        ("a #yes", "line 1, column 3: this is not KDL 2: there are #true, #false, #null, #inf, #-inf and #nan"),
        ("a \\ b", "line 1, column 3: this is not KDL 2: a backslash outside quotes stands at the end of its line"),
        ("a \"b\\qc\"", "line 1, column 5: this is not KDL 2: there is no such escape"),
        ("a \"b\\u{110000}\"", "line 1, column 5: this is not KDL 2: there is no such escape"),
        (
            "a \"b\nc\"",
            "line 1, column 5: this is not KDL 2: the quoted text must end on its line; write \\n for a line break",
        ),
        ("a \"b", "line 1, column 3: this is not KDL 2: this quoted text does not end"),
    ];
    for (text, message) in cases {
        assert_eq!(refused(text), message, "{text:?}");
        assert!(KdlDocument::parse_v2(text).is_err(), "{text:?}");
    }
}

#[test]
fn where_the_crate_strays_from_kdl_it_is_not_followed() {
    let delete = "a \"b\u{7f}\"";
    assert_eq!(refused(delete), "line 1, column 5: this is not KDL 2: write \\u{7f} for this character");
    for text in [delete, "a -inf", "a 0X1"] {
        assert!(syntax::nodes(Source::new(text)).is_err(), "{text:?}");
        assert!(KdlDocument::parse_v2(text).is_ok(), "{text:?}");
    }
    let digits = format!("a 1.{}", "9".repeat(50));
    assert!(syntax::nodes(Source::new(&digits)).is_ok());
    assert!(KdlDocument::parse_v2(&digits).is_err());
}

#[test]
fn forms_that_a_document_leaves_out_are_named() {
    let cases = [
        ("a /* b */ c", "line 1, column 3: a document has no block comments; begin each line with //"),
        ("/-a\nb", "line 1, column 1: a document has no comments that begin with /-; begin each line with //"),
        ("a /-b c", "line 1, column 3: a document has no comments that begin with /-; begin each line with //"),
        ("a { } /-{ }", "line 1, column 7: a document has no comments that begin with /-; begin each line with //"),
        ("a #\"b\"#", "line 1, column 3: a document has no raw strings; quote the text"),
        ("a b=##\"c\"##", "line 1, column 5: a document has no raw strings; quote the text"),
        ("a \"\"\"\nb\n\"\"\"", "line 1, column 3: a document has no multi-line strings; quote the text"),
    ];
    for (text, message) in cases {
        assert_eq!(refused(text), message, "{text:?}");
        assert!(KdlDocument::parse_v2(text).is_ok(), "{text:?}");
    }
}

#[test]
fn no_text_exhausts_the_stack() {
    for part in ["a {", "}", "a)", "a {b #}\n", "a \"\n {", "//\ra {", "(", "a (", "a=", "/*", "/-"] {
        assert!(syntax::nodes(Source::new(&part.repeat(100_000))).is_err(), "{part:?}");
    }
}
