//! Page routes: which function answers a path outside the protocol's own routes (PAGE-1 to PAGE-4).

use std::cmp::Ordering;

use super::build::{Draft, Problems};
use super::bundles::is_param;
use super::names;
use crate::ir::model::{Document, Route, Shape, TypeDefinition};

/// The methods that a page may have.
const METHODS: [&str; 5] = ["DELETE", "GET", "PATCH", "POST", "PUT"];

/// One page: its path in parts, its methods, and the function that answers.
#[derive(Debug)]
pub struct Page {
    /// The index of the function.
    pub function: usize,
    /// The methods that it answers, `HEAD` among them where `GET` is.
    pub methods: Vec<String>,
    parts: Vec<Part>,
}

/// One part of a path, between two slashes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// It stands there as it is; first, so that a page of fixed text is found before one with a param.
    Fixed(String),
    /// Whatever stands there, unless nothing does, is this input.
    Param(String),
}

impl Page {
    /// The query text that says what the params of a raw path are; `None` where it is another page's path.
    fn params(&self, path: &str) -> Option<Vec<u8>> {
        let mut text = Vec::new();
        let mut held = path.strip_prefix('/')?.split('/');
        for part in &self.parts {
            let raw = held.next()?;
            match part {
                Part::Fixed(fixed) if fixed == raw => {}
                Part::Param(name) if !raw.is_empty() => {
                    if !text.is_empty() {
                        text.push(b'&');
                    }
                    text.extend_from_slice(name.as_bytes());
                    text.push(b'=');
                    for byte in raw.bytes() {
                        // In a path these three are themselves.
                        match byte {
                            b'+' => text.extend_from_slice(b"%2B"),
                            b'&' => text.extend_from_slice(b"%26"),
                            b'=' => text.extend_from_slice(b"%3D"),
                            other => text.push(other),
                        }
                    }
                }
                Part::Fixed(_) | Part::Param(_) => return None,
            }
        }
        held.next().is_none().then_some(text)
    }
}

/// Whether a path, raw or of a page, is the protocol's and so no page's, whichever params would fit it: all at and below the
/// base. Pages stand below an empty base like everything else, so there it is the routes alone.
#[must_use]
pub fn is_protocol(base: &str, path: &str) -> bool {
    if base.is_empty() {
        let route = path.strip_suffix('/').unwrap_or(path);
        return matches!(route, "/call" | "/session" | "/ir") || path.starts_with("/ctx/");
    }
    path.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What the pages know of a path.
#[derive(Debug)]
pub enum Found<'a> {
    /// The page that answers, and query text of what its path says.
    Page(&'a Page, Vec<u8>),
    /// Its pages answer these methods only, sorted.
    Methods(Vec<&'a str>),
    /// No page has this path.
    Nothing,
}

/// Which page answers a method at a raw path. `pages` are in the order of [`of`].
#[must_use]
pub fn find<'a>(pages: &'a [Page], method: &str, path: &str) -> Found<'a> {
    let mut methods = Vec::new();
    for page in pages {
        let Some(params) = page.params(path) else { continue };
        if page.methods.iter().any(|held| held == method) {
            return Found::Page(page, params);
        }
        methods.extend(page.methods.iter().map(String::as_str));
    }
    if methods.is_empty() {
        return Found::Nothing;
    }
    methods.sort_unstable();
    methods.dedup();
    Found::Methods(methods)
}

/// Whether a page has this raw path, whatever its methods.
#[must_use]
pub fn has(pages: &[Page], path: &str) -> bool {
    pages.iter().any(|page| page.params(path).is_some())
}

/// The pages of a document that [`check`] took, those of fixed text before those with params.
pub(super) fn of(document: &Document) -> Vec<Page> {
    let page = |(function, model): (usize, &crate::ir::model::Function)| {
        let route = model.route.as_ref()?;
        Some(Page { function, methods: methods(route), parts: parts(&route.path).ok()? })
    };
    let mut pages: Vec<_> = document.functions.iter().enumerate().filter_map(page).collect();
    pages.sort_by(|left, right| left.parts.cmp(&right.parts).then(Ordering::Equal));
    pages
}

