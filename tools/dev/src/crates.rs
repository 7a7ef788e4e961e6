//! What comes in with our dependencies: their licences, where they are from, and those that must not come (`deny.toml`).
//!
//! The rules are those of cargo-deny, which reads the same file; it takes longer to build than everything here.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;
use spdx::{Expression, ParseMode};

#[derive(Deserialize)]
struct Rules {
    licenses: Licences,
    bans: Bans,
    sources: Sources,
}

#[derive(Deserialize)]
struct Licences {
    allow: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Ban>,
}

#[derive(Deserialize)]
struct Ban {
    #[serde(rename = "crate")]
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Sources {
    allow_registry: Vec<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

/// A crate, ours where it has no source.
#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    source: Option<String>,
}

/// Looks at every crate of the lock file.
pub(crate) fn check(root: &Path) -> Result<(), String> {
    let text = fs::read_to_string(root.join("deny.toml")).map_err(|error| format!("deny.toml: {error}"))?;
    let rules: Rules = toml::from_str(&text).map_err(|error| format!("deny.toml: {error}"))?;
    let asked = Command::new("cargo")
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(root)
        .output()
        .map_err(|error| format!("cargo metadata: {error}"))?;
    if !asked.status.success() {
        return Err(format!("cargo metadata: {}", String::from_utf8_lossy(&asked.stderr)));
    }
    let metadata: Metadata =
        serde_json::from_slice(&asked.stdout).map_err(|error| format!("cargo metadata: {error}"))?;
    let problems: Vec<String> = metadata.packages.iter().filter_map(|package| rules.refuse(package)).collect();
    if problems.is_empty() { Ok(()) } else { Err(problems.join("\n")) }
}

impl Rules {
    /// What is wrong with a crate.
    fn refuse(&self, package: &Package) -> Option<String> {
        let source = package.source.as_ref()?;
        let about = |problem: String| Some(format!("{} {}: {problem}", package.name, package.version));
        if self.bans.deny.iter().any(|ban| ban.name == package.name) {
            return about("deny.toml bans it".to_owned());
        }
        if !self.sources.allow_registry.iter().any(|url| source.strip_prefix("registry+") == Some(url)) {
            return about(format!("it is from {source}"));
        }
        let Some(licence) = &package.license else { return about("it names no licence".to_owned()) };
        let Ok(expression) = Expression::parse_mode(licence, ParseMode::LAX) else {
            return about(format!("its licence {licence:?} cannot be read"));
        };
        if expression.evaluate(|asked| self.licenses.allow.contains(&asked.to_string())) {
            return None;
        }
        about(format!("deny.toml does not allow its licence, {licence}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(name: &str, license: Option<&str>, source: &str) -> Option<String> {
        let rules: Rules = toml::from_str(include_str!("../../../deny.toml")).ok()?;
        let (name, license) = (name.to_owned(), license.map(str::to_owned));
        rules.refuse(&Package { name, version: "1.0.0".to_owned(), license, source: Some(source.to_owned()) })
    }

    const CRATES: &str = "registry+https://github.com/rust-lang/crates.io-index";

    #[test]
    fn what_is_allowed_passes() {
        for licence in ["MIT", "MIT/Apache-2.0", "GPL-3.0-only OR MIT", "(MIT OR GPL-2.0-only) AND Unicode-3.0"] {
            assert_eq!(refused("one", Some(licence), CRATES), None);
        }
    }

    #[test]
    fn what_is_not_is_refused_with_its_reason() {
        for (name, licence, source, reason) in [
            ("one", Some("GPL-3.0-only"), CRATES, "does not allow its licence, GPL-3.0-only"),
            ("one", Some("MIT AND GPL-3.0-only"), CRATES, "does not allow its licence"),
            ("one", Some("free of all"), CRATES, "cannot be read"),
            ("one", None, CRATES, "names no licence"),
            ("one", Some("MIT"), "git+https://example.org/one", "is from git+"),
            ("openssl-sys", Some("MIT"), CRATES, "bans it"),
        ] {
            let told = refused(name, licence, source).unwrap_or_default();
            assert!(told.starts_with(name) && told.contains(reason), "{told}");
        }
    }
}
