//! Reading a body, hardly further than the core looks.

use axum::body::Body;
use http_body_util::BodyExt;
use mizan::bytes::{Bytes, BytesMut};

/// The body till its end, or till the piece that goes beyond the limit: the core refuses what is longer. A caller that
/// leaves in the middle has sent what came until then, and reads no reply.
pub(crate) async fn read(mut body: Body, limit: usize) -> Bytes {
    let mut whole = Bytes::new();
    let mut rest: Option<BytesMut> = None;
    while let Some(Ok(frame)) = body.frame().await {
        let Ok(piece) = frame.into_data() else { continue };
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
        if rest.as_ref().map_or(whole.len(), BytesMut::len) > limit {
            break;
        }
    }
    rest.map_or(whole, BytesMut::freeze)
}
