//! The closed lists of errors: what a reply may say went wrong ([`code`]), and what does not fit in an input
//! ([`detail`]). Every text a client can see from the protocol itself stands in these two files.

pub mod code;
pub mod detail;
