//! The core's replies as responses of HTTP.
//!
//! The header fields of most replies differ from those of others in few values. A map of them is made once for each form
//! that replies have, and copied: to hash every name again costs more than all that differs.

use std::sync::OnceLock;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use mizan_core::dispatch::message::{FieldValue, Response};

/// A header field of a reply, as the core says it.
type Field = (&'static str, FieldValue);

/// The most forms that are kept; replies of others are put together field by field.
const MOST: usize = 32;

/// The forms that an application's replies have had.
#[derive(Debug, Default)]
pub(crate) struct Forms([OnceLock<Form>; MOST]);

#[derive(Debug)]
struct Form {
    /// Those of the first reply, in order.
    fields: Vec<Field>,
    /// The same.
    map: HeaderMap,
}

impl Forms {
    /// The reply, whole.
    pub(crate) fn response(&self, reply: Response) -> http::Response<Bytes> {
        let Response { status, headers, body } = reply;
        let mut response = http::Response::new(body);
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        *response.headers_mut() = self.map(headers);
        response
    }

    fn map(&self, fields: Vec<Field>) -> HeaderMap {
        for place in &self.0 {
            match place.get() {
                Some(form) if form.fits(&fields) => return form.map(fields),
                Some(_) => {}
                None => {
                    if let Some(form) = Form::of(&fields) {
                        // Where another thread was first, its form has the place.
                        let _ = place.set(form);
                    }
                    break;
                }
            }
        }
        let mut map = HeaderMap::with_capacity(fields.len());
        append(&mut map, fields);
        map
    }
}

impl Form {
    /// None where a name stands there twice, since the map has its fields together then, or where no header may hold a value.
    fn of(fields: &[Field]) -> Option<Self> {
        let mut map = HeaderMap::with_capacity(fields.len());
        append(&mut map, fields.to_vec());
        (map.keys_len() == fields.len()).then(|| Self { fields: fields.to_vec(), map })
    }

    fn fits(&self, fields: &[Field]) -> bool {
        // Two names of the same text at two places are two forms at worst.
        let same =
            |((name, held), (other, value)): (&Field, &Field)| std::ptr::eq(*name, *other) && held.is_kept_as(value);
        self.fields.len() == fields.len() && self.fields.iter().zip(fields).all(same)
    }

    /// The map with the values of these fields, which fit.
    fn map(&self, fields: Vec<Field>) -> HeaderMap {
        let mut map = self.map.clone();
        let mut refused = Vec::new();
        for (place, (name, value)) in map.values_mut().zip(fields) {
            // Who asks again what has not changed gets the same length and tag.
            if let FieldValue::Own(text) = value
                && place.as_bytes() != text.as_bytes()
            {
                match HeaderValue::from_maybe_shared(Bytes::from(text)) {
                    Ok(value) => *place = value,
                    Err(_) => refused.push(name),
                }
            }
        }
        // The core writes nothing that no header may hold.
        for name in refused {
            map.remove(name);
        }
        map
    }
}

/// Puts the fields of the core's reply behind others.
pub(crate) fn append(map: &mut HeaderMap, fields: Vec<Field>) {
    for (name, value) in fields {
        let value = match value {
            FieldValue::Static(text) => Ok(HeaderValue::from_static(text)),
            FieldValue::Shared(text) => HeaderValue::from_str(&text),
            FieldValue::Own(text) => HeaderValue::from_maybe_shared(Bytes::from(text)),
        };
        // The core writes nothing that no header may hold.
        if let Ok(value) = value {
            map.append(HeaderName::from_static(name), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(fields: &[Field]) -> Response {
        Response { status: 200, headers: fields.to_vec(), body: Bytes::new() }
    }

    fn told(response: &http::Response<Bytes>) -> Vec<(&str, &str)> {
        let fields = response.headers().iter();
        fields.map(|(name, value)| (name.as_str(), value.to_str().expect("text"))).collect()
    }

    #[test]
    fn each_reply_has_its_own_values_in_the_order_of_the_core() {
        let forms = Forms::default();
        for number in 0..3 {
            for (control, length) in [("no-store", 2), ("private", 2), ("no-store", 3)] {
                let mut fields = vec![
                    ("cache-control", FieldValue::Static(control)),
                    ("etag", FieldValue::Own(format!("\"{number}\""))),
                    ("content-type", FieldValue::Static("application/json")),
                ];
                fields.truncate(length);
                let response = forms.response(reply(&fields));
                let expected: Vec<_> = fields.iter().map(|(name, value)| (*name, &**value)).collect();
                assert_eq!(told(&response), expected);
            }
        }
        assert_eq!(forms.0.iter().filter(|place| place.get().is_some()).count(), 3);
    }

    #[test]
    fn more_forms_than_are_kept_are_replies_still() {
        const NAMES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];
        let forms = Forms::default();
        for bits in 1..64_u32 {
            let names = NAMES.iter().enumerate().filter(|(index, _)| bits >> index & 1 == 1);
            let fields: Vec<_> = names.map(|(_, name)| (*name, FieldValue::Own(bits.to_string()))).collect();
            for _ in 0..2 {
                let response = forms.response(reply(&fields));
                assert_eq!(told(&response), fields.iter().map(|(name, value)| (*name, &**value)).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn fields_of_one_name_and_values_that_no_header_holds() {
        let forms = Forms::default();
        let twice = [
            ("a", FieldValue::Static("1")),
            ("b", FieldValue::Own("2".to_owned())),
            ("a", FieldValue::Own("3".to_owned())),
        ];
        let broken = [("a", FieldValue::Own("line\nline".to_owned())), ("b", FieldValue::Own("2".to_owned()))];
        for _ in 0..2 {
            assert_eq!(told(&forms.response(reply(&twice))), [("a", "1"), ("a", "3"), ("b", "2")]);
            assert_eq!(told(&forms.response(reply(&broken))), [("b", "2")]);
        }
    }
}
