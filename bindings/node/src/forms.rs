//! Heads of replies that differ in few values from one reply to the next: JavaScript is told the rest of each once.
//!
//! To take a head apart again costs it more than all that is done to make one.

use mizan_core::dispatch::message::{FieldValue, Response};

/// The character of the first form. Before it are those of statuses, which begin a head that is written out.
pub(crate) const FIRST: u8 = b'@';
/// The most forms: each has a character of one byte.
const MOST: usize = 256 - FIRST as usize;

/// The forms that an application's replies have had.
#[derive(Default)]
pub(crate) struct Forms(Vec<Form>);

/// A header field of a reply.
type Field = (&'static str, FieldValue);

struct Form {
    status: u16,
    /// Those of the first reply, in order.
    fields: Vec<Field>,
}

impl Form {
    fn of(reply: &Response) -> Self {
        Self { status: reply.status, fields: reply.headers.clone() }
    }

    fn fits(&self, reply: &Response) -> bool {
        // Two names of the same text at two places are two forms at worst.
        let same =
            |((name, held), (other, value)): (&Field, &Field)| std::ptr::eq(*name, *other) && held.is_kept_as(value);
        self.status == reply.status
            && self.fields.len() == reply.headers.len()
            && self.fields.iter().zip(&reply.headers).all(same)
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
            let value = if value.is_own() { "-".to_owned() } else { format!("={}", &**value) };
            text.extend(["\n", name, "\n", &value]);
        }
        Some(text)
    }
}
