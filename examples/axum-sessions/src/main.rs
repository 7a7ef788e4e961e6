//! `MIZAN_SECRET=… axum-sessions`: serve the functions on this machine.
#![expect(clippy::print_stdout, reason = "it says where it is")]

use std::error::Error;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let secret = std::env::var("MIZAN_SECRET").map_err(|_| "set MIZAN_SECRET to at least 32 random bytes")?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8000").await?;
    println!("http://{}/api/mizan/", listener.local_addr()?);
    Ok(axum::serve(listener, axum_sessions::app(&secret, false)?).await?)
}
