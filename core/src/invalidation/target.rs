//! One entry of an invalidation, and the normal form of a list of them (INV-3, INV-4).

use std::collections::{BTreeMap, BTreeSet};

use smallvec::SmallVec;

use crate::value::canonical;

/// A context, maybe narrowed by function, params or identity.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// The context.
    pub context: String,
    /// The one member that is meant.
    pub function: Option<String>,
    /// The narrowing params.
    pub params: Params,
    /// The one identity that is meant.
    pub sub: Option<String>,
}

/// Narrowing params: names, and canonical JSON texts. They are ordered by their JSON text.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Params {
    /// The canonical JSON object; empty where nothing is narrowed. Names are ASCII without anything to escape, so that their
    /// byte order is the canonical one.
    text: String,
}

impl Params {
    /// From names and canonical JSON texts in any order; of two entries of one name the later stays.
    #[must_use]
    pub fn new<N: AsRef<str>, V: AsRef<str>>(entries: impl IntoIterator<Item = (N, V)>) -> Self {
        /// How many stand here without being stored elsewhere.
        const MOSTLY: usize = 4;
        let mut entries: SmallVec<[(N, V); MOSTLY]> = entries.into_iter().collect();
        if entries.is_empty() {
            return Self::default();
        }
        if entries.len() > 1 {
            // Stable, and the later of one name is taken below.
            entries.sort_by(|(one, _), (other, _)| one.as_ref().cmp(other.as_ref()));
        }
        let length = |(name, value): &(N, V)| name.as_ref().len() + value.as_ref().len() + r#""":,"#.len();
        let mut text = String::with_capacity(1 + entries.iter().map(length).sum::<usize>());
        let mut entries = entries.iter().peekable();
        while let Some((name, value)) = entries.next() {
            let name = name.as_ref();
            if entries.peek().is_some_and(|(next, _)| next.as_ref() == name) {
                continue;
            }
            text.push_str(if text.is_empty() { "{\"" } else { ",\"" });
            text.push_str(name);
            text.push_str("\":");
            text.push_str(value.as_ref());
        }
        text.push('}');
        Self { text }
    }

    /// Names and canonical JSON texts, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        canonical::field_ranges(self.text.as_bytes())
            .filter_map(|(name, value)| Some((self.text.get(name)?, self.text.get(value)?)))
    }

    /// Whether nothing is narrowed.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The canonical JSON text of one param.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(held, _)| *held == name).map(|(_, value)| value)
    }

    /// Appends the canonical JSON object.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(if self.is_empty() { b"{}" } else { self.text.as_bytes() });
    }
}

impl Target {
    /// A whole context.
    #[must_use]
    pub fn broad(context: impl Into<String>) -> Self {
        Self { context: context.into(), function: None, params: Params::default(), sub: None }
    }

    /// Whether everything that `other` makes stale is made stale by this one too.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.context == other.context
            && (self.function.is_none() || self.function == other.function)
            && (self.sub.is_none() || self.sub == other.sub)
            && self.params.iter().all(|(name, value)| other.params.get(name) == Some(value))
    }

    /// Whether the bundle with exactly these params, in any of its members, is made stale.
    #[must_use]
    pub fn touches_bundle(&self, context: &str, params: &[u8]) -> bool {
        self.context == context
            && self
                .params
                .iter()
                .all(|(name, value)| canonical::field(params, name).is_some_and(|held| held == value.as_bytes()))
    }

    /// How long the JSON form of a reply's body is. Names have nothing to escape.
    pub(crate) fn text_length(&self) -> usize {
        let function = self.function.as_ref().map_or(0, |function| r#","function":"""#.len() + function.len());
        let params = if self.params.is_empty() { 0 } else { r#","params":"#.len() + self.params.text.len() };
        r#"{"context":""}"#.len() + self.context.len() + function + params
    }

    /// Appends the JSON form of a reply's body. It never says who the caller is (INV-5).
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"context\":");
        canonical::write_string(out, &self.context);
        if let Some(function) = &self.function {
            out.extend_from_slice(b",\"function\":");
            canonical::write_string(out, function);
        }
        if !self.params.is_empty() {
            out.extend_from_slice(b",\"params\":");
            self.params.write(out);
        }
        out.push(b'}');
    }
}

/// What two targets must share for one to be told from the other by values alone: which member, which params, whether
/// an identity.
type Kind = (Option<String>, Vec<String>, bool);

