"""The runner itself: a page that is wrong by one byte must turn it red."""

import dataclasses

import pytest

from transcript import PageError, Transcript, differences, read_page, run

PAGE = """
A page.

```console
$ curl -i http://localhost:8000/api/mizan/call/ \\
    -H 'Content-Type: application/json' -d '{"fn":"echo","args":{"value":[1,"a"]}}'
HTTP/1.1 200
Cache-Control: no-store

{"invalidate":[],"result":[1,"a"]}
$ curl http://localhost:8000/api/mizan/ctx/shelf/
{"shelf_titles":["Dunes","Tides"]}
```
"""


def test_a_true_page_is_green(notebook_server: str) -> None:
    for transcript in read_page(PAGE):
        assert differences(transcript, run(transcript, notebook_server)) == []


def test_every_changed_byte_of_an_answer_is_red(notebook_server: str) -> None:
    checked = 0
    for transcript in read_page(PAGE):
        printed = run(transcript, notebook_server)
        for index, character in enumerate(transcript.answer):
            changed = "~" if character != "~" else "!"
            answer = transcript.answer[:index] + changed + transcript.answer[index + 1 :]
            assert differences(dataclasses.replace(transcript, answer=answer), printed), (index, answer)
            checked += 1
    assert checked > 100


@pytest.mark.parametrize(
    "answer",
    [
        "HTTP/1.1 200\nCache-Control: no-store\nX-Mizan-Invalidate: book\n\n" + '{"invalidate":[],"result":[1,"a"]}',
        "HTTP/1.1 200\nCache-Control: no-store",
        "HTTP/1.1 200\nCache-Control: no-store\n\n" + '{"invalidate":[],"result":[1,"a"]}\n',
    ],
    ids=["a header that is not there", "no body", "one newline more"],
)
def test_what_is_not_in_the_answer_is_red(answer: str, notebook_server: str) -> None:
    transcript = dataclasses.replace(read_page(PAGE)[0], answer=answer)
    assert differences(transcript, run(transcript, notebook_server))


def test_the_placeholder_of_an_id_takes_an_id_and_nothing_else() -> None:
    transcript = Transcript(1, ("curl",), '{"id":"################"}')
    assert differences(transcript, b'{"id":"00112233445566ff"}') == []
    assert differences(transcript, b'{"id":"00112233445566FF"}')
    assert differences(transcript, b'{"id":"00112233445566ff0"}')
    assert differences(transcript, b'{"id":"################"}')


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        ("# A page\n\n```json\n{}\n```\n", "the page has no transcript"),
        ("```console\n{}\n```\n", "line 2: a console block starts with a command"),
        ("```console\n$ curl http://localhost:8000/\n```\n", "line 2: the answer is missing"),
        ("```console\n$ curl http://example.org/\n{}\n```\n", "line 2: a transcript is a curl command to"),
        ("```console\n$ wget http://localhost:8000/\n{}\n```\n", "line 2: a transcript is a curl command to"),
        ("```console\n$ curl http://localhost:8000/ \\\n```\n", "line 2: the command does not end"),
    ],
)
def test_a_page_that_cannot_be_run_says_why(page: str, problem: str) -> None:
    with pytest.raises(PageError) as refused:
        read_page(page)
    assert problem in str(refused.value)
