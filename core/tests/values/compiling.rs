//! Which shapes compile.

use mizan_core::ir::model::{IntegerBounds, NumberBounds, Scalar, Shape, StringBounds, TypeDefinition};
use mizan_core::ir::program::Program;

use crate::shapes::{
    Asked, defaulted, integer, list, literal, map, named, nullable, number, reference, required, string, union,
};

#[track_caller]
fn refused(types: &[TypeDefinition], message: &str) {
    assert_eq!(Program::new(types).unwrap_err().to_string(), message);
}

#[track_caller]
fn refused_shape(shape: &Shape, message: &str) {
    assert_eq!(Program::default().compile(shape).unwrap_err().to_string(), message);
}

#[test]
fn references_are_to_types_that_are_there() {
    refused(&[named("A", list(reference("B")))], "A[]: there is no type \"B\"");
    refused_shape(&reference("A"), "there is no type \"A\"");
    refused(&[named("A", integer()), named("A", string())], "A: two types have this name");
    refused(&[named("A", reference("B")), named("A", integer()), named("B", integer())], "A: two types have this name");
}

#[test]
fn a_type_may_be_another_name() {
    let types = [named("A", reference("B")), named("B", reference("C")), named("C", integer())];
    Asked::with_types(&types, &reference("A")).keeps("5");
    let problem = "A: it refers to \"B\", which is no type, or refers back to it";
    refused(&[named("A", reference("B")), named("B", reference("A"))], problem);
    refused(&[named("A", reference("B"))], problem);
}

#[test]
fn a_type_needs_a_value_before_it_comes_again() {
    let cycle = "it refers to itself, or nests nullables and unions, without a value between";
    refused(&[named("A", nullable(reference("A")))], &format!("A: {cycle}"));
    let types = [named("A", union(None, vec![integer(), reference("B")])), named("B", nullable(reference("A")))];
    assert!(Program::new(&types).unwrap_err().to_string().ends_with(cycle));
    let deep = (0..100).fold(integer(), |inner, _| nullable(inner));
    refused_shape(&deep, cycle);
    Asked::new(&(0..10).fold(integer(), |inner, _| nullable(inner))).keeps("1");
    assert!(Program::new(&[named("A", nullable(list(reference("A"))))]).is_ok());
    let chain: Vec<_> =
        (0..40).map(|index| named(&format!("T{index}"), nullable(reference(&format!("T{}", index + 1))))).collect();
    let types: Vec<_> = chain.into_iter().rev().chain([named("T40", integer())]).collect();
    assert!(Program::new(&types).unwrap_err().to_string().ends_with(cycle), "whatever order the types come in");
}

#[test]
fn shapes_do_not_nest_without_end() {
    let deep = (0..10_000).fold(integer(), |inner, _| list(inner));
    assert!(
        Program::default()
            .compile(&deep)
            .unwrap_err()
            .to_string()
            .ends_with("its shapes stand too deep within one another")
    );
    // Taken apart from the outside in, since dropping it in one go would overflow the stack of the test.
    let mut rest = deep;
    while let Shape::List { item, .. } = rest {
        rest = *item;
    }
}

#[test]
fn arms_must_be_told_apart() {
    let apart = "nothing tells the arms of its union apart: not their JSON kind, nor a tag";
    refused_shape(&union(None, vec![integer(), number()]), apart);
    refused_shape(&union(None, vec![string(), literal("a")]), apart);
    refused_shape(&union(None, vec![nullable(integer()), nullable(string())]), apart);
    refused_shape(&union(None, vec![integer(), Shape::Any]), apart);
    refused_shape(&union(None, vec![map(integer()), Shape::Struct(vec![])]), apart);
    refused_shape(&union(Some("kind"), vec![list(integer()), list(string())]), apart);
    let circle = Shape::Struct(vec![required("kind", literal("circle"))]);
    let untagged = Shape::Struct(vec![required("kind", string())]);
    refused_shape(&union(None, vec![circle.clone(), untagged.clone()]), apart);
    refused_shape(
        &union(Some("kind"), vec![circle.clone(), untagged]),
        "an arm of its union has no literal field \"kind\"",
    );
    refused_shape(
        &union(Some("kind"), vec![circle.clone(), map(integer())]),
        "an arm of its union has no literal field \"kind\"",
    );
    refused_shape(
        &union(Some("kind"), vec![circle.clone(), circle.clone()]),
        "two arms of its union have \"kind\" \"circle\"",
    );
    let upload = Shape::Upload { max_size: None, content_types: vec![] };
    refused_shape(&union(None, vec![integer(), upload]), "an arm of its union is an upload, or has no values");
    Asked::new(&union(Some("kind"), vec![circle, integer()])).keeps("1");
}

