//! Cases of the invalidation header, read.

use super::case::{Case, case, string};

/// Id, rules, reason, field lines, targets.
#[rustfmt::skip]
const VALID: &[(&str, &str, &str, &[&str], &str)] = &[
    ("absent", "HDR-8", "no field line says nothing", &[], "[]"),
    ("empty", "HDR-8", "an empty one says that nothing is stale", &[""], "[]"),
    ("spaces", "HDR-6", "blanks alone are empty", &["   "], "[]"),
    ("everything", "HDR-8", "everything is stale", &["*"], r#""*""#),
    ("context", "HDR-1", "a Token", &["user"], r#"[{"context":"user"}]"#),
    ("function", "HDR-1", "context and function", &["user.user_profile"], r#"[{"context":"user","function":"user_profile"}]"#),
    ("function-dotted", "HDR-1", "the first dot parts them", &["user.shop.items"], r#"[{"context":"user","function":"shop.items"}]"#),
    ("several", "HDR-1", "a List", &["a, b;p=1, c.x"], r#"[{"context":"a"},{"context":"b","params":{"p":1}},{"context":"c","function":"x"}]"#),
    ("lines", "HDR-6", "several field lines are one list", &["a", "b, c"], r#"[{"context":"a"},{"context":"b"},{"context":"c"}]"#),
    ("blanks", "HDR-6", "any blanks and tabs around commas", &[" a\t ,\t\tb,c "], r#"[{"context":"a"},{"context":"b"},{"context":"c"}]"#),
    ("blank-after-semicolon", "HDR-6", "blanks after a semicolon", &["a;  p=1; q=2"], r#"[{"context":"a","params":{"p":1,"q":2}}]"#),
    ("integer", "HDR-2", "signs, and zeros before it", &["a;p=-5;q=007;r=-0"], r#"[{"context":"a","params":{"p":-5,"q":7,"r":0}}]"#),
    ("integer-15", "HDR-2", "the longest Integer", &["a;p=999999999999999"], r#"[{"context":"a","params":{"p":999999999999999}}]"#),
    ("boolean", "HDR-2", "both, and one without a value", &["a;p=?1;q=?0;r"], r#"[{"context":"a","params":{"p":true,"q":false,"r":true}}]"#),
    ("string", "HDR-2", "commas and semicolons within quotes are text", &[r#"a;p="x, y;z=1""#], r#"[{"context":"a","params":{"p":"x, y;z=1"}}]"#),
    ("string-escapes", "HDR-2", "two escapes", &[r#"a;p="\"\\""#], r#"[{"context":"a","params":{"p":"\"\\"}}]"#),
    ("string-empty", "HDR-2", "the empty text", &[r#"a;p="""#], r#"[{"context":"a","params":{"p":""}}]"#),
    ("string-number", "HDR-2", "a String stays text", &[r#"a;p="5""#], r#"[{"context":"a","params":{"p":"5"}}]"#),
    ("display", "HDR-2", "a Display String", &[r#"a;p=%"K%c3%bcsten%0d%0a""#], r#"[{"context":"a","params":{"p":"Küsten\r\n"}}]"#),
    ("display-astral", "HDR-2", "four bytes of UTF-8", &[r#"a;p=%"%f0%9f%98%80""#], r#"[{"context":"a","params":{"p":"😀"}}]"#),
    ("sub", "HDR-3", "an identity", &[r#"inbox;*sub="ada""#], r#"[{"context":"inbox","sub":"ada"}]"#),
    ("sub-display", "HDR-3", "an identity of other letters, with a param", &[r#"inbox;*sub=%"%c3%a9";p=1"#], r#"[{"context":"inbox","params":{"p":1},"sub":"é"}]"#),
    ("last-wins", "HDR-6", "RFC 9651: of two parameters of one key the last counts", &["a;p=1;p=2"], r#"[{"context":"a","params":{"p":2}}]"#),
    ("order", "INV-3 INV-4", "what is read is in order, each target once", &["b, a;p=2, a;p=1, a;p=2, b.x"], r#"[{"context":"a","params":{"p":1}},{"context":"a","params":{"p":2}},{"context":"b"}]"#),
];

/// Id, rules, reason, field lines. Those that cite HDR-6 first are no List of RFC 9651 and are refused; the others are
/// one, and mean everything.
#[rustfmt::skip]
const INVALID: &[(&str, &str, &str, &[&str])] = &[
    ("trailing-comma", "HDR-6", "a comma without a member", &["a,"]),
    ("trailing-comma-blank", "HDR-6", "nor after blanks", &["a, \t"]),
    ("leading-comma", "HDR-6", "a comma before all", &[",a"]),
    ("double-comma", "HDR-6", "an empty member", &["a,,b"]),
    ("empty-line-between", "HDR-6", "an empty field line is an empty member", &["a", "", "b"]),
    ("no-comma", "HDR-6", "two members without one", &["a b"]),
    ("leading-tab", "HDR-6", "RFC 9651 takes spaces alone before a list", &["\ta"]),
    ("not-ascii", "HDR-6", "a byte beyond ASCII", &["a;p=\"é\""]),
    ("control-character", "HDR-6", "a control character in a String", &["a;p=\"\u{1}\""]),
    ("unclosed-string", "HDR-6", "a String without its end", &[r#"a;p="x"#]),
    ("bad-escape", "HDR-6", "another escape", &[r#"a;p="\n""#]),
    ("half-escape", "HDR-6", "half an escape", &[r#"a;p="\"#]),
    ("display-upper", "HDR-6", "digits in upper case", &[r#"a;p=%"%C3%A9""#]),
    ("display-half", "HDR-6", "half an escape", &[r#"a;p=%"%c""#]),
    ("display-not-utf8", "HDR-6", "bytes that are not UTF-8", &[r#"a;p=%"%c3%28""#]),
    ("display-surrogate", "HDR-6 VALUE-5", "an encoded surrogate", &[r#"a;p=%"%ed%a0%80""#]),
    ("display-no-quote", "HDR-6", "a percent sign alone", &["a;p=%x"]),
    ("integer-16", "HDR-6", "sixteen digits", &["a;p=1000000000000000"]),
    ("integer-plus", "HDR-6", "a plus", &["a;p=+1"]),
    ("integer-bare-minus", "HDR-6", "a sign without digits", &["a;p=-"]),
    ("decimal", "HDR-7 HDR-2", "a Decimal, which no target has", &["a;p=1.5"]),
    ("decimal-bare-point", "HDR-6", "a point without digits", &["a;p=1."]),
    ("token-value", "HDR-7 HDR-2", "a Token as a value", &["a;p=x"]),
    ("bytes-value", "HDR-7 HDR-2", "a Byte Sequence as a value", &["a;p=:AAAA:"]),
    ("date-value", "HDR-7 HDR-2", "a Date as a value", &["a;p=@1700000000"]),
    ("boolean-two", "HDR-6", "a boolean of two", &["a;p=?2"]),
    ("no-value", "HDR-6", "an equals sign without a value", &["a;p="]),
    ("blank-before-semicolon", "HDR-6", "a blank before a semicolon", &["a ;p=1"]),
    ("blank-around-equals", "HDR-6", "blanks around an equals sign", &["a;p = 1"]),
    ("no-key", "HDR-6", "a semicolon without a key", &["a;"]),
    ("key-upper", "HDR-6", "a key in upper case", &["a;P=1"]),
    ("key-dash", "HDR-7 NAME-1", "a key that no param has", &["a;p-q=1"]),
    ("key-star", "HDR-7", "another key with a star", &[r#"a;*who="x""#]),
    ("sub-integer", "HDR-7 HDR-3", "an identity that is no text", &["inbox;*sub=5"]),
    ("sub-true", "HDR-7 HDR-3", "an identity without a value", &["inbox;*sub"]),
    ("member-string", "HDR-7", "a String as a member", &[r#""user""#]),
    ("member-integer", "HDR-7", "an Integer as a member", &["5"]),
    ("member-inner-list", "HDR-7", "an Inner List as a member", &["(a b)"]),
    ("member-inner-list-open", "HDR-6", "one without its end", &["(a b"]),
    ("member-upper", "HDR-7 NAME-1", "a Token that is no name", &["User"]),
    ("member-slash", "HDR-7 NAME-1", "a Token with a slash", &["a/b"]),
    ("member-dot-end", "HDR-7 NAME-1", "an empty function", &["a."]),
    ("member-two-dots", "HDR-7 NAME-1", "an empty part", &["a..b"]),
    ("member-dictionary", "HDR-6", "a Dictionary", &["a=1"]),
    ("star-among-others", "HDR-7", "everything among others", &["a, *"]),
    ("star-with-params", "HDR-7", "everything, narrowed", &["*;p=1"]),
    ("star-context", "HDR-7", "a name that begins with a star", &["*a"]),
    ("one-bad-of-many", "HDR-7", "one that is none spoils the list", &["a, b;p=1, c;p=1.5"]),
];

pub(super) fn cases() -> Vec<Case> {
    let lines = |lines: &[&str]| format!("[{}]", lines.iter().map(|line| string(line)).collect::<Vec<_>>().join(","));
    let valid = VALID.iter().map(|(id, rules, reason, held, targets)| {
        case(id, rules, reason).with("lines", lines(held)).ok(&format!("{{\"targets\":{targets}}}"))
    });
    let invalid = INVALID.iter().map(|(id, rules, reason, held)| {
        if rules.starts_with("HDR-6") {
            return case(&format!("{id}-malformed"), rules, reason).with("lines", lines(held)).refused("BAD_REQUEST");
        }
        case(&format!("{id}-no-target"), rules, reason).with("lines", lines(held)).ok(r#"{"targets":"*"}"#).fails()
    });
    let no_lines = case("lines-text", "HDR-6", "a case whose lines are no list of text is none")
        .with("lines", "\"a\"")
        .refused("BAD_REQUEST");
    let no_text = case("lines-number", "HDR-6", "nor is one with a number among them")
        .with("lines", "[1]")
        .refused("BAD_REQUEST");
    valid.chain(invalid).chain([no_lines, no_text]).collect()
}
