//! rspc on the axum that it stands on, with specta's types.

use axum_of_rspc::Router;
use rspc::Procedure;
use serde::Deserialize;
use specta::Type;

use mizan_bench_answers::{NAME_LENGTHS, PROFILE, Renamed, User, user};

#[derive(Debug, serde::Serialize, Type)]
struct Refused(&'static str);

impl std::fmt::Display for Refused {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.0)
    }
}

impl std::error::Error for Refused {}

impl rspc::Error for Refused {
    fn into_procedure_error(self) -> rspc::ProcedureError {
        rspc::ResolverError::new(self.0, Some(self)).into()
    }
}

#[derive(Deserialize, Type)]
#[serde(deny_unknown_fields)]
struct Rename {
    user_id: i32,
    name: String,
}

#[derive(Deserialize, Type)]
struct Asked {
    user_id: i32,
}

/// The procedures at `/rspc/NAME`.
pub(crate) fn router() -> Router {
    let (procedures, _) = rspc::Router::<()>::new()
        .procedure(
            "rename",
            Procedure::builder().mutation(async |(), Rename { user_id, name }: Rename| {
                if !NAME_LENGTHS.contains(&name.chars().count()) {
                    return Err(Refused("name: expected 2 to 40 characters"));
                }
                Ok(Renamed { user_id, name })
            }),
        )
        .procedure(
            "user",
            Procedure::builder().query(async |(), Asked { user_id }: Asked| -> Result<User<'static>, Refused> {
                if user_id != PROFILE.user_id {
                    return Err(Refused("no such user"));
                }
                Ok(user())
            }),
        )
        .build()
        .expect("they are procedures");
    Router::new().nest("/rspc", rspc_axum::endpoint(procedures, || ()))
}
