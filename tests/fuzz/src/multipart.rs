//! Bodies with files, by the whole way of a request: the first line of an input is the `Content-Type`, the rest the body.
//!
//! - The bytes of the files are those between the delimiters, found by a second reader.
//! - What is taken, written again with another boundary, is taken as the same args and the same files.
//! - No body is the server's fault.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use mizan_core::dispatch::{Exchange, Request, Step};
use mizan_core::registry::Application;
use serde_json::Value;

use crate::{Core, seeds};

pub(crate) fn run(data: &[u8], core: Core) {
    let Some(end) = data.iter().position(|byte| *byte == b'\n') else { return };
    let (content_type, body) = (&data[..end], &data[end + 1..]);
    let Some(mut form) = asked(content_type, body) else { return };
    if core.errs(|| is_deep(&form)) {
        form.files.pop_first();
    }
    if let Some(boundary) = content_type.strip_prefix(b"multipart/form-data; boundary=".as_slice())
        && boundary.iter().all(u8::is_ascii_alphanumeric)
    {
        let mut ours: Vec<&[u8]> = form.files.values().map(|file| &file.bytes[..]).collect();
        let mut theirs = between(boundary, body);
        ours.sort_unstable();
        theirs.sort_unstable();
        assert_eq!(ours, theirs);
    }
    let (content_type, body) = written(&form);
    assert_eq!(asked(content_type.as_bytes(), &body), Some(form));
}

/// A call with a file that no seed has.
fn is_deep(form: &Form) -> bool {
    static KNOWN: LazyLock<BTreeSet<Vec<u8>>> = LazyLock::new(|| {
        let read = |seed: Vec<u8>| {
            let end = seed.iter().position(|byte| *byte == b'\n')?;
            asked(&seed[..end], &seed[end + 1..])
        };
        let files = |form: Form| form.files.into_values().map(|file| file.bytes).collect::<Vec<_>>();
        seeds().into_iter().filter_map(read).flat_map(files).collect()
    });
    form.files.values().any(|file| !KNOWN.contains(&file.bytes[..]))
}

#[derive(Debug, PartialEq)]
struct Form {
    /// Without the files, and lists and objects of nothing else.
    args: Value,
    /// By the names of their parts.
    files: BTreeMap<String, File>,
}

#[derive(Debug, PartialEq)]
struct File {
    name: String,
    content_type: String,
    bytes: Vec<u8>,
}

/// What a function would be called with; none where the request is refused.
fn asked(content_type: &[u8], body: &[u8]) -> Option<Form> {
    let headers: [(&[u8], &[u8]); 1] = [(b"content-type", content_type)];
    let path = "/api/mizan/call/";
    let request =
        Request { method: "POST", path, query: b"", headers: &headers, body, nonce: 0, now: 0, secure: false };
    let exchange = Exchange::open(&APPLICATION, &request);
    let invocation = match exchange.step() {
        Step::Invoke([invocation]) => invocation,
        // A batch, which has no files.
        Step::Invoke(several) => {
            assert!(several.iter().all(|invocation| invocation.files.is_empty()));
            return None;
        }
        Step::Reply(response) => {
            assert!(matches!(response.status, 200 | 400 | 404 | 413 | 415 | 422), "{}", response.status);
            return None;
        }
        step => unreachable!("{step:?}"),
    };
    let mut args: Value = serde_json::from_slice(&invocation.args).expect("args are JSON");
    let mut places = Vec::new();
    take_files(&mut args, &mut places);
    assert_eq!(places.len(), invocation.files.len(), "each file has a place");
    let files = places.into_iter().map(|(place, index)| {
        let file = &invocation.files[index];
        let bytes = body[file.range.clone()].to_vec();
        (place, File { name: file.file_name.clone(), content_type: file.content_type.clone(), bytes })
    });
    let files: BTreeMap<String, File> = files.collect();
    assert_eq!(files.len(), invocation.files.len(), "no two files have one place");
    Some(Form { args, files })
}

/// Takes the indexes of files out of the args of `put`.
fn take_files(args: &mut Value, places: &mut Vec<(String, usize)>) {
    let Some(args) = args.as_object_mut() else { return };
    let index = |value: &Value| usize::try_from(value.as_u64()?).ok();
    if let Some(found) = args.get("avatar").and_then(index) {
        args.remove("avatar");
        places.push(("/avatar".to_owned(), found));
    }
    if let Some(Value::Array(pages)) = args.remove("pages") {
        let found = pages.iter().enumerate();
        places.extend(found.map(|(at, page)| (format!("/pages/{at}"), index(page).expect("a page is a file"))));
    }
    if let Some(Value::Object(more)) = args.remove("more") {
        places.extend(more.iter().map(|(key, value)| {
            let key = key.replace('~', "~0").replace('/', "~1");
            (format!("/more/{key}"), index(value).expect("more files"))
        }));
    }
}

