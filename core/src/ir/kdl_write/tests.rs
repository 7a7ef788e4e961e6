//! The exact text of documents.

use crate::ir::kdl_read::read;
use crate::ir::kdl_write::write;
use crate::ir::model::{
    Affect, Auth, Cache, Context, DeclaredError, Document, Field, Format, Function, IntegerBounds, Merge, MergeOp,
    NumberBounds, Route, Scalar, Shape, StringBounds, TypeDefinition,
};

fn integer() -> Shape {
    Shape::Integer(IntegerBounds::default())
}

fn string() -> Shape {
    Shape::String(StringBounds::default())
}

fn field(name: &str, shape: Shape) -> Field {
    Field { name: name.to_owned(), doc: None, shape, required: true, default: None, key: false }
}

fn list(item: Shape) -> Shape {
    Shape::List { item: Box::new(item), min_items: None, max_items: None, unique: false }
}

fn function(name: &str, input: Vec<Field>, output: Shape) -> Function {
    Function {
        name: name.to_owned(),
        doc: None,
        deprecated: None,
        context: None,
        auth: Auth::None,
        websocket: false,
        private: false,
        route: None,
        input,
        output,
        affects: Vec::new(),
        merge: Vec::new(),
        errors: Vec::new(),
        cache: Cache::Default,
        rev: 0,
    }
}

fn definition(name: &str, shape: Shape) -> TypeDefinition {
    TypeDefinition { name: name.to_owned(), doc: None, shape }
}

/// The text of one type of that shape, without the head.
fn text_of(shape: Shape) -> String {
    let document = Document { types: vec![definition("A", shape)], ..Document::default() };
    let text = write(&document);
    text.strip_prefix("mizan version=1\n\ntype \"A\" ").map(str::to_owned).unwrap_or(text)
}

#[test]
fn an_empty_document_is_its_head() {
    assert_eq!(write(&Document::default()), "mizan version=1\n");
}

/// The example of the documentation page.
const SHOP: &str = r#"mizan version=1

type "Order" {
    struct {
        field "id" key=#true { integer }
        field "total" { string format="decimal" }
    }
}
type "Profile" {
    struct {
        field "bio" { nullable { string } }
        field "name" { string max-length=80 }
        field "tags" default="[]" { list { string } }
        field "user_id" { integer }
    }
}
function "update_profile" {
    doc "Rename a user."
    auth "authenticated"
    input {
        field "name" { string max-length=80 }
        field "user_id" { integer }
    }
    output { ref "Profile" }
    affects "user" { by "user_id" }
    error "NAME_TAKEN" status=409 { struct { field "taken_by" { integer } } }
}
function "user_orders" {
    context "user"
    input { field "user_id" { integer } }
    output { list { ref "Order" } }
}
context "user" {
    param "user_id" { integer }
    member "user_orders"
    member "user_profile"
}
"#;

#[test]
fn the_example_is_written_as_documented() {
    let name = || {
        let bounds = StringBounds { max_length: Some(80), ..StringBounds::default() };
        field("name", Shape::String(bounds))
    };
    let user_id = || field("user_id", integer());
    let total = Shape::String(StringBounds { format: Some(Format::Decimal), ..StringBounds::default() });
    let order = Shape::Struct(vec![Field { key: true, ..field("id", integer()) }, field("total", total)]);
    let tags = Field { required: false, default: Some("[]".to_owned()), ..field("tags", list(string())) };
    let bio = field("bio", Shape::Nullable(Box::new(string())));
    let document = Document {
        types: vec![
            definition("Order", order),
            definition("Profile", Shape::Struct(vec![bio, name(), tags, user_id()])),
        ],
        functions: vec![
            Function {
                doc: Some("Rename a user.".to_owned()),
                auth: Auth::Authenticated,
                affects: vec![Affect { context: "user".to_owned(), function: None, by: vec!["user_id".to_owned()] }],
                errors: vec![DeclaredError {
                    code: "NAME_TAKEN".to_owned(),
                    status: 409,
                    data: Some(Shape::Struct(vec![field("taken_by", integer())])),
                }],
                ..function("update_profile", vec![name(), user_id()], Shape::Ref("Profile".to_owned()))
            },
            Function {
                context: Some("user".to_owned()),
                ..function("user_orders", vec![user_id()], list(Shape::Ref("Order".to_owned())))
            },
        ],
        contexts: vec![Context {
            name: "user".to_owned(),
            public: false,
            identity: false,
            params: vec![user_id()],
            members: vec!["user_orders".to_owned(), "user_profile".to_owned()],
        }],
    };
    assert_eq!(write(&document), SHOP);
    assert_eq!(read(SHOP).unwrap(), document);
}

