//! The shop's own rules, asked as clients ask.
#![expect(clippy::unwrap_used, reason = "a test fails by its panic")]

use std::path::{Path, PathBuf};
use std::process::Command;

use mizan::bytes::Bytes;
use mizan::{Mizan, http};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A shop on a database of its own, fresh from the seed.
struct Shop {
    mizan: Mizan,
    folder: TempDir,
}

impl Shop {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { mizan: serve(&file(&folder)).await, folder }
    }

    async fn call(&self, function: &str, args: Value) -> (u16, Value) {
        let request = http::Request::post("/api/mizan/call/").header("content-type", "application/json");
        ask(&self.mizan, request, json!({ "fn": function, "args": args }).to_string()).await
    }

    async fn bundle(&self, path: &str) -> Value {
        ask(&self.mizan, http::Request::get(format!("/api/mizan/ctx/{path}")), String::new()).await.1
    }
}

fn file(folder: &TempDir) -> PathBuf {
    folder.path().join("shop.sqlite3")
}

async fn serve(file: &Path) -> Mizan {
    shop::functions(shop::open(file).await.unwrap()).build().unwrap()
}

async fn ask(mizan: &Mizan, request: http::request::Builder, body: String) -> (u16, Value) {
    let (parts, body) = mizan.handle(request.body(Bytes::from(body)).unwrap()).await.into_parts();
    (parts.status.as_u16(), serde_json::from_slice(&body).unwrap())
}

#[tokio::test]
async fn its_ir_is_that_of_the_shop_in_python() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3).unwrap();
    let asked = Command::new(root.join(".venv/bin/mizan"))
        .args(["ir", "shop.app:mizan"])
        .current_dir(root.join("examples/shop/backend"))
        .output()
        .unwrap();
    assert!(asked.status.success(), "{}", String::from_utf8_lossy(&asked.stderr));
    assert_eq!(Shop::open().await.mizan.ir(), String::from_utf8(asked.stdout).unwrap());
}

#[tokio::test]
async fn a_kept_database_is_not_seeded_twice() {
    let shop = Shop::open().await;
    shop.call("rename_customer", json!({ "customer_id": 1, "name": "Ada King" })).await;
    let again = Shop { mizan: serve(&file(&shop.folder)).await, folder: shop.folder };
    assert_eq!(again.bundle("customer/?customer_id=1").await["customer_profile"]["name"], "Ada King");
    assert_eq!(again.bundle("customers/").await["customer_list"].as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn renaming_invalidates_that_customer_and_the_list() {
    let shop = Shop::open().await;
    let (status, body) = shop.call("rename_customer", json!({ "customer_id": 1, "name": "Ada King" })).await;
    assert_eq!((status, &body["result"]["name"]), (200, &json!("Ada King")));
    let targets = json!([{ "context": "customer", "params": { "customer_id": 1 } }, { "context": "customers" }]);
    assert_eq!(body["invalidate"], targets);
}

#[tokio::test]
async fn a_taken_name_is_refused_with_its_owner() {
    let shop = Shop::open().await;
    let (status, body) = shop.call("rename_customer", json!({ "customer_id": 1, "name": "Grace Hopper" })).await;
    let refused = json!({
        "code": "NAME_TAKEN",
        "data": { "taken_by": 2 },
        "message": "Another customer is called Grace Hopper.",
    });
    assert_eq!((status, &body["error"]), (409, &refused));
    assert_eq!(shop.bundle("customer/?customer_id=1").await["customer_profile"]["name"], "Ada Lovelace");
}

#[tokio::test]
async fn keeping_a_name_is_no_conflict() {
    let shop = Shop::open().await;
    assert_eq!(shop.call("rename_customer", json!({ "customer_id": 1, "name": "Ada Lovelace" })).await.0, 200);
}

#[tokio::test]
async fn money_adds_up() {
    let shop = Shop::open().await;
    let before = shop.bundle("customer/?customer_id=1").await;
    assert_eq!(before["customer_profile"]["spent"], "145.95");
    let totals: Vec<&Value> =
        before["customer_orders"].as_array().unwrap().iter().map(|order| &order["total"]).collect();
    assert_eq!(totals, ["19.20", "52.75", "74.00"]);
    shop.call("place_order", json!({ "customer_id": 1, "product_id": 4, "quantity": 2 })).await;
    assert_eq!(shop.bundle("customer/?customer_id=1").await["customer_profile"]["spent"], "325.75");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_pieces_are_sold_once() {
    let shop = Shop::open().await;
    let order =
        |customer_id| shop.call("place_order", json!({ "customer_id": customer_id, "product_id": 4, "quantity": 2 }));
    let (one, two, three, four) = tokio::join!(order(1), order(2), order(3), order(4));
    let mut answers = [one, two, three, four];
    answers.sort_by_key(|(status, _)| *status);
    assert_eq!(answers.each_ref().map(|(status, _)| *status), [200, 409, 409, 409]);
    let refused = &answers[3].1["error"];
    assert_eq!((&refused["code"], &refused["data"]), (&json!("OUT_OF_STOCK"), &json!({ "available": 0 })));
    assert_eq!(shop.bundle("products/").await["product_list"][3]["stock"], 0);
}

#[tokio::test]
async fn a_failure_inside_stays_inside() {
    let shop = Shop::open().await;
    let (status, body) = shop.call("place_order", json!({ "customer_id": 1, "product_id": 6, "quantity": 1 })).await;
    assert_eq!((status, &body["error"]["code"]), (500, &json!("INTERNAL")));
    assert!(!body.to_string().contains("idol"), "{body}");
    assert_eq!(shop.bundle("customer/?customer_id=1").await["customer_profile"]["spent"], "145.95");
}

#[tokio::test]
async fn a_wrong_order_names_its_field() {
    let shop = Shop::open().await;
    for (name, value, message) in [
        ("quantity", json!(0), "must be at least 1"),
        ("quantity", json!(21), "must be at most 20"),
        ("note", json!("x".repeat(61)), "must have at most 60 characters"),
        ("product_id", json!(99), "is not for sale"),
    ] {
        let mut args = json!({ "customer_id": 1, "product_id": 1, "quantity": 1 });
        args[name] = value;
        let (status, body) = shop.call("place_order", args).await;
        let details = body["error"]["details"].as_array().unwrap();
        let told: Vec<_> = details.iter().map(|detail| (&detail["path"], &detail["message"])).collect();
        assert_eq!((status, told), (422, vec![(&json!(["args", name]), &json!(message))]), "{name}");
    }
}
