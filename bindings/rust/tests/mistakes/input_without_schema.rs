#[derive(serde::Deserialize)]
struct Filter {
    words: String,
}

#[mizan::client]
fn search(filter: Filter) -> usize {
    filter.words.len()
}

fn main() {}
