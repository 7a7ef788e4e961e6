//! Who is calling, and the guards that only need to know that (AUTH-1 to AUTH-4).
//!
//! How it is proven: [`keyring`] holds the keys of each purpose, [`jws`] a signature, [`token`] the three tokens, [`csrf`]
//! the token of a form, [`origin`] where a request comes from, and [`rotation`] what becomes of a refresh token.

mod base64url;
pub mod csrf;
pub mod jws;
pub mod keyring;
pub mod mac;
pub mod origin;
pub mod permission_key;
pub mod rotation;
pub mod secret;
pub mod settings;
pub mod token;

use crate::error::code::ErrorCode;
use crate::ir::model::Auth;

/// Who is calling, as the host proved it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// Who it is, always text; unique in the application.
    pub sub: String,
    /// Whether it belongs to the staff.
    pub staff: bool,
    /// Whether every guard lets it pass.
    pub superuser: bool,
    /// What it is allowed, by the application's own names.
    pub permissions: Vec<String>,
    /// Whether what it is allowed is not known yet, and to be asked for where something wants to know (AUTH-15).
    pub is_partial: bool,
    /// The session that the token against forged requests is bound to; `sub` where the application names none.
    pub session: Option<String>,
    /// How it was proven.
    pub proof: Proof,
}

/// What says who asks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Proof {
    /// The application: a session, or whatever it goes by.
    #[default]
    Session,
    /// The token of `X-Mizan-Token`.
    Mwt,
    /// The token of `Authorization: Bearer`.
    Access,
}

impl Proof {
    /// The proof of that name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        [Self::Session, Self::Mwt, Self::Access].into_iter().find(|proof| proof.name() == name)
    }

    /// Its name in bindings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Mwt => "mwt",
            Self::Access => "access",
        }
    }
}

/// What a guard says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Go on.
    Allowed,
    /// Answer with this error.
    Refused(ErrorCode),
    /// The application's own callable decides.
    AskHost,
}

/// Whether a guard cannot be decided without knowing who asks.
#[must_use]
pub const fn needs_identity(auth: &Auth) -> bool {
    !matches!(auth, Auth::None)
}

/// Decides a guard. `identity` is `None` for an anonymous caller.
#[must_use]
pub fn check(auth: &Auth, identity: Option<&Identity>) -> Verdict {
    let allowed = |test: fn(&Identity) -> bool| match identity {
        None => Verdict::Refused(ErrorCode::Unauthenticated),
        Some(identity) if identity.superuser || test(identity) => Verdict::Allowed,
        Some(_) => Verdict::Refused(ErrorCode::Forbidden),
    };
    match auth {
        Auth::None => Verdict::Allowed,
        Auth::Authenticated => allowed(|_| true),
        Auth::Staff => allowed(|identity| identity.staff),
        Auth::Superuser => allowed(|_| false),
        Auth::Permissions(wanted) => match identity {
            None => Verdict::Refused(ErrorCode::Unauthenticated),
            Some(identity)
                if identity.superuser || wanted.iter().all(|permission| identity.permissions.contains(permission)) =>
            {
                Verdict::Allowed
            }
            Some(_) => Verdict::Refused(ErrorCode::Forbidden),
        },
        Auth::Guard(_) => Verdict::AskHost,
    }
}

/// The error of a caller whom the application's own callable refused.
#[must_use]
pub const fn refusal(identity: Option<&Identity>) -> ErrorCode {
    if identity.is_some() { ErrorCode::Forbidden } else { ErrorCode::Unauthenticated }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(staff: bool, superuser: bool, permissions: &[&str]) -> Identity {
        Identity {
            sub: "5".to_owned(),
            staff,
            superuser,
            permissions: permissions.iter().map(|name| (*name).to_owned()).collect(),
            ..Identity::default()
        }
    }

    #[test]
    fn an_anonymous_caller_passes_only_where_no_guard_stands() {
        let refused = Verdict::Refused(ErrorCode::Unauthenticated);
        assert_eq!(check(&Auth::None, None), Verdict::Allowed);
        for auth in
            [Auth::Authenticated, Auth::Staff, Auth::Superuser, Auth::Permissions(vec!["shop.change_order".to_owned()])]
        {
            assert_eq!(check(&auth, None), refused, "{auth:?}");
        }
    }

    #[test]
    fn each_guard_asks_for_its_own_mark() {
        let forbidden = Verdict::Refused(ErrorCode::Forbidden);
        let plain = identity(false, false, &["shop.view_order"]);
        assert_eq!(check(&Auth::Authenticated, Some(&plain)), Verdict::Allowed);
        assert_eq!(check(&Auth::Staff, Some(&plain)), forbidden);
        assert_eq!(check(&Auth::Superuser, Some(&identity(true, false, &[]))), forbidden);
        assert_eq!(check(&Auth::Staff, Some(&identity(true, false, &[]))), Verdict::Allowed);
        assert_eq!(check(&Auth::Superuser, Some(&identity(false, true, &[]))), Verdict::Allowed);
    }

    #[test]
    fn every_permission_is_needed_and_a_superuser_has_them_all() {
        let both = Auth::Permissions(vec!["shop.change_order".to_owned(), "shop.view_order".to_owned()]);
        let one = identity(true, false, &["shop.view_order"]);
        let all = identity(false, false, &["shop.view_order", "shop.change_order"]);
        assert_eq!(check(&both, Some(&one)), Verdict::Refused(ErrorCode::Forbidden));
        assert_eq!(check(&both, Some(&all)), Verdict::Allowed);
        assert_eq!(check(&both, Some(&identity(false, true, &[]))), Verdict::Allowed);
    }

    #[test]
    fn the_hosts_callable_is_left_to_the_host() {
        assert_eq!(check(&Auth::Guard("is_owner".to_owned()), None), Verdict::AskHost);
        assert_eq!(refusal(None), ErrorCode::Unauthenticated);
        assert_eq!(refusal(Some(&Identity::default())), ErrorCode::Forbidden);
    }
}
