//! `shop-axum [--port N]`: serve the shop on this machine. `--ir` prints the IR that clients are generated from.
#![expect(clippy::print_stdout, reason = "the line that says where it is, and the IR, are what it is run for")]

mod serve;
mod web;

use std::error::Error;
use std::path::PathBuf;

use clap::Parser;

/// Serve the shop on this machine.
#[derive(Parser)]
struct Arguments {
    /// The port to try first; 0 for any free one
    #[arg(long, default_value_t = 8000)]
    port: u16,
    /// The built page, where it is another than that of examples/shop/web
    #[arg(long, default_value = web::BUILT, hide_default_value = true)]
    page: PathBuf,
    /// Print the IR instead of serving
    #[arg(long)]
    ir: bool,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(false).init();
    let arguments = Arguments::parse();
    let page = &arguments.page;
    if !arguments.ir && !page.join("index.html").exists() {
        return Err(format!("The page is not built yet: there is no {}. `make demo` builds it.", page.display()).into());
    }
    // `SHOP_DATABASE` names a file to keep; without it each run starts from the seed, in a file that goes with it.
    let folder = tempfile::Builder::new().prefix("shop-").tempdir()?;
    let kept = std::env::var_os("SHOP_DATABASE").map(PathBuf::from);
    let database = shop::open(&kept.unwrap_or_else(|| folder.path().join("shop.sqlite3"))).await?;
    let mizan = shop::functions(database.clone()).build()?;
    if arguments.ir {
        print!("{}", mizan.ir());
        return Ok(());
    }
    let listener = serve::listen(arguments.port).await?;
    // It listens already, so whoever reads the line may connect at once.
    println!("http://{}/", listener.local_addr()?);
    serve::serve(listener, web::app(mizan, page)).await?;
    database.close().await;
    Ok(())
}
