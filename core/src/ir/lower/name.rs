//! Names of types: from what a schema calls them to identifiers.

/// The identifier for a name: every character but ASCII letters, digits and underscores becomes an underscore, and a
/// leading digit gets one before it (`Page[Item]` is `Page_Item_`). None for an empty name.
pub(super) fn identifier(name: &str) -> Option<String> {
    let plain = |character: char| if character.is_ascii_alphanumeric() { character } else { '_' };
    let identifier: String = name.chars().map(plain).collect();
    match identifier.chars().next() {
        None => None,
        Some(first) if first.is_ascii_digit() => Some(format!("_{identifier}")),
        Some(_) => Some(identifier),
    }
}

/// A part of a JSON Pointer in a URI fragment, decoded. What is not decodable stays as it is, and then leads nowhere.
pub(super) fn unescape(part: &str) -> String {
    let bytes = part.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut position = 0;
    while let Some(byte) = bytes.get(position) {
        let hex = part.get(position + 1..position + 3).filter(|_| *byte == b'%');
        if let Some(value) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            decoded.push(value);
            position += 3;
        } else {
            decoded.push(*byte);
            position += 1;
        }
    }
    let text = String::from_utf8(decoded).unwrap_or_else(|_| part.to_owned());
    text.replace("~1", "/").replace("~0", "~")
}
