#[mizan::client]
#[allow(non_snake_case)]
fn userProfile(user_id: i64) -> i64 {
    user_id
}

fn main() {}
