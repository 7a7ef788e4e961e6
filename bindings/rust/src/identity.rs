//! Who is calling.

use mizan_core::identity as core;
pub use mizan_core::identity::Proof;

/// Who is calling: what guards decide by.
///
/// ```
/// use mizan::Identity;
///
/// let ada = Identity::new("ada").staff(true).permissions(["desk.read", "desk.edit"]);
/// assert_eq!(ada.sub, "ada");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Identity {
    /// The caller's id, always text; unique in the application.
    pub sub: String,
    /// Whether it belongs to the staff.
    pub staff: bool,
    /// Whether every guard lets it pass.
    pub superuser: bool,
    /// What it is allowed, by names such as `shop.change_order`.
    pub permissions: Vec<String>,
    /// The id of the session, where there is one: the token against forged requests is bound to it, else to `sub`.
    pub session: Option<String>,
    /// What said so: the application itself, or a token. An application that finds out who asks leaves it as it is.
    pub proof: Proof,
}

impl Identity {
    /// Somebody without any rights.
    #[must_use]
    pub fn new(sub: impl Into<String>) -> Self {
        Self { sub: sub.into(), ..Self::default() }
    }

    /// Whether it belongs to the staff.
    #[must_use]
    pub fn staff(self, staff: bool) -> Self {
        Self { staff, ..self }
    }

    /// Whether every guard lets it pass.
    #[must_use]
    pub fn superuser(self, superuser: bool) -> Self {
        Self { superuser, ..self }
    }

    /// What it is allowed.
    #[must_use]
    pub fn permissions<T: Into<String>>(self, permissions: impl IntoIterator<Item = T>) -> Self {
        Self { permissions: permissions.into_iter().map(Into::into).collect(), ..self }
    }

    /// The session that it stands for.
    #[must_use]
    pub fn session(self, session: impl Into<String>) -> Self {
        Self { session: Some(session.into()), ..self }
    }
}

impl Identity {
    /// As the core knows it.
    pub(crate) fn of(found: &core::Identity) -> Self {
        Self {
            sub: found.sub.clone(),
            staff: found.staff,
            superuser: found.superuser,
            permissions: found.permissions.clone(),
            session: found.session.clone(),
            proof: found.proof,
        }
    }

    /// For the core. Whatever an application says, it is the application that says it, and all of it.
    pub(crate) fn into_core(self) -> core::Identity {
        let Self { sub, staff, superuser, permissions, session, proof: _ } = self;
        core::Identity { sub, staff, superuser, permissions, session, ..core::Identity::default() }
    }
}
