//! `desk-tauri serve`: serve the desk to the one window of an app without a screen, until standard input ends. Each line
//! of it becomes a message of that window. `ir` and `openapi` print those.
#![expect(clippy::print_stdout, reason = "it is what the commands are for")]

mod lines;
mod window;

use std::error::Error;
use std::io::Write;

use crate::lines::Line;

fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(false).init();
    let mizan = desk::desk()?;
    match std::env::args().nth(1).as_deref() {
        Some("serve") => {
            let window = window::open(mizan)?;
            say(r#"{"ready":true}"#)?;
            for line in std::io::stdin().lines() {
                let line = Line::read(&line?)?;
                say(&line.reply(&window::ask(&window, line.message()?)?)?)?;
            }
        }
        Some(command) => print!("{}", desk::printed(&mizan, command).ok_or("no such command")?),
        None => return Err("desk-tauri serve, or ir, openapi".into()),
    }
    Ok(())
}

fn say(line: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}
