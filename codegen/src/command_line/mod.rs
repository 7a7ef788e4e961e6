//! The `mizan` command line. The Python package and the npm package run this same one, each with its own `mizan ir`.
//!
//! It says what it did on standard output, everything else on standard error. Its status is 0 when all went well, 1 when
//! something was refused or differs, and 2 when it was called in a way that it does not know.

mod derive;
mod document;
mod generate;
mod init;
mod terminal;
mod watch;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use terminal::{complain, say};

/// Everything went well.
pub const FINE: i32 = 0;
/// Something was refused, or `--check` found a difference.
pub const REFUSED: i32 = 1;
/// The command line was not understood.
pub const USAGE: i32 = 2;

/// Prints the IR of an application in the language of the package at hand, given the arguments that follow `mizan ir`.
/// Its result is the status of the process.
pub type EmitIr<'a> = &'a dyn Fn(&[String]) -> i32;

#[derive(Parser)]
#[command(
    name = "mizan",
    version,
    about = "Typed clients for the functions of your server, and what else follows from its IR.",
    disable_help_subcommand = true,
    after_help = "Start with `mizan init`, then `mizan generate`. `mizan COMMAND --help` says more about a command.",
    max_term_width = 100
)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write mizan.toml: where the IR comes from, and which client goes where
    Init(InitArguments),
    /// Write the clients that mizan.toml asks for
    Generate(GenerateArguments),
    /// List the changes from one IR to another that break deployed clients
    Check(CheckArguments),
    /// Print the manifest from which an edge knows what to purge
    Manifest(ManifestArguments),
    /// Print the URLs that one X-Mizan-Invalidate header purges
    PurgeUrls(PurgeArguments),
    /// Print the application as OpenAPI 3.1
    #[command(name = "openapi")]
    OpenApi(OpenApiArguments),
    /// Print the IR of an application, as KDL
    #[command(disable_help_flag = true)]
    Ir(IrArguments),
}

/// Writes the clients that mizan.toml asks for.
#[derive(Args)]
#[command(after_help = "\
A file that is the same already is not touched, one that is no longer generated is removed, and one that
`mizan generate` did not write is left alone. A run that fails leaves the old files as they were.")]
struct GenerateArguments {
    /// The configuration; its folder is where commands run and paths start
    #[arg(long, value_name = "FILE", default_value = crate::config::FILE_NAME)]
    config: PathBuf,
    /// Write nothing; list the files that differ, with status 1 if there are any
    #[arg(long, conflicts_with = "watch")]
    check: bool,
    /// Stay, and write the clients again whenever the server's code changes
    #[arg(long)]
    watch: bool,
}

/// Writes mizan.toml into this folder.
#[derive(Args)]
#[command(after_help = "On a terminal it asks for what no option says.")]
struct InitArguments {
    /// The client: `react`, or `typescript` for any framework or none [default: what package.json tells]
    #[arg(long, value_name = "KIND", hide_possible_values = true)]
    kind: Option<init::KindName>,
    /// The folder for the generated files [default: src/api]
    #[arg(long, value_name = "FOLDER")]
    out: Option<String>,
    /// The command that prints the IR, such as "mizan ir shop.app:mizan --sources"
    #[arg(long, value_name = "COMMAND", conflicts_with_all = ["url", "file"])]
    command: Option<String>,
    #[arg(
        long,
        value_name = "URL",
        conflicts_with = "file",
        help = "The address that answers with the IR, such as http://127.0.0.1:8000/api/mizan/ir/"
    )]
    url: Option<String>,
    /// The KDL file that holds the IR
    #[arg(long, value_name = "FILE")]
    file: Option<String>,
    /// The path under which the server answers [default: /api/mizan]
    #[arg(long, value_name = "PATH")]
    base: Option<String>,
    /// Overwrite a mizan.toml that is there already
    #[arg(long)]
    force: bool,
}

