//! `desk-axum PORT`: serve the desk on loopback until standard input ends. `ir`, `manifest` and `openapi` print those.
#![expect(clippy::print_stdout, reason = "it is what the commands are for")]

mod contexts;
mod desk;
mod functions;
mod models;
mod mutations;
mod people;
mod seen;
mod switches;
mod variants;

use std::error::Error;
use std::io::Read;

use axum::Router;
use mizan::{Cache, Mizan, RegistrationError, Tokens};

use crate::switches::{broken, variant};

fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(false).init();
    let mizan = desk()?;
    match std::env::args().nth(1).as_deref() {
        Some("ir") => print!("{}", mizan.ir()),
        Some("manifest") => println!("{}", mizan.manifest()),
        Some("openapi") => println!("{}", mizan.openapi("Mizan")),
        Some(port) => serve(mizan, port.parse()?)?,
        None => return Err("desk-axum PORT, or ir, manifest, openapi".into()),
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
        let mut app: Router = Router::new().nest_service("/api/mizan", mizan_axum::router(mizan));
        if seen::is_kept() {
            app = app.layer(axum::middleware::from_fn(seen::keep));
        }
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
        axum::serve(listener, app).await?;
        Ok(())
    })
}

fn desk() -> Result<Mizan, RegistrationError> {
    let store = std::env::var("MIZAN_CACHE").unwrap_or_default();
    let cache = match store.as_str() {
        "" | "memory" => Cache::memory(),
        url => Cache::redis(url),
    };
    let mut builder = Mizan::builder()
        .state(desk::Desk::default())
        .identify(people::identify)
        .guard("in_hours", people::in_hours)
        .cache(cache)
        .tokens(tokens())
        .expose_ir(true);
    if broken("origins") {
        builder = builder.trusted_origin("https://evil.test");
    }
    builder = contexts::register(builder);
    builder = functions::register(builder);
    builder = mutations::register(builder);
    if variant("peeking") {
        builder = variants::register_peeking(builder);
    }
    if variant("asking") {
        builder = variants::register_asking(builder);
    }
    builder.build()
}

fn tokens() -> Tokens {
    let mut functions = Vec::new();
    if !broken("mwt-functions") {
        functions.push("mwt_obtain");
    }
    if !broken("jwt-functions") {
        functions.extend(["jwt_obtain", "jwt_refresh", "jwt_revoke"]);
    }
    Tokens::new()
        .mwt(!broken("mwt"))
        .access(!broken("jwt"))
        .functions(functions)
        .find(|sub| async move { Ok(Some(people::find(&sub))) })
        .permissions(|sub| async move {
            Ok((!broken("mwt-rights")).then(|| people::permissions_of(&sub).map(str::to_owned).collect()))
        })
}
