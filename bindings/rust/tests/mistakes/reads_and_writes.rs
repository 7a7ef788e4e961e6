#[mizan::client(context = "user", affects = "users")]
fn rename(user_id: i64) -> i64 {
    user_id
}

fn main() {}
