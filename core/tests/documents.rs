//! The documents that people read as examples are what the writer writes: read and written again they are the same.
//! (That other KDL parsers read them as the same tree is shown in `tests/kdl`.)

use mizan_core::ir::kdl_read::read;
use mizan_core::ir::kdl_write::write;

const EVERY_NODE: &str = include_str!("../../tests/kdl/every_node.kdl");
const PAGE: &str = include_str!("../../docs/ir.md");

/// The document that `docs/ir.md` shows.
fn example() -> &'static str {
    let (_, rest) = PAGE.split_once("```kdl\n").expect("the page shows a document");
    let (document, _) = rest.split_once("```").expect("its block ends");
    document
}

#[test]
fn the_document_with_every_node_is_what_the_writer_writes() {
    let document = read(EVERY_NODE).expect("it is a document");
    assert_eq!(write(&document), EVERY_NODE);
}

#[test]
fn the_document_of_the_page_is_what_the_writer_writes() {
    let document = read(example()).expect("it is a document");
    assert_eq!(write(&document), example());
}

#[test]
fn another_spelling_of_a_document_is_written_in_the_one_form() {
    let spelt = example().replace("    ", "\t").replace("{ ref \"Book\" }", "{\n\n ref Book; }");
    assert_ne!(spelt, example());
    assert_eq!(write(&read(&spelt).expect("it is a document")), example());
}
