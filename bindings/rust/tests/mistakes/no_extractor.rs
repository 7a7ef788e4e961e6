struct Locale;

#[mizan::client]
fn greet(#[mizan(extract)] locale: Locale) -> usize {
    size_of_val(&locale)
}

fn main() {}
