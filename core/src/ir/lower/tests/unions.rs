//! Unions: flat, told apart, and tagged by inference.

use super::{named, output, refusal, schema};
use crate::ir::lower::Lowering;

const A: &str =
    r#"{"type":"object","properties":{"kind":{"const":"a"},"x":{"type":"number"}},"required":["kind","x"]}"#;
const B: &str = r#"{"type":"object","properties":{"kind":{"const":"b"}},"required":["kind"]}"#;
const TAGGED: &str = "union discriminator=\"kind\" { struct { field \"kind\" { literal \"a\" }; field \"x\" { number } }; \
                      struct { field \"kind\" { literal \"b\" } } }";

#[test]
fn a_tag_is_inferred_however_the_union_is_spelt() {
    let cases = [
        format!(r#"{{"oneOf":[{A},{B}],"discriminator":{{"propertyName":"kind","mapping":{{}}}}}}"#),
        format!(r#"{{"oneOf":[{A},{B}]}}"#),
        format!(r#"{{"anyOf":[{A},{B}]}}"#),
        format!(r#"{{"anyOf":[{A},{{"anyOf":[{B},{A}]}}]}}"#),
        r#"{"anyOf":[
            {"type":"object","properties":{"kind":{"type":"string","enum":["a"]},"x":{"type":"number"}},"required":["kind","x"],"additionalProperties":false},
            {"type":"object","properties":{"kind":{"type":"string","const":"b","title":"Kind"}},"required":["kind"]}]}"#.to_owned(),
    ];
    for case in cases {
        assert_eq!(output(&case), TAGGED, "{case}");
    }
}

#[test]
fn the_first_of_several_tags_is_taken() {
    let arm = |value: &str| {
        format!(
            r#"{{"type":"object","properties":{{"type":{{"const":"{value}"}},"alpha":{{"const":"same"}},"kind":{{"const":"{value}"}}}},"required":["type","alpha","kind"]}}"#
        )
    };
    let union = format!(r#"{{"oneOf":[{},{}],"discriminator":{{"propertyName":"type"}}}}"#, arm("a"), arm("b"));
    assert!(output(&union).starts_with("union discriminator=\"kind\" "));
}

#[test]
fn a_tag_may_have_a_default_and_lie_behind_names() {
    // As Pydantic writes a class whose tag has a default.
    let text = r##"{"$defs":{
        "Cat":{"properties":{"kind":{"const":"cat","default":"cat","title":"Kind","type":"string"}},"title":"Cat","type":"object"},
        "Dog":{"properties":{"kind":{"$ref":"#/$defs/DogKind"}},"required":["kind"],"title":"Dog","type":"object"},
        "DogKind":{"const":"dog"}},
        "discriminator":{"mapping":{"cat":"#/$defs/Cat","dog":"#/$defs/Dog"},"propertyName":"kind"},
        "oneOf":[{"$ref":"#/$defs/Cat"},{"$ref":"#/$defs/Dog"}]}"##;
    assert_eq!(output(text), "union discriminator=\"kind\" { ref \"Cat\"; ref \"Dog\" }");
}

#[test]
fn kinds_tell_arms_apart() {
    let cases = [
        (r#"{"anyOf":[{"type":"integer"},{"type":"string"}]}"#, "union { integer; string }"),
        (r#"{"type":["string","number","null"]}"#, "nullable { union { string; number } }"),
        (r#"{"anyOf":[{"enum":["a"]},{"type":"integer"},{"const":"b"}]}"#, "union { enum \"a\" \"b\"; integer }"),
        (
            r#"{"anyOf":[{"anyOf":[{"type":"boolean"},{"type":"null"}]},{"type":"array","items":{"type":"string"}}]}"#,
            "nullable { union { boolean; list { string } } }",
        ),
        (r#"{"anyOf":[{"type":"object"},{"type":"boolean"},{"type":"object"}]}"#, "union { map { any }; boolean }"),
    ];
    for (text, shape) in cases {
        assert_eq!(output(text), shape, "{text}");
    }
    assert_eq!(
        output(&format!(r#"{{"anyOf":[{A},{{"type":"string"}},{B},{{"type":"null"}}]}}"#)),
        "nullable { union discriminator=\"kind\" { struct { field \"kind\" { literal \"a\" }; field \"x\" { number } }; string; \
         struct { field \"kind\" { literal \"b\" } } } }"
    );
}

#[test]
fn ambiguous_arms_are_refused() {
    let untagged = r#"{"type":"object","properties":{"kind":{"type":"string"}},"required":["kind"]}"#;
    let optional = r#"{"type":"object","properties":{"kind":{"const":"b"}}}"#;
    let same = r#"{"type":"object","properties":{"kind":{"const":"a"}},"required":["kind"]}"#;
    let objects = "ambiguous union: arms 1 and 2 are both objects, and no field tells all the object arms apart";
    let numbers = "ambiguous union: arms 1 and 2 both have values that are JSON numbers";
    let cases = [
        (r#"{"anyOf":[{"type":"integer"},{"type":"number"}]}"#.to_owned(), numbers),
        (r#"{"type":["integer","number"]}"#.to_owned(), numbers),
        (
            r#"{"anyOf":[{"type":"string"},{"type":"string","format":"date"}]}"#.to_owned(),
            "ambiguous union: arms 1 and 2 both have values that are JSON strings",
        ),
        (
            r#"{"anyOf":[{"type":"string"},{"const":"auto"}]}"#.to_owned(),
            "ambiguous union: arms 1 and 2 both have values that are JSON strings",
        ),
        (
            r#"{"anyOf":[{"type":"array"},{"type":"array","items":{"type":"string"}}]}"#.to_owned(),
            "ambiguous union: arms 1 and 2 both have values that are JSON arrays",
        ),
        (format!(r#"{{"oneOf":[{A},{untagged}]}}"#), objects),
        (format!(r#"{{"oneOf":[{A},{optional}]}}"#), objects),
        (format!(r#"{{"oneOf":[{A},{same}]}}"#), objects),
        (format!(r#"{{"oneOf":[{A},{{"type":"object"}}]}}"#), objects),
    ];
    for (text, problem) in cases {
        let nested = format!(r#"{{"type":"array","items":{text}}}"#);
        let error = refusal(&nested);
        assert_eq!((error.path.as_str(), error.problem.as_str()), ("/items", problem), "{text}");
        assert!(error.keyword.is_some());
    }
    assert_eq!(
        refusal(r#"{"type":["integer","number"]}"#).help,
        "integer and number are one JSON kind: use number alone"
    );
}

#[test]
fn recursive_types_are_judged_when_all_is_read() {
    let text = r##"{"$ref":"#/$defs/Tree","$defs":{
        "Tree":{"type":"object","properties":{
            "kind":{"const":"tree"},
            "left":{"anyOf":[{"$ref":"#/$defs/Tree"},{"type":"null"}]},
            "kids":{"type":"array","items":{"anyOf":[{"$ref":"#/$defs/Tree"},{"$ref":"#/$defs/Leaf"}]}}},
            "required":["kind","left","kids"]},
        "Leaf":{"type":"object","properties":{"kind":{"const":"leaf"}},"required":["kind"]}}}"##;
    let mut lowering = Lowering::new();
    lowering.output(&schema(text)).unwrap();
    assert_eq!(
        named(lowering),
        [
            ("Leaf".to_owned(), "struct { field \"kind\" { literal \"leaf\" } }".to_owned()),
            (
                "Tree".to_owned(),
                "struct { field \"kids\" { list { union discriminator=\"kind\" { ref \"Tree\"; ref \"Leaf\" } } }; \
                 field \"kind\" { literal \"tree\" }; field \"left\" { nullable { ref \"Tree\" } } }"
                    .to_owned()
            ),
        ]
    );
}

#[test]
fn named_unions_and_nullables_are_flat_where_they_are_arms() {
    let types = r#""$defs":{
        "Id":{"anyOf":[{"type":"integer"},{"type":"string"}]},
        "Note":{"anyOf":[{"type":"string"},{"type":"null"}]},
        "Alias":{"$ref":"\u0023/$defs/Id"},
        "Nothing":{"type":"null"}}"#;
    let cases = [
        (r##"{"anyOf":[{"$ref":"#/$defs/Alias"},{"type":"boolean"}]"##, "union { integer; string; boolean }"),
        (r##"{"anyOf":[{"$ref":"#/$defs/Id"},{"type":"null"}]"##, "nullable { ref \"Id\" }"),
        (r##"{"anyOf":[{"$ref":"#/$defs/Note"},{"type":"null"}]"##, "ref \"Note\""),
        (r##"{"$ref":"#/$defs/Note","nullable":true"##, "ref \"Note\""),
        (r##"{"anyOf":[{"$ref":"#/$defs/Note"},{"type":"boolean"}]"##, "nullable { union { string; boolean } }"),
        (r##"{"anyOf":[{"$ref":"#/$defs/Id"},{"$ref":"#/$defs/Nothing"}]"##, "nullable { union { integer; string } }"),
    ];
    for (text, shape) in cases {
        assert_eq!(output(&format!("{text},{types}}}")), shape, "{text}");
    }
}

#[test]
fn a_type_that_is_nothing_but_itself_is_refused() {
    let cases = [
        (
            r##"{"$ref":"#/$defs/A","$defs":{"A":{"$ref":"#/$defs/A"}}}"##,
            "/$defs/A",
            "the type \"A\" is nothing but itself: a value of it would never end",
        ),
        (
            r##"{"$ref":"#/$defs/A","$defs":{"A":{"$ref":"#/$defs/B"},"B":{"$ref":"#/$defs/A","nullable":true}}}"##,
            "/$defs/A",
            "the type \"A\" is nothing but itself: a value of it would never end",
        ),
        (
            r##"{"$ref":"#/$defs/A","$defs":{"A":{"anyOf":[{"$ref":"#/$defs/A"},{"type":"string"}]}}}"##,
            "/$defs/A",
            "the union is an arm of itself",
        ),
    ];
    for (text, path, problem) in cases {
        let error = refusal(text);
        assert_eq!((error.path.as_str(), error.problem.as_str()), (path, problem), "{text}");
    }
}
