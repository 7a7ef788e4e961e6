//! Cases of the `OpenAPI` export.

use super::case::{Case, Expected, case};
use super::scope::{INTEGER, NONE, application, function, member, mutation};

/// Id, section, reason, functions, contexts, parts of the document.
type Row<'a> = (&'a str, &'a str, &'a str, Vec<String>, Vec<&'a str>, Vec<&'a str>);

pub(super) fn cases() -> Vec<Case> {
    let null = r#""output":{"type":"null"}"#;
    let types = r#""$defs":{"Book":{"type":"object","description":"Of a shelf.","properties":{"pages":{"type":"integer","default":1},"tags":{"type":"array","items":{"type":"string"}}},"required":["tags"]}}"#;
    let input = r##"{"type":"object","properties":{"book":{"$ref":"#/$defs/Book"}},"required":["book"],"##;
    let output = r##"{"$ref":"#/$defs/Book","##;
    let taker = format!(r#"{{"name":"f","input":{input}{types}}},"output":{output}{types}}}}}"#);
    let rows: Vec<Row<'_>> = vec![
        (
            "nothing",
            "openapi.md#paths",
            "an application of nothing has no paths",
            vec![],
            vec![],
            vec![r#""openapi":"3.1.0","paths":{}}"#, r#""info":{"title":"Mizan","version":""#],
        ),
        (
            "call",
            "openapi.md#paths CALL-1",
            "one operation for all calls",
            vec![mutation(INTEGER, "[]")],
            vec![],
            vec![
                r#""/api/mizan/call/":{"post":{"#,
                r#""fn":{"const":"change","type":"string"}"#,
                r#""required":["args","fn"]"#,
            ],
        ),
        (
            "files",
            "openapi.md#paths UPLOAD-2 UPLOAD-5",
            "a call that has to have a file is a form, and no JSON",
            vec![function(
                "keep",
                r#"{"photo":{"type":"string","format":"binary","x-mizan-upload":{"max_size":9,"content_types":["image/png"]}}}"#,
                null,
            )],
            vec![],
            vec![
                r##""requestBody":{"content":{"multipart/form-data":{"encoding":{"/photo":{"contentType":"image/png"},"call":{"contentType":"application/json"}},"schema":{"$ref":"#/components/schemas/keep.Form"}}},"required":true}"##,
                r#""/photo":{"contentMediaType":"image/png","maxLength":9,"type":"string"}"#,
                r#""required":["call","/photo"]"#,
            ],
        ),
        (
            "private",
            "openapi.md#paths CALL-3",
            "what is private cannot be called",
            vec![function("f", NONE, &format!("\"private\":true,{null}"))],
            vec![],
            vec![r#""paths":{}"#],
        ),
        (
            "bundle",
            "openapi.md#paths CTX-9",
            "one operation for each context, its params in the query",
            vec![member("read", "user", INTEGER)],
            vec![],
            vec![
                r#""/api/mizan/ctx/user/":{"get":{"#,
                r#"{"in":"query","name":"id","required":true,"#,
                r#""user.Bundle":{"additionalProperties":false,"properties":{"read":{"type":"null"}},"required":["read"],"type":"object"}"#,
            ],
        ),
        (
            "types",
            "openapi.md#schemas VALUE-7",
            "a type with defaults has a schema for each way",
            vec![taker],
            vec![],
            vec![
                r#""Book":{"additionalProperties":false,"description":"Of a shelf.","properties":{"pages":{"maximum":9007199254740991,"minimum":-9007199254740991,"type":"integer"},"tags":{"items":{"type":"string"},"type":"array"}},"required":["pages","tags"],"type":"object"}"#,
                r#""Book.Input":{"#,
            ],
        ),
        (
            "errors",
            "openapi.md#schemas ERR-7",
            "errors that a function declares",
            vec![function("f", NONE, &format!(r#""errors":[{{"code":"GONE","status":410}}],{null}"#))],
            vec![],
            vec![
                r##""410":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/f.GONE"}}}"##,
                r#""mizan.VALIDATION":{"#,
            ],
        ),
        (
            "security",
            "openapi.md#security",
            "a guard",
            vec![function("f", NONE, &format!(r#""auth":"staff",{null}"#))],
            vec![],
            vec![r#""security":[{},{"bearer":[]},{"mwt":[]}]"#, r#""description":"For staff.""#],
        ),
        (
            "public",
            "openapi.md#paths CACHE-4",
            "a public context may be redirected",
            vec![member("read", "user", NONE)],
            vec![r#"{"name":"user","public":true}"#],
            vec![r#""308":{"description":"The bundle has another URL.""#],
        ),
    ];
    let mut cases: Vec<Case> = Vec::new();
    for (id, rules, reason, functions, contexts, parts) in rows {
        let functions: Vec<&str> = functions.iter().map(String::as_str).collect();
        let case = case(id, rules, reason).with("application", application(&functions, &contexts));
        cases.push(parts.into_iter().fold(case, |case, part| case.expect(Expected::TextHolds(part.to_owned()))));
    }
    cases.extend(super::unbuilt::cases());
    cases
}
