//! Reading the registration document: what an adapter declares, before anything is resolved.

use super::Limits;
use super::problem::{BuildError, Problem, Source};
use crate::ir::model::{Auth, Cache, Route};
use crate::value::{Value, json};

/// The version of the document that this core reads.
pub const VERSION: i64 = 1;

/// What an adapter declares.
#[derive(Debug)]
pub(super) struct Declaration {
    pub base: String,
    pub expose_ir: bool,
    pub limits: Limits,
    pub contexts: Vec<DeclaredContext>,
    pub functions: Vec<DeclaredFunction>,
}

#[derive(Debug)]
pub(super) struct DeclaredContext {
    pub name: String,
    pub source: Option<Source>,
    pub public: bool,
    pub identity: bool,
}

#[derive(Debug)]
pub(super) struct DeclaredFunction {
    pub name: String,
    pub doc: Option<String>,
    pub deprecated: Option<String>,
    pub context: Option<String>,
    pub auth: Auth,
    pub websocket: bool,
    pub private: bool,
    pub route: Option<Route>,
    pub input: Value,
    pub output: Value,
    pub affects: Vec<Reference>,
    pub merge: Vec<Reference>,
    pub errors: Vec<ErrorDeclaration>,
    pub cache: Cache,
    pub rev: u32,
    pub host: HostFacts,
}

/// What a request needs to know of a function and the IR does not say.
#[derive(Debug, Clone, Default)]
pub(super) struct HostFacts {
    pub source: Option<Source>,
    pub timeout_ms: u32,
    /// Whether it may read more of the request than its input, and does not say `cache` itself (STORE-3).
    pub reads_request: bool,
    /// Whether it gets the identity as an argument (AUTH-8).
    pub reads_identity: bool,
    /// Whether it has `affects_params`, so that its targets are known only afterwards.
    pub computes_params: bool,
}

/// What `affects` or `merge` names.
#[derive(Debug)]
pub(super) enum Reference {
    /// A context or a function, to be found out.
    Name(String),
    /// A context.
    Context(String),
    /// One function of one context.
    Member { context: String, function: String },
}

#[derive(Debug)]
pub(super) struct ErrorDeclaration {
    pub code: String,
    pub status: u16,
    pub data: Option<Value>,
}

/// Milliseconds a function may run where it does not say (LIM-9).
const DEFAULT_TIMEOUT_MS: u32 = 30_000;

pub(super) fn read(document: &[u8]) -> Result<Declaration, BuildError> {
    let value = json::parse(document).map_err(|error| refusal(format!("the registration document: {error}")))?;
    declaration(&value).map_err(|wrong| refusal(format!("the registration document: {wrong}")))
}

fn refusal(problem: String) -> BuildError {
    let help = "this is the adapter's mistake, not the application's: its version and the core's may differ".to_owned();
    BuildError { problems: vec![Problem { name: None, source: None, problem, help }] }
}

type Read<T> = Result<T, String>;

fn declaration(value: &Value) -> Read<Declaration> {
    let object = Object::new(value, "")?;
    object.only(&["version", "base", "expose_ir", "limits", "contexts", "functions"])?;
    match object.value("version").and_then(Value::as_i64) {
        Some(VERSION) => {}
        found => return Err(format!("version: expected {VERSION}, found {found:?}")),
    }
    Ok(Declaration {
        base: object.text("base")?.unwrap_or_else(|| "/api/mizan".to_owned()),
        expose_ir: object.flag("expose_ir")?,
        limits: limits(&object)?,
        contexts: object.list("contexts")?.map(|(at, value)| context(value, &at)).collect::<Read<_>>()?,
        functions: object.list("functions")?.map(|(at, value)| function(value, &at)).collect::<Read<_>>()?,
    })
}

