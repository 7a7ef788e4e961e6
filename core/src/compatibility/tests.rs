//! Changes, and the rules that they break. Shapes stand in an input and in an output, so that each is seen both ways.

use std::collections::BTreeSet;

use super::{Rule, check};
use crate::ir::kdl_read;

/// The rules that a change of whole documents breaks, and where.
fn breaks(old: &str, new: &str) -> Vec<String> {
    let read = |text: &str| kdl_read::read(&format!("mizan version=1\n{text}")).unwrap();
    check(&read(old), &read(new)).into_iter().map(|found| format!("{} {}", found.rule, found.path)).collect()
}

/// The aspects that a change of a shape breaks in an input, and in an output, with types beside it.
fn shapes_with(types: [&str; 2], old: &str, new: &str) -> (String, String) {
    let document = |types: &str, shape: &str| {
        format!("{types}\nfunction \"f\" {{ input {{ field \"x\" {{ {shape} }} }}; output {{ {shape} }} }}")
    };
    let [old_types, new_types] = types;
    let found = breaks(&document(old_types, old), &document(new_types, new));
    let of = |prefix: &str, path: &str| {
        let own = found.iter().filter_map(|line| line.strip_prefix(prefix));
        own.map(|line| line.replace(&format!(" {path}"), "")).collect::<Vec<_>>().join(",")
    };
    (of("input-", "/function/f/input/x"), of("output-", "/function/f/output"))
}

fn shapes(old: &str, new: &str) -> (String, String) {
    shapes_with(["", ""], old, new)
}

/// Old, new, what it breaks in an input, what in an output.
type Row = (&'static str, &'static str, &'static str, &'static str);

#[test]
fn constraints_may_widen_in_inputs_and_narrow_in_outputs() {
    let rows: &[Row] = &[
        ("integer", "integer", "", ""),
        ("integer", "integer min=0", "range", ""),
        ("integer min=0", "integer", "", "range"),
        ("integer min=1 max=9", "integer min=0 max=10", "", "range"),
        ("integer max=9", "integer max=8", "range", ""),
        ("integer", "integer min=-9007199254740991", "", ""),
        ("integer multiple-of=6", "integer multiple-of=3", "", "range"),
        ("integer", "integer multiple-of=1", "", ""),
        ("integer min=0 max=9", "number min=0.0 max=9.0", "", "type"),
        ("integer", "number min=0.0", "range", "type"),
        ("number", "integer", "type", "range_"),
        ("number min=1.0", "number exclusive-min=1.0", "range", ""),
        ("number exclusive-min=1.0", "number min=1.0", "", "range"),
        ("number exclusive-max=1.0", "number max=1.5", "", "range"),
        ("number", "number", "", ""),
        ("string", "string max-length=9", "length", ""),
        ("string min-length=1", "string min-length=2", "length", ""),
        ("string max-length=9", "string max-length=10", "", "length"),
        ("string", "string pattern=\"a\"", "pattern", ""),
        ("string pattern=\"a\"", "string", "", "pattern"),
        ("string pattern=\"a\"", "string pattern=\"b\"", "pattern", "pattern"),
        ("string", "string format=\"date\"", "format", ""),
        ("string format=\"date\"", "string format=\"date-time\"", "format", "format"),
        ("string format=\"date-time\" max-length=20", "string max-length=20", "format", "format"),
        ("bigint", "string", "", "type"),
        ("list { any }", "list min-items=1 { any }", "length", ""),
        ("list max-items=2 { any }", "list max-items=3 { any }", "", "length"),
        ("list { integer }", "list unique=#true { integer }", "unique", ""),
        ("list { integer }", "list { integer max=1 }", "range/[]", ""),
        ("map { integer max=1 }", "map { integer }", "", "range/{}"),
        ("tuple { integer; string }", "tuple { integer; integer }", "type/1", "type/1"),
        ("tuple { integer }", "tuple { integer; integer }", "type", "type"),
        ("tuple { integer; integer }", "list { integer }", "", "type"),
        ("tuple { integer; integer }", "list max-items=1 { integer }", "length", "type"),
        ("tuple { integer; integer }", "list unique=#true { integer }", "unique", "type"),
    ];
    for (old, new, input, output) in rows {
        // A number that becomes an integer is within its range.
        let output = if *output == "range_" { "" } else { output };
        assert_eq!(shapes(old, new), ((*input).to_owned(), output.to_owned()), "{old} -> {new}");
    }
}

