//! One version everywhere: the workspace's, in `Cargo.toml`, is the source.

use std::path::Path;

use crate::output::Planned;
use crate::tree;

/// Every manifest as it should be. A crate with a version of its own is an error: it cannot follow.
pub(crate) fn plan(root: &Path) -> Result<Vec<Planned>, String> {
    let version = workspace_version(&tree::read(&root.join("Cargo.toml"))?)?;
    let mut planned = Vec::new();
    for path in tree::files(root)? {
        let text = match path.file_name().and_then(|name| name.to_str()) {
            Some("package.json") => package_json(&tree::read(&path)?, &version),
            Some("pyproject.toml") => table_version(&tree::read(&path)?, "[project]", &version),
            Some("Cargo.toml") => {
                if path.parent() != Some(root) && !tree::read(&path)?.contains("\nversion.workspace = true\n") {
                    return Err(format!("{}: a crate says `version.workspace = true`", tree::shown(root, &path)));
                }
                table_version(&tree::read(&path)?, "[workspace.package]", &version)
            }
            _ => continue,
        };
        planned.push(Planned { path, text });
    }
    Ok(planned)
}

fn workspace_version(manifest: &str) -> Result<String, String> {
    manifest
        .lines()
        .skip_while(|line| *line != "[workspace.package]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"'))
        .map(str::to_owned)
        .ok_or_else(|| "Cargo.toml has no version under [workspace.package]".to_owned())
}

/// The package's own version, and those of the packages of this repository that it depends on.
fn package_json(text: &str, version: &str) -> String {
    each_line(text, |line| {
        let (name, rest) = line.trim_start().strip_prefix('"')?.split_once("\": \"")?;
        let own = name == "version" && line.starts_with("  \"");
        let value = rest.trim_end_matches(',').strip_suffix('"')?;
        (own || name.starts_with("@mizan/") && value.starts_with(|first: char| first.is_ascii_digit())).then(|| {
            let head = &line[..line.len() - rest.len()];
            format!("{head}{version}\"{}", if rest.ends_with(',') { "," } else { "" })
        })
    })
}

/// The version of `[project]` or of a workspace beside the first; none where a build backend reads it from `Cargo.toml`.
fn table_version(text: &str, of: &str, version: &str) -> String {
    let mut table = "";
    each_line(text, |line| {
        if line.starts_with('[') {
            table = line;
        }
        (table == of && line.starts_with("version = ")).then(|| format!("version = \"{version}\""))
    })
}

fn each_line<'a>(text: &'a str, mut change: impl FnMut(&'a str) -> Option<String>) -> String {
    text.split_inclusive('\n')
        .map(|line| {
            let bare = line.trim_end_matches('\n');
            change(bare).map_or_else(|| line.to_owned(), |new| format!("{new}{}", &line[bare.len()..]))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{package_json, table_version, workspace_version};

    #[test]
    fn workspace_version_is_not_a_dependency_s() {
        let manifest = "[workspace.dependencies]\nversion = \"9\"\n[workspace.package]\nversion = \"1.2.3\"\n";
        assert_eq!(workspace_version(manifest).as_deref(), Ok("1.2.3"));
        assert!(workspace_version("[package]\nversion = \"1.2.3\"\n").is_err());
    }

    #[test]
    fn package_follows_with_its_sisters_and_leaves_strangers() {
        let before = "{\n  \"version\": \"0.1.0\",\n  \"dependencies\": {\n    \"@mizan/kernel\": \"0.1.0\",\n    \"react\": \"^19.0.0\"\n  }\n}\n";
        let after = "{\n  \"version\": \"0.2.0\",\n  \"dependencies\": {\n    \"@mizan/kernel\": \"0.2.0\",\n    \"react\": \"^19.0.0\"\n  }\n}\n";
        assert_eq!(package_json(before, "0.2.0"), after);
    }

    #[test]
    fn project_follows_and_a_tool_s_version_stays() {
        let before = "[project]\nversion = \"0.1.0\"\n[tool.x]\nversion = \"7\"\n";
        let after = "[project]\nversion = \"0.2.0\"\n[tool.x]\nversion = \"7\"\n";
        assert_eq!(table_version(before, "[project]", "0.2.0"), after);
    }

    #[test]
    fn another_workspace_follows_and_its_dependencies_stay() {
        let before = "[workspace.package]\nversion = \"0.1.0\"\n[workspace.dependencies.x]\nversion = \"7\"\n";
        let after = "[workspace.package]\nversion = \"0.2.0\"\n[workspace.dependencies.x]\nversion = \"7\"\n";
        assert_eq!(table_version(before, "[workspace.package]", "0.2.0"), after);
    }
}
