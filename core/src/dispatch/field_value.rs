//! The values of a reply's header fields, by how long each stays the same.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::Arc;

/// The value of a header field of a reply. It reads as its text, and values of the same text are equal.
#[derive(Debug, Clone)]
pub enum FieldValue {
    /// The same whatever application replies.
    Static(&'static str),
    /// The same in every reply of the application that has it.
    Shared(Arc<str>),
    /// This reply's own.
    Own(String),
}

impl FieldValue {
    /// Whether a host that keeps what replies have in common may keep both as one: both are each reply's own, or both are the
    /// same text at the same place. Two of the same text at two places are two at worst.
    #[must_use]
    pub fn is_kept_as(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Static(one), Self::Static(other)) => std::ptr::eq(*one, *other),
            (Self::Shared(one), Self::Shared(other)) => Arc::ptr_eq(one, other),
            (Self::Own(_), Self::Own(_)) => true,
            _ => false,
        }
    }

    /// Whether it is this reply's own.
    #[must_use]
    pub const fn is_own(&self) -> bool {
        matches!(self, Self::Own(_))
    }
}

impl Deref for FieldValue {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Static(text) => text,
            Self::Shared(text) => text,
            Self::Own(text) => text,
        }
    }
}

impl PartialEq for FieldValue {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for FieldValue {}

impl From<Cow<'static, str>> for FieldValue {
    fn from(text: Cow<'static, str>) -> Self {
        match text {
            Cow::Borrowed(text) => Self::Static(text),
            Cow::Owned(text) => Self::Own(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stays_the_same_is_kept_as_one() {
        let digest: Arc<str> = "5".into();
        let values = || {
            [
                FieldValue::Static("no-store"),
                FieldValue::Static("private"),
                FieldValue::Shared(Arc::clone(&digest)),
                FieldValue::Shared("5".into()),
                FieldValue::Own("5".to_owned()),
            ]
        };
        for (index, one) in values().iter().enumerate() {
            for (place, other) in values().iter().enumerate() {
                // The fourth is made anew each time.
                assert_eq!(one.is_kept_as(other), index == place && index != 3, "{one:?} {other:?}");
            }
        }
        assert!(FieldValue::Own("5".to_owned()).is_kept_as(&FieldValue::Own("6".to_owned())));
        assert_eq!(FieldValue::Own("5".to_owned()), FieldValue::Shared("5".into()));
        assert_ne!(FieldValue::Own("5".to_owned()), FieldValue::Own("6".to_owned()));
    }
}
