//! Every seed and everything that a fuzzer ever found, through its target.

use std::panic::catch_unwind;

use mizan_fuzz::{Core, TARGETS};

/// The seeds that break a law, as text, by target.
fn broken(core: Core) -> Vec<(&'static str, String)> {
    let mut broken = Vec::new();
    for target in TARGETS {
        let seeds = target.seeds();
        assert!(seeds.len() > 2, "{} has {} seeds", target.name, seeds.len());
        let failing = seeds.iter().filter(|seed| catch_unwind(|| target.run(seed, core)).is_err());
        broken.extend(failing.map(|seed| (target.name, seed.escape_ascii().to_string())));
    }
    broken
}

#[test]
fn every_seed_keeps_the_laws() {
    assert_eq!(broken(Core::Sound), []);
}

/// Otherwise a fuzzer that finds the fault has shown nothing.
#[test]
fn no_seed_shows_the_planted_fault() {
    assert_eq!(broken(Core::Planted), []);
}
