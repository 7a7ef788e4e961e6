//! The origin cache's decisions: what a bundle is kept under, in which form, and what a mutation takes away (STORE-1 to
//! STORE-9).
//!
//! Nothing here keeps a bundle: the stores are the runtime's.

pub mod entry;
pub mod key;
pub(crate) mod recent;
pub mod tags;
