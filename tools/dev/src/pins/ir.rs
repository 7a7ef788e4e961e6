//! Cases of the IR: what a registration document emits, and what does not build.

use super::case::{Case, Expected, case};
use super::scope::{application, function, member};

const NULL: &str = r#""output":{"type":"null"}"#;
/// What an application of one function emits that says nothing else.
const BARE: &str = "mizan version=1\n\nfunction \"f\" { output { literal #null } }\n";
const ID: &str = r#"{"id":{"type":"integer"}}"#;

/// Id, where the rule stands, reason, options of the function `f`, a part of the document.
#[rustfmt::skip]
const OPTIONS: &[(&str, &str, &str, &str, &str)] = &[
    ("bare", "ir.md#nodes-in-their-order", "what says nothing does not stand there", "", BARE),
    ("defaults", "ir.md#nodes-in-their-order", "neither does what is said and is the default", r#""auth":"none","websocket":false,"private":false,"affects":[],"merge":[],"errors":[],"timeout_ms":5,"#, BARE),
    ("source", "ir.md#source-locations", "the place of a function is no part of its contract", r#""source":{"file":"a.py","line":1},"#, BARE),
    ("doc", "ir.md#nodes-in-their-order", "a text for readers", r#""doc":"Does.","#, "    doc \"Does.\"\n    output"),
    ("deprecated", "ir.md#nodes-in-their-order", "why not to use it", r#""deprecated":"Use g.","#, "    deprecated \"Use g.\"\n"),
    ("auth-authenticated", "AUTH-1", "any identity", r#""auth":"authenticated","#, "    auth \"authenticated\"\n"),
    ("auth-staff", "AUTH-1", "staff", r#""auth":"staff","#, "    auth \"staff\"\n"),
    ("auth-superuser", "AUTH-1", "superusers", r#""auth":"superuser","#, "    auth \"superuser\"\n"),
    ("auth-permissions", "AUTH-1 ir.md#nodes-in-their-order", "permissions, sorted, each once", r#""auth":{"permissions":["b.x","a.x","b.x"]},"#, "    auth \"permission\" \"a.x\" \"b.x\"\n"),
    ("auth-guard", "AUTH-1", "the application's own callable", r#""auth":{"guard":"is_owner"},"#, "    auth \"guard\" \"is_owner\"\n"),
    ("websocket", "ir.md#nodes-in-their-order", "another transport", r#""websocket":true,"#, "    transport \"websocket\"\n"),
    ("private", "ir.md#nodes-in-their-order", "not for clients", r#""private":true,"#, "    private\n"),
    ("route", "ir.md#nodes-in-their-order", "methods sorted", r#""route":{"path":"/x","methods":["POST","GET"]},"#, "    route \"/x\" \"GET\" \"POST\"\n"),
    ("errors", "ERR-7 ir.md#nodes-in-their-order", "declared errors by code, with and without data", r#""errors":[{"code":"TAKEN","status":409,"data":{"type":"object","properties":{"by":{"type":"integer"}},"required":["by"]}},{"code":"GONE","status":410}],"#, "    error \"GONE\" status=410\n    error \"TAKEN\" status=409 { struct { field \"by\" { integer } } }\n"),
    ("cache-off", "CACHE-5", "not to be cached", r#""cache":false,"#, "    cache #false\n"),
    ("cache", "CACHE-5", "seconds", r#""cache":60,"#, "    cache 60\n"),
    ("rev", "ir.md#nodes-in-their-order", "another revision", r#""rev":2,"#, "    rev 2\n"),
    ("rev-0", "ir.md#nodes-in-their-order", "the first is not said", r#""rev":0,"#, BARE),
    ("all", "ir.md#nodes-in-their-order", "children in their order", r#""rev":2,"cache":60,"private":true,"websocket":true,"auth":"staff","deprecated":"Use g.","doc":"Does.","#, "    doc \"Does.\"\n    deprecated \"Use g.\"\n    auth \"staff\"\n    transport \"websocket\"\n    private\n    output { literal #null }\n    cache 60\n    rev 2\n"),
    ("escapes", "ir.md#text", "escapes of KDL, and a code point that it does not allow", r#""doc":"a\"\\\b\f\n\r\t\u0007\u202e\ufeffé","#, "    doc \"a\\\"\\\\\\b\\f\\n\\r\\t\\u{7}\\u{202e}\\u{feff}é\"\n"),
];

fn one(id: &str, rules: &str, reason: &str, options: &str) -> Case {
    let function = function("f", "{}", &format!("{options}{NULL}"));
    case(id, rules, reason).with("application", application(&[&function], &[]))
}

fn whole(id: &str, rules: &str, reason: &str, functions: &[&str], contexts: &[&str]) -> Case {
    case(id, rules, reason).with("application", application(functions, contexts))
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = OPTIONS
        .iter()
        .map(|(id, rules, reason, options, part)| {
            one(id, rules, reason, options).expect(Expected::TextHolds((*part).to_owned()))
        })
        .collect();
    cases.extend(documents());
    cases.extend(unbuilt());
    cases.extend(malformed());
    cases
}

fn documents() -> Vec<Case> {
    let item = r##""output":{"$ref":"#/$defs/Item","$defs":{"Item":{"type":"object","properties":{"id":{"type":"integer"}},"required":["id"]}}}"##;
    let items = r##""context":"item","output":{"type":"array","items":{"$ref":"#/$defs/Item"},"$defs":{"Item":{"type":"object","properties":{"id":{"type":"integer"}},"required":["id"]}}}"##;
    let holds = |case: Case, part: &str| case.expect(Expected::TextHolds(part.to_owned()));
    vec![
        whole("empty", "ir.md#the-document", "an application of nothing", &[], &[]).ok_text("mizan version=1\n"),
        whole("functions-sorted", "ir.md#order", "by name in byte order", &[&function("b", "{}", NULL), &function("a_b", "{}", NULL), &function("a.b", "{}", NULL)], &[])
            .ok_text("mizan version=1\n\nfunction \"a.b\" { output { literal #null } }\nfunction \"a_b\" { output { literal #null } }\nfunction \"b\" { output { literal #null } }\n"),
        whole("context", "CTX-4 CTX-6 ir.md#nodes-in-their-order", "params of all members, required where one requires them", &[&member("b_read", "c", ID), &member("a_read", "c", r#"{"id":{"type":"integer","default":1},"page":{"type":"integer","default":1}}"#)], &[])
            .expect(Expected::TextHolds("context \"c\" {\n    param \"id\" { integer }\n    param \"page\" default=\"1\" { integer }\n    member \"a_read\"\n    member \"b_read\"\n}\n".to_owned())),
        holds(whole("context-public", "CACHE-3", "a public context", &[&member("r", "c", "{}")], &[r#"{"name":"c","public":true}"#]), "context \"c\" public=#true { member \"r\" }\n"),
        holds(whole("context-identity", "SCOPE-4", "a context of the caller's own", &[&member("r", "c", "{}")], &[r#"{"name":"c","identity":true}"#]), "context \"c\" identity=#true { member \"r\" }\n"),
        whole("context-without-members", "CTX-4", "a declared context without members does not exist", &[], &[r#"{"name":"c"}"#]).ok_text("mizan version=1\n"),
        holds(whole("affects", "SCOPE-2 INV-1", "by: the params that args narrow by", &[&member("r", "c", r#"{"b":{"type":"integer"},"a":{"type":"integer"}}"#), &function("f", r#"{"a":{"type":"integer"},"b":{"type":"integer"},"z":{"type":"integer"}}"#, &format!("\"affects\":[\"c\"],{NULL}"))], &[]), "    affects \"c\" { by \"a\" \"b\" }\n"),
        holds(whole("affects-broad", "SCOPE-5", "nothing narrows", &[&member("r", "c", ID), &function("f", "{}", &format!("\"affects\":[\"c\",\"r\"],{NULL}"))], &[]), "    affects \"c\"\n    affects \"c\" function=\"r\"\n"),
        holds(whole("merge-upsert", "MERGE-1 MERGE-3", "an item into a list, by its id", &[&function("r", ID, items), &function("f", ID, &format!("\"merge\":[\"item\"],{item}"))], &[]), "    merge \"item\" function=\"r\" op=\"upsert\" {\n        by \"id\"\n        key \"id\"\n    }\n"),
        holds(whole("merge-replace", "MERGE-1", "a list in the place of a list", &[&function("r", "{}", items), &function("f", "{}", &format!("\"merge\":[\"item\"],{}", items.replace(r#""context":"item","#, "")))], &[]), "    merge \"item\" function=\"r\" op=\"replace\"\n"),
        holds(whole("input", "ir.md#order", "inputs sorted", &[&function("f", r#"{"b":{"type":"string"},"a":{"type":"integer","default":1}}"#, NULL)], &[]), "    input {\n        field \"a\" default=\"1\" { integer }\n        field \"b\" { string }\n    }\n"),
        holds(whole("input-one-line", "ir.md#text", "a single input is written on one line", &[&function("f", ID, NULL)], &[]), "    input { field \"id\" { integer } }\n"),
        whole("type-both-ways", "ir.md#from-declarations-to-shapes", "one type as input and as output, where a default is always there in the output", &[&function("f", r##"{"p":{"$ref":"#/$defs/P"}}"##, r##""output":{"$ref":"#/$defs/P","$defs":{"P":{"type":"object","properties":{"a":{"type":"integer","default":1}},"required":["a"]}}}"##).replace(r#","required":["p"]}"#, r#","required":["p"],"$defs":{"P":{"type":"object","properties":{"a":{"type":"integer","default":1}}}}}"#)], &[])
            .expect(Expected::TextHolds("type \"P\" { struct { field \"a\" default=\"1\" { integer } } }\n".to_owned())),
    ]
}

fn unbuilt() -> Vec<Case> {
    let build = |id, rules, reason, functions: &[&str], contexts: &[&str], message: &str| {
        whole(id, rules, reason, functions, contexts).does_not_build(message)
    };
    let named = |id: &str, reason: &str, name: &str| {
        whole(id, "NAME-1", reason, &[&function(name, "{}", NULL)], &[])
            .does_not_build("cannot be the name of a function")
    };
    let error = |id: &str, rules: &str, reason: &str, error: &str, message: &str| {
        one(id, rules, reason, &format!("\"errors\":[{error}],")).does_not_build(message)
    };
    let items = r##""context":"item","output":{"type":"array","items":{"$ref":"#/$defs/Item"},"$defs":{"Item":{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}}}"##;
    let item = r##""merge":["item"],"output":{"$ref":"#/$defs/Item","$defs":{"Item":{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}}}"##;
    let many: Vec<String> = (0..65).map(|index| member(&format!("r{index}"), "c", "{}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    vec![
        named("name-upper", "an upper-case letter", "F"),
        named("name-empty", "the empty name", ""),
        named("name-digit", "a digit first", "1f"),
        named("name-underscore", "an underscore first", "_f"),
        named("name-dash", "a dash", "f-g"),
        named("name-dots", "an empty part", "f..g"),
        named("name-unicode", "a letter that is not ASCII", "é"),
        build(
            "name-context",
            "NAME-1",
            "a context's name with a dot",
            &[&member("r", "c.d", "{}")],
            &[],
            "cannot be the name of a context",
        ),
        build(
            "name-input",
            "NAME-1",
            "an input's name in another case",
            &[&function("f", r#"{"userId":{"type":"integer"}}"#, NULL)],
            &[],
            "cannot be the name of an input",
        ),
        build(
            "name-twice",
            "NAME-2",
            "two functions of one name",
            &[&function("f", "{}", NULL), &function("f", "{}", NULL)],
            &[],
            "declared before",
        ),
        build(
            "affects-unknown",
            "NAME-3",
            "nothing of that name, with the nearest and the place",
            &[
                &member("user_read", "user", "{}"),
                &function(
                    "f",
                    "{}",
                    &format!(r#""source":{{"file":"shop/api.py","line":9}},"affects":["usr"],{NULL}"#),
                ),
            ],
            &[],
            "shop/api.py:9: f: affects \"usr\": there is no context or function of that name\n  help: did you mean \"user\"?",
        ),
        build(
            "merge-unknown",
            "NAME-3",
            "the same for a merge",
            &[&function("f", "{}", &format!("\"merge\":[\"x\"],{NULL}"))],
            &[],
            "merge \"x\": there is no context",
        ),
        build(
            "params-differ",
            "NAME-4",
            "one param of two types",
            &[&member("a", "c", ID), &member("b", "c", r#"{"id":{"type":"string"}}"#)],
            &[],
            "is `string` here and `integer` in a",
        ),
        build(
            "defaults-differ",
            "NAME-4",
            "one param of two defaults",
            &[
                &member("a", "c", r#"{"p":{"type":"integer","default":1}}"#),
                &member("b", "c", r#"{"p":{"type":"integer","default":2}}"#),
            ],
            &[],
            "has the default 2 here and the default 1 in a",
        ),
        build(
            "param-object",
            "NAME-5",
            "an object as a param",
            &[&member("a", "c", r#"{"p":{"type":"object","properties":{}}}"#)],
            &[],
            "cannot be a param",
        ),
        build(
            "param-list-of-lists",
            "NAME-5",
            "a list of lists",
            &[&member("a", "c", r#"{"p":{"type":"array","items":{"type":"array","items":{"type":"integer"}}}}"#)],
            &[],
            "cannot be a param",
        ),
        build("param-any", "NAME-5", "anything", &[&member("a", "c", r#"{"p":{}}"#)], &[], "cannot be a param"),
        build(
            "context-and-affects",
            "NAME-6",
            "a reader that changes something",
            &[&member("a", "c", "{}"), &function("f", "{}", &format!("\"context\":\"d\",\"affects\":[\"c\"],{NULL}"))],
            &[],
            "cannot affect or merge",
        ),
        build(
            "all-at-once",
            "NAME-8",
            "two problems, one after the other",
            &[&function("F", "{}", &format!("\"affects\":[\"x\"],{NULL}"))],
            &[],
            "\nF: affects \"x\"",
        ),
        build("members-65", "LIM-8", "more members than one request runs", &many, &[], "the limit is 64"),
        build(
            "public-guard",
            "CACHE-13",
            "a guard before what is public",
            &[&function("r", "{}", &format!("\"context\":\"c\",\"auth\":\"staff\",{NULL}"))],
            &[r#"{"name":"c","public":true}"#],
            "drop `auth`",
        ),
        build(
            "public-identity",
            "CACHE-13",
            "public and the caller's own",
            &[&member("r", "c", "{}")],
            &[r#"{"name":"c","public":true,"identity":true}"#],
            "both public and narrowed by identity",
        ),
        build(
            "merge-no-slot",
            "MERGE-2",
            "no member takes the result",
            &[&member("r", "c", "{}"), &function("f", "{}", &format!("\"merge\":[\"c\"],{NULL}"))],
            &[],
            "no member of it takes the result",
        ),
        build(
            "merge-two-slots",
            "MERGE-2",
            "two members take it",
            &[&function("r", "{}", items), &function("s", "{}", items), &function("f", "{}", item)],
            &[],
            "fits more than one member",
        ),
        build(
            "merge-no-key",
            "MERGE-3",
            "nothing tells items apart",
            &[&function("r", "{}", items), &function("f", "{}", item)],
            &[],
            "mark the fields that identify an item",
        ),
        error(
            "error-status",
            "ERR-7",
            "a status of the server's fault",
            r#"{"code":"BROKEN","status":500}"#,
            "use a status from 400 to 499",
        ),
        error("error-code", "NAME-1", "a code in lower case", r#"{"code":"taken","status":409}"#, "cannot be the code"),
        error(
            "error-own-code",
            "NAME-1 ERR-1",
            "a code of the protocol's own",
            r#"{"code":"NOT_FOUND","status":404}"#,
            "none of the protocol's own",
        ),
        error(
            "error-twice",
            "ERR-7",
            "one code twice",
            r#"{"code":"A","status":409},{"code":"A","status":410}"#,
            "declared twice",
        ),
        build(
            "two-shapes",
            "ir.md#from-declarations-to-shapes",
            "one name with two shapes",
            &[
                &function(
                    "f",
                    "{}",
                    r#""output":{"x-mizan-name":"T","type":"object","properties":{"a":{"type":"integer"}}}"#,
                ),
                &function(
                    "g",
                    "{}",
                    r#""output":{"x-mizan-name":"T","type":"object","properties":{"a":{"type":"string"}}}"#,
                ),
            ],
            &[],
            "two types named",
        ),
        build(
            "context-twice",
            "NAME-2",
            "one context declared twice",
            &[],
            &[r#"{"name":"c"}"#, r#"{"name":"c"}"#],
            "declared before",
        ),
    ]
}

/// Registration documents that an adapter wrote wrongly.
fn malformed() -> Vec<Case> {
    let document = |id: &str, reason: &str, document: &str, message: &str| {
        case(&format!("document-{id}"), "NAME-8", reason).with("application", document).does_not_build(message)
    };
    vec![
        document("list", "no object", "[]", "expected an object"),
        document("no-version", "no version", r#"{"functions":[]}"#, "version"),
        document("version-2", "another version", r#"{"version":2,"functions":[]}"#, "expected 1"),
        document(
            "unknown-member",
            "a member that documents do not have",
            r#"{"version":1,"functions":[],"middleware":[]}"#,
            "/middleware: unknown member",
        ),
        document(
            "unknown-option",
            "an option that functions do not have",
            r#"{"version":1,"functions":[{"name":"f","input":{},"output":{},"cached":true}]}"#,
            "/functions/0/cached: unknown member",
        ),
        document(
            "no-name",
            "a function without a name",
            r#"{"version":1,"functions":[{"input":{},"output":{}}]}"#,
            "/functions/0/name: missing",
        ),
        document(
            "no-output",
            "a function without an output",
            r#"{"version":1,"functions":[{"name":"f","input":{"type":"object","properties":{}}}]}"#,
            "/functions/0/output: missing",
        ),
        document(
            "auth",
            "a guard of nobody's",
            r#"{"version":1,"functions":[{"name":"f","auth":"admin","input":{},"output":{}}]}"#,
            "/functions/0/auth: expected",
        ),
        document(
            "auth-nobody",
            "permissions without one",
            r#"{"version":1,"functions":[{"name":"f","auth":{"permissions":[]},"input":{},"output":{}}]}"#,
            "/functions/0/auth: expected",
        ),
        document(
            "flag",
            "a flag that is a number",
            r#"{"version":1,"functions":[],"expose_ir":1}"#,
            "/expose_ir: expected true or false",
        ),
        document(
            "timeout",
            "a negative time",
            r#"{"version":1,"functions":[{"name":"f","timeout_ms":-1,"input":{},"output":{}}]}"#,
            "/functions/0/timeout_ms: expected a number",
        ),
        document(
            "base",
            "a base that is no path",
            r#"{"version":1,"base":"api/","functions":[]}"#,
            "cannot be the base path",
        ),
        document(
            "no-functions",
            "functions that are no list",
            r#"{"version":1,"functions":{}}"#,
            "/functions: expected a list",
        ),
    ]
}