fn limits(object: &Object) -> Read<Limits> {
    let default = Limits::default();
    let Some(value) = object.value("limits").filter(|value| **value != Value::Null) else { return Ok(default) };
    let inner = Object::new(value, &object.place("limits"))?;
    inner.only(&["body", "query", "batch", "refresh", "functions"])?;
    Ok(Limits {
        body: inner.number("body")?.unwrap_or(default.body),
        query: inner.number("query")?.unwrap_or(default.query),
        batch: inner.number("batch")?.unwrap_or(default.batch),
        refresh: inner.number("refresh")?.unwrap_or(default.refresh),
        functions: inner.number("functions")?.unwrap_or(default.functions),
    })
}

fn context(value: &Value, at: &str) -> Read<DeclaredContext> {
    let object = Object::new(value, at)?;
    object.only(&["name", "source", "public", "identity"])?;
    Ok(DeclaredContext {
        name: object.needed_text("name")?,
        source: object.source()?,
        public: object.flag("public")?,
        identity: object.flag("identity")?,
    })
}

fn function(value: &Value, at: &str) -> Read<DeclaredFunction> {
    let object = Object::new(value, at)?;
    object.only(&[
        "name",
        "source",
        "doc",
        "deprecated",
        "context",
        "auth",
        "websocket",
        "private",
        "route",
        "input",
        "output",
        "affects",
        "merge",
        "errors",
        "timeout_ms",
        "cache",
        "rev",
        "reads_request",
        "reads_identity",
        "computes_params",
    ])?;
    let cache = object.value("cache").filter(|value| **value != Value::Null);
    Ok(DeclaredFunction {
        name: object.needed_text("name")?,
        doc: object.text("doc")?.filter(|doc| !doc.is_empty()),
        deprecated: object.text("deprecated")?,
        context: object.text("context")?,
        auth: auth(&object)?,
        websocket: object.flag("websocket")?,
        private: object.flag("private")?,
        route: route(&object)?,
        input: object.needed("input")?.clone(),
        output: object.needed("output")?.clone(),
        affects: references(&object, "affects")?,
        merge: references(&object, "merge")?,
        errors: object.list("errors")?.map(|(at, value)| error(value, &at)).collect::<Read<_>>()?,
        cache: match cache {
            None | Some(Value::Boolean(true)) => Cache::Default,
            Some(Value::Boolean(false)) => Cache::Off,
            Some(_) => Cache::Seconds(object.number("cache")?.unwrap_or_default()),
        },
        rev: object.number("rev")?.unwrap_or_default(),
        host: HostFacts {
            source: object.source()?,
            timeout_ms: object.number("timeout_ms")?.unwrap_or(DEFAULT_TIMEOUT_MS),
            reads_request: object.flag("reads_request")? && cache.is_none(),
            reads_identity: object.flag("reads_identity")?,
            computes_params: object.flag("computes_params")?,
        },
    })
}

fn auth(object: &Object) -> Read<Auth> {
    let wrong =
        || object.wrong("auth", "\"none\", \"authenticated\", \"staff\", \"superuser\", permissions or a guard");
    match object.value("auth") {
        None | Some(Value::Null) => Ok(Auth::None),
        Some(Value::String(text)) => match text.as_str() {
            "none" => Ok(Auth::None),
            "authenticated" => Ok(Auth::Authenticated),
            "staff" => Ok(Auth::Staff),
            "superuser" => Ok(Auth::Superuser),
            _ => Err(wrong()),
        },
        Some(value) => {
            let inner = Object::new(value, &object.place("auth"))?;
            inner.only(&["permissions", "guard"])?;
            if let Some(guard) = inner.text("guard")? {
                return Ok(Auth::Guard(guard));
            }
            let mut permissions = inner.texts("permissions")?;
            permissions.sort();
            permissions.dedup();
            if permissions.is_empty() { Err(wrong()) } else { Ok(Auth::Permissions(permissions)) }
        }
    }
}

fn route(object: &Object) -> Read<Option<Route>> {
    let Some(value) = object.value("route").filter(|value| **value != Value::Null) else { return Ok(None) };
    let inner = Object::new(value, &object.place("route"))?;
    inner.only(&["path", "methods"])?;
    let mut methods = inner.texts("methods")?;
    methods.sort();
    methods.dedup();
    Ok(Some(Route { path: inner.needed_text("path")?, methods }))
}

