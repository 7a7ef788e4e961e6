//! Keys, and what they sign: tokens, the token against forged requests, names of cache entries.

use mizan_core::cache::key::{Audience, CacheKey};
use mizan_core::identity::jws;
use mizan_core::identity::keyring::{Key, Keyring, Purpose};
use mizan_core::identity::mac::MacKey;
use mizan_core::identity::origin::{self, Source, TrustedOrigins};
use mizan_core::identity::rotation::{self, Decision};
use mizan_core::identity::settings::{self, Environment, Names, Settings};
use mizan_core::identity::token::{self, Claims, Grant, Kind};
use mizan_core::identity::{Identity, csrf, permission_key};
use mizan_core::ir::kdl_read;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyFloat, PyString, PyTuple};

/// A purpose's name, and its keys: names and secrets.
type OwnKeys = (String, Vec<(String, Vec<u8>)>);

fn value_error(problem: impl std::fmt::Display) -> PyErr {
    PyValueError::new_err(problem.to_string())
}

/// The values of `MIZAN_SECRET` and `MIZAN_SECRET_OLD`.
type Variables = (Option<Vec<u8>>, Option<Vec<u8>>);

/// Who asks: `sub`, `staff`, `superuser`, permissions.
type Taken = (String, bool, bool, Vec<String>);

/// The keyrings of an application.
#[pyclass(frozen, module = "mizan._core")]
pub(crate) struct Keyrings {
    rings: settings::Keyrings,
    cache: Option<CacheKey>,
}

impl Keyrings {
    /// All of them.
    pub(crate) const fn rings(&self) -> &settings::Keyrings {
        &self.rings
    }

    fn ring(&self, purpose: Purpose) -> PyResult<&Keyring> {
        self.rings.get(purpose).ok_or_else(|| value_error(self.rings.missing(purpose)))
    }

    fn mint(&self, sub: &str, grant: &Grant<&str>, audience: &str, now: i64, life: i64) -> PyResult<String> {
        let ring = self.ring(purpose(grant.kind()))?;
        token::mint(ring, audience, sub, grant, now, life).map_err(value_error)
    }

    fn verify<'py>(
        &self,
        kind: Kind,
        token: &Bound<'py, PyAny>,
        audience: &str,
        now: &Bound<'py, PyAny>,
        leeway: i64,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (ring, now) = (self.ring(purpose(kind))?, seconds(now)?);
        match token::verify(ring, kind, audience, sent(token)?, now, leeway) {
            Ok(claims) => said(token.py(), claims),
            Err(reason) => Ok(PyString::new(token.py(), &reason.to_string()).into_any()),
        }
    }
}

/// How long each token lives unless told otherwise, in seconds (TOK-1).
pub(crate) fn lives() -> (i64, i64, i64) {
    let [mwt, access, refresh] = Kind::ALL.map(Kind::default_life);
    (mwt, access, refresh)
}

const fn purpose(kind: Kind) -> Purpose {
    match kind {
        Kind::Mwt => Purpose::Mwt,
        Kind::Access => Purpose::Access,
        Kind::Refresh => Purpose::Refresh,
    }
}

#[pymethods]
impl Keyrings {
    #[new]
    #[pyo3(signature = (secrets, keys, environment=None, names=None))]
    #[expect(clippy::needless_pass_by_value, reason = "arguments from Python are owned")]
    fn new(
        secrets: Option<Vec<Vec<u8>>>,
        keys: Vec<OwnKeys>,
        environment: Option<Variables>,
        names: Option<(String, String)>,
    ) -> PyResult<Self> {
        let environment = environment
            .as_ref()
            .map(|(secret, older)| Environment { secret: secret.as_deref(), older: older.as_deref() });
        let mut given = Settings {
            names: names.map_or_else(Names::default, |(secret, keys)| Names { secret, keys }),
            secrets: secrets.as_ref().map(|secrets| secrets.iter().map(Vec::as_slice).collect()),
            environment,
            keys: Vec::new(),
        };
        for (name, entries) in &keys {
            let purpose = Purpose::find(name).ok_or_else(|| value_error(format!("{name:?} is no purpose of a key")))?;
            let entries = entries.iter().map(|(kid, secret)| (kid.as_str(), secret.as_slice())).collect();
            given.keys.push((purpose, entries));
        }
        let rings = settings::Keyrings::build(&given).map_err(|problems| {
            let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
            value_error(lines.join("\n"))
        })?;
        let cache = rings.get(Purpose::Cache).map(CacheKey::of);
        Ok(Self { rings, cache })
    }

    /// Whether no purpose has a key.
    fn is_empty(&self) -> bool {
        self.rings.is_empty()
    }

