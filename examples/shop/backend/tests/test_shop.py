"""The shop's own rules, asked over HTTP."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from shop.app import app
from shop.web import serve_web


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """The shop on a database of its own, fresh from the seed."""
    monkeypatch.setenv("SHOP_DATABASE", str(tmp_path / "shop.sqlite3"))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def call(shop: TestClient, fn: str, **args: object) -> tuple[int, Any]:
    """One call: status and body."""
    answer = shop.post("/api/mizan/call/", json={"fn": fn, "args": args})
    return answer.status_code, answer.json()


def bundle(shop: TestClient, context: str, **params: int) -> Any:
    """One bundle."""
    return shop.get(f"/api/mizan/ctx/{context}/", params=params).json()


def test_a_kept_database_is_not_seeded_twice(shop: TestClient) -> None:
    call(shop, "rename_customer", customer_id=1, name="Ada King")
    with TestClient(app) as again:
        assert bundle(again, "customer", customer_id=1)["customer_profile"]["name"] == "Ada King"
        assert len(bundle(again, "customers")["customer_list"]) == 5


def test_renaming_invalidates_that_customer_and_the_list(shop: TestClient) -> None:
    status, body = call(shop, "rename_customer", customer_id=1, name="Ada King")
    assert status == 200
    assert body["result"]["name"] == "Ada King"
    assert body["invalidate"] == [
        {"context": "customer", "params": {"customer_id": 1}},
        {"context": "customers"},
    ]


def test_a_taken_name_is_refused_with_its_owner(shop: TestClient) -> None:
    status, body = call(shop, "rename_customer", customer_id=1, name="Grace Hopper")
    assert (status, body["error"]["code"], body["error"]["data"]) == (409, "NAME_TAKEN", {"taken_by": 2})
    assert bundle(shop, "customer", customer_id=1)["customer_profile"]["name"] == "Ada Lovelace"


def test_keeping_a_name_is_no_conflict(shop: TestClient) -> None:
    assert call(shop, "rename_customer", customer_id=1, name="Ada Lovelace")[0] == 200


def test_money_adds_up(shop: TestClient) -> None:
    before = bundle(shop, "customer", customer_id=1)
    assert before["customer_profile"]["spent"] == "145.95"
    assert [order["total"] for order in before["customer_orders"]] == ["19.20", "52.75", "74.00"]
    call(shop, "place_order", customer_id=1, product_id=4, quantity=2)
    assert bundle(shop, "customer", customer_id=1)["customer_profile"]["spent"] == "325.75"


def test_the_last_pieces_are_sold_once(shop: TestClient) -> None:
    def order(customer_id: int) -> tuple[int, Any]:
        return call(shop, "place_order", customer_id=customer_id, product_id=4, quantity=2)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(order, [1, 2, 3, 4]))
    assert sorted(status for status, _ in answers) == [200, 409, 409, 409]
    refused = next(body for status, body in answers if status == 409)
    assert (refused["error"]["code"], refused["error"]["data"]) == ("OUT_OF_STOCK", {"available": 0})
    stock = {product["product_id"]: product["stock"] for product in bundle(shop, "products")["product_list"]}
    assert stock[4] == 0


def test_a_failure_inside_stays_inside(shop: TestClient) -> None:
    status, body = call(shop, "place_order", customer_id=1, product_id=6, quantity=1)
    assert (status, body["error"]["code"]) == (500, "INTERNAL")
    assert "idol" not in str(body)
    assert bundle(shop, "customer", customer_id=1)["customer_profile"]["spent"] == "145.95"


@pytest.mark.parametrize(
    ("arguments", "path", "message"),
    [
        ({"quantity": 0}, ["args", "quantity"], "must be at least 1"),
        ({"quantity": 21}, ["args", "quantity"], "must be at most 20"),
        ({"note": "x" * 61}, ["args", "note"], "must have at most 60 characters"),
        ({"product_id": 99}, ["args", "product_id"], "is not for sale"),
    ],
)
def test_a_wrong_order_names_its_field(
    shop: TestClient, arguments: dict[str, object], path: list[str], message: str
) -> None:
    status, body = call(shop, "place_order", **{"customer_id": 1, "product_id": 1, "quantity": 1, **arguments})
    assert status == 422
    assert [(detail["path"], detail["message"]) for detail in body["error"]["details"]] == [(path, message)]


def test_every_address_of_the_page_is_the_page_and_a_missing_file_is_none(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "page.js").write_text("1")
    (tmp_path / "index.html").write_text("<title>Shop</title>")
    web = FastAPI()
    serve_web(web, tmp_path)
    client = TestClient(web)
    for address in ["/", "/compare/1/2", "/nowhere"]:
        assert client.get(address).text == "<title>Shop</title>"
    assert client.get("/assets/page.js").text == "1"
    for missing in ["/assets/other.js", "/robots.txt"]:
        assert client.get(missing).status_code == 404
