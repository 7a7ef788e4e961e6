//! `shop-tauri`: the shop as a desktop application. Its window has the page of `examples/shop/web`, its functions are those
//! of `examples/shop-axum/shop`; between them is Tauri's IPC, and no port.

use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(false).init();
    // `SHOP_DATABASE` names a file to keep; without it each run starts from the seed, in a file that goes with it.
    let folder = tempfile::Builder::new().prefix("shop-").tempdir()?;
    let kept = std::env::var_os("SHOP_DATABASE").map(PathBuf::from);
    let file = kept.unwrap_or_else(|| folder.path().join("shop.sqlite3"));
    let database = tauri::async_runtime::block_on(shop::open(&file))?;
    let mizan = shop::functions(database).build()?;
    tauri::Builder::default().plugin(tauri_plugin_mizan::init(mizan)).run(tauri::generate_context!())?;
    Ok(())
}
