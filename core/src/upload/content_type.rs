//! The `Content-Type` of a request and of a part (HTTP-4, UPLOAD-2, UPLOAD-6).

/// What a request says that its body is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BodyType<'a> {
    /// `application/json`, whatever its parameters.
    Json,
    /// `multipart/form-data`; its boundary, or `None` where it has none that can be.
    Form(Option<&'a [u8]>),
    /// Anything else, or nothing.
    Other,
}

/// Most bytes of a boundary (RFC 2046).
const BOUNDARY_LIMIT: usize = 70;

/// Reads the header of a request.
pub(crate) fn body_type(header: Option<&[u8]>) -> BodyType<'_> {
    let header = header.unwrap_or_default();
    if header == b"application/json" {
        return BodyType::Json;
    }
    let (essence, parameters) = split(header, b';');
    let essence = essence.trim_ascii();
    if essence.eq_ignore_ascii_case(b"application/json") {
        BodyType::Json
    } else if essence.eq_ignore_ascii_case(b"multipart/form-data") {
        BodyType::Form(boundary(parameters))
    } else {
        BodyType::Other
    }
}

/// The one boundary among the parameters; none where one of them is malformed, or a boundary is there twice.
fn boundary(mut parameters: Option<&[u8]>) -> Option<&[u8]> {
    let mut found = None;
    while let Some(rest) = parameters {
        let (name, value) = split(rest.trim_ascii_start(), b'=');
        let value = value?;
        if name.is_empty() || !name.iter().copied().all(is_token) {
            return None;
        }
        let (value, rest) = if let Some(quoted) = value.strip_prefix(b"\"") {
            let (text, rest) = split(quoted, b'"');
            let rest = rest?.trim_ascii_start();
            (text, if rest.is_empty() { None } else { Some(rest.strip_prefix(b";")?) })
        } else {
            let (text, rest) = split(value, b';');
            let text = text.trim_ascii_end();
            if !text.iter().copied().all(is_token) {
                return None;
            }
            (text, rest)
        };
        if name.eq_ignore_ascii_case(b"boundary") && found.replace(value).is_some() {
            return None;
        }
        parameters = rest;
    }
    found.filter(|boundary| {
        (1..=BOUNDARY_LIMIT).contains(&boundary.len())
            && boundary.iter().copied().all(is_boundary_byte)
            && !boundary.ends_with(b" ")
    })
}

/// The media type that a part says it has, in lower case and without its parameters; none where it is no single type
/// that a part can have.
pub(super) fn of_part(value: &str) -> Option<String> {
    let essence = value.split(';').next().unwrap_or_default().trim_ascii();
    let (kind, subtype) = essence.split_once('/')?;
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(is_type_byte);
    (is_name(kind) && is_name(subtype) && !kind.eq_ignore_ascii_case("multipart")).then(|| essence.to_ascii_lowercase())
}

/// Whether a media type, in lower case, is one that an upload declares: the type, `image/*` or `*/*`. Parameters of
/// what is declared say nothing.
pub(crate) fn is_declared(content_type: &str, declared: &[String]) -> bool {
    declared.is_empty()
        || declared.iter().any(|range| {
            let range = range.split(';').next().unwrap_or_default();
            range == "*/*"
                || range.eq_ignore_ascii_case(content_type)
                || match (range.split_once('/'), content_type.split_once('/')) {
                    (Some((kind, "*")), Some((found, _))) => kind.eq_ignore_ascii_case(found),
                    _ => false,
                }
        })
}

/// What stands before the first of that byte, and after it where there is one.
fn split(text: &[u8], at: u8) -> (&[u8], Option<&[u8]>) {
    match text.iter().position(|byte| *byte == at) {
        Some(index) => {
            let (before, rest) = text.split_at(index);
            (before, rest.get(1..))
        }
        None => (text, None),
    }
}

/// A byte of a token (RFC 9110).
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// A byte of a type's name (RFC 6838).
fn is_type_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte)
}

/// A byte of a boundary (RFC 2046).
fn is_boundary_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(header: &str) -> Option<String> {
        match body_type(Some(header.as_bytes())) {
            BodyType::Form(boundary) => boundary.map(|text| String::from_utf8(text.to_vec()).unwrap()),
            other => panic!("{header}: {other:?}"),
        }
    }

    #[test]
    fn the_essence_decides_in_any_case() {
        for header in ["application/json", "Application/JSON; charset=utf-8", " application/json ;"] {
            assert_eq!(body_type(Some(header.as_bytes())), BodyType::Json, "{header}");
        }
        for header in
            ["", "text/plain", "application/json-patch", "multipart/mixed; boundary=a", "multipart/form-data2"]
        {
            assert_eq!(body_type(Some(header.as_bytes())), BodyType::Other, "{header}");
        }
        assert_eq!(body_type(None), BodyType::Other);
    }

    #[test]
    fn a_boundary_is_a_token_or_quoted() {
        let long = "b".repeat(70);
        for (header, boundary) in [
            ("multipart/form-data; boundary=abc".to_owned(), "abc"),
            ("Multipart/Form-Data;BOUNDARY=abc".to_owned(), "abc"),
            ("multipart/form-data; charset=utf-8; boundary=\"a b:c\" ; x=y".to_owned(), "a b:c"),
            (format!("multipart/form-data; boundary={long}"), &long),
        ] {
            assert_eq!(form(&header).as_deref(), Some(boundary), "{header}");
        }
        for header in [
            "multipart/form-data".to_owned(),
            "multipart/form-data;".to_owned(),
            "multipart/form-data; boundary".to_owned(),
            "multipart/form-data; boundary=".to_owned(),
            "multipart/form-data; boundary=\"\"".to_owned(),
            "multipart/form-data; boundary=\"a".to_owned(),
            "multipart/form-data; boundary=\"a \"".to_owned(),
            "multipart/form-data; boundary=\"a\"b".to_owned(),
            "multipart/form-data; boundary=\"a\\\"b\"".to_owned(),
            "multipart/form-data; boundary=a b".to_owned(),
            "multipart/form-data; boundary=a; boundary=a".to_owned(),
            "multipart/form-data; boundary=a; Boundary=b".to_owned(),
            "multipart/form-data; boundary=a;".to_owned(),
            "multipart/form-data; boundary=a\u{e9}".to_owned(),
            "multipart/form-data; boundary=a*b".to_owned(),
            format!("multipart/form-data; boundary={long}b"),
        ] {
            assert_eq!(form(&header), None, "{header}");
        }
    }

    #[test]
    fn a_part_has_one_type_and_no_parts_of_its_own() {
        assert_eq!(of_part("Image/PNG").as_deref(), Some("image/png"));
        assert_eq!(of_part("text/csv; charset=utf-8").as_deref(), Some("text/csv"));
        for value in
            ["", "png", "image/", "/png", "image/*", "multipart/mixed; boundary=a", "Multipart/form-data", "a/b/c"]
        {
            assert_eq!(of_part(value), None, "{value}");
        }
    }

    #[test]
    fn a_range_takes_what_is_in_it() {
        let declared = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert!(is_declared("image/png", &[]));
        assert!(is_declared("image/png", &declared(&["text/csv", "Image/*"])));
        assert!(is_declared("text/csv", &declared(&["TEXT/CSV; header=present"])));
        assert!(is_declared("image/png", &declared(&["*/*"])));
        assert!(!is_declared("image/png", &declared(&["image/jpeg", "imag/*", "text/*"])));
        assert!(!is_declared("imagery/png", &declared(&["image/*"])));
    }
}
