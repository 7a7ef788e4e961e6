//! Writes the seeds of a target into a folder, a file each: `mizan-fuzz-seeds TARGET FOLDER`. With `near`, writes
//! those around the planted fault. Without arguments, prints the names of the targets.

use std::path::PathBuf;
use std::{fs, io};

use mizan_fuzz::{TARGETS, Target};

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(name), Some(folder)) = (arguments.next(), arguments.next()) else {
        for target in TARGETS {
            use io::Write as _;
            writeln!(io::stdout(), "{}", target.name)?;
        }
        return Ok(());
    };
    let target = Target::find(&name).ok_or_else(|| io::Error::other("no such target"))?;
    let folder = PathBuf::from(folder);
    fs::create_dir_all(&folder)?;
    let seeds = if arguments.next().as_deref() == Some("near") { target.flipped() } else { target.seeds() };
    for (number, seed) in seeds.into_iter().enumerate() {
        fs::write(folder.join(format!("seed-{number:04}")), seed)?;
    }
    Ok(())
}
