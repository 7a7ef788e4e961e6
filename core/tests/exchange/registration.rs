//! Registrations that do not build, and what their authors are told.

use mizan_core::registry::Application;

/// A registration with these functions and contexts.
fn told(contexts: &str, functions: &str) -> String {
    let document = format!(r#"{{"version":1,"contexts":[{contexts}],"functions":[{functions}]}}"#);
    match Application::build(document.as_bytes()) {
        Ok(_) => "it builds".to_owned(),
        Err(error) => error.to_string(),
    }
}

/// A function with options, an input of these properties, and an output.
fn function(name: &str, line: u32, options: &str, properties: &str, output: &str) -> String {
    let comma = if options.is_empty() { "" } else { "," };
    format!(
        r#"{{"name":"{name}","source":{{"file":"shop/api.py","line":{line}}},{options}{comma}"input":{{"type":"object","properties":{{{properties}}}}},"output":{output}}}"#
    )
}

const ID: &str = r#""user_id":{"type":"integer"}"#;
const TEXT: &str = r#"{"type":"string"}"#;

fn user() -> String {
    function("user_profile", 3, r#""context":"user""#, ID, TEXT)
}

#[test]
fn a_right_registration_builds() {
    let mutation = function("rename", 9, r#""affects":["user"]"#, ID, TEXT);
    assert_eq!(told(r#"{"name":"user"}"#, &format!("{},{mutation}", user())), "it builds");
}

#[test]
fn an_unknown_target_is_told_with_what_is_near() {
    let mutation = function("rename", 9, r#""affects":["usr"]"#, ID, TEXT);
    assert_eq!(
        told("", &format!("{},{mutation}", user())),
        "shop/api.py:9: rename: affects \"usr\": there is no context or function of that name\n  help: did you mean \"user\"?"
    );
    let mutation = function("rename", 9, r#""affects":[{"context":"user","function":"user_profil"}]"#, ID, TEXT);
    assert_eq!(
        told("", &format!("{},{mutation}", user())),
        concat!(
            "shop/api.py:9: rename: affects \"user.user_profil\": context \"user\" has no member of that name\n",
            "  help: did you mean \"user_profile\"?"
        )
    );
}

#[test]
fn a_target_that_is_two_things_or_no_data_is_refused() {
    let same = function("user", 5, r#""context":"other""#, "", TEXT);
    let mutation = function("rename", 9, r#""affects":["user"]"#, ID, TEXT);
    assert_eq!(
        told("", &format!("{},{same},{mutation}", user())),
        concat!(
            "shop/api.py:9: rename: affects \"user\" is ambiguous: a context and a function have that name\n",
            "  help: name the context object, or the function object (a member of \"other\")"
        )
    );
    for reference in [r#"{"context":"user"}"#, r#"{"context":"other","function":"user"}"#] {
        let mutation = function("rename", 9, &format!(r#""affects":[{reference}]"#), ID, TEXT);
        assert_eq!(told("", &format!("{},{same},{mutation}", user())), "it builds", "{reference}");
    }
    let mutation = function("rename", 9, r#""affects":[{"context":"usr"}]"#, ID, TEXT);
    assert_eq!(
        told("", &format!("{},{mutation}", user())),
        "shop/api.py:9: rename: affects \"usr\": there is no context of that name\n  help: did you mean \"user\"?"
    );
    let alone = function("alone", 5, "", "", TEXT);
    let mutation = function("rename", 9, r#""affects":["alone"]"#, ID, TEXT);
    assert_eq!(
        told("", &format!("{alone},{mutation}")),
        concat!(
            "shop/api.py:9: rename: affects \"alone\": that function is a member of no context, so nothing holds its data\n",
            "  help: name a context, or a function that is a member of one"
        )
    );
}

#[test]
fn a_param_has_one_type_and_one_default() {
    let other = function("user_orders", 7, r#""context":"user""#, r#""user_id":{"type":"string"}"#, TEXT);
    // Members are compared in order of their names.
    assert_eq!(
        told("", &format!("{},{other}", user())),
        concat!(
            "shop/api.py:3: user_profile: param \"user_id\" of context \"user\" is `integer` here and `string` in ",
            "user_orders (shop/api.py:7)\n",
            "  help: give it one type in all members, or another name"
        )
    );
    let one = function("a", 3, r#""context":"c""#, r#""page":{"type":"integer","default":1}"#, TEXT);
    let two = function("b", 7, r#""context":"c""#, r#""page":{"type":"integer","default":2}"#, TEXT);
    assert_eq!(
        told("", &format!("{one},{two}")),
        concat!(
            "shop/api.py:7: b: param \"page\" of context \"c\" has the default 2 here and the default 1 in a (shop/api.py:3)\n",
            "  help: give it one default in all members, since they are cached under one key"
        )
    );
    let object = function("a", 3, r#""context":"c""#, r#""filter":{"type":"object","properties":{}}"#, TEXT);
    assert_eq!(
        told("", &object),
        concat!(
            "shop/api.py:3: a: \"filter\" cannot be a param of context \"c\"\n",
            "  help: the params of a context stand in a URL: use scalars or lists of scalars"
        )
    );
}

#[test]
fn an_argument_narrows_only_what_has_its_type() {
    let mutation = function("rename", 9, r#""affects":["user"]"#, r#""user_id":{"type":"string"}"#, TEXT);
    assert_eq!(
        told("", &format!("{},{mutation}", user())),
        concat!(
            "shop/api.py:9: rename: argument \"user_id\" has another type than the param of that name of context \"user\", ",
            "which it would narrow\n  help: give both one type, or rename the argument"
        )
    );
}

#[test]
fn names_have_one_grammar_and_stand_once() {
    let bad = function("Rename-User", 9, "", "", TEXT);
    assert_eq!(
        told("", &bad),
        concat!(
            "shop/api.py:9: Rename-User: this cannot be the name of a function\n",
            "  help: use lower-case ASCII letters, digits and underscores, a letter first; dots may join several parts"
        )
    );
    let input = function("rename", 9, "", r#""userId":{"type":"integer"}"#, TEXT);
    assert!(told("", &input).starts_with("shop/api.py:9: rename: \"userId\" cannot be the name of an input\n"));
    let twice = format!("{},{}", function("rename", 4, "", "", TEXT), function("rename", 9, "", "", TEXT));
    assert_eq!(
        told("", &twice),
        concat!(
            "shop/api.py:9: rename: a function of this name was declared before at shop/api.py:4\n",
            "  help: give one of them another name (the `name` option)"
        )
    );
    let context = function("rename", 9, r#""context":"User""#, "", TEXT);
    assert!(told("", &context).starts_with("shop/api.py:9: User: this cannot be the name of a context\n"));
}

#[test]
fn a_member_reads_and_affects_nothing() {
    let both = function("rename", 9, r#""context":"user","affects":["user"]"#, ID, TEXT);
    assert!(
        told("", &both).starts_with(
            "shop/api.py:9: rename: a member of a context reads, so it cannot affect or merge into anything\n"
        ),
        "{}",
        told("", &both)
    );
}

#[test]
fn a_public_context_knows_no_caller() {
    let guarded = function("products", 9, r#""context":"catalog","auth":"authenticated""#, "", TEXT);
    assert_eq!(
        told(r#"{"name":"catalog","public":true}"#, &guarded),
        concat!(
            "shop/api.py:9: products: it asks who is calling, and context \"catalog\" is public\n",
            "  help: a public bundle is the same whoever asks: drop `auth` and the identity, or do not declare the context public"
        )
    );
    let products = function("products", 9, r#""context":"catalog""#, "", TEXT);
    assert!(
        told(r#"{"name":"catalog","public":true,"identity":true}"#, &products)
            .contains("cannot be both public and narrowed by identity")
    );
    let asking = function("products", 9, r#""context":"catalog","reads_identity":true"#, "", TEXT);
    assert_eq!(
        told(r#"{"name":"catalog","public":true}"#, &asking),
        told(r#"{"name":"catalog","public":true}"#, &guarded),
    );
}

#[test]
fn a_merge_has_exactly_one_slot_and_a_key() {
    let item = r##"{"$ref":"#/$defs/Order","$defs":{"Order":{"type":"object","properties":{"number":{"type":"integer"}},"required":["number"]}}}"##;
    let list = r##"{"type":"array","items":{"$ref":"#/$defs/Order"},"$defs":{"Order":{"type":"object","properties":{"number":{"type":"integer"}},"required":["number"]}}}"##;
    let orders = function("orders", 3, r#""context":"user""#, "", list);
    let more = function("more_orders", 4, r#""context":"user""#, "", list);
    let place = function("place", 9, r#""merge":["user"]"#, "", item);
    assert_eq!(
        told("", &format!("{orders},{place}")),
        concat!(
            "shop/api.py:9: place: merge \"user\": nothing tells which item of the list the result is\n",
            "  help: mark the fields that identify an item as key, or give it a field `id`"
        )
    );
    assert_eq!(
        told("", &format!("{orders},{more},{place}")),
        concat!(
            "shop/api.py:9: place: merge \"user\": the result fits more than one member: \"more_orders\" or \"orders\"\n",
            "  help: name the member's function instead of the context"
        )
    );
    let other = function("place", 9, r#""merge":["user"]"#, "", r#"{"type":"integer"}"#);
    assert!(
        told("", &format!("{orders},{other}"))
            .starts_with("shop/api.py:9: place: merge \"user\": no member of it takes the result\n")
    );
}

#[test]
fn a_declared_error_has_a_code_of_its_own_and_a_status_of_the_callers() {
    for (error, problem) in [
        (r#"{"code":"not-a-code","status":409}"#, "\"not-a-code\" cannot be the code of a declared error"),
        (r#"{"code":"NOT_FOUND","status":404}"#, "\"NOT_FOUND\" cannot be the code of a declared error"),
        (r#"{"code":"BROKEN","status":500}"#, "error BROKEN has status 500"),
    ] {
        let raising = function("rename", 9, &format!(r#""errors":[{error}]"#), "", TEXT);
        let told = told("", &raising);
        assert!(told.starts_with(&format!("shop/api.py:9: rename: {problem}\n")), "{told}");
    }
}

#[test]
fn what_the_ir_cannot_say_is_refused_with_its_place() {
    for (properties, place) in [
        (r#""n":{"not":{"type":"integer"}}"#, "\"not\""),
        (r#""n":{"type":"string","pattern":"(?=a)b"}"#, "\"pattern\""),
        (r#""n":{"type":"integer","default":9007199254740993}"#, "\"default\""),
        (
            r#""n":{"anyOf":[{"type":"object","properties":{"a":{"type":"string"}}},{"type":"object","properties":{"b":{"type":"string"}}}]}"#,
            "\"anyOf\"",
        ),
    ] {
        let refused = function("rename", 9, "", properties, TEXT);
        let told = told("", &refused);
        assert!(
            told.starts_with("shop/api.py:9: rename: input") && told.contains(place) && told.contains("\n  help: "),
            "{told}"
        );
    }
}

#[test]
fn every_problem_is_told_at_once() {
    let told = told(
        "",
        &format!("{},{}", function("A", 1, "", "", TEXT), function("b", 2, r#""affects":["nope"]"#, "", TEXT)),
    );
    assert_eq!(told.matches("  help: ").count(), 2, "{told}");
}

#[test]
fn a_document_of_another_make_is_the_adapters_mistake() {
    for (document, problem) in [
        ("{", "the registration document: "),
        (r#"{"version":2,"functions":[]}"#, "the registration document: version: expected 1, found Some(2)"),
        (r#"{"version":1,"function":[]}"#, "the registration document: /function: unknown member"),
        (
            r#"{"version":1,"functions":[{"name":"a","input":{}}]}"#,
            "the registration document: /functions/0/output: missing",
        ),
        (r#"{"version":1,"functions":[{"name":5}]}"#, "the registration document: /functions/0/name: expected text"),
    ] {
        let error = Application::build(document.as_bytes()).expect_err(document).to_string();
        assert!(error.starts_with(problem), "{error}");
    }
    let base = Application::build(br#"{"version":1,"base":"/api/","functions":[]}"#).expect_err("a slash at the end");
    assert!(base.to_string().starts_with("base: \"/api/\" cannot be the base path"), "{base}");
}
