"""Calls with files, over a real server and real sockets; what no client library sends is written by hand."""

import io
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import httpx
import pytest
from fastapi import FastAPI, UploadFile
from pydantic import BaseModel, Field

import mizan
from mizan import ReactContext, RegistrationError, Upload, UploadLimits, client
from mizan.fastapi import Mizan
from serving import serving

Picture = Annotated[Upload, UploadLimits(max_size=1000, content_types=["image/*"])]

runs: list[str] = []


class Scan(BaseModel):
    title: str
    page: Picture


def told(file: Upload) -> list[str | int]:
    runs.append(file.filename)
    assert file.file.read() == file.read()
    return [file.filename, file.content_type, file.size, file.read().decode("latin-1")]


@client(affects=ReactContext("user"))
def save_avatar(user_id: int, avatar: Picture) -> list[str | int]:
    return [user_id, *told(avatar)]


@client
async def save_pages(
    pages: Annotated[list[Upload], Field(max_length=2)], cover: Upload | None = None
) -> list[list[str | int]]:
    return [told(file) for file in [*pages, *([cover] if cover else [])]]


@client
def save_scans(scans: list[Scan]) -> list[list[str | int]]:
    return [[scan.title, *told(scan.page)] for scan in scans]


@client
def measure(file: Upload) -> int:
    return file.size


@client(auth="authenticated")
def guarded(file: Upload) -> int:
    return file.size


@client(context=ReactContext("user"))
def user_name(user_id: int) -> str:
    return f"user {user_id}"


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    app = FastAPI()
    Mizan(app, functions=[save_avatar, save_pages, save_scans, measure, guarded, user_name])
    with serving(app) as address:
        yield address


@pytest.fixture
def http(address: tuple[str, int]) -> Iterator[httpx.Client]:
    runs.clear()
    with httpx.Client(base_url=f"http://{address[0]}:{address[1]}/api/mizan", timeout=30) as http:
        yield http


def post(http: httpx.Client, call: object, files: list[tuple[str, tuple[str, bytes, str]]]) -> httpx.Response:
    """As httpx writes it: the call first, without a file name."""
    part = (None, json.dumps(call).encode(), "application/json")
    return http.post("/call/", files=[("call", part), *files])  # type: ignore[list-item]


def test_a_function_gets_its_file(http: httpx.Client):
    reply = post(
        http,
        {"fn": "save_avatar", "args": {"user_id": 5}},
        [("/avatar", ("../me.png", b"\x89PNG\r\n--", "image/PNG"))],
    )
    assert reply.json() == {
        "invalidate": [{"context": "user", "params": {"user_id": 5}}],
        "result": [5, "me.png", "image/png", 8, "\x89PNG\r\n--"],
    }


def test_files_stand_in_lists_and_models(http: httpx.Client):
    pages = [("/pages/1", ("1", b"B", "a/b")), ("/cover", ("c", b"", "a/b")), ("/pages/0", ("0", b"A", "a/b"))]
    reply = post(http, {"fn": "save_pages"}, pages)
    assert reply.json()["result"] == [["0", "a/b", 1, "A"], ["1", "a/b", 1, "B"], ["c", "a/b", 0, ""]]
    scans = {"scans": [{"title": "one"}, {"title": "two", "page": None}]}
    files = [(f"/scans/{index}/page", (f"{index}.png", b"x", "image/png")) for index in range(2)]
    reply = post(http, {"fn": "save_scans", "args": scans}, files)
    assert reply.json()["result"] == [["one", "0.png", "image/png", 1, "x"], ["two", "1.png", "image/png", 1, "x"]]


def test_a_call_without_files_is_json_as_ever(http: httpx.Client):
    assert http.post("/call/", json={"fn": "save_pages", "args": {"pages": []}}).json()["result"] == []
    refused = http.post("/call/", json={"fn": "save_pages", "args": {"pages": [0]}})
    assert refused.json()["error"]["details"] == [
        {"code": "type", "message": "expected file", "path": ["args", "pages", 0]}
    ]


