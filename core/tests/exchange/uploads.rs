//! Calls with files: where they belong, what is declared of them, and every refusal.

use super::host::{Host, Ran, identity, returned};

const ALBUM: &str = r##"{"version":1,"functions":[
  {"name":"save","auth":"authenticated","input":{"type":"object","properties":{
      "title":{"type":"string"},
      "ratio":{"type":"number","default":1},
      "avatar":{"type":"string","format":"binary","x-mizan-upload":{"max_size":4,"content_types":["image/*","text/csv"]}}},
    "required":["title","avatar"]},"output":{"type":"null"}},
  {"name":"scan","input":{"type":"object","properties":{
      "pages":{"type":"array","maxItems":2,"items":{"type":"string","format":"binary","x-mizan-upload":{}}},
      "cover":{"anyOf":[{"type":"string","format":"binary","x-mizan-upload":{}},{"type":"null"}],"default":null},
      "any":{}},
    "required":["pages"]},"output":{"type":"null"}},
  {"name":"deep","input":{"type":"object","properties":{
      "by_name":{"type":"object","additionalProperties":{"$ref":"#/$defs/Item"}},
      "pair":{"type":"array","prefixItems":[{"type":"integer"},{"type":"string","format":"binary","x-mizan-upload":{}}],"minItems":2,"maxItems":2},
      "shape":{"oneOf":[
        {"type":"object","properties":{"kind":{"const":"a"},"file":{"type":"string","format":"binary","x-mizan-upload":{}}},"required":["kind","file"]},
        {"type":"object","properties":{"kind":{"const":"b"},"n":{"type":"integer"}},"required":["kind","n"]}]}},
    "$defs":{"Item":{"type":"object","properties":{"label":{"type":"string","default":""},"file":{"type":"string","format":"binary","x-mizan-upload":{}},"next":{"anyOf":[{"$ref":"#/$defs/Item"},{"type":"null"}],"default":null}},"required":["file"]}}},
   "output":{"type":"null"}}
]}"##;

/// A file of a part: its place, its name, its type and its bytes.
type File<'a> = (&'a str, &'a str, &'a str, &'a str);

fn host() -> Host {
    let null = |_: &str| returned("null");
    Host::new(ALBUM).by(identity("ada", false)).on("save", null).on("scan", null).on("deep", null)
}

