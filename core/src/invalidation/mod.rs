//! What a mutation makes stale: targets and their order ([`target`]), how they are narrowed ([`scope`]), and how they
//! travel as JSON ([`target_json`]), in a header ([`header_format`], [`header_parse`]) and to caches by tag ([`edge_tag`]).

pub mod edge_tag;
pub mod header_format;
pub mod header_parse;
#[cfg(test)]
mod properties;
pub mod scope;
pub mod target;
pub mod target_json;