@pytest.mark.parametrize(
    ("fn", "files", "status", "message"),
    [
        ("save_avatar", [("/avatar", ("a", b"x" * 1001, "image/png"))], 413, "this file has at most 1000 bytes"),
        ("save_avatar", [("/avatar", ("a", b"x", "text/html"))], 415, "this file must be of type image/*"),
        ("save_avatar", [("/user_id", ("a", b"x", "image/png"))], 422, "the input does not fit"),
        ("save_avatar", [("/avatar", ("a", b"x", "image/png"))] * 2, 422, "the input does not fit"),
        ("save_pages", [(f"/pages/{n}", ("a", b"x", "a/b")) for n in range(3)], 422, "the input does not fit"),
        ("save_pages", [("/pages/-", ("a", b"x", "a/b"))], 422, "the input does not fit"),
        ("measure", [("file", ("a", b"x", "a/b"))], 400, "JSON Pointer"),
        ("measure", [("/file", ("..", b"x", "a/b"))], 400, "a file has a name"),
        ("measure", [("/file", ("x" * 256, b"x", "a/b"))], 400, "the name of a file has at most 255 bytes"),
        ("measure", [("/file", ("a", b"x", "multipart/mixed; boundary=c"))], 400, "one media type"),
        ("guarded", [("/file", ("a", b"x", "a/b"))], 401, "sign in first"),
        ("nothing", [("/file", ("a", b"x", "a/b"))], 404, "not found"),
    ],
)
def test_what_is_refused_runs_nothing(http: httpx.Client, fn: str, files: Any, status: int, message: str):
    args = {"user_id": 5} if fn == "save_avatar" else {}
    reply = post(http, {"fn": fn, "args": args}, files)
    assert (reply.status_code, message in reply.json()["error"]["message"]) == (status, True), reply.text
    assert runs == []


def test_each_limit_holds_at_the_limit_and_not_beyond(http: httpx.Client):
    file = 10 << 20
    reply = post(http, {"fn": "measure"}, [("/file", ("a", b"x" * file, "a/b"))])
    assert reply.json()["result"] == file
    reply = post(http, {"fn": "measure"}, [("/file", ("a", b"x" * (file + 1), "a/b"))])
    assert (reply.status_code, reply.json()["error"]["message"]) == (413, f"a file has at most {file} bytes")

    # 100 parts are the call and 99 files; here they have no place, which is told of each.
    files = [(f"/{number}", ("a", b"", "a/b")) for number in range(100)]
    assert post(http, {"fn": "measure"}, files[:99]).status_code == 422
    assert post(http, {"fn": "measure"}, files).json()["error"]["message"] == "a request has at most 100 parts"


def raw(
    address: tuple[str, int], body: bytes, content_type: str = "multipart/form-data; boundary=b"
) -> tuple[int, Any]:
    """The status and the body of the answer to exactly these bytes."""
    head = f"POST /api/mizan/call/ HTTP/1.1\r\nHost: x\r\nContent-Type: {content_type}\r\nConnection: close\r\n"
    with socket.create_connection(address, timeout=30) as connection:
        connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    start, _, rest = answer.partition(b"\r\n\r\n")
    return int(start.split()[1]), json.loads(rest)


CALL = b'--b\r\nContent-Disposition: form-data; name="call"\r\n\r\n{"fn":"measure"}\r\n'
FILE = b'--b\r\nContent-Disposition: form-data; name="/file"; filename="a"\r\n\r\nabc\r\n'
END = b"--b--\r\n"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (CALL + FILE + END, 200),
        (CALL + FILE, 400),
        (CALL + FILE + b"--b", 400),
        (FILE + CALL + END, 400),
        (FILE + END, 400),
        (CALL + CALL + FILE + END, 400),
        (END, 400),
        (b"", 400),
        (b"preamble\r\n" + CALL + FILE + END, 400),
        (CALL + FILE + END + b"epilogue", 400),
        ((CALL + FILE + END).replace(b"\r\n", b"\n"), 400),
        (CALL + FILE.replace(b'"a"', b"\"a\"; filename*=UTF-8''b") + END, 400),
        (CALL + FILE.replace(b'"a"', b'""') + END, 400),
        (CALL + FILE.replace(b'; filename="a"', b"") + END, 400),
        (CALL + FILE.replace(b'"a"', b'"a\0b"') + END, 400),
        (CALL + FILE.replace(b'"a"', b'"\xff"') + END, 400),
        (CALL + FILE.replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: base64\r\n\r\n") + END, 400),
        (CALL + FILE.replace(b"\r\n\r\n", b"\r\nX-Long: " + b"x" * 65536 + b"\r\n\r\n") + END, 400),
        (CALL + FILE.replace(b"/file", b"/file" + b"/a" * 1000) + END, 422),
        (CALL + FILE.replace(b"/file", b"/__proto__/polluted") + END, 422),
        (CALL.replace(b'{"fn":"measure"}', b'[{"fn":"measure"}]') + FILE + END, 400),
        (CALL.replace(b'{"fn":"measure"}', b'{"fn":"measure","fn":"measure"}') + FILE + END, 400),
        (CALL + FILE * 1001 + END, 413),
    ],
)
def test_what_no_client_library_sends(address: tuple[str, int], body: bytes, status: int):
    found, answer = raw(address, body)
    assert found == status, answer
    assert ("error" in answer) == (status != 200)


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        f"multipart/form-data; boundary={'b' * 71}",
        'multipart/form-data; boundary="b',
        "multipart/form-data; boundary=b; boundary=b",
    ],
)
def test_a_boundary_that_cannot_be(address: tuple[str, int], content_type: str):
    assert raw(address, CALL + FILE + END, content_type)[0] == 400


