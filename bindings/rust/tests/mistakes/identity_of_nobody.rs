#[mizan::client(context = "inbox")]
fn inbox(identity: mizan::Identity) -> String {
    identity.sub
}

fn main() {}
