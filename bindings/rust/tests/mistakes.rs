//! What the compiler says of mistakes, and that it points at the words that are wrong.

#[test]
fn each_mistake_is_told_where_it_is() {
    trybuild::TestCases::new().compile_fail("tests/mistakes/*.rs");
}