#[test]
fn tags_reach_through_types_and_inner_unions() {
    let arm = |name: &str| Shape::Struct(vec![required("kind", literal(name))]);
    let types = [named("A", arm("a")), named("BC", union(Some("kind"), vec![arm("b"), arm("c")]))];
    let asked = Asked::with_types(&types, &union(Some("kind"), vec![reference("A"), nullable(reference("BC"))]));
    for text in [r#"{"kind":"a"}"#, r#"{"kind":"b"}"#, r#"{"kind":"c"}"#, "null"] {
        asked.keeps(text);
    }
    asked.refuses(r#"{"kind":"d"}"#, &["/kind: enum: expected one of: \"a\", \"b\", \"c\""]);
}

#[test]
fn bounds_leave_values() {
    let crossed = "its bounds leave no value";
    refused_shape(&Shape::Integer(IntegerBounds { min: Some(2), max: Some(1), multiple_of: None }), crossed);
    refused_shape(&Shape::Number(NumberBounds { min: Some(2.0), max: Some(1.0), ..NumberBounds::default() }), crossed);
    refused_shape(
        &Shape::String(StringBounds { min_length: Some(2), max_length: Some(1), ..StringBounds::default() }),
        crossed,
    );
    refused_shape(
        &Shape::List { item: Box::new(integer()), min_items: Some(2), max_items: Some(1), unique: false },
        crossed,
    );
    for divisor in [0, -4] {
        let bounds = IntegerBounds { multiple_of: Some(divisor), ..IntegerBounds::default() };
        refused_shape(&Shape::Integer(bounds), "multiple-of is not positive");
    }
    let endless = NumberBounds { exclusive_max: Some(f64::INFINITY), ..NumberBounds::default() };
    refused_shape(&Shape::Number(endless), "a bound is not finite");
}

#[test]
fn patterns_are_built() {
    let shape = Shape::String(StringBounds { pattern: Some("(?=a)".to_owned()), ..StringBounds::default() });
    refused(
        &[named("A", Shape::Struct(vec![required("b", list(shape))]))],
        "A.b[]: the pattern looks ahead, which takes more than linear time",
    );
}

#[test]
fn fields_have_names_of_their_own() {
    let twice = [required("a", integer()), required("a", string())];
    let error = Program::default().compile_fields(&twice).unwrap_err();
    assert_eq!(error.to_string(), "a: two fields have this name");
}

#[test]
fn defaults_fit_their_shapes() {
    let of = |default: &str| {
        [named(
            "A",
            Shape::Struct(vec![defaulted("b", Shape::Enum(vec![Scalar::Integer(1), Scalar::Integer(2)]), default)]),
        )]
    };
    assert!(Program::new(&of("2")).is_ok());
    refused(&of("3"), "A.b: its default does not fit: expected one of: 1, 2");
    refused(&of("nul"), "A.b: its default does not fit: the text ends too early at byte 3");
    refused(&of(""), "A.b: its default does not fit: the text is empty");
}

#[test]
fn a_default_that_never_ends_does_not_build() {
    let endless = [named("A", Shape::Struct(vec![defaulted("a", reference("A"), "{}")]))];
    assert!(Program::new(&endless).unwrap_err().to_string().starts_with("A.a: its default "));
    let forked = Shape::Struct(vec![defaulted("a", reference("A"), "{}"), defaulted("b", reference("A"), "{}")]);
    assert!(Program::new(&[named("A", forked)]).unwrap_err().to_string().contains("its default "));
    let ends = [named("A", Shape::Struct(vec![defaulted("a", nullable(reference("A")), "null")]))];
    Asked::with_types(&ends, &reference("A")).accepts("{}", r#"{"a":null}"#);
}

#[test]
fn a_program_lives_on_after_a_refused_shape() {
    let mut program = Program::new(&[named("A", integer())]).unwrap();
    assert!(program.compile(&list(reference("B"))).is_err());
    let shape = program.compile(&list(reference("A"))).unwrap();
    Asked { program, shape }.keeps("[1]");
}

#[test]
fn fields_are_numbered_through_the_program() {
    let mut program = Program::new(&[named("A", Shape::Struct(vec![required("a", integer())]))]).unwrap();
    assert_eq!(program.field_count(), 1);
    program.compile_fields(&[required("b", integer()), required("c", reference("A"))]).unwrap();
    assert_eq!(program.field_count(), 3);
}
