//! The desk's data, in memory, and how often each function ran.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mizan::Error;

use crate::models::{Notice, Project, Status, Task};

/// The data of one process.
#[derive(Clone, Default)]
pub(crate) struct Desk(Arc<Mutex<Store>>);

/// Everything that there is.
pub(crate) struct Store {
    pub(crate) projects: BTreeMap<i64, Project>,
    pub(crate) tasks: BTreeMap<i64, Vec<Task>>,
    pub(crate) notices: Vec<Notice>,
    pub(crate) messages: BTreeMap<String, Vec<String>>,
    pub(crate) runs: BTreeMap<&'static str, i64>,
}

impl Desk {
    /// The data, for as long as nobody waits.
    pub(crate) fn open(&self) -> MutexGuard<'_, Store> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The data, for a function that counts its runs.
    pub(crate) fn run(&self, function: &'static str) -> MutexGuard<'_, Store> {
        let mut store = self.open();
        *store.runs.entry(function).or_default() += 1;
        store
    }
}

impl Store {
    /// The project of that id, or the protocol's own 404.
    pub(crate) fn project(&mut self, project_id: i64) -> Result<&mut Project, Error> {
        self.projects.get_mut(&project_id).ok_or_else(|| Error::not_found("There is no such project."))
    }
}

impl Default for Store {
    fn default() -> Self {
        let project = |project_id, name: &str| (project_id, Project { name: name.to_owned(), project_id });
        let task = |id, title: &str, status| Task { id, status, title: title.to_owned() };
        let notice = |topic: &str, text: &str| Notice { text: text.to_owned(), topic: topic.to_owned() };
        let message = |sub: &str, text: &str| (sub.to_owned(), vec![text.to_owned()]);
        Self {
            projects: [project(1, "Harbour"), project(2, "Lighthouse")].into(),
            tasks: [(1, vec![task(1, "Dredge", Status::Open), task(2, "Paint", Status::Done)]), (2, Vec::new())].into(),
            notices: vec![notice("boats", "Two for sale."), notice("fish", "Herring on Friday.")],
            messages: [message("ada", "The crane is back."), message("eve", "Welcome.")].into(),
            runs: BTreeMap::new(),
        }
    }
}
