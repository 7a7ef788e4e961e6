//! Reading `X-Mizan-Invalidate`: the List syntax of RFC 9651 whole, and what its members mean here (HDR-6, HDR-7).

use super::header_format::{EVERYTHING, SUB_KEY};
use super::target::{Params, Target, normalize};
use crate::value::canonical;

/// What a header asks to purge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purge {
    /// Everything: the header said so, or said what only a newer protocol understands.
    Everything,
    /// These targets, in normal form; none for an empty header.
    Targets(Vec<Target>),
}

/// The field lines are no RFC 9651 List. Whoever reads a header must then purge everything, never nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAList {
    /// Where in the lines joined by a comma and a blank, in bytes.
    pub offset: usize,
}

/// Reads the field lines of one header, in order.
pub fn parse(lines: &[&[u8]]) -> Result<Purge, NotAList> {
    let text = lines.join(&b", "[..]);
    let members = Parser { text: &text, offset: 0 }.list()?;
    let mut targets = Vec::with_capacity(members.len());
    for member in members {
        match member.into_target() {
            Some(target) => targets.push(target),
            None => return Ok(Purge::Everything),
        }
    }
    Ok(Purge::Targets(normalize(targets)))
}

/// A bare item. Items that no target uses keep only that they were there.
#[derive(Debug, Clone, PartialEq)]
enum Item {
    Integer(i64),
    Text(String),
    Token(String),
    Boolean(bool),
    Other,
}

struct Member {
    item: Item,
    parameters: Vec<(String, Item)>,
}

impl Member {
    /// `None` where the member is valid syntax and no target.
    fn into_target(self) -> Option<Target> {
        let Item::Token(name) = self.item else { return None };
        if name == EVERYTHING {
            return None;
        }
        let (context, function) = match name.split_once('.') {
            Some((context, function)) => (context, Some(function)),
            None => (name.as_str(), None),
        };
        if !crate::registry::names::is_name(context) || function.is_some_and(|f| !crate::registry::names::is_dotted(f))
        {
            return None;
        }
        let mut sub = None;
        let mut params = Vec::with_capacity(self.parameters.len());
        for (key, item) in self.parameters {
            if key == SUB_KEY {
                let Item::Text(text) = item else { return None };
                sub = Some(text);
            } else if crate::registry::names::is_name(&key) {
                params.push((key, item.into_json()?));
            } else {
                return None;
            }
        }
        Some(Target {
            context: context.to_owned(),
            function: function.map(str::to_owned),
            params: Params::new(params),
            sub,
        })
    }
}

impl Item {
    fn into_json(self) -> Option<String> {
        let mut out = Vec::new();
        match self {
            Self::Integer(value) => canonical::write_integer(&mut out, value),
            Self::Boolean(value) => out.extend_from_slice(if value { b"true" } else { b"false" }),
            Self::Text(text) => canonical::write_string(&mut out, &text),
            Self::Token(_) | Self::Other => return None,
        }
        String::from_utf8(out).ok()
    }
}

/// RFC 9651 section 4.2, each function one of its algorithms.
struct Parser<'a> {
    text: &'a [u8],
    offset: usize,
}

type Parsed<T> = Result<T, NotAList>;