/// Puts a list into its normal form: no target that another one covers, sorted by context, function, params, identity.
#[must_use]
pub fn normalize(mut targets: Vec<Target>) -> Vec<Target> {
    // Most calls make one thing stale.
    if targets.len() < 2 {
        return targets;
    }
    targets.sort();
    targets.dedup();
    // Grouped by kind, a target is covered if its projection on some other kind stands there: no pairwise comparison,
    // since a function may name thousands of params.
    let mut kinds: BTreeMap<&str, BTreeMap<Kind, BTreeSet<&Target>>> = BTreeMap::new();
    for target in &targets {
        let names = target.params.iter().map(|(name, _)| name.to_owned()).collect();
        let kind = (target.function.clone(), names, target.sub.is_some());
        kinds.entry(&target.context).or_default().entry(kind).or_default().insert(target);
    }
    let covered = |target: &Target| {
        kinds.get(target.context.as_str()).into_iter().flatten().any(|((function, names, has_sub), members)| {
            let projection = Target {
                context: target.context.clone(),
                function: function.clone(),
                params: Params::new(names.iter().filter_map(|name| target.params.get(name).map(|value| (name, value)))),
                sub: if *has_sub { target.sub.clone() } else { None },
            };
            projection != *target && projection.covers(target) && members.contains(&projection)
        })
    };
    let keep: Vec<bool> = targets.iter().map(|target| !covered(target)).collect();
    drop(kinds);
    let mut keep = keep.into_iter();
    targets.retain(|_| keep.next().unwrap_or(true));
    targets
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(context: &str, function: Option<&str>, params: &[(&str, &str)], sub: Option<&str>) -> Target {
        Target {
            context: context.to_owned(),
            function: function.map(str::to_owned),
            params: Params::new(params.iter().copied()),
            sub: sub.map(str::to_owned),
        }
    }

    #[test]
    fn a_broader_target_absorbs_narrower_ones() {
        let user5 = target("user", None, &[("user_id", "5")], None);
        let cases = [
            (target("user", None, &[], None), user5.clone(), true),
            (user5.clone(), target("user", Some("user_orders"), &[("user_id", "5")], None), true),
            (user5.clone(), target("user", None, &[("page", "1"), ("user_id", "5")], None), true),
            (user5.clone(), target("user", None, &[("user_id", "6")], None), false),
            (target("user", Some("user_orders"), &[], None), user5.clone(), false),
            (target("user", None, &[], None), target("user", None, &[], Some("5")), true),
            (target("user", None, &[], Some("5")), target("user", None, &[], Some("6")), false),
            (target("users", None, &[], None), user5.clone(), false),
            (target("user", None, &[("user_id", "\"5\"")], None), user5, false),
        ];
        for (broad, narrow, absorbed) in cases {
            assert_eq!(broad.covers(&narrow), absorbed, "{broad:?} {narrow:?}");
            let expected = if absorbed { 1 } else { 2 };
            assert_eq!(normalize(vec![narrow.clone(), broad.clone()]).len(), expected, "{broad:?} {narrow:?}");
        }
    }

    #[test]
    fn targets_are_sorted_by_context_function_and_params_text() {
        let sorted = normalize(vec![
            target("user", None, &[("user_id", "5")], None),
            target("user", Some("a"), &[], None),
            target("user", None, &[("user_id", "10")], None),
            target("search", None, &[("q", "\"a b\"")], None),
            target("user", None, &[("user_id", "5")], None),
        ]);
        assert_eq!(
            sorted,
            [
                target("search", None, &[("q", "\"a b\"")], None),
                target("user", None, &[("user_id", "10")], None),
                target("user", None, &[("user_id", "5")], None),
                target("user", Some("a"), &[], None),
            ]
        );
    }

    #[test]
    fn the_body_form_never_names_the_identity() {
        let mut out = Vec::new();
        target("user", Some("user_orders"), &[("user_id", "5")], Some("secret")).write(&mut out);
        assert_eq!(
            String::from_utf8(out).expect("UTF-8"),
            r#"{"context":"user","function":"user_orders","params":{"user_id":5}}"#
        );
    }

    #[test]
    fn the_length_of_the_body_form_is_known() {
        for (function, params) in [
            (None, &[][..]),
            (None, &[("user_id", "5")]),
            (Some("user.orders"), &[("tags", "[\"a\\\"\"]"), ("page", "1"), ("page", "20")]),
        ] {
            let target = target("user", function, params, Some("5"));
            let mut out = Vec::new();
            target.write(&mut out);
            assert_eq!(target.text_length(), out.len(), "{target:?}");
        }
    }

    #[test]
    fn a_bundle_is_touched_when_every_narrowing_param_agrees() {
        let user5 = target("user", None, &[("user_id", "5")], None);
        assert!(user5.touches_bundle("user", b"{\"page\":1,\"user_id\":5}"));
        assert!(!user5.touches_bundle("user", b"{\"page\":1,\"user_id\":55}"));
        assert!(!user5.touches_bundle("user", b"{\"page\":1}"));
        assert!(!user5.touches_bundle("order", b"{\"user_id\":5}"));
    }
}
