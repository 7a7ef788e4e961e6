//! Cases of the invalidation header, written.

use super::case::{Case, case};

/// Id, rules, reason, targets, header.
#[rustfmt::skip]
const VALID: &[(&str, &str, &str, &str, &str)] = &[
    ("none", "HDR-8", "nothing: a reply then has no such header", "[]", ""),
    ("context", "HDR-1", "a Token", r#"[{"context":"user"}]"#, "user"),
    ("function", "HDR-1", "context and function, with a dot", r#"[{"context":"user","function":"user_profile"}]"#, "user.user_profile"),
    ("function-dotted", "HDR-1", "a function of several parts", r#"[{"context":"user","function":"shop.items"}]"#, "user.shop.items"),
    ("params", "HDR-1", "parameters in byte order of their names", r#"[{"context":"c","params":{"b":1,"a_b":2,"a":3,"ab":4}}]"#, "c;a=3;a_b=2;ab=4;b=1"),
    ("empty-params", "HDR-1 INV-5", "no params are no narrowing", r#"[{"context":"c","params":{}}]"#, "c"),
    ("integer", "HDR-2", "an Integer, and zero", r#"[{"context":"c","params":{"a":-5,"b":0}}]"#, "c;a=-5;b=0"),
    ("integer-15", "HDR-2", "the longest Integer", r#"[{"context":"c","params":{"a":999999999999999,"b":-999999999999999}}]"#, "c;a=999999999999999;b=-999999999999999"),
    ("integer-16", "HDR-2", "a longer one is a String of its digits", r#"[{"context":"c","params":{"a":1000000000000000,"b":-9007199254740991}}]"#, r#"c;a="1000000000000000";b="-9007199254740991""#),
    ("boolean", "HDR-2", "both, the true one with its value too", r#"[{"context":"c","params":{"a":true,"b":false}}]"#, "c;a=?1;b=?0"),
    ("number", "HDR-2", "a number with a fraction is a String", r#"[{"context":"c","params":{"a":1.5}}]"#, r#"c;a="1.5""#),
    ("null", "HDR-2", "null is a String of its JSON", r#"[{"context":"c","params":{"a":null}}]"#, r#"c;a="null""#),
    ("list", "HDR-2", "a list is a String of its canonical JSON", r#"[{"context":"c","params":{"a":["x",1]}}]"#, r#"c;a="[\"x\",1]""#),
    ("list-unicode", "HDR-2", "a Display String where that has other text", r#"[{"context":"c","params":{"a":["é"]}}]"#, r#"c;a=%"[%22%c3%a9%22]""#),
    ("string", "HDR-2", "printable text is a String", r#"[{"context":"c","params":{"a":"a b"}}]"#, r#"c;a="a b""#),
    ("string-empty", "HDR-2", "the empty text", r#"[{"context":"c","params":{"a":""}}]"#, r#"c;a="""#),
    ("string-escapes", "HDR-2", "quotes and backslashes are escaped, commas are not", r#"[{"context":"c","params":{"a":"\"\\,;%~"}}]"#, r#"c;a="\"\\,;%~""#),
    ("string-number", "HDR-2", "text of digits is a String", r#"[{"context":"c","params":{"a":"5","b":"true"}}]"#, r#"c;a="5";b="true""#),
    ("display", "HDR-2", "other text is a Display String, its digits in lower case", r#"[{"context":"c","params":{"a":"Küste \u001f"}}]"#, r#"c;a=%"K%c3%bcste %1f""#),
    ("display-escapes", "HDR-2", "a percent sign and a quote are escaped there, a backslash is not", r#"[{"context":"c","params":{"a":"é%\"\\"}}]"#, r#"c;a=%"%c3%a9%25%22\""#),
    ("header-injection", "HDR-2", "line ends cannot end the header", r#"[{"context":"c","params":{"a":"x\r\nSet-Cookie: a=b"}}]"#, r#"c;a=%"x%0d%0aSet-Cookie: a=b""#),
    ("delete-character", "HDR-2", "DEL is not printable", r#"[{"context":"c","params":{"a":"\u007f"}}]"#, r#"c;a=%"%7f""#),
    ("astral", "HDR-2", "four bytes of UTF-8", r#"[{"context":"c","params":{"a":"😀"}}]"#, r#"c;a=%"%f0%9f%98%80""#),
    ("sub", "HDR-3", "an identity", r#"[{"context":"inbox","sub":"ada"}]"#, r#"inbox;*sub="ada""#),
    ("sub-first", "HDR-3", "before the params", r#"[{"context":"inbox","params":{"a":1},"sub":"é"}]"#, r#"inbox;*sub=%"%c3%a9";a=1"#),
    ("order", "INV-4 HDR-1", "by context, function, params, identity; none first", r#"[{"context":"b"},{"context":"a","function":"y"},{"context":"a","function":"x","sub":"1"},{"context":"a","function":"x","params":{"p":10}},{"context":"a","function":"x","params":{"p":9}}]"#, r#"a.x;*sub="1", a.x;p=10, a.x;p=9, a.y, b"#),
    ("order-params", "INV-4", "params are ordered as text: 10 before 9, a number after a text", r#"[{"context":"a","params":{"p":9}},{"context":"a","params":{"p":"9"}},{"context":"a","params":{"p":10}}]"#, r#"a;p="9", a;p=10, a;p=9"#),
    ("order-names", "INV-4", "an underscore comes after digits and before letters", r#"[{"context":"ab"},{"context":"a_b"},{"context":"a1"},{"context":"a"}]"#, "a, a1, a_b, ab"),
    ("twice", "INV-3", "each target once", r#"[{"context":"a","params":{"p":1}},{"context":"a","params":{"p":1}}]"#, "a;p=1"),
    ("covered", "INV-3", "the whole context covers all of it", r#"[{"context":"a","function":"x"},{"context":"a","params":{"p":1}},{"context":"a","sub":"1"},{"context":"a"}]"#, "a"),
    ("covered-by-fewer-params", "INV-3", "fewer params cover more", r#"[{"context":"a","params":{"p":1,"q":2}},{"context":"a","params":{"p":1}},{"context":"a","params":{"p":2,"q":2}}]"#, "a;p=1, a;p=2;q=2"),
    ("covered-function", "INV-3", "a member is covered by the same params of the whole", r#"[{"context":"a","function":"x","params":{"p":1}},{"context":"a","params":{"p":1}},{"context":"a","function":"x","params":{"p":2}}]"#, "a;p=1, a.x;p=2"),
    ("not-covered", "INV-3", "a number does not cover the text of it", r#"[{"context":"a","params":{"p":1}},{"context":"a","params":{"p":"1","q":2}}]"#, r#"a;p="1";q=2, a;p=1"#),
    ("not-covered-sub", "INV-3", "one identity does not cover another", r#"[{"context":"a","sub":"1"},{"context":"a","sub":"2"}]"#, r#"a;*sub="1", a;*sub="2""#),
];

/// Id, rules, reason, targets. All are `BAD_REQUEST`.
#[rustfmt::skip]
const INVALID: &[(&str, &str, &str, &str)] = &[
    ("no-list", "HDR-1", "one target, not in a list", r#"{"context":"a"}"#),
    ("null", "HDR-1", "no targets at all", "null"),
    ("text", "HDR-1", "a name alone", r#"["a"]"#),
    ("number", "HDR-1", "a number", "[1]"),
    ("list-in-list", "HDR-1", "a list in the list", r#"[[{"context":"a"}]]"#),
    ("empty-target", "INV-5", "no context", "[{}]"),
    ("function-alone", "INV-5", "a member of nothing", r#"[{"function":"x"}]"#),
    ("context-null", "INV-5", "null for a context", r#"[{"context":null}]"#),
    ("context-empty", "NAME-1", "the empty name", r#"[{"context":""}]"#),
    ("context-upper", "NAME-1", "an upper-case letter", r#"[{"context":"User"}]"#),
    ("context-digit", "NAME-1", "a digit first", r#"[{"context":"1a"}]"#),
    ("context-dot", "NAME-1", "a dot would name a member", r#"[{"context":"a.b"}]"#),
    ("context-star", "NAME-1", "everything is no context", r#"[{"context":"*"}]"#),
    ("context-injection", "NAME-1", "a second member in a name", r#"[{"context":"a, b"}]"#),
    ("context-line-end", "NAME-1", "a line end after a name", r#"[{"context":"a\n"}]"#),
    ("context-unicode", "NAME-1", "a letter that is not ASCII", r#"[{"context":"é"}]"#),
    ("function-empty", "NAME-1", "the empty function", r#"[{"context":"a","function":""}]"#),
    ("function-two-dots", "NAME-1", "an empty part", r#"[{"context":"a","function":"x..y"}]"#),
    ("function-last-dot", "NAME-1", "an empty last part", r#"[{"context":"a","function":"x."}]"#),
    ("function-null", "INV-5", "null is not none", r#"[{"context":"a","function":null}]"#),
    ("params-list", "INV-5", "params that are a list", r#"[{"context":"a","params":[1]}]"#),
    ("params-null", "INV-5", "params that are null", r#"[{"context":"a","params":null}]"#),
    ("param-name-upper", "NAME-1", "an upper-case letter", r#"[{"context":"a","params":{"P":1}}]"#),
    ("param-name-star", "NAME-1 HDR-3", "nobody writes an identity as a param", r#"[{"context":"a","params":{"*sub":"1"}}]"#),
    ("param-name-empty", "NAME-1", "the empty name", r#"[{"context":"a","params":{"":1}}]"#),
    ("param-name-proto", "NAME-1 VALUE-9", "an underscore first", r#"[{"context":"a","params":{"__proto__":1}}]"#),
    ("param-object", "NAME-5", "an object is no param", r#"[{"context":"a","params":{"p":{}}}]"#),
    ("param-list-of-lists", "NAME-5", "neither is a list of lists", r#"[{"context":"a","params":{"p":[[1]]}}]"#),
    ("param-list-of-null", "NAME-5", "nor a list with null in it", r#"[{"context":"a","params":{"p":[null]}}]"#),
    ("sub-number", "INV-5", "who asks is always text", r#"[{"context":"a","sub":5}]"#),
    ("sub-null", "INV-5", "null is not nobody", r#"[{"context":"a","sub":null}]"#),
    ("unknown-member", "INV-5", "a member that targets do not have", r#"[{"context":"a","scope":"b"}]"#),
    ("boolean", "HDR-1", "a boolean", "true"),
    ("everything", "HDR-5", "everything is no list of targets", "\"*\""),
    ("null-among", "HDR-1", "null in the list", r#"[{"context":"a"},null]"#),
    ("context-list", "INV-5", "a list for a name", r#"[{"context":["a"]}]"#),
    ("context-number", "INV-5", "a number for a name", r#"[{"context":1}]"#),
    ("context-dash", "NAME-1", "a dash", r#"[{"context":"a-b"}]"#),
    ("context-blank", "NAME-1", "a blank before a name", r#"[{"context":" a"}]"#),
    ("function-upper", "NAME-1", "an upper-case function", r#"[{"context":"a","function":"X"}]"#),
    ("function-star", "NAME-1", "every member is no member", r#"[{"context":"a","function":"*"}]"#),
    ("param-name-dash", "NAME-1", "a dash in a param", r#"[{"context":"a","params":{"p-q":1}}]"#),
    ("param-name-injection", "NAME-1", "a second param in a name", r#"[{"context":"a","params":{"p=1;q":1}}]"#),
    ("sub-list", "INV-5", "several callers", r#"[{"context":"a","sub":["1"]}]"#),
    ("one-of-two", "HDR-1", "one that is none spoils the list", r#"[{"context":"a"},{"context":"B"}]"#),
    ("covered-and-invalid", "INV-3", "what is covered is read as strictly", r#"[{"context":"a"},{"context":"a","params":{"P":1}}]"#),
];

pub(super) fn cases() -> Vec<Case> {
    let valid = VALID
        .iter()
        .map(|(id, rules, reason, targets, header)| case(id, rules, reason).with("targets", *targets).ok_text(header));
    let invalid = INVALID.iter().map(|(id, rules, reason, targets)| {
        case(&format!("{id}-refused"), rules, reason).with("targets", *targets).refused("BAD_REQUEST")
    });
    let mut cases: Vec<Case> = valid.chain(invalid).collect();
    cases.extend(widened());
    cases
}

fn narrowed(context: &str, count: usize) -> Vec<String> {
    (10..10 + count).map(|index| format!(r#"{{"context":"{context}","params":{{"p":{index}}}}}"#)).collect()
}

fn shown(context: &str, count: usize) -> String {
    (10..10 + count).map(|index| format!("{context};p={index}")).collect::<Vec<_>>().join(", ")
}

/// HDR-5: at the limits and one beyond.
fn widened() -> Vec<Case> {
    let list = |targets: Vec<String>| format!("[{}]", targets.join(","));
    let text =
        |length: usize| format!(r#"[{{"context":"c","params":{{"p":"{}"}}}},{{"context":"d"}}]"#, "x".repeat(length));
    let rules = "HDR-5 LIM-6";
    vec![
        case("members-64", rules, "64 members are all named")
            .with("targets", list(narrowed("a", 64)))
            .ok_text(&shown("a", 64)),
        case("members-65", rules, "65 are one too many").with("targets", list(narrowed("a", 65))).ok_text("a"),
        case("members-most-first", rules, "the context with most members goes first, the others stay")
            .with("targets", list([narrowed("a", 5), narrowed("b", 60)].concat()))
            .ok_text(&format!("{}, b", shown("a", 5))),
        case("members-equal", rules, "of equals the first by name")
            .with("targets", list([narrowed("b", 33), narrowed("a", 33)].concat()))
            .ok_text(&format!("a, {}", shown("b", 33))),
        case("members-two-contexts", rules, "then the next, until it is enough")
            .with("targets", list([narrowed("a", 70), narrowed("b", 69), narrowed("c", 3)].concat()))
            .ok_text(&format!("a, b, {}", shown("c", 3))),
        case("members-functions", rules, "members of a context stay apart when they lose their params")
            .with(
                "targets",
                list(
                    (0..70)
                        .map(|index| {
                            format!(
                                r#"{{"context":"a","function":"{}","params":{{"p":{index}}}}}"#,
                                if index % 2 == 0 { "x" } else { "y" }
                            )
                        })
                        .collect(),
                ),
            )
            .ok_text("a.x, a.y"),
        case("members-identities", rules, "identities go with the params")
            .with("targets", list((0..65).map(|index| format!(r#"{{"context":"a","sub":"{index}"}}"#)).collect()))
            .ok_text("a"),
        case("members-broad", rules, "65 contexts cannot be widened: everything")
            .with("targets", list((10..75).map(|index| format!(r#"{{"context":"c{index}"}}"#)).collect()))
            .ok_text("*"),
        case("bytes-4096", rules, "4096 bytes are allowed")
            .with("targets", text(4096 - 9))
            .ok_text(&format!("c;p=\"{}\", d", "x".repeat(4096 - 9))),
        case("bytes-4097", rules, "4097 are one too many").with("targets", text(4096 - 8)).ok_text("c, d"),
        case("bytes-encoded", rules, "it is the written bytes that count, three for each here")
            .with("targets", format!(r#"[{{"context":"c","params":{{"p":"{}"}}}}]"#, "\\u0001".repeat(1400)))
            .ok_text("c"),
    ]
}
