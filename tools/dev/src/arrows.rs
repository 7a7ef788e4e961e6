//! The arrows of the architecture, where no compiler draws them: what a room's sources may import.

use std::path::Path;

use crate::tree;

/// A room, and what its sources import besides their own files.
struct Room {
    folder: &'static str,
    language: Language,
    allowed: Allowed,
    /// A folder below it that has a rule of its own, or none.
    except: &'static [&'static str],
}

enum Allowed {
    /// These packages and no others.
    Only(&'static [&'static str]),
    /// Any package but these.
    AllBut(&'static [&'static str]),
}

#[derive(Clone, Copy)]
enum Language {
    TypeScript,
    Python,
    /// The crates of this repository that a manifest names.
    Manifest,
}

const ROOMS: &[Room] = &[
    Room { folder: "core", language: Language::Manifest, allowed: Allowed::Only(&[]), except: &[] },
    // Its own name stands among its development dependencies, for the features of its tests.
    Room {
        folder: "runtime",
        language: Language::Manifest,
        allowed: Allowed::Only(&["mizan-core", "mizan-runtime"]),
        except: &[],
    },
    Room { folder: "codegen", language: Language::Manifest, allowed: Allowed::Only(&["mizan-core"]), except: &[] },
    Room {
        folder: "bindings/python",
        language: Language::Manifest,
        allowed: Allowed::Only(&["mizan-core", "mizan-codegen", "mizan-runtime"]),
        except: &[],
    },
    Room {
        folder: "bindings/node",
        language: Language::Manifest,
        allowed: Allowed::Only(&["mizan-core", "mizan-codegen", "mizan-runtime"]),
        except: &[],
    },
    // Express is served by what Node itself has.
    Room {
        folder: "bindings/node/ts",
        language: Language::TypeScript,
        allowed: Allowed::Only(&[
            "@standard-schema/spec",
            "node:buffer",
            "node:child_process",
            "node:crypto",
            "node:fs",
            "node:http",
            "node:module",
            "node:path",
            "node:url",
        ]),
        except: &[],
    },
    // The author's crate, and the macros that it has beside it, as dependencies of its own tests too.
    Room {
        folder: "bindings/rust",
        language: Language::Manifest,
        allowed: Allowed::Only(&["mizan-core", "mizan-macros", "mizan-runtime"]),
        except: &[],
    },
    // An adapter carries what the author's crate answers, and knows nothing of the core.
    Room { folder: "bindings/axum", language: Language::Manifest, allowed: Allowed::Only(&["mizan"]), except: &[] },
    Room { folder: "bindings/tauri", language: Language::Manifest, allowed: Allowed::Only(&["mizan"]), except: &[] },
    Room {
        folder: "bindings/tauri/guest-js/src",
        language: Language::TypeScript,
        allowed: Allowed::Only(&["@mizan/kernel", "@tauri-apps/api"]),
        except: &[],
    },
    Room {
        folder: "tools/replay",
        language: Language::Manifest,
        allowed: Allowed::Only(&["mizan-core", "mizan-runtime"]),
        except: &[],
    },
    // The second derivation of the pins knows nothing of the first.
    Room { folder: "pins/reference", language: Language::Python, allowed: Allowed::AllBut(&["mizan"]), except: &[] },
    // A framework is imported where it is served and nowhere else.
    Room {
        folder: "bindings/python/python/mizan",
        language: Language::Python,
        allowed: Allowed::AllBut(&["django", "fastapi", "sqlalchemy", "starlette"]),
        except: &["django", "fastapi"],
    },
    Room {
        folder: "bindings/python/python/mizan/django",
        language: Language::Python,
        allowed: Allowed::AllBut(&["fastapi", "sqlalchemy", "starlette"]),
        except: &[],
    },
    Room {
        folder: "bindings/python/python/mizan/fastapi",
        language: Language::Python,
        allowed: Allowed::AllBut(&["django", "sqlalchemy"]),
        except: &[],
    },
    Room {
        folder: "clients/kernel/src",
        language: Language::TypeScript,
        allowed: Allowed::Only(&[]),
        except: &["query"],
    },
    Room {
        folder: "clients/kernel/src/query",
        language: Language::TypeScript,
        allowed: Allowed::Only(&["@tanstack/query-core"]),
        except: &[],
    },
    Room {
        folder: "clients/react/src",
        language: Language::TypeScript,
        allowed: Allowed::Only(&["@mizan/kernel", "@tanstack/react-query", "react"]),
        except: &[],
    },
    Room {
        folder: "examples/shop/web/src/api",
        language: Language::TypeScript,
        allowed: Allowed::Only(&["@mizan/kernel", "@mizan/react"]),
        except: &[],
    },
];

/// Fails with every line that imports what its room must not.
pub(crate) fn check(root: &Path) -> Result<(), String> {
    let mut problems = Vec::new();
    for room in ROOMS {
        let folder = root.join(room.folder);
        let mut read = 0;
        for path in tree::files(&folder)? {
            let own = !room.except.iter().any(|except| path.starts_with(folder.join(except)));
            if !own || !room.language.is_source(&path) {
                continue;
            }
            read += 1;
            for (line, package) in imports(room.language, &tree::read(&path)?) {
                if !room.allowed.holds(&package) {
                    let place = tree::shown(root, &path);
                    problems.push(format!("{place}:{line}: {} must not import {package}", room.folder));
                }
            }
        }
        if read == 0 {
            let table = file!();
            problems.push(format!("{} has no sources: the table in {table} is out of date", room.folder));
        }
    }
    let page = tree::read(&root.join(PAGE))?;
    for folder in SHARED.iter().flat_map(|shared| packages(root, shared)) {
        problems.extend(unknown(&folder, &page));
    }
    if problems.is_empty() { Ok(()) } else { Err(problems.join("\n")) }
}

