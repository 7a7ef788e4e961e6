//! `mizan.toml`: where the IR comes from, and which clients are generated into which folders.

use std::fmt;
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;
use serde::de::{self, Deserializer, SeqAccess, Visitor};

use crate::{Kind, Options};

/// The name that the file has unless one says otherwise.
pub const FILE_NAME: &str = "mizan.toml";

/// What `mizan.toml` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The folder it lies in: commands run there, and paths start there.
    pub folder: PathBuf,
    /// Where the IR comes from.
    pub source: SourceConfig,
    /// What is generated; never empty, and no folder twice.
    pub targets: Vec<Target>,
}

/// Where the IR comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceConfig {
    /// A command that prints it.
    Command(CommandLine),
    /// An `http://` address that answers with it.
    Url(String),
    /// A file, relative to the folder of `mizan.toml`.
    File(PathBuf),
}

/// A command, as words or as one text for the shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandLine {
    /// The program and its arguments, passed on as they are.
    Words(Vec<String>),
    /// Text for `sh -c` (`cmd /C` on Windows).
    Shell(String),
}

impl fmt::Display for CommandLine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words(words) => formatter.write_str(&words.join(" ")),
            Self::Shell(text) => formatter.write_str(text),
        }
    }
}

/// One client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The folder as `mizan.toml` spells it, for messages.
    pub label: String,
    /// The folder.
    pub out: PathBuf,
    /// What its text is like.
    pub options: Options,
}

/// Why `mizan.toml` does not serve. Its text says what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError(String);

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for ConfigError {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    source: SourceTable,
    target: Vec<TargetTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceTable {
    #[serde(default, deserialize_with = "command_line")]
    command: Option<CommandLine>,
    url: Option<String>,
    file: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TargetTable {
    kind: KindName,
    out: String,
    #[serde(default = "default_base")]
    base: String,
    #[serde(default)]
    extension: Extension,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum KindName {
    TypeScript,
    React,
}

#[derive(Deserialize, Default)]
enum Extension {
    #[default]
    #[serde(rename = "")]
    None,
    #[serde(rename = ".js")]
    Js,
    #[serde(rename = ".ts")]
    Ts,
}

/// The path under which a server answers that sets no other.
pub(crate) const DEFAULT_BASE: &str = "/api/mizan";

fn default_base() -> String {
    DEFAULT_BASE.to_owned()
}

impl Config {
    /// Reads the file at `path`.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            let help = match error.kind() {
                std::io::ErrorKind::NotFound => "run `mizan init` to write one, or name it with --config",
                _ => "it must be a UTF-8 text file that this user may read",
            };
            ConfigError(format!("{}: {error}\n  help: {help}", path.display()))
        })?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Self::parse(&text, folder).map_err(|ConfigError(problem)| ConfigError(format!("{}: {problem}", path.display())))
    }

    /// Reads the text of a `mizan.toml` that lies in `folder`.
    pub fn parse(text: &str, folder: &Path) -> Result<Self, ConfigError> {
        let file: File = toml::from_str(text).map_err(|error| ConfigError(error.to_string().trim_end().to_owned()))?;
        let source = match file.source {
            SourceTable { command: Some(command), url: None, file: None } => SourceConfig::Command(command),
            SourceTable { command: None, url: Some(url), file: None } => SourceConfig::Url(url),
            SourceTable { command: None, url: None, file: Some(file) } => SourceConfig::File(plain(&folder.join(file))),
            _ => {
                return Err(ConfigError(
                    "[source] needs exactly one of `command`, `url` and `file`\n  \
                     help: for example command = [\"mizan\", \"ir\", \"shop.app:mizan\", \"--sources\"]"
                        .to_owned(),
                ));
            }
        };
        let targets: Vec<Target> = file.target.into_iter().map(|target| target.place(folder)).collect();
        if targets.is_empty() {
            return Err(ConfigError(
                "there is no target\n  help: add a [[target]] with a `kind` and an `out` folder".to_owned(),
            ));
        }
        for (index, target) in targets.iter().enumerate() {
            if targets.iter().take(index).any(|other| other.out == target.out) {
                return Err(ConfigError(format!(
                    "two targets have the folder `{}`\n  help: give each a folder of its own",
                    target.label
                )));
            }
        }
        Ok(Self { folder: folder.to_owned(), source, targets })
    }
}

