#[mizan::client(affects = "user", affects_params = |_, user| mizan::params! { user_id: user })]
fn rename(user_id: i64) -> i64 {
    user_id
}

fn main() {}
