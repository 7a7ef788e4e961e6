//! Puts the page, and what its window may do, into the program.

fn main() {
    tauri_build::build();
}
