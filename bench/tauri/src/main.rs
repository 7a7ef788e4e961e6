//! `mizan-bench-tauri window`: an app whose page asks by commands by hand and by Mizan.
//! `mizan-bench-tauri messages ROUNDS CALLS [CONTENDER]`: the same without a screen, and without a web view.

mod messages;
mod plain;

use mizan::Mizan;
use tauri::plugin::TauriPlugin;
use tauri::{Builder, Runtime, State};

/// The digest of the contract, which generated clients have in them.
struct Contract(String);

#[tauri::command]
#[allow(clippy::needless_pass_by_value, reason = "Tauri hands it over so")]
fn contract(contract: State<'_, Contract>) -> String {
    contract.0.clone()
}

fn application() -> Mizan {
    mizan_bench_answers::builder().build().expect("it can be served")
}

/// The app on any runtime.
fn with_commands<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    let mizan = application();
    builder
        .manage(Contract(mizan.digest().to_owned()))
        .invoke_handler(tauri::generate_handler![
            contract,
            plain::rename_now,
            plain::rename_later,
            plain::bundle_now,
            plain::bundle_later
        ])
        .plugin(hand())
        .plugin(tauri_plugin_mizan::init(mizan))
}

/// The commands by hand once more, as a plugin's: Tauri asks its permissions for those alone.
fn hand<R: Runtime>() -> TauriPlugin<R> {
    tauri::plugin::Builder::new("hand")
        .invoke_handler(tauri::generate_handler![plain::rename_later, plain::bundle_later])
        .build()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] | ["window"] => {
            with_commands(Builder::default()).run(tauri::generate_context!())?;
        }
        ["messages", rounds, calls, only @ ..] => {
            messages::measure(rounds.parse()?, calls.parse()?, only.first().copied());
        }
        _ => return Err("mizan-bench-tauri [window | messages ROUNDS CALLS [CONTENDER]]".into()),
    }
    Ok(())
}
