"""The Django adapter under WSGI and ASGI: calls, bundles, errors, guards and files."""

import json

import pytest
from django.contrib.auth.models import Permission, User
from django.test import override_settings
from django.utils.translation import override

from asking import Asking, Queries
from bookstore.clients import rename_book
from bookstore.models import Book
from handled import by_wsgi, call, left_by_asgi
from mizan.tokens import Keyring

pytestmark = pytest.mark.usefixtures("bookstore")


def test_a_call_answers(ask: Asking, book: Book):
    reply = ask.call("rename_book", book_id=book.pk, title="Ebb")
    assert reply.status_code == 200
    assert reply.json() == {
        "invalidate": [{"context": "book", "params": {"book_id": book.pk}}, {"context": "shelf"}],
        "result": {"id": book.pk, "stock": 2, "title": "Ebb"},
    }
    assert reply.headers["X-Mizan-Invalidate"] == f"book;book_id={book.pk}, shelf"
    assert reply.headers["Cache-Control"] == "no-store"


def test_a_caller_who_leaves_in_the_middle_starts_nothing(book: Book):
    """PAGE-8: what came until then may be well formed."""
    body = call(rename_book, book_id=book.pk, title="Ebb")
    assert by_wsgi("POST", "/api/mizan/call/", body, unsent=1).status == 400
    left_by_asgi("/api/mizan/call/", body + b" ")
    book.refresh_from_db()
    assert book.title == "Tides"
    assert by_wsgi("POST", "/api/mizan/call/", body).status == 200


def test_an_async_function_answers(ask: Asking):
    reply = ask.call("add_book", title="Dunes")
    assert reply.json() == {"invalidate": [{"context": "shelf"}], "result": Book.objects.get().pk}


def test_a_bundle_is_kept_and_purged(ask: Asking, book: Book):
    url = f"/api/mizan/ctx/book/?book_id={book.pk}"
    assert ask.get(url).headers["Cache-Status"] == "Mizan; fwd=uri-miss; stored"
    assert ask.get(url).headers["Cache-Status"] == "Mizan; hit"
    ask.call("rename_book", book_id=book.pk, title="Ebb")
    reply = ask.get(url)
    assert reply.headers["Cache-Status"] == "Mizan; fwd=uri-miss; stored"
    assert reply.json() == {"book_info": {"id": book.pk, "stock": 2, "title": "Ebb"}, "book_stock": 2}


def test_a_function_that_fails_has_changed_nothing(ask: Asking, book: Book):
    assert ask.call("rename_and_fail", book_id=book.pk, title="Ebb").status_code == 409
    book.refresh_from_db()
    assert book.title == "Tides"


def test_what_django_raises_is_an_error_of_the_protocol(ask: Asking, book: Book):
    assert ask.call("forbid").json()["error"] == {"code": "FORBIDDEN", "message": "Not on Sundays."}
    assert ask.get("/api/mizan/ctx/book/?book_id=99").json()["error"]["code"] == "NOT_FOUND"
    reply = ask.call("restock", book_id=book.pk, stock=-1)
    assert reply.status_code == 422
    assert reply.json()["error"]["details"] == [
        {"code": "custom", "message": "There cannot be less than none.", "path": ["args", "stock"]}
    ]


def test_a_message_may_be_translated_when_it_is_read(ask: Asking):
    with override("de"):
        reply = ask.call("close_early")
    assert (reply.status_code, reply.json()["error"]["message"]) == (409, "Januar")


def test_a_crash_is_internal_and_seen_by_what_watches_django(ask: Asking):
    with pytest.raises(ZeroDivisionError, match="the shelf fell over"):
        ask.call("crash")
    ask.client.raise_request_exception = False
    reply = ask.call("crash")
    assert reply.status_code == 500
    assert set(reply.json()["error"]) == {"code", "id", "message"}


def test_a_sync_function_that_outruns_its_limit(ask: Asking, book: Book, caplog: pytest.LogCaptureFixture):
    """Under WSGI its thread is the request's: the answer comes when it ends, and says what it did (CALL-8)."""
    reply = ask.call("stocktake", book_id=book.pk)
    if ask.is_async:
        assert (reply.status_code, reply.json()["error"]["code"]) == (504, "TIMEOUT")
    else:
        assert reply.json() == {"invalidate": [{"context": "book", "params": {"book_id": book.pk}}], "result": 2}
        assert "stocktake" in caplog.text
        assert "more than its limit of 0.05 s" in caplog.text


def test_a_member_that_outruns_its_limit_beside_an_async_one(ask: Asking, caplog: pytest.LogCaptureFixture):
    reply = ask.get("/api/mizan/ctx/ledger/")
    if ask.is_async:
        assert reply.status_code == 504
    else:
        assert reply.json() == {"ledger_owner": "ada", "ledger_total": 7}
        assert "ledger_total" in caplog.text


def test_users_and_their_permissions(ask: Asking):
    assert ask.call("whoami").status_code == 401
    ada = User.objects.create_user("ada")
    ask.client.force_login(ada)
    assert ask.call("whoami").status_code == 403
    ada.user_permissions.add(Permission.objects.get(codename="change_book"))
    assert ask.call("whoami").json()["result"] == f"ada {ada.pk} ['bookstore.change_book'] session"
    assert ask.call("audit").status_code == 403
    ada.is_staff = True
    ada.save()
    assert ask.call("audit").json()["result"] == "all is well"


def test_permissions_are_asked_for_only_where_they_matter(ask: Asking, django_queries: Queries):
    ada = User.objects.create_user("ada", is_staff=True)
    ask.client.force_login(ada)
    with django_queries() as queries:
        assert ask.call("audit").status_code == 200
    assert not [one for one in queries if "auth_permission" in one]
    with django_queries() as queries:
        ask.call("whoami")
    assert [one for one in queries if "auth_permission" in one]


