//! Requests through `Mizan::handle`, without a server: what a function gets, how it may end, and what is said of it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by its panic")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use mizan::{Cache, Context, Error, Extension, Identity, Mizan, Request, State, invalidate_where, params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::sync::Barrier;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Book {
    book_id: i64,
    title: String,
}

#[derive(Clone)]
struct Shelf(Arc<Barrier>, Arc<AtomicUsize>);

#[derive(mizan::Errors)]
enum RenameError {
    #[mizan(status = 409, message = "Book {taken_by} has that title.")]
    TitleTaken { taken_by: i64 },
    #[mizan(transparent)]
    Other(Error),
}

/// A book.
#[mizan::client(context = "library")]
async fn book(State(shelf): State<Shelf>, book_id: i64) -> Book {
    shelf.1.fetch_add(1, Ordering::Relaxed);
    // It comes only if the other member runs at the same time.
    shelf.0.wait().await;
    Book { book_id, title: "Ebb".to_owned() }
}

/// Its readers.
#[mizan::client(context = "library")]
async fn readers(State(shelf): State<Shelf>, book_id: i64) -> Vec<i64> {
    shelf.0.wait().await;
    vec![book_id]
}

// `book` is a parameter here and a function above, and so is `title` of nothing: neither is in the way of the other.
#[mizan::client(affects = "library", affects_params = |result, book| params! { book_id: result.book_id + book })]
fn rename(
    #[expect(unused_variables, reason = "it narrows what is affected")] book: i64,
    title: String,
) -> Result<Book, RenameError> {
    match title.as_str() {
        "Dunes" => Err(RenameError::TitleTaken { taken_by: 6 }),
        "" => Err(RenameError::Other(Error::invalid("title", "Say one."))),
        _ => {
            invalidate_where("library", params! { book_id: 9 });
            Ok(Book { book_id: 4, title })
        }
    }
}

#[mizan::client(affects = "library", affects_params = |_: &i64, book: &i64| params! { book_id: *book })]
fn lend(#[expect(unused_variables, reason = "it narrows what is affected")] book: i64) -> i64 {
    14
}

#[mizan::client]
fn sync_panic() -> i64 {
    panic!("the secret is 42")
}

#[mizan::client]
async fn async_panic() -> i64 {
    panic!("the secret is {}", 42)
}

#[mizan::client]
async fn parse(text: String) -> Result<i64, Error> {
    Ok(text.parse()?)
}

#[mizan::client(timeout = 0.05)]
async fn slow() {
    tokio::time::sleep(Duration::from_mins(1)).await;
}

#[mizan::client(timeout = 0.05)]
fn slow_sync() {
    std::thread::sleep(Duration::from_millis(300));
}

#[mizan::client(auth = "authenticated")]
async fn whoami(identity: Identity) -> String {
    identity.sub
}

