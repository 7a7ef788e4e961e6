struct Users;

impl Users {
    #[mizan::client]
    fn find(&self, user_id: i64) -> i64 {
        user_id
    }
}

fn main() {}
