//! kdl_read
