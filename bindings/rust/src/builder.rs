//! Declaring an application, and the application that comes of it.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::ffi::OsStr;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use mizan_core::identity::keyring::Purpose;
use mizan_core::identity::settings::{Environment, Keyrings, OLDER_VARIABLE, SECRET_VARIABLE, Settings};
use mizan_core::{manifest, openapi};
use mizan_runtime::{Deployment, Options, random_key};

use crate::declaration::{Declaration, Function, Running};
use crate::document::{self, Frame};
use crate::error::Error;
use crate::identity::Identity;
use crate::options::{Auth, Limits};
use crate::protection::{Cache, Permitted, Tokens};
use crate::registration_error::{RegistrationError, about};
use crate::reply::Forms;
use crate::request::Request;
use crate::token_functions::{self, Desk};

pub(crate) type Identify = Arc<dyn Fn(Request) -> Running<Result<Option<Identity>, Error>> + Send + Sync>;
pub(crate) type Guard = Arc<dyn Fn(Request, Option<Identity>) -> Running<Result<bool, Error>> + Send + Sync>;
/// A purpose, and its keys: names and secrets.
type OwnKeys = (String, Vec<(String, Vec<u8>)>);

/// What an application was given, one of each type.
#[derive(Default)]
pub(crate) struct States(HashMap<TypeId, Box<dyn Any + Send + Sync>>);

impl States {
    pub(crate) fn get<T: Any>(&self) -> Option<&T> {
        self.0.get(&TypeId::of::<T>())?.downcast_ref()
    }

    fn insert<T: Any + Send + Sync>(&mut self, state: T) {
        self.0.insert(TypeId::of::<T>(), Box::new(state));
    }
}

impl fmt::Debug for States {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} states", self.0.len())
    }
}

/// An application that is being declared; see [`Mizan::builder`].
#[must_use = "an application is served once it is built"]
pub struct Builder {
    declarations: Vec<Declaration>,
    states: States,
    guards: HashMap<String, Guard>,
    identify: Option<Identify>,
    base: String,
    expose_ir: bool,
    limits: Limits,
    secrets: Vec<Vec<u8>>,
    keys: Vec<OwnKeys>,
    tokens: Option<Tokens>,
    csrf: Option<bool>,
    trusted_origins: Vec<String>,
    cache: Option<Cache>,
}

impl Builder {
    fn new() -> Self {
        Self {
            declarations: Vec::new(),
            states: States::default(),
            guards: HashMap::new(),
            identify: None,
            base: "/api/mizan".to_owned(),
            expose_ir: false,
            limits: Limits::default(),
            secrets: Vec::new(),
            keys: Vec::new(),
            tokens: None,
            csrf: None,
            trusted_origins: Vec::new(),
            cache: None,
        }
    }

