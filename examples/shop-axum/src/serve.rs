//! Serving an application on a loopback port until it is asked to end.

use std::io::Result;
use std::net::Ipv4Addr;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// How long requests that are on their way have to end.
const PATIENCE: Duration = Duration::from_secs(2);

/// A socket that listens on `port`, or on the first free one of the hundred after it; 0 takes any free one.
pub(crate) async fn listen(port: u16) -> Result<TcpListener> {
    let last = if port == 0 { port } else { port.saturating_add(100) };
    for next in port..last {
        if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, next)).await {
            return Ok(listener);
        }
    }
    TcpListener::bind((Ipv4Addr::LOCALHOST, last)).await
}

/// Serves till Ctrl-C or SIGTERM. What is on its way then is answered, if it takes no longer than [`PATIENCE`].
pub(crate) async fn serve(listener: TcpListener, app: Router) -> Result<()> {
    let serving = axum::serve(listener, app).with_graceful_shutdown(ended());
    let late = async {
        ended().await;
        tokio::time::sleep(PATIENCE).await;
    };
    tokio::select! {
        served = serving.into_future() => served,
        () = late => Ok(()),
    }
}

/// Waits until somebody ends the process.
async fn ended() {
    let Ok(mut asked) = signal(SignalKind::terminate()) else { return };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = asked.recv() => {}
    }
}