#[test]
fn values_null_and_kinds() {
    let rows: &[Row] = &[
        ("enum \"a\" \"b\"", "enum \"a\" \"b\" \"c\"", "", "value"),
        ("enum \"a\" \"b\"", "literal \"a\"", "value", ""),
        ("enum \"a\" \"b\"", "string", "", "type"),
        ("enum \"a\" \"bb\"", "string max-length=1", "value", "type"),
        ("literal 1", "integer", "", "type"),
        ("literal 1", "literal 2", "value", "value"),
        ("boolean", "literal #true", "value", ""),
        ("nullable { integer }", "integer", "null", ""),
        ("integer", "nullable { integer }", "", "null"),
        ("literal #null", "nullable { integer }", "", "type"),
        ("nullable { integer }", "nullable { integer min=0 }", "range", ""),
        ("integer", "string", "type", "type"),
        ("any", "integer", "type", ""),
        ("integer", "any", "", "type"),
        ("number", "any", "range", "type"),
        ("number min=0.0 max=1.0", "any", "", "type"),
        ("list { number }", "any", "range/[]", "type"),
        ("struct { field \"a\" { number } }", "any", "range/a", "type"),
        ("struct { field \"a\" { integer } }", "map { integer }", "", "type"),
        ("struct { field \"a\" { string } }", "map { integer }", "type/a", "type"),
        ("union { integer; string }", "union { integer; string; boolean }", "", "type"),
        ("union { integer; string }", "integer", "type", ""),
        ("union { integer; string }", "nullable { union { integer; string } }", "", "null"),
        ("enum \"a\" 1", "union { integer; string }", "", "type"),
        ("union { integer; list { string } }", "union { integer min=0; list { string } }", "range", ""),
    ];
    for (old, new, input, output) in rows {
        let found = shapes(old, new);
        let kinds = |text: &str| text.split(',').map(str::to_owned).collect::<BTreeSet<_>>();
        assert_eq!((kinds(&found.0), kinds(&found.1)), (kinds(input), kinds(output)), "{old} -> {new}: {found:?}");
    }
}

#[test]
fn fields_come_and_go() {
    let rows: &[Row] = &[
        ("", "field \"a\" { any }", "added/a", ""),
        ("", "field \"a\" required=#false { any }", "", ""),
        ("", "field \"a\" default=\"1\" { any }", "", ""),
        ("field \"a\" { any }", "", "removed/a", "removed/a"),
        ("field \"a\" required=#false { any }", "", "removed/a", ""),
        ("field \"a\" required=#false { any }", "field \"a\" { any }", "required/a", ""),
        ("field \"a\" default=\"1\" { any }", "field \"a\" { any }", "required/a", ""),
        ("field \"a\" { any }", "field \"a\" default=\"1\" { any }", "", ""),
        ("field \"a\" { any }", "field \"a\" required=#false { any }", "", "optional/a"),
        ("field \"a\" default=\"1\" { any }", "field \"a\" required=#false { any }", "", "optional/a"),
        ("field \"a\" default=\"1\" { any }", "field \"a\" default=\"2\" { any }", "", ""),
    ];
    for (old, new, input, output) in rows {
        let found = shapes(&format!("struct {{ {old} }}"), &format!("struct {{ {new} }}"));
        assert_eq!(found, ((*input).to_owned(), (*output).to_owned()), "{old} -> {new}");
    }
}

