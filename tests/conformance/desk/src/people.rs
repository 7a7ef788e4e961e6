//! Who asks: the header `X-User` or the cookie `desk_user` names them. A real application has real sessions.

use mizan::{Error, Identity, Request};

/// Ada is staff, root a superuser, an empty name an invalid one.
pub(crate) async fn identify(request: Request) -> Result<Option<Identity>, Error> {
    // Text of a header is Latin-1, as others read it.
    let header: Option<String> =
        request.headers().get("x-user").map(|name| name.as_bytes().iter().copied().map(char::from).collect());
    match header.as_deref() {
        Some("") => Err(Error::unauthenticated().message("That is nobody.")),
        Some(name) => Ok(Some(find(name))),
        None => Ok(request.cookie("desk_user").map(find)),
    }
}

/// Who has that name now.
pub(crate) fn find(name: &str) -> Identity {
    Identity::new(name).staff(name == "ada").superuser(name == "root").permissions(permissions_of(name))
}

/// What somebody is allowed, whom a session or a token names.
pub(crate) fn permissions_of(name: &str) -> impl Iterator<Item = &'static str> + use<> {
    let names: &[&str] = match name {
        "ada" => &["desk.edit", "desk.read"],
        "eve" => &["desk.read"],
        _ => &[],
    };
    names.iter().copied()
}

/// Open unless the request says that it is night.
pub(crate) async fn in_hours(request: Request, _identity: Option<Identity>) -> Result<bool, Error> {
    Ok(!request.headers().contains_key("x-night"))
}
