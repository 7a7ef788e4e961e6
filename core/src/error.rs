//! The closed list of errors and of validation details, with their fixed texts (ERR-1, ERR-2).