#[test]
fn another_default_may_make_items_equal() {
    let list =
        |default: &str| format!("list unique=#true {{ struct {{ field \"a\" default=\"{default}\" {{ integer }} }} }}");
    assert_eq!(shapes(&list("1"), &list("1")), (String::new(), String::new()));
    assert_eq!(shapes(&list("1"), &list("2")), ("unique".to_owned(), String::new()));
}

#[test]
fn types_are_followed_and_may_be_cyclic() {
    let tree = |value: &str| {
        format!(
            "type \"Tree\" {{ struct {{ field \"below\" {{ list {{ ref \"Tree\" }} }}; field \"value\" {{ {value} }} }} }}"
        )
    };
    let (wide, narrow) = (tree("integer"), tree("integer min=0"));
    let reference = "ref \"Tree\"";
    assert_eq!(shapes_with([&wide, &wide], reference, reference), (String::new(), String::new()));
    assert_eq!(shapes_with([&wide, &narrow], reference, reference), ("range/value".to_owned(), String::new()));
    // Another name, or none, is the same values.
    let inline = "struct { field \"below\" { list { ref \"Tree\" } }; field \"value\" { integer } }";
    assert_eq!(shapes_with([&wide, &wide], reference, inline), (String::new(), String::new()));
}

#[test]
fn arms_of_a_union_are_told_by_their_tag() {
    let pets = |arms: &str| format!("type \"Pet\" {{ union discriminator=\"kind\" {{ {arms} }} }}");
    let cat = "struct { field \"kind\" { literal \"cat\" }; field \"lives\" { integer } }";
    let dog = "struct { field \"kind\" { literal \"dog\" } }";
    let owl = "struct { field \"kind\" { literal \"owl\" } }";
    let proud = "struct { field \"kind\" { literal \"cat\" }; field \"lives\" { integer min=9 } }";
    let two = pets(&format!("{cat}; {dog}"));
    let three = pets(&format!("{dog}; {owl}; {cat}"));
    let reference = "ref \"Pet\"";
    assert_eq!(shapes_with([&two, &three], reference, reference), (String::new(), "value/kind".to_owned()));
    assert_eq!(shapes_with([&three, &two], reference, reference), ("value/kind".to_owned(), String::new()));
    let narrowed = pets(&format!("{dog}; {proud}"));
    assert_eq!(shapes_with([&two, &narrowed], reference, reference), ("range/lives".to_owned(), String::new()));
    // One arm alone: what was said by it is still said.
    let known = shapes_with(["", &two], cat, reference);
    assert_eq!(known, (String::new(), "value/kind,removed/lives".to_owned()));
    let defaulted =
        "struct { field \"kind\" default=\"\\\"cat\\\"\" { literal \"cat\" }; field \"lives\" { integer } }";
    let (input, _) = shapes_with(["", &two], defaulted, reference);
    assert_eq!(input, "required/kind,required/kind");
}

#[test]
fn files() {
    for (old, new, broken) in [
        ("upload", "upload", ""),
        ("upload", "upload max-size=5", "input-upload /function/f/input/x"),
        ("upload max-size=5", "upload max-size=6", ""),
        ("upload content-types=\"image/png\"", "upload content-types=\"image/*\"", ""),
        ("upload content-types=\"image/*\"", "upload content-types=\"image/png\"", "input-upload /function/f/input/x"),
    ] {
        let document =
            |shape: &str| format!("function \"f\" {{ input {{ field \"x\" {{ {shape} }} }}; output {{ any }} }}");
        assert_eq!(breaks(&document(old), &document(new)).join(","), broken, "{old} -> {new}");
    }
}

const BASE: &str = r#"
function "change" {
    transport "websocket"
    route "/change/:id" "GET" "POST"
    input { field "id" { integer } }
    output { any }
    affects "user" { by "id" }
    error "TAKEN" status=409 { struct { field "by" { integer } } }
}
function "hidden" {
    private
    context "user"
    output { integer }
}
function "read" {
    context "user"
    auth "permission" "a" "b"
    input { field "id" { integer } }
    output { any }
}
context "user" {
    param "id" { integer }
    member "hidden"
    member "read"
}
"#;

