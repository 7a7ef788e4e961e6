//! Cases of the check of compatibility: two documents, and what of the change breaks deployed clients.

use super::case::{Case, case, string};

type Text = &'static str;
type ShapeRow = (Text, Text, Text, Text, &'static [Text], &'static [Text]);
type ChangeRow = (Text, Text, Text, Text, Text, &'static [(Text, Text)]);

/// Id, reason, old shape, new shape, the rules that it breaks in an input, in an output.
#[rustfmt::skip]
const SHAPES: &[ShapeRow] = &[
    ("same", "nothing has changed", "integer", "integer", &[], &[]),
    ("range", "bounds of an integer", "integer", "integer max=9", &["input-range"], &[]),
    ("range-wider", "bounds that are wider", "integer min=1", "integer min=0", &[], &["output-range"]),
    ("multiple", "another divisor", "integer multiple-of=6", "integer multiple-of=3", &[], &["output-range"]),
    ("number", "an integer becomes a number", "integer", "number", &[], &["output-type"]),
    ("exclusive", "a bound of a number that is itself no longer allowed", "number min=1.0", "number exclusive-min=1.0", &["input-range"], &[]),
    ("length", "a shorter text", "string max-length=9", "string max-length=8", &["input-length"], &[]),
    ("pattern", "any other pattern", "string pattern=\"^a\"", "string pattern=\"^[a]\"", &["input-pattern"], &["output-pattern"]),
    ("pattern-gone", "a pattern that is gone", "string pattern=\"^a\"", "string", &[], &["output-pattern"]),
    ("format", "a format where there was none", "string", "string format=\"date\"", &["input-format"], &[]),
    ("values", "a value more", "enum \"a\" \"b\"", "enum \"b\" \"a\" \"c\"", &[], &["output-value"]),
    ("values-fewer", "a value fewer", "enum \"a\" \"b\"", "literal \"a\"", &["input-value"], &[]),
    ("values-text", "any text instead of some", "enum \"a\" \"b\"", "string", &[], &["output-type"]),
    ("null", "null is allowed", "integer", "nullable { integer }", &[], &["output-null"]),
    ("null-gone", "null is no longer allowed", "nullable { integer }", "integer", &["input-null"], &[]),
    ("kind", "another kind", "integer", "string", &["input-type"], &["output-type"]),
    ("any", "anything", "boolean", "any", &[], &["output-type"]),
    ("any-number", "VALUE-11: anything takes fewer numbers than a number does", "number", "any", &["input-range"], &["output-type"]),
    ("list", "items that have to differ", "list { integer }", "list unique=#true { integer }", &["input-unique"], &[]),
    ("list-length", "a longer list", "list max-items=2 { any }", "list max-items=3 { any }", &[], &["output-length"]),
    ("tuple", "a tuple becomes a list", "tuple { integer; integer }", "list { integer }", &[], &["output-type"]),
    ("tuple-length", "a longer tuple", "tuple { any }", "tuple { any; any }", &["input-type"], &["output-type"]),
    ("map", "a struct becomes a map", "struct { field \"a\" { integer } }", "map { integer }", &[], &["output-type"]),
    ("field-new", "a new field that has to be there", "struct", "struct { field \"a\" { any } }", &["input-added"], &[]),
    ("field-optional", "a new field that may be left out", "struct", "struct { field \"a\" default=\"1\" { integer } }", &[], &[]),
    ("field-gone", "a field that is gone", "struct { field \"a\" { any } }", "struct", &["input-removed"], &["output-removed"]),
    ("field-required", "a field that could be left out", "struct { field \"a\" required=#false { any } }", "struct { field \"a\" { any } }", &["input-required"], &[]),
    ("field-missing", "a field that may be missing", "struct { field \"a\" { any } }", "struct { field \"a\" required=#false { any } }", &[], &["output-optional"]),
    ("union", "an arm more", "union { integer; string }", "union { string; boolean; integer }", &[], &["output-type"]),
    ("union-fewer", "an arm fewer", "union { integer; string }", "string", &["input-type"], &[]),
];

const BASE: &str = "mizan version=1\nfunction \"change\" {\n    auth \"permission\" \"a\"\n    transport \"websocket\"\n    route \"/change/:id\" \"GET\" \"POST\"\n    input { field \"id\" { integer } }\n    output { any }\n    affects \"user\" { by \"id\" }\n    error \"TAKEN\" status=409 { integer }\n}\nfunction \"read\" {\n    context \"user\"\n    input { field \"id\" { integer } }\n    output { any }\n}\nfunction \"size\" {\n    private\n    context \"user\"\n    output { integer }\n}\ncontext \"user\" {\n    param \"id\" { integer }\n    member \"read\"\n    member \"size\"\n}\n";

/// Id, section, reason, what stands in the document, what instead, the rules that it breaks, each with its path.
#[rustfmt::skip]
const CHANGES: &[ChangeRow] = &[
    ("auth-wider", "functions-and-contexts", "fewer permissions are asked for", "    auth \"permission\" \"a\"\n", "", &[]),
    ("auth", "functions-and-contexts", "one permission more", "\"permission\" \"a\"", "\"permission\" \"a\" \"b\"", &[("function-auth", "/function/change")]),
    ("auth-guard", "functions-and-contexts", "a callable instead of a permission", "\"permission\" \"a\"", "\"guard\" \"g\"", &[("function-auth", "/function/change")]),
    ("transport", "functions-and-contexts", "no WebSocket", "    transport \"websocket\"\n", "", &[("function-transport", "/function/change")]),
    ("private", "functions-and-contexts", "made private", "    transport \"websocket\"\n", "    transport \"websocket\"\n    private\n", &[("function-private", "/function/change")]),
    ("public", "functions-and-contexts", "private no longer", "    private\n", "", &[]),
    ("route", "functions-and-contexts", "another page", "/change/:id", "/alter/:id", &[("function-route", "/function/change/route")]),
    ("route-param", "functions-and-contexts", "the param of a page is called otherwise", "/change/:id", "/change/:key", &[]),
    ("route-method", "functions-and-contexts", "a method fewer", " \"GET\" \"POST\"", " \"GET\"", &[("function-route", "/function/change/route")]),
    ("affects", "mutations", "nothing is affected any more", "    affects \"user\" { by \"id\" }\n", "", &[("affects-removed", "/function/change/affects/user")]),
    ("affects-narrower", "mutations", "one member of it", "    affects \"user\" { by \"id\" }\n", "    affects \"user\" function=\"read\" { by \"id\" }\n", &[]),
    ("error-new", "errors", "an error more", "    error \"TAKEN\"", "    error \"GONE\" status=410\n    error \"TAKEN\"", &[("error-added", "/function/change/error/GONE")]),
    ("error-gone", "errors", "an error fewer", "    error \"TAKEN\" status=409 { integer }\n", "", &[]),
    ("error-status", "errors", "another status", "status=409", "status=410", &[("error-status", "/function/change/error/TAKEN")]),
    ("error-data", "errors", "data of another kind", "{ integer }\n}\nfunction \"read\"", "{ string }\n}\nfunction \"read\"", &[("output-type", "/function/change/error/TAKEN/data")]),
    ("member", "functions-and-contexts", "a member fewer", "    member \"size\"\n", "", &[("member-removed", "/context/user/member/size")]),
    ("member-output", "functions-and-contexts", "a private member is read in its bundle", "output { integer }", "output { string }", &[("output-type", "/function/size/output")]),
    ("param", "functions-and-contexts", "a param that is narrower", "    param \"id\" { integer }", "    param \"id\" { integer min=1 }", &[("input-range", "/context/user/param/id")]),
    ("param-new", "functions-and-contexts", "a param more, which has to be sent", "    param \"id\" { integer }", "    param \"id\" { integer }\n    param \"words\" { string }", &[("input-added", "/context/user/param/words")]),
    ("param-new-nullable", "functions-and-contexts", "a param more that may be null, which a URL says by leaving it out", "    param \"id\" { integer }", "    param \"id\" { integer }\n    param \"words\" { nullable { string } }", &[]),
    ("docs", "functions-and-contexts", "a text for people", "    auth \"permission\" \"a\"\n", "    doc \"Does.\"\n    deprecated \"Use g.\"\n    auth \"permission\" \"a\"\n", &[]),
];

/// The change of a shape, in an input and in an output.
fn shape(at: &str, old: &str, new: &str) -> (String, String) {
    let document = |shape: &str| match at {
        "input" => {
            format!("mizan version=1\nfunction \"f\" {{ input {{ field \"x\" {{ {shape} }} }}; output {{ any }} }}\n")
        }
        _ => format!("mizan version=1\nfunction \"f\" {{ output {{ {shape} }} }}\n"),
    };
    (document(old), document(new))
}

fn changed(id: &str, rules: &str, reason: &str, documents: (&str, &str), breaks: &[(&str, String)]) -> Case {
    let listed: Vec<String> =
        breaks.iter().map(|(rule, path)| format!("{{\"path\":{},\"rule\":\"{rule}\"}}", string(path))).collect();
    let case = case(id, rules, reason).with_text("old", documents.0).with_text("new", documents.1);
    let case = case.ok(&format!("{{\"breaks\":[{}]}}", listed.join(",")));
    if breaks.is_empty() { case } else { case.fails() }
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (id, reason, old, new, inputs, outputs) in SHAPES {
        for (at, rules, root) in [("input", inputs, "/function/f/input/x"), ("output", outputs, "/function/f/output")] {
            let (old, new) = shape(at, old, new);
            let below = if id.starts_with("field-") { format!("{root}/a") } else { root.to_owned() };
            let breaks: Vec<(&str, String)> = rules.iter().map(|rule| (*rule, below.clone())).collect();
            let section = format!("compatibility.md#{at}s");
            cases.push(changed(&format!("{at}-{id}"), &section, reason, (&old, &new), &breaks));
        }
    }
    for (id, section, reason, old, new, breaks) in CHANGES {
        let after = BASE.replacen(old, new, 1);
        let breaks: Vec<(&str, String)> = breaks.iter().map(|(rule, path)| (*rule, (*path).to_owned())).collect();
        cases.push(changed(id, &format!("compatibility.md#{section}"), reason, (BASE, &after), &breaks));
    }
    let functions = "compatibility.md#functions-and-contexts";
    let nothing = "mizan version=1\n";
    let gone = [
        ("context-removed", "/context/user"),
        ("function-removed", "/function/change"),
        ("function-route", "/function/change/route"),
        ("function-removed", "/function/read"),
    ];
    let gone = gone.map(|(rule, path)| (rule, path.to_owned()));
    cases.push(changed("gone", functions, "all is gone; a private function was nobody's", (BASE, nothing), &gone));
    cases.push(changed("new", functions, "all is new", (nothing, BASE), &[]));
    let sizes = ["upload", "upload max-size=5"].map(shape_of_file);
    let smaller = [("input-upload", "/function/f/input/x".to_owned())];
    cases.push(changed("upload", "compatibility.md#inputs", "smaller files", (&sizes[0], &sizes[1]), &smaller));
    let page = |input: &str| {
        format!(
            "mizan version=1\nfunction \"file\" {{\n    private\n    route \"/file/:id\"\n    input {{ {input} }}\n    output {{ any }}\n}}\n"
        )
    };
    let id = "field \"id\" { integer }";
    let file = page(id);
    let beside = |field: &str| page(&format!("{id}; field \"words\" {{ {field} }}"));
    let narrower = page("field \"id\" { integer min=1 }");
    let broken = |rule: &'static str, input: &str| [(rule, format!("/function/file/input/{input}"))];
    cases.push(changed(
        "page-path",
        functions,
        "a private page that takes fewer paths",
        (&file, &narrower),
        &broken("input-range", "id"),
    ));
    cases.push(changed(
        "page-query",
        functions,
        "a private page whose query has to hold more",
        (&file, &beside("string")),
        &broken("input-added", "words"),
    ));
    cases.push(changed(
        "page-query-nullable",
        functions,
        "a URL says null by leaving it out",
        (&file, &beside("nullable { string }")),
        &[],
    ));
    cases.push(changed(
        "page-part",
        functions,
        "a part of a path that is called otherwise",
        (&file, &page("field \"key\" { integer }").replace(":id", ":key")),
        &[],
    ));
    let unread = |id: &str, reason: &str, old: &str, new: &str, message: &str| {
        let case = case(id, "ir.md#reading", reason).with_text("old", old).with_text("new", new);
        case.does_not_build(message)
    };
    cases.push(unread("old-unread", "the old document is none", "{", nothing, "line 1"));
    cases.push(unread(
        "new-unread",
        "the new document is of a later version",
        nothing,
        "mizan version=2\n",
        "version 2",
    ));
    cases.push(unread("both-unread", "neither is a document", "", "", "empty"));
    cases
}

fn shape_of_file(shape: &str) -> String {
    format!("mizan version=1\nfunction \"f\" {{ input {{ field \"x\" {{ {shape} }} }}; output {{ any }} }}\n")
}
