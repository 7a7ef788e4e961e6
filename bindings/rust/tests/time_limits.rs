//! From when the time of a function counts.
#![expect(clippy::unwrap_used, reason = "a test fails by its panic")]

use std::time::Duration;

use bytes::Bytes;
use mizan::Mizan;

/// Works as long as it may before it waits for the first time, and then waits for less than that.
#[mizan::client(timeout = 0.5)]
async fn work_and_wait() {
    std::thread::sleep(Duration::from_millis(500));
    tokio::time::sleep(Duration::from_millis(400)).await;
}

#[tokio::test]
async fn a_limit_counts_from_the_start_of_a_function() {
    let mizan = Mizan::builder().function(work_and_wait).build().unwrap();
    let request = http::Request::post("/api/mizan/call/").header("content-type", "application/json");
    let reply = mizan.handle(request.body(Bytes::from_static(br#"{"fn":"work_and_wait"}"#)).unwrap()).await;
    assert_eq!(reply.status(), 504, "{:?}", reply.body());
}
