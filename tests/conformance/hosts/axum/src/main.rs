//! `desk-axum PORT`: serve the desk on loopback until standard input ends, in a router; with `layer` behind the port, in front
//! of one. `ir`, `manifest` and `openapi` print those.
#![expect(clippy::print_stdout, reason = "it is what the commands are for")]

use std::error::Error;
use std::io::Read;

use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::{Router, ServiceExt};
use desk::seen;
use mizan::Mizan;
use mizan_axum::Layer;

fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(false).init();
    let mizan = desk::desk()?;
    let argument = std::env::args().nth(1).ok_or("desk-axum PORT [layer], or ir, manifest, openapi")?;
    match desk::printed(&mizan, &argument) {
        Some(text) => print!("{text}"),
        None => serve(mizan, argument.parse()?, std::env::args().nth(2).as_deref() == Some("layer"))?,
    }
    Ok(())
}

fn serve(mizan: Mizan, port: u16, is_in_front: bool) -> Result<(), Box<dyn Error>> {
    std::thread::spawn(|| {
        // The board ends the process by closing its input.
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let keep = from_fn(|request: Request, next: Next| {
            if seen::is_kept() {
                seen::keep(request.headers());
            }
            next.run(request)
        });
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
        if is_in_front {
            let app = keep.layer(mizan_axum::layer(mizan).layer(Router::new()));
            axum::serve(listener, ServiceExt::<Request>::into_make_service(app)).await?;
        } else {
            let pages: Router = mizan_axum::pages(&mizan);
            axum::serve(listener, pages.nest_service("/api/mizan", mizan_axum::router(mizan)).layer(keep)).await?;
        }
        Ok(())
    })
}
