//! A pins file from the cases of a kind.

use std::collections::BTreeSet;

use mizan_core::value::{Value, json};

use super::case::{Case, string, unhex};

/// All cases of one kind.
pub(crate) struct Kind {
    pub name: &'static str,
    /// What the file says of itself.
    pub about: &'static str,
    pub cases: Vec<Case>,
}

/// The longest text that a case shows beside its hexadecimal form, in bytes.
const SHOWN: usize = 300;

impl Kind {
    /// The file's text, with the core's answers; or every case whose answer is not the expected one.
    pub(crate) fn text(&self) -> Result<String, Vec<String>> {
        let mut problems = Vec::new();
        let mut ids = BTreeSet::new();
        let mut rules = BTreeSet::new();
        let mut cases = Vec::new();
        for case in &self.cases {
            if !ids.insert(&case.id) {
                problems.push(format!("{}: there are two of it", case.id));
            }
            rules.extend(case.rules.split(' '));
            let answer = mizan_replay::answer(case.line(self.name).as_bytes());
            match json::parse(&answer) {
                Ok(value) => {
                    problems.extend(case.differences(&value));
                    cases.push(written(case, &answer));
                }
                Err(error) => problems.push(format!("{}: the answer is no JSON: {error}", case.id)),
            }
        }
        let failing = self.cases.iter().filter(|case| case.must_fail).count();
        if failing * 2 < self.cases.len() {
            problems.push(format!("{failing} of {} cases must fail: too few", self.cases.len()));
        }
        if !problems.is_empty() {
            return Err(problems.into_iter().map(|problem| format!("pins of {}: {problem}", self.name)).collect());
        }
        Ok(format!(
            "{{\n  \"$schema\": \"schema/{name}.json\",\n  \"kind\": \"{name}\",\n  \"header\": {about},\n  \
             \"generated\": \"by `cargo dev pins`; do not edit\",\n  \"rules\": {rules},\n  \"cases\": [\n{cases}\n  ]\n}}\n",
            name = self.name,
            about = string(self.about),
            rules = list(rules),
            cases = cases.join(",\n"),
        ))
    }
}

fn list<'a>(items: impl IntoIterator<Item = &'a str>) -> String {
    format!("[{}]", items.into_iter().map(string).collect::<Vec<_>>().join(", "))
}

/// A case of the file, one member a line; what the input and the answer say in text stands beside them.
fn written(case: &Case, answer: &[u8]) -> String {
    let mut members = vec![
        ("id", string(&case.id)),
        ("reason", string(&case.reason)),
        ("rules", list(case.rules.split(' '))),
        ("must_fail", case.must_fail.to_string()),
    ];
    let mut readable = Vec::new();
    let mut inputs = Vec::new();
    for (name, text) in &case.input {
        inputs.push(format!("{}: {text}", string(name)));
        if *name == "hex" {
            readable.extend(shown("input", text.trim_matches('"')));
        }
        if *name == "request" {
            readable.extend(hex_member(text.as_bytes(), &["body"]).and_then(|hex| shown("input", &hex)));
        }
    }
    members.push(("input", format!("{{{}}}", inputs.join(", "))));
    for (name, range) in json::members(answer).unwrap_or_default() {
        let text = String::from_utf8_lossy(answer.get(range).unwrap_or_default()).into_owned();
        let name = match name.as_ref() {
            "ok" => "ok",
            "refused" => "refused",
            "details" => "details",
            "message" => "message",
            _ => continue,
        };
        let hex = hex_member(text.as_bytes(), &["hex"]).or_else(|| hex_member(text.as_bytes(), &["response", "body"]));
        readable.extend(hex.and_then(|hex| shown("ok", &hex)));
        members.push((name, text));
    }
    if !readable.is_empty() {
        members.push(("readable", format!("{{{}}}", readable.join(", "))));
    }
    let lines: Vec<String> = members.iter().map(|(name, value)| format!("      \"{name}\": {value}")).collect();
    format!("    {{\n{}\n    }}", lines.join(",\n"))
}

/// The hexadecimal text at a place of a JSON text.
fn hex_member(text: &[u8], place: &[&str]) -> Option<String> {
    let value = json::parse(text).ok()?;
    place.iter().try_fold(&value, |value, name| value.get(name)).and_then(Value::as_str).map(str::to_owned)
}

/// A member of `readable`, where the bytes are short text.
fn shown(name: &str, hex: &str) -> Option<String> {
    let text = unhex(hex);
    let is_text = super::case::hex(text.as_bytes()) == hex;
    (is_text && !text.is_empty() && text.len() <= SHOWN).then(|| format!("\"{name}\": {}", string(&text)))
}
