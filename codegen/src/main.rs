//! The stand-alone `mizan` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    let status = mizan_codegen::command_line::run(std::env::args().skip(1), None);
    ExitCode::from(u8::try_from(status).unwrap_or(1))
}
