//! Cases of fills and purges, step by step.

use super::case::{Case, case, string};

/// Id, rules, reason, steps, what each read saw. A step is its name, then its actor and its key.
#[rustfmt::skip]
const FOUND: &[(&str, &str, &str, &str, &str)] = &[
    ("kept", "FILL-2", "what was stored is found",
     "read.begin a x; read.load a; read.store a; read.begin b x", "a x miss 0; b x hit 0"),
    ("kept-by-key", "FILL-2", "and nothing else",
     "read.begin a x; read.load a; read.store a; read.begin b y; read.load b", "a x miss 0; b y miss 0"),
    ("write-without-purge", "FILL-1", "a commit alone takes nothing away: a purge does",
     "read.begin a x; read.load a; read.store a; write x; read.begin b x", "a x miss 0; b x hit 0"),
    ("purge-of-another", "FILL-3", "a purge takes what has its tag",
     "read.begin a x; read.load a; read.store a; purge - y; read.begin b x", "a x miss 0; b x hit 0"),
    ("begun-before", "FILL-1", "a read that began before the purge may see what was before it",
     "read.begin a x; read.load a; write x; purge - x; read.store a", "a x miss 0"),
    ("filled-again", "FILL-2", "after a purge the next reader fills",
     "read.begin a x; read.load a; read.store a; write x; purge - x; read.begin b x; read.load b; read.store b; read.begin a x",
     "a x miss 0; b x miss 1; a x hit 1"),
    ("evicted-entry", "FILL-3", "an entry that is lost is filled under the same generations",
     "read.begin a x; read.load a; read.store a; evict x entry; read.begin b x; read.load b; read.store b; read.begin a x",
     "a x miss 0; b x miss 0; a x hit 0"),
    ("hold-lifted", "FILL-4", "after a hold is lifted, readers fill again",
     "hold m x; lift m; read.begin a x; read.load a; read.store a; read.begin b x", "a x miss 0; b x hit 0"),
    ("hold-of-another", "FILL-4", "a hold is on its tag alone",
     "read.begin a x; read.load a; read.store a; hold m y; read.begin b x", "a x miss 0; b x hit 0"),
    ("abandoned", "FILL-5", "a fill that is given up keeps nobody waiting",
     "read.begin a x; read.abandon a; read.begin b x; read.load b; read.store b; read.begin a x", "b x miss 0; a x hit 0"),
];

/// The same, of stores that would give what they must not.
#[rustfmt::skip]
const LOST: &[(&str, &str, &str, &str, &str)] = &[
    ("purged", "FILL-1 FILL-3", "what was purged is not found",
     "read.begin a x; read.load a; read.store a; write x; purge - x; read.begin b x; read.load b", "a x miss 0; b x miss 1"),
    ("purged-broadly", "FILL-3", "nor by the tag of all",
     "read.begin a x; read.load a; read.store a; write x; purge; read.begin b x; read.load b", "a x miss 0; b x miss 1"),
    ("late-store", "FILL-1 FILL-2", "what was read before a purge and stored after it is not found",
     "read.begin a x; read.load a; write x; purge - x; read.store a; read.begin b x; read.load b", "a x miss 0; b x miss 1"),
    ("late-store-over-a-newer-entry", "FILL-2", "nor where it takes the place of a newer one",
     "read.begin a x; read.load a; write x; purge - x; read.begin b x; read.load b; read.store b; read.store a; read.begin c x; read.load c",
     "a x miss 0; b x miss 1; c x miss 1"),
    ("late-load", "FILL-5", "a reader after a purge does not wait for one from before it",
     "read.begin a x; write x; purge - x; read.begin b x; read.load b; read.store b; read.begin c x; read.load a; read.store a",
     "b x miss 1; c x hit 1; a x miss 1"),
    ("hold-runs-uncached", "FILL-4", "a reader that meets a hold runs, and stores nothing",
     "hold m x; read.begin a x; read.load a; read.store a; write x; purge m x; read.begin b x; read.load b", "a x miss 0; b x miss 1"),
    ("hold-takes-what-was-kept", "FILL-4", "a mutation that dies has taken away what was before it",
     "read.begin a x; read.load a; read.store a; hold m x; write x; read.begin b x; read.load b; read.store b; read.begin c x; read.load c",
     "a x miss 0; b x miss 1; c x miss 1"),
    ("hold-of-all", "FILL-4", "a hold on all keys is one on each",
     "read.begin a x; read.load a; read.store a; hold m; read.begin b x; read.load b; read.store b; lift m; read.begin c x; read.load c",
     "a x miss 0; b x miss 0; c x miss 0"),
    ("late-store-into-a-hold", "FILL-4", "a fill from before a hold is not found after it",
     "read.begin a x; read.load a; hold m x; read.store a; write x; purge m x; read.begin b x; read.load b", "a x miss 0; b x miss 1"),
    ("hold-of-two", "FILL-4", "one of two holds is lifted: the other one stays",
     "hold m x; hold n x; write x; purge m x; read.begin a x; read.load a; read.store a; read.begin b x; read.load b", "a x miss 1; b x miss 1"),
    ("evicted-generation", "FILL-3", "a lost generation is as good as a purge",
     "read.begin a x; read.load a; read.store a; evict x generation; read.begin b x; read.load b", "a x miss 0; b x miss 0"),
    ("evicted-epoch", "FILL-3", "and so is a lost epoch",
     "read.begin a x; read.load a; read.store a; evict x epoch; read.begin b x; read.load b", "a x miss 0; b x miss 0"),
    ("evicted-during-a-fill", "FILL-3", "what is lost during a fill keeps its entry from being found",
     "read.begin a x; read.load a; evict x generation; read.store a; read.begin b x; read.load b", "a x miss 0; b x miss 0"),
    ("restarted", "FILL-3", "nothing comes back after a restart",
     "read.begin a x; read.load a; read.store a; restart; read.begin b x; read.load b", "a x miss 0; b x miss 0"),
    ("restarted-during-a-fill", "FILL-3", "nor does what was read before it",
     "read.begin a x; read.load a; write x; restart; read.store a; read.begin b x; read.load b", "a x miss 0; b x miss 1"),
];

