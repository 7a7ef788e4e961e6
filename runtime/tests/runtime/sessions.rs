//! What a deployment draws for the token of `session/` (CSRF-1).

use mizan_core::dispatch::message::Request;
use mizan_core::identity::settings::{Keyrings, Settings};
use mizan_runtime::{Deployment, HostStep, Options};

/// The reply of `session/` to the very same request.
fn told(deployment: &Deployment) -> String {
    let request = Request {
        method: "GET",
        path: "/api/mizan/session/",
        query: b"",
        headers: &[],
        body: b"",
        nonce: 1,
        now: 1_800_000_000,
        secure: false,
    };
    let mut drive = deployment.open(&request);
    assert!(matches!(drive.step(), HostStep::Identify));
    drive.identified(Ok(None));
    match drive.step() {
        HostStep::Reply(response) => String::from_utf8(response.body.clone()).unwrap(),
        step => panic!("{step:?}"),
    }
}

#[test]
fn two_processes_give_no_token_twice() {
    let secret = [7; 32];
    let deployment = || {
        let keyrings = Keyrings::build(&Settings { secrets: Some(vec![&secret]), ..Settings::default() }).unwrap();
        let options = Options { keyrings: Some(keyrings), csrf: Some(true), ..Options::default() };
        Deployment::build(br#"{"version":1,"functions":[]}"#, &options).unwrap()
    };
    let (one, other) = (deployment(), deployment());
    let tokens = [told(&one), told(&one), told(&other)];
    assert!(tokens.iter().all(|body| body.contains(r#""token":""#)), "{tokens:?}");
    assert!(tokens[0] != tokens[1] && tokens[0] != tokens[2] && tokens[1] != tokens[2], "{tokens:?}");
}
