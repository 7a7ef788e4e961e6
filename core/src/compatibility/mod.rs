//! Which changes of an application break clients that were generated from the old one and are still deployed.
//!
//! What a client sends may only be taken more widely, what it receives may only be said more narrowly. `docs/compatibility.md`
//! lists the rules; [`Rule`] has their names. Both documents are the IR, read by [`crate::ir::kdl_read`].

mod bounds;
#[cfg(test)]
mod properties;
mod rule;
#[cfg(test)]
mod tests;
mod walk;

use std::fmt;

use crate::ir::model::{Auth, Context, DeclaredError, Document, Function, Route};
pub use rule::{Aspect, Rule};
use walk::{Path, Walk, Way};

/// A change that breaks deployed clients.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Break {
    /// Where, as a JSON Pointer: `/function/rename/input/name`; items of a list are `[]`, values of a map `{}`.
    pub path: String,
    /// By which rule.
    pub rule: Rule,
    /// What has changed, for people.
    pub what: String,
}

impl fmt::Display for Break {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, rule, what } = self;
        write!(formatter, "{rule} {path}: {what}")
    }
}

/// Every change from the old document to the new one that breaks clients of the old, sorted by path; none where all of
/// them go on working.
#[must_use]
pub fn check(old: &Document, new: &Document) -> Vec<Break> {
    let mut check = Check { old, new, breaks: Vec::new() };
    for function in &old.functions {
        check.function(function);
    }
    for context in &old.contexts {
        check.context(context);
    }
    let mut breaks = check.breaks;
    breaks.sort();
    breaks.dedup();
    breaks
}

struct Check<'d> {
    old: &'d Document,
    new: &'d Document,
    breaks: Vec<Break>,
}

impl<'d> Check<'d> {
    fn add(&mut self, rule: Rule, path: &Path<'_>, what: impl Into<String>) {
        self.breaks.push(Break { path: path.text(), rule, what: what.into() });
    }

    fn function(&mut self, old: &'d Function) {
        let root = Path::Root;
        let group = Path::Part(&root, "function");
        let path = Path::Part(&group, &old.name);
        let Some(new) = self.new.function_named(&old.name) else {
            if !old.private {
                self.add(Rule::FunctionRemoved, &path, "there is no function of this name any more");
            }
            self.route(old.route.as_ref(), None, &path);
            return;
        };
        self.route(old.route.as_ref(), new.route.as_ref(), &path);
        let is_read = |document: &Document| document.contexts.iter().any(|context| context.members.contains(&old.name));
        let may_call = !old.private && !new.private;
        if !old.private && new.private {
            self.add(Rule::FunctionPrivate, &path, "clients may no longer call it");
        }
        if may_call {
            if old.websocket && !new.websocket {
                self.add(Rule::FunctionTransport, &path, "it can no longer be reached over a WebSocket");
            }
            let mut walk = Walk::new(self.old, self.new, Way::Request);
            walk.fields(&old.input, &new.input, &Path::Part(&path, "input"));
            self.breaks.append(&mut walk.breaks);
            self.affects(old, new, &path);
        }
        let page = same_page(old, new);
        if let Some((parts, new_parts)) = page.as_ref().filter(|_| !may_call) {
            self.url(old, parts, new, new_parts, &Path::Part(&path, "input"));
        }
        if may_call || page.is_some() || (is_read(self.old) && is_read(self.new)) {
            if let Some(what) = tightened(&old.auth, &new.auth) {
                self.add(Rule::FunctionAuth, &path, what);
            }
            let mut walk = Walk::new(self.old, self.new, Way::Reply);
            walk.shape(&new.output, &old.output, &Path::Part(&path, "output"));
            self.breaks.append(&mut walk.breaks);
            self.errors(&old.errors, &new.errors, &Path::Part(&path, "error"));
        }
    }

    fn route(&mut self, old: Option<&Route>, new: Option<&Route>, path: &Path<'_>) {
        let Some(old) = old else { return };
        let path = Path::Part(path, "route");
        match new {
            None => self.add(Rule::FunctionRoute, &path, format!("the page {} is gone", old.path)),
            Some(new) if spelt(&old.path) != spelt(&new.path) => {
                self.add(Rule::FunctionRoute, &path, format!("the page {} is {} now", old.path, new.path));
            }
            Some(new) => {
                let gone = methods(old).into_iter().filter(|method| !methods(new).contains(method));
                for method in gone.collect::<Vec<_>>() {
                    self.add(Rule::FunctionRoute, &path, format!("the page no longer answers {method}"));
                }
            }
        }
    }

    /// What the URL of a page says (PAGE-3): the parts of its path by their place, since nobody sees their names, and the
    /// other inputs as a query has them.
    fn url(&mut self, old: &'d Function, parts: &[&str], new: &'d Function, new_parts: &[&str], path: &Path<'_>) {
        let in_query = |document: &Document, function: &Function, parts: &[&str]| {
            let rest = function.input.iter().filter(|field| !parts.contains(&field.name.as_str()));
            document.query_fields(rest)
        };
        let (query, new_query) = (in_query(self.old, old, parts), in_query(self.new, new, new_parts));
        let mut walk = Walk::new(self.old, self.new, Way::Request);
        let field = |function: &'d Function, name: &str| function.input.iter().find(|field| field.name == name);
        for (name, new_name) in parts.iter().zip(new_parts) {
            if let (Some(field), Some(new_field)) = (field(old, name), field(new, new_name)) {
                walk.shape(&field.shape, &new_field.shape, &Path::Part(path, name));
            }
        }
        walk.fields(&query, &new_query, path);
        self.breaks.append(&mut walk.breaks);
    }

