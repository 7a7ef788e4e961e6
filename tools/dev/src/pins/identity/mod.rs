//! Cases of identity: keys, tokens, forged requests, names of cache entries.

pub(super) mod cache_key;
pub(super) mod csrf;
pub(super) mod jws_verify;
pub(super) mod keyring;
pub(super) mod origin;
pub(super) mod permission_key;
pub(super) mod refresh;
pub(super) mod signing;
mod token_claims;
pub(super) mod token_mint;
pub(super) mod token_refused;
pub(super) mod token_verify;
