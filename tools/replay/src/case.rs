//! A case, its input, and how it is refused.

use std::ops::Range;

use mizan_core::error::code::{ErrorCode, ErrorReply};
use mizan_core::error::detail::Detail;
use mizan_core::ir::program::Refusal;
use mizan_core::value::{Value, canonical, json};

/// One case: what its line holds. Values stay in the text that they came in, since their spelling counts.
pub(crate) struct Case<'a> {
    /// Canonical JSON.
    pub id: Vec<u8>,
    pub kind: String,
    input: Input<'a>,
}

/// An object of a case, with the raw text of its members.
#[derive(Clone)]
pub(crate) struct Input<'a> {
    members: Vec<(String, &'a [u8])>,
}

impl<'a> Case<'a> {
    /// Reads a line. What is no case comes back as its id, as far as it has one.
    pub(crate) fn read(line: &'a [u8]) -> Result<Self, Vec<u8>> {
        let none = || b"null".to_vec();
        let members = Input::of(line).map_err(|_| none())?;
        let id = canonical::canonicalize(members.raw("id").map_err(|_| none())?, canonical::Numbers::Any)
            .map_err(|_| none())?;
        let read = || Ok::<_, Refused>((members.text("kind")?, Input::of(members.raw("input")?)?));
        match read() {
            Ok((kind, input)) => Ok(Self { id, kind, input }),
            Err(_) => Err(id),
        }
    }
}

impl<'a> std::ops::Deref for Case<'a> {
    type Target = Input<'a>;

    fn deref(&self) -> &Input<'a> {
        &self.input
    }
}

impl<'a> Input<'a> {
    /// The members of an object.
    pub(crate) fn of(text: &'a [u8]) -> Result<Self, Refused> {
        let slice = |range: Range<usize>| text.get(range).unwrap_or_default();
        let members = json::members(text).map_err(|_| Refused::malformed())?;
        Ok(Self { members: members.into_iter().map(|(key, range)| (key.into_owned(), slice(range))).collect() })
    }

    /// The raw text of a member, where it is there.
    pub(crate) fn find(&self, name: &str) -> Option<&'a [u8]> {
        self.members.iter().find(|(key, _)| key == name).map(|(_, text)| *text)
    }

    /// The raw text of a member that has to be there.
    pub(crate) fn raw(&self, name: &str) -> Result<&'a [u8], Refused> {
        self.find(name).ok_or_else(Refused::malformed)
    }

    pub(crate) fn value(&self, name: &str) -> Result<Value, Refused> {
        json::parse(self.raw(name)?).map_err(|_| Refused::malformed())
    }

    pub(crate) fn text(&self, name: &str) -> Result<String, Refused> {
        match self.value(name)? {
            Value::String(text) => Ok(text),
            _ => Err(Refused::malformed()),
        }
    }

    /// An integer written in digits.
    pub(crate) fn integer(&self, name: &str) -> Result<i64, Refused> {
        self.value(name)?.as_i64().ok_or_else(Refused::malformed)
    }

    /// The texts of a member that is a list of them.
    pub(crate) fn texts(&self, name: &str) -> Result<Vec<String>, Refused> {
        let text = |item: &Value| item.as_str().map(str::to_owned).ok_or_else(Refused::malformed);
        self.value(name)?.as_list().ok_or_else(Refused::malformed)?.iter().map(text).collect()
    }

    /// The bytes of each member of a list of hexadecimal texts.
    pub(crate) fn all_bytes(&self, name: &str) -> Result<Vec<Vec<u8>>, Refused> {
        self.texts(name)?.iter().map(|text| unhex(text)).collect()
    }

    /// The bytes of a member that is lower-case hexadecimal text.
    pub(crate) fn bytes(&self, name: &str) -> Result<Vec<u8>, Refused> {
        unhex(&self.text(name)?)
    }

    /// The raw items of a member that is a list.
    pub(crate) fn items(&self, name: &str) -> Result<Vec<&'a [u8]>, Refused> {
        let text = self.raw(name)?;
        let items = json::items(text).map_err(|_| Refused::malformed())?;
        Ok(items.into_iter().filter_map(|range| text.get(range)).collect())
    }

    /// This, with those members of another object that it does not say itself.
    pub(crate) fn or(mut self, other: &Self, names: &[&str]) -> Self {
        let missing = other.members.iter().filter(|(key, _)| names.contains(&key.as_str()) && self.find(key).is_none());
        let missing: Vec<_> = missing.cloned().collect();
        self.members.extend(missing);
        self
    }

    /// A member that says yes or no, and no where it is not there.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, Refused> {
        match self.find(name) {
            None | Some(b"false") => Ok(false),
            Some(b"true") => Ok(true),
            Some(_) => Err(Refused::malformed()),
        }
    }

    /// Refuses members of other names.
    pub(crate) fn has_only(&self, names: &[&str]) -> Result<(), Refused> {
        if self.keys().all(|key| names.contains(&key)) { Ok(()) } else { Err(Refused::malformed()) }
    }

    /// The keys, in the order they are written.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|(key, _)| key.as_str())
    }
}

