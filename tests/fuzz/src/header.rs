//! `X-Mizan-Invalidate`, its field lines between line ends.
//!
//! - The `sfv` crate takes and refuses the same lists, and what a list means is the same to a second reader of its tree.
//! - Targets that were read, written again, are read as the same; over the limits as wider ones, never as fewer.

use mizan_core::invalidation::header_format::{self, EVERYTHING};
use mizan_core::invalidation::header_parse::{Purge, parse};
use mizan_core::invalidation::target::{Params, Target, normalize};
use mizan_core::registry::names::{is_dotted, is_name};
use sfv::{BareItem, List, ListEntry, Parser};

use crate::{Core, seeds};

pub(crate) fn run(data: &[u8], core: Core) {
    let lines: Vec<&[u8]> = data.split(|byte| *byte == b'\n').collect();
    let joined = lines.join(&b", "[..]);
    let theirs = Parser::new(&joined).parse::<List>();
    match (parse(&lines), theirs) {
        (Ok(mut ours), Ok(theirs)) => {
            if core.errs(|| is_deep(&ours)) {
                ours = Purge::Targets(Vec::new());
            }
            assert_eq!(ours, meaning(&theirs));
            if let Purge::Targets(targets) = ours {
                written_again(&targets);
            }
        }
        (Err(error), Err(_)) => assert!(error.offset <= joined.len()),
        (Ok(ours), Err(error)) => assert!(is_odd_base64(&joined), "only ours takes it: {ours:?}, {error}"),
        (Err(error), Ok(_)) => unreachable!("only theirs takes it: byte {}", error.offset),
    }
}

/// Ours looks at the letters of a byte sequence, and at no spare bits: no target holds bytes.
fn is_odd_base64(text: &[u8]) -> bool {
    text.contains(&b':')
}

/// A target of one member and of one identity.
fn is_deep(purge: &Purge) -> bool {
    let Purge::Targets(targets) = purge else { return false };
    targets.iter().any(|target| target.function.is_some() && target.sub.is_some())
}

fn meaning(list: &List) -> Purge {
    let targets: Option<Vec<Target>> = list.iter().map(target).collect();
    targets.map_or(Purge::Everything, |targets| Purge::Targets(normalize(targets)))
}

/// HDR-1 to HDR-3 and HDR-7, of a tree.
fn target(entry: &ListEntry) -> Option<Target> {
    let ListEntry::Item(item) = entry else { return None };
    let name = item.bare_item.as_token()?.as_str();
    let mut target = match name.split_once('.') {
        Some((context, function)) if is_dotted(function) => {
            Target { function: Some(function.to_owned()), ..Target::broad(context) }
        }
        Some(_) => return None,
        None => Target::broad(name),
    };
    if name == EVERYTHING || !is_name(&target.context) {
        return None;
    }
    let mut params = Vec::new();
    for (key, value) in &item.params {
        let text = match value {
            BareItem::String(text) => Some(text.as_str().to_owned()),
            BareItem::DisplayString(text) => Some(text.clone()),
            _ => None,
        };
        match key.as_str() {
            "*sub" => target.sub = Some(text?),
            key if is_name(key) => {
                let value = match value {
                    BareItem::Integer(number) => number.to_string(),
                    BareItem::Boolean(value) => value.to_string(),
                    _ => serde_json::to_string(&text?).expect("text is JSON"),
                };
                params.push((key.to_owned(), value));
            }
            _ => return None,
        }
    }
    target.params = Params::new(params);
    Some(target)
}

fn written_again(targets: &[Target]) {
    let header = header_format::format(targets);
    assert!(header.bytes().all(|byte| (0x20..0x7f).contains(&byte)), "{header}");
    assert!(header.len() <= header_format::BYTE_LIMIT);
    match parse(&[header.as_bytes()]) {
        Ok(Purge::Targets(again)) if again == targets => {}
        Ok(Purge::Targets(again)) => {
            let is_over = targets.len() > header_format::MEMBER_LIMIT || targets.iter().map(size).sum::<usize>() > 1000;
            assert!(is_over, "{header} is not what was read");
            assert!(targets.iter().all(|target| again.iter().any(|wider| wider.covers(target))), "less is purged");
        }
        Ok(Purge::Everything) => assert!(targets.len() > header_format::MEMBER_LIMIT || header == EVERYTHING),
        Err(error) => unreachable!("{header} is no list at byte {}", error.offset),
    }
}

/// Bytes that a target has at least: escaped, each is up to three.
fn size(target: &Target) -> usize {
    let params: usize = target.params.iter().map(|(name, value)| name.len() + value.len()).sum();
    target.context.len() + params + target.sub.as_ref().map_or(0, String::len)
}

/// A target of one member, and of no identity.
pub(crate) fn near() -> Vec<u8> {
    b"user.name;*suc=\"5\"".to_vec()
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let inputs = seeds::pins("header_parse");
    let lines = inputs.iter().filter_map(|input| {
        let lines: Option<Vec<&str>> = input["lines"].as_array()?.iter().map(|line| line.as_str()).collect();
        Some(lines?.join("\n").into_bytes())
    });
    lines.filter(|seed| seed.len() < 1024).collect()
}
