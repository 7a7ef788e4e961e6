//! From what an adapter declares to one frozen, validated application (NAME-1 to NAME-8).
//!
//! Everything that can be wrong with a declaration is found here, all of it at once, and told with the place where it
//! stands. What a running application needs for a request is worked out here as well, so that a request finds it ready.

mod build;
mod bundles;
mod declaration;
pub mod names;
pub mod pages;
mod problem;
mod targets;

use std::fmt::Write;
use std::sync::Arc;

use crate::cache::key::CacheKey;
use crate::cache::recent::Recent;
use crate::dispatch::credentials::TokenRules;
use crate::identity::keyring::Keyring;
use crate::identity::origin::TrustedOrigins;
use crate::ir::model::{Document, Field};
use crate::ir::program::{Program, ShapeId};
use crate::ir::{kdl_write, model};

pub use declaration::VERSION as REGISTRATION_VERSION;
pub use problem::{BuildError, Problem, Source};

/// A frozen application. It never changes, and every request reads it without a lock.
#[derive(Debug)]
pub struct Application {
    document: Document,
    ir: String,
    digest: Arc<str>,
    base: String,
    expose_ir: bool,
    limits: Limits,
    program: Program,
    /// Whether one of its shapes is an upload: every call asks, and an application has many shapes.
    takes_uploads: bool,
    functions: Vec<FrozenFunction>,
    contexts: Vec<FrozenContext>,
    pages: Vec<pages::Page>,
    secrets: Secrets,
    /// What bundles were looked up under, with these secrets.
    recent: Recent,
}

/// What a running application was given besides its declaration. None of it stands in the IR.
#[derive(Debug, Default)]
pub struct Secrets {
    /// The key of the origin cache; without one there is none (STORE-1).
    pub cache: Option<CacheKey>,
    /// The tokens that are taken; without any the headers are the application's own (AUTH-9).
    pub tokens: Option<TokenRules>,
    /// The keys of the token against forged requests; without any none is asked for (CSRF-9).
    pub csrf: Option<Keyring>,
    /// Origins other than the server's own whose pages may send requests (CSRF-6).
    pub trusted_origins: TrustedOrigins,
}

/// The limits of a request (LIM-1, LIM-2, LIM-4, LIM-5, LIM-7, LIM-12 to LIM-16). Each can be set at registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes of a JSON body. Default 1 MiB.
    pub body: u32,
    /// Most bytes of a query. Default 8 KiB.
    pub query: u32,
    /// Most calls in a batch. Default 32.
    pub batch: u32,
    /// Most bundles that one call refreshes. Default 16.
    pub refresh: u32,
    /// Most functions that one request runs: its calls, and the members of every bundle that it refreshes. Default 64.
    pub functions: u32,
    /// Most bytes of a multipart body. Default 32 MiB.
    pub upload: u32,
    /// Most bytes of one file in it; an upload may declare less, never more. Default 10 MiB.
    pub file: u32,
    /// Most parts of a multipart body, the call among them. Default 100.
    pub parts: u32,
    /// Most bytes of the header lines of one part. Default 8 KiB.
    pub part_headers: u32,
    /// Most bytes of a file's name. Default 255.
    pub file_name: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 1 << 20,
            query: 8 << 10,
            batch: 32,
            refresh: 16,
            functions: 64,
            upload: 32 << 20,
            file: 10 << 20,
            parts: 100,
            part_headers: 8 << 10,
            file_name: 255,
        }
    }
}

/// What a request needs of a function; it has the index of its function in [`Document::functions`].
#[derive(Debug)]
pub struct FrozenFunction {
    /// The compiled input, a struct.
    pub input: ShapeId,
    /// The compiled output.
    pub output: ShapeId,
    /// The compiled data of each declared error, by index.
    pub error_data: Vec<Option<ShapeId>>,
    /// Milliseconds it may run.
    pub timeout_ms: u32,
    /// Where it was declared.
    pub source: Option<Source>,
    /// Whether it computes what narrows its targets, so that they are not known before it ran.
    pub computes_params: bool,
    /// The inputs that narrow one of its targets, sorted as canonical text is.
    pub narrowing: Vec<String>,
    /// Whether who asks must be known, whatever its guard: for what it invalidates (SCOPE-4), or because it gets the
    /// identity as an argument (AUTH-8).
    pub needs_identity: bool,
    /// Whether it gets the identity as an argument, with what the caller is allowed (AUTH-8, AUTH-10).
    pub reads_identity: bool,
}