    /// A context that the call no longer touches at all keeps showing what the call has changed.
    fn affects(&mut self, old: &Function, new: &Function, path: &Path<'_>) {
        let touched = |function: &'_ Function| {
            let affected = function.affects.iter().map(|affect| affect.context.clone());
            let merged = function.merge.iter().map(|merge| merge.context.clone());
            affected.chain(merged).collect::<std::collections::BTreeSet<String>>()
        };
        let group = Path::Part(path, "affects");
        for context in touched(old).difference(&touched(new)) {
            let what = "clients that show this context no longer learn that the call has changed it";
            self.add(Rule::AffectsRemoved, &Path::Part(&group, context), what);
        }
    }

    fn errors(&mut self, old: &'d [DeclaredError], new: &'d [DeclaredError], path: &Path<'_>) {
        for error in new {
            let path = Path::Part(path, &error.code);
            let Some(known) = old.iter().find(|known| known.code == error.code) else {
                self.add(Rule::ErrorAdded, &path, "deployed clients do not know this error");
                continue;
            };
            if known.status != error.status {
                let what = format!("its status was {}, is {}", known.status, error.status);
                self.add(Rule::ErrorStatus, &path, what);
            }
            let path = Path::Part(&path, "data");
            match (&known.data, &error.data) {
                (Some(known), Some(data)) => {
                    let mut walk = Walk::new(self.old, self.new, Way::Reply);
                    walk.shape(data, known, &path);
                    self.breaks.append(&mut walk.breaks);
                }
                (Some(_), None) => self.add(Rule::Output(Aspect::Removed), &path, "it has no data any more"),
                // Nobody reads what was not there.
                (None, _) => {}
            }
        }
    }

    fn context(&mut self, old: &'d Context) {
        let root = Path::Root;
        let group = Path::Part(&root, "context");
        let path = Path::Part(&group, &old.name);
        let Some(new) = self.new.context_named(&old.name) else {
            return self.add(Rule::ContextRemoved, &path, "there is no context of this name any more");
        };
        let members = Path::Part(&path, "member");
        for member in old.members.iter().filter(|member| !new.members.contains(member)) {
            self.add(Rule::MemberRemoved, &Path::Part(&members, member), "it is no member of the context any more");
        }
        let (old_params, new_params) = (self.old.query_fields(&old.params), self.new.query_fields(&new.params));
        let mut walk = Walk::new(self.old, self.new, Way::Request);
        walk.fields(&old_params, &new_params, &Path::Part(&path, "param"));
        self.breaks.append(&mut walk.breaks);
    }
}

/// The path of a route without the names of its params, which no URL shows.
fn spelt(path: &str) -> Vec<&str> {
    path.split('/').map(|part| if part.starts_with(':') { ":" } else { part }).collect()
}

/// The params in the paths of both, where they answer pages of one path: those of another are gone.
fn same_page<'d>(old: &'d Function, new: &'d Function) -> Option<(Vec<&'d str>, Vec<&'d str>)> {
    let (old, new) = (old.route.as_ref()?, new.route.as_ref()?);
    let params = |route: &'d Route| route.path.split('/').filter_map(|part| part.strip_prefix(':')).collect();
    (spelt(&old.path) == spelt(&new.path)).then(|| (params(old), params(new)))
}

fn methods(route: &Route) -> Vec<&str> {
    if route.methods.is_empty() { vec!["GET"] } else { route.methods.iter().map(String::as_str).collect() }
}

/// How a guard is tightened: where somebody whom the old one let pass may not pass the new one.
fn tightened(old: &Auth, new: &Auth) -> Option<String> {
    let is_wider = match (old, new) {
        (_, Auth::None) => true,
        (Auth::Guard(old), Auth::Guard(new)) => old == new,
        // What the application's own callable lets pass is not known.
        (Auth::Guard(_) | Auth::None, _) | (_, Auth::Guard(_)) => false,
        (_, Auth::Authenticated) | (Auth::Superuser | Auth::Staff, Auth::Staff) | (Auth::Superuser, _) => true,
        // A superuser has every permission.
        (Auth::Permissions(old), Auth::Permissions(new)) => new.iter().all(|name| old.contains(name)),
        (Auth::Authenticated | Auth::Staff | Auth::Permissions(_), _) => false,
    };
    (!is_wider).then(|| format!("it was for {}, is for {}", callers(old), callers(new)))
}

fn callers(auth: &Auth) -> String {
    match auth {
        Auth::None => "anybody".to_owned(),
        Auth::Authenticated => "any identity".to_owned(),
        Auth::Staff => "staff".to_owned(),
        Auth::Superuser => "superusers".to_owned(),
        Auth::Permissions(names) => format!("identities with {}", names.join(", ")),
        Auth::Guard(name) => format!("whom {name} lets pass"),
    }
}
