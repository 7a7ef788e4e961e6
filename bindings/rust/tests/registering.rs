//! What an application that is declared in Rust says of itself, and why one does not build.
#![expect(clippy::unwrap_used, reason = "a test fails by its panic")]

use std::collections::HashMap;

use mizan::{Context, Identity, Mizan, RegistrationError, State, Upload};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A page of anything.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Page<T> {
    items: Vec<T>,
    next: Option<u32>,
}

/// What a note is about.
///
/// Two paragraphs.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Subject {
    Book { book_id: i64 },
    Nothing,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Note {
    #[schemars(extend("x-mizan-key" = true))]
    code: String,
    subject: Subject,
    /// Free words.
    #[serde(default)]
    tags: HashMap<String, bool>,
    width: i32,
}

/// All notes.
#[mizan::client(context = "notes")]
fn notes(page: Option<u8>) -> Page<Note> {
    Page { items: Vec::new(), next: page.map(u32::from) }
}

/// Put a note
/// on the list.
#[mizan::client(affects = notes)]
#[deprecated(note = "use `pin`")]
fn put(note: Note, #[mizan(max_size = 5, content_types = ["image/*"])] pictures: Vec<Upload>) -> bool {
    pictures.is_empty() && note.tags.is_empty()
}

#[test]
fn types_of_rust_are_what_they_mean() {
    let mizan = Mizan::builder().function(notes).function(put).build().unwrap();
    let ir = mizan.ir();
    for text in [
        "type \"Page\" doc=\"A page of anything.\" {",
        "type \"Subject\" doc=\"What a note is about.\\n\\nTwo paragraphs.\" {",
        "union discriminator=\"kind\" {",
        "field \"code\" key=#true { string }",
        "field \"tags\" default=\"{}\" doc=\"Free words.\" { map { boolean } }",
        "field \"width\" { integer min=-2147483648 max=2147483647 }",
        "field \"next\" { nullable { integer min=0 max=4294967295 } }",
        "field \"page\" default=\"null\" { nullable { integer min=0 max=255 } }",
        "doc \"Put a note\\non the list.\"",
        "deprecated \"use `pin`\"",
        "list { upload max-size=5 content-types=\"image/*\" }",
        "affects \"notes\" function=\"notes\"",
    ] {
        assert!(ir.contains(text), "{text}\nis not in\n{ir}");
    }
    let sources = mizan.ir_with_sources();
    assert!(sources.contains("//@ source \"put\" \"bindings/rust/tests/registering.rs\" 48\n"), "{sources}");
}

#[mizan::client]
fn needs_state(State(pool): State<Vec<u8>>) -> usize {
    pool.len()
}

#[mizan::client(auth = guard("moon"))]
fn needs_guard() {}

const OPEN: Context = Context::new("room").public();
const CLOSED: Context = Context::new("room");

#[mizan::client(context = OPEN)]
fn in_open() -> i64 {
    1
}

#[mizan::client(context = CLOSED)]
fn in_closed() -> i64 {
    1
}

#[mizan::client]
fn renamed(#[serde(rename = "other")] one: i64) -> i64 {
    one
}

#[mizan::client(affects = "nowhere")]
fn affects_nothing() {}

#[mizan::client(context = OPEN)]
fn asks(identity: Option<Identity>) -> bool {
    identity.is_some()
}

fn refused(result: Result<Mizan, RegistrationError>) -> String {
    result.map(|mizan| mizan.ir().to_owned()).unwrap_err().to_string()
}

#[test]
fn what_only_rust_can_see_is_told_at_once_with_its_place() {
    let builder = Mizan::builder().function(needs_state).function(needs_guard);
    let text = refused(builder.function(in_open).function(in_closed).function(renamed).build());
    for wanted in [
        "bindings/rust/tests/registering.rs:77: needs_state: it takes the state alloc::vec::Vec<u8>, and there is none\n  \
         help: say `.state(…)` with one where the application is declared",
        "needs_guard: there is no guard \"moon\"\n  help: say `.guard(\"moon\", …)`",
        "in_closed: the context \"room\" is declared twice, with other options: at bindings/rust/tests/registering.rs:84:",
        "renamed: its schema does not have the input \"one\" by that name",
    ] {
        assert!(text.contains(wanted), "{wanted}\nis not in\n{text}");
    }
}

#[test]
fn what_the_core_sees_is_told_with_its_place() {
    let text = refused(Mizan::builder().function(affects_nothing).function(asks).build());
    assert!(text.contains("registering.rs:103: affects_nothing: "), "{text}");
    assert!(text.contains("registering.rs:106: asks: "), "{text}");
}

#[test]
fn secrets_are_checked_and_never_shown() {
    let text = refused(Mizan::builder().function(notes).secret("short and secret").build());
    assert!(text.contains("secret is shorter than 32 bytes") && !text.contains("short and"), "{text}");
}
