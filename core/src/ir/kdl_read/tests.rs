//! The reader against the writer, and what it refuses.

mod syntax;

use proptest::prelude::*;

use crate::ir::kdl_read::read;
use crate::ir::kdl_write::write;
use crate::ir::samples;

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reading_undoes_writing(document in samples::document()) {
        let text = write(&document);
        let read = read(&text).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert_eq!(&read, &document);
        prop_assert_eq!(write(&read), text);
    }
}

/// The message of the refusal of a document whose nodes are given.
fn refused(nodes: &str) -> String {
    read(&format!("mizan version=1\n{nodes}\n")).unwrap_err().to_string()
}

/// The message of the refusal of a type of that shape.
fn refused_shape(shape: &str) -> String {
    let message = refused(&format!("type \"A\" {{ {shape} }}"));
    message.strip_prefix("line 2, column 12: ").map(str::to_owned).unwrap_or(message)
}

#[test]
fn the_first_node_says_the_version() {
    let cases = [
        ("", "line 1, column 1: the document is empty: it must begin with \"mizan version=1\""),
        ("\ntype \"A\" { any }", "line 2, column 1: the document must begin with \"mizan version=1\""),
        (
            "mizan version=2 { new }",
            "line 1, column 1: this document is version 2; this Mizan reads version 1: update it",
        ),
        ("mizan version=0", "line 1, column 1: there is no version 0 of this document"),
        ("mizan version=\"1\"", "line 1, column 7: \"version\" must be a whole number"),
        ("mizan", "line 1, column 1: \"mizan\" must say its version: \"mizan version=1\""),
        ("mizan version=1 form=2", "line 1, column 17: \"mizan\" has no property \"form\"; it has version"),
        ("mizan version=1 version=1", "line 1, column 17: the property \"version\" is given twice"),
        ("mizan version=1 { }", "line 1, column 1: \"mizan\" takes no block"),
    ];
    for (text, message) in cases {
        assert_eq!(read(text).unwrap_err().to_string(), message, "{text}");
    }
}

#[test]
fn a_newer_version_is_named_before_anything_else_in_it() {
    let message = read("mizan version=3\ngalaxy \"x\" { field }\n").unwrap_err().problem;
    assert_eq!(message, "this document is version 3; this Mizan reads version 1: update it");
}

#[test]
fn unknown_parts_are_refused_by_name_and_place() {
    let cases = [
        ("form \"a\"", "line 2, column 1: there is no node \"form\" in a document; it has type, function, context"),
        ("type \"A\" { any; }\ntype \"A\" { any }", "line 3, column 1: the type \"A\" is given twice"),
        (
            "type \"9\" { any }",
            "line 2, column 1: \"9\" is no name of a type: it needs letters, digits and underscores",
        ),
        ("type 9 { any }", "line 2, column 6: its name must be text"),
        ("type { any }", "line 2, column 1: \"type\" needs its name as an argument"),
        ("type \"A\" \"B\" { any }", "line 2, column 10: \"type\" takes no further argument"),
        ("type \"A\" dok=\"x\" { any }", "line 2, column 10: \"type\" has no property \"dok\"; it has doc"),
        ("type \"A\"", "line 2, column 1: \"type\" needs one shape in its block"),
        ("type \"A\" { any; any }", "line 2, column 17: \"type\" has only one shape in its block, and nothing else"),
        ("(u8)type \"A\" { any }", "line 2, column 5: type annotations have no meaning here"),
        ("type \"A\" { literal (u8)1 }", "line 2, column 20: type annotations have no meaning here"),
        (
            "context \"User\" { member \"a\" }",
            "line 2, column 1: \"User\" is no name of a context: it begins with a letter a to z and goes on with those, digits and underscores",
        ),
        (
            "context \"u\" { members \"a\" }",
            "line 2, column 15: there is no node \"members\" in a context; it has param, member",
        ),
        ("context \"u\" { member \"a\"; member \"a\" }", "line 2, column 27: the member \"a\" is given twice"),
        ("context \"u\" public=1 { member \"a\" }", "line 2, column 13: \"public\" must be #true or #false"),
        (
            "context \"ü\" {\n  membrane \"é\" }",
            "line 2, column 1: \"ü\" is no name of a context: it begins with a letter a to z and goes on with those, digits and underscores",
        ),
    ];
    for (nodes, message) in cases {
        assert_eq!(refused(nodes), message, "{nodes}");
    }
}

