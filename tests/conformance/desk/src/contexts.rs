//! The contexts: what clients read.

use chrono::NaiveDate;
use mizan::{Auth, Builder, Caching, Context, Error, Identity, State};

use crate::models::{Notice, Project, Search, Task};
use crate::seen;
use crate::store::Desk;
use crate::switches::broken;

pub(crate) const PROJECT: Context = Context::new("project");
pub(crate) const ROOM: Context = Context::new("room");
pub(crate) const SEARCH: Context = Context::new("search");
pub(crate) const FRAGILE: Context = Context::new("fragile");
pub(crate) const TICKER: Context = Context::new("ticker");

pub(crate) fn board() -> Context {
    let board = Context::new("board");
    if broken("public-context") { board } else { board.public() }
}

pub(crate) fn inbox() -> Context {
    let inbox = Context::new("inbox");
    if broken("scope-identity") { inbox } else { inbox.by_identity() }
}

/// A guard, where guards are not broken.
pub(crate) fn guarded(auth: impl Into<Auth>) -> Auth {
    if broken("auth-guards") { Auth::None } else { auth.into() }
}

fn kept(usually: Caching) -> Caching {
    if broken("origin-cache") { Caching::Off } else { usually }
}

pub(crate) fn register(builder: Builder) -> Builder {
    let builder = builder
        .function(project_info)
        .function(project_tasks)
        .function(project_viewer)
        .function(board_notices)
        .function(board_topics)
        .function(inbox_messages)
        .function(room_members)
        .function(room_wages)
        .function(search_query)
        .function(fragile_first)
        .function(fragile_second);
    if broken("discovery") { builder } else { builder.function(ticker_count) }
}

/// One project.
#[mizan::client(context = PROJECT, cache = kept(Caching::Default))]
async fn project_info(State(desk): State<Desk>, project_id: i64) -> Result<Project, Error> {
    Ok(desk.run("project_info").project(project_id)?.clone())
}

/// Its first tasks.
#[mizan::client(
    context = if broken("context-bundle") { Context::new("shelf") } else { PROJECT },
    cache = kept(Caching::Default)
)]
pub(crate) fn project_tasks(
    State(desk): State<Desk>,
    project_id: i64,
    #[schemars(range(min = 1, max = 100))]
    #[mizan(default = 10)]
    limit: usize,
) -> Vec<Task> {
    let store = desk.run("project_tasks");
    store.tasks.get(&project_id).into_iter().flatten().take(limit).cloned().collect()
}

/// Who looks at it.
#[mizan::client(context = PROJECT, cache = kept(Caching::Default))]
async fn project_viewer(State(desk): State<Desk>, identity: Option<Identity>) -> Option<String> {
    drop(desk.run("project_viewer"));
    identity.map(|identity| identity.sub)
}

/// The sheets of a topic, ten a page.
#[mizan::client(context = board(), cache = kept(Caching::Seconds(60)), route = "/board/:topic")]
pub(crate) async fn board_notices(
    State(desk): State<Desk>,
    #[mizan(default = 1)] page: i64,
    #[mizan(default = "all")] topic: String,
) -> Vec<Notice> {
    let store = desk.run("board_notices");
    let found = store.notices.iter().filter(|notice| topic == "all" || notice.topic == topic);
    let skipped = usize::try_from(10 * (page - 1)).unwrap_or(usize::MAX);
    found.skip(skipped).take(10).cloned().collect()
}

/// All topics.
#[mizan::client(context = board(), cache = kept(Caching::Seconds(120)))]
async fn board_topics(State(desk): State<Desk>) -> Vec<String> {
    let store = desk.run("board_topics");
    let mut topics: Vec<String> = store.notices.iter().map(|notice| notice.topic.clone()).collect();
    topics.sort();
    topics.dedup();
    if broken("unkeyed-inputs") {
        topics.extend(seen::language().split_whitespace().map(str::to_owned));
    }
    topics
}

/// The messages of whoever asks.
#[mizan::client(context = inbox(), auth = guarded("authenticated"), cache = kept(Caching::Default))]
async fn inbox_messages(State(desk): State<Desk>, identity: Option<Identity>) -> Vec<String> {
    let store = desk.run("inbox_messages");
    identity.and_then(|identity| store.messages.get(&identity.sub).cloned()).unwrap_or_default()
}

/// Who works here.
#[mizan::client(context = ROOM, auth = guarded("authenticated"))]
async fn room_members(State(desk): State<Desk>) -> Vec<&'static str> {
    drop(desk.run("room_members"));
    vec!["ada", "root"]
}

/// What they get.
#[mizan::client(context = ROOM, auth = guarded("staff"))]
async fn room_wages(State(desk): State<Desk>) -> i64 {
    drop(desk.run("room_wages"));
    4200
}

/// What the query was read as.
#[mizan::client(context = SEARCH)]
async fn search_query(
    State(desk): State<Desk>,
    words: String,
    day: Option<NaiveDate>,
    #[mizan(default)] exact: bool,
    ratio: Option<f64>,
    #[mizan(default)] tags: Vec<String>,
) -> Search {
    drop(desk.run("search_query"));
    Search { day, exact, ratio, tags, words }
}

/// Fails where `fail` has an `f`.
#[mizan::client(context = FRAGILE)]
async fn fragile_first(State(desk): State<Desk>, #[mizan(default)] fail: String) -> Result<i64, Error> {
    drop(desk.run("fragile_first"));
    if fail.contains('f') && !broken("bundle-whole") {
        return Err(Error::not_found("The first one failed."));
    }
    Ok(1)
}

/// Fails where `fail` has an `s`.
#[mizan::client(context = FRAGILE)]
fn fragile_second(State(desk): State<Desk>, #[mizan(default)] fail: String) -> Result<i64, Error> {
    drop(desk.run("fragile_second"));
    if fail.contains('s') {
        return Err(Error::conflict("The second one failed."));
    }
    Ok(2)
}

/// How often it was read since the reset.
#[mizan::client(context = TICKER, cache = if broken("cache-off") { Caching::Default } else { Caching::Off })]
async fn ticker_count(State(desk): State<Desk>) -> i64 {
    desk.run("ticker_count").runs.get("ticker_count").copied().unwrap_or_default()
}
