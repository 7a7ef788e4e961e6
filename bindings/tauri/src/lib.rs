//! Serves an application of [`mizan`] to the windows of a Tauri app, over Tauri's own IPC: no port, no server.
//!
//! ```
//! use mizan::Mizan;
//!
//! /// Say hello.
//! #[mizan::client]
//! async fn hello(name: String) -> String {
//!     format!("Hello {name}")
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let builder = tauri::test::mock_builder();
//! let mizan = Mizan::builder().function(hello).build()?;
//! let builder = builder.plugin(tauri_plugin_mizan::init(mizan));
//! # Ok(()) }
//! ```
//!
//! A capability of the app says which windows may ask: `"permissions": ["mizan:default"]`. In them, `@mizan/tauri` carries
//! what a generated client asks. Everything else (guards, limits, the origin cache, errors) is as over HTTP.
//!
//! # Who asks
//!
//! The window that a message came from stands in the request's extensions, as [`tauri::Webview`]. Tauri says which one it
//! is, so `identify` may rest on it. Headers are the word of the page, like everything that a page sends.
//!
//! ```
//! use mizan::{Error, Identity, Mizan, Request};
//!
//! async fn identify<R: tauri::Runtime>(request: Request) -> Result<Option<Identity>, Error> {
//!     let window = request.extension::<tauri::Webview<R>>();
//!     Ok(window.filter(|window| window.label() == "back-office").map(|_| Identity::new("clerk").staff(true)))
//! }
//!
//! fn plugin<R: tauri::Runtime>() -> Result<tauri::plugin::TauriPlugin<R>, Box<dyn std::error::Error>> {
//!     let mizan = Mizan::builder().identify(identify::<R>).build()?;
//!     Ok(tauri_plugin_mizan::init(mizan))
//! }
//! ```
//!
//! # What has no place here
//!
//! There is no cookie and no other origin, so there is no token against forged requests: `session/` is not served. Nor is
//! `ir/`; the application prints it by [`mizan::Mizan::ir`].
#![deny(missing_docs)]

mod commands;
mod message;
mod reply;

use mizan::Mizan;
use tauri::plugin::{Builder, TauriPlugin};
use tauri::{Manager, Runtime};

pub use mizan;

/// The plugin, which serves the application by the commands `call` and `fetch`.
///
/// What Tauri has for all windows, an app's functions reach by [`mizan::Builder::state`] or by the window's
/// [`tauri::Webview::app_handle`][Manager::app_handle].
#[must_use]
pub fn init<R: Runtime>(mizan: Mizan) -> TauriPlugin<R> {
    Builder::new("mizan")
        .invoke_handler(tauri::generate_handler![commands::call, commands::fetch])
        .setup(|app, _| {
            app.manage(Served(mizan));
            Ok(())
        })
        .build()
}

/// Of a type of ours: an app may have the application among its own states.
struct Served(Mizan);
