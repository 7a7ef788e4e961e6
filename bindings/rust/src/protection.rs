//! What an application is given besides its functions: tokens, and the origin cache.

use std::future::Future;
use std::sync::Arc;

use mizan_runtime as runtime;

use crate::declaration::Running;
use crate::error::Error;
use crate::identity::Identity;

pub(crate) type Find = Arc<dyn Fn(String) -> Running<Result<Option<Identity>, Error>> + Send + Sync>;
pub(crate) type Permitted = Arc<dyn Fn(String) -> Running<Result<Option<Vec<String>>, Error>> + Send + Sync>;

/// Which tokens an application takes (AUTH-9). What is not taken is the application's own header.
#[derive(Clone, Default)]
pub struct Tokens {
    pub(crate) options: runtime::Tokens,
    pub(crate) find: Option<Find>,
    pub(crate) permissions: Option<Permitted>,
}

impl Tokens {
    /// Identity tokens and access tokens of the audience `mizan`; no function hands them out.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether `X-Mizan-Token` carries an identity token.
    #[must_use]
    pub fn mwt(mut self, taken: bool) -> Self {
        self.options.mwt = taken;
        self
    }

    /// Whether `Authorization: Bearer` carries an access token.
    #[must_use]
    pub fn access(mut self, taken: bool) -> Self {
        self.options.access = taken;
        self
    }

    /// What `aud` has to be. Give each application that shares a secret its own.
    #[must_use]
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.options.audience = audience.into();
        self
    }

    /// How far clocks may be apart, in seconds; 30.
    #[must_use]
    pub fn leeway(mut self, seconds: u32) -> Self {
        self.options.leeway = seconds;
        self
    }

    /// Functions that hand tokens out, each switched on by its name: `mwt_obtain`, `jwt_obtain`, `jwt_refresh`,
    /// `jwt_revoke`. What is known of refresh tokens is kept in the store of the cache; without one in this process.
    #[must_use]
    pub fn functions<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.options.functions = names.into_iter().map(Into::into).collect();
        self
    }

    /// Who has that `sub` now, for `jwt_refresh`; `None` for somebody who may no longer sign in.
    #[must_use]
    pub fn find<F>(mut self, find: impl Fn(String) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Option<Identity>, Error>> + Send + 'static,
    {
        self.options.finds = true;
        self.find = Some(Arc::new(move |sub| Box::pin(find(sub))));
        self
    }

    /// What a caller is allowed now, given its `sub`; `None` where that cannot be told. A token carries no permissions, so
    /// a guard that asks for some asks here; without it `find` is asked, and without that such a guard refuses every token.
    #[must_use]
    pub fn permissions<F>(mut self, permissions: impl Fn(String) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Option<Vec<String>>, Error>> + Send + 'static,
    {
        self.permissions = Some(Arc::new(move |sub| Box::pin(permissions(sub))));
        self
    }

    /// What tells the permissions of a token's caller.
    pub(crate) fn permitted(&self) -> Option<Permitted> {
        self.permissions.clone().or_else(|| {
            let find = self.find.clone()?;
            Some(Arc::new(move |sub| {
                let found = find(sub);
                Box::pin(async move { Ok(Some(found.await?.map(|identity| identity.permissions).unwrap_or_default())) })
            }))
        })
    }
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Tokens").field("options", &self.options).finish_non_exhaustive()
    }
}

/// The origin cache: where finished bundles are kept (STORE-1 to STORE-13).
#[derive(Debug, Clone)]
pub struct Cache(pub(crate) runtime::Store);

impl Cache {
    /// In this process, 64 MiB at most; for an application of one process.
    #[must_use]
    pub fn memory() -> Self {
        Self(runtime::Store::new("memory"))
    }

    /// In a Redis or Valkey that processes and hosts share: `redis://host:port/database`.
    #[must_use]
    pub fn redis(url: impl Into<String>) -> Self {
        Self(runtime::Store::new(url))
    }

    /// Most bytes that the memory keeps.
    #[must_use]
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.0.bytes = bytes;
        self
    }

    /// What all keys of a Redis start with; `mizan`. Give each application that shares one its own.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.0.prefix = prefix.into();
        self
    }

    /// How long a Redis has to be reached, and to answer; 50 ms. One that does not is left alone for a second, and bundles
    /// are read from their functions.
    #[must_use]
    pub fn timeout(mut self, timeout: std::time::Duration) -> Self {
        self.0.timeout = timeout.as_secs_f64();
        self
    }

    /// How long a mutation waits for a Redis that does not answer any more, so that no other process is served what it made
    /// stale; 500 ms (STORE-13).
    #[must_use]
    pub fn patience(mut self, patience: std::time::Duration) -> Self {
        self.0.patience = patience.as_secs_f64();
        self
    }

    /// How long concurrent misses of several processes wait for one of them; by default they do not.
    #[must_use]
    pub fn lease(mut self, lease: std::time::Duration) -> Self {
        self.0.lease = Some(lease.as_secs_f64());
        self
    }
}
