//! Calls with files (UPLOAD, LIM-12 to LIM-16).

use super::super::case::{Case, case};
use super::super::scope::function;
use super::{NULL, echo};

const HEADERS: &[(&str, &str)] = &[("Content-Type", "multipart/form-data; boundary=b")];
const FILE: &str = r#"{"type":"string","format":"binary","x-mizan-upload":{}}"#;
const IMAGE: &str =
    r#"{"type":"string","format":"binary","x-mizan-upload":{"max_size":4,"content_types":["image/*"]}}"#;
const CALL: &str = "Content-Disposition: form-data; name=\"call\"\r\n\r\n";

/// An application whose `save` takes an image, and whose `scan` takes up to two pages and maybe a cover.
fn album(id: &str, rules: &str, reason: &str, limits: &str) -> Case {
    let save = function("save", &format!(r#"{{"title":{{"type":"string"}},"image":{IMAGE}}}"#), NULL);
    let scan = format!(
        r#"{{"name":"scan","input":{{"type":"object","properties":{{"pages":{{"type":"array","maxItems":2,"items":{FILE}}},"cover":{{"anyOf":[{FILE},{{"type":"null"}}],"default":null}}}},"required":["pages"]}},{NULL}}}"#
    );
    let document = format!(r#"{{"version":1,"limits":{{{limits}}},"functions":[{save},{scan}]}}"#);
    case(id, rules, reason).with("application", document).outcomes(r#"{"save":{"result":null},"scan":{"result":null}}"#)
}

fn file(name: &str, file_name: &str, content_type: &str, bytes: &str) -> String {
    format!(
        "Content-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\nContent-Type: {content_type}\r\n\r\n{bytes}"
    )
}

fn body(parts: &[&str]) -> String {
    let parts: Vec<String> = parts.iter().map(|part| format!("--b\r\n{part}\r\n")).collect();
    parts.concat() + "--b--\r\n"
}

impl Case {
    fn form(self, body: &str) -> Self {
        self.request("POST", "/api/mizan/call/", "", HEADERS, body.as_bytes())
    }

    /// A call and its files.
    fn upload(self, call: &str, files: &[&str]) -> Self {
        let call = format!("{CALL}{call}");
        self.form(&body(&[&[call.as_str()], files].concat()))
    }

    fn bad(self, message: &str) -> Self {
        self.error(400, "BAD_REQUEST", message).at_once()
    }

    /// That the only problem is of a file that has no place there.
    fn nowhere(self, path: &str) -> Self {
        self.status(422).at_once().body(&format!(
            r#"{{"error":{{"code":"VALIDATION","details":[{{"code":"unknown","message":"not allowed here","path":{path}}}],"message":"the input does not fit"}}}}"#
        ))
    }
}

const DONE: &str = r#"{"invalidate":[],"result":null}"#;
const SAVE: &str = r#"{"fn":"save","args":{"title":"x"}}"#;

pub(super) fn cases() -> Vec<Case> {
    [taken(), places(), declared(), bodies(), limits()].concat()
}

fn taken() -> Vec<Case> {
    let invoked = |fn_name: &str, args: &str, files: &str| {
        format!(r#"[{{"invoke":[{{"args":{args},"files":[{files}],"fn":"{fn_name}","timeout_ms":30000}}]}}]"#)
    };
    let page = |name: &str, bytes: &str| file(name, "a", "a/b", bytes);
    vec![
        album("upload", "UPLOAD-2 UPLOAD-5 UPLOAD-9", "a file beside its call", "")
            .upload(SAVE, &[&file("/image", "me.png", "Image/PNG", "\r\n--")])
            .status(200)
            .body(DONE)
            .steps(&invoked(
                "save",
                r#"{"image":0,"title":"x"}"#,
                r#"{"content_type":"image/png","hex":"0d0a2d2d","name":"me.png"}"#,
            )),
        album("upload-list", "UPLOAD-5 UPLOAD-8", "a list grows item by item, whatever the order of the parts", "")
            .upload(r#"{"fn":"scan"}"#, &[&page("/pages/1", "B"), &page("/cover", "C"), &page("/pages/0", "A")])
            .status(200)
            .steps(&invoked(
                "scan",
                r#"{"cover":0,"pages":[1,2]}"#,
                r#"{"content_type":"a/b","hex":"43","name":"a"},{"content_type":"a/b","hex":"41","name":"a"},{"content_type":"a/b","hex":"42","name":"a"}"#,
            )),
        album("upload-null", "UPLOAD-8", "null waits for its file", "")
            .upload(r#"{"fn":"scan","args":{"pages":[null]}}"#, &[&page("/pages/0", "A")])
            .status(200)
            .steps(&invoked("scan", r#"{"cover":null,"pages":[0]}"#, r#"{"content_type":"a/b","hex":"41","name":"a"}"#)),
        album("upload-name", "UPLOAD-7", "the last component of a name", "")
            .upload(SAVE, &[&file("/image", "C:\\x\\..\\me.png", "image/png", "")])
            .status(200)
            .steps(&invoked(
                "save",
                r#"{"image":0,"title":"x"}"#,
                r#"{"content_type":"image/png","hex":"","name":"me.png"}"#,
            )),
        album("upload-untyped", "UPLOAD-6", "a file without a type is bytes", "")
            .upload(
                r#"{"fn":"scan"}"#,
                &["Content-Disposition: form-data; name=\"/pages/0\"; filename=\"a\"\r\n\r\nA"],
            )
            .status(200)
            .steps(&invoked(
                "scan",
                r#"{"cover":null,"pages":[0]}"#,
                r#"{"content_type":"application/octet-stream","hex":"41","name":"a"}"#,
            )),
        album("upload-none", "UPLOAD-2", "a form of a call alone", "")
            .upload(r#"{"fn":"scan","args":{"pages":[]}}"#, &[])
            .status(200)
            .body(DONE),
    ]
}

fn places() -> Vec<Case> {
    let image = file("/image", "a", "image/png", "");
    let one = |id: &str, reason: &str, name: &str, path: &str| {
        album(id, "UPLOAD-8", reason, "").upload(SAVE, &[&image, &file(name, "a", "image/png", "")]).nowhere(path)
    };
    let page = |id: &str, reason: &str, name: &str, path: &str| {
        album(id, "UPLOAD-8", reason, "")
            .upload(r#"{"fn":"scan","args":{"pages":[]}}"#, &[&file(name, "a", "a/b", "")])
            .nowhere(path)
    };
    vec![
        one("upload-twice", "two files of one place", "/image", r#"["args","image"]"#),
        one("upload-elsewhere", "a place that is no upload", "/title", r#"["args","title"]"#),
        one("upload-unknown", "a place that is not there", "/x", r#"["args","x"]"#),
        one("upload-prototype", "a prototype is no place", "/__proto__/x", r#"["args","__proto__","x"]"#),
        one("upload-below", "a place within a file", "/image/0", r#"["args","image",0]"#),
        page("upload-dash", "the item behind the last has its index, not -", "/pages/-", r#"["args","pages","-"]"#),
        page("upload-gap", "a list has no gaps", "/pages/1", r#"["args","pages",1]"#),
        album("upload-forged", "UPLOAD-8", "what a client writes is no file", "")
            .upload(r#"{"fn":"scan","args":{"pages":[0]}}"#, &[&file("/cover", "a", "a/b", "")])
            .status(422)
            .at_once()
            .body(r#"{"error":{"code":"VALIDATION","details":[{"code":"type","message":"expected file","path":["args","pages",0]}],"message":"the input does not fit"}}"#),
        album("upload-many", "UPLOAD-8", "more files than the list takes", "")
            .upload(
                r#"{"fn":"scan"}"#,
                &[
                    &file("/pages/0", "a", "a/b", ""),
                    &file("/pages/1", "a", "a/b", ""),
                    &file("/pages/2", "a", "a/b", ""),
                ],
            )
            .status(422)
            .at_once()
            .body(r#"{"error":{"code":"VALIDATION","details":[{"code":"max_length","message":"must have at most 2 items","path":["args","pages"]}],"message":"the input does not fit"}}"#),
    ]
}

fn declared() -> Vec<Case> {
    vec![
        case("upload-returned", "UPLOAD-11", "a file cannot be returned")
            .with(
                "application",
                format!(r#"{{"version":1,"functions":[{}]}}"#, function("f", "{}", &format!("\"output\":{FILE}"))),
            )
            .form("--b--")
            .does_not_build("an upload stands in what is returned"),
        album("upload-size", "UPLOAD-10", "a file beyond what its upload declares", "")
            .upload(SAVE, &[&file("/image", "a", "image/png", "12345")])
            .error(413, "PAYLOAD_TOO_LARGE", "this file has at most 4 bytes")
            .at_once(),
        album("upload-type", "UPLOAD-10", "a file of another type", "")
            .upload(SAVE, &[&file("/image", "a", "text/html", "1234")])
            .error(415, "UNSUPPORTED_MEDIA_TYPE", "this file must be of type image/*")
            .at_once(),
    ]
}

fn bodies() -> Vec<Case> {
    let call = format!("{CALL}{SAVE}");
    let image = file("/image", "a", "image/png", "");
    let whole = body(&[&call, &image]);
    let one = |id: &str, rules: &str, reason: &str, body: &str, message: &str| {
        album(id, rules, reason, "").form(body).bad(message)
    };
    let header =
        |id: &str, reason: &str, part: &str, message: &str| one(id, "UPLOAD-4", reason, &body(&[&call, part]), message);
    let disposition = "the Content-Disposition of a part is form-data; name=\"…\", for a file with filename=\"…\"";
    let begins = "a multipart body begins with its boundary";
    let first = "the first part of a multipart body is \"call\"";
    let behind = "behind a boundary stands the end of its line, or the end of the body";
    vec![
        case("upload-not-taken", "UPLOAD-1", "an application without uploads reads no form")
            .with("application", format!(r#"{{"version":1,"functions":[{}]}}"#, echo()))
            .form(&whole)
            .error(415, "UNSUPPORTED_MEDIA_TYPE", "the body must be application/json")
            .at_once(),
        album("upload-media", "UPLOAD-1 HTTP-4", "another media type", "")
            .request("POST", "/api/mizan/call/", "", &[("Content-Type", "text/plain")], b"{}")
            .error(415, "UNSUPPORTED_MEDIA_TYPE", "the body must be application/json or multipart/form-data")
            .at_once(),
        album("upload-no-boundary", "UPLOAD-3", "no boundary", "")
            .request("POST", "/api/mizan/call/", "", &[("Content-Type", "multipart/form-data")], whole.as_bytes())
            .bad("multipart/form-data has one boundary of 1 to 70 characters"),
        album("upload-long-boundary", "UPLOAD-3", "a boundary of 71", "")
            .request(
                "POST",
                "/api/mizan/call/",
                "",
                &[("Content-Type", &format!("multipart/form-data; boundary={}", "b".repeat(71)))],
                whole.as_bytes(),
            )
            .bad("multipart/form-data has one boundary of 1 to 70 characters"),
        one("upload-preamble", "UPLOAD-3", "a preamble", &format!("x\r\n{whole}"), begins),
        one("upload-epilogue", "UPLOAD-3", "an epilogue", &format!("{whole}x"), behind),
        one("upload-feeds", "UPLOAD-3", "line feeds alone", &whole.replace("\r\n", "\n"), behind),
        one(
            "upload-no-end",
            "UPLOAD-3",
            "no end",
            whole.trim_end_matches("--b--\r\n"),
            "the multipart body has no end",
        ),
        one("upload-call-last", "UPLOAD-2", "a file before the call", &body(&[&image, &call]), first),
        one("upload-no-call", "UPLOAD-2", "no part at all", "--b--\r\n", first),
        one(
            "upload-two-calls",
            "UPLOAD-2",
            "two calls",
            &body(&[&call, &call]),
            "the name of a file part is a JSON Pointer into the args, such as \"/avatar\"",
        ),
        one(
            "upload-batch",
            "UPLOAD-2",
            "a batch",
            &body(&[&format!("{CALL}[{SAVE}]")]),
            "a multipart body has one call, not a batch",
        ),
        header(
            "upload-no-disposition",
            "no disposition",
            "Content-Type: a/b\r\n\r\n",
            "a part has a Content-Disposition",
        ),
        header("upload-star", "filename*", &image.replace("filename", "filename*"), disposition),
        header(
            "upload-both-names",
            "filename* against filename",
            &image.replace("\"a\"", "\"a\"; filename*=UTF-8''b"),
            disposition,
        ),
        header(
            "upload-encoding",
            "a transfer encoding",
            &format!("Content-Transfer-Encoding: base64\r\n{image}"),
            "a part has no other headers than Content-Disposition and Content-Type",
        ),
        one(
            "upload-nested",
            "UPLOAD-6",
            "parts within a part",
            &body(&[&call, &image.replace("image/png", "multipart/mixed; boundary=c")]),
            "the Content-Type of a part is one media type, not multipart",
        ),
        one(
            "upload-nameless",
            "UPLOAD-7",
            "no name",
            &body(&[&call, &image.replace("\"a\"", "\"\"")]),
            "a file has a name, without control characters",
        ),
        one(
            "upload-null-name",
            "UPLOAD-7",
            "a control character",
            &body(&[&call, &image.replace("\"a\"", "\"a\u{85}\"")]),
            "a file has a name, without control characters",
        ),
        one(
            "upload-value",
            "UPLOAD-5",
            "a part that is no file",
            &body(&[&call, "Content-Disposition: form-data; name=\"/image\"\r\n\r\n1"]),
            "every part but \"call\" is a file and has a filename",
        ),
    ]
}

/// Each at the limit and one beyond.
fn limits() -> Vec<Case> {
    let save = |bytes: &str, file_name: &str| {
        body(&[&format!("{CALL}{SAVE}"), &file("/image", file_name, "image/png", bytes)])
    };
    let small = save("", "a");
    let too_large = |case: Case, message: &str| case.error(413, "PAYLOAD_TOO_LARGE", message).at_once();
    let upload = format!("\"upload\":{}", small.len());
    let at =
        |id: &str, rule: &str, limits: &str, body: &str| album(id, rule, "at the limit", limits).form(body).status(200);
    let beyond = |id: &str, rule: &str, limits: &str, body: &str| album(id, rule, "one beyond", limits).form(body);
    // Both header lines, with their ends.
    let headers = file("/image", "a", "image/png", "").len() - 2;
    vec![
        at("upload-body-at", "LIM-12", &upload, &small),
        too_large(beyond("upload-body-beyond", "LIM-12", &upload, &save("1", "a")), "the body is too large"),
        at("upload-file-at", "LIM-13", "\"file\":2", &save("12", "a")),
        too_large(
            beyond("upload-file-beyond", "LIM-13", "\"file\":2", &save("123", "a")),
            "a file has at most 2 bytes",
        ),
        at("upload-parts-at", "LIM-14", "\"parts\":2", &small),
        too_large(
            beyond(
                "upload-parts-beyond",
                "LIM-14",
                "\"parts\":2",
                &body(&[&format!("{CALL}{SAVE}"), &file("/a", "a", "a/b", ""), &file("/b", "a", "a/b", "")]),
            ),
            "a request has at most 2 parts",
        ),
        at("upload-headers-at", "LIM-15", &format!("\"part_headers\":{headers}"), &small),
        beyond("upload-headers-beyond", "LIM-15", &format!("\"part_headers\":{}", headers - 1), &small)
            .bad(&format!("the headers of a part have at most {} bytes", headers - 1)),
        at("upload-name-at", "LIM-16", "\"file_name\":5", &save("", "x/12345")),
        beyond("upload-name-beyond", "LIM-16", "\"file_name\":5", &save("", "x/123456"))
            .bad("the name of a file has at most 5 bytes"),
        at("upload-call-at", "LIM-1 UPLOAD-2", &format!("\"body\":{}", SAVE.len()), &small),
        too_large(
            beyond("upload-call-beyond", "LIM-1 UPLOAD-2", &format!("\"body\":{}", SAVE.len() - 1), &small),
            "the body is too large",
        ),
    ]
}
