//! Cases of KDL documents, read and written again.

use super::case::{Case, case};

const FUNCTION: &str = "mizan version=1\n\nfunction \"f\" { output { literal #null } }\n";

/// Id, where the rule stands, reason, a document that is written as it was read.
#[rustfmt::skip]
const SAME: &[(&str, &str, &str, &str)] = &[
    ("empty", "ir.md#the-document", "a document of nothing", "mizan version=1\n"),
    ("function", "ir.md#the-document", "the least function", FUNCTION),
    ("shapes", "ir.md#shapes", "every shape of one line", "mizan version=1\n\ntype \"T\" {\n    struct {\n        field \"a\" { integer min=-1 max=9 multiple-of=5 }\n        field \"b\" { bigint }\n        field \"c\" { number min=0.5 exclusive-max=1.0e+21 }\n        field \"d\" { boolean }\n        field \"e\" { string format=\"date\" }\n        field \"f\" { enum \"a\" 1 #true }\n        field \"g\" { list min-items=1 unique=#true { string } }\n        field \"h\" { map { any } }\n        field \"i\" { nullable { ref \"T\" } }\n        field \"j\" { string min-length=1 max-length=2 pattern=\"^\\\\d$\" }\n    }\n}\n"),
    ("union", "ir.md#shapes", "a union with its tag", "mizan version=1\n\ntype \"T\" {\n    union discriminator=\"k\" {\n        struct { field \"k\" { literal \"a\" } }\n        struct { field \"k\" { literal \"b\" } }\n    }\n}\n"),
    ("tuple", "ir.md#shapes", "a tuple in its order", "mizan version=1\n\ntype \"T\" {\n    tuple {\n        string\n        integer\n    }\n}\n"),
    ("field", "ir.md#nodes-in-their-order", "all that a field says", "mizan version=1\n\ntype \"T\" {\n    struct {\n        field \"a\" key=#true required=#false doc=\"D.\" { integer }\n        field \"b\" default=\"[1,\\\"x\\\"]\" { list { any } }\n    }\n}\n"),
    ("function-all", "ir.md#nodes-in-their-order", "all that a function says", "mizan version=1\n\nfunction \"a.f\" {\n    doc \"D.\"\n    deprecated \"Use g.\"\n    auth \"permission\" \"a.x\" \"b.x\"\n    transport \"websocket\"\n    private\n    route \"/x/:id\" \"GET\"\n    input { field \"id\" { integer } }\n    output { literal #null }\n    affects \"c\" function=\"r\" { by \"id\" }\n    merge \"c\" function=\"r\" op=\"upsert\" {\n        by \"id\"\n        key \"id\"\n    }\n    error \"GONE\" status=410\n    cache #false\n    rev 2\n}\n"),
    ("context", "ir.md#nodes-in-their-order", "all that a context says", "mizan version=1\n\nfunction \"r\" {\n    context \"c\"\n    input { field \"id\" default=\"1\" { integer } }\n    output { any }\n    cache 60\n}\ncontext \"c\" public=#true {\n    param \"id\" default=\"1\" { integer }\n    member \"r\"\n}\n"),
    ("escapes", "ir.md#text", "escapes stay escapes", "mizan version=1\n\nfunction \"f\" {\n    doc \"\\\"\\\\\\n\\t\\u{7}\\u{feff}é\"\n    output { any }\n}\n"),
];

/// Id, where the rule stands, reason, a document, and how it is written.
#[rustfmt::skip]
const OTHER: &[(&str, &str, &str, &str, &str)] = &[
    ("blanks", "ir.md#reading", "other blanks and line ends", "mizan   version=1\r\nfunction \"f\"{output{literal #null}}", FUNCTION),
    ("semicolons", "ir.md#reading", "semicolons", "mizan version=1; function \"f\" { output { literal #null; }; }", FUNCTION),
    ("comments", "ir.md#source-locations", "comment lines, as of sources", "mizan version=1\n\nfunction \"f\" {\n    output { literal #null }\n}\n//@ source \"f\" \"a.py\" 1\n", FUNCTION),
    ("bare-strings", "ir.md#reading", "identifiers for strings", "mizan version=1\nfunction f { output { literal #null } }", FUNCTION),
    ("continued-lines", "ir.md#reading", "a line that goes on", "mizan \\\n    version=1\nfunction \"f\" \\ // here\n  { output { literal #null } }", FUNCTION),
    ("number-spellings", "ir.md#reading", "another spelling of a number", "mizan version=0x1\ntype \"T\" { integer max=1_000 }", "mizan version=1\n\ntype \"T\" { integer max=1000 }\n"),
    ("unsorted", "ir.md#order", "groups and names in any order", "mizan version=1\nfunction \"b\" { output { any } }\nfunction \"a\" { output { any } }\ntype \"T\" { any }", "mizan version=1\n\ntype \"T\" { any }\nfunction \"a\" { output { any } }\nfunction \"b\" { output { any } }\n"),
    ("children-unsorted", "ir.md#order", "fields in any order", "mizan version=1\ntype \"T\" { struct { field \"b\" { any }; field \"a\" { any } } }", "mizan version=1\n\ntype \"T\" {\n    struct {\n        field \"a\" { any }\n        field \"b\" { any }\n    }\n}\n"),
];