fn post(host: &Host, call: &str, files: &[File<'_>]) -> Ran {
    let mut body = format!("--b\r\nContent-Disposition: form-data; name=\"call\"\r\n\r\n{call}");
    for (name, file_name, content_type, bytes) in files {
        let part = format!(
            "\r\n--b\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\n\
             Content-Type: {content_type}\r\n\r\n{bytes}"
        );
        body += &part;
    }
    body += "\r\n--b--\r\n";
    let headers = [("content-type", "multipart/form-data; boundary=b")];
    host.request("POST", "/api/mizan/call/", "", &headers, body.as_bytes())
}

#[track_caller]
fn runs(call: &str, files: &[File<'_>], step: &str) {
    let ran = post(&host(), call, files);
    assert_eq!(ran.response.status, 200, "{}", ran.body());
    assert_eq!(ran.steps.last().map(String::as_str), Some(step));
}

/// The details of a refusal: code and path.
#[track_caller]
fn invalid(call: &str, files: &[File<'_>], details: &[(&str, &str)]) {
    let ran = post(&host(), call, files);
    assert_eq!(ran.response.status, 422, "{}", ran.body());
    assert!(!ran.steps.iter().any(|step| step.contains('{')), "{:?}", ran.steps);
    let found: Vec<(&str, &str)> = ran
        .body()
        .split("{\"code\":\"")
        .skip(2)
        .map(|detail| {
            let code = detail.split('"').next().unwrap_or_default();
            let path = detail.split("\"path\":").nth(1).unwrap_or_default();
            (code, path.split('}').next().unwrap_or_default())
        })
        .collect();
    assert_eq!(found, details, "{}", ran.body());
}

#[track_caller]
fn refused(call: &str, files: &[File<'_>], status: u16, message: &str) {
    let ran = post(&host(), call, files);
    assert_eq!((ran.response.status, ran.body().contains(message)), (status, true), "{}", ran.body());
    assert!(!ran.steps.iter().any(|step| step.contains('{')), "{:?}", ran.steps);
}

#[test]
fn a_file_stands_where_its_pointer_says() {
    let png = ("/avatar", "C:\\me.png", "Image/PNG; x=y", "\u{89}PN");
    let step = "save{\"avatar\":0,\"ratio\":1,\"title\":\"x\"} me.png image/png \u{89}PN";
    runs(r#"{"fn":"save","args":{"title":"x"}}"#, &[png], step);
    // Null is a place that waits for its file.
    runs(r#"{"fn":"save","args":{"avatar":null,"title":"x","ratio":1.0}}"#, &[png], step);
    runs(r#"{"fn":"scan"}"#, &[("/pages/0", "1", "a/b", "")], "scan{\"cover\":null,\"pages\":[0]} 1 a/b ");
    // In whatever order they come.
    runs(
        r#"{"fn":"scan","args":{"any":1e2}}"#,
        &[("/pages/1", "1", "a/b", "B"), ("/cover", "c", "a/b", "C"), ("/pages/0", "0", "a/b", "A")],
        "scan{\"any\":100,\"cover\":0,\"pages\":[1,2]} c a/b C 0 a/b A 1 a/b B",
    );
    runs(
        r#"{"fn":"scan","args":{"pages":[null,null]}}"#,
        &[("/pages/1", "1", "a/b", "B"), ("/pages/0", "0", "a/b", "A")],
        "scan{\"cover\":null,\"pages\":[0,1]} 0 a/b A 1 a/b B",
    );
}

#[test]
fn a_file_stands_within_objects_maps_tuples_and_unions() {
    runs(
        r#"{"fn":"deep","args":{"by_name":{"k":{"label":"L"}},"pair":[7],"shape":{"kind":"a"}}}"#,
        &[
            ("/by_name/k/file", "1", "a/b", ""),
            ("/by_name/0/file", "2", "a/b", ""),
            ("/by_name/k/next/file", "3", "a/b", ""),
            ("/pair/1", "4", "a/b", ""),
            ("/shape/file", "5", "a/b", ""),
        ],
        "deep{\"by_name\":{\"0\":{\"file\":0,\"label\":\"\",\"next\":null},\"k\":{\"file\":1,\"label\":\"L\",\"next\":{\"file\":2,\"label\":\"\",\"next\":null}}},\"pair\":[7,3],\"shape\":{\"file\":4,\"kind\":\"a\"}} 2 a/b  1 a/b  3 a/b  4 a/b  5 a/b ",
    );
    let other = &[("/shape/file", "5", "a/b", "")];
    invalid(
        r#"{"fn":"deep","args":{"shape":{"kind":"b","n":1}}}"#,
        other,
        &[("unknown", r#"["args","shape","file"]"#)],
    );
    let deep = "/next".repeat(1000);
    let path = format!("[\"args\",\"by_name\",\"k\"{}]", ",\"next\"".repeat(62));
    invalid(r#"{"fn":"deep"}"#, &[(&format!("/by_name/k{deep}"), "5", "a/b", "")], &[("unknown", &path)]);
}

#[test]
fn a_file_has_no_other_place() {
    let call = r#"{"fn":"save","args":{"title":"x"}}"#;
    let png = ("/avatar", "a", "image/png", "");
    let unknown = |place| ("unknown", place);
    for (name, place) in [
        ("/title", r#"["args","title"]"#),
        ("/nothing", r#"["args","nothing"]"#),
        ("/avatar/0", r#"["args","avatar",0]"#),
        ("/__proto__", r#"["args","__proto__"]"#),
        ("/constructor/prototype", r#"["args","constructor","prototype"]"#),
        ("/-", r#"["args","-"]"#),
        ("/", r#"["args",""]"#),
        ("/avatar", r#"["args","avatar"]"#),
    ] {
        invalid(call, &[png, (name, "a", "image/png", "")], &[unknown(place)]);
    }
    let call = r#"{"fn":"scan","args":{"pages":[],"any":null}}"#;
    for (name, place) in [
        ("/pages/-", r#"["args","pages","-"]"#),
        ("/pages/1", r#"["args","pages",1]"#),
        ("/pages/4294967295", r#"["args","pages",4294967295]"#),
        ("/pages/00", r#"["args","pages","00"]"#),
        ("/any", r#"["args","any"]"#),
        ("/any/0", r#"["args","any",0]"#),
    ] {
        invalid(call, &[(name, "a", "a/b", "")], &[unknown(place)]);
    }
    // A place that something else has.
    let taken = r#"{"fn":"scan","args":{"pages":[0]}}"#;
    let file = r#"["args","pages",0]"#;
    invalid(taken, &[("/pages/0", "a", "a/b", "")], &[("type", file), ("unknown", file)]);
}

#[test]
fn what_a_client_writes_is_never_a_file() {
    let file = r#"["args","pages",0]"#;
    for value in ["0", "1", "-1", "0.0", "1e400", "\"0\"", "{}", "[]", "true"] {
        let call = format!(r#"{{"fn":"scan","args":{{"pages":[{value}]}}}}"#);
        invalid(&call, &[("/cover", "a", "a/b", "")], &[("type", file)]);
        invalid(&call, &[], &[("type", file)]);
        assert!(host().call(&call).body().contains("expected file"), "{value}");
    }
    invalid(r#"{"fn":"scan","args":{"pages":[null]}}"#, &[], &[("type", file)]);
    // Index 0 is the cover, and stands in its own place alone.
    invalid(
        r#"{"fn":"scan","args":{"pages":[0,null]}}"#,
        &[("/cover", "a", "a/b", ""), ("/pages/1", "a", "a/b", "")],
        &[("type", file)],
    );
}

#[test]
fn all_problems_are_told_at_once() {
    invalid(
        r#"{"fn":"save","args":{"ratio":"x"}}"#,
        &[("/b", "a", "a/b", ""), ("/a", "a", "a/b", "")],
        &[
            ("unknown", r#"["args","a"]"#),
            ("missing", r#"["args","avatar"]"#),
            ("unknown", r#"["args","b"]"#),
            ("type", r#"["args","ratio"]"#),
            ("missing", r#"["args","title"]"#),
        ],
    );
    let pages: Vec<String> = (0..3).map(|page| format!("/pages/{page}")).collect();
    let files: Vec<File<'_>> = pages.iter().map(|name| (name.as_str(), "a", "a/b", "")).collect();
    invalid(r#"{"fn":"scan"}"#, &files, &[("max_length", r#"["args","pages"]"#)]);
    invalid(r#"{"fn":"scan","args":5}"#, &files[..1], &[("type", r#"["args"]"#), ("unknown", r#"["args","pages",0]"#)]);
}

#[test]
fn what_is_declared_of_a_file_holds() {
    let call = r#"{"fn":"save","args":{"title":"x"}}"#;
    runs(
        call,
        &[("/avatar", "a", "text/csv", "1234")],
        "save{\"avatar\":0,\"ratio\":1,\"title\":\"x\"} a text/csv 1234",
    );
    refused(call, &[("/avatar", "a", "text/csv", "12345")], 413, "this file has at most 4 bytes");
    refused(call, &[("/avatar", "a", "text/html", "1234")], 415, "this file must be of type image/* or text/csv");
    // Args first, then size, then type.
    refused(call, &[("/avatar", "a", "text/html", "12345")], 413, "PAYLOAD_TOO_LARGE");
    refused(r#"{"fn":"save"}"#, &[("/avatar", "a", "text/html", "12345")], 422, "VALIDATION");
}

#[test]
fn the_order_of_a_call_is_kept() {
    let file: &[File<'_>] = &[("/avatar", "a", "text/html", "12345")];
    refused(r#"{"fn":"none"}"#, file, 404, "NOT_FOUND");
    refused(r#"{"fn":"save","args":{"a":1,"a":1}}"#, file, 400, "the body is not valid JSON");
    refused(r#"[{"fn":"save"}]"#, file, 400, "a multipart body has one call, not a batch");
    refused("[", file, 400, "the body is not valid JSON");
    refused("", file, 400, "the body is not valid JSON");
    refused(r#"{"fn":"save"}"#, &[("avatar", "a", "text/html", "")], 400, "JSON Pointer");
    // The guard comes before anything that is said of args.
    let nobody = Host::new(ALBUM).on("save", |_| returned("null"));
    assert_eq!(post(&nobody, r#"{"fn":"save"}"#, file).response.status, 401);
}

#[test]
fn only_an_application_that_takes_files_reads_multipart() {
    let ran = post(&Host::shop(), r#"{"fn":"echo","args":{"value":1}}"#, &[]);
    assert_eq!(ran.response.status, 415);
    assert!(ran.body().contains("the body must be application/json\""));
    assert_eq!(Host::shop().app.body_limit(Some(b"multipart/form-data; boundary=b")), 1 << 20);

    let host = host();
    assert_eq!(host.app.body_limit(Some(b"Multipart/Form-Data; boundary=b")), 32 << 20);
    assert_eq!(host.app.body_limit(Some(b"application/json")), 1 << 20);
    assert_eq!(host.app.body_limit(None), 1 << 20);
    let send = |content_type: &str, body: &[u8]| {
        let ran = host.request("POST", "/api/mizan/call/", "", &[("content-type", content_type)], body);
        (ran.response.status, ran.body().to_owned())
    };
    let text = send("text/plain", b"{}");
    assert_eq!((text.0, text.1.contains("application/json or multipart/form-data")), (415, true));
    assert_eq!(send("multipart/mixed; boundary=b", b"{}").0, 415);
    assert_eq!(send("multipart/form-data", b"--b--").0, 400);
    assert_eq!(send(&format!("multipart/form-data; boundary={}", "b".repeat(71)), b"--b--").0, 400);
    // A call without files may come this way too.
    assert_eq!(post(&host, r#"{"fn":"scan","args":{"pages":[]}}"#, &[]).response.status, 200);
}

#[test]
fn a_request_has_its_limit() {
    let limited = |upload: usize| {
        let host =
            Host::new(&ALBUM.replace("\"version\":1", &format!("\"version\":1,\"limits\":{{\"upload\":{upload}}}")));
        post(&host.on("scan", |_| returned("null")), r#"{"fn":"scan"}"#, &[("/pages/0", "a", "a/b", "")])
            .response
            .status
    };
    // 5 + 47 + 2 + 13 for the call, 7 + 65 + 19 + 2 for the file, 9 for the end.
    let length = 5 + 45 + 4 + 13 + 7 + 65 + 19 + 4 + 9;
    let at = (length - 40..length + 40).find(|bytes| limited(*bytes) == 200).expect("a limit that fits");
    assert_eq!((limited(at - 1), limited(at)), (413, 200));
    let host = host();
    let headers = [("content-type", "multipart/form-data; boundary=b"), ("content-length", "33554433")];
    assert_eq!(host.request("POST", "/api/mizan/call/", "", &headers, b"--b--").response.status, 413);
}
