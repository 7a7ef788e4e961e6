//! What values are let through, and how they are printed: the public face of `core::value` and `core::ir::program`.

#[cfg(test)]
mod compiling;
#[cfg(test)]
mod decoding;
#[cfg(test)]
mod encoding;
#[cfg(test)]
mod ordering;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod queries;
#[cfg(test)]
mod reading;
#[cfg(test)]
mod serializing;
#[cfg(test)]
mod shapes;
#[cfg(test)]
mod transcoding;
