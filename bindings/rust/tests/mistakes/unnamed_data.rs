#[derive(mizan::Errors)]
enum RenameError {
    #[mizan(status = 409)]
    NameTaken(i64),
}

fn main() {}
