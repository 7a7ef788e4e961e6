//! One invalidation header and a manifest give the URLs to purge (EDGE-5, EDGE-6). Where that is not sure, more is purged,
//! never less.

use std::collections::BTreeSet;
use std::fmt;

use super::VERSION;
use crate::dispatch::bundle_url::{percent_encode, write_param};
use crate::invalidation::header_parse::{self, Purge};
use crate::invalidation::target::Target;
use crate::value::{Value, json};

/// What ends a line that stands for every URL that begins like it.
pub const ANY: char = '*';

/// URLs that one target names for an endpoint at most. Each null makes two of one: beyond this, params are as good as open,
/// so that no header makes a list without end.
const MOST: usize = 256;

/// What to purge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Urls {
    /// URLs, and prefixes that end in [`ANY`]; sorted, each once.
    pub lines: Vec<String>,
    /// Why this is all that the manifest knows of, where it is.
    pub everything: Option<&'static str>,
}

/// The text is no manifest that this core reads; why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestError(String);

impl fmt::Display for ManifestError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for ManifestError {}

/// A manifest that was read.
#[derive(Debug)]
pub struct Manifest {
    base_url: String,
    contexts: Vec<EdgeContext>,
}

#[derive(Debug)]
struct EdgeContext {
    name: String,
    public: bool,
    endpoints: Vec<String>,
    /// In the order of a URL.
    params: Vec<Param>,
    views: Vec<String>,
}

#[derive(Debug)]
struct Param {
    name: String,
    required: bool,
    nullable: bool,
    list: bool,
    default: Option<Value>,
}

impl Manifest {
    /// Reads a manifest.
    pub fn read(text: &[u8]) -> Result<Self, ManifestError> {
        let value = json::parse(text).map_err(|error| ManifestError(format!("it is not JSON: {error}")))?;
        match value.get("version").and_then(Value::as_u64) {
            Some(version) if version == u64::from(VERSION) => {}
            Some(version) => return Err(ManifestError(format!("it is version {version}, and this reads {VERSION}"))),
            None => return Err(missing("version")),
        }
        let contexts = value.get("contexts").and_then(Value::as_object).ok_or_else(|| missing("contexts"))?;
        Ok(Self {
            base_url: text_of(&value, "base_url")?,
            contexts: contexts.iter().map(|(name, value)| EdgeContext::read(name, value)).collect::<Result<_, _>>()?,
        })
    }

    /// What the field lines of one header, in their order, ask to purge. With `public_only`, what no shared cache may
    /// keep (CACHE-2) is left out.
    #[must_use]
    pub fn urls(&self, header: &[&[u8]], public_only: bool) -> Urls {
        let targets = match header_parse::parse(header) {
            Err(_) => return self.everything(public_only, "the header is no list of RFC 9651"),
            Ok(Purge::Everything) => return self.everything(public_only, "the header asks for it"),
            Ok(Purge::Targets(targets)) => targets,
        };
        let mut lines = BTreeSet::new();
        for target in &targets {
            let Some(context) = self.contexts.iter().find(|context| context.name == target.context) else {
                return self.everything(public_only, "the header names a context that the manifest does not have");
            };
            if context.public || !public_only {
                context.bundles(target, &mut lines);
                context.pages(self.origin(), target, &mut lines);
            }
        }
        Urls { lines: covered(lines), everything: None }
    }

    fn everything(&self, public_only: bool, why: &'static str) -> Urls {
        let mut lines = BTreeSet::from([format!("{}/ctx/{ANY}", self.base_url.trim_end_matches('/'))]);
        for context in self.contexts.iter().filter(|context| context.public || !public_only) {
            context.pages(self.origin(), &Target::broad(&context.name), &mut lines);
        }
        Urls { lines: covered(lines), everything: Some(why) }
    }

    /// The scheme and host of the base, where it has them: pages stand below them, not below the base.
    fn origin(&self) -> &str {
        let start = self.base_url.find("://").map(|at| at + 3);
        let Some(start) = start else { return "" };
        let path = self.base_url.get(start..).and_then(|rest| rest.find('/')).map(|at| start + at);
        self.base_url.get(..path.unwrap_or(self.base_url.len())).unwrap_or_default()
    }
}

/// The lines without those that a prefix among them covers.
fn covered(lines: BTreeSet<String>) -> Vec<String> {
    let prefixes: Vec<String> = lines.iter().filter_map(|line| line.strip_suffix(ANY)).map(str::to_owned).collect();
    let is_covered = |line: &String| {
        let own = line.strip_suffix(ANY);
        prefixes.iter().any(|prefix| own != Some(prefix.as_str()) && own.unwrap_or(line).starts_with(prefix.as_str()))
    };
    lines.into_iter().filter(|line| !is_covered(line)).collect()
}

fn missing(name: &str) -> ManifestError {
    ManifestError(format!("its \"{name}\" is missing, or is not what it should be"))
}

fn text_of(value: &Value, name: &str) -> Result<String, ManifestError> {
    value.get(name).and_then(Value::as_str).map(str::to_owned).ok_or_else(|| missing(name))
}

fn texts_of(value: &Value, name: &str) -> Result<Vec<String>, ManifestError> {
    let items = value.get(name).and_then(Value::as_list).ok_or_else(|| missing(name))?;
    items.iter().map(|item| item.as_str().map(str::to_owned).ok_or_else(|| missing(name))).collect()
}