/// Why a case has no `ok`.
#[derive(Debug)]
pub(crate) struct Refused {
    code: String,
    /// Canonical JSON.
    details: Option<Vec<u8>>,
    message: Option<String>,
}

impl Refused {
    /// The case itself is none.
    pub(crate) fn malformed() -> Self {
        Self::code(ErrorCode::BadRequest)
    }

    pub(crate) fn code(code: ErrorCode) -> Self {
        Self { code: code.name().to_owned(), details: None, message: None }
    }

    /// A schema, a registration or an IR that does not build.
    pub(crate) fn build(problem: &impl std::fmt::Display) -> Self {
        Self { code: "BUILD".to_owned(), details: None, message: Some(problem.to_string()) }
    }

    /// What a reply with an error refuses.
    pub(crate) fn of_reply(body: &[u8]) -> Result<Self, Self> {
        let reply = Input::of(body)?;
        let error = Input::of(reply.raw("error")?)?;
        Ok(Self { code: error.text("code")?, details: error.find("details").map(<[u8]>::to_vec), message: None })
    }

    /// The members of the answer but its id.
    pub(crate) fn members(&self) -> Vec<(&'static str, Vec<u8>)> {
        let mut members = vec![("refused", string(&self.code))];
        if let Some(details) = &self.details {
            members.push(("details", details.clone()));
        }
        if let Some(message) = &self.message {
            members.push(("message", string(message)));
        }
        members
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        let reply = ErrorReply::from(refusal);
        let written = |details: Vec<Detail>| {
            let mut out = Vec::new();
            Detail::write_list(&details, &mut out);
            out
        };
        let details = Some(reply.details).filter(|details| !details.is_empty()).map(written);
        Self { code: reply.code, details, message: None }
    }
}

/// Canonical JSON of a text.
pub(crate) fn string(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    canonical::write_string(&mut out, text);
    out
}

/// The bytes of lower-case hexadecimal text.
fn unhex(text: &str) -> Result<Vec<u8>, Refused> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Ok(byte - b'0'),
        b'a'..=b'f' => Ok(byte - b'a' + 10),
        _ => Err(Refused::malformed()),
    };
    text.as_bytes()
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => Ok(digit(*high)? << 4 | digit(*low)?),
            _ => Err(Refused::malformed()),
        })
        .collect()
}

/// Lower-case hexadecimal text of bytes, as JSON.
pub(crate) fn hex(bytes: &[u8]) -> Vec<u8> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = vec![b'"'];
    for byte in bytes {
        out.extend_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
    }
    out.push(b'"');
    out
}

/// Appends `"name":value`.
pub(crate) fn member(out: &mut Vec<u8>, name: &str, value: &[u8]) {
    canonical::write_string(out, name);
    out.push(b':');
    out.extend_from_slice(value);
}

/// An object of one member.
pub(crate) fn object(name: &str, value: &[u8]) -> Vec<u8> {
    let mut out = vec![b'{'];
    member(&mut out, name, value);
    out.push(b'}');
    out
}
