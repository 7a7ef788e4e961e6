//! Who hears of what was purged, in this process and in others.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::Tag;

/// What listeners hear, after the generations are gone: what they read then is new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// These tags were purged.
    Purged(Vec<Tag>),
    /// Something may have been missed, or was not understood: everything may be stale.
    Everything,
}

type Listener = Arc<dyn Fn(&Event) + Send + Sync>;

/// The listeners of one cache in this process.
#[derive(Default)]
pub(crate) struct Listeners {
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    next: u64,
    listeners: Vec<(u64, Listener)>,
}

/// A place among the listeners; dropping it gives the place up.
pub struct Subscription {
    id: u64,
    listeners: Arc<Listeners>,
}

impl Listeners {
    pub(crate) fn add(self: &Arc<Self>, listener: impl Fn(&Event) + Send + Sync + 'static) -> Subscription {
        let mut held = self.held();
        let id = held.next;
        held.next += 1;
        held.listeners.push((id, Arc::new(listener)));
        Subscription { id, listeners: Arc::clone(self) }
    }

    pub(crate) fn purged(&self, tags: &[Tag]) {
        if !tags.is_empty() {
            self.tell(|| Event::Purged(tags.to_vec()));
        }
    }

    /// Tells all of them, without a lock; one that panics is no matter of the others.
    pub(crate) fn tell(&self, event: impl FnOnce() -> Event) {
        let listeners: Vec<Listener> = self.held().listeners.iter().map(|(_, listener)| Arc::clone(listener)).collect();
        if listeners.is_empty() {
            return;
        }
        let event = event();
        for listener in listeners {
            let _ = catch_unwind(AssertUnwindSafe(|| listener(&event)));
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        // Nothing in there can be half done.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.listeners.held().listeners.retain(|(id, _)| *id != self.id);
    }
}

/// What goes over the wire: who sent it, then a context and a tag on each line.
pub(crate) fn message(sender: &str, tags: &[Tag]) -> String {
    tags.iter().fold(sender.to_owned(), |mut text, (context, tag)| {
        for part in ["\n", context, " ", tag] {
            text.push_str(part);
        }
        text
    })
}

/// The event of a message, and `None` for one's own. What cannot be read means everything.
pub(crate) fn event(sender: &str, message: &[u8]) -> Option<Event> {
    let text = std::str::from_utf8(message).unwrap_or_default();
    let mut lines = text.split('\n');
    if lines.next() == Some(sender) {
        return None;
    }
    let tags: Option<Vec<Tag>> =
        lines.map(|line| line.split_once(' ').map(|(context, tag)| (context.to_owned(), tag.to_owned()))).collect();
    Some(tags.filter(|tags| !tags.is_empty()).map_or(Event::Everything, Event::Purged))
}

#[cfg(test)]
mod tests {
    use super::{Event, event, message};

    #[test]
    fn a_message_is_read_by_all_but_its_sender() {
        let tags = [("user".to_owned(), "mz-a".to_owned()), ("shop".to_owned(), "mz-b".to_owned())];
        let sent = message("me", &tags);
        assert_eq!(sent, "me\nuser mz-a\nshop mz-b");
        assert_eq!(event("you", sent.as_bytes()), Some(Event::Purged(tags.to_vec())));
        assert_eq!(event("me", sent.as_bytes()), None);
    }

    #[test]
    fn what_cannot_be_read_means_everything() {
        for sent in [&b""[..], b"you", b"you\n", b"you\nuser", b"you\nuser mz-a\n", b"\xff\nuser mz-a"] {
            let found = event("me", sent);
            assert!(found == Some(Event::Everything) || sent.starts_with(b"\xff"), "{sent:?} is {found:?}");
        }
        assert_eq!(event("me", b"\xff\nuser mz-a"), Some(Event::Everything));
    }
}
