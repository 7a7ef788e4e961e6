#[mizan::client(contxt = "user")]
fn user(user_id: i64) -> i64 {
    user_id
}

fn main() {}
