//! Fuzz targets: one for each reader of the core that takes bytes from outside.
//!
//! A target gets any bytes, gives them to the core, and panics where an answer breaks a law: what is read and written
//! again is the same, what is refused is refused by a reader that others wrote, what nobody signed does not verify. Each
//! law stands in its target's file. `make fuzz` runs them under libFuzzer; the tests run what is in the corpora.
//!
//! Whether a target would notice at all is seen with [`Core::Planted`]: an answer of the core is then changed where an
//! input has gone deep, further than any seed goes, and the fuzzer has to find that among inputs that are nearly there.

mod bytes;
mod entry;
mod header;
mod json;
mod kdl;
mod multipart;
mod query;
mod seeds;
mod token;
mod values;

use std::path::PathBuf;

/// Which core a target holds to its laws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Core {
    /// The core as it is.
    Sound,
    /// The core with a fault that shows in few inputs.
    Planted,
}

impl Core {
    /// Whether the planted fault shows in an input that has come as far as `deep`.
    fn errs(self, deep: impl FnOnce() -> bool) -> bool {
        self == Self::Planted && deep()
    }
}

/// A reader, and the laws that it is held to.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name: that of its file here, and of its corpus.
    pub name: &'static str,
    run: fn(&[u8], Core),
    seeds: fn() -> Vec<Vec<u8>>,
    near: fn() -> Vec<u8>,
}

/// All of them.
pub const TARGETS: [Target; 7] = [
    Target { name: "entry", run: entry::run, seeds: entry::seeds, near: entry::near },
    Target { name: "header", run: header::run, seeds: header::seeds, near: header::near },
    Target { name: "json", run: json::run, seeds: json::seeds, near: json::near },
    Target { name: "kdl", run: kdl::run, seeds: kdl::seeds, near: kdl::near },
    Target { name: "multipart", run: multipart::run, seeds: multipart::seeds, near: multipart::near },
    Target { name: "query", run: query::run, seeds: query::seeds, near: query::near },
    Target { name: "token", run: token::run, seeds: token::seeds, near: token::near },
];

impl Target {
    /// The target of that name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        TARGETS.into_iter().find(|target| target.name == name)
    }

    /// Gives some bytes to the core.
    ///
    /// # Panics
    ///
    /// Where an answer breaks a law.
    pub fn run(&self, data: &[u8], core: Core) {
        (self.run)(data, core);
    }

    /// Inputs to start from: those of the pins, and what earlier runs left in `corpus/NAME`.
    ///
    /// # Panics
    ///
    /// Where a file of them cannot be read.
    #[must_use]
    pub fn seeds(&self) -> Vec<Vec<u8>> {
        let mut seeds = (self.seeds)();
        seeds.extend(seeds::kept(&self.corpus()));
        seeds
    }

    /// An input that keeps all laws and is one flipped bit short of the planted fault.
    #[must_use]
    pub fn near(&self) -> Vec<u8> {
        (self.near)()
    }

    /// That input with each of its bits flipped: one of them at least shows the planted fault.
    #[must_use]
    pub fn flipped(&self) -> Vec<Vec<u8>> {
        let near = self.near();
        let flip = |bit: usize| {
            let mut input = near.clone();
            input[bit / 8] ^= 1 << (bit % 8);
            input
        };
        (0..near.len() * 8).map(flip).collect()
    }

    /// The folder of what earlier runs left.
    #[must_use]
    pub fn corpus(&self) -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus").join(self.name)
    }
}
