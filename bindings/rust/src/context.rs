//! Contexts, and what a mutation names as its targets.

use std::panic::Location;

/// A named group of functions that read, fetched together as one bundle.
///
/// A name alone will do (`context = "user"`). A context that says more is a constant, which functions name instead:
///
/// ```
/// use mizan::Context;
///
/// const BOARD: Context = Context::new("board").public();
/// const INBOX: Context = Context::new("inbox").by_identity();
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Context {
    pub(crate) name: &'static str,
    pub(crate) public: bool,
    pub(crate) identity: bool,
    pub(crate) place: &'static Location<'static>,
}

impl Context {
    /// A context of that name: `[a-z][a-z0-9_]*`.
    #[must_use]
    #[track_caller]
    pub const fn new(name: &'static str) -> Self {
        Self { name, public: false, identity: false, place: Location::caller() }
    }

    /// It is the same whoever asks, so that shared caches may keep it.
    #[must_use]
    pub const fn public(self) -> Self {
        Self { public: true, ..self }
    }

    /// It depends on nobody but the caller, so that a mutation refreshes the caller's alone.
    #[must_use]
    pub const fn by_identity(self) -> Self {
        Self { identity: true, ..self }
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

/// A context, or one function that is a member of one. Made of a [`Context`], of a function, or of either's name.
#[derive(Debug, Clone)]
pub struct Target(pub(crate) Named);

#[derive(Debug, Clone)]
pub(crate) enum Named {
    /// A context or a function, for the core to find out.
    Name(String),
    Context(Context),
    Function {
        name: &'static str,
        context: Option<Box<Target>>,
    },
}

impl Target {
    #[doc(hidden)]
    #[must_use]
    pub fn function(name: &'static str, context: Option<Self>) -> Self {
        Self(Named::Function { name, context: context.map(Box::new) })
    }

    /// The name of the context or function.
    #[must_use]
    pub fn name(&self) -> &str {
        match &self.0 {
            Named::Name(name) => name,
            Named::Context(context) => context.name,
            Named::Function { name, .. } => name,
        }
    }

    /// What it says of a context's options.
    pub(crate) fn context(&self) -> Option<Context> {
        match &self.0 {
            Named::Context(context) => Some(*context),
            Named::Name(_) | Named::Function { .. } => None,
        }
    }
}

impl From<Context> for Target {
    fn from(context: Context) -> Self {
        Self(Named::Context(context))
    }
}

impl From<&str> for Target {
    fn from(name: &str) -> Self {
        Self(Named::Name(name.to_owned()))
    }
}

impl From<String> for Target {
    fn from(name: String) -> Self {
        Self(Named::Name(name))
    }
}
