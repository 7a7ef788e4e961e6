//! `desk-axum PORT`: serve the desk on loopback until standard input ends. `ir`, `manifest` and `openapi` print those.
#![expect(clippy::print_stdout, reason = "it is what the commands are for")]

use std::error::Error;
use std::io::Read;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use desk::seen;
use mizan::Mizan;

fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(false).init();
    let mizan = desk::desk()?;
    let argument = std::env::args().nth(1).ok_or("desk-axum PORT, or ir, manifest, openapi")?;
    match desk::printed(&mizan, &argument) {
        Some(text) => print!("{text}"),
        None => serve(mizan, argument.parse()?)?,
    }
    Ok(())
}

fn serve(mizan: Mizan, port: u16) -> Result<(), Box<dyn Error>> {
    std::thread::spawn(|| {
        // The board ends the process by closing its input.
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let pages = mizan_axum::pages(&mizan);
        let mut app: Router = pages.nest_service("/api/mizan", mizan_axum::router(mizan));
        if seen::is_kept() {
            app = app.layer(from_fn(|request: Request, next: Next| {
                seen::keep(request.headers());
                next.run(request)
            }));
        }
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
        axum::serve(listener, app).await?;
        Ok(())
    })
}
