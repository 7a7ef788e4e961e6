//! The origin cache's decisions. Nothing here keeps anything: the stores are the runtime's.

pub mod entry;