/// Id, where the rule stands, reason, text, a part of the message.
#[rustfmt::skip]
const INVALID: &[(&str, &str, &str, &str, &str)] = &[
    ("nothing", "ir.md#reading", "no document", "", "line 1, column 1: the document is empty"),
    ("no-head", "ir.md#nodes-in-their-order", "no version first", "function \"f\" { output { any } }\n", "must begin with"),
    ("no-version", "ir.md#nodes-in-their-order", "no version at all", "mizan\n", "must say its version"),
    ("version-2", "ir.md#reading", "a newer version", "mizan version=2\n", "this document is version 2"),
    ("version-0", "ir.md#reading", "a version that never was", "mizan version=0\n", "no version 0"),
    ("version-text", "ir.md#reading", "a version that is text", "mizan version=\"1\"\n", "version"),
    ("kdl-1", "ir.md#reading", "a boolean of KDL 1", "mizan version=1\ntype \"T\" { literal true }\n", "line 2"),
    ("no-kdl", "ir.md#reading", "no KDL", "mizan version=1\n}\n", "not KDL 2"),
    ("unclosed-block", "ir.md#reading", "a block without its end", "mizan version=1\ntype \"T\" {\n", "KDL"),
    ("unclosed-string", "ir.md#reading", "a string without its end", "mizan version=1\ntype \"T {\n", "KDL"),
    ("unknown-node", "ir.md#reading", "a node that is not of the page", "mizan version=1\nqueue \"q\"\n", "line 2, column 1: there is no node \"queue\""),
    ("unknown-child", "ir.md#reading", "a child that is not", "mizan version=1\nfunction \"f\" {\n    output { any }\n    retry 3\n}\n", "retry"),
    ("unknown-shape", "ir.md#reading", "a shape that is not", "mizan version=1\ntype \"T\" { float }\n", "float"),
    ("unknown-property", "ir.md#reading", "a property that is not", "mizan version=1\ntype \"T\" { integer step=1 }\n", "step"),
    ("extra-argument", "ir.md#reading", "an argument too many", "mizan version=1\ntype \"T\" \"U\" { any }\n", "takes no further argument"),
    ("no-name", "ir.md#reading", "a type without a name", "mizan version=1\ntype { any }\n", "name"),
    ("name-number", "ir.md#reading", "a name that is a number", "mizan version=1\ntype 5 { any }\n", "its name must be text"),
    ("no-shape", "ir.md#reading", "a type without a shape", "mizan version=1\ntype \"T\"\n", "shape"),
    ("two-shapes", "ir.md#reading", "a type with two", "mizan version=1\ntype \"T\" {\n    any\n    string\n}\n", "shape"),
    ("no-output", "ir.md#nodes-in-their-order", "a function without an output", "mizan version=1\nfunction \"f\"\n", "output"),
    ("two-outputs", "ir.md#reading", "a function with two", "mizan version=1\nfunction \"f\" {\n    output { any }\n    output { any }\n}\n", "output"),
    ("twice", "ir.md#reading", "two types of one name", "mizan version=1\ntype \"T\" { any }\ntype \"T\" { any }\n", "the type \"T\" is given twice"),
    ("field-twice", "ir.md#reading", "two fields of one name", "mizan version=1\ntype \"T\" { struct { field \"a\" { any }; field \"a\" { any } } }\n", "a"),
    ("ref-unknown", "ir.md#reading", "a reference to nothing", "mizan version=1\ntype \"T\" { list { ref \"U\" } }\n", "U"),
    ("union-one", "ir.md#shapes", "a union of one", "mizan version=1\ntype \"T\" { union { any } }\n", "union"),
    ("union-ambiguous", "NAME-7", "arms that nothing tells apart", "mizan version=1\ntype \"T\" {\n    union {\n        integer\n        number\n    }\n}\n", "ambiguous union"),
    ("union-tag", "NAME-7", "a discriminator that is none", "mizan version=1\ntype \"T\" {\n    union discriminator=\"x\" {\n        struct { field \"k\" { literal \"a\" } }\n        struct { field \"k\" { literal \"b\" } }\n    }\n}\n", "x"),
    ("enum-one", "ir.md#shapes", "an enum of one", "mizan version=1\ntype \"T\" { enum \"a\" }\n", "enum"),
    ("literal-float", "ir.md#shapes", "a literal with a fraction", "mizan version=1\ntype \"T\" { literal 1.5 }\n", "literal"),
    ("nullable-twice", "ir.md#shapes", "a nullable of a nullable", "mizan version=1\ntype \"T\" { nullable { nullable { any } } }\n", "nullable"),
    ("bound-unsafe", "VALUE-2", "a bound beyond the safe integers", "mizan version=1\ntype \"T\" { integer max=9007199254740992 }\n", "line 2"),
    ("bound-text", "ir.md#shapes", "a bound that is text", "mizan version=1\ntype \"T\" { integer max=\"9\" }\n", "max"),
    ("format-unknown", "VALUE-6", "a format of nobody's", "mizan version=1\ntype \"T\" { string format=\"hostname\" }\n", "hostname"),
    ("pattern", "VALUE-14", "a pattern that does not build", "mizan version=1\ntype \"T\" { string pattern=\"(?=a)\" }\n", "pattern"),
    ("default-json", "ir.md#nodes-in-their-order", "a default that is no JSON", "mizan version=1\ntype \"T\" { struct { field \"a\" default=\"{\" { any } } }\n", "default"),
    ("default-spelling", "ir.md#nodes-in-their-order", "a default that is not canonical", "mizan version=1\ntype \"T\" { struct { field \"a\" default=\"1.0\" { number } } }\n", "default"),
    ("auth-unknown", "AUTH-1", "a guard of nobody's", "mizan version=1\nfunction \"f\" {\n    auth \"admin\"\n    output { any }\n}\n", "admin"),
];

