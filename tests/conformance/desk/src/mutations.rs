//! The mutations: what clients change, and what that makes stale.

use mizan::{Builder, Error, Identity, Params, State, Target, invalidate, invalidate_where, params};

use crate::contexts::{FRAGILE, PROJECT, ROOM, SEARCH, TICKER, board, board_notices, inbox, project_tasks};
use crate::models::{Notice, Project, RenameError, Status, Task};
use crate::store::{Desk, Store};
use crate::switches::broken;

pub(crate) fn register(builder: Builder) -> Builder {
    let builder = builder
        .function(reset)
        .function(rename_project)
        .function(move_tasks)
        .function(close_project)
        .function(add_task)
        .function(sort_tasks)
        .function(clear_inbox)
        .function(pin_notice)
        .function(tidy_page)
        .function(fail_after_writing);
    let computes = !broken("invalidation-body") && !broken("scope-computed");
    let builder = if computes { builder.function(add_project) } else { builder.function(add_project_anywhere) };
    if broken("scope-broad") { builder.function(reindex_first_page) } else { builder.function(reindex) }
}

/// What a mutation affects, where it says so.
fn told<const N: usize>(targets: [Target; N]) -> Vec<Target> {
    if broken("invalidation-body") { Vec::new() } else { targets.into() }
}

fn merged(target: impl Into<Target>) -> Vec<Target> {
    if broken("merge") { Vec::new() } else { vec![target.into()] }
}

fn everything() -> Vec<Target> {
    let mut targets = vec![board().into(), FRAGILE.into(), inbox().into(), PROJECT.into(), ROOM.into(), SEARCH.into()];
    if !broken("discovery") {
        targets.push(TICKER.into());
    }
    targets
}

/// Put all data back, and the counts to nothing.
#[mizan::client(affects = everything())]
async fn reset(State(desk): State<Desk>) {
    *desk.open() = Store::default();
}

/// Give a project another name, which no other has.
#[mizan::client(affects = if broken("scope-name") { Vec::new() } else { told([PROJECT.into()]) })]
async fn rename_project(
    State(desk): State<Desk>,
    project_id: i64,
    #[schemars(length(min = 1, max = 40))] name: String,
) -> Result<Project, RenameError> {
    let mut store = desk.run("rename_project");
    if let Some(other) = store.projects.values().find(|other| other.name == name && other.project_id != project_id) {
        return Err(RenameError::NameTaken { taken_by: other.project_id });
    }
    if broken("scope-name") {
        invalidate(PROJECT);
    }
    let project = store.project(project_id).map_err(RenameError::Other)?;
    project.name = name;
    Ok(project.clone())
}

fn begin(desk: &Desk, name: String) -> Project {
    let mut store = desk.open();
    let project_id = store.projects.keys().next_back().map_or(1, |last| last + 1);
    let project = Project { name, project_id };
    store.projects.insert(project_id, project.clone());
    store.tasks.insert(project_id, Vec::new());
    project
}

/// Begin another project.
#[mizan::client(affects = PROJECT, affects_params = |result| params! { project_id: result.project_id })]
fn add_project(State(desk): State<Desk>, #[schemars(length(min = 1, max = 40))] name: String) -> Project {
    begin(&desk, name)
}

/// Begin another project.
#[mizan::client(name = "add_project", affects = told([PROJECT.into()]))]
fn add_project_anywhere(State(desk): State<Desk>, #[schemars(length(min = 1, max = 40))] name: String) -> Project {
    begin(&desk, name)
}

/// Move all tasks to another project; how many were moved.
#[mizan::client(affects = told([project_tasks.into()]))]
async fn move_tasks(State(desk): State<Desk>, project_id: i64, to: i64) -> i64 {
    let mut store = desk.open();
    let moved = store.tasks.insert(project_id, Vec::new()).unwrap_or_default();
    let count = i64::try_from(moved.len()).unwrap_or(i64::MAX);
    store.tasks.entry(to).or_default().extend(moved);
    if !broken("scope-computed") {
        invalidate_where(project_tasks, params! { project_id: to });
    }
    count
}

/// Say in its name that a project is over.
#[mizan::client(merge = merged(PROJECT))]
async fn close_project(State(desk): State<Desk>, project_id: i64) -> Result<Project, Error> {
    let mut store = desk.open();
    let project = store.project(project_id)?;
    "Closed".clone_into(&mut project.name);
    Ok(project.clone())
}

/// Add a task to a project.
#[mizan::client(merge = merged(project_tasks))]
fn add_task(State(desk): State<Desk>, project_id: i64, #[schemars(length(min = 1, max = 40))] title: String) -> Task {
    let mut store = desk.open();
    let tasks = store.tasks.entry(project_id).or_default();
    let id = i64::try_from(tasks.len()).unwrap_or_default() + 1;
    let task = Task { id, status: Status::Open, title };
    tasks.push(task.clone());
    task
}

/// Sort the tasks of a project by title; the first of them.
#[mizan::client(merge = merged(project_tasks))]
async fn sort_tasks(State(desk): State<Desk>, project_id: i64, #[mizan(default = 10)] limit: i64) -> Vec<Task> {
    let mut store = desk.open();
    let tasks = store.tasks.entry(project_id).or_default();
    tasks.sort_by(|left, right| left.title.cmp(&right.title));
    tasks.iter().take(usize::try_from(limit).unwrap_or_default()).cloned().collect()
}

/// Throw away the messages of whoever asks.
#[mizan::client(affects = told([inbox().into()]), auth = "authenticated")]
async fn clear_inbox(State(desk): State<Desk>, identity: Identity) {
    desk.open().messages.remove(&identity.sub);
}

/// Everything on the board and in the projects may be different.
#[mizan::client(affects = told([board().into(), PROJECT.into()]))]
async fn reindex() {}

/// Everything on the board and in the projects may be different.
#[mizan::client(name = "reindex", affects = [board(), PROJECT], affects_params = first_page)]
async fn reindex_first_page() {}

/// A narrowing that nothing asks for.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "results are lent")]
fn first_page((): &()) -> Params {
    params! { page: 1, project_id: 1 }
}

/// Put a sheet on the board.
#[mizan::client(affects = told([board().into()]))]
async fn pin_notice(State(desk): State<Desk>, topic: String, text: String) -> Notice {
    let notice = Notice { text, topic };
    desk.open().notices.push(notice.clone());
    notice
}

/// Say that a page of the board changed.
#[mizan::client(affects = told([board_notices.into()]))]
async fn tidy_page(#[expect(unused_variables, reason = "it narrows what is affected")] page: i64) {}

/// Changes a name, says more, and fails.
#[mizan::client(affects = told([PROJECT.into(), board().into()]))]
async fn fail_after_writing(State(desk): State<Desk>, project_id: i64) -> Result<(), Error> {
    let half = Project { name: "Half".to_owned(), project_id };
    desk.open().projects.insert(project_id, half);
    invalidate(board());
    Err(Error::internal("it failed after writing"))
}