#[derive(Clone)]
struct Session(&'static str);

#[mizan::client]
async fn session(Extension(session): Extension<Session>, request: Request) -> String {
    format!("{} {}", session.0, request.method())
}

const PUBLIC: Context = Context::new("lobby").public();

#[mizan::client(context = PUBLIC)]
async fn lobby(request: Request) -> Vec<String> {
    let names = request.headers().keys().map(ToString::to_string);
    names.chain([request.uri().to_string()]).collect()
}

fn library() -> Mizan {
    let shelf = Shelf(Arc::new(Barrier::new(2)), Arc::default());
    Mizan::builder()
        .state(shelf)
        .function(book)
        .function(readers)
        .function(rename)
        .function(lend)
        .function(sync_panic)
        .function(async_panic)
        .function(parse)
        .function(slow)
        .function(slow_sync)
        .function(whoami)
        .function(session)
        .function(lobby)
        .identify(|request| async move {
            match request.headers().get("x-user").map(|name| name.to_str()) {
                Some(Ok("broken")) => Err(Error::internal("the sessions are gone")),
                Some(Ok(name)) => Ok(Some(Identity::new(name))),
                _ => Ok(None),
            }
        })
        .csrf(false)
        .build()
        .unwrap()
}

async fn send(mizan: &Mizan, request: http::request::Builder, body: &str) -> (u16, http::HeaderMap, String) {
    let request = request.body(Bytes::copy_from_slice(body.as_bytes())).unwrap();
    let (parts, body) = mizan.handle(request).await.into_parts();
    (parts.status.as_u16(), parts.headers, String::from_utf8(body.to_vec()).unwrap())
}

fn post() -> http::request::Builder {
    http::Request::post("/api/mizan/call/").header("content-type", "application/json").header("host", "desk.test")
}

async fn call(mizan: &Mizan, function: &str, args: &str) -> (u16, String) {
    let (status, _, body) = send(mizan, post(), &format!(r#"{{"fn":"{function}","args":{args}}}"#)).await;
    (status, body)
}

#[tokio::test]
async fn functions_can_be_called_as_ever() {
    assert_eq!(rename(1, "Ebb".to_owned()).ok().unwrap().title, "Ebb");
    assert_eq!(parse("5".to_owned()).await.unwrap(), 5);
    let (one, other) = {
        let shelf = Shelf(Arc::new(Barrier::new(2)), Arc::default());
        tokio::join!(book(State(shelf.clone()), 5), readers(State(shelf), 5))
    };
    assert_eq!((one.book_id, other), (5, vec![5]));
}

#[tokio::test]
async fn members_of_a_bundle_run_at_once() {
    let mizan = library();
    let request = http::Request::get("/api/mizan/ctx/library/?book_id=5");
    let answered = tokio::time::timeout(Duration::from_secs(5), send(&mizan, request, "")).await.unwrap();
    assert_eq!(answered.2, r#"{"book":{"book_id":5,"title":"Ebb"},"readers":[5]}"#);
}

#[tokio::test]
async fn a_mutation_says_what_changed_by_its_result_its_inputs_and_its_words() {
    let (status, headers, body) = send(&library(), post(), r#"{"fn":"rename","args":{"book":3,"title":"Ebb"}}"#).await;
    assert_eq!(status, 200);
    assert_eq!(headers["x-mizan-invalidate"], "library;book_id=7, library;book_id=9");
    assert!(body.contains(r#""result":{"book_id":4,"title":"Ebb"}"#), "{body}");
}

#[tokio::test]
async fn what_narrows_a_mutation_may_say_the_types_of_its_arguments() {
    let (status, headers, body) = send(&library(), post(), r#"{"fn":"lend","args":{"book":3}}"#).await;
    assert_eq!((status, &headers["x-mizan-invalidate"]), (200, &"library;book_id=3".parse().unwrap()), "{body}");
}

#[tokio::test]
async fn errors_are_what_the_function_says() {
    let mizan = library();
    assert_eq!(
        call(&mizan, "rename", r#"{"book":1,"title":"Dunes"}"#).await,
        (
            409,
            r#"{"error":{"code":"TITLE_TAKEN","data":{"taken_by":6},"message":"Book 6 has that title."}}"#.to_owned()
        )
    );
    let (status, body) = call(&mizan, "rename", r#"{"book":1,"title":""}"#).await;
    assert_eq!(status, 422);
    assert!(body.contains(r#"{"code":"custom","message":"Say one.","path":["args","title"]}"#), "{body}");
}

#[tokio::test]
async fn mistakes_show_nothing_and_break_nothing_else() {
    let mizan = library();
    for (function, args) in [("sync_panic", "{}"), ("async_panic", "{}"), ("parse", r#"{"text":"42?"}"#)] {
        let (status, body) = call(&mizan, function, args).await;
        assert_eq!(status, 500, "{function}: {body}");
        let told = body.contains("secret") || body.contains("digit");
        assert!(body.starts_with(r#"{"error":{"code":"INTERNAL","id":""#) && !told, "{body}");
    }
    assert_eq!(call(&mizan, "parse", r#"{"text":"42"}"#).await.0, 200);
}

#[tokio::test]
async fn whatever_takes_too_long_is_given_up() {
    let mizan = library();
    for function in ["slow", "slow_sync"] {
        let answered = tokio::time::timeout(Duration::from_secs(5), call(&mizan, function, "{}")).await.unwrap();
        assert_eq!(answered.0, 504, "{function}");
    }
}

#[tokio::test]
async fn who_asks_is_found_out_where_that_matters() {
    let mizan = library();
    assert_eq!(send(&mizan, post(), r#"{"fn":"whoami"}"#).await.0, 401);
    let ada = send(&mizan, post().header("x-user", "ada"), r#"{"fn":"whoami"}"#).await;
    assert_eq!((ada.0, ada.2.as_str()), (200, r#"{"invalidate":[],"result":"ada"}"#));
    let broken = send(&mizan, post().header("x-user", "broken"), r#"{"fn":"whoami"}"#).await;
    assert_eq!(broken.0, 500);
    assert!(!broken.2.contains("sessions"), "{}", broken.2);
}

#[tokio::test]
async fn what_a_layer_left_is_there() {
    let mizan = library();
    let (status, _, body) = send(&mizan, post().extension(Session("s1")), r#"{"fn":"session"}"#).await;
    assert_eq!((status, body.as_str()), (200, r#"{"invalidate":[],"result":"s1 POST"}"#));
    assert_eq!(send(&mizan, post(), r#"{"fn":"session"}"#).await.0, 500, "the layer is not there");
}

#[tokio::test]
async fn a_public_member_sees_nothing_of_the_caller() {
    let target = "https://ada.test/api/mizan/ctx/lobby/";
    let request = http::Request::get(target).header("x-user", "ada").header("cookie", "a=b");
    assert_eq!(send(&library(), request, "").await.2, r#"{"lobby":["/api/mizan/ctx/lobby/"]}"#);
}

#[derive(Clone, Default)]
struct Gate(Arc<AtomicUsize>, Arc<tokio::sync::Notify>);

#[mizan::client(context = "gate")]
async fn gate(State(gate): State<Gate>) -> i64 {
    if gate.0.fetch_add(1, Ordering::Relaxed) == 0 {
        gate.1.notify_one();
        std::future::pending::<()>().await;
    }
    7
}

#[tokio::test]
async fn a_dropped_request_frees_whoever_waits_for_what_it_filled() {
    let first = Gate::default();
    let mizan =
        Mizan::builder().state(first.clone()).function(gate).cache(Cache::memory()).csrf(false).build().unwrap();
    let fetch = |mizan: Mizan| async move { send(&mizan, http::Request::get("/api/mizan/ctx/gate/"), "").await };
    let leads = tokio::spawn(fetch(mizan.clone()));
    first.1.notified().await;
    let mut joins = tokio::spawn(fetch(mizan));
    assert!(tokio::time::timeout(Duration::from_millis(50), &mut joins).await.is_err(), "it waits for the first");
    assert_eq!(first.0.load(Ordering::Relaxed), 1);
    leads.abort();
    let answered = tokio::time::timeout(Duration::from_secs(5), joins).await.unwrap().unwrap();
    assert_eq!((answered.0, answered.2.as_str()), (200, r#"{"gate":7}"#));
}

/// Its height, and how far its turn is.
#[derive(Clone, Default)]
struct Tide(Arc<AtomicUsize>, Arc<AtomicUsize>);

/// It has begun, and waits.
const BEGUN: usize = 1;
/// It may go on.
const FREE: usize = 2;

impl Tide {
    /// Changes when the test says so, long after its limit.
    fn turn(&self) {
        self.1.store(BEGUN, Ordering::SeqCst);
        while self.1.load(Ordering::SeqCst) != FREE {
            std::thread::sleep(Duration::from_millis(5));
        }
        self.0.store(2, Ordering::SeqCst);
    }
}

#[mizan::client(context = "shore")]
async fn tide(State(tide): State<Tide>) -> usize {
    tide.0.load(Ordering::SeqCst)
}

#[mizan::client(affects = "shore", timeout = 0.5)]
fn turn_declared(State(tide): State<Tide>) {
    tide.turn();
}

#[mizan::client(timeout = 0.5)]
fn turn_named(State(tide): State<Tide>) {
    tide.turn();
    mizan::invalidate("shore");
    panic!("too late");
}

#[mizan::client(timeout = 0.5)]
fn turn_named_before(State(tide): State<Tide>) {
    mizan::invalidate("shore");
    tide.turn();
}

#[mizan::client]
async fn turn_and_wait(State(tide): State<Tide>) {
    tide.0.store(2, Ordering::SeqCst);
    mizan::invalidate("shore");
    std::future::pending::<()>().await;
}

#[mizan::client]
async fn turn_at_once(State(tide): State<Tide>) {
    tide.0.store(2, Ordering::SeqCst);
    mizan::invalidate("shore");
}

#[mizan::client]
async fn wait() {
    std::future::pending::<()>().await;
}

fn shore(held: &Tide) -> Mizan {
    Mizan::builder()
        .state(held.clone())
        .function(tide)
        .function(turn_declared)
        .function(turn_named)
        .function(turn_named_before)
        .function(turn_and_wait)
        .function(turn_at_once)
        .function(wait)
        .cache(Cache::memory())
        .csrf(false)
        .build()
        .unwrap()
}

/// STORE-7: nothing can stop a thread, and it may commit when its hold has run out.
#[tokio::test]
async fn what_ends_after_its_reply_takes_away_what_it_changed() {
    for (function, is_dropped) in [
        ("turn_declared", false),
        ("turn_named", false),
        ("turn_named_before", false),
        ("turn_declared", true),
        ("turn_named_before", true),
    ] {
        let held = Tide::default();
        let mizan = shore(&held);
        if is_dropped {
            let mut asked = std::pin::pin!(call(&mizan, function, "{}"));
            while held.1.load(Ordering::SeqCst) != BEGUN {
                let step = tokio::time::timeout(Duration::from_millis(5), &mut asked).await;
                assert!(step.is_err(), "its caller leaves before it is answered");
            }
        } else {
            assert_eq!(call(&mizan, function, "{}").await.0, 504);
        }
        until(&mizan, "Mizan; hit", r#"{"tide":0}"#).await;
        held.1.store(FREE, Ordering::SeqCst);
        until(&mizan, "Mizan; fwd=uri-miss; stored", r#"{"tide":2}"#).await;
    }
}

/// STORE-7: also of a call that has ended, whose neighbour in the batch has not.
#[tokio::test]
async fn what_a_request_had_named_is_taken_away_when_its_caller_leaves() {
    for body in [r#"{"fn":"turn_and_wait"}"#, r#"[{"fn":"turn_at_once"},{"fn":"wait"}]"#] {
        let held = Tide::default();
        let mizan = shore(&held);
        until(&mizan, "Mizan; hit", r#"{"tide":0}"#).await;
        {
            let mut asked = std::pin::pin!(send(&mizan, post(), body));
            while held.0.load(Ordering::SeqCst) == 0 {
                let step = tokio::time::timeout(Duration::from_millis(5), &mut asked).await;
                assert!(step.is_err(), "nobody has answered it");
            }
        }
        until(&mizan, "Mizan; fwd=uri-miss; stored", r#"{"tide":2}"#).await;
    }
}

async fn until(mizan: &Mizan, status: &str, body: &str) {
    let comes = async {
        loop {
            let (_, headers, found) = send(mizan, http::Request::get("/api/mizan/ctx/shore/"), "").await;
            if headers["cache-status"] == status && found == body {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), comes).await.unwrap();
}
