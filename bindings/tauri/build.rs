//! Writes the permissions of the plugin's commands.

fn main() {
    tauri_plugin::Builder::new(&["call", "fetch"]).build();
}