    /// Registers a function.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a function is a value without size, named where it is registered"
    )]
    pub fn function(mut self, function: impl Function) -> Self {
        self.declarations.push(function.declare());
        self
    }

    /// Gives functions something to work with, such as a pool of connections: they take it as `State<T>`, a clone for each
    /// call. One of each type; the last one counts.
    pub fn state<T: Clone + Send + Sync + 'static>(mut self, state: T) -> Self {
        self.states.insert(state);
        self
    }

    /// Finds out who asks, from a session or whatever the application goes by. It is called only where that matters.
    pub fn identify<F>(mut self, identify: impl Fn(Request) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Option<Identity>, Error>> + Send + 'static,
    {
        self.identify = Some(Arc::new(move |request| Box::pin(identify(request))));
        self
    }

    /// A guard of the application's own, which functions name in `auth = guard("…")`.
    pub fn guard<F>(
        mut self,
        name: impl Into<String>,
        guard: impl Fn(Request, Option<Identity>) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<bool, Error>> + Send + 'static,
    {
        self.guards.insert(name.into(), Arc::new(move |request, identity| Box::pin(guard(request, identity))));
        self
    }

    /// The path below which the protocol is served; `/api/mizan`.
    pub fn base(mut self, base: impl Into<String>) -> Self {
        self.base = base.into();
        self
    }

    /// Whether `{base}/ir/` shows the IR; for development.
    pub fn expose_ir(mut self, exposed: bool) -> Self {
        self.expose_ir = exposed;
        self
    }

    /// The limits of a request that differ from the protocol's.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// At least 32 bytes that everything that is signed derives its key from; said again, the secrets that this one
    /// replaced, the newest first. By default what the environment variable `MIZAN_SECRET` holds, and, blanks or commas
    /// between them, those that it replaced in `MIZAN_SECRET_OLD`.
    pub fn secret(mut self, secret: impl AsRef<[u8]>) -> Self {
        self.secrets.push(secret.as_ref().to_vec());
        self
    }

    /// Keys of their own for a purpose (`mwt`, `access`, `refresh`, `cache` or `csrf`), in place of derived ones: names and
    /// secrets, the one that signs first.
    pub fn keys<K: Into<String>, S: AsRef<[u8]>>(
        mut self,
        purpose: impl Into<String>,
        keys: impl IntoIterator<Item = (K, S)>,
    ) -> Self {
        let keys = keys.into_iter().map(|(name, secret)| (name.into(), secret.as_ref().to_vec())).collect();
        self.keys.push((purpose.into(), keys));
        self
    }

    /// The tokens that say who asks; by default none is taken.
    pub fn tokens(mut self, tokens: Tokens) -> Self {
        self.tokens = Some(tokens);
        self
    }

    /// The origin cache; by default bundles are not kept.
    pub fn cache(mut self, cache: Cache) -> Self {
        self.cache = Some(cache);
        self
    }

    /// Whether requests that rest on a cookie have to carry the token of `session/`; by default, where there is a secret
    /// and something that identifies.
    pub fn csrf(mut self, asked: bool) -> Self {
        self.csrf = Some(asked);
        self
    }

    /// An origin other than the server's own whose pages may send requests.
    pub fn trusted_origin(mut self, origin: impl Into<String>) -> Self {
        self.trusted_origins.push(origin.into());
        self
    }

    /// Checks everything and freezes it.
    ///
    /// # Errors
    ///
    /// [`RegistrationError`] with every problem that was found, each with function, file and line, and what to do.
    pub fn build(mut self) -> Result<Mizan, RegistrationError> {
        for name in self.tokens.iter().flat_map(|tokens| &tokens.options.functions) {
            // A name that is none is told with the other options.
            self.declarations.extend(token_functions::declaration(name));
        }
        let frame = Frame { base: &self.base, expose_ir: self.expose_ir, limits: self.limits };
        let (document, mut problems) = document::write(&frame, &self.declarations);
        self.check(&mut problems);
        if !problems.is_empty() {
            return Err(RegistrationError::of(problems));
        }
        let options = Options {
            keyrings: self.keyrings()?,
            tokens: self.tokens.as_ref().map(|tokens| tokens.options.clone()),
            has_sessions: self.identify.is_some(),
            csrf: self.csrf,
            trusted_origins: std::mem::take(&mut self.trusted_origins),
            store: self.cache.take().map(|cache| cache.0),
        };
        let deployment =
            Deployment::build(&document, &options).map_err(|unfit| RegistrationError::of(vec![unfit.to_string()]))?;
        let seed = random_key().unwrap_or_default();
        let seed = seed.first_chunk().map_or(0, |chunk| u64::from_le_bytes(*chunk));
        Ok(self.freeze(deployment, seed))
    }

    fn freeze(mut self, deployment: Deployment, seed: u64) -> Mizan {
        if let Some(desk) = deployment.token_desk() {
            let find = self.tokens.as_ref().and_then(|tokens| tokens.find.clone());
            self.states.insert(Desk { desk: desk.clone(), find });
        }
        let document = deployment.application().document();
        let functions = document
            .functions
            .iter()
            .filter_map(|function| {
                let index = self.declarations.iter().position(|declared| declared.name == function.name)?;
                let declared = self.declarations.swap_remove(index);
                let context = document.contexts.iter().find(|context| Some(&context.name) == function.context.as_ref());
                let place = format!("{}:{}: {}", declared.file, declared.line, declared.name);
                let reads_identity = declared.extracts.iter().any(|extracts| extracts.reads_identity);
                let is_public = context.is_some_and(|context| context.public);
                Some(Served { name: declared.name, run: declared.run, place, is_public, reads_identity })
            })
            .collect();
        Mizan(Arc::new(Frozen {
            deployment,
            functions,
            states: self.states,
            guards: self.guards,
            identify: self.identify,
            permissions: self.tokens.as_ref().and_then(Tokens::permitted),
            nonces: AtomicU64::new(seed),
            forms: Forms::default(),
        }))
    }

    fn check(&self, problems: &mut Vec<String>) {
        for declaration in &self.declarations {
            if let Auth::Guard(name) = &declaration.auth
                && !self.guards.contains_key(name)
            {
                let help = format!("say `.guard({name:?}, …)` where the application is declared");
                problems.push(about(declaration, format!("there is no guard {name:?}"), help));
            }
            let missing = declaration.extracts.iter().filter_map(|extracts| extracts.state);
            for (_, name) in missing.filter(|(id, _)| !self.states.0.contains_key(id)) {
                let help = "say `.state(…)` with one where the application is declared";
                problems.push(about(declaration, format!("it takes the state {name}, and there is none"), help));
            }
        }
    }

    fn keyrings(&self) -> Result<Option<Keyrings>, RegistrationError> {
        let held = [SECRET_VARIABLE, OLDER_VARIABLE].map(std::env::var_os);
        let [secret, older] = held.each_ref().map(|value| value.as_deref().map(OsStr::as_encoded_bytes));
        let own: Vec<&[u8]> = self.secrets.iter().map(Vec::as_slice).collect();
        let mut settings = Settings {
            secrets: Some(own).filter(|own| !own.is_empty()),
            environment: Some(Environment { secret, older }),
            ..Settings::default()
        };
        for (name, keys) in &self.keys {
            let purpose = Purpose::find(name)
                .ok_or_else(|| RegistrationError::of(vec![format!("{name:?} is no purpose of a key")]))?;
            let keys = keys.iter().map(|(kid, secret)| (kid.as_str(), secret.as_slice())).collect();
            settings.keys.push((purpose, keys));
        }
        let problems = |errors: Vec<_>| RegistrationError::of(errors.iter().map(ToString::to_string).collect());
        Ok(Some(Keyrings::build(&settings).map_err(problems)?).filter(|rings| !rings.is_empty()))
    }
}

impl fmt::Debug for Builder {
    /// Never with a secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.declarations.iter().map(|declared| declared.name).collect();
        formatter.debug_struct("Builder").field("base", &self.base).field("functions", &names).finish_non_exhaustive()
    }
}

