//! The switches of the fixture: which one thing is broken in this process, and which variant it is.

use std::sync::LazyLock;

static BROKEN: LazyLock<String> = LazyLock::new(|| std::env::var("MIZAN_BREAK").unwrap_or_default());
static VARIANT: LazyLock<String> = LazyLock::new(|| std::env::var("MIZAN_VARIANT").unwrap_or_default());

/// Whether this process was started with that one capability broken.
pub(crate) fn broken(switch: &str) -> bool {
    *BROKEN == switch
}

/// Whether this process is that variant of the application.
pub(crate) fn variant(name: &str) -> bool {
    *VARIANT == name
}
