#[mizan::client]
async fn profile(name: String) -> Result<String, String> {
    Ok(name)
}

fn main() {}
