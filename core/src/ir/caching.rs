//! What the document says of the caching of a context: by which params its bundles are narrowed, how long they keep,
//! and which revision they are (CACHE-5, CACHE-7, STORE-2).

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::kdl_write;
use super::model::{Auth, Cache, Context, Document, Function, Shape};
use crate::identity::mac::write_hex;

/// Seconds that a bundle may be cached where no member says less (CACHE-5).
const DEFAULT_TTL: u32 = 86_400;

impl Document {
    /// Every set of names by which some mutation narrows the context, each sorted; the empty one is first.
    #[must_use]
    pub fn known_sets(&self, context: &Context) -> Vec<Vec<String>> {
        let mut sets = BTreeSet::from([Vec::new()]);
        for function in &self.functions {
            sets.extend(function.affects.iter().filter(|affect| affect.context == context.name).map(|a| a.by.clone()));
            sets.extend(function.merge.iter().filter(|merge| merge.context == context.name).map(|m| m.by.clone()));
        }
        sets.into_iter().collect()
    }

    /// Seconds that a bundle of the context may be kept; `None` where a member is not to be cached.
    #[must_use]
    pub fn ttl(&self, context: &Context) -> Option<u32> {
        let mut ttl = None;
        for member in self.members(context) {
            match member.cache {
                Cache::Default => {}
                Cache::Off => return None,
                Cache::Seconds(own) => ttl = Some(ttl.map_or(own, |least: u32| least.min(own))),
            }
        }
        Some(ttl.unwrap_or(DEFAULT_TTL))
    }

    /// The highest revision of the context's members.
    #[must_use]
    pub fn rev(&self, context: &Context) -> u32 {
        self.members(context).map(|member| member.rev).max().unwrap_or_default()
    }

    /// What the context's bundles are made of, as 16 hexadecimal digits: a digest of an excerpt of the IR that has the
    /// members with their `output` and `rev` alone, and the types that those reach (STORE-2).
    #[must_use]
    pub fn revision(&self, context: &Context) -> String {
        let mut reached = BTreeSet::new();
        for member in self.members(context) {
            self.reach(&member.output, &mut reached);
        }
        let excerpt = Self {
            types: self.types.iter().filter(|held| reached.contains(held.name.as_str())).cloned().collect(),
            functions: self.members(context).map(bare).collect(),
            contexts: Vec::new(),
        };
        let mut digits = String::with_capacity(16);
        write_hex(&mut digits, Sha256::digest(kdl_write::write(&excerpt)).get(..8).unwrap_or_default());
        digits
    }

    /// Adds the names of the types that a shape leads to.
    fn reach<'a>(&'a self, shape: &'a Shape, reached: &mut BTreeSet<&'a str>) {
        match shape {
            Shape::Ref(name) if reached.insert(name) => {
                if let Some(named) = self.types.iter().find(|held| held.name == *name) {
                    self.reach(&named.shape, reached);
                }
            }
            Shape::List { item: inner, .. } | Shape::Map(inner) | Shape::Nullable(inner) => self.reach(inner, reached),
            Shape::Tuple(shapes) | Shape::Union { arms: shapes, .. } => {
                for shape in shapes {
                    self.reach(shape, reached);
                }
            }
            Shape::Struct(fields) => {
                for field in fields {
                    self.reach(&field.shape, reached);
                }
            }
            _ => {}
        }
    }

    /// The context's members that stand in the document, sorted by name.
    pub fn members<'a>(&'a self, context: &'a Context) -> impl Iterator<Item = &'a Function> {
        context.members.iter().filter_map(|name| self.function_named(name))
    }
}

/// What a member says of its data and of nothing else.
fn bare(member: &Function) -> Function {
    Function {
        name: member.name.clone(),
        doc: None,
        deprecated: None,
        context: None,
        auth: Auth::None,
        websocket: false,
        private: false,
        route: None,
        input: Vec::new(),
        output: member.output.clone(),
        affects: Vec::new(),
        merge: Vec::new(),
        errors: Vec::new(),
        cache: Cache::Default,
        rev: member.rev,
    }
}

#[cfg(test)]
mod tests {
    use crate::ir::kdl_read;

    const HEAD: &str = "mizan version=1\n\n";

    fn revision(ir: &str) -> String {
        let document = kdl_read::read(ir).expect("an IR");
        document.revision(&document.contexts[0])
    }

    fn digest(excerpt: &str) -> String {
        use sha2::{Digest, Sha256};
        let mut digits = String::new();
        crate::identity::mac::write_hex(&mut digits, &Sha256::digest(excerpt)[..8]);
        digits
    }

    #[test]
    fn it_is_of_what_the_members_return_and_of_nothing_else() {
        let ir = format!(
            "{HEAD}type \"Leaf\" {{ struct {{ field \"next\" {{ nullable {{ ref \"Leaf\" }} }} }} }}\n\
             type \"Other\" {{ string }}\n\
             type \"Tree\" {{ list {{ ref \"Leaf\" }} }}\n\
             function \"b\" {{\n    doc \"Two.\"\n    context \"c\"\n    auth \"staff\"\n    \
             input {{ field \"o\" {{ ref \"Other\" }} }}\n    output {{ ref \"Tree\" }}\n    cache 5\n    rev 2\n}}\n\
             function \"d\" {{\n    context \"c\"\n    output {{ integer }}\n}}\n\
             function \"e\" {{\n    output {{ ref \"Other\" }}\n    rev 9\n}}\n\
             context \"c\" {{\n    param \"o\" {{ ref \"Other\" }}\n    member \"b\"\n    member \"d\"\n}}\n"
        );
        let excerpt = format!(
            "{HEAD}type \"Leaf\" {{ struct {{ field \"next\" {{ nullable {{ ref \"Leaf\" }} }} }} }}\n\
             type \"Tree\" {{ list {{ ref \"Leaf\" }} }}\n\
             function \"b\" {{\n    output {{ ref \"Tree\" }}\n    rev 2\n}}\n\
             function \"d\" {{ output {{ integer }} }}\n"
        );
        assert_eq!(revision(&ir), digest(&excerpt));
        assert_eq!(revision(&ir.replace("auth \"staff\"", "auth \"superuser\"")), digest(&excerpt));
        for (from, to) in [
            ("rev 2", "rev 3"),
            ("output { integer }", "output { number }"),
            ("field \"next\"", "field \"then\""),
            ("\"d\"", "\"f\""),
        ] {
            let changed = ir.replace(from, to);
            assert_ne!(revision(&changed), digest(&excerpt), "{from} -> {to}");
        }
    }
}
