//! The origin cache's decisions: what a bundle is kept under, in which form, and what a mutation takes away (STORE-1 to
//! STORE-9).
//!
//! Nothing here keeps anything: the stores are the runtime's.

pub mod entry;
pub mod key;
pub mod tags;