impl Parser<'_> {
    fn list(mut self) -> Parsed<Vec<Member>> {
        let mut members = Vec::new();
        self.skip(b" ");
        // Bytes beyond ASCII are no structured field anywhere.
        if let Some(offset) = self.text.iter().position(|byte| !byte.is_ascii()) {
            return Err(NotAList { offset });
        }
        while self.peek().is_some() {
            members.push(self.member()?);
            self.skip(b" \t");
            if self.peek().is_none() {
                break;
            }
            self.expect(b',')?;
            self.skip(b" \t");
            if self.peek().is_none() {
                return self.refuse();
            }
        }
        Ok(members)
    }

    fn member(&mut self) -> Parsed<Member> {
        let item = if self.peek() == Some(b'(') { self.inner_list()? } else { self.bare_item()? };
        Ok(Member { item, parameters: self.parameters()? })
    }

    fn inner_list(&mut self) -> Parsed<Item> {
        self.expect(b'(')?;
        loop {
            self.skip(b" ");
            if self.take(b')') {
                return Ok(Item::Other);
            }
            self.bare_item()?;
            self.parameters()?;
            if !matches!(self.peek(), Some(b' ' | b')')) {
                return self.refuse();
            }
        }
    }

    fn parameters(&mut self) -> Parsed<Vec<(String, Item)>> {
        let mut parameters: Vec<(String, Item)> = Vec::new();
        while self.take(b';') {
            self.skip(b" ");
            let key = self.key()?;
            let item = if self.take(b'=') { self.bare_item()? } else { Item::Boolean(true) };
            match parameters.iter_mut().find(|(held, _)| *held == key) {
                Some((_, held)) => *held = item,
                None => parameters.push((key, item)),
            }
        }
        Ok(parameters)
    }

    fn key(&mut self) -> Parsed<String> {
        if !matches!(self.peek(), Some(b'a'..=b'z' | b'*')) {
            return self.refuse();
        }
        Ok(self.run(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'.' | b'*')))
    }

    fn bare_item(&mut self) -> Parsed<Item> {
        match self.peek() {
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'"') => self.string(),
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'*') => {
                Ok(Item::Token(self.run(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~:/".contains(&byte))))
            }
            Some(b':') => self.byte_sequence(),
            Some(b'?') => self.boolean(),
            Some(b'@') => self.date(),
            Some(b'%') => self.display_string(),
            _ => self.refuse(),
        }
    }

    fn number(&mut self) -> Parsed<Item> {
        let negative = self.take(b'-');
        let digits = self.run(|byte| byte.is_ascii_digit());
        if digits.is_empty() {
            return self.refuse();
        }
        if self.peek() == Some(b'.') {
            if digits.len() > 12 {
                return self.refuse();
            }
            self.offset += 1;
            let fraction = self.run(|byte| byte.is_ascii_digit());
            if fraction.is_empty() || fraction.len() > 3 {
                return self.refuse();
            }
            return Ok(Item::Other);
        }
        if digits.len() > 15 {
            return self.refuse();
        }
        let Ok(value) = digits.parse::<i64>() else { return self.refuse() };
        Ok(Item::Integer(if negative { -value } else { value }))
    }

    fn date(&mut self) -> Parsed<Item> {
        self.expect(b'@')?;
        match self.number()? {
            Item::Integer(_) => Ok(Item::Other),
            _ => self.refuse(),
        }
    }

    fn string(&mut self) -> Parsed<Item> {
        self.expect(b'"')?;
        let mut text = String::new();
        loop {
            match self.next()? {
                b'"' => return Ok(Item::Text(text)),
                b'\\' => match self.next()? {
                    escaped @ (b'"' | b'\\') => text.push(char::from(escaped)),
                    _ => return self.refuse(),
                },
                byte @ 0x20..0x7f => text.push(char::from(byte)),
                _ => return self.refuse(),
            }
        }
    }

    fn display_string(&mut self) -> Parsed<Item> {
        self.expect(b'%')?;
        self.expect(b'"')?;
        let mut bytes = Vec::new();
        loop {
            match self.next()? {
                b'"' => {
                    let Ok(text) = String::from_utf8(bytes) else { return self.refuse() };
                    return Ok(Item::Text(text));
                }
                b'%' => {
                    let (high, low) = (self.lower_hex()?, self.lower_hex()?);
                    bytes.push(high << 4 | low);
                }
                byte @ 0x20..0x7f => bytes.push(byte),
                _ => return self.refuse(),
            }
        }
    }

    fn lower_hex(&mut self) -> Parsed<u8> {
        match self.next()? {
            digit @ b'0'..=b'9' => Ok(digit - b'0'),
            digit @ b'a'..=b'f' => Ok(digit - b'a' + 10),
            _ => self.refuse(),
        }
    }

    fn boolean(&mut self) -> Parsed<Item> {
        self.expect(b'?')?;
        match self.next()? {
            b'0' => Ok(Item::Boolean(false)),
            b'1' => Ok(Item::Boolean(true)),
            _ => self.refuse(),
        }
    }

    /// Only its extent and alphabet are checked; no target holds bytes.
    fn byte_sequence(&mut self) -> Parsed<Item> {
        self.expect(b':')?;
        let content = self.run(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='));
        self.expect(b':')?;
        let digits = content.trim_end_matches('=');
        let padding = content.len() - digits.len();
        if digits.contains('=') || digits.len() % 4 == 1 || padding > 2 {
            return self.refuse();
        }
        Ok(Item::Other)
    }

    fn run(&mut self, accept: impl Fn(u8) -> bool) -> String {
        let start = self.offset;
        while self.peek().is_some_and(&accept) {
            self.offset += 1;
        }
        // Every accepted byte is ASCII, so nothing is lost.
        self.text.get(start..self.offset).map(|run| String::from_utf8_lossy(run).into_owned()).unwrap_or_default()
    }

    fn skip(&mut self, blanks: &[u8]) {
        while self.peek().is_some_and(|byte| blanks.contains(&byte)) {
            self.offset += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.offset).copied()
    }

    fn next(&mut self) -> Parsed<u8> {
        let Some(byte) = self.peek() else { return self.refuse() };
        self.offset += 1;
        Ok(byte)
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.offset += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8) -> Parsed<()> {
        if self.take(byte) { Ok(()) } else { self.refuse() }
    }

    fn refuse<T>(&self) -> Parsed<T> {
        Err(NotAList { offset: self.offset })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invalidation::header_format;

    fn targets(text: &str) -> Vec<Target> {
        match parse(&[text.as_bytes()]) {
            Ok(Purge::Targets(targets)) => targets,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn what_was_written_is_read_back() {
        for text in [
            "",
            "user",
            r#"inbox;*sub="5", notifications, search;q="a b", shop.shop_items, user;active=?1;user_id=5"#,
            "c;p=%\"%c3%bc%25\"",
            r#"c;p="a\"b\\c""#,
            "c;p=-999999999999999",
        ] {
            assert_eq!(header_format::format(&targets(text)), text);
        }
    }

    #[test]
    fn several_lines_are_one_list_and_blanks_after_a_comma_are_free() {
        let lines: [&[u8]; 2] = [b"user;user_id=5 ,\t order", b"shop"];
        let Ok(Purge::Targets(found)) = parse(&lines) else { panic!("refused") };
        assert_eq!(header_format::format(&found), "order, shop, user;user_id=5");
    }

    #[test]
    fn a_star_or_anything_that_is_no_target_means_everything() {
        for text in [
            "*",
            "user, *",
            "1",
            "\"user\"",
            "(user)",
            "User",
            "user;p=tok",
            "user;p=1.5",
            "user;p=:aGk=:",
            "user;*sub=5",
            "user;p=@1",
        ] {
            assert_eq!(parse(&[text.as_bytes()]), Ok(Purge::Everything), "{text}");
        }
    }

    #[test]
    fn absent_empty_and_everything_are_three_things() {
        assert_eq!(parse(&[b""]), Ok(Purge::Targets(Vec::new())));
        assert_ne!(parse(&[b""]), parse(&[b"*"]));
    }

    #[test]
    fn what_the_rfc_refuses_is_refused() {
        for text in [
            ",",
            "user,",
            "user,,order",
            "user order",
            "user;",
            "user;P=1",
            "user;p=",
            "user;p=\"a",
            "user;p=\"\\a\"",
            "user;p=?2",
            "user;p=1000000000000000",
            "user;p=%\"%C3%BC\"",
            "user;p=%\"%c3\"",
            "user;p=\u{fc}",
            "(user",
            "user;p=1.",
            "user;p=1.2345",
            "user;p=1234567890123.1",
            "user;p=-",
            "user;p=:a:",
            "user;p=@1.5",
            "user;p=\"\t\"",
            "\tuser",
            "user;\tp=1",
            "(a\tb)",
        ] {
            assert!(parse(&[text.as_bytes()]).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_repeated_parameter_keeps_its_last_value() {
        assert_eq!(header_format::format(&targets("user;a=1;a=2")), "user;a=2");
    }
}
