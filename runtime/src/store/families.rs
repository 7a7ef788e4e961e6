//! What this process knows of families of refresh tokens, each until no token of it could be valid.
//!
//! They are bounded by their number, apart from what is cached: one that is lost signs its user out (TOK-15), so no flood of
//! bundles takes one away, and a flood of sign-ins takes those away that were not used for longest.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Instant;

use super::FamilyChange;

/// Most families that a process knows: some 35 MB.
pub(super) const MOST: usize = 100_000;

pub(super) struct Families {
    most: usize,
    by_name: HashMap<Arc<str>, Family>,
    /// The same ones by when they end, so that neither the ended ones nor the next to end are searched for.
    by_end: BTreeSet<(Instant, Arc<str>)>,
}

struct Family {
    text: String,
    until: Instant,
}

impl Families {
    pub(super) fn new(most: usize) -> Self {
        Self { most, by_name: HashMap::new(), by_end: BTreeSet::new() }
    }

    pub(super) fn text(&self, name: &str, now: Instant) -> Option<&str> {
        self.by_name.get(name).filter(|family| family.until > now).map(|family| family.text.as_str())
    }

    /// Keeps another text of a family, where what is kept is still the old one; whether it is what is kept now.
    pub(super) fn replace(&mut self, name: &str, change: FamilyChange, now: Instant) -> bool {
        let held = self.text(name, now);
        // It was asked before: no two uses have the same new text.
        if held == Some(&change.new) {
            return true;
        }
        if held != change.old.as_deref() {
            return false;
        }
        if let Some(until) = now.checked_add(change.life) {
            self.keep(name, Family { text: change.new, until });
            self.lose(now);
        }
        true
    }

    #[cfg(feature = "store-faults")]
    pub(super) fn clear(&mut self) {
        self.by_name.clear();
        self.by_end.clear();
    }

    fn keep(&mut self, name: &str, family: Family) {
        let until = family.until;
        let name = match self.by_name.remove_entry(name) {
            Some((name, gone)) => {
                let end = (gone.until, name);
                self.by_end.remove(&end);
                end.1
            }
            None => Arc::from(name),
        };
        self.by_end.insert((until, Arc::clone(&name)));
        self.by_name.insert(name, family);
    }

    /// Those that have ended go, and the next to end while there are too many.
    fn lose(&mut self, now: Instant) {
        while let Some((until, _)) = self.by_end.first()
            && (*until <= now || self.by_name.len() > self.most)
            && let Some((_, name)) = self.by_end.pop_first()
        {
            self.by_name.remove(&name);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const LIFE: Duration = Duration::from_secs(100);

    fn replace(families: &mut Families, name: &str, old: Option<&str>, new: &str, now: Instant) -> bool {
        families.replace(name, FamilyChange { old: old.map(str::to_owned), new: new.to_owned(), life: LIFE }, now)
    }

    fn names(families: &Families) -> Vec<&str> {
        let names: Vec<&str> = families.by_end.iter().map(|(_, name)| &**name).collect();
        assert_eq!(names.len(), families.by_name.len());
        assert!(names.iter().all(|name| families.by_name.contains_key(*name)));
        names
    }

    #[test]
    fn of_too_many_the_one_that_was_not_used_for_longest_goes() {
        let mut families = Families::new(3);
        let begun = Instant::now();
        let at = |seconds| begun + Duration::from_secs(seconds);
        for (second, name) in (0..).zip(["a", "b", "c"]) {
            assert!(replace(&mut families, name, None, "live:1", at(second)));
        }
        assert!(replace(&mut families, "a", Some("live:1"), "live:2", at(3)), "one of those is used");
        assert_eq!(names(&families), ["b", "c", "a"]);
        assert!(replace(&mut families, "d", None, "live:1", at(4)));
        assert_eq!(names(&families), ["c", "a", "d"]);
        assert_eq!(families.text("b", at(4)), None, "its tokens are refused");
        assert_eq!(families.text("a", at(4)), Some("live:2"));
    }

    #[test]
    fn those_that_have_ended_go_at_any_change() {
        let mut families = Families::new(3);
        let begun = Instant::now();
        assert!(replace(&mut families, "a", None, "live:1", begun));
        assert!(replace(&mut families, "b", None, "live:1", begun + LIFE / 2));
        assert_eq!(families.text("a", begun + LIFE), None);
        assert!(replace(&mut families, "b", Some("live:1"), "live:2", begun + LIFE));
        assert_eq!(names(&families), ["b"]);
        assert!(replace(&mut families, "a", None, "live:9", begun + LIFE), "nothing is known of it any more");
        assert!(!replace(&mut families, "a", Some("live:1"), "live:2", begun + LIFE));
    }
}
