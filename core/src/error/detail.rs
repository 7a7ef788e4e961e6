//! Validation details (ERR-2).
