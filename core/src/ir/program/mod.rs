//! program

/// Which way a value goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From a client: to the letter of the protocol.
    Input,
    /// From a host's own encoder.
    Output,
}