impl TargetTable {
    fn place(self, folder: &Path) -> Target {
        let kind = match self.kind {
            KindName::TypeScript => Kind::TypeScript,
            KindName::React => Kind::React,
        };
        let extension = match self.extension {
            Extension::None => "",
            Extension::Js => ".js",
            Extension::Ts => ".ts",
        };
        Target {
            out: plain(&folder.join(&self.out)),
            label: self.out,
            // A client appends `/call/` to it, and no server answers a doubled slash (HTTP-2).
            options: Options {
                kind,
                base: self.base.trim_end_matches('/').to_owned(),
                extension: extension.to_owned(),
            },
        }
    }
}

/// The path without `.` and, where it can be told without looking, `..`.
fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    if out.as_os_str().is_empty() { PathBuf::from(".") } else { out }
}

fn command_line<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<CommandLine>, D::Error> {
    struct Words;

    impl<'de> Visitor<'de> for Words {
        type Value = CommandLine;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a command, as a string or a list of strings")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<CommandLine, E> {
            if text.trim().is_empty() {
                return Err(E::custom("the command is empty"));
            }
            Ok(CommandLine::Shell(text.to_owned()))
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<CommandLine, A::Error> {
            let mut words = Vec::new();
            while let Some(word) = items.next_element()? {
                words.push(word);
            }
            if words.first().is_none_or(String::is_empty) {
                return Err(de::Error::custom("the command is empty"));
            }
            Ok(CommandLine::Words(words))
        }
    }

    deserializer.deserialize_any(Words).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, String> {
        Config::parse(text, Path::new("app")).map_err(|error| error.to_string())
    }

    #[test]
    fn paths_start_at_the_folder_of_the_file() {
        let config = parse(
            "[source]\ncommand = [\"mizan\", \"ir\"]\n[[target]]\nkind = \"react\"\nout = \"./web/src/api\"\n\
             [[target]]\nkind = \"typescript\"\nout = \"../client\"\nbase = \"https://x.y/api\"\nextension = \".js\"\n",
        )
        .unwrap();
        let [react, typescript] = config.targets.as_slice() else { panic!("two targets") };
        assert_eq!(config.source, SourceConfig::Command(CommandLine::Words(vec!["mizan".into(), "ir".into()])));
        assert_eq!((react.out.as_path(), react.label.as_str()), (Path::new("app/web/src/api"), "./web/src/api"));
        assert_eq!((react.options.base.as_str(), react.options.extension.as_str()), ("/api/mizan", ""));
        assert_eq!((typescript.out.as_path(), typescript.options.kind), (Path::new("client"), Kind::TypeScript));
        assert_eq!(typescript.options.extension, ".js");
    }

    #[test]
    fn a_base_ends_without_a_slash_however_it_is_written() {
        let base = |written: &str| {
            let target = format!("[[target]]\nkind = \"react\"\nout = \"api\"\nbase = \"{written}\"\n");
            parse(&format!("[source]\nfile = \"api.kdl\"\n{target}")).unwrap().targets[0].options.base.clone()
        };
        assert_eq!(base("/rpc/"), "/rpc");
        assert_eq!(base("https://x.y/api/"), "https://x.y/api");
        assert_eq!(base("/"), "", "at the root");
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let target = "[[target]]\nkind = \"react\"\nout = \"api\"\n";
        let cases = [
            format!("[source]\ncomand = \"x\"\n{target}"),
            format!("[source]\ncommand = 5\n{target}"),
            format!("[source]\ncommand = []\n{target}"),
            format!("[source]\ncommand = \"x\"\nurl = \"http://x\"\n{target}"),
            format!("[source]\n{target}"),
            target.to_owned(),
            "target = []\n[source]\nfile = \"api.kdl\"\n".to_owned(),
            format!("[source]\nfile = \"api.kdl\"\n{target}{target}"),
            "[source]\nfile = \"a\"\n[[target]]\nkind = \"vue\"\nout = \"api\"\n".to_owned(),
            "[source]\nfile = \"a\"\n[[target]]\nkind = \"react\"\nout = \"api\"\nextension = \".mjs\"\n".to_owned(),
            "[source\n".to_owned(),
        ];
        let answers: Vec<String> =
            cases.iter().map(|case| format!("{case}---\n{}\n", parse(case).unwrap_err())).collect();
        insta::assert_snapshot!(answers.join("\n======\n"));
    }
}