pub(super) fn cases() -> Vec<Case> {
    let same =
        SAME.iter().map(|(id, rules, reason, text)| case(id, rules, reason).with_text("text", text).ok_text(text));
    let other = OTHER
        .iter()
        .map(|(id, rules, reason, text, written)| case(id, rules, reason).with_text("text", text).ok_text(written));
    let invalid = INVALID.iter().map(|(id, rules, reason, text, message)| {
        case(&format!("{id}-refused"), rules, reason).with_text("text", text).does_not_build(message)
    });
    let deep = |id: &str, reason: &str, text: String, message: &str| {
        case(id, "ir.md#reading", reason).with_text("text", &text).does_not_build(message)
    };
    let blocks = format!("{}any{}", "list { ".repeat(200), " }".repeat(200));
    let deep = [
        deep(
            "deep",
            "blocks deeper than any document's",
            format!("mizan version=1\ntype \"T\" {{ {blocks} }}\n"),
            "deep",
        ),
        deep(
            "deep-after-a-comment",
            "a comment that ends with another line end hides nothing",
            format!("mizan version=1 // x\rtype \"T\" {{ {blocks} }}\n"),
            "deep",
        ),
        deep(
            "deep-in-a-string",
            "a string that is none hides nothing",
            format!("mizan version=1\ntype \"\n{blocks}\" {{ any }}\n"),
            "the quoted text must end on its line",
        ),
        deep(
            "deep-after-an-escape",
            "an escape that is none hides nothing",
            format!("mizan version=1\ntype \"\\q{blocks}\" {{ any }}\n"),
            "there is no such escape",
        ),
        deep(
            "deep-after-a-word",
            "a quote within a word hides nothing",
            format!("mizan version=1\ntype\"{blocks}\" {{ any }}\n"),
            "the node must end before this",
        ),
    ];
    same.chain(other).chain(invalid).chain(deep).collect()
}
