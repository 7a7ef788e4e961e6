//! Puts the page, and what its window may do, into the program; `hand` is a plugin in the program itself.

use tauri_build::{Attributes, InlinedPlugin};

fn main() {
    let hand = InlinedPlugin::new().commands(&["rename_later", "bundle_later"]);
    tauri_build::try_build(Attributes::new().plugin("hand", hand))
        .expect("what the app may do is written as Tauri reads it");
}
