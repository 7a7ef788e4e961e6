//! What has no client, and what is said about it.

use mizan_codegen::Kind;

use crate::documents::generate;

fn refused(kdl: &str, kind: Kind) -> String {
    let refusals = generate(kdl, kind).unwrap_err();
    refusals.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n")
}

#[test]
fn functions_that_meet_in_camel_case() {
    insta::assert_snapshot!(refused(
        "mizan version=1\n\
         function \"item_1\" { output { integer } }\nfunction \"item1\" { output { integer } }\n\
         function \"shop.items\" { output { integer } }\nfunction \"shop_items\" { output { integer } }\n\
         //@ source \"item_1\" \"shop/api.py\" 12\n//@ source \"shop_items\" \"shop/api.py\" 20\n",
        Kind::TypeScript
    ));
}

#[test]
fn a_function_that_meets_what_another_exports() {
    let kdl = "mizan version=1\n\
         function \"profile\" { context \"user\"; input { field \"id\" { integer } }; output { integer } }\n\
         function \"use_profile\" { output { integer } }\nfunction \"user_context\" { output { integer } }\n\
         context \"user\" { param \"id\" { integer }; member \"profile\" }\n";
    insta::assert_snapshot!(refused(kdl, Kind::React));
    // Without hooks, only the constant of the context is in the way.
    assert_eq!(generate(kdl, Kind::TypeScript).unwrap_err().len(), 1);
}

#[test]
fn a_document_that_names_what_it_does_not_have() {
    insta::assert_snapshot!(refused("mizan version=1\ncontext \"user\" { member \"profile\" }\n", Kind::React));
}

#[test]
fn a_type_whose_name_is_none_in_typescript() {
    use mizan_core::ir::model::{Document, Shape, TypeDefinition};
    let document = Document {
        types: vec![TypeDefinition { name: "Page[int]".to_owned(), doc: None, shape: Shape::Ref("Lost".to_owned()) }],
        ..Document::default()
    };
    let options = crate::documents::options(Kind::TypeScript);
    let refusals = mizan_codegen::generate(&document, &mizan_codegen::Places::default(), &options).unwrap_err();
    let text: Vec<String> = refusals.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(text.join("\n\n"));
}
