//! Reading a body, hardly further than the core looks.

use axum::body::{Body, HttpBody};
use http_body_util::BodyExt;
use mizan::bytes::{Bytes, BytesMut};

/// The body till its end, or till the piece that goes beyond the limit: the core refuses what is longer. One that breaks
/// off, since its caller left or wrote what is no body, is an error: what came of it may be well formed.
pub(crate) async fn read(mut body: Body, limit: usize) -> Result<Bytes, axum::Error> {
    let mut whole = Bytes::new();
    let mut rest: Option<BytesMut> = None;
    while let Some(frame) = body.frame().await {
        let Ok(piece) = frame?.into_data() else { continue };
        match &mut rest {
            // Most bodies come in one piece, which is not copied.
            None if whole.is_empty() => whole = piece,
            None => {
                let mut both = BytesMut::from(whole.as_ref());
                both.extend_from_slice(&piece);
                rest = Some(both);
            }
            Some(rest) => rest.extend_from_slice(&piece),
        }
        if body.is_end_stream() || rest.as_ref().map_or(whole.len(), BytesMut::len) > limit {
            break;
        }
    }
    Ok(rest.map_or(whole, BytesMut::freeze))
}