/// What stands between the delimiters behind empty lines, but the call.
fn between<'a>(boundary: &[u8], body: &'a [u8]) -> Vec<&'a [u8]> {
    let delimiter = [b"\r\n--", boundary].concat();
    let mut parts = Vec::new();
    let mut start = None;
    // The first delimiter is that of the first line.
    let mut at = 0;
    while at < body.len() {
        let length = if at == 0 { delimiter.len() - 2 } else { delimiter.len() };
        let wanted = if at == 0 { &delimiter[2..] } else { &delimiter };
        if body[at..].starts_with(wanted) {
            parts.extend(start.map(|start| &body[start..at]));
            at += length;
            let rest = &body[at..];
            let head = rest.windows(4).position(|window| window == b"\r\n\r\n").unwrap_or(rest.len());
            start = Some((at + head + 4).min(body.len()));
            at = start.unwrap_or(at);
        } else {
            at += 1;
        }
    }
    parts.drain(..1.min(parts.len()));
    parts
}

/// The same form with a boundary that stands in none of its files.
fn written(form: &Form) -> (String, Vec<u8>) {
    let is_free = |boundary: &str| {
        let mut files = form.files.values();
        !files.any(|file| file.bytes.windows(boundary.len()).any(|window| window == boundary.as_bytes()))
    };
    let mut names = (0..=form.files.len() * 4096).map(|number| format!("again-{number}"));
    let boundary = names.find(|boundary| is_free(boundary)).expect("no input is as long as all of them");
    let mut call = serde_json::json!({"fn": "put", "args": form.args}).to_string().into_bytes();
    let mut body = format!("--{boundary}\r\ncontent-disposition: form-data; name=\"call\"\r\n\r\n").into_bytes();
    body.append(&mut call);
    for (place, File { name, content_type, bytes }) in &form.files {
        let head = format!(
            "\r\n--{boundary}\r\nContent-Type: {content_type}\r\n\
             Content-Disposition: form-data; name=\"{place}\"; filename=\"{name}\"\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
    }
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    (format!("Multipart/Form-Data; charset=utf-8;boundary=\"{boundary}\""), body)
}

static APPLICATION: LazyLock<Arc<Application>> = LazyLock::new(|| {
    let upload = r#"{"type":"string","format":"binary","x-mizan-upload":{}}"#;
    let document = format!(
        r#"{{"version":1,"functions":[{{"name":"put","output":{{"type":"string"}},"input":{{"type":"object","properties":{{
            "avatar":{{"anyOf":[{upload},{{"type":"null"}}]}},
            "pages":{{"type":"array","items":{upload},"default":[]}},
            "more":{{"type":"object","additionalProperties":{upload},"default":{{}}}},
            "note":{{"type":"string","default":""}}}}}}}}]}}"#
    );
    Arc::new(Application::build(document.as_bytes()).expect("it builds"))
});

/// A call with a file that a seed has.
pub(crate) fn near() -> Vec<u8> {
    own(OWN[1])
}

fn own(text: &str) -> Vec<u8> {
    text.replace('\n', "\r\n").replacen("\r\n", "\n", 1).into_bytes()
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for input in seeds::pins("exchange") {
        let request = &input["request"];
        let headers = request["headers"].as_array().into_iter().flatten();
        let content_type = headers.filter_map(|pair| {
            let is_type = pair[0].as_str()?.eq_ignore_ascii_case("content-type");
            is_type.then(|| pair[1].as_str())?
        });
        let form = content_type.into_iter().find(|value| value.to_ascii_lowercase().starts_with("multipart"));
        if let (Some(form), Some(body)) = (form, request["body"].as_str().and_then(seeds::unhex_text))
            && body.len() < 2048
        {
            seeds.push([form.as_bytes(), b"\n", &body].concat());
        }
    }
    seeds.extend(OWN.map(own));
    seeds
}

const OWN: [&str; 3] = [
    "multipart/form-data; boundary=b\n--b\nContent-Disposition: form-data; name=\"call\"\n\n{\"fn\":\"put\"}\n--b--\n",
    "multipart/form-data; boundary=b\n--b\nContent-Disposition: form-data; name=\"call\"\nContent-Type: application/json\n\n\
     {\"fn\":\"put\",\"args\":{\"note\":\"n\"}}\n--b\nContent-Type: image/png\n\
     Content-Disposition: form-data; name=\"/avatar\"; filename=\"C:\\a.png\"\n\n12\n3\n--b--\n",
    "multipart/form-data; boundary=\"b b\"; charset=x\n--b b\nContent-Disposition: form-data; name=\"call\"\n\n\
     {\"fn\":\"put\",\"args\":{\"note\":\"\"}}\n--b b\nContent-Disposition: form-data; name=\"/pages/0\"; filename=\"é\"\n\n1\n\
     --b b\nContent-Disposition: form-data; filename=\"x\"; name=\"/more/a~1b\"\n\nx\n--b b--",
];
