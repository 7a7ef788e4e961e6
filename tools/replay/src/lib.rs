//! Answers one case of the line protocol of `pins/README.md` through the public interface of the core.
//!
//! [`answer`] takes a line and gives a line, whatever the line is. Each kind of case has a module.

mod case;
mod derived;
mod exchange;
mod host;
mod identity;
mod invalidation;
mod ir;
mod protection;
mod schedule;
mod values;

use std::panic::{AssertUnwindSafe, catch_unwind};

use case::{Case, Refused, member};
use mizan_core::value::canonical;

/// The kinds that this replayer answers.
pub const KINDS: [&str; 27] = [
    "canonical_json",
    "json_body",
    "validate",
    "transcode",
    "query_params",
    "ir",
    "ir_read",
    "scope",
    "tags",
    "merge",
    "header_format",
    "header_parse",
    "exchange",
    "manifest",
    "openapi",
    "compat",
    "schedule",
    "keyring",
    "token_mint",
    "token_verify",
    "jws_verify",
    "permission_key",
    "csrf",
    "origin",
    "refresh",
    "cache_key",
    "hmac_sha256",
];

/// The answer to one line, canonical JSON without a line end.
///
/// A line that is no case is refused as `BAD_REQUEST`, with the id `null` where it has none; a panic is `INTERNAL`.
#[must_use]
pub fn answer(line: &[u8]) -> Vec<u8> {
    let case = match Case::read(line) {
        Ok(case) => case,
        Err(id) => return written(&id, &[("refused", b"\"BAD_REQUEST\"".to_vec())]),
    };
    if !KINDS.contains(&case.kind.as_str()) {
        return written(&case.id, &[("unsupported", b"true".to_vec())]);
    }
    match catch_unwind(AssertUnwindSafe(|| ok(&case))) {
        Ok(Ok(ok)) => written(&case.id, &[("ok", ok)]),
        Ok(Err(refused)) => written(&case.id, &refused.members()),
        Err(_) => written(&case.id, &[("refused", b"\"INTERNAL\"".to_vec())]),
    }
}

fn ok(case: &Case<'_>) -> Result<Vec<u8>, Refused> {
    match case.kind.as_str() {
        "canonical_json" => values::canonical_json(case),
        "json_body" => values::json_body(case),
        "validate" => values::validate(case),
        "transcode" => values::transcode(case),
        "query_params" => values::query_params(case),
        "ir" => ir::emit(case),
        "ir_read" => ir::read(case),
        "scope" => invalidation::scope(case),
        "tags" => invalidation::tags(case),
        "merge" => exchange::merge(case),
        "header_format" => invalidation::header_format(case),
        "header_parse" => invalidation::header_parse(case),
        "exchange" => exchange::exchange(case),
        "manifest" => derived::manifest(case),
        "openapi" => derived::openapi(case),
        "compat" => derived::compat(case),
        "schedule" => schedule::schedule(case),
        "keyring" => identity::keyrings(case),
        "token_mint" => identity::token_mint(case),
        "token_verify" => identity::token_verify(case),
        "jws_verify" => identity::jws_verify(case),
        "permission_key" => identity::permission_key(case),
        "csrf" => identity::csrf(case),
        "origin" => identity::origin(case),
        "refresh" => identity::refresh(case),
        "cache_key" => identity::cache_key(case),
        "hmac_sha256" => identity::hmac_sha256(case),
        _ => Err(Refused::malformed()),
    }
}

/// An object with the id and these members, sorted by name.
fn written(id: &[u8], members: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut all = vec![("id", id.to_vec())];
    all.extend(members.iter().cloned());
    all.sort_by(|left, right| canonical::compare_keys(left.0, right.0));
    let mut out = Vec::new();
    for (name, value) in all {
        out.push(if out.is_empty() { b'{' } else { b',' });
        member(&mut out, name, &value);
    }
    out.push(b'}');
    out
}

#[cfg(test)]
mod tests {
    use super::answer;

    fn text(line: &str) -> String {
        String::from_utf8(answer(line.as_bytes())).expect("UTF-8")
    }

    #[test]
    fn a_case_is_answered_under_its_id() {
        assert_eq!(
            text(r#"{"id":"a","kind":"canonical_json","input":{"hex":"5b312e305d","numbers":"any"}}"#),
            r#"{"id":"a","ok":{"hex":"5b315d"}}"#
        );
        assert_eq!(
            text(r#"{"id":7,"kind":"canonical_json","input":{"hex":"5b","numbers":"any"}}"#),
            r#"{"id":7,"refused":"BAD_REQUEST"}"#
        );
    }

    #[test]
    fn an_unknown_kind_is_unsupported() {
        assert_eq!(text(r#"{"id":"a","kind":"horoscope","input":{}}"#), r#"{"id":"a","unsupported":true}"#);
    }

    #[test]
    fn what_is_no_case_is_answered() {
        for line in ["", "{", "[]", "null", "\u{feff}{}", "{}", r#"{"kind":"json_body","input":{"hex":""}}"#] {
            assert_eq!(text(line), r#"{"id":null,"refused":"BAD_REQUEST"}"#, "{line}");
        }
        for line in [
            r#"{"id":"a"}"#,
            r#"{"id":"a","kind":5,"input":{}}"#,
            r#"{"id":"a","kind":"json_body"}"#,
            r#"{"id":"a","kind":"json_body","input":[]}"#,
            r#"{"id":"a","kind":"json_body","input":{"hex":"F0"}}"#,
            r#"{"id":"a","kind":"json_body","input":{"hex":"0"}}"#,
            r#"{"id":"a","kind":"exchange","input":{}}"#,
        ] {
            assert_eq!(text(line), r#"{"id":"a","refused":"BAD_REQUEST"}"#, "{line}");
        }
        assert_eq!(answer(b"\xff\xff"), br#"{"id":null,"refused":"BAD_REQUEST"}"#);
    }
}
