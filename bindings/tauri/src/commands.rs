//! The commands: each makes a request of the protocol of a message of Tauri's, and a message of the reply.

use mizan::bytes::Bytes;
use mizan::http::{HeaderMap, Method, Request, Uri};
use tauri::ipc;
use tauri::{Runtime, State, Webview};

use crate::Served;
use crate::message::{self, Head};
use crate::reply;

/// What HTTP posts to `call/`. Its reply, whatever its status, is what the promise in the page is fulfilled with.
#[tauri::command]
pub(crate) async fn call<R: Runtime>(
    webview: Webview<R>,
    served: State<'_, Served>,
    message: ipc::Request<'_>,
) -> Result<ipc::Response, ()> {
    let sent = message::bytes(message.body());
    let (head, body) = message::parts(&sent);
    let headers = Head::read(head).headers;
    Ok(answer(&served, webview, Method::POST, "/call/", headers, Bytes::copy_from_slice(body)).await)
}

/// What HTTP gets from `ctx/NAME/`.
#[tauri::command]
pub(crate) async fn fetch<R: Runtime>(
    webview: Webview<R>,
    served: State<'_, Served>,
    message: ipc::Request<'_>,
) -> Result<ipc::Response, ()> {
    let sent = message::bytes(message.body());
    let head = Head::read(message::parts(&sent).0);
    // Of what else HTTP can get, nothing is served here: the path of that is not there, and the core says so.
    let target = if head.target.starts_with("/ctx/") { &*head.target } else { "/" };
    Ok(answer(&served, webview, Method::GET, target, head.headers, Bytes::new()).await)
}

/// The exchange stands in a box: Tauri moves what a command returns several times on its way to a thread, and an exchange is
/// some kilobytes.
fn answer<R: Runtime>(
    Served(mizan): &Served,
    webview: Webview<R>,
    method: Method,
    target: &str,
    headers: HeaderMap,
    body: Bytes,
) -> impl Future<Output = ipc::Response> + Send {
    let mut request = Request::new(body);
    *request.method_mut() = method;
    // What is no target is no path that is there.
    *request.uri_mut() = Uri::try_from([mizan.base(), target].concat()).unwrap_or_default();
    *request.headers_mut() = headers;
    request.extensions_mut().insert(webview);
    let exchange = Box::pin(mizan.handle(request));
    async { ipc::Response::new(reply::text(&exchange.await)) }
}
