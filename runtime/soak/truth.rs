//! What is true: a version of each thing in a file of its own, and the floor that readers must not fall below.

use std::fs;
use std::path::{Path, PathBuf};

/// A folder of versions.
#[derive(Clone)]
pub struct Truth(PathBuf);

impl Truth {
    /// One that is there.
    pub fn at(place: &str) -> Self {
        Self(PathBuf::from(place))
    }

    /// One with nothing in it yet.
    ///
    /// # Panics
    /// Where there is no temporary folder.
    pub fn fresh() -> Self {
        let place = std::env::temp_dir().join(format!("mizan-soak-{}", std::process::id()));
        fs::create_dir_all(&place).unwrap();
        Self(place)
    }

    /// Where it is.
    pub fn place(&self) -> String {
        self.0.to_string_lossy().into_owned()
    }

    /// What is committed.
    pub fn version(&self, id: u32) -> u64 {
        read(&self.0.join(format!("version-{id}")))
    }

    /// Commits.
    pub fn commit(&self, id: u32, version: u64) {
        self.write(&format!("version-{id}"), version);
    }

    /// What every reader that starts now must see, or newer.
    pub fn floor(&self, id: u32) -> u64 {
        read(&self.0.join(format!("floor-{id}")))
    }

    /// Says that a purge has returned.
    pub fn raise(&self, id: u32, version: u64) {
        self.write(&format!("floor-{id}"), version);
    }

    /// Removes it.
    pub fn remove(&self) {
        let _ = fs::remove_dir_all(&self.0);
    }

    /// At once: a reader sees the old or the new.
    fn write(&self, name: &str, version: u64) {
        let fresh = self.0.join(format!("{name}.new"));
        fs::write(&fresh, version.to_string()).unwrap();
        fs::rename(fresh, self.0.join(name)).unwrap();
    }
}

fn read(path: &Path) -> u64 {
    fs::read_to_string(path).ok().and_then(|text| text.parse().ok()).unwrap_or_default()
}
