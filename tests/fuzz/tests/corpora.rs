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

/// So the control of `make fuzz` has it before it, however slow the machine is.
#[test]
fn a_planted_fault_is_one_bit_away_from_an_input_that_keeps_the_laws() {
    for target in TARGETS {
        let breaks = |input: &[u8], core| catch_unwind(|| target.run(input, core)).is_err();
        assert!(!breaks(&target.near(), Core::Planted), "{} starts with the fault", target.name);
        let mut flipped = target.flipped().into_iter();
        assert!(flipped.any(|input| breaks(&input, Core::Planted)), "{} is not near", target.name);
        let broken = target.flipped().into_iter().filter(|input| breaks(input, Core::Sound)).count();
        assert_eq!(broken, 0, "{}", target.name);
    }
}
