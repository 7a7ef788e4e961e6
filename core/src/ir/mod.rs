//! The intermediate representation: the one description of an application that everything else is derived from.
//!
//! [`model`] is the tree, [`lower`] makes its shapes from JSON Schema, [`kdl_write`] and [`kdl_read`] carry it as KDL 2,
//! [`program`] compiles its shapes into what checks and prints values at run time.

mod caching;
pub mod compiled;
pub mod format;
pub mod kdl_read;
pub mod kdl_write;
pub mod lower;
pub mod model;
pub mod pattern;
pub mod program;
mod query_fields;
#[cfg(test)]
mod samples;
pub(crate) mod union;
pub(crate) mod upload;
