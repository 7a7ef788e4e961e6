//! The pins of schedules say `memory`; on a real Redis they have the same answers.

#[path = "../../../runtime/soak/server.rs"]
#[allow(dead_code, unreachable_pub, clippy::panic, clippy::unwrap_used)]
mod server;

use mizan_core::value::json;
use server::Server;

#[test]
fn every_schedule_is_the_same_on_redis() {
    let server = Server::start(&[]);
    let on_redis = format!("\"store\": \"{}\"", server.url());
    let file = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../pins/schedule.json")).expect("pins");
    let cases = member(&file, "cases");
    let cases: Vec<&str> =
        json::items(cases.as_bytes()).expect("a list").into_iter().map(|range| &cases[range]).collect();
    assert!(cases.len() > 30, "{} cases", cases.len());
    for case in cases {
        let (id, input) = (member(case, "id"), member(case, "input"));
        assert!(input.contains("\"store\": \"memory\""), "{id}");
        let answer = |input: &str| {
            let line = format!("{{\"id\":{id},\"kind\":\"schedule\",\"input\":{input}}}");
            String::from_utf8(mizan_replay::answer(line.as_bytes())).expect("text")
        };
        assert_eq!(answer(&input.replace("\"store\": \"memory\"", &on_redis)), answer(input));
    }
}

fn member<'a>(object: &'a str, name: &str) -> &'a str {
    let members = json::members(object.as_bytes()).expect("an object");
    let (_, range) = members.into_iter().find(|(key, _)| key == name).expect(name);
    &object[range]
}