    /// The names of the keys of a purpose, the one that signs first; none where it has no keyring.
    fn kids(&self, purpose: &str) -> PyResult<Vec<String>> {
        let purpose =
            Purpose::find(purpose).ok_or_else(|| value_error(format!("{purpose:?} is no purpose of a key")))?;
        Ok(self.rings.get(purpose).into_iter().flat_map(Keyring::keys).map(|key: &Key| key.kid().to_owned()).collect())
    }

    #[expect(clippy::too_many_arguments, reason = "flat scalars cross the boundary")]
    fn mint_mwt(
        &self,
        sub: &str,
        pkey: &str,
        staff: bool,
        superuser: bool,
        audience: &str,
        now: i64,
        life: i64,
    ) -> PyResult<String> {
        self.mint(sub, &Grant::Mwt { pkey, staff, superuser }, audience, now, life)
    }

    #[expect(clippy::too_many_arguments, reason = "flat scalars cross the boundary")]
    fn mint_access(
        &self,
        sub: &str,
        jti: &str,
        staff: bool,
        superuser: bool,
        audience: &str,
        now: i64,
        life: i64,
    ) -> PyResult<String> {
        self.mint(sub, &Grant::Access { jti, staff, superuser }, audience, now, life)
    }

    fn mint_refresh(&self, sub: &str, jti: &str, fam: &str, audience: &str, now: i64, life: i64) -> PyResult<String> {
        self.mint(sub, &Grant::Refresh { fam, jti }, audience, now, life)
    }

    /// `(sub, pkey, staff, superuser, issued, not_before, expires)`, or why the token is refused.
    fn verify_mwt<'py>(
        &self,
        token: &Bound<'py, PyAny>,
        audience: &str,
        now: &Bound<'py, PyAny>,
        leeway: i64,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.verify(Kind::Mwt, token, audience, now, leeway)
    }

    /// `(sub, jti, staff, superuser, issued, not_before, expires)`, or why the token is refused.
    fn verify_access<'py>(
        &self,
        token: &Bound<'py, PyAny>,
        audience: &str,
        now: &Bound<'py, PyAny>,
        leeway: i64,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.verify(Kind::Access, token, audience, now, leeway)
    }

    /// `(sub, jti, fam, issued, not_before, expires)`, or why the token is refused.
    fn verify_refresh<'py>(
        &self,
        token: &Bound<'py, PyAny>,
        audience: &str,
        now: &Bound<'py, PyAny>,
        leeway: i64,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.verify(Kind::Refresh, token, audience, now, leeway)
    }

    /// The payload of a JWS by a key of that purpose, or why it is refused.
    fn verify_signature<'py>(&self, py: Python<'py>, purpose: &str, token: &[u8]) -> PyResult<Bound<'py, PyAny>> {
        let purpose =
            Purpose::find(purpose).ok_or_else(|| value_error(format!("{purpose:?} is no purpose of a key")))?;
        Ok(match jws::verify(self.ring(purpose)?, token) {
            Ok(payload) => PyBytes::new(py, &payload).into_any(),
            Err(reason) => PyString::new(py, &reason.to_string()).into_any(),
        })
    }

    /// The token of a session against forged requests; `nonce` is 16 random bytes.
    fn csrf_mint(&self, session: &str, nonce: [u8; csrf::NONCE_LENGTH]) -> PyResult<String> {
        csrf::mint(self.ring(Purpose::Csrf)?, session, nonce).map_err(value_error)
    }

    /// Whether the token is one of that session.
    fn csrf_check(&self, session: &str, token: &[u8]) -> PyResult<bool> {
        Ok(csrf::check(self.ring(Purpose::Csrf)?, session, token))
    }

    /// The name of an entry of the origin cache, of a context of an IR. `params` is canonical JSON; without `public`, `sub`
    /// or `identity` is who asks, the latter where a member takes it.
    fn cache_key(
        &self,
        ir: &str,
        context: &str,
        params: &[u8],
        public: bool,
        sub: Option<&str>,
        identity: Option<Taken>,
    ) -> PyResult<String> {
        let document = kdl_read::read(ir).map_err(value_error)?;
        let found = document.contexts.iter().find(|held| held.name == context && held.public == public);
        let found = found.ok_or_else(|| value_error(format!("the IR has no such context {context:?}")))?;
        let identity = identity.map(|(sub, staff, superuser, permissions)| Identity {
            sub,
            staff,
            superuser,
            permissions,
            ..Identity::default()
        });
        let audience = match &identity {
            _ if public => Audience::Public,
            None => Audience::Caller(sub),
            taken => Audience::of(taken.as_ref(), true),
        };
        // Its keyring says best that there is none.
        self.ring(Purpose::Cache)?;
        let name = self.cache.as_ref().map(|key| key.entry(context, params, &document.revision(found), audience));
        Ok(name.unwrap_or_default())
    }

    /// The name of an entry, of what made its bundle; nobody asks where `sub` is left out. What `cache_key` finds out of the
    /// IR, a frozen application knows.
    fn entry_name(&self, context: &str, params: &[u8], revision: &str, sub: Option<&str>) -> PyResult<String> {
        // Its keyring says best that there is none.
        self.ring(Purpose::Cache)?;
        let name = self.cache.as_ref().map(|key| key.entry(context, params, revision, Audience::Caller(sub)));
        Ok(name.unwrap_or_default())
    }
}

