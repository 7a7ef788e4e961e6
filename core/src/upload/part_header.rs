//! The header lines of one part (UPLOAD-4 to UPLOAD-7).
//!
//! A part has `Content-Disposition` and may have `Content-Type`; it has nothing else. RFC 7578 lets a reader ignore what
//! it does not know, and two readers that ignore different things read two different forms.

use super::{content_type, file_name};

/// What the header lines of a part say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PartHeader {
    pub name: String,
    /// Reduced to its last component; none where the part is no file.
    pub file_name: Option<String>,
    /// In lower case and without parameters.
    pub content_type: Option<String>,
}

/// Reads the lines, which are separated by CRLF, and none of which is empty. Fails with what is wrong, for the caller.
pub(super) fn read(lines: &[u8], name_limit: usize) -> Result<PartHeader, String> {
    let text = str::from_utf8(lines).map_err(|_| "the headers of a part are UTF-8")?;
    let mut disposition = None;
    let mut content_type = None;
    for line in text.split("\r\n") {
        let (name, value) = line.split_once(':').ok_or("a part begins with its headers and an empty line")?;
        if line.chars().any(|character| character < ' ' || character == '\u{7f}') {
            return Err("no control character stands in the headers of a part".to_owned());
        }
        let slot = if name.eq_ignore_ascii_case("content-disposition") {
            &mut disposition
        } else if name.eq_ignore_ascii_case("content-type") {
            &mut content_type
        } else {
            return Err("a part has no other headers than Content-Disposition and Content-Type".to_owned());
        };
        if slot.replace(value.trim_matches(' ')).is_some() {
            return Err("a part has each header once".to_owned());
        }
    }
    let disposition = disposition.ok_or("a part has a Content-Disposition")?;
    let (name, said) = parameters(disposition)
        .ok_or("the Content-Disposition of a part is form-data; name=\"…\", for a file with filename=\"…\"")?;
    let file_name = said.map(|said| reduced(said, name_limit)).transpose()?;
    let content_type = content_type
        .map(|value| content_type::of_part(value).ok_or("the Content-Type of a part is one media type, not multipart"))
        .transpose()?;
    Ok(PartHeader { name: name.to_owned(), file_name, content_type })
}

fn reduced(said: &str, limit: usize) -> Result<String, String> {
    let name = file_name::reduce(said).ok_or("a file has a name, without control characters")?;
    if name.len() > limit {
        return Err(format!("the name of a file has at most {limit} bytes"));
    }
    Ok(name.to_owned())
}

/// The name, and the file name where there is one. Values are quoted and have no escapes: clients write a quote as
/// `%22`, and a backslash stands for itself.
fn parameters(disposition: &str) -> Option<(&str, Option<&str>)> {
    let (kind, mut rest) = disposition.split_at_checked("form-data".len())?;
    if !kind.eq_ignore_ascii_case("form-data") {
        return None;
    }
    let mut name = None;
    let mut file_name = None;
    while !rest.is_empty() {
        let (key, value) = rest.trim_start_matches(' ').strip_prefix(';')?.split_once("=\"")?;
        let key = key.trim_start_matches(' ');
        let slot = if key.eq_ignore_ascii_case("name") {
            &mut name
        } else if key.eq_ignore_ascii_case("filename") {
            &mut file_name
        } else {
            return None;
        };
        let (value, after) = value.split_once('"')?;
        if slot.replace(value).is_some() {
            return None;
        }
        rest = after;
    }
    Some((name?, file_name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(lines: &str) -> Result<PartHeader, String> {
        read(lines.as_bytes(), 8)
    }

    fn part(name: &str, file_name: Option<&str>, content_type: Option<&str>) -> PartHeader {
        PartHeader {
            name: name.to_owned(),
            file_name: file_name.map(str::to_owned),
            content_type: content_type.map(str::to_owned),
        }
    }

    #[test]
    fn a_part_says_its_name_its_file_and_its_type() {
        assert_eq!(header("Content-Disposition: form-data; name=\"call\""), Ok(part("call", None, None)));
        assert_eq!(
            header("content-type:Image/PNG\r\nCONTENT-DISPOSITION:Form-Data;filename=\"/x/a.png\" ; name=\"/a\""),
            Ok(part("/a", Some("a.png"), Some("image/png")))
        );
        assert_eq!(
            header("Content-Disposition: form-data; name=\"/a;=\\\"; filename=\"%22.png\""),
            Ok(part("/a;=\\", Some("%22.png"), None))
        );
        assert_eq!(header("Content-Disposition: form-data; name=\"\"; filename=\"12345678\"").unwrap().name, "");
    }

    #[test]
    fn nothing_else_is_taken() {
        for lines in [
            "",
            "Content-Disposition",
            "Content-Type: text/plain",
            "Content-Disposition: form-data",
            "Content-Disposition: form-data;",
            "Content-Disposition: form-data; filename=\"a\"",
            "Content-Disposition: attachment; name=\"a\"",
            "Content-Disposition: form-dataname=\"a\"",
            "Content-Disposition: form-data; name=a",
            "Content-Disposition: form-data; name=\"a",
            "Content-Disposition: form-data; name =\"a\"",
            "Content-Disposition: form-data; name=\"a\"b",
            "Content-Disposition: form-data; name=\"a\";",
            "Content-Disposition: form-data; name=\"a\" b=\"c\"",
            "Content-Disposition: form-data; name=\"a\"; name=\"a\"",
            "Content-Disposition: form-data; name=\"a\"; filename=\"a\"; filename=\"b\"",
            "Content-Disposition: form-data; name=\"a\"; filename*=UTF-8''b",
            "Content-Disposition: form-data; name=\"a\"; filename=\"a\"; filename*=\"UTF-8''b\"",
            "Content-Disposition: form-data; name*=\"a\"",
            "Content-Disposition: form-data; name=\"a\"; size=\"1\"",
            "Content-Disposition: form-data; name=\"a\"; filename=\"a\\\"b\"",
            "Content-Disposition: form-data; name=\"a\"; filename=\"\"",
            "Content-Disposition: form-data; name=\"a\"; filename=\"..\"",
            "Content-Disposition: form-data; name=\"a\"; filename=\"123456789\"",
            "Content-Disposition: form-data; name=\"a\"; filename=\"a\0b\"",
            "Content-Disposition: form-data; name=\"a\"; filename=\"a\u{85}b\"",
            "Content-Disposition: form-data; name=\"a\tb\"",
            "Content-Disposition: form-data; name=\"a\nb\"",
            "Content-Disposition: form-data; name=\"a\rb\"",
            "Content-Disposition : form-data; name=\"a\"",
            " Content-Disposition: form-data; name=\"a\"",
            "Content-Disposition: form-data;\r\n name=\"a\"",
            "Content-Disposition: form-data; name=\"a\"\r\nContent-Disposition: form-data; name=\"b\"",
            "Content-Disposition: form-data; name=\"a\"\r\nContent-Type: a/b\r\nContent-Type: a/b",
            "Content-Disposition: form-data; name=\"a\"\r\nContent-Type: multipart/mixed; boundary=b",
            "Content-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: base64",
            "Content-Disposition: form-data; name=\"a\"\r\nContent-Length: 1",
            "Content-Disposition: form-data; name=\"a\"\r\nX-Any: 1",
        ] {
            assert!(header(lines).is_err(), "{lines:?}");
        }
        assert!(read(b"Content-Disposition: form-data; name=\"\xff\"", 8).is_err());
    }
}
