//! libFuzzer's program for all targets: `MIZAN_FUZZ_TARGET` names the one, `MIZAN_FUZZ_PLANTED` plants its fault.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use mizan_fuzz::{Core, Target};

static CHOSEN: LazyLock<(Target, Core)> = LazyLock::new(|| {
    let name = std::env::var("MIZAN_FUZZ_TARGET").unwrap_or_default();
    let target = Target::find(&name).expect("MIZAN_FUZZ_TARGET names a target");
    let core = if std::env::var_os("MIZAN_FUZZ_PLANTED").is_some() { Core::Planted } else { Core::Sound };
    (target, core)
});

fuzz_target!(|data: &[u8]| {
    let (target, core) = &*CHOSEN;
    target.run(data, *core);
});