/// Id, reason, steps that are no schedule.
#[rustfmt::skip]
const MALFORMED: &[(&str, &str, &str)] = &[
    ("load-without-begin", "a read that was not begun", "read.load a"),
    ("store-without-begin", "nothing to store", "read.store a"),
    ("store-without-load", "nothing was read", "read.begin a x; read.store a"),
    ("load-twice", "a function runs once", "read.begin a x; read.load a; read.load a"),
    ("begin-twice", "an actor reads one key at a time", "read.begin a x; read.begin a y"),
    ("store-after-a-hit", "a hit has ended the read", "read.begin a x; read.load a; read.store a; read.begin b x; read.store b"),
    ("hold-twice", "an actor holds once at a time", "hold m x; hold m y"),
    ("lift-without-hold", "nothing to lift", "lift m"),
    ("unknown-step", "a step that there is not", "read.again a x"),
    ("unknown-loss", "a loss that there is not", "evict x everything"),
];

pub(super) fn cases() -> Vec<Case> {
    let given = |(id, rules, reason, steps, reads): &(&str, &str, &str, &str, &str)| {
        let case = case(id, rules, reason).with_text("store", "memory").with("steps", written(steps));
        case.ok(&format!("{{\"reads\":{}}}", told(reads)))
    };
    let mut cases: Vec<Case> = FOUND.iter().map(given).collect();
    cases.extend(LOST.iter().map(|row| given(row).fails()));
    cases.extend(MALFORMED.iter().map(|(id, reason, steps)| {
        let case = case(id, "FILL-1", reason).with_text("store", "memory").with("steps", written(steps));
        case.refused("BAD_REQUEST")
    }));
    cases
}

/// Steps as JSON.
fn written(steps: &str) -> String {
    list(steps.split("; ").map(|step| {
        let words: Vec<&str> = step.split(' ').collect();
        let names: &[&str] = match words.first().copied().unwrap_or_default() {
            "write" => &["step", "key"],
            "evict" => &["step", "key", "what"],
            _ => &["step", "actor", "key"],
        };
        let members = names.iter().zip(&words).filter(|(_, word)| **word != "-");
        let members: Vec<String> = members.map(|(name, word)| format!("\"{name}\":{}", string(word))).collect();
        format!("{{{}}}", members.join(","))
    }))
}

/// What was seen, as JSON.
fn told(reads: &str) -> String {
    list(reads.split("; ").map(|read| {
        let words: Vec<&str> = read.split(' ').collect();
        let [actor, key, found, saw] = words[..] else { return format!("{read:?} is no read") };
        let hit = found == "hit";
        format!("{{\"actor\":{},\"hit\":{hit},\"key\":{},\"saw\":{saw}}}", string(actor), string(key))
    }))
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}
