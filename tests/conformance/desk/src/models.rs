//! What the desk speaks of.

use chrono::{DateTime, NaiveDate, Utc};
use mizan::BigInt;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::switches::broken;

/// How far a task is.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    #[default]
    Open,
    Done,
}

/// One thing to do.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Task {
    pub(crate) id: i64,
    #[serde(default)]
    pub(crate) status: Status,
    #[schemars(length(min = 1, max = 40))]
    pub(crate) title: String,
}

/// Tasks that belong together.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Project {
    #[schemars(length(min = 1, max = 40))]
    pub(crate) name: String,
    pub(crate) project_id: i64,
}

/// A sheet on the board.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Notice {
    pub(crate) text: String,
    pub(crate) topic: String,
}

/// What a query was read as.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Search {
    pub(crate) day: Option<NaiveDate>,
    pub(crate) exact: bool,
    pub(crate) ratio: Option<f64>,
    pub(crate) tags: Vec<String>,
    pub(crate) words: String,
}

/// One value of each kind that has a canonical form.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Reading {
    amount: BigInt,
    at: DateTime<Utc>,
    copy_id: Uuid,
    #[serde(default)]
    flag: bool,
    note: Option<String>,
    price: Decimal,
    ratio: f64,
}

/// What came as a file.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Attached {
    pub(crate) name: String,
    pub(crate) size: i64,
    pub(crate) start: String,
    #[serde(rename = "type")]
    pub(crate) content_type: String,
}

/// How a name can be refused.
#[derive(mizan::Errors)]
pub(crate) enum RenameError {
    /// Another project has that name.
    #[mizan(status = if broken("typed-errors") { 400 } else { 409 }, message = "That name is taken.")]
    NameTaken { taken_by: i64 },
    #[mizan(transparent)]
    Other(mizan::Error),
}