def test_a_body_beyond_its_limit_is_cut_whatever_its_length_says(address: tuple[str, int]):
    def pieces() -> Iterator[bytes]:
        yield CALL + FILE.replace(b"abc\r\n", b"")
        for _ in range(33):
            yield b"x" * (1 << 20)

    headers = {"content-type": "multipart/form-data; boundary=b"}
    base = f"http://{address[0]}:{address[1]}/api/mizan/call/"
    reply = httpx.post(base, content=pieces(), headers=headers, timeout=30)
    assert (reply.status_code, reply.json()["error"]["code"]) == (413, "PAYLOAD_TOO_LARGE")
    # A JSON body has its own limit still.
    body = json.dumps({"fn": "measure", "args": {"file": "x" * (1 << 20)}})
    assert httpx.post(base, content=body, headers={"content-type": "application/json"}).status_code == 413


def test_nothing_is_left_on_a_disk(http: httpx.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    big = b"x" * (5 << 20)
    assert post(http, {"fn": "measure"}, [("/file", ("a", big, "a/b"))]).json()["result"] == len(big)
    assert post(http, {"fn": "measure"}, [("/nothing", ("a", big, "a/b"))]).status_code == 422
    assert list(tmp_path.iterdir()) == []


def test_an_application_without_uploads_takes_no_multipart():
    app = FastAPI()
    application = Mizan(app, functions=[user_name]).application
    assert not application.takes_uploads()
    assert application.body_limit(b"multipart/form-data; boundary=b") == application.body_limit()


def test_limits_are_set_where_the_application_is_declared():
    app = FastAPI()
    limits: Any = {"upload": 4000, "file": 30, "parts": 3, "part_headers": 100, "file_name": 5}
    application = Mizan(app, functions=[measure], limits=limits).application
    assert application.body_limit(b"Multipart/form-data; boundary=b") == 4000
    assert application.body_limit(b"application/json") == 1 << 20
    assert application.body_limit() == 1 << 20


def test_an_upload_is_made_in_tests_as_well():
    file = Upload(b"abc", "a.txt", "text/plain")
    assert (file.filename, file.content_type, file.size, file.read()) == ("a.txt", "text/plain", 3, b"abc")
    assert isinstance(file.file, io.BytesIO)
    assert file.file.read(2) + file.file.read() == b"abc"
    assert repr(file) == "Upload('a.txt', 'text/plain', 3 bytes)"
    assert save_avatar(5, Upload(b"", "b.png")) == [5, "b.png", "application/octet-stream", 0, ""]


def refusal(function: Any) -> str:
    with pytest.raises(RegistrationError) as caught:
        Mizan(FastAPI(), functions=[function])
    return str(caught.value)


def test_what_is_declared_stands_in_the_ir():
    ir = Mizan(FastAPI(), functions=[save_avatar, save_pages, user_name]).ir()
    assert 'field "avatar" { upload max-size=1000 content-types="image/*" }' in ir
    assert 'field "pages" { list max-items=2 { upload } }' in ir
    assert 'field "cover" default="null" { nullable { upload } }' in ir


def test_what_cannot_be_does_not_build():
    @client
    def returns_one() -> Upload:
        raise NotImplementedError

    @client(context=ReactContext("user"))
    def reads_one(file: Upload) -> int:
        raise NotImplementedError

    @client
    def beside_a_list(files: Annotated[list[Upload], UploadLimits(max_size=5)]) -> int:
        raise NotImplementedError

    @client
    def beside_a_choice(file: Upload | str) -> int:
        raise NotImplementedError

    @client
    def of_the_framework(file: UploadFile) -> int:
        raise NotImplementedError

    @client
    def of_no_type(file: Annotated[Upload, UploadLimits(content_types=["png"])]) -> int:
        raise NotImplementedError

    assert "uploads are inputs alone" in refusal(returns_one)
    assert "file" in refusal(reads_one)
    assert "put it where the Upload is" in refusal(beside_a_list)
    assert "upload" in refusal(beside_a_choice)
    assert "mizan.Upload" in refusal(of_the_framework)
    assert '"content_types" of an upload must be' in refusal(of_no_type)
    assert mizan.Upload is Upload