/// Where a command finds the application.
#[derive(Args)]
struct DocumentArguments {
    /// A file of KDL, as `mizan ir` prints it; `-` is standard input [default: the source in mizan.toml]
    #[arg(value_name = "KDL")]
    file: Option<PathBuf>,
    /// The configuration; its `[source]` is read where no file is given
    #[arg(long, value_name = "FILE", default_value = crate::config::FILE_NAME)]
    config: PathBuf,
    #[arg(
        long,
        value_name = "PATH",
        help = "The path, or whole URL, under which the server answers [default: as in mizan.toml, else \
                /api/mizan]"
    )]
    base: Option<String>,
    /// Write a file instead of printing; one that is the same already is not touched
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Prints the manifest from which an edge knows what to purge.
#[derive(Args)]
#[command(
    after_help = "It is canonical JSON: the same application gives the same bytes. docs/guides/edge.md has its members."
)]
struct ManifestArguments {
    #[command(flatten)]
    document: DocumentArguments,
}

/// Prints the application as OpenAPI 3.1.
#[derive(Args)]
#[command(after_help = "\
It has one operation for calls, whose request is told apart by `fn`, and one for each context.")]
struct OpenApiArguments {
    #[command(flatten)]
    document: DocumentArguments,
    /// The title of the interface
    #[arg(long, value_name = "TEXT", default_value = "Mizan")]
    title: String,
    /// The version of the interface [default: the digest of the IR]
    #[arg(long, value_name = "TEXT")]
    api_version: Option<String>,
}

/// Lists the changes from one IR to another that break deployed clients.
#[derive(Args)]
#[command(after_help = "\
A line for each: rule, place, what has changed; then the status is 1. Without one it says `compatible`, with
status 0. docs/compatibility.md has the rules.")]
struct CheckArguments {
    /// The IR that deployed clients were generated from, a file of KDL; `-` is standard input
    old: PathBuf,
    /// The IR of the application as it is now
    new: PathBuf,
}

/// Prints the URLs that one X-Mizan-Invalidate header purges.
#[derive(Args)]
#[command(after_help = "\
One a line. A line that ends in `*` stands for every URL that begins like it. A header that cannot be read purges
everything that the manifest knows of, and a note says so.")]
struct PurgeArguments {
    /// The manifest, as `mizan manifest` prints it
    #[arg(value_name = "MANIFEST")]
    manifest: PathBuf,
    /// The header's value [default: standard input, a line for each field line]
    #[arg(value_name = "HEADER", allow_hyphen_values = true)]
    header: Option<String>,
    /// Leave out what no shared cache may keep: everything of contexts that are not public
    #[arg(long)]
    public: bool,
}

#[derive(Args)]
struct IrArguments {
    /// What the package of your framework takes, such as `shop.app:mizan --sources`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENTS")]
    arguments: Vec<String>,
}

/// Runs the command line: `arguments` are those after the program's name. The result is the status of the process.
pub fn run(arguments: impl Iterator<Item = String>, emit_ir: Option<EmitIr<'_>>) -> i32 {
    let parsed = match CommandLine::try_parse_from(std::iter::once("mizan".to_owned()).chain(arguments)) {
        Ok(parsed) => parsed,
        Err(answer) if answer.use_stderr() => {
            complain(answer.to_string().trim_end());
            return USAGE;
        }
        Err(answer) => {
            say(answer.to_string().trim_end());
            return FINE;
        }
    };
    match parsed.command {
        Command::Init(arguments) => init::run(arguments),
        Command::Generate(arguments) if arguments.watch => watch::run(&arguments.config),
        Command::Generate(arguments) if arguments.check => generate::check(&arguments.config),
        Command::Generate(arguments) => generate::run(&arguments.config),
        Command::Check(arguments) => derive::check(&arguments),
        Command::Manifest(arguments) => derive::manifest(&arguments),
        Command::PurgeUrls(arguments) => derive::purge_urls(&arguments),
        Command::OpenApi(arguments) => derive::openapi(&arguments),
        Command::Ir(arguments) => emit_ir.map_or_else(refuse_ir, |emit_ir| emit_ir(&arguments.arguments)),
    }
}

/// The stand-alone command has no language to load an application in.
fn refuse_ir() -> i32 {
    complain(
        "error: this `mizan` stands alone and cannot load an application\n  \
         help: run the `mizan` of your framework's package, which prints the IR of an application in its language: \
         `pip install mizan` for Python, `npm install @mizan/server` for Node",
    );
    REFUSED
}