/// What a request needs of a context; it has the index of its context in [`Document::contexts`].
#[derive(Debug)]
pub struct FrozenContext {
    /// The compiled params, a struct.
    pub params: ShapeId,
    /// Each param compiled alone, in the order of the context's params.
    pub each_param: Vec<ShapeId>,
    /// Its members, as indexes of functions, sorted by name.
    pub members: Vec<FrozenMember>,
    /// Every set of param names by which some mutation narrows it, each sorted; the empty one is first.
    pub known_sets: Vec<Vec<String>>,
    /// The edge tag of the whole context, which every bundle of it has (CACHE-6).
    pub tag: String,
    /// Seconds it may be kept at an edge; `None` where a member is not to be cached.
    pub ttl: Option<u32>,
    /// Whether the origin cache may keep its bundles (STORE-3).
    pub is_stored: bool,
    /// What its bundles are made of (STORE-2).
    pub revision: String,
    /// Whether a member takes the identity, so that a bundle depends on all of it (STORE-2).
    pub reads_identity: bool,
}

/// One member of a context.
#[derive(Debug)]
pub struct FrozenMember {
    /// The index of its function.
    pub function: usize,
    /// The names of its inputs, sorted.
    pub inputs: Vec<String>,
}

impl Application {
    /// Builds an application from one registration document, JSON in UTF-8.
    ///
    /// # Errors
    ///
    /// [`BuildError`] with every problem that was found.
    pub fn build(document: &[u8]) -> Result<Self, BuildError> {
        build::build(document)
    }

    /// The application with secrets.
    #[must_use]
    pub fn with_secrets(self, secrets: Secrets) -> Self {
        Self { secrets, recent: Recent::default(), ..self }
    }

    pub(crate) fn recent(&self) -> &Recent {
        &self.recent
    }

    /// What it was given besides its declaration.
    #[must_use]
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// The application as the IR has it.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The IR as KDL.
    #[must_use]
    pub fn ir(&self) -> &str {
        &self.ir
    }

    /// The contract's digest: the first 16 hexadecimal digits of the SHA-256 of the IR's text (HTTP-6).
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The same, for replies.
    pub(crate) const fn shared_digest(&self) -> &Arc<str> {
        &self.digest
    }

    /// The path below which the protocol is served, without a final slash.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Whether `{base}/ir/` answers.
    #[must_use]
    pub fn exposes_ir(&self) -> bool {
        self.expose_ir
    }

    /// The limits of a request.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Whether a function takes files, so that multipart bodies are read (UPLOAD-1).
    #[must_use]
    pub fn takes_uploads(&self) -> bool {
        self.takes_uploads
    }

    /// The compiled shapes.
    #[must_use]
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The index of the function of that name.
    #[must_use]
    pub fn function_index(&self, name: &str) -> Option<usize> {
        self.document.functions.binary_search_by(|function| function.name.as_str().cmp(name)).ok()
    }

    /// The index of the context of that name.
    #[must_use]
    pub fn context_index(&self, name: &str) -> Option<usize> {
        self.document.contexts.binary_search_by(|context| context.name.as_str().cmp(name)).ok()
    }

    /// A function by index: as the IR has it and as it was compiled.
    #[must_use]
    pub fn function(&self, index: usize) -> Option<(&model::Function, &FrozenFunction)> {
        Some((self.document.functions.get(index)?, self.functions.get(index)?))
    }

    /// A context by index: as the IR has it and as it was compiled.
    #[must_use]
    pub fn context(&self, index: usize) -> Option<(&model::Context, &FrozenContext)> {
        Some((self.document.contexts.get(index)?, self.contexts.get(index)?))
    }

    /// The pages that its functions answer (PAGE-1).
    #[must_use]
    pub fn pages(&self) -> &[pages::Page] {
        &self.pages
    }

    /// Where each function was declared, by name.
    pub fn sources(&self) -> impl Iterator<Item = (&str, &Source)> {
        self.document
            .functions
            .iter()
            .zip(&self.functions)
            .filter_map(|(function, frozen)| Some((function.name.as_str(), frozen.source.as_ref()?)))
    }

    /// The IR with a comment line for each function that says where it was declared; the document is the same.
    #[must_use]
    pub fn ir_with_sources(&self) -> String {
        let mut text = self.ir.clone();
        for (name, source) in self.sources() {
            text.push_str("//@ source ");
            kdl_write::write_string(&mut text, name);
            text.push(' ');
            kdl_write::write_string(&mut text, &source.file);
            // Writing to a String does not fail.
            let _ = writeln!(text, " {}", source.line);
        }
        text
    }
}

/// The names of the fields.
fn field_names(fields: &[Field]) -> Vec<String> {
    fields.iter().map(|field| field.name.clone()).collect()
}
