//! The window: of Tauri's runtime without a screen, with the commands, the permissions and the IPC of any other.

use std::error::Error;

use desk::seen;
use mizan::Mizan;
use mizan::http::HeaderMap;
use tauri::ipc::{InvokeBody, InvokeResponseBody};
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder};
use tauri::webview::InvokeRequest;
use tauri::{WebviewWindow, WebviewWindowBuilder};

use crate::lines::Message;

/// A window of an app that serves the desk, as the app's capability allows it.
pub(crate) fn open(mizan: Mizan) -> tauri::Result<WebviewWindow<MockRuntime>> {
    let app = mock_builder().plugin(tauri_plugin_mizan::init(mizan)).build(tauri::generate_context!())?;
    WebviewWindowBuilder::new(&app, "main", tauri::WebviewUrl::default()).build()
}

/// Sends a message as the page of the window would, and waits for what comes back to it.
pub(crate) fn ask(window: &WebviewWindow<MockRuntime>, message: Message) -> Result<String, Box<dyn Error>> {
    if seen::is_kept() {
        seen::keep(&message.seen);
    }
    let request = InvokeRequest {
        cmd: format!("plugin:mizan|{}", message.command),
        callback: tauri::ipc::CallbackFn(0),
        error: tauri::ipc::CallbackFn(1),
        url: window.url()?,
        body: InvokeBody::Raw(message.bytes),
        headers: HeaderMap::new(),
        invoke_key: INVOKE_KEY.to_owned(),
    };
    match get_ipc_response(window, request) {
        Ok(InvokeResponseBody::Json(text)) => Ok(text),
        other => Err(format!("no reply of the plugin: {other:?}").into()),
    }
}
