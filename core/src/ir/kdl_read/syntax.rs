//! KDL 2 as a tree of nodes. Four of its forms have no place in a document and are refused by name: block comments, raw
//! strings, multi-line strings, and comments that begin with `/-`.
//!
//! One pass without backtracking; it stops at the first thing that is wrong. Only blocks make it recurse, and these are
//! bounded, so no text exhausts the stack.

use std::borrow::Cow;

use crate::ir::kdl_read::KdlError;
use crate::ir::kdl_read::character::{is_disallowed, is_newline, is_of_word, is_space};
use crate::ir::kdl_read::form::Source;
use crate::ir::kdl_read::node::{Entry, Node, Value};
use crate::ir::kdl_read::word;

/// Blocks within blocks beyond this are refused; no document that is written comes near it.
const MAX_DEPTH: usize = 128;

/// The nodes of a text.
pub(super) fn nodes(source: Source<'_>) -> Result<Vec<Node<'_>>, KdlError> {
    let text = source.text();
    let position = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut reader = Reader { source, text, position, depth: 0 };
    let nodes = reader.nodes()?;
    match reader.peek() {
        None => Ok(nodes),
        Some(_) => reader.not_kdl(reader.position, "there is no block to close"),
    }
}

struct Reader<'t> {
    source: Source<'t>,
    text: &'t str,
    /// In bytes; always where a character begins.
    position: usize,
    /// How many blocks are open.
    depth: usize,
}

impl<'t> Reader<'t> {
    /// Refuses what KDL allows and a document does not.
    fn refuse<T>(&self, offset: usize, problem: &str) -> Result<T, KdlError> {
        Err(self.source.error(offset, problem))
    }

    /// Refuses what KDL does not allow.
    fn not_kdl<T>(&self, offset: usize, problem: &str) -> Result<T, KdlError> {
        Err(self.source.error(offset, format!("this is not KDL 2: {problem}")))
    }

    fn rest(&self) -> &'t str {
        &self.text[self.position..]
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    fn take(&mut self, wanted: u8) -> bool {
        let found = self.peek() == Some(wanted);
        self.position += usize::from(found);
        found
    }

    /// Passes the characters that `belongs` is true for, and gives them.
    fn pass(&mut self, belongs: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let length = rest.find(|character| !belongs(character)).unwrap_or(rest.len());
        self.position += length;
        &rest[..length]
    }

    /// Passes blanks and line breaks after a backslash; whether there were any.
    fn spaces(&mut self) -> Result<bool, KdlError> {
        let start = self.position;
        loop {
            self.pass(is_space);
            if self.peek() == Some(b'/') {
                self.refuse_comments()?;
            }
            let backslash = self.position;
            if !self.take(b'\\') {
                return Ok(self.position > start);
            }
            self.pass(is_space);
            if self.rest().starts_with("//") {
                self.pass(|character| !is_newline(character));
            }
            if !self.newline() && self.peek().is_some() {
                return self.not_kdl(backslash, "a backslash outside quotes stands at the end of its line");
            }
        }
    }

    /// Passes one end of a line; whether there was one.
    fn newline(&mut self) -> bool {
        let rest = self.rest();
        let first = rest.chars().next().filter(|&character| is_newline(character));
        self.position += if rest.starts_with("\r\n") { 2 } else { first.map_or(0, char::len_utf8) };
        first.is_some()
    }

    fn refuse_comments(&self) -> Result<(), KdlError> {
        if self.rest().starts_with("/*") {
            self.refuse(self.position, "a document has no block comments; begin each line with //")
        } else if self.rest().starts_with("/-") {
            self.refuse(self.position, "a document has no comments that begin with /-; begin each line with //")
        } else {
            Ok(())
        }
    }

    /// Passes everything that may stand between nodes.
    fn lines(&mut self) -> Result<(), KdlError> {
        loop {
            self.spaces()?;
            let blank = self.pass(is_newline);
            if self.rest().starts_with("//") {
                self.pass(|character| !is_newline(character));
            } else if blank.is_empty() {
                return Ok(());
            }
        }
    }

