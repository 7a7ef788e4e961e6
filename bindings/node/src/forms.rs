//! Heads of replies that differ in few values from one reply to the next: JavaScript is told the rest of each once.
//!
//! To take a head apart again costs it more than all that is done to make one.

use std::borrow::Cow;

use mizan_core::dispatch::message::Response;

/// The character of the first form. Before it are those of statuses, which begin a head that is written out.
pub(crate) const FIRST: u8 = b'@';
/// The most forms: each has a character of one byte.
const MOST: usize = 256 - FIRST as usize;

/// The forms that an application's replies have had.
#[derive(Default)]
pub(crate) struct Forms(Vec<Form>);

/// The name of a header field, and its value where that is the same in every reply.
type Field = (&'static str, Option<&'static str>);

struct Form {
    status: u16,
    /// In order.
    fields: Vec<Field>,
}

fn fields(reply: &Response) -> impl Iterator<Item = Field> {
    reply.headers.iter().map(|(name, value)| match value {
        Cow::Borrowed(value) => (*name, Some(*value)),
        Cow::Owned(_) => (*name, None),
    })
}

impl Form {
    fn of(reply: &Response) -> Self {
        Self { status: reply.status, fields: fields(reply).collect() }
    }

    fn fits(&self, reply: &Response) -> bool {
        // Two of the same text at two places are two forms at worst.
        let same = |(held, other): (&Field, Field)| {
            std::ptr::eq(held.0, other.0)
                && match (held.1, other.1) {
                    (Some(value), Some(other)) => std::ptr::eq(value, other),
                    (held, other) => held.is_none() && other.is_none(),
                }
        };
        self.status == reply.status
            && self.fields.len() == reply.headers.len()
            && self.fields.iter().zip(fields(reply)).all(same)
    }
}

impl Forms {
    /// The character of a reply's form; none where there are too many.
    pub(crate) fn find(&mut self, reply: &Response) -> Option<u8> {
        let held = self.0.iter().position(|form| form.fits(reply));
        let place = held.or_else(|| {
            (self.0.len() < MOST).then(|| {
                self.0.push(Form::of(reply));
                self.0.len() - 1
            })
        });
        place.and_then(|place| FIRST.checked_add(u8::try_from(place).ok()?))
    }

    /// The form of that character: the status, then for each header field its name, and `=` and its value, or `-` for one
    /// that each reply has itself; each in a line of its own.
    pub(crate) fn text(&self, character: u32) -> Option<String> {
        let place = character.checked_sub(u32::from(FIRST))?;
        let form = self.0.get(usize::try_from(place).ok()?)?;
        let mut text = form.status.to_string();
        for (name, value) in &form.fields {
            let value = value.map_or_else(|| "-".to_owned(), |value| format!("={value}"));
            text.extend(["\n", name, "\n", &value]);
        }
        Some(text)
    }
}