#[test]
fn shapes_keep_their_promises() {
    let cases = [
        (
            "text",
            "there is no shape \"text\"; there are integer, bigint, number, boolean, string, literal, enum, list, tuple, map, struct, nullable, union, ref, upload, any",
        ),
        ("integer min=1.5", "line 2, column 20: \"min\" must be an integer within ±(2^53 − 1)"),
        ("integer max=9007199254740992", "\"max\" must be an integer within ±(2^53 − 1)"),
        ("integer min=2 max=1", "\"min\" is above \"max\": no value fits"),
        ("integer multiple-of=0", "\"multiple-of\" must be above 0"),
        ("integer { any }", "\"integer\" takes no block"),
        ("number min=#inf", "line 2, column 19: \"min\" must be a finite number"),
        ("number max=1e400", "line 2, column 19: \"max\" must be a finite number"),
        ("string max-length=-1", "line 2, column 19: \"max-length\" must be a whole number"),
        ("string min-length=2 max-length=1", "\"min-length\" is above \"max-length\": no value fits"),
        (
            "string format=\"ipv4\"",
            "there is no format \"ipv4\"; there are date-time, local-date-time, date, time, duration, uuid, decimal, bytes, email, uri",
        ),
        ("literal", "\"literal\" needs exactly one value as an argument"),
        ("literal 1.5", "line 2, column 20: a number with a fraction cannot be a literal"),
        ("literal 9007199254740992", "line 2, column 20: the value must be an integer within ±(2^53 − 1)"),
        ("enum \"a\"", "\"enum\" needs two or more values; one alone is a \"literal\""),
        ("enum \"a\" \"a\"", "line 2, column 21: the value is given twice"),
        ("enum \"a\" #null", "line 2, column 21: null is no value of an enum: put the enum in \"nullable\""),
        ("list", "\"list\" needs one shape in its block"),
        ("list min-items=3 max-items=2 { any }", "\"min-items\" is above \"max-items\": no value fits"),
        ("nullable { nullable { any } }", "what is in \"nullable\" can be null already: leave one out"),
        ("nullable { literal #null }", "what is in \"nullable\" can be null already: leave one out"),
        ("struct { fild \"a\" { any } }", "line 2, column 21: there is no node \"fild\" here; it has field"),
        ("struct { field \"a\" { any }; field \"a\" { any } }", "line 2, column 40: the field \"a\" is given twice"),
        (
            "struct { field \"a\" required=#true default=\"1\" { integer } }",
            "line 2, column 21: \"a\" has a default, so it is not required: leave \"required\" out",
        ),
        (
            "struct { field \"a\" requred=#true { integer } }",
            "line 2, column 31: \"field\" has no property \"requred\"; it has key, required, default, doc",
        ),
        (
            "struct { field \"a\" default=\"{\" { any } }",
            "line 2, column 21: the default of \"a\" is not canonical JSON",
        ),
        (
            "struct { field \"a\" default=\"[1.0]\" { any } }",
            "line 2, column 21: the default of \"a\" is not canonical JSON",
        ),
        ("string pattern=\"(\"", "the pattern is not of the RE2-like subset: unclosed group"),
        ("ref \"B\"", "there is no type \"B\" in this document"),
        ("ref \"A\"", "line 2, column 1: the type \"A\" is nothing but itself: a value of it would never end"),
        (
            "nullable { ref \"A\" }",
            "line 2, column 1: the type \"A\" is nothing but itself: a value of it would never end",
        ),
        ("upload content-types=\"a/b, c/d\"", "\"a/b,\" is no media type; separate them by one blank"),
        ("upload content-types=\"\"", "\"\" is no media type; separate them by one blank"),
        ("any #true", "line 2, column 16: \"any\" takes no further argument"),
    ];
    for (shape, message) in cases {
        assert_eq!(refused_shape(shape), message, "{shape}");
    }
}

