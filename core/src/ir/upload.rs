//! What an upload may declare.

/// Whether the text is a media type or a range of them (`image/png`, `image/*`), parameters after `;` included. Blanks
/// and commas separate media types wherever they are listed, so none has one.
pub(crate) fn is_media_type(name: &str) -> bool {
    let plain = name.chars().all(|character| character.is_ascii_graphic() && character != ',');
    let essence = name.split(';').next().unwrap_or_default();
    plain && matches!(essence.split_once('/'), Some((kind, subtype)) if !kind.is_empty() && !subtype.is_empty())
}
