//! Uploads: the `multipart/form-data` body of a call, and what its parts say (UPLOAD-1 to UPLOAD-10).
//!
//! [`content_type`] reads the header of the request, [`multipart`] cuts the body into parts, [`part_header`] reads the
//! lines above each, [`file_name`] takes the name of a file out of what a client calls it, [`pointer`] reads where the
//! file belongs. Where it belongs in the args is for the shapes to say ([`crate::ir::program`]).
//!
//! The body is whole before it is read: a host has bounded it by then, and what comes out is ranges of it. Nothing is
//! copied, and nothing is ever written to a disk.
//!
//! The parser is our own. `docs/adr/0008-our-own-multipart-parser.md` says why.

pub(crate) mod content_type;
mod file_name;
pub(crate) mod multipart;
mod part_header;
pub(crate) mod pointer;