def test_a_token_is_another_user_than_the_session(ask: Asking):
    ada = User.objects.create_user("ada")
    eve = User.objects.create_user("eve")
    ada.user_permissions.add(Permission.objects.get(codename="change_book"))
    ask.client.force_login(ada)
    token = ask.call("mwt_obtain").json()["result"]["token"]
    ask.client.force_login(eve)
    reply = ask.call("whoami", headers={"X-Mizan-Token": token})
    assert reply.json()["result"] == f"ada {ada.pk} ['bookstore.change_book'] mwt"
    ada.user_permissions.clear()
    assert ask.call("whoami", headers={"X-Mizan-Token": token}).status_code == 401


def test_the_environment_rotates_secrets(ask: Asking, monkeypatch: pytest.MonkeyPatch):
    """KEY-6: settings first, then the environment; what the older secret signed is taken, the newer one signs."""
    ada = User.objects.create_user("ada")
    ada.user_permissions.add(Permission.objects.get(codename="change_book"))
    older, newer = "older-" * 6, "newer-" * 6
    before = Keyring(older).mint_access(str(ada.pk))

    def whoami(**options: object) -> int:
        with override_settings(MIZAN={"TOKENS": {"FUNCTIONS": ["mwt_obtain"]}, **options}):
            return ask.call("whoami", headers={"Authorization": f"Bearer {before}"}).status_code

    monkeypatch.setenv("MIZAN_SECRET", newer)
    assert whoami() == 401
    monkeypatch.setenv("MIZAN_SECRET_OLD", older)
    assert whoami() == 200
    assert whoami(SECRET=newer) == 401
    with override_settings(MIZAN={"TOKENS": {"FUNCTIONS": ["mwt_obtain"]}}):
        obtained = ask.call("mwt_obtain", headers={"Authorization": f"Bearer {before}"}).json()["result"]["token"]
    assert Keyring(newer).verify_mwt(obtained).sub == str(ada.pk)


def test_a_guard_of_the_project(ask: Asking):
    assert ask.call("polite").status_code == 401
    assert ask.call("polite", headers={"X-Word": "please"}).json()["result"] == "of course"


def test_each_caller_has_a_bundle_of_its_own(ask: Asking):
    ada, eve = User.objects.create_user("ada"), User.objects.create_user("eve")
    ask.client.force_login(ada)
    ask.call("put_in", book_id=5)
    assert ask.get("/api/mizan/ctx/basket/").json() == {"basket": [5]}
    ask.client.force_login(eve)
    assert ask.get("/api/mizan/ctx/basket/").json() == {"basket": []}
    ask.client.force_login(ada)
    reply = ask.get("/api/mizan/ctx/basket/")
    assert (reply.json(), reply.headers["Cache-Status"]) == ({"basket": [5]}, "Mizan; hit")


def test_a_public_bundle_knows_nobody(ask: Asking, book: Book):
    ask.client.force_login(User.objects.create_user("ada"))
    reply = ask.get("/api/mizan/ctx/shelf/")
    assert reply.json() == {"shelf_titles": ["Tides"]}
    assert "Vary" not in reply.headers
    with pytest.raises(RuntimeError, match="reached for the request's user"):
        ask.get("/api/mizan/ctx/nosy_shelf/")


def test_a_public_bundle_has_one_url(ask: Asking, book: Book):
    reply = ask.get("/api/mizan/ctx/shelf?up_to=10")
    assert (reply.status_code, reply.headers["Location"]) == (308, "/api/mizan/ctx/shelf/")
    assert "Content-Type" not in reply.headers


def test_what_is_not_the_protocols_is_not_found(ask: Asking):
    for path in ("/api/mizan/", "/api/mizan/ctx/shelf/x.css", "/api/mizan/ctx/Shelf/", "/api/mizan/ir/"):
        reply = ask.get(path)
        assert (reply.status_code, reply.json()["error"]["code"]) == (404, "NOT_FOUND"), path
    assert ask.get("/api/mizan/call/").headers["Allow"] == "POST"


def test_a_file_comes_in(ask: Asking):
    from django.core.files.uploadedfile import SimpleUploadedFile

    call = json.dumps({"fn": "add_cover", "args": {"book_id": 5}})
    cover = SimpleUploadedFile("tides.png", b"not a picture", "image/png")
    reply = ask.send("post", "/api/mizan/call/", {"call": call, "/cover": cover})
    assert reply.json()["result"] == "5 tides.png image/png 13"


def test_a_body_beyond_the_limit_is_refused(ask: Asking):
    with override_settings(MIZAN={"LIMITS": {"BODY": 200}}):
        assert ask.call("rename_book", book_id=1, title="x" * 200).status_code == 413


def test_forged_requests_are_refused():
    for kind in ("wsgi", "asgi"):
        ask = Asking(kind, enforce_csrf_checks=True)
        user = User.objects.create_user(f"ada-{kind}", is_staff=True)
        ask.client.force_login(user)
        refused = ask.call("audit")
        assert (refused.status_code, refused.headers["X-Mizan-CSRF"]) == (403, "required")
        csrf = ask.get("/api/mizan/session/").json()["csrf"]
        assert ask.call("audit", headers={csrf["header"]: csrf["token"]}).status_code == 200
        foreign = {csrf["header"]: csrf["token"], "Origin": "https://evil.example"}
        assert ask.call("audit", headers=foreign).status_code == 403
        assert ask.call("audit", headers={**foreign, "Origin": "http://testserver"}).status_code == 200
