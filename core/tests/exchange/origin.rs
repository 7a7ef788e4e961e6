//! The origin cache's part of an exchange (STORE-1 to STORE-9).

use std::cell::Cell;
use std::rc::Rc;

use mizan_core::dispatch::message::{Computed, Invalidation};
use mizan_core::dispatch::{Failure, GuardOutcome, Outcome};
use mizan_core::error::code::ErrorCode;
use mizan_core::identity::Identity;

use crate::host::{Host, SHOP, identity, returned};

const USER: &str = "/api/mizan/ctx/user/";
const RENAME: &str = r#"{"fn":"rename","args":{"user_id":5,"name":"Ada"}}"#;

/// The shop with a cache, and how often `user_profile` has run.
fn counted() -> (Host, Rc<Cell<u32>>) {
    let runs = Rc::new(Cell::new(0));
    let counter = Rc::clone(&runs);
    let host = Host::shop().cached().on("user_profile", move |_| {
        counter.set(counter.get() + 1);
        returned(&format!(r#"{{"user_id":5,"name":"{}"}}"#, counter.get()))
    });
    (host, runs)
}

#[test]
fn a_bundle_is_kept_and_the_next_reader_gets_the_same_bytes_without_a_function() {
    let (host, runs) = counted();
    let first = host.get(USER, "user_id=5");
    assert_eq!(first.header("cache-status"), Some("Mizan; fwd=uri-miss; stored"));
    let second = host.get(USER, "user_id=5");
    assert_eq!(second.header("cache-status"), Some("Mizan; hit"));
    assert_eq!(second.steps, ["identify", "load user 2"]);
    assert_eq!((second.body(), second.header("etag")), (first.body(), first.header("etag")));
    assert_eq!(runs.get(), 1);
    assert_eq!(host.get(USER, "user_id=6").header("cache-status"), Some("Mizan; fwd=uri-miss; stored"));
}

/// STORE-3, STORE-8: nothing is asked of the store, and nothing is said of it.
#[test]
fn a_bundle_of_no_seconds_is_not_for_the_cache() {
    let document = SHOP.replace(r#""name":"user_profile","#, r#""name":"user_profile","cache":0,"#);
    let host = Host::new(&document)
        .cached()
        .on("user_profile", |_| returned(r#"{"user_id":5,"name":"Ada"}"#))
        .on("user_orders", |_| returned("[]"));
    let ran = host.get(USER, "user_id=5");
    assert_eq!((ran.response.status, ran.header("cache-status")), (200, None));
    assert_eq!(ran.steps.iter().filter(|step| step.starts_with("load")).count(), 0, "{:?}", ran.steps);
}

/// STORE-3, STORE-8: neither what is there is found, nor what the functions gave kept.
#[test]
fn a_bundle_that_varies_passes_the_cache_by() {
    let (mut host, runs) = counted();
    host.get(USER, "user_id=5");
    host.varies = true;
    for reader in [None, Some(identity("ada", false))] {
        host.caller = Ok(reader);
        for _ in 0..2 {
            let ran = host.get(USER, "user_id=5");
            assert_eq!(ran.header("cache-status"), Some("Mizan; fwd=bypass"));
            assert!(
                !ran.steps.iter().any(|step| step.starts_with("load") || step.starts_with("store")),
                "{:?}",
                ran.steps
            );
        }
    }
    assert_eq!(runs.get(), 5);
    (host.varies, host.caller) = (false, Ok(None));
    assert_eq!(
        host.get(USER, "user_id=5").body(),
        r#"{"user_orders":[{"id":1,"total":"9.90"}],"user_profile":{"name":"1","user_id":5}}"#
    );
}

/// STORE-3: what is everybody's does not vary. It needs no caller, and is looked up as soon as it is asked for.
#[test]
fn a_public_bundle_that_varies_is_kept_all_the_same() {
    let mut host = Host::shop().cached();
    host.varies = true;
    let status = || host.get("/api/mizan/ctx/catalog/", "").header("cache-status").map(str::to_owned);
    assert_eq!([status(), status()].map(Option::unwrap), ["Mizan; fwd=uri-miss; stored", "Mizan; hit"]);
}

#[test]
fn a_default_said_aloud_is_the_same_entry_and_another_type_of_value_is_not() {
    let (host, runs) = counted();
    host.get(USER, "user_id=5");
    assert_eq!(host.get(USER, "page=1&user_id=5").header("cache-status"), Some("Mizan; hit"));
    host.get(USER, "page=2&user_id=5");
    assert_eq!(runs.get(), 2);
}

#[test]
fn a_mutation_removes_just_the_bundles_that_it_names() {
    let (host, runs) = counted();
    host.get(USER, "user_id=5");
    host.get(USER, "user_id=6");
    let renamed = host.call(RENAME);
    assert_eq!(renamed.steps, ["hold 1 for 60000 ms", r#"rename{"name":"Ada","user_id":5}"#, "purge 1"]);
    assert_eq!(host.get(USER, "user_id=6").header("cache-status"), Some("Mizan; hit"));
    assert_eq!(host.get(USER, "user_id=5").header("cache-status"), Some("Mizan; fwd=uri-miss; stored"));
    assert_eq!(runs.get(), 3);
}

#[test]
fn callers_have_entries_of_their_own_and_nobody_is_one_of_them() {
    let (host, runs) = counted();
    host.get(USER, "user_id=5");
    let host = host.by(identity("ada", false));
    assert_eq!(host.get(USER, "user_id=5").header("cache-status"), Some("Mizan; fwd=uri-miss; stored"));
    let host = host.by(identity("", false));
    assert_eq!(host.get(USER, "user_id=5").header("cache-status"), Some("Mizan; fwd=uri-miss; stored"));
    let host = host.by(identity("ada", true));
    assert_eq!(host.get(USER, "user_id=5").header("cache-status"), Some("Mizan; hit"));
    assert_eq!(runs.get(), 3);
}

/// The shop where a member of `user` takes the identity.
fn taking() -> String {
    SHOP.replace(r#""name":"user_orders","#, r#""name":"user_orders","reads_identity":true,"#)
}

#[test]
fn a_bundle_whose_member_takes_the_identity_is_kept_for_what_that_is_allowed() {
    let mut host = Host::new(&taking())
        .cached()
        .on("user_profile", |_| returned(r#"{"user_id":5,"name":"Ada"}"#))
        .on("user_orders", |_| returned("[]"));
    let ada = identity("ada", false);
    let allowed = Identity { permissions: vec!["shop.see".to_owned()], ..ada.clone() };
    for caller in [
        None,
        Some(ada.clone()),
        Some(Identity { staff: true, ..ada.clone() }),
        Some(Identity { superuser: true, ..ada }),
        Some(allowed),
    ] {
        host.caller = Ok(caller.clone());
        for status in ["Mizan; fwd=uri-miss; stored", "Mizan; hit"] {
            assert_eq!(host.get(USER, "user_id=5").header("cache-status"), Some(status), "{caller:?}");
        }
    }
}

#[test]
fn a_deploy_that_changes_what_a_member_returns_finds_nothing_of_the_one_before() {
    let kept = |document: &str| {
        let host = Host::new(document).cached();
        let host = host.on("user_profile", |_| returned(r#"{"user_id":5,"name":"Ada"}"#));
        let host = host.on("user_orders", |_| returned("[]"));
        host.get(USER, "user_id=5");
        host.kept()
    };
    let before = kept(SHOP);
    assert_eq!(kept(SHOP), before);
    let member = r#"{"name":"user_profile","#;
    for (what, later) in [
        (
            "a field of a type",
            SHOP.replace(
                r#""Profile":{"type":"object","properties":{"name":{"type":"string"}"#,
                r#""Profile":{"type":"object","properties":{"name":{"type":"string","minLength":1}"#,
            ),
        ),
        ("a revision", SHOP.replace(member, r#"{"name":"user_profile","rev":1,"#)),
        (
            "a type of its items",
            SHOP.replace(r#""total":{"type":"string","format":"decimal"}"#, r#""total":{"type":"string"}"#),
        ),
    ] {
        assert_ne!(later, SHOP, "{what}");
        assert_ne!(kept(&later), before, "{what}");
    }
    for (what, later) in [
        ("a guard", SHOP.replace(member, r#"{"name":"user_profile","auth":{"guard":"is_owner"},"#)),
        ("a mutation's error", SHOP.replace("NAME_TAKEN", "NAME_USED")),
    ] {
        assert_ne!(later, SHOP, "{what}");
        let mut host = Host::new(&later).cached();
        host.guard = GuardOutcome::Allowed;
        let host = host.on("user_profile", |_| returned(r#"{"user_id":5,"name":"Ada"}"#));
        let host = host.on("user_orders", |_| returned("[]"));
        host.get(USER, "user_id=5");
        assert_eq!(host.kept(), before, "{what}");
    }
}

#[test]
fn a_public_bundle_is_everybodys_and_nobody_is_asked_for() {
    let host = Host::shop().cached();
    assert_eq!(
        host.get("/api/mizan/ctx/catalog/", "").steps,
        ["load catalog 2", r#"products{"page":1,"q":""}"#, "store 60 s"]
    );
    let host = host.by(identity("ada", false));
    assert_eq!(host.get("/api/mizan/ctx/catalog/", "").steps, ["load catalog 2"]);
}

#[test]
fn what_is_narrowed_by_identity_leaves_the_others_bundles() {
    let host = Host::shop().cached().by(identity("ada", false));
    host.get("/api/mizan/ctx/inbox/", "");
    let host = host.by(identity("eve", false));
    host.get("/api/mizan/ctx/inbox/", "");
    host.call(r#"{"fn":"read_all"}"#);
    assert_eq!(host.get("/api/mizan/ctx/inbox/", "").header("cache-status"), Some("Mizan; fwd=uri-miss; stored"));
    let host = host.by(identity("ada", false));
    assert_eq!(host.get("/api/mizan/ctx/inbox/", "").header("cache-status"), Some("Mizan; hit"));
}

#[test]
fn guards_stand_before_the_cache() {
    let host = Host::shop().cached().by(identity("ada", false));
    host.get("/api/mizan/ctx/inbox/", "");
    let mut host = host;
    host.caller = Ok(None);
    let refused = host.get("/api/mizan/ctx/inbox/", "");
    assert_eq!((refused.response.status, refused.steps), (401, vec!["identify".to_owned()]));
}

#[test]
fn what_a_caller_already_has_is_not_sent_again_and_head_has_no_body() {
    let (host, runs) = counted();
    let first = host.get(USER, "user_id=5");
    let etag = first.header("etag").expect("an etag").to_owned();
    let again = host.request("GET", USER, "user_id=5", &[("If-None-Match", &etag)], b"");
    assert_eq!((again.response.status, again.body(), again.header("etag")), (304, "", Some(etag.as_str())));
    let head = host.request("HEAD", USER, "user_id=5", &[], b"");
    assert_eq!((head.body(), head.header("content-length")), ("", first.header("content-length")));
    assert_eq!(runs.get(), 1);
}

#[test]
fn while_a_mutation_is_under_way_functions_run_and_nothing_is_kept() {
    let (host, runs) = counted();
    host.get(USER, "user_id=5");
    host.hold_all(true);
    let uncached = host.get(USER, "user_id=5");
    assert_eq!(uncached.header("cache-status"), Some("Mizan; fwd=bypass"));
    assert!(!uncached.steps.iter().any(|step| step.starts_with("store")), "{:?}", uncached.steps);
    assert_eq!(runs.get(), 2);
}

#[test]
fn an_error_is_never_kept() {
    let failing = Rc::new(Cell::new(true));
    let fails = Rc::clone(&failing);
    let host = Host::shop().cached().on("user_profile", move |_| {
        if fails.get() {
            Outcome::from(Failure::Protocol { code: ErrorCode::NotFound, message: None, retry_after: None })
        } else {
            returned(r#"{"user_id":5,"name":"Ada"}"#)
        }
    });
    let missing = host.get(USER, "user_id=5");
    assert_eq!((missing.response.status, missing.header("cache-control")), (404, Some("no-store")));
    assert!(!missing.steps.iter().any(|step| step.starts_with("store")), "{:?}", missing.steps);
    failing.set(false);
    assert_eq!(host.get(USER, "user_id=5").response.status, 200);
}

#[test]
fn a_function_that_failed_removes_nothing_and_one_that_ended_unclear_all_it_declares() {
    let refused = Failure::Protocol { code: ErrorCode::Conflict, message: None, retry_after: None };
    for (outcome, purge, invalidates) in [
        (Outcome::from(refused), "purge 0", false),
        (Outcome::from(Failure::Raised), "purge 1", false),
        (returned("[]"), "purge 1", false),
        (Outcome::TimedOut { announced: Vec::new() }, "purge 1, still held", false),
        (returned(r#"{"user_id":5,"name":"Ada"}"#), "purge 1", true),
    ] {
        let ended = outcome.clone();
        let ran = Host::shop().cached().on("rename", move |_| ended.clone()).call(RENAME);
        assert_eq!(ran.steps.last().map(String::as_str), Some(purge), "{outcome:?}");
        assert_eq!(ran.header("x-mizan-invalidate").is_some(), invalidates, "{outcome:?}");
    }
}

#[test]
fn what_was_named_before_it_ended_unclear_is_removed_and_before_an_answer_on_purpose_not() {
    let named = |name: &str| vec![Invalidation { name: name.to_owned(), params: Some(br#"{"user_id":6}"#.to_vec()) }];
    let refused = Failure::Protocol { code: ErrorCode::Conflict, message: None, retry_after: None };
    let unfit = |announced| Outcome::Returned {
        result: b"[]".to_vec(),
        computed: Computed { params: None, invalidations: announced },
    };
    let raised = |failure: &Failure, announced| Outcome::Failed { failure: failure.clone(), announced };
    for (outcome, status) in [
        (raised(&Failure::Raised, named("user")), "Mizan; fwd=uri-miss; stored"),
        (raised(&Failure::Raised, named("nothing")), "Mizan; fwd=uri-miss; stored"),
        (unfit(named("user_profile")), "Mizan; fwd=uri-miss; stored"),
        (Outcome::TimedOut { announced: named("user") }, "Mizan; fwd=uri-miss; stored"),
        (raised(&Failure::Raised, Vec::new()), "Mizan; hit"),
        (raised(&refused, named("user")), "Mizan; hit"),
    ] {
        let ended = outcome.clone();
        let host = Host::shop().cached().on("rename", move |_| ended.clone());
        host.get(USER, "user_id=6");
        let ran = host.call(RENAME);
        assert_eq!(ran.header("x-mizan-invalidate"), None, "{outcome:?}");
        assert_eq!(host.get(USER, "user_id=6").header("cache-status"), Some(status), "{outcome:?}");
    }
}

#[test]
fn what_was_named_and_does_not_exist_is_logged_also_where_the_function_failed() {
    let announced = vec![Invalidation { name: "usr".to_owned(), params: None }];
    let host =
        Host::shop().on("rename", move |_| Outcome::Failed { failure: Failure::Raised, announced: announced.clone() });
    let log = host.call(RENAME).log;
    assert!(log.iter().any(|line| line.text.contains("invalidate(\"usr\")")), "{log:?}");
}

#[test]
fn a_call_that_a_guard_stopped_holds_and_removes_nothing() {
    let document = SHOP.replace(r#""affects":["inbox"]"#, r#""affects":["inbox"],"auth":{"guard":"is_owner"}"#);
    for guard in [GuardOutcome::Refused, GuardOutcome::Failed(Failure::Raised)] {
        let mut host = Host::new(&document).cached();
        host.guard = guard;
        let ran = host.call(r#"{"fn":"read_all"}"#);
        assert_eq!(ran.steps, ["identify", "guard is_owner"]);
    }
}

#[test]
fn what_narrows_by_the_result_is_held_whole() {
    let document = SHOP.replace(r#""name":"rename","#, r#""name":"rename","computes_params":true,"#);
    let host = Host::new(&document).cached().on("rename", |_| Outcome::from(Failure::Raised));
    let whole = Host::new(SHOP).cached().on("rename", |_| Outcome::from(Failure::Raised));
    // Both hold one tag; that of the whole context takes away the bundles of all users.
    let host =
        host.on("user_profile", |_| returned(r#"{"user_id":6,"name":"Bo"}"#)).on("user_orders", |_| returned("[]"));
    let whole =
        whole.on("user_profile", |_| returned(r#"{"user_id":6,"name":"Bo"}"#)).on("user_orders", |_| returned("[]"));
    for (host, status) in [(host, "Mizan; fwd=uri-miss; stored"), (whole, "Mizan; hit")] {
        host.get(USER, "user_id=6");
        host.call(RENAME);
        assert_eq!(host.get(USER, "user_id=6").header("cache-status"), Some(status));
    }
}

#[test]
fn a_bundle_whose_member_reads_the_request_is_kept_only_where_it_says_so() {
    let reads = SHOP.replace(r#""name":"user_orders","#, r#""name":"user_orders","reads_request":true,"#);
    let says = reads.replace(r#""reads_request":true,"#, r#""reads_request":true,"cache":30,"#);
    let functions = |host: Host| {
        host.cached()
            .on("user_profile", |_| returned(r#"{"user_id":5,"name":"Ada"}"#))
            .on("user_orders", |_| returned("[]"))
    };
    let host = functions(Host::new(&reads));
    assert_eq!(host.get(USER, "user_id=5").header("cache-status"), None);
    let host = functions(Host::new(&says));
    assert_eq!(host.get(USER, "user_id=5").steps.last().map(String::as_str), Some("store 30 s"));
}

#[test]
fn nothing_is_held_and_removed_of_a_context_that_is_never_kept() {
    let document = SHOP.replace(r#""name":"user_orders","#, r#""name":"user_orders","cache":false,"#);
    let host = Host::new(&document).cached().on("rename", |_| returned(r#"{"user_id":5,"name":"Ada"}"#));
    let ran = host.call(RENAME);
    assert_eq!(ran.steps, [r#"rename{"name":"Ada","user_id":5}"#]);
    assert_eq!(ran.header("x-mizan-invalidate"), Some("user;user_id=5"));
}

#[test]
fn a_bundle_that_is_too_large_is_answered_and_not_kept() {
    let text = "x".repeat(1 << 20);
    let host =
        Host::shop().cached().on("user_profile", move |_| returned(&format!(r#"{{"user_id":5,"name":"{text}"}}"#)));
    let ran = host.get(USER, "user_id=5");
    assert_eq!((ran.response.status, ran.header("cache-status")), (200, Some("Mizan; fwd=uri-miss")));
    assert!(!ran.steps.iter().any(|step| step.starts_with("store")));
}

#[test]
fn without_a_key_there_is_no_cache() {
    let host = Host::shop();
    assert_eq!(host.get(USER, "user_id=5").header("cache-status"), None);
    assert_eq!(host.call(RENAME).steps, [r#"rename{"name":"Ada","user_id":5}"#]);
}

#[test]
fn what_a_call_refreshes_is_read_after_its_purge() {
    let (host, _) = counted();
    let ran = host.call(
        r#"{"fn":"rename","args":{"user_id":5,"name":"Ada"},"refresh":[{"context":"user","params":{"user_id":5}}]}"#,
    );
    let purge = ran.steps.iter().position(|step| step.starts_with("purge")).expect("a purge");
    let read = ran.steps.iter().position(|step| step.contains("user_profile")).expect("a read");
    assert!(purge < read, "{:?}", ran.steps);
}