#[test]
fn functions_and_contexts() {
    assert_eq!(breaks(BASE, BASE), Vec::<String>::new());
    let rows: &[(&str, &str, &str)] = &[
        ("    transport \"websocket\"\n", "", "function-transport /function/change"),
        (
            "    transport \"websocket\"\n",
            "    transport \"websocket\"\n    private\n",
            "function-private /function/change",
        ),
        ("\"/change/:id\"", "\"/change/:key\"", ""),
        ("\"/change/:id\"", "\"/alter/:id\"", "function-route /function/change/route"),
        ("\"GET\" \"POST\"", "\"GET\" \"POST\" \"PUT\"", ""),
        (" \"GET\" \"POST\"", "", "function-route /function/change/route"),
        ("    affects \"user\" { by \"id\" }\n", "", "affects-removed /function/change/affects/user"),
        ("affects \"user\" {", "affects \"user\" function=\"read\" {", ""),
        ("status=409", "status=410", "error-status /function/change/error/TAKEN"),
        (
            "field \"by\" { integer }",
            "field \"who\" { integer }",
            "output-removed /function/change/error/TAKEN/data/by",
        ),
        (" { struct { field \"by\" { integer } } }", "", "output-removed /function/change/error/TAKEN/data"),
        ("    error \"TAKEN\" status=409 { struct { field \"by\" { integer } } }\n", "", ""),
        ("    affects", "    error \"GONE\" status=410\n    affects", "error-added /function/change/error/GONE"),
        ("\"permission\" \"a\" \"b\"", "\"permission\" \"a\"", ""),
        ("\"permission\" \"a\" \"b\"", "\"permission\" \"a\" \"b\" \"c\"", "function-auth /function/read"),
        ("\"permission\" \"a\" \"b\"", "\"authenticated\"", ""),
        ("\"permission\" \"a\" \"b\"", "\"staff\"", "function-auth /function/read"),
        ("\"permission\" \"a\" \"b\"", "\"guard\" \"g\"", "function-auth /function/read"),
        ("output { integer }", "output { integer min=0 }", ""),
        ("output { integer }", "output { string }", "output-type /function/hidden/output"),
        ("    member \"hidden\"\n", "", "member-removed /context/user/member/hidden"),
        (
            "    param \"id\" { integer }\n",
            "    param \"id\" { integer }\n    param \"words\" { nullable { string } }\n",
            "",
        ),
        (
            "    param \"id\" { integer }\n",
            "    param \"id\" { integer }\n    param \"words\" { string }\n",
            "input-added /context/user/param/words",
        ),
        ("    param \"id\" { integer }\n", "    param \"id\" { nullable { integer } }\n", ""),
        (
            "    param \"id\" { integer }\n",
            "    param \"id\" { integer min=1 }\n",
            "input-range /context/user/param/id",
        ),
        ("    member \"read\"\n", "    member \"more\"\n    member \"read\"\n", ""),
    ];
    for (old, new, broken) in rows {
        let changed = BASE.replacen(old, new, 1);
        assert_ne!(changed, BASE, "{old}");
        assert_eq!(breaks(BASE, &changed).join(","), *broken, "{old} -> {new}");
    }
}

