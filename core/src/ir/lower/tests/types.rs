//! Named types: where their names come from, and that one name has one shape.

use super::{named, refusal, schema};
use crate::ir::kdl_write::one_line;
use crate::ir::lower::Lowering;

/// The types of a list of outputs.
fn types_of(outputs: &[&str]) -> Vec<(String, String)> {
    let mut lowering = Lowering::new();
    for text in outputs {
        lowering.output(&schema(text)).unwrap_or_else(|error| panic!("{error}: {text}"));
    }
    named(lowering)
}

fn owned(types: &[(&str, &str)]) -> Vec<(String, String)> {
    types.iter().map(|(name, shape)| ((*name).to_owned(), (*shape).to_owned())).collect()
}

#[test]
fn references_name_types() {
    let text = |place: &str, key: &str, reference: &str| {
        format!(
            r##"{{"type":"array","items":{{"$ref":"#/{place}/{reference}","description":"d"}},"{place}":{{"{key}":{{"type":"integer"}}}}}}"##
        )
    };
    let cases = [
        (text("$defs", "Order", "Order"), "Order"),
        (text("definitions", "Order", "Order"), "Order"),
        (text("$defs", "Page[Item]", "Page[Item]"), "Page_Item_"),
        (text("$defs", "Page[Item]", "Page%5BItem%5D"), "Page_Item_"),
        (text("$defs", "a/b~c", "a~1b~0c"), "a_b_c"),
        (text("$defs", "shop__models__Order", "shop__models__Order"), "shop__models__Order"),
        (text("$defs", "2D", "2D"), "_2D"),
        (text("$defs", "Prüfung", "Prüfung"), "Pr_fung"),
    ];
    for (text, name) in cases {
        let mut lowering = Lowering::new();
        assert_eq!(one_line(&lowering.output(&schema(&text)).unwrap()), format!("list {{ ref \"{name}\" }}"), "{text}");
        assert_eq!(named(lowering), owned(&[(name, "integer")]), "{text}");
    }
}

#[test]
fn a_root_that_says_its_name_is_a_type() {
    let text = r#"{"type":"object","properties":{},"title":"Ignored","x-mizan-name":"Profile","description":"Who."}"#;
    let mut lowering = Lowering::new();
    assert_eq!(one_line(&lowering.output(&schema(text)).unwrap()), "ref \"Profile\"");
    let types = lowering.finish();
    assert_eq!(types.first().map(|definition| definition.doc.as_deref()), Some(Some("Who.")));

    // A title alone is no name, and a reference has one already.
    assert_eq!(types_of(&[r#"{"type":"object","properties":{},"title":"Profile"}"#]), []);
    let reference = r##"{"$ref":"#/$defs/Tree","x-mizan-name":"Tree","$defs":{"Tree":{"type":"string"}}}"##;
    assert_eq!(types_of(&[reference]), owned(&[("Tree", "string")]));

    // The name that a definition gives itself goes before its key.
    let renamed = r##"{"$ref":"#/$defs/shop__Tree","$defs":{"shop__Tree":{"type":"string","x-mizan-name":"Tree"}}}"##;
    assert_eq!(types_of(&[renamed]), owned(&[("Tree", "string")]));
}

#[test]
fn the_root_of_an_input_is_no_type() {
    let mut lowering = Lowering::new();
    let text = r#"{"type":"object","properties":{},"x-mizan-name":"Args"}"#;
    assert_eq!(lowering.input(&schema(text)).unwrap(), []);
    assert_eq!(named(lowering), []);
}

#[test]
fn only_what_is_reached_is_kept() {
    let text = r##"{"$ref":"#/$defs/A","$defs":{
        "A":{"type":"array","items":{"$ref":"#/$defs/B"}},"B":{"type":"object","properties":{"a":{"$ref":"#/$defs/A"}}},
        "Unused":{"not":{}},"Flat":{"type":"null"}}}"##;
    assert_eq!(
        types_of(&[text]),
        owned(&[("A", "list { ref \"B\" }"), ("B", "struct { field \"a\" required=#false { ref \"A\" } }")])
    );
    let flat = r##"{"anyOf":[{"$ref":"#/$defs/Id"},{"type":"boolean"}],"$defs":{"Id":{"type":["integer","string"]}}}"##;
    assert_eq!(types_of(&[flat]), []);
}

#[test]
fn one_name_has_one_shape() {
    let item = |shape: &str| format!(r##"{{"$ref":"#/$defs/Item","$defs":{{"Item":{shape}}}}}"##);
    let structure = |fields: &str, required: &str| {
        item(&format!(r#"{{"type":"object","properties":{{{fields}}},"required":[{required}]}}"#))
    };
    let cases = [
        (item(r#"{"type":"string"}"#), item(r#"{"type":"integer"}"#), "string and integer"),
        (structure(r#""a":{"type":"string"}"#, ""), structure("", ""), "only one of them has the field \"a\""),
        (structure("", ""), structure(r#""a":{"type":"string"}"#, ""), "only one of them has the field \"a\""),
        (
            structure(r#""a":{}"#, ""),
            structure(r#""a":{}"#, r#""a""#),
            "field \"a\": required in one, and not in the other",
        ),
        (
            structure(r#""a":{"default":1}"#, ""),
            structure(r#""a":{"default":2}"#, ""),
            "field \"a\": default 1 and default 2",
        ),
        (
            structure(r#""a":{"default":1}"#, ""),
            structure(r#""a":{}"#, ""),
            "field \"a\": a default in one, and optional in the other",
        ),
        (
            structure(r#""a":{"type":"array","items":{"type":"string"}}"#, ""),
            structure(r#""a":{"type":"array","items":{"type":"string","maxLength":5}}"#, ""),
            "field \"a\": string and string max-length=5",
        ),
    ];
    for (first, second, difference) in cases {
        let mut lowering = Lowering::new();
        lowering.output(&schema(&first)).unwrap();
        lowering.output(&schema(&first)).unwrap();
        let error = lowering.output(&schema(&second)).unwrap_err();
        assert_eq!(error.problem, format!("there are two types named \"Item\", and they differ: {difference}"));
        assert_eq!(error.path, "/$defs/Item");
    }
    let clash = r##"{"type":"array","prefixItems":[{"$ref":"#/$defs/P[a]"},{"$ref":"#/$defs/P(a)"}],"items":false,
        "$defs":{"P[a]":{"type":"string"},"P(a)":{"type":"string"}}}"##;
    assert_eq!(refusal(clash).problem, "two schemas are named \"P_a_\": the other one is /$defs/P[a]");
}

#[test]
fn a_defaulted_field_may_be_required_in_output() {
    let item = |fields: &str| {
        format!(
            r##"{{"type":"object","properties":{{"item":{{"$ref":"#/$defs/Item"}}}},"$defs":{{"Item":{{"type":"object",{fields}}}}}}}"##
        )
    };
    let input = item(
        r#""properties":{"a":{"type":"array","items":{"type":"string"},"default":[]},"b":{"type":"string"}},"required":["b"]"#,
    );
    let output = item(
        r#""properties":{"a":{"type":"array","items":{"type":"string"},"description":"A."},"b":{"type":"string"}},"required":["a","b"]"#,
    );
    let merged = r#"struct { field "a" default="[]" doc="A." { list { string } }; field "b" { string } }"#;
    for (first, second) in [(&input, &output), (&output, &input)] {
        let mut lowering = Lowering::new();
        lowering.output(&schema(first)).unwrap();
        lowering.output(&schema(second)).unwrap();
        assert_eq!(named(lowering), owned(&[("Item", merged)]));
    }
}
