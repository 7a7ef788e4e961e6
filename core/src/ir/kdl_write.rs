//! kdl_write