/// Refuses routes that could not be answered.
pub(super) fn check(base: &str, drafts: &[Draft], types: &[TypeDefinition], problems: &mut Problems) {
    let mut seen: Vec<(Vec<Part>, Vec<String>, &str)> = Vec::new();
    for draft in drafts {
        let Some(route) = &draft.function.route else { continue };
        let (name, source) = (&draft.function.name, draft.host.source.as_ref());
        let mut refuse = |problem: String, help: &str| problems.add(name, source, problem, help);
        for method in route.methods.iter().filter(|method| !METHODS.contains(&method.as_str())) {
            refuse(format!("a page does not answer the method \"{method}\""), "use GET, POST, PUT, PATCH or DELETE");
        }
        let parts = match parts(&route.path) {
            Ok(parts) => parts,
            Err(problem) => {
                refuse(
                    format!("\"{}\" cannot be the path of a page: {problem}", route.path),
                    "write a path such as \"/orders/:order_id\", each `:name` an input of the function",
                );
                continue;
            }
        };
        if is_protocol(base, &route.path) {
            let place = if base.is_empty() {
                "is a route of the protocol".to_owned()
            } else {
                format!("stands below the base \"{base}\"")
            };
            refuse(format!("the page \"{}\" {place}", route.path), "give it another path");
        }
        for param in parts.iter().filter_map(|part| if let Part::Param(param) = part { Some(param) } else { None }) {
            match draft.function.input.iter().find(|field| field.name == *param) {
                None => refuse(
                    format!("the path \"{}\" names `:{param}`, which is no input of the function", route.path),
                    "name an input, or add one",
                ),
                Some(field) if matches!(field.shape, Shape::List { .. }) => refuse(
                    format!("\"{param}\" is a list, and a part of a path is one value"),
                    "leave it out of the path: the query can repeat it",
                ),
                Some(_) => {}
            }
        }
        for field in draft.function.input.iter().filter(|field| !is_param(&field.shape, types)) {
            refuse(
                format!("\"{}\" cannot be an input of a page", field.name),
                "the inputs of a page stand in its path and query: use scalars or lists of scalars, and read a form from \
                 the request",
            );
        }
        let shape: Vec<_> = parts
            .into_iter()
            .map(|part| if let Part::Param(_) = part { Part::Param(String::new()) } else { part })
            .collect();
        let own = methods(route);
        let rival =
            seen.iter().find(|(held, methods, _)| *held == shape && methods.iter().any(|one| own.contains(one)));
        if let Some((_, _, rival)) = rival {
            refuse(
                format!("\"{rival}\" answers the same method at the same path"),
                "give one of the two another path or method",
            );
        }
        seen.push((shape, own, name));
    }
}

fn methods(route: &Route) -> Vec<String> {
    let mut methods = if route.methods.is_empty() { vec!["GET".to_owned()] } else { route.methods.clone() };
    if methods.iter().any(|method| method == "GET") {
        methods.push("HEAD".to_owned());
    }
    methods
}

fn parts(path: &str) -> Result<Vec<Part>, &'static str> {
    let rest = path.strip_prefix('/').ok_or("it does not begin with a slash")?;
    let mut parts: Vec<Part> = Vec::new();
    for part in rest.split('/') {
        parts.push(match part.strip_prefix(':') {
            Some(name) if names::is_name(name) => Part::Param(name.to_owned()),
            Some(_) => return Err("what stands behind a colon is no name of an input"),
            None if part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte)) => {
                Part::Fixed(part.to_owned())
            }
            None => return Err("it has other characters than letters, digits, `-`, `_`, `.` and `~`"),
        });
    }
    // Only the last part may be empty: the path then ends in a slash.
    let inner = parts.len().saturating_sub(1);
    if parts.iter().take(inner).any(|part| *part == Part::Fixed(String::new())) {
        return Err("it has an empty part");
    }
    let is_dotted = |part: &Part| matches!(part, Part::Fixed(text) if text == "." || text == "..");
    if parts.iter().any(is_dotted) {
        return Err("browsers take `.` and `..` away");
    }
    let is_repeated =
        |index: usize, part: &Part| matches!(part, Part::Param(_)) && parts.iter().take(index).any(|held| held == part);
    if parts.iter().enumerate().any(|(index, part)| is_repeated(index, part)) {
        return Err("it names one input twice");
    }
    Ok(parts)
}
