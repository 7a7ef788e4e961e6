//! What the macros expand to. It is no part of the interface, and may change in any version.
#![allow(missing_docs, reason = "nobody reads this but the macros")]

use std::time::Duration;

pub use crate::call::{Done, Failed, Output, Plain, Ran, Returned, blocking, declared, text};
pub use crate::declaration::{Declaration, Extracts, Running};
pub use crate::errors::ErrorDeclaration;
pub use crate::upload::UploadLimits;
pub use {schemars, serde};

use crate::context::{Context, Target};
use crate::declaration::Function;

/// What `affects` and `merge` take besides a list: one target, or a list that was made elsewhere.
pub struct Targets(pub Vec<Target>);

impl From<Vec<Target>> for Targets {
    fn from(targets: Vec<Target>) -> Self {
        Self(targets)
    }
}

impl From<Context> for Targets {
    fn from(context: Context) -> Self {
        Self(vec![context.into()])
    }
}

impl From<&str> for Targets {
    fn from(name: &str) -> Self {
        Self(vec![name.into()])
    }
}

impl<F: Function> From<F> for Targets {
    fn from(function: F) -> Self {
        Self(vec![function.into()])
    }
}

/// What `timeout` takes.
pub struct Seconds(pub f64);

impl From<f64> for Seconds {
    fn from(seconds: f64) -> Self {
        Self(seconds)
    }
}

impl From<u32> for Seconds {
    fn from(seconds: u32) -> Self {
        Self(f64::from(seconds))
    }
}

impl From<Duration> for Seconds {
    fn from(time: Duration) -> Self {
        Self(time.as_secs_f64())
    }
}
