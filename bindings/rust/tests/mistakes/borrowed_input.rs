#[mizan::client]
fn greet(times: i64, name: &str) -> i64 {
    times + name.len() as i64
}

fn main() {}