impl EdgeContext {
    fn read(name: &str, value: &Value) -> Result<Self, ManifestError> {
        let params = value.get("params").and_then(Value::as_object).ok_or_else(|| missing("params"))?;
        let mut params: Vec<Param> =
            params.iter().map(|(name, value)| Param::read(name, value)).collect::<Result<_, _>>()?;
        params.sort_by(|left, right| left.name.cmp(&right.name));
        Ok(Self {
            name: name.to_owned(),
            public: value.get("public").and_then(Value::as_bool).ok_or_else(|| missing("public"))?,
            endpoints: texts_of(value, "endpoints")?,
            params,
            views: texts_of(value, "views")?,
        })
    }

    /// The bundles that a target covers: by one URL where it names every param, else by what their URLs begin with.
    fn bundles(&self, target: &Target, lines: &mut BTreeSet<String>) {
        let mut known: Vec<Option<Vec<String>>> = self.params.iter().map(|param| param.texts(target)).collect();
        let mut urls = 1;
        for texts in &mut known {
            match texts.as_ref().map_or(1, |texts| urls * texts.len()) {
                more if more > MOST => *texts = None,
                more => urls = more,
            }
        }
        let first_unknown = known.iter().position(Option::is_none);
        let mut queries = vec![String::new()];
        for texts in known.iter().map_while(Option::as_ref) {
            let joined = |query: &String, text: &String| {
                let between = if query.is_empty() || text.is_empty() { "" } else { "&" };
                format!("{query}{between}{text}")
            };
            queries = queries.iter().flat_map(|query| texts.iter().map(move |text| joined(query, text))).collect();
        }
        // Whether a URL may end where the first unknown param would stand.
        let may_end =
            self.params.iter().zip(&known).skip(first_unknown.unwrap_or_default()).all(|(param, known)| {
                known.as_ref().map_or(!param.required, |texts| texts.iter().any(String::is_empty))
            });
        for endpoint in &self.endpoints {
            for query in &queries {
                let question = if query.is_empty() { "" } else { "?" };
                let url = format!("{endpoint}{question}{query}");
                match first_unknown {
                    None => drop(lines.insert(url)),
                    Some(_) if query.is_empty() => drop(lines.insert(format!("{url}{ANY}"))),
                    Some(_) => {
                        lines.insert(format!("{url}&{ANY}"));
                        if may_end {
                            lines.insert(url);
                        }
                    }
                }
            }
        }
    }

    /// The pages of the context's views that a target covers.
    fn pages(&self, origin: &str, target: &Target, lines: &mut BTreeSet<String>) {
        for view in &self.views {
            let mut url = origin.to_owned();
            let mut named = 0;
            let mut is_whole = true;
            for (index, part) in view.split('/').enumerate() {
                if index > 0 {
                    url.push('/');
                }
                let Some(name) = part.strip_prefix(':') else {
                    url.push_str(&part.replace(ANY, "%2A"));
                    continue;
                };
                let param = self.params.iter().find(|param| param.name == name);
                named += usize::from(param.is_some());
                let Some(text) = param.and_then(|param| param.page_text(target)) else {
                    is_whole = false;
                    break;
                };
                percent_encode(&mut url, &text);
            }
            if !is_whole {
                url.push(ANY);
            } else if named < self.params.len() {
                // What the path does not name, the query may.
                lines.insert(format!("{url}?{ANY}"));
            }
            lines.insert(url);
        }
    }
}

impl Param {
    fn read(name: &str, value: &Value) -> Result<Self, ManifestError> {
        let flag = |name: &str| value.get(name).and_then(Value::as_bool);
        Ok(Self {
            name: name.to_owned(),
            required: flag("required").ok_or_else(|| missing("required"))?,
            nullable: flag("nullable").unwrap_or(false),
            list: text_of(value, "type")? == "list",
            default: value.get("default").cloned(),
        })
    }

    /// The spellings in a query of the value that the target narrows by, empty for one that is left out; nothing where it
    /// does not narrow by this param, or by a value that cannot be read.
    fn texts(&self, target: &Target) -> Option<Vec<String>> {
        let text = plain(&json::parse(target.params.get(&self.name)?.as_bytes()).ok()?)?;
        let value = if self.list { json::parse(text.as_bytes()).ok()? } else { Value::String(text.clone()) };
        if self.list && !value.as_list()?.iter().all(|item| plain(item).is_some()) {
            return None;
        }
        let mut texts = vec![self.spelt(&value)];
        // The header writes null like the text "null" (HDR-2), so it may be either.
        if self.nullable && text == "null" && self.default.as_ref().is_none_or(|default| *default == Value::Null) {
            texts.push(String::new());
        }
        texts.sort();
        texts.dedup();
        Some(texts)
    }

    fn spelt(&self, value: &Value) -> String {
        let mut out = String::new();
        write_param(&mut out, &self.name, value);
        let mut default = String::new();
        if let Some(held) = &self.default {
            write_param(&mut default, &self.name, held);
        }
        if out == default { String::new() } else { out }
    }

    /// What stands for the param in the path of a page.
    fn page_text(&self, target: &Target) -> Option<String> {
        let text = plain(&json::parse(target.params.get(&self.name)?.as_bytes()).ok()?)?;
        let is_null = self.nullable && text == "null";
        if self.list || is_null { None } else { Some(text) }
    }
}

/// The text of a scalar, as a URL has it before it is encoded.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) | Value::Number(text) => Some(text.clone()),
        Value::Boolean(value) => Some(value.to_string()),
        Value::Null | Value::List(_) | Value::Object(_) => None,
    }
}
