//! What mutations take away from the origin cache, and hold while they run (STORE-5 to STORE-7, STORE-10).

use super::super::case::Case;
use super::super::scope::{application, function};
use super::ID;
use super::origin_cache::{AFFECTS, Asked, OWN, asked, call, items, read, reader, row, writer};

pub(super) fn cases() -> Vec<Case> {
    [taken_away(), held()].concat().into_iter().map(Case::fails).collect()
}

/// What was kept and must not be found again, since a mutation has run.
fn taken_away() -> Vec<Case> {
    let (five, six) = (r#"{"id":5}"#, r#"{"id":6}"#);
    let items = items();
    let first = "200 stored {\"read\":1} read; 200 ";
    let one = |id: &str, rules: &str, reason: &str, mutation: Asked, status: &str, name: &str| {
        let requests = [read("id=5", 1), mutation, read("id=5", 2), read("id=5", 3)];
        let after = "200 stored {\"read\":2} read; 200 hit {\"read\":2}";
        let expected = format!("200 stored {{\"read\":1}} read; {status} {name}; {after}");
        row(id, rules, reason, &items, &requests, &expected)
    };
    let item = r##"{"$ref":"#/$defs/T","$defs":{"T":{"type":"object","properties":{"id":{"type":"integer"}},"required":["id"]}}}"##;
    let merging = application(
        &[
            &function("read", ID, &format!("\"context\":\"item\",\"output\":{item}")),
            &function("write", ID, &format!("\"merge\":[\"item\"],\"output\":{item}")),
        ],
        &[],
    );
    let whole = |id: u32| format!(r#"{{"read":{{"result":{{"id":{id}}}}},"write":{{"result":{{"id":{id}}}}}}}"#);
    let own = application(&[&reader("{}", ""), &writer("write", "{}", AFFECTS)], &[OWN]);
    vec![
        one("cache-purged", "STORE-5 STORE-7 STORE-10", "what a mutation affects", call("write", five), "200", "write"),
        one(
            "cache-purged-broadly",
            "STORE-5",
            "and what has no name to narrow by",
            call("clear", "{}"),
            "200",
            "clear",
        ),
        one(
            "cache-purged-by-result",
            "STORE-6 SCOPE-6",
            "what only the result names",
            call("guess", six).ends(r#"{"guess":{"result":null,"params":{"id":5}}}"#),
            "200",
            "guess",
        ),
        one(
            "cache-purged-by-name",
            "STORE-7 SCOPE-7",
            "what a function names while it runs",
            call("write", six).ends(r#"{"write":{"result":null,"invalidate":[{"name":"item","params":{"id":5}}]}}"#),
            "200",
            "write",
        ),
        one(
            "cache-purged-by-crash",
            "STORE-7",
            "what a function that failed may have changed",
            call("write", five).ends(r#"{"write":{"raised":"secret"}}"#),
            "500",
            "write",
        ),
        one(
            "cache-purged-by-unfit-result",
            "STORE-7",
            "and one whose result does not fit",
            call("write", five).ends(r#"{"write":{"result":1}}"#),
            "500",
            "write",
        ),
        one(
            "cache-purged-by-name-of-crash",
            "STORE-7 SCOPE-7",
            "what a function named before it failed",
            call("write", six)
                .ends(r#"{"write":{"raised":"secret","invalidate":[{"name":"item","params":{"id":5}}]}}"#),
            "500",
            "write",
        ),
        one(
            "cache-purged-by-name-of-unfit-result",
            "STORE-7 SCOPE-7",
            "and where its result does not fit",
            call("write", six).ends(r#"{"write":{"result":1,"invalidate":[{"name":"item","params":{"id":5}}]}}"#),
            "500",
            "write",
        ),
        one(
            "cache-purged-by-name-of-timeout",
            "STORE-7 SCOPE-7",
            "and where it took too long",
            call("write", six).ends(r#"{"write":{"timed_out":true,"invalidate":[{"name":"item","params":{"id":5}}]}}"#),
            "504",
            "write",
        ),
        one(
            "cache-purged-by-name-unknown-of-crash",
            "STORE-7 SCOPE-7",
            "all of it, where what it named before it failed is nothing",
            call("write", six).ends(r#"{"write":{"raised":"secret","invalidate":[{"name":"itme"}]}}"#),
            "500",
            "write",
        ),
        row(
            "cache-kept-from-name-of-conflict",
            "STORE-7 INV-6",
            "a function that answers with an error on purpose has changed nothing, whatever it named",
            &items,
            &[
                read("id=5", 1),
                call("write", six).ends(
                    r#"{"write":{"protocol":{"code":"CONFLICT"},"invalidate":[{"name":"item","params":{"id":5}}]}}"#,
                ),
                read("id=5", 2),
            ],
            "200 stored {\"read\":1} read; 409 write; 200 hit {\"read\":1}",
        ),
        row(
            "cache-purged-for-all",
            "STORE-4 STORE-5",
            "whoever asked for it",
            &items,
            &[read("id=5", 1).by("ada"), call("write", five).by("bob"), read("id=5", 2).by("ada")],
            &format!("{first}write; 200 stored {{\"read\":2}} read"),
        ),
        row(
            "cache-merged",
            "STORE-5 STORE-7",
            "what a result is spliced into",
            &merging,
            &[read("id=5", 1).ends(&whole(5)), call("write", five).ends(&whole(5)), read("id=5", 2).ends(&whole(6))],
            "200 stored {\"read\":{\"id\":5}} read; 200 write; 200 stored {\"read\":{\"id\":6}} read",
        ),
        row(
            "cache-own-purged",
            "STORE-4 STORE-5",
            "a caller's own",
            &own,
            &[read("", 1).by("ada"), call("write", "{}").by("ada"), read("", 2).by("ada")],
            &format!("{first}write; 200 stored {{\"read\":2}} read"),
        ),
        row(
            "cache-own-purged-by-nobody",
            "STORE-4 SCOPE-4",
            "of a context of callers' own everybody's, by a caller without identity",
            &own,
            &[read("", 1).by("ada"), call("write", "{}"), read("", 2).by("ada")],
            &format!("{first}write; 200 stored {{\"read\":2}} read"),
        ),
        row(
            "cache-batch-purged",
            "STORE-7 BATCH-5",
            "what any of a batch affects",
            &items,
            &[
                read("id=5", 1),
                asked(
                    "POST",
                    "call",
                    "",
                    r#"["content-type","application/json"]"#,
                    r#"[{"fn":"write","args":{"id":6}},{"fn":"write","args":{"id":5}}]"#,
                )
                .ends(r#"{"write":{"result":null}}"#),
                read("id=5", 2),
            ],
            &format!("{first}write write; 200 stored {{\"read\":2}} read"),
        ),
        row(
            "cache-late-fill",
            "STORE-10 FILL-2",
            "what was read before a mutation and kept after it",
            &items,
            &[read("id=5", 1).meanwhile(&[call("write", five)]), read("id=5", 2)],
            "200 stored {\"read\":1} read [200 write]; 200 stored {\"read\":2} read",
        ),
    ]
}

/// What is not to be found, or kept, while a mutation is under way.
fn held() -> Vec<Case> {
    let five = r#"{"id":5}"#;
    let items = items();
    let during = |id: &str, rules: &str, reason: &str, mutation: Asked, end: &str, after: &str| {
        let requests = [read("id=5", 1), mutation.meanwhile(&[read("id=5", 2)]), read("id=5", 3), read("id=5", 4)];
        let expected = format!("200 stored {{\"read\":1}} read; {end} [200 bypass {{\"read\":2}} read]; {after}");
        row(id, rules, reason, &items, &requests, &expected)
    };
    let kept = "200 stored {\"read\":3} read; 200 hit {\"read\":3}";
    let still = "200 bypass {\"read\":3} read; 200 bypass {\"read\":4} read";
    let ends = |outcome: &str| call("write", five).ends(&format!(r#"{{"write":{outcome}}}"#));
    vec![
        during(
            "cache-held",
            "STORE-6 STORE-8",
            "a read during a mutation runs, and is not kept",
            call("write", five),
            "200 write",
            kept,
        ),
        during(
            "cache-held-wholly",
            "STORE-6",
            "of any item, where only the result says which",
            call("guess", r#"{"id":6}"#),
            "200 guess",
            kept,
        ),
        during("cache-held-broadly", "STORE-6", "and where nothing narrows", call("clear", "{}"), "200 clear", kept),
        during(
            "cache-held-to-conflict",
            "STORE-6",
            "a mutation that is refused lifts its hold",
            ends(r#"{"protocol":{"code":"CONFLICT"}}"#),
            "409 write",
            kept,
        ),
        during(
            "cache-held-to-crash",
            "STORE-6 STORE-7",
            "and so does one that failed",
            ends(r#"{"raised":"secret"}"#),
            "500 write",
            kept,
        ),
        during(
            "cache-held-beyond",
            "STORE-7",
            "after one that took too long the hold stays: it may still be running",
            ends(r#"{"timed_out":true}"#),
            "504 write",
            still,
        ),
        row(
            "cache-held-twice",
            "STORE-6 FILL-4",
            "of two mutations one has ended: the other one's hold stays",
            &items,
            &[call("write", five).meanwhile(&[call("write", five), read("id=5", 1)]), read("id=5", 2)],
            "200 write [200 write; 200 bypass {\"read\":1} read]; 200 stored {\"read\":2} read",
        ),
    ]
}
