//! Pages (PAGE): functions that answer a path of their own, outside the base.

use super::super::case::{Case, case};
use super::super::scope::{application, function};
use super::{ID, asked, item_read};

/// The page of a shelf's item: a part of its path is text, the query holds the rest.
const INPUT: &str = r#"{"shelf":{"type":"string"},"limit":{"type":"integer","default":10},"tags":{"type":"array","items":{"type":"string"},"default":[]}}"#;
const FORM: &[(&str, &str)] = &[("Content-Type", "application/x-www-form-urlencoded")];

fn page(name: &str, input: &str, route: &str, more: &str) -> String {
    function(name, input, &format!(r#""route":{route}{more},"output":{{}}"#))
}

fn shelf() -> String {
    page("shelf_page", INPUT, r#"{"path":"/shelves/:shelf"}"#, "")
}

fn one(id: &str, rules: &str, reason: &str) -> Case {
    let newest = page("newest_page", "{}", r#"{"path":"/shelves/newest"}"#, "");
    let put = page("put_page", r#"{"shelf":{"type":"string"}}"#, r#"{"path":"/shelves/:shelf","methods":["PUT"]}"#, "");
    let staff = page("staff_page", "{}", r#"{"path":"/staff/"}"#, r#","auth":"staff""#);
    let rename = function(
        "rename_page",
        ID,
        r#""route":{"path":"/items/:id/rename","methods":["POST"]},"affects":["item"],"errors":[{"code":"TAKEN","status":409}],"output":{"type":"null"}"#,
    );
    asked(&format!("page-{id}"), rules, reason, &[&shelf(), &newest, &put, &staff, &rename, &item_read()], &[])
        .outcomes(r#"{"shelf_page":{"result":["tea"]},"newest_page":{"result":"new"},"put_page":{"result":null},"staff_page":{"result":1},"rename_page":{"result":null}}"#)
}

/// The same, where functions end otherwise.
fn ending(mut case: Case, outcomes: &str) -> Case {
    case.input.retain(|(name, _)| *name != "outcomes");
    case.outcomes(outcomes)
}

fn refused(id: &str, reason: &str, functions: &[&str], message: &str) -> Case {
    case(&format!("page-unbuilt-{id}"), "PAGE-1", reason)
        .with("application", application(functions, &[]))
        .request("GET", "/", "", &[], b"")
        .does_not_build(message)
}

pub(super) fn cases() -> Vec<Case> {
    [answered(), lost(), beside_the_base(), measured(), guarded(), unbuilt()].concat()
}

/// With another base than the usual one.
fn based(mut case: Case, base: &str) -> Case {
    for (name, text) in &mut case.input {
        if *name == "application" {
            *text = text.replacen('{', &format!(r#"{{"base":"{base}","#), 1);
        }
    }
    case
}

/// Pages whose params fit what is the protocol's.
fn beside_the_base() -> Vec<Case> {
    let text = |names: &[&str]| {
        let fields: Vec<_> = names.iter().map(|name| format!(r#""{name}":{{"type":"string"}}"#)).collect();
        format!("{{{}}}", fields.join(","))
    };
    let one = |id: &str, reason: &str| {
        let pages = [
            page("user_page", &text(&["user"]), r#"{"path":"/:user/"}"#, ""),
            page("repo_page", &text(&["user", "repo"]), r#"{"path":"/:user/:repo"}"#, ""),
            page("file_page", &text(&["user", "repo", "file"]), r#"{"path":"/:user/:repo/:file/"}"#, ""),
            page("line_page", &text(&["user", "repo", "file", "line"]), r#"{"path":"/:user/:repo/:file/:line/"}"#, ""),
            item_read(),
        ];
        let functions: Vec<&str> = pages.iter().map(String::as_str).collect();
        asked(&format!("page-{id}"), "PAGE-2 HTTP-2", reason, &functions, &[]).outcomes(
            r#"{"user_page":{"result":1},"repo_page":{"result":2},"file_page":{"result":3},"line_page":{"result":4},"item_read":{"result":"tea"}}"#,
        )
    };
    let call = r#"{"fn":"user_page","args":{"user":"ada"}}"#.as_bytes();
    let json = [("Content-Type", "application/json")];
    let called = r#"{"invalidate":[],"result":1}"#;
    let get = |id: &str, reason: &str, path: &str| one(id, reason).request("GET", path, "", &[], b"");
    let lost = |case: Case| case.error(404, "NOT_FOUND", "not found").at_once();
    vec![
        one("base-call", "a call").request("POST", "/api/mizan/call/", "", &json, call).status(200).body(called),
        one("base-call-slash", "a call without the slash")
            .request("POST", "/api/mizan/call", "", &json, call)
            .status(200)
            .body(called),
        one("base-bundle", "a bundle")
            .request("GET", "/api/mizan/ctx/item/", "id=5", &[], b"")
            .status(200)
            .body(r#"{"item_read":"tea"}"#),
        one("base-method", "another method")
            .request("DELETE", "/api/mizan/call/", "", &[], b"")
            .error(405, "METHOD_NOT_ALLOWED", "method not allowed")
            .header("allow", Some("POST"))
            .at_once(),
        lost(get("base-itself", "the base", "/api/mizan")),
        lost(get("base-other", "nothing that the protocol knows", "/api/mizan/other/")),
        get("base-beside", "a path that begins like the base", "/api/mizan2/call/").status(200).body("3"),
        get("base-above", "a path above the base", "/api/other/call/").status(200).body("3"),
        based(one("root-call", "a call where the base is empty"), "")
            .request("POST", "/call/", "", &json, call)
            .status(200)
            .body(called),
        based(one("root-bundle", "a bundle where the base is empty"), "")
            .request("GET", "/ctx/item/", "id=5", &[], b"")
            .status(200)
            .body(r#"{"item_read":"tea"}"#),
        based(get("root-page", "what is no route of the protocol", "/sea/"), "").status(200).body("1"),
        based(get("root-deeper", "what begins like one", "/call/sea"), "").status(200).body("2"),
    ]
}

fn answered() -> Vec<Case> {
    let get = |id: &str, rules: &str, reason: &str, path: &str, query: &str| {
        one(id, rules, reason).request("GET", path, query, &[], b"")
    };
    let ran = |case: Case, name: &str, args: &str| {
        case.status(200).steps(&format!(r#"[{{"invoke":[{{"args":{args},"fn":"{name}","timeout_ms":30000}}]}}]"#))
    };
    let shelf =
        |case: Case, text: &str| ran(case, "shelf_page", &format!(r#"{{"limit":10,"shelf":"{text}","tags":[]}}"#));
    vec![
        shelf(get("data", "PAGE-7 PAGE-2", "a result is the whole body", "/shelves/sea", ""), "sea")
            .body(r#"["tea"]"#)
            .header("content-type", Some("application/json"))
            .header("cache-control", Some("no-store"))
            .header("x-content-type-options", Some("nosniff")),
        ran(
            get(
                "query",
                "PAGE-3 CTX-9",
                "the other inputs stand in the query",
                "/shelves/sea",
                "tags=b&limit=3&tags=a",
            ),
            "shelf_page",
            r#"{"limit":3,"shelf":"sea","tags":["b","a"]}"#,
        ),
        shelf(get("escapes", "PAGE-3", "escapes are read once", "/shelves/a%2Fb%2525", ""), "a/b%25"),
        shelf(get("plus", "PAGE-3", "a plus in the path is a plus", "/shelves/a+b", ""), "a+b"),
        shelf(
            get("separators", "PAGE-3", "what separates a query is text in a path", "/shelves/a&limit=3", ""),
            "a&limit=3",
        ),
        ran(get("fixed-first", "PAGE-2", "a fixed part before a param", "/shelves/newest", ""), "newest_page", "{}")
            .body(r#""new""#),
        ran(
            one("method", "PAGE-2", "another function for another method").request(
                "PUT",
                "/shelves/newest2",
                "",
                &[],
                b"",
            ),
            "put_page",
            r#"{"shelf":"newest2"}"#,
        ),
        shelf(
            one("head", "PAGE-2", "GET is answered to HEAD too").request("HEAD", "/shelves/sea", "", &[], b""),
            "sea",
        )
        .body(""),
        ran(
            one("form", "PAGE-3 PAGE-5", "the body is the function's, whatever its type").request(
                "POST",
                "/items/5/rename",
                "",
                FORM,
                b"title=Ebb",
            ),
            "rename_page",
            r#"{"id":5}"#,
        )
        .body("null")
        .header("x-mizan-invalidate", Some("item;id=5")),
        ran(
            one("form-cookie", "PAGE-5", "no token of the protocol is asked for").request(
                "POST",
                "/items/5/rename",
                "",
                &[FORM[0], ("Cookie", "sessionid=1")],
                b"",
            ),
            "rename_page",
            r#"{"id":5}"#,
        ),
    ]
}

fn lost() -> Vec<Case> {
    let nothing = |id: &str, reason: &str, path: &str| {
        one(id, "PAGE-2", reason).request("GET", path, "", &[], b"").error(404, "NOT_FOUND", "not found").at_once()
    };
    let unfit = |id: &str, rules: &str, reason: &str, path: &str, query: &str, details: &str| {
        one(id, rules, reason)
            .request("GET", path, query, &[], b"")
            .status(422)
            .body(&format!(
                r#"{{"error":{{"code":"VALIDATION","details":[{details}],"message":"the input does not fit"}}}}"#
            ))
            .at_once()
    };
    vec![
        nothing("empty-part", "a param is not empty", "/shelves/"),
        nothing("further-part", "a path that goes on", "/shelves/sea/tea"),
        nothing("slash", "a slash at the end is another path", "/shelves/sea/"),
        nothing("spelled", "a fixed part stands there as it is", "/%73helves/sea"),
        nothing("case", "in its own case", "/Shelves/sea"),
        one("other-method", "PAGE-2", "what its pages answer, sorted")
            .request("DELETE", "/shelves/sea", "", &[], b"")
            .error(405, "METHOD_NOT_ALLOWED", "method not allowed")
            .header("allow", Some("GET, HEAD, PUT"))
            .at_once(),
        unfit(
            "unknown-key",
            "PAGE-3 CTX-10",
            "a key that is no input",
            "/shelves/sea",
            "page=1",
            r#"{"code":"unknown","message":"not allowed here","path":["params","page"]}"#,
        ),
        unfit(
            "twice",
            "PAGE-3 CTX-10",
            "an input that stands in the path, and in the query",
            "/shelves/sea",
            "shelf=lake",
            r#"{"code":"type","message":"expected a single value","path":["params","shelf"]}"#,
        ),
        unfit(
            "type",
            "PAGE-3 CTX-9",
            "not of its type",
            "/shelves/sea",
            "limit=x",
            r#"{"code":"type","message":"expected integer","path":["params","limit"]}"#,
        ),
        one("call", "PAGE-6", "a page of data may be called, too")
            .post(r#"{"fn":"shelf_page","args":{"shelf":"sea"}}"#)
            .status(200)
            .body(r#"{"invalidate":[],"result":["tea"]}"#),
        ending(
            one("failed", "PAGE-7 ERR-3", "what its function raises is the body"),
            r#"{"rename_page":{"declared":{"code":"TAKEN","message":"Taken."}}}"#,
        )
        .request("POST", "/items/5/rename", "", FORM, b"")
        .status(409)
        .body(r#"{"error":{"code":"TAKEN","message":"Taken."}}"#)
        .header("x-mizan-invalidate", None),
        ending(
            one("timeout", "PAGE-4 CALL-8", "its time limit is that of a call"),
            r#"{"shelf_page":{"timed_out":true}}"#,
        )
        .request("GET", "/shelves/sea", "", &[], b"")
        .error(504, "TIMEOUT", "timed out"),
        one("query-length", "PAGE-3 PAGE-4 LIM-2", "a query that is too long")
            .request("GET", "/shelves/sea", &"x".repeat(8193), &[], b"")
            .error(400, "BAD_REQUEST", "a query has at most 8192 bytes")
            .at_once(),
    ]
}

/// Bodies of pages, whose limits are 20 bytes, and 30 for a form with files.
fn measured() -> Vec<Case> {
    let one = |id: &str, reason: &str, headers: &[(&str, &str)], length: usize, query: &str| {
        let mut case = one(&format!("body-{id}"), "PAGE-8 PAGE-4 LIM-1 LIM-12", reason);
        for (name, text) in &mut case.input {
            if *name == "application" {
                *text = text.replacen('{', r#"{"limits":{"body":20,"upload":30},"#, 1);
            }
        }
        case.request("POST", "/items/5/rename", query, headers, "x".repeat(length).as_bytes())
    };
    let refused = |case: Case| case.error(413, "PAYLOAD_TOO_LARGE", "the body is too large").at_once();
    let ran = |case: Case| case.status(200).body("null");
    let files = [("Content-Type", "multipart/form-data; boundary=b")];
    let declares = |length: &'static str| [FORM[0], ("Content-Length", length)];
    vec![
        ran(one("at", "of the most bytes", FORM, 20, "")),
        refused(one("beyond", "one more: no function gets it", FORM, 21, "")),
        refused(one("untyped", "of no type", &[], 21, "")),
        refused(one("before-query", "before the query is looked at", FORM, 21, &"x".repeat(8193))),
        ran(one("declared-at", "a length that was announced", &declares("20"), 0, "")),
        refused(one("declared", "one more was announced", &declares("21"), 0, "")),
        ran(one("files-at", "a form with files has another limit", &files, 30, "")),
        refused(one("files-beyond", "one more", &files, 31, "")),
    ]
}

fn guarded() -> Vec<Case> {
    vec![
        one("guard", "PAGE-4 AUTH-1", "nobody asks").request("GET", "/staff/", "", &[], b"").error(
            401,
            "UNAUTHENTICATED",
            "sign in first",
        ),
        one("guard-before-query", "PAGE-4", "the guard comes before the query")
            .request("GET", "/staff/", "page=1", &[], b"")
            .error(401, "UNAUTHENTICATED", "sign in first"),
        one("guard-other", "PAGE-4 AUTH-1", "somebody else asks")
            .with("identity", r#"{"sub":"eve"}"#)
            .request("GET", "/staff/", "", &[], b"")
            .error(403, "FORBIDDEN", "not allowed"),
        one("guard-staff", "PAGE-4 AUTH-1", "the staff is let in")
            .with("identity", r#"{"sub":"ada","staff":true}"#)
            .request("GET", "/staff/", "", &[], b"")
            .status(200)
            .body("1"),
        one("origin", "PAGE-4 CSRF-3", "a form of another site")
            .request(
                "POST",
                "/items/5/rename",
                "",
                &[FORM[0], ("Host", "shop.test"), ("Origin", "https://evil.test")],
                b"",
            )
            .status(403)
            .at_once(),
    ]
}

fn unbuilt() -> Vec<Case> {
    let path = |id: &str, reason: &str, path: &str, message: &str| {
        refused(id, reason, &[&page("p", ID, &format!(r#"{{"path":"{path}"}}"#), "")], message)
    };
    let input = |id: &str, reason: &str, input: &str, message: &str| {
        refused(id, reason, &[&page("p", input, r#"{"path":"/p/:id"}"#, "")], message)
    };
    vec![
        path("no-slash", "no slash at the start", "p/:id", "does not begin with a slash"),
        path("characters", "a character that would be escaped", "/p q/:id", "other characters"),
        path("empty-part", "an empty part in the middle", "/p//:id", "an empty part"),
        path("dots", "parts that browsers take away", "/p/../:id", "browsers"),
        path("no-input", "a param that is no input", "/p/:key", "no input of the function"),
        path("param-name", "a param that is no name", "/p/:Id", "no name of an input"),
        path("repeated", "one input twice", "/p/:id/:id", "one input twice"),
        path("base", "below the base", "/api/mizan/p/:id", "below the base"),
        path("base-itself", "the base itself", "/api/mizan", "below the base"),
        based(path("root", "a route of the protocol, where the base is empty", "/call/", "of the protocol"), ""),
        based(path("root-bundle", "a bundle, where the base is empty", "/ctx/:id", "of the protocol"), ""),
        input("list", "a list in a part", r#"{"id":{"type":"array","items":{"type":"integer"}}}"#, "is a list"),
        input(
            "object",
            "an object as an input",
            r#"{"id":{"type":"integer"},"o":{"type":"object","properties":{}}}"#,
            "cannot be an input of a page",
        ),
        refused(
            "method",
            "a method that pages do not have",
            &[&page("p", ID, r#"{"path":"/p/:id","methods":["TRACE"]}"#, "")],
            "TRACE",
        ),
        refused(
            "rival",
            "two functions for one path and method",
            &[
                &page("p", ID, r#"{"path":"/p/:id"}"#, ""),
                &page("q", r#"{"key":{"type":"integer"}}"#, r#"{"path":"/p/:key"}"#, ""),
            ],
            "answers the same method at the same path",
        ),
    ]
}
