//! Commands by hand: serde in and out, and the checks written out. Those with `later` are async, as the plugin's are; the
//! others answer on the thread that the message came on.
#![allow(clippy::unused_async, reason = "an async command is what is measured")]

use mizan_bench_answers::{NAME_LENGTHS, PROFILE, Renamed, User};

fn renamed(user_id: i32, name: String) -> Result<Renamed, &'static str> {
    if !NAME_LENGTHS.contains(&name.chars().count()) {
        return Err("name: expected 2 to 40 characters");
    }
    Ok(Renamed { user_id, name })
}

fn user(user_id: i32) -> Result<User<'static>, &'static str> {
    if user_id != PROFILE.user_id {
        return Err("There is no such user.");
    }
    Ok(mizan_bench_answers::user())
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) fn rename_now(user_id: i32, name: String) -> Result<Renamed, &'static str> {
    renamed(user_id, name)
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn rename_later(user_id: i32, name: String) -> Result<Renamed, &'static str> {
    renamed(user_id, name)
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) fn bundle_now(user_id: i32) -> Result<User<'static>, &'static str> {
    user(user_id)
}

#[tauri::command(rename_all = "snake_case")]
pub(crate) async fn bundle_later(user_id: i32) -> Result<User<'static>, &'static str> {
    user(user_id)
}