/// A page that no client can call is seen through its URL: its inputs, who may see it, and what it answers.
#[test]
fn pages_that_are_not_called() {
    const PAGE: &str = r#"
function "download" {
    private
    route "/download/:id"
    auth "permission" "a"
    input {
        field "id" { integer }
        field "size" { enum "s" "m" }
        field "words" required=#false { string }
    }
    output { string }
    error "GONE" status=410
}
"#;
    let size = "        field \"size\" { enum \"s\" \"m\" }\n";
    let rows: &[(&str, &str, &str)] = &[
        (
            "field \"id\" { integer }",
            "field \"id\" { string format=\"uuid\" }",
            "input-type /function/download/input/id",
        ),
        ("field \"id\" { integer }", "field \"id\" { integer min=1 }", "input-range /function/download/input/id"),
        ("enum \"s\" \"m\"", "literal \"s\"", "input-value /function/download/input/size"),
        ("enum \"s\" \"m\"", "enum \"s\" \"m\" \"l\"", ""),
        (size, &format!("{size}field \"token\" {{ string }}\n"), "input-added /function/download/input/token"),
        // A URL says null by leaving it out.
        (size, &format!("{size}field \"token\" {{ nullable {{ string }} }}\n"), ""),
        (size, &format!("{size}field \"token\" default=\"1\" {{ integer }}\n"), ""),
        (size, "", "input-removed /function/download/input/size"),
        (" required=#false", "", "input-required /function/download/input/words"),
        // No URL shows what the parts of a path are called.
        (
            "/:id\"\n    auth \"permission\" \"a\"\n    input {\n        field \"id\"",
            "/:key\"\n    input {\n        field \"key\"",
            "",
        ),
        (
            "/:id\"\n    auth \"permission\" \"a\"\n    input {\n        field \"id\" { integer }",
            "/:key\"\n    input {\n        field \"key\" { boolean }",
            "input-type /function/download/input/id",
        ),
        ("/download/:id\"", "/get/:id\"", "function-route /function/download/route"),
        ("    private\n", "", ""),
        ("\"permission\" \"a\"", "\"staff\"", "function-auth /function/download"),
        ("output { string }", "output { integer }", "output-type /function/download/output"),
        ("status=410", "status=404", "error-status /function/download/error/GONE"),
    ];
    for (old, new, broken) in rows {
        let changed = PAGE.replacen(old, new, 1);
        assert_ne!(changed, PAGE, "{old}");
        assert_eq!(breaks(PAGE, &changed).join(","), *broken, "{old} -> {new}");
    }
    let called = PAGE.replacen("    private\n", "", 1);
    let private = PAGE.replacen("field \"id\" { integer }", "field \"id\" { boolean }", 1);
    let expected = ["function-private /function/download", "input-type /function/download/input/id"];
    assert_eq!(breaks(&called, &private), expected);
}

#[test]
fn what_is_gone() {
    let found = breaks(BASE, "");
    let expected = [
        "context-removed /context/user",
        "function-removed /function/change",
        "function-route /function/change/route",
        "function-removed /function/read",
    ];
    assert_eq!(found, expected);
    assert_eq!(breaks("", BASE), Vec::<String>::new());
}

#[test]
fn guards_from_the_widest_to_the_narrowest() {
    let function = |auth: &str| format!("function \"f\" {{\n{auth}\noutput {{ any }} }}");
    let order = ["", "auth \"authenticated\"", "auth \"staff\"", "auth \"superuser\""];
    for (wide, auth) in order.iter().enumerate() {
        for (narrow, other) in order.iter().enumerate() {
            let found = breaks(&function(auth), &function(other));
            assert_eq!(found.is_empty(), narrow <= wide, "{auth} -> {other}");
        }
    }
    let guard = function("auth \"guard\" \"g\"");
    assert_eq!(breaks(&guard, &guard).len(), 0);
    assert_eq!(breaks(&guard, &function("")).len(), 0);
    assert_eq!(breaks(&guard, &function("auth \"guard\" \"h\"")).len(), 1);
    assert_eq!(breaks(&function("auth \"superuser\""), &function("auth \"permission\" \"a\"")).len(), 0);
}

#[test]
fn names_of_rules_are_one_each() {
    let names: BTreeSet<&str> = Rule::ALL.iter().map(|rule| rule.name()).collect();
    assert_eq!(names.len(), Rule::ALL.len());
}

#[test]
fn a_slash_in_the_name_of_a_field_is_escaped() {
    let old = "function \"f\" { output { struct { field \"a/b~\" { any } } } }";
    let new = "function \"f\" { output { struct } }";
    assert_eq!(breaks(old, new), ["output-removed /function/f/output/a~1b~0"]);
}
