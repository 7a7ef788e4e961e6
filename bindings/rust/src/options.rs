//! What the options of a function and of an application may be.

/// Who may call a function.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Auth {
    /// Anybody.
    #[default]
    None,
    /// Whoever is signed in.
    Authenticated,
    /// The staff.
    Staff,
    /// Superusers.
    Superuser,
    /// Whoever has all of these permissions.
    Permissions(Vec<String>),
    /// Whom the guard of that name lets in: [`crate::Builder::guard`].
    Guard(String),
}

impl Auth {
    /// A guard of the application's own.
    #[must_use]
    pub fn guard(name: impl Into<String>) -> Self {
        Self::Guard(name.into())
    }
}

impl From<&str> for Auth {
    /// A word, or a permission.
    fn from(text: &str) -> Self {
        match text {
            "none" => Self::None,
            "authenticated" => Self::Authenticated,
            "staff" => Self::Staff,
            "superuser" => Self::Superuser,
            permission => Self::Permissions(vec![permission.to_owned()]),
        }
    }
}

impl<const N: usize> From<[&str; N]> for Auth {
    fn from(permissions: [&str; N]) -> Self {
        Self::Permissions(permissions.map(str::to_owned).to_vec())
    }
}

/// How long the data of a function may be cached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Caching {
    /// As the protocol has it.
    #[default]
    Default,
    /// Not at all.
    Off,
    /// So many seconds at most.
    Seconds(u32),
}

impl From<bool> for Caching {
    fn from(cached: bool) -> Self {
        if cached { Self::Default } else { Self::Off }
    }
}

impl From<u32> for Caching {
    fn from(seconds: u32) -> Self {
        Self::Seconds(seconds)
    }
}

/// The limits of a request that differ from the protocol's. What is not set keeps its default.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct Limits {
    /// Most bytes of a JSON body; 1 MiB.
    pub body: Option<u32>,
    /// Most bytes of a query; 8 KiB.
    pub query: Option<u32>,
    /// Most calls in a batch; 32.
    pub batch: Option<u32>,
    /// Most bundles that one call refreshes; 16.
    pub refresh: Option<u32>,
    /// Most functions that one request runs; 64.
    pub functions: Option<u32>,
    /// Most bytes of a body with files; 32 MiB.
    pub upload: Option<u32>,
    /// Most bytes of one file; 10 MiB.
    pub file: Option<u32>,
    /// Most parts of a body with files, the call among them; 100.
    pub parts: Option<u32>,
    /// Most bytes of the header lines of one part; 8 KiB.
    pub part_headers: Option<u32>,
    /// Most bytes of a file's name; 255.
    pub file_name: Option<u32>,
}

impl Limits {
    /// The defaults of the protocol.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            body: None,
            query: None,
            batch: None,
            refresh: None,
            functions: None,
            upload: None,
            file: None,
            parts: None,
            part_headers: None,
            file_name: None,
        }
    }
}