#[test]
fn arms_of_a_union_are_told_apart() {
    let tagged = |field: &str, value: &str| format!("struct {{ field \"{field}\" {{ literal \"{value}\" }} }}");
    let (cat, dog, other) = (tagged("kind", "cat"), tagged("kind", "dog"), tagged("type", "dog"));
    let cases = [
        ("union { string }".to_owned(), "\"union\" needs two or more arms in its block"),
        (
            "union { integer; number }".to_owned(),
            "ambiguous union: arms 1 and 2 both have values that are JSON numbers: integer and number are one JSON kind: use number alone",
        ),
        (
            "union { boolean; any }".to_owned(),
            "ambiguous union: arms 1 and 2 both have values that are JSON booleans: keep one of the two, or wrap each in an object with a tag, such as a field \"kind\"",
        ),
        (
            "union { upload; string }".to_owned(),
            "arm 1 is an upload, which cannot be part of a union: take the upload as a field of its own",
        ),
        (
            "union { nullable { string }; integer }".to_owned(),
            "arm 1 of the union is nullable: make the whole union nullable",
        ),
        (
            "union { boolean; union { string; integer } }".to_owned(),
            "arm 2 of the union is a union itself: write its arms in its place",
        ),
        (
            format!("union discriminator=\"kind\" {{ {cat}; {other} }}"),
            "ambiguous union: arms 1 and 2 are both objects, and no field tells all the object arms apart: give every object arm a required field of one name, such as \"kind\", with another literal text in each",
        ),
        (
            format!("union {{ {cat}; {dog} }}"),
            "the union needs its discriminator: kind has another literal in each object arm",
        ),
        (
            format!("union discriminator=\"type\" {{ {cat}; {dog} }}"),
            "\"type\" is no discriminator of this union: kind has another literal in each object arm",
        ),
        (
            format!("union discriminator=\"kind\" {{ {cat}; string }}"),
            "\"kind\" is no discriminator of this union: fewer than two of its arms are objects",
        ),
    ];
    for (shape, message) in cases {
        assert_eq!(refused_shape(&shape), message, "{shape}");
    }
    let mixed =
        format!("mizan version=1\ntype \"A\" {{ union discriminator=\"kind\" {{ {cat}; {dog}; string; boolean }} }}");
    assert!(read(&mixed).is_ok());
}

