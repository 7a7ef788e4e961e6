#[mizan::client(auth = ["shop.edit", "staf"])]
fn edit(page: i64) -> i64 {
    page
}

fn main() {}
