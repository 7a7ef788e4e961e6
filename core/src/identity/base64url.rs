//! Base64url as RFC 7515 uses it: no padding, and only the one text that encodes some bytes (TOK-2).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Appends the text of some bytes.
pub(super) fn write(out: &mut String, bytes: &[u8]) {
    URL_SAFE_NO_PAD.encode_string(bytes, out);
}

/// The bytes of a text; none where it has padding, blanks, other characters or spare bits that are not zero.
pub(super) fn read(text: &[u8]) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// The same, of just so many bytes.
pub(super) fn read_exact<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    // Wrong lengths are told before anything is decoded: 4 characters hold 3 bytes.
    if text.len() != (N * 4).div_ceil(3) {
        return None;
    }
    let mut bytes = [0; N];
    (URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()? == N).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_stands_for_some_bytes() {
        for (bytes, text) in [(&b""[..], ""), (b"f", "Zg"), (b"fo", "Zm8"), (b"foo", "Zm9v"), (b"\xfb\xff", "-_8")] {
            let mut out = String::new();
            write(&mut out, bytes);
            assert_eq!(out, text);
            assert_eq!(read(text.as_bytes()).as_deref(), Some(bytes));
        }
        for text in ["Zg==", "Zh", "Zm9", "Z", "+/8", "Zm 8", "Zm8\n", "Zm8.", "Zé"] {
            assert_eq!(read(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn an_exact_length_is_no_other() {
        assert_eq!(read_exact::<2>(b"Zm8"), Some(*b"fo"));
        assert_eq!(read_exact::<2>(b"Zm9v"), None);
        assert_eq!(read_exact::<2>(b"Zg"), None);
        assert_eq!(read_exact::<2>(b"Zm9"), None, "spare bits");
        assert_eq!(read_exact::<32>(&[b'A'; 44]), None);
        assert_eq!(read_exact::<32>(&[b'A'; 43]), Some([0; 32]));
    }
}