/// The page that lists the rooms.
const PAGE: &str = "docs/architecture.md";

/// Folders whose folders are packages, a room or more each.
const SHARED: &[&str] = &["bindings", "clients"];

fn packages(root: &Path, shared: &str) -> Vec<String> {
    let entries = std::fs::read_dir(root.join(shared)).into_iter().flatten().flatten();
    let folders = entries.filter(|entry| entry.path().is_dir());
    let mut names: Vec<_> = folders.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names.into_iter().map(|name| format!("{shared}/{name}")).collect()
}

/// What a package misses: a rule of what it may import, and its line among the rooms of the page.
fn unknown(folder: &str, page: &str) -> Vec<String> {
    let below = format!("{folder}/");
    let is_room = ROOMS.iter().any(|room| room.folder == folder || room.folder.starts_with(&below));
    let is_told = page.lines().any(|line| line.starts_with(&below));
    let mut problems = Vec::new();
    if !is_room {
        problems.push(format!("{folder} is no room: the table in {} does not say what it may import", file!()));
    }
    if !is_told {
        problems.push(format!("{folder} does not stand among the rooms of {PAGE}"));
    }
    problems
}

impl Allowed {
    fn holds(&self, package: &str) -> bool {
        match self {
            Self::Only(names) => names.contains(&package),
            Self::AllBut(names) => !names.contains(&package),
        }
    }
}

impl Language {
    fn is_source(self, path: &Path) -> bool {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        match self {
            // Tests beside their sources may use the tools that test.
            Self::TypeScript => matches!(ending, "ts" | "tsx") && !name.contains(".test"),
            Self::Python => matches!(ending, "py" | "pyi"),
            Self::Manifest => name == "Cargo.toml",
        }
    }

    fn import(self, line: &str) -> Option<String> {
        match self {
            Self::TypeScript => typescript(line),
            Self::Python => python(line),
            Self::Manifest => manifest(line),
        }
    }
}

/// The packages that a source imports, with the number of the line.
fn imports(language: Language, text: &str) -> Vec<(usize, String)> {
    text.lines()
        .enumerate()
        .filter_map(|(index, line)| language.import(line).map(|package| (index + 1, package)))
        .collect()
}

/// `import … from "@scope/name/part"` and the like; a relative path is no package.
fn typescript(line: &str) -> Option<String> {
    let line = line.trim_start();
    let after = line
        .split_once(" from \"")
        .map(|(_, after)| after)
        .or_else(|| line.strip_prefix("import \""))
        .or_else(|| line.split_once("import(\"").map(|(_, after)| after))?;
    let specifier = after.split('"').next()?;
    let parts = if specifier.starts_with('@') { 2 } else { 1 };
    (!specifier.starts_with('.')).then(|| specifier.split('/').take(parts).collect::<Vec<_>>().join("/"))
}

/// The first part of the module of `import a.b` and of `from a.b import c`; a relative one is no package.
fn python(line: &str) -> Option<String> {
    let line = line.trim_start();
    let module = line.strip_prefix("import ").or_else(|| line.strip_prefix("from "))?;
    let package = module.split(|at: char| !at.is_alphanumeric() && at != '_').next()?;
    (!package.is_empty()).then(|| package.to_owned())
}

/// A dependency on a crate of this repository.
fn manifest(line: &str) -> Option<String> {
    let name = line.split(['.', '=', ' ']).next()?;
    (name.starts_with("mizan")).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Allowed, Language, imports, unknown};

    fn packages(language: Language, text: &str) -> Vec<String> {
        imports(language, text).into_iter().map(|(_, package)| package).collect()
    }

    #[test]
    fn typescript_packages_are_told_from_paths() {
        let text = "import { a } from \"@mizan/kernel/query\";\nimport b from \"./b.js\";\nexport * from \"react\";\n\
                    import \"side-effect/deep\";\nconst c = await import(\"lazy\");\n";
        assert_eq!(packages(Language::TypeScript, text), ["@mizan/kernel", "react", "side-effect", "lazy"]);
    }

    #[test]
    fn python_packages_are_told_from_relative_modules() {
        let text = "import fastapi.routing\nfrom starlette import types\nfrom . import x\nfrom ._y import z\n    import json\n";
        assert_eq!(packages(Language::Python, text), ["fastapi", "starlette", "json"]);
    }

    #[test]
    fn manifest_names_crates_of_this_repository() {
        let text =
            "name = \"mizan-core\"\nmizan-core.workspace = true\nkdl = \"6\"\nmizan-codegen = { path = \"x\" }\n";
        assert_eq!(packages(Language::Manifest, text), ["mizan-core", "mizan-codegen"]);
    }

    #[test]
    fn a_package_has_a_rule_and_a_line() {
        let page = "clients/kernel/    @mizan/kernel\nbindings/ruby/     a gem\n";
        assert_eq!(unknown("clients/kernel", page), Vec::<String>::new());
        assert_eq!(
            unknown("clients/react", page),
            ["clients/react does not stand among the rooms of docs/architecture.md"]
        );
        let problems = unknown("bindings/ruby", page);
        assert!(problems.len() == 1 && problems[0].starts_with("bindings/ruby is no room"), "{problems:?}");
        assert_eq!(unknown("bindings/rub", page).len(), 2);
    }

    #[test]
    fn rules_are_lists_of_what_may_or_must_not_be() {
        assert!(Allowed::Only(&["react"]).holds("react") && !Allowed::Only(&["react"]).holds("vue"));
        assert!(!Allowed::AllBut(&["django"]).holds("django") && Allowed::AllBut(&["django"]).holds("json"));
    }
}
