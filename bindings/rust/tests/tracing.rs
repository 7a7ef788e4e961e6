//! What the span of a request says, and that what a function logs stands in it.
#![expect(clippy::unwrap_used, reason = "a test fails by its panic")]

use std::io::{Result, Write};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use mizan::{Error, Mizan, params};
use tracing::subscriber::with_default;
use tracing_subscriber::fmt::format::FmtSpan;

#[mizan::client(context = "tides")]
async fn tide(day: i64) -> i64 {
    tracing::info!("it is looked up");
    day
}

#[mizan::client(context = "tides")]
fn moon(day: i64) -> i64 {
    tracing::info!("it is looked up, where it may take its time");
    day
}

#[mizan::client(affects = ["tides"], affects_params = |()| params! { day: 1 })]
async fn shift() {
    mizan::invalidate_where(tide, params! { day: 2 });
}

#[mizan::client]
async fn fail() -> std::result::Result<(), Error> {
    Err(Error::internal("the gauge is wet"))
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, text: &[u8]) -> Result<usize> {
        self.0.lock().unwrap().extend_from_slice(text);
        Ok(text.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

/// What is logged while a request is answered.
fn logged(request: http::request::Builder, body: &'static str) -> String {
    let (log, mizan) = (
        Log::default(),
        Mizan::builder().function(tide).function(moon).function(shift).function(fail).build().unwrap(),
    );
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .without_time()
        .with_span_events(FmtSpan::CLOSE)
        .with_writer(move || writer.clone())
        .finish();
    with_default(subscriber, || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(mizan.handle(request.body(Bytes::from_static(body.as_bytes())).unwrap()));
    });
    String::from_utf8(log.0.lock().unwrap().clone()).unwrap()
}

fn post() -> http::request::Builder {
    http::Request::post("/api/mizan/call/").header("content-type", "application/json")
}

#[test]
fn a_bundle_says_its_functions() {
    let log = logged(http::Request::get("/api/mizan/ctx/tides/?day=3"), "");
    let span = r#"mizan{method=GET path="/api/mizan/ctx/tides/" functions=moon,tide"#;
    assert!(log.contains(&format!("{span} status=200}}: mizan: close")), "{log}");
    assert!(log.contains(&format!("{span}}}: tracing: it is looked up\n")), "{log}");
}

#[test]
fn a_mutation_says_how_much_it_invalidated() {
    let log = logged(post(), r#"{"fn":"shift"}"#);
    assert!(log.contains("functions=shift status=200 invalidated=2}: mizan: close"), "{log}");
}

#[test]
fn a_mistake_is_logged_once_with_its_place_and_its_id() {
    let log = logged(post(), r#"{"fn":"fail"}"#);
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("the gauge is wet")).collect();
    assert_eq!(lines.len(), 1, "{log}");
    assert!(lines[0].contains("bindings/rust/tests/tracing.rs:30: fail: the gauge is wet id="), "{log}");
    assert!(log.contains("functions=fail status=500}"), "{log}");
}
