//! The replayer of Rust: cases on stdin, answers on stdout, a line each, in order.

use std::io::{self, BufRead, Write};

fn main() -> io::Result<()> {
    // A panic is an answer of its case; the default hook would only litter stderr.
    std::panic::set_hook(Box::new(|_| {}));
    let mut cases = io::stdin().lock();
    let mut answers = io::stdout().lock();
    let mut line = Vec::new();
    loop {
        line.clear();
        if cases.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        if !line.trim_ascii().is_empty() {
            answers.write_all(&mizan_replay::answer(&line))?;
            answers.write_all(b"\n")?;
            answers.flush()?;
        }
    }
}
