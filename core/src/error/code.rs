//! The protocol errors (ERR-1).