#[test]
fn parts_of_functions_are_checked() {
    let cases = [
        ("doc \"a\"", "line 2, column 1: the function \"f\" has no \"output\""),
        ("output { any }; output { any }", "line 2, column 32: \"output\" is given twice"),
        (
            "outputs { any }",
            "there is no node \"outputs\" in a function; it has doc, deprecated, context, auth, transport, private, route, input, output, affects, merge, error, cache, rev",
        ),
        ("auth \"admin\"", "there is no auth \"admin\"; there are authenticated, staff, superuser, permission, guard"),
        ("auth \"permission\"", "\"permission\" needs at least one name after it"),
        ("auth \"staff\" \"b\"", "line 2, column 29: \"auth\" takes no further argument"),
        ("transport \"sse\"", "there is no transport \"sse\"; there is websocket"),
        ("private #true", "line 2, column 24: \"private\" takes no further argument"),
        ("route \"/a\" \"GET\" \"GET\"", "\"GET\" is given twice"),
        ("affects \"a\"; affects \"a\"", "line 2, column 29: this target is given twice"),
        ("affects \"a\" { by }", "line 2, column 30: \"by\" needs a param as an argument"),
        ("affects \"a\" { key \"b\" }", "line 2, column 30: there is no node \"key\" here; it has by"),
        ("merge \"a\" op=\"replace\"", "\"merge\" needs the property \"function\": the member whose slot it is"),
        ("merge \"a\" function=\"b\"", "\"merge\" needs the property \"op\": replace or upsert"),
        ("merge \"a\" function=\"b\" op=\"upsert\"", "an upsert needs the fields that identify an item: key \"id\""),
        ("merge \"a\" function=\"b\" op=\"replace\" { key \"id\" }", "a replace has no key"),
        (
            "error \"not_found\" status=404",
            "\"not_found\" is no code of an error: it needs capitals, digits and underscores",
        ),
        ("error \"GONE\" status=500", "\"error\" needs the property \"status\": a number from 400 to 499"),
        (
            "error \"GONE\" status=410; error \"GONE\" status=404",
            "line 2, column 41: the error \"GONE\" is given twice",
        ),
        ("cache #true", "\"cache\" needs #false or a number of seconds as an argument"),
        ("cache 60 60", "\"cache\" needs #false or a number of seconds as an argument"),
        ("rev -1", "\"rev\" needs a whole number as an argument"),
    ];
    for (part, message) in cases {
        let refused = refused(&format!("function \"f\" {{ {part} }}"));
        let problem = refused.strip_prefix("line 2, column 16: ").unwrap_or(&refused);
        assert_eq!(problem, message, "{part}");
    }
    assert_eq!(
        refused("function \"a..b\" { output { any } }"),
        "line 2, column 1: \"a..b\" is no name of a function: each part between dots begins with a letter a to z and goes \
         on with those, digits and underscores"
    );
}

#[test]
fn broken_kdl_is_refused_with_its_place() {
    let error = read("mizan version=1\ntype \"A\" { any\n").unwrap_err();
    assert!(error.problem.starts_with("this is not KDL 2: "), "{error}");
    for text in
        ["mizan version=1 {", "mizan version=", "\"", "mizan version=1\n}", "{{{{", "mizan version=1\u{0}", "#", "/"]
    {
        assert!(read(text).is_err(), "{text:?}");
    }
}

#[test]
fn depth_of_blocks_is_bounded() {
    let nested = |levels: usize| {
        format!("mizan version=1\ntype \"A\" {{ {}any{} }}", "list { ".repeat(levels), " }".repeat(levels))
    };
    assert!(read(&nested(127)).is_ok());
    assert_eq!(read(&nested(128)).unwrap_err().problem, "blocks may lie 128 deep, not deeper");
    assert_eq!(read(&nested(100_000)).unwrap_err().problem, "blocks may lie 128 deep, not deeper");
    assert_eq!(
        read(&format!("mizan version=1 {}", "/*".repeat(100_000))).unwrap_err().problem,
        "a document has no block comments; begin each line with //"
    );
    let braces =
        format!("mizan version=1\ntype \"A\" doc=\"{}\\\"{{\" {{ any }} // {}\n", "{".repeat(200), "{\"".repeat(200));
    assert!(read(&braces).is_ok());
}

#[test]
fn any_order_reads_as_the_sorted_document() {
    let text = "mizan version=1\n//@ source \"b\" \"shop/api.py\" 3\ncontext \"u\" { member \"b\"; param \"y\" { any }; \
                member \"a\"; param \"x\" { any } }\nfunction b { error \"Z\" status=400; output { any }; error \"A\" status=400; \
                affects \"u\" { by \"y\" \"x\" } }\nfunction a { output { any } }\n";
    let sorted = "mizan version=1\n\nfunction \"a\" { output { any } }\nfunction \"b\" {\n    output { any }\n    \
                  affects \"u\" { by \"x\" \"y\" }\n    error \"A\" status=400\n    error \"Z\" status=400\n}\ncontext \"u\" {\n    \
                  param \"x\" { any }\n    param \"y\" { any }\n    member \"a\"\n    member \"b\"\n}\n";
    assert_eq!(write(&read(text).unwrap()), sorted);
}
