//! Handing tokens out, for the functions that Python declares.

use mizan_core::dispatch::message::Failure;
use mizan_core::identity::{Identity, Proof};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::refusal::Refused;

/// What hands the tokens of one application out. Times are in seconds since 1970.
#[pyclass(frozen, module = "mizan._core")]
pub(crate) struct TokenDesk {
    inner: mizan_runtime::TokenDesk,
}

/// A refresh token that verified.
#[pyclass(frozen, module = "mizan._core")]
pub(crate) struct Presented {
    inner: mizan_runtime::Presented,
}

#[pymethods]
impl Presented {
    /// Who it is about.
    #[getter]
    fn sub(&self) -> &str {
        &self.inner.sub
    }
}

/// Who asks: `sub`, `staff`, `superuser`, permissions, proof.
type Caller = (String, bool, bool, Vec<String>, String);

fn identity((sub, staff, superuser, permissions, proof): Caller) -> PyResult<Identity> {
    let proof = Proof::find(&proof).ok_or_else(|| PyValueError::new_err("the proof of an Identity is none"))?;
    Ok(Identity { sub, staff, superuser, permissions, proof, ..Identity::default() })
}

fn refused(failure: Failure) -> PyErr {
    match failure {
        Failure::Protocol { code, message, .. } => Refused::new_err((code.name(), None::<Py<PyBytes>>, message)),
        _ => PyValueError::new_err("no token is made: there is no key for it, or it would be longer than 8 KiB"),
    }
}

impl TokenDesk {
    pub(crate) const fn new(inner: mizan_runtime::TokenDesk) -> Self {
        Self { inner }
    }
}

#[pymethods]
impl TokenDesk {
    /// An identity token, and how long it lives.
    fn obtain_mwt(&self, who: Caller, now: i64) -> PyResult<(String, i64)> {
        let grant = self.inner.obtain_mwt(Some(&identity(who)?), now).map_err(refused)?;
        Ok((grant.token, grant.expires_in))
    }

    /// An access token, a refresh token, and how long the first lives.
    fn obtain_jwt(&self, py: Python<'_>, who: Caller, now: i64) -> PyResult<(String, String, i64)> {
        let who = identity(who)?;
        let grant = py.detach(|| self.inner.obtain_jwt(Some(&who), now)).map_err(refused)?;
        Ok((grant.access, grant.refresh, grant.expires_in))
    }

    /// Reads a refresh token.
    fn present(&self, refresh: &str, now: i64) -> PyResult<Presented> {
        Ok(Presented { inner: self.inner.present(refresh, now).map_err(refused)? })
    }

    /// The next pair, for whoever has the token's `sub` now.
    fn refresh(
        &self,
        py: Python<'_>,
        presented: &Presented,
        found: Option<Caller>,
        now: i64,
    ) -> PyResult<(String, String, i64)> {
        let found = found.map(identity).transpose()?;
        let grant = py.detach(|| self.inner.refresh(&presented.inner, found.as_ref(), now)).map_err(refused)?;
        Ok((grant.access, grant.refresh, grant.expires_in))
    }

    /// Ends the family of a refresh token.
    fn revoke(&self, py: Python<'_>, refresh: &str, now: i64) -> PyResult<()> {
        py.detach(|| self.inner.revoke(refresh, now)).map_err(refused)
    }
}
