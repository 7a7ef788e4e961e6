//! What an exchange knows of who asks.

use super::credentials::Bearer;
use crate::identity::Identity;

/// What is known of who asks.
#[derive(Debug)]
pub(super) enum Caller {
    NotAsked,
    Known(Option<Identity>),
    /// Named by a token; what it is allowed is not known yet.
    Named(Bearer),
}

impl Caller {
    pub(super) fn identity(&self) -> Option<&Identity> {
        match self {
            Self::Known(identity) => identity.as_ref(),
            Self::Named(bearer) => Some(&bearer.identity),
            Self::NotAsked => None,
        }
    }

    pub(super) fn sub(&self) -> Option<&str> {
        self.identity().map(|identity| identity.sub.as_str())
    }
}
