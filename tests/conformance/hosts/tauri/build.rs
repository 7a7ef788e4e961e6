//! Puts the capability of the window into the program.

fn main() {
    tauri_build::build();
}