/// An application, frozen and checked. Cheap to clone; all clones are one application.
#[derive(Clone)]
pub struct Mizan(pub(crate) Arc<Frozen>);

/// What every request reads.
pub(crate) struct Frozen {
    pub(crate) deployment: Deployment,
    /// By their indexes in the core.
    pub(crate) functions: Vec<Served>,
    pub(crate) states: States,
    pub(crate) guards: HashMap<String, Guard>,
    pub(crate) identify: Option<Identify>,
    pub(crate) permissions: Option<Permitted>,
    pub(crate) nonces: AtomicU64,
    pub(crate) forms: Forms,
}

/// A function that is ready to run.
pub(crate) struct Served {
    pub(crate) name: &'static str,
    pub(crate) run: fn(crate::call::Call) -> Running<crate::call::Ran>,
    /// Its name and where it was declared, for the log.
    pub(crate) place: String,
    /// Whether it is a member of a context that is the same whoever asks.
    pub(crate) is_public: bool,
    pub(crate) reads_identity: bool,
}

impl Mizan {
    /// Begins to declare an application.
    pub fn builder() -> Builder {
        Builder::new()
    }

    /// The IR as KDL, which clients are generated from.
    #[must_use]
    pub fn ir(&self) -> &str {
        self.0.deployment.application().ir()
    }

    /// The IR, and below it a comment line for each function that says where it was declared.
    #[must_use]
    pub fn ir_with_sources(&self) -> String {
        self.0.deployment.application().ir_with_sources()
    }

    /// The edge manifest: what an edge has to know to purge what a mutation makes stale. Canonical JSON.
    #[must_use]
    pub fn manifest(&self) -> String {
        manifest::of_application(self.0.deployment.application())
    }

    /// The application as `OpenAPI` 3.1, canonical JSON. Its version is the digest of the IR.
    #[must_use]
    pub fn openapi(&self, title: &str) -> String {
        openapi::of_application(self.0.deployment.application(), title)
    }

    /// The contract's digest, which stands in `X-Mizan-Contract`.
    #[must_use]
    pub fn digest(&self) -> &str {
        self.0.deployment.application().digest()
    }

    /// The path below which the protocol is served, without a final slash.
    #[must_use]
    pub fn base(&self) -> &str {
        self.0.deployment.application().base()
    }

    /// The names of its contexts, whose bundles stand at `{base}/ctx/NAME/`.
    pub fn contexts(&self) -> impl Iterator<Item = &str> {
        self.0.deployment.application().document().contexts.iter().map(|context| context.name.as_str())
    }

    /// The paths of the pages that its functions answer outside the base, with `:name` parts. [`Mizan::handle`] answers them.
    pub fn pages(&self) -> impl Iterator<Item = &str> {
        let functions = &self.0.deployment.application().document().functions;
        functions.iter().filter_map(|function| function.route.as_ref()).map(|route| route.path.as_str())
    }

    /// Whether a path is the protocol's to answer, as the base and what is below it are, and the pages. [`Mizan::handle`]
    /// answers every other one with `NOT_FOUND`: an adapter in front of an application hands those on.
    #[must_use]
    pub fn owns(&self, path: &str) -> bool {
        self.0.deployment.application().owns(path)
    }

    /// Whether a path is one that no page has: where it is the protocol's too, no body counts but that of a `POST`.
    #[must_use]
    pub fn reserves(&self, path: &str) -> bool {
        self.0.deployment.application().reserves(path)
    }

    /// Most bytes of a body of that type that are read. An adapter cuts a body one byte beyond.
    #[must_use]
    pub fn body_limit(&self, content_type: Option<&http::HeaderValue>) -> usize {
        let limit = self.0.deployment.application().body_limit(content_type.map(http::HeaderValue::as_bytes));
        usize::try_from(limit).unwrap_or(usize::MAX)
    }
}

impl fmt::Debug for Mizan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.0.functions.iter().map(|served| served.name).collect();
        formatter.debug_struct("Mizan").field("base", &self.base()).field("functions", &names).finish_non_exhaustive()
    }
}