fn references(object: &Object, name: &str) -> Read<Vec<Reference>> {
    object
        .list(name)?
        .map(|(at, value)| {
            if let Value::String(name) = value {
                return Ok(Reference::Name(name.clone()));
            }
            let inner = Object::new(value, &at)?;
            inner.only(&["context", "function"])?;
            let context = inner.needed_text("context")?;
            Ok(match inner.text("function")? {
                Some(function) => Reference::Member { context, function },
                None => Reference::Context(context),
            })
        })
        .collect()
}

fn error(value: &Value, at: &str) -> Read<ErrorDeclaration> {
    let object = Object::new(value, at)?;
    object.only(&["code", "status", "data"])?;
    let status = object.number("status")?.unwrap_or(400);
    Ok(ErrorDeclaration {
        code: object.needed_text("code")?,
        status: u16::try_from(status).map_err(|_| object.wrong("status", "an HTTP status"))?,
        data: object.value("data").filter(|value| **value != Value::Null).cloned(),
    })
}

/// An object of the document that knows its place, so that each refusal can say it.
struct Object<'a> {
    value: &'a Value,
    at: String,
}

impl<'a> Object<'a> {
    fn new(value: &'a Value, at: &str) -> Read<Self> {
        match value {
            Value::Object(_) => Ok(Self { value, at: at.to_owned() }),
            _ => Err(format!("{at}: expected an object")),
        }
    }

    fn only(&self, known: &[&str]) -> Read<()> {
        let members = self.value.as_object().unwrap_or_default();
        match members.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            Some((name, _)) => Err(format!("{}: unknown member", self.place(name))),
            None => Ok(()),
        }
    }

    fn place(&self, name: &str) -> String {
        format!("{}/{name}", self.at)
    }

    fn wrong(&self, name: &str, expected: &str) -> String {
        format!("{}: expected {expected}", self.place(name))
    }

    fn value(&self, name: &str) -> Option<&'a Value> {
        self.value.get(name)
    }

    fn needed(&self, name: &str) -> Read<&'a Value> {
        self.value(name).ok_or_else(|| format!("{}: missing", self.place(name)))
    }

    fn text(&self, name: &str) -> Read<Option<String>> {
        match self.value(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(self.wrong(name, "text")),
        }
    }

    fn needed_text(&self, name: &str) -> Read<String> {
        self.text(name)?.ok_or_else(|| format!("{}: missing", self.place(name)))
    }

    fn flag(&self, name: &str) -> Read<bool> {
        match self.value(name) {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Boolean(flag)) => Ok(*flag),
            Some(_) => Err(self.wrong(name, "true or false")),
        }
    }

    fn number(&self, name: &str) -> Read<Option<u32>> {
        match self.value(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match value.as_i64().and_then(|number| u32::try_from(number).ok()) {
                Some(number) => Ok(Some(number)),
                None => Err(self.wrong(name, "a number from 0 to 4294967295")),
            },
        }
    }

    fn list(&self, name: &str) -> Read<impl Iterator<Item = (String, &'a Value)>> {
        let items = match self.value(name) {
            None | Some(Value::Null) => &[],
            Some(Value::List(items)) => items.as_slice(),
            Some(_) => return Err(self.wrong(name, "a list")),
        };
        let place = self.place(name);
        Ok(items.iter().enumerate().map(move |(index, item)| (format!("{place}/{index}"), item)))
    }

    fn texts(&self, name: &str) -> Read<Vec<String>> {
        self.list(name)?
            .map(|(at, value)| value.as_str().map(str::to_owned).ok_or_else(|| format!("{at}: expected text")))
            .collect()
    }

    fn source(&self) -> Read<Option<Source>> {
        let Some(value) = self.value("source").filter(|value| **value != Value::Null) else { return Ok(None) };
        let inner = Object::new(value, &self.place("source"))?;
        inner.only(&["file", "line"])?;
        let line = inner.number("line")?.ok_or_else(|| inner.wrong("line", "a number"))?;
        Ok(Some(Source { file: inner.needed_text("file")?, line }))
    }
}
