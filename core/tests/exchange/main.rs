//! The exchange driven the way a host drives it, from the bytes of a request to the bytes of a reply.

mod bundles;
mod calls;
mod credentials;
mod host;
mod invalidation;
mod origin;
mod pages;
mod registration;
mod uploads;
