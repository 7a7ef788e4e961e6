//! What goes in and out beyond what schemas say: numbers that are none, inputs that their types refuse, names of types.
#![expect(clippy::unwrap_used, reason = "a test fails by its panic")]

use bytes::Bytes;
use mizan::{Mizan, Params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Serialize, JsonSchema)]
struct Reading {
    ratio: Option<f64>,
    steps: Vec<Option<f32>>,
}

#[mizan::client]
fn measure(kind: String) -> Reading {
    match kind.as_str() {
        "nan" => Reading { ratio: Some(f64::NAN), steps: vec![] },
        "far" => Reading { ratio: None, steps: vec![Some(1.5), Some(f32::INFINITY)] },
        _ => Reading { ratio: None, steps: vec![Some(1.5), None] },
    }
}

/// Without spaces.
#[derive(Deserialize, JsonSchema)]
#[serde(try_from = "String")]
struct Slug(#[expect(dead_code, reason = "only the reading of it is looked at")] String);

impl TryFrom<String> for Slug {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "" => Err("is empty".to_owned()),
            text if text.contains(' ') => Err(format!("{text} has a space")),
            text if text.contains('_') => Err("has a line below at line 3 of nowhere".to_owned()),
            text => Ok(Self(text.to_owned())),
        }
    }
}

#[derive(Deserialize, JsonSchema)]
struct Entry {
    #[expect(dead_code, reason = "only the reading of it is looked at")]
    slug: Slug,
    #[expect(dead_code, reason = "only the reading of it is looked at")]
    #[schemars(with = "i64")]
    small: u8,
}

#[mizan::client]
fn file(entries: Vec<Entry>) -> usize {
    entries.len()
}

async fn call(mizan: &Mizan, function: &str, args: &str) -> (u16, String) {
    let request = http::Request::post("/api/mizan/call/").header("content-type", "application/json");
    let body = format!(r#"{{"fn":"{function}","args":{args}}}"#);
    let (parts, body) = mizan.handle(request.body(Bytes::from(body)).unwrap()).await.into_parts();
    (parts.status.as_u16(), String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn a_number_that_is_none_is_a_mistake_even_where_null_would_do() {
    let mizan = Mizan::builder().function(measure).build().unwrap();
    let fine = r#"{"invalidate":[],"result":{"ratio":null,"steps":[1.5,null]}}"#;
    assert_eq!(call(&mizan, "measure", r#"{"kind":"fine"}"#).await, (200, fine.to_owned()));
    for kind in ["nan", "far"] {
        let (status, body) = call(&mizan, "measure", &format!(r#"{{"kind":"{kind}"}}"#)).await;
        assert!(status == 500 && body.contains("INTERNAL"), "{kind}: {status} {body}");
    }
    assert_eq!(format!("{:?}", Params::new().with("ratio", f64::NAN)), format!("{:?}", Params::new()));
}

#[tokio::test]
async fn what_a_type_refuses_has_its_place_and_the_words_of_its_author() {
    let mizan = Mizan::builder().function(file).build().unwrap();
    for (slug, small, place, message) in [
        ("", 1, r#""slug"]"#, "is empty"),
        // The words have the input in them.
        ("two words", 1, r#""slug"]"#, "does not fit"),
        // The line is the author's, and no line of the input's text.
        ("a_b", 1, r#""slug"]"#, "has a line below at line 3 of nowhere"),
        // What serde says repeats the input.
        ("fine", 300, r#""small"]"#, "does not fit"),
    ] {
        let args = format!(r#"{{"entries":[{{"slug":"a","small":1}},{{"slug":"{slug}","small":{small}}}]}}"#);
        let (status, body) = call(&mizan, "file", &args).await;
        let detail = format!(r#"{{"code":"custom","message":"{message}","path":["args","entries",1,{place}}}"#);
        assert!(status == 422 && body.contains(&detail), "{detail}\nis not in\n{status} {body}");
    }
}

#[derive(Serialize, JsonSchema)]
struct Page<T> {
    items: Vec<T>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "{T}Page")]
struct Named<T> {
    items: Vec<T>,
}

#[derive(Serialize, JsonSchema)]
struct Both {
    words: Page<String>,
    numbers: Page<i64>,
}

#[derive(Serialize, JsonSchema)]
struct BothNamed {
    words: Named<String>,
    numbers: Named<i64>,
}

#[mizan::client]
fn both() -> Both {
    Both { words: Page { items: vec![] }, numbers: Page { items: vec![] } }
}

#[mizan::client]
fn both_named() -> BothNamed {
    BothNamed { words: Named { items: vec![] }, numbers: Named { items: vec![] } }
}

#[mizan::client]
fn words() -> Page<String> {
    Page { items: vec![] }
}

#[mizan::client]
fn numbers() -> Page<i64> {
    Page { items: vec![] }
}

#[test]
fn two_types_of_one_name_are_refused_with_what_to_do() {
    let text = Mizan::builder().function(both).build().unwrap_err().to_string();
    assert!(
        text.contains("two types are called \"Page\"") && text.contains("#[schemars(rename = \"{T}Page\")]"),
        "{text}"
    );
    assert!(text.contains("values.rs:"), "{text}");
    let text = Mizan::builder().function(words).function(numbers).build().unwrap_err().to_string();
    assert!(
        text.contains("numbers: two types are called \"Page\"") && text.contains("#[schemars(rename = \"{T}Page\")]"),
        "{text}"
    );
    let ir = Mizan::builder().function(both_named).build().unwrap();
    assert!(ir.ir().contains("type \"stringPage\""), "{}", ir.ir());
}
