"""Guards: who may call, and when that is decided."""

from conformance.desk import Desk, error
from conformance.expect import expect
from conformance.probing import probe

NOBODY = (401, error("UNAUTHENTICATED", "sign in first"))
NOT_YOU = (403, error("FORBIDDEN", "not allowed"))
ALLOWED = (200, b'{"invalidate":[],"result":3}')
Verdict = tuple[int, bytes]


def _table(desk: Desk, fn: str, verdicts: dict[str | None, Verdict]) -> None:
    for user, wanted in verdicts.items():
        reply = desk.call(fn, {"level": 3}, user=user)
        expect(f"{fn} by {user}", (reply.status, reply.body), wanted)


@probe("auth-guards", control="auth-guards")
def authenticated_lets_in_whoever_has_a_name(desk: Desk) -> None:
    """AUTH-1, AUTH-2."""
    _table(desk, "for_members", {None: NOBODY, "eve": ALLOWED, "ada": ALLOWED, "root": ALLOWED})


@probe("auth-guards", control="auth-guards")
def staff_lets_in_staff_and_superusers(desk: Desk) -> None:
    """AUTH-1, AUTH-2."""
    _table(desk, "for_staff", {None: NOBODY, "eve": NOT_YOU, "ada": ALLOWED, "root": ALLOWED})


@probe("auth-guards", control="auth-guards")
def superuser_lets_in_superusers_alone(desk: Desk) -> None:
    """AUTH-1, AUTH-2."""
    _table(desk, "for_superusers", {None: NOBODY, "eve": NOT_YOU, "ada": NOT_YOU, "root": ALLOWED})


@probe("auth-guards", control="auth-guards")
def permissions_are_all_needed(desk: Desk) -> None:
    """AUTH-1, AUTH-2: eve has one of two."""
    _table(desk, "for_editors", {None: NOBODY, "eve": NOT_YOU, "ada": ALLOWED, "root": ALLOWED})


@probe("auth-guards", control="auth-guards")
def the_application_may_decide(desk: Desk) -> None:
    """AUTH-3."""
    _table(desk, "for_daytime", {None: ALLOWED, "eve": ALLOWED})
    night = {"X-Night": "1"}
    for user, (status, body) in ((None, NOBODY), ("eve", NOT_YOU)):
        desk.call("for_daytime", {"level": 3}, user=user, headers=night).is_(status, body)


@probe("auth-guards", control="signed-out")
def whoever_may_is_let_in(desk: Desk) -> None:
    """AUTH-1: a guard that refuses everybody guards nothing."""
    for fn, user in (("for_members", "bob"), ("for_staff", "ada"), ("for_superusers", "root")):
        expect(f"status of {fn} for {user}", desk.call(fn, {"level": 3}, user=user).status, 200)


@probe("auth-guards", control="auth-guards")
def guards_run_before_args_are_read(desk: Desk) -> None:
    """AUTH-4, CALL-5: a caller who may not call learns nothing about the input, and nothing runs."""
    for fn in ("for_members", "for_staff", "for_superusers", "for_editors"):
        desk.call(fn, {"level": "high", "more": 1}).is_(*NOBODY)
    desk.call("for_staff", {"level": "high"}, user="eve").is_(*NOT_YOU)
    expect("runs", desk.runs(), {})


@probe("auth-guards", control="auth-guards")
def every_member_of_a_bundle_is_guarded(desk: Desk) -> None:
    """AUTH-6, CTX-2, CTX-5: by its own guard, the first that fails by name being told, and nothing runs."""
    desk.bundle("room").is_(401, error("UNAUTHENTICATED", "sign in first", function="room_members"))
    desk.bundle("room", user="eve").is_(403, error("FORBIDDEN", "not allowed", function="room_wages"))
    desk.bundle("room", "x=1", user="eve").is_(403, error("FORBIDDEN", "not allowed", function="room_wages"))
    if desk.is_http:
        desk.ask("HEAD", f"{desk.base}/ctx/room/", user="eve").is_(403, b"")
    expect("runs", desk.runs(), {})
    desk.bundle("room", user="ada").is_(200, '{"room_members":["ada","root"],"room_wages":4200}')


@probe("auth-guards", control="auth-guards")
def invalid_credentials_end_it(desk: Desk) -> None:
    """AUTH-7: whoever names nobody is not anonymous, but refused."""
    refused = error("UNAUTHENTICATED", "That is nobody.")
    desk.call("for_members", {"level": 3}, user="").is_(401, refused)
    desk.bundle("inbox", user="").is_(401, refused)