    /// The nodes up to the end of their block or of the text.
    fn nodes(&mut self) -> Result<Vec<Node<'t>>, KdlError> {
        let mut nodes = Vec::new();
        loop {
            self.lines()?;
            if matches!(self.peek(), None | Some(b'}')) {
                return Ok(nodes);
            }
            nodes.push(self.node()?);
        }
    }

    /// A node, with the semicolon that ends it.
    fn node(&mut self) -> Result<Node<'t>, KdlError> {
        const NAME: &str = "the name of a node belongs here";
        let annotated = self.annotation()?;
        let offset = self.position;
        let Value::Text(name) = self.value(NAME)? else { return self.not_kdl(offset, NAME) };
        let mut node = Node { name, offset, annotated, entries: Vec::new(), children: None };
        loop {
            let is_apart = self.spaces()?;
            match self.peek() {
                None | Some(b'\n' | b'}') => return Ok(node),
                Some(b';') => {
                    self.position += 1;
                    return Ok(node);
                }
                Some(b'{') if node.children.is_none() => node.children = Some(self.block()?),
                Some(_) if self.ends_line() => return Ok(node),
                Some(_) if is_apart && node.children.is_none() => node.entries.push(self.entry()?),
                Some(_) => return self.not_kdl(self.position, "the node must end before this, or a blank must"),
            }
        }
    }

    fn ends_line(&self) -> bool {
        self.rest().starts_with("//") || self.rest().starts_with(is_newline)
    }

    fn block(&mut self) -> Result<Vec<Node<'t>>, KdlError> {
        let open = self.position;
        self.position += 1;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return self.refuse(open, &format!("blocks may lie {MAX_DEPTH} deep, not deeper"));
        }
        let nodes = self.nodes()?;
        self.depth -= 1;
        if self.take(b'}') { Ok(nodes) } else { self.not_kdl(open, "this block is not closed") }
    }

    /// An argument or a property.
    fn entry(&mut self) -> Result<Entry<'t>, KdlError> {
        const VALUE: &str = "a value belongs here";
        let offset = self.position;
        let annotated = self.annotation()?;
        let value = self.value(VALUE)?;
        let end = self.position;
        self.spaces()?;
        if annotated || !self.take(b'=') {
            self.position = end;
            return Ok(Entry { name: None, value, offset, annotated });
        }
        let Value::Text(name) = value else { return self.not_kdl(offset, "the name of a property is text") };
        self.spaces()?;
        let annotated = self.annotation()?;
        Ok(Entry { name: Some(name), value: self.value(VALUE)?, offset, annotated })
    }

    /// Passes a type annotation and what parts it from what it annotates; whether there was one.
    fn annotation(&mut self) -> Result<bool, KdlError> {
        const TYPE: &str = "the name of a type belongs here";
        if !self.take(b'(') {
            return Ok(false);
        }
        self.spaces()?;
        let start = self.position;
        let Value::Text(_) = self.value(TYPE)? else { return self.not_kdl(start, TYPE) };
        self.spaces()?;
        if !self.take(b')') {
            return self.not_kdl(self.position, "a closing parenthesis belongs here");
        }
        self.spaces()?;
        Ok(true)
    }

    /// A value; `wanted` says so where there is none.
    fn value(&mut self, wanted: &str) -> Result<Value<'t>, KdlError> {
        let start = self.position;
        match self.peek() {
            Some(b'"') => self.quoted().map(Value::Text),
            Some(b'#') => {
                self.position += 1;
                if matches!(self.peek(), Some(b'"' | b'#')) {
                    return self.refuse(start, "a document has no raw strings; quote the text");
                }
                match word::keyword(self.pass(is_of_word)) {
                    Some(value) => Ok(value),
                    None => self.not_kdl(start, "there are #true, #false, #null, #inf, #-inf and #nan"),
                }
            }
            _ => match self.pass(is_of_word) {
                "" => self.not_kdl(start, wanted),
                bare => word::value(bare).or_else(|problem| self.not_kdl(start, &problem)),
            },
        }
    }

    /// A string in quotes.
    fn quoted(&mut self) -> Result<Cow<'t, str>, KdlError> {
        let open = self.position;
        if self.rest().starts_with("\"\"\"") {
            return self.refuse(open, "a document has no multi-line strings; quote the text");
        }
        self.position += 1;
        let mut unescaped: Option<String> = None;
        loop {
            let run = self.pass(|character| match character {
                '"' | '\\' => false,
                ' '..='~' => true,
                _ => !is_newline(character) && !is_disallowed(character),
            });
            let end = self.position;
            if self.take(b'"') {
                return Ok(unescaped.map_or(Cow::Borrowed(run), |text| Cow::Owned(text + run)));
            }
            let text = unescaped.get_or_insert_default();
            text.push_str(run);
            if self.take(b'\\') {
                if self.escape(text).is_none() {
                    return self.not_kdl(end, "there is no such escape");
                }
            } else {
                return match self.rest().chars().next() {
                    Some(character) if is_disallowed(character) => {
                        self.not_kdl(end, &format!("write \\u{{{:x}}} for this character", u32::from(character)))
                    }
                    Some(_) => self.not_kdl(end, "the quoted text must end on its line; write \\n for a line break"),
                    None => self.not_kdl(open, "this quoted text does not end"),
                };
            }
        }
    }

    /// Appends what the characters after a backslash stand for, which is nothing for a break of the line; none where
    /// they are no escape.
    fn escape(&mut self, text: &mut String) -> Option<()> {
        let breaks = |character| is_space(character) || is_newline(character);
        if !self.pass(breaks).is_empty() {
            return Some(());
        }
        let letter = self.peek()?;
        let character = match letter {
            b'"' | b'\\' => char::from(letter),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b's' => ' ',
            b't' => '\t',
            b'u' => {
                let (digits, _) = self.rest().strip_prefix("u{")?.split_once('}')?;
                let is_code = digits.len() <= 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
                let code = is_code.then(|| u32::from_str_radix(digits, 16).ok())??;
                self.position += digits.len() + 2;
                char::from_u32(code)?
            }
            _ => return None,
        };
        self.position += 1;
        text.push(character);
        Some(())
    }
}