/// The bytes of a token: text as its UTF-8, where it has any, since what has none is no token.
fn sent<'a>(token: &'a Bound<'_, PyAny>) -> PyResult<&'a [u8]> {
    match token.cast::<PyString>() {
        Ok(text) => Ok(text.to_str().map_or(&[], str::as_bytes)),
        Err(_) => Ok(token.cast::<PyBytes>()?.as_bytes()),
    }
}

/// A time in whole seconds. The clock's is a float, which Python would take long to cut off.
fn seconds(now: &Bound<'_, PyAny>) -> PyResult<i64> {
    match now.cast_exact::<PyFloat>() {
        Ok(clock) => Ok(clock.value() as i64),
        Err(_) => now.extract(),
    }
}

/// What a token says, in the order of its kind's tuple.
fn said(py: Python<'_>, claims: Claims) -> PyResult<Bound<'_, PyAny>> {
    let Claims { sub, grant, issued, not_before, expires } = claims;
    let tuple: Bound<'_, PyTuple> = match grant {
        Grant::Mwt { pkey: text, staff, superuser } | Grant::Access { jti: text, staff, superuser } => {
            (sub, text, staff, superuser, issued, not_before, expires).into_pyobject(py)?
        }
        Grant::Refresh { fam, jti } => (sub, jti, fam, issued, not_before, expires).into_pyobject(py)?,
    };
    Ok(tuple.into_any())
}

/// The permission key of a subject.
#[pyfunction(name = "permission_key")]
#[expect(clippy::needless_pass_by_value, reason = "a list of Python's is only read as a vector")]
pub(crate) fn permission_key_of(permissions: Vec<String>, staff: bool, superuser: bool) -> String {
    permission_key::permission_key(&permissions, staff, superuser)
}

/// The HMAC-SHA256 that all keys use, for the vectors that others publish.
#[pyfunction]
pub(crate) fn hmac_sha256<'py>(py: Python<'py>, key: &[u8], message: &[u8]) -> Bound<'py, PyBytes> {
    PyBytes::new(py, &MacKey::new(key).tag(message))
}

/// What becomes of a refresh token that verified: the text to write, and whether the token is taken.
#[pyfunction]
pub(crate) fn rotate(stored: Option<&str>, jti: &str, successor: &str) -> (Option<String>, bool) {
    match rotation::decide(stored, jti, successor) {
        Decision::Rotate(text) => (Some(text), true),
        Decision::Revoke => (Some(rotation::REVOKED.to_owned()), false),
        Decision::Refuse => (None, false),
    }
}

/// The origins of other hosts that may send requests with the caller's cookies.
#[pyclass(frozen, module = "mizan._core")]
pub(crate) struct Origins {
    trusted: TrustedOrigins,
}

#[pymethods]
impl Origins {
    #[new]
    #[expect(clippy::needless_pass_by_value, reason = "a list of Python's is only read as a vector")]
    fn new(trusted: Vec<String>) -> PyResult<Self> {
        Ok(Self { trusted: TrustedOrigins::new(&trusted).map_err(value_error)? })
    }

    /// Whether a request may come from where its headers say; each argument has all values of its header.
    #[expect(clippy::needless_pass_by_value, reason = "a list of Python's is only read as a vector")]
    fn allow(&self, method: &str, origin: Vec<Vec<u8>>, fetch_site: Vec<Vec<u8>>, host: Vec<Vec<u8>>) -> bool {
        let origin: Vec<&[u8]> = origin.iter().map(Vec::as_slice).collect();
        let fetch_site: Vec<&[u8]> = fetch_site.iter().map(Vec::as_slice).collect();
        let host: Vec<&[u8]> = host.iter().map(Vec::as_slice).collect();
        origin::allowed(method, &Source { origin: &origin, fetch_site: &fetch_site, host: &host }, &self.trusted)
    }
}
