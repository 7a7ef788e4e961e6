struct Profile {
    name: String,
}

#[mizan::client]
async fn profile(name: String) -> Result<Profile, mizan::Error> {
    Ok(Profile { name })
}

fn main() {}