#[test]
fn every_part_of_a_function_has_its_place() {
    let text = r#"mizan version=1

function "all" {
    doc "a \"b\""
    deprecated "use new"
    context "user"
    auth "permission" "shop.a" "shop.b"
    transport "websocket"
    private
    route "/x/:id" "GET" "POST"
    input { field "a" key=#true default="1" doc="A." { integer } }
    output { literal #null }
    affects "shop" function="items"
    affects "user" function="user_profile" { by "a" "b" }
    merge "user" function="user_orders" op="upsert" {
        by "user_id"
        key "id"
    }
    merge "user" function="user_profile" op="replace"
    error "GONE" status=410
    cache 60
    rev 2
}
function "bare" { output { any } }
function "guarded" {
    auth "guard" "shop.guards.owner"
    output { struct }
    cache #false
}
context "user" public=#true identity=#true { member "all" }
"#;
    let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
    let merge = |function: &str, op, key: &[&str], by: &[&str]| Merge {
        context: "user".to_owned(),
        function: function.to_owned(),
        op,
        key: names(key),
        by: names(by),
    };
    let a = Field {
        key: true,
        required: false,
        default: Some("1".to_owned()),
        doc: Some("A.".to_owned()),
        ..field("a", integer())
    };
    let all = Function {
        doc: Some("a \"b\"".to_owned()),
        deprecated: Some("use new".to_owned()),
        context: Some("user".to_owned()),
        auth: Auth::Permissions(names(&["shop.a", "shop.b"])),
        websocket: true,
        private: true,
        route: Some(Route { path: "/x/:id".to_owned(), methods: names(&["GET", "POST"]) }),
        affects: vec![
            Affect { context: "shop".to_owned(), function: Some("items".to_owned()), by: Vec::new() },
            Affect { context: "user".to_owned(), function: Some("user_profile".to_owned()), by: names(&["a", "b"]) },
        ],
        merge: vec![
            merge("user_orders", MergeOp::Upsert, &["id"], &["user_id"]),
            merge("user_profile", MergeOp::Replace, &[], &[]),
        ],
        errors: vec![DeclaredError { code: "GONE".to_owned(), status: 410, data: None }],
        cache: Cache::Seconds(60),
        rev: 2,
        ..function("all", vec![a], Shape::Literal(Scalar::Null))
    };
    let guarded = Function {
        auth: Auth::Guard("shop.guards.owner".to_owned()),
        cache: Cache::Off,
        ..function("guarded", Vec::new(), Shape::Struct(Vec::new()))
    };
    let user =
        Context { name: "user".to_owned(), public: true, identity: true, params: Vec::new(), members: names(&["all"]) };
    let document = Document {
        types: Vec::new(),
        functions: vec![all, function("bare", Vec::new(), Shape::Any), guarded],
        contexts: vec![user],
    };
    assert_eq!(write(&document), text);
    assert_eq!(read(text).unwrap(), document);
}

#[test]
fn each_shape_has_its_node() {
    let optional = Field { required: false, ..field("a", Shape::BigInt) };
    let cases = [
        (
            Shape::Integer(IntegerBounds { min: Some(-1), max: Some(9), multiple_of: Some(3) }),
            "{ integer min=-1 max=9 multiple-of=3 }\n",
        ),
        (
            Shape::String(StringBounds {
                format: Some(Format::LocalDateTime),
                min_length: Some(1),
                max_length: Some(2),
                pattern: Some("\\d{2}".to_owned()),
            }),
            "{ string format=\"local-date-time\" min-length=1 max-length=2 pattern=\"\\\\d{2}\" }\n",
        ),
        (
            Shape::Enum(vec![Scalar::String("b".to_owned()), Scalar::Integer(-2), Scalar::Boolean(false)]),
            "{ enum \"b\" -2 #false }\n",
        ),
        (
            Shape::List { item: Box::new(Shape::Boolean), min_items: Some(1), max_items: Some(2), unique: true },
            "{ list min-items=1 max-items=2 unique=#true { boolean } }\n",
        ),
        (Shape::Tuple(vec![Shape::Any]), "{ tuple { any } }\n"),
        (
            Shape::Tuple(vec![Shape::Any, Shape::Tuple(vec![])]),
            "{\n    tuple {\n        any\n        tuple\n    }\n}\n",
        ),
        (Shape::Map(Box::new(integer())), "{ map { integer } }\n"),
        (Shape::Struct(vec![optional]), "{ struct { field \"a\" required=#false { bigint } } }\n"),
        (
            Shape::Union { discriminator: Some("kind".to_owned()), arms: vec![Shape::Boolean, Shape::Any] },
            "{\n    union discriminator=\"kind\" {\n        boolean\n        any\n    }\n}\n",
        ),
        (
            Shape::Upload { max_size: Some(10), content_types: vec!["image/*".to_owned(), "a/b".to_owned()] },
            "{ upload max-size=10 content-types=\"image/* a/b\" }\n",
        ),
        (Shape::Upload { max_size: None, content_types: Vec::new() }, "{ upload }\n"),
    ];
    for (shape, text) in cases {
        assert_eq!(text_of(shape), text);
    }
}

#[test]
fn bounds_of_numbers_always_show_a_point() {
    let cases = [
        (0.0, "0.0"),
        (-0.0, "0.0"),
        (1.0, "1.0"),
        (-1.5, "-1.5"),
        (1e20, "100000000000000000000.0"),
        (1e21, "1.0e+21"),
        (1.25e300, "1.25e+300"),
        (1e300, "1.0e+300"),
        (1e-7, "1.0e-7"),
        (0.1, "0.1"),
        (5e-324, "5.0e-324"),
        (f64::MAX, "1.7976931348623157e+308"),
    ];
    for (value, digits) in cases {
        let bounds = NumberBounds { exclusive_min: Some(value), ..NumberBounds::default() };
        assert_eq!(text_of(Shape::Number(bounds)), format!("{{ number exclusive-min={digits} }}\n"));
    }
}

#[test]
fn text_is_escaped_where_kdl_asks_for_it() {
    let cases = [
        ("", r#""""#),
        ("a b #true", r#""a b #true""#),
        ("\"\\/", r#""\"\\/""#),
        ("\n\r\t\u{8}\u{c}", r#""\n\r\t\b\f""#),
        ("\0\u{b}\u{1f}\u{7f}\u{85}", r#""\u{0}\u{b}\u{1f}\u{7f}\u{85}""#),
        ("\u{200e}\u{2028}\u{202e}\u{2066}\u{feff}", r#""\u{200e}\u{2028}\u{202e}\u{2066}\u{feff}""#),
        ("é\u{200d}\u{1f600}\u{a0}", "\"é\u{200d}\u{1f600}\u{a0}\""),
    ];
    for (value, text) in cases {
        let shape = Shape::Literal(Scalar::String(value.to_owned()));
        assert_eq!(text_of(shape), format!("{{ literal {text} }}\n"));
    }
}
