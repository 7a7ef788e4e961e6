//! The errors that a function declares, which clients see typed (ERR-7).

use schemars::{Schema, SchemaGenerator};

use crate::error::Error;

/// What a function may answer instead of its result: [`Error`], or an enum that derives this.
///
/// A variant is an error: its code is its name in upper case, its fields are the typed data. `#[mizan(…)]` says its
/// `status` (400 where nothing is said), its `message` (with its fields, as in `format!`; its code where nothing is
/// said), and its `code`. A variant that is `transparent` passes another error on, which `?` turns into it. A field with
/// `#[serde(skip)]` is there for the message alone.
///
/// ```
/// #[derive(mizan::Errors)]
/// enum RenameError {
///     #[mizan(status = 409, message = "That name is taken.")]
///     NameTaken { taken_by: i64 },
///     #[mizan(transparent)]
///     Other(mizan::Error),
/// }
///
/// fn check(name: &str) -> Result<(), RenameError> {
///     if name == "Ada" {
///         return Err(RenameError::NameTaken { taken_by: 1 });
///     }
///     if name.is_empty() {
///         return Err(mizan::Error::invalid("name", "Say one.").into());
///     }
///     Ok(())
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "clients do not know the error `{Self}`",
    label = "this is no error of a function",
    note = "say `mizan::Error`, which `?` makes of any error, or an enum that derives `mizan::Errors`"
)]
pub trait Errors: Sized + Send + 'static {
    #[doc(hidden)]
    fn declared(schemas: &mut SchemaGenerator) -> Vec<ErrorDeclaration>;

    #[doc(hidden)]
    fn into_error(self) -> Error;
}

impl Errors for Error {
    fn declared(_: &mut SchemaGenerator) -> Vec<ErrorDeclaration> {
        Vec::new()
    }

    fn into_error(self) -> Self {
        self
    }
}

/// One declared error.
pub struct ErrorDeclaration {
    /// Its code.
    pub code: String,
    /// Its HTTP status, 400 to 499.
    pub status: u16,
    /// The schema of its data, where it has any.
    pub data: Option<Schema>,
}
