//! The rules by which a change breaks clients. Their names are stable: scripts may match them.

use std::fmt;

/// What kind of break it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// A function that clients could call is gone.
    FunctionRemoved,
    /// A function that clients could call is private now.
    FunctionPrivate,
    /// Fewer callers are let pass.
    FunctionAuth,
    /// A function can no longer be reached over a WebSocket.
    FunctionTransport,
    /// A page has another path, fewer methods, or is gone.
    FunctionRoute,
    /// A context is gone.
    ContextRemoved,
    /// A context's bundle has lost a member.
    MemberRemoved,
    /// A mutation no longer touches a context that it affected or merged into.
    AffectsRemoved,
    /// A function may fail with an error that it did not declare.
    ErrorAdded,
    /// A declared error has another status.
    ErrorStatus,
    /// What clients send is no longer taken.
    Input(Aspect),
    /// What clients receive is not what they knew.
    Output(Aspect),
}

/// What about a value has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aspect {
    /// A new field has to be sent.
    Added,
    /// A field that could be left out has to be sent.
    Required,
    /// A field is gone.
    Removed,
    /// A field that was always received may be missing.
    Optional,
    /// It is of another kind.
    Type,
    /// `null` is no longer taken, or may be received.
    Null,
    /// One of a list of values is no longer taken, or a new one may be received.
    Value,
    /// Bounds of a number.
    Range,
    /// Bounds of the length of a text or a list.
    Length,
    /// The pattern of a text.
    Pattern,
    /// The format of a text.
    Format,
    /// Items of a list that have to differ.
    Unique,
    /// The size or the media types of a file.
    Upload,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 32] = {
        use Aspect::{
            Added, Format, Length, Null, Optional, Pattern, Range, Removed, Required, Type, Unique, Upload, Value,
        };
        [
            Self::FunctionRemoved,
            Self::FunctionPrivate,
            Self::FunctionAuth,
            Self::FunctionTransport,
            Self::FunctionRoute,
            Self::ContextRemoved,
            Self::MemberRemoved,
            Self::AffectsRemoved,
            Self::ErrorAdded,
            Self::ErrorStatus,
            Self::Input(Added),
            Self::Input(Required),
            Self::Input(Removed),
            Self::Input(Type),
            Self::Input(Null),
            Self::Input(Value),
            Self::Input(Range),
            Self::Input(Length),
            Self::Input(Pattern),
            Self::Input(Format),
            Self::Input(Unique),
            Self::Input(Upload),
            Self::Output(Removed),
            Self::Output(Optional),
            Self::Output(Type),
            Self::Output(Null),
            Self::Output(Value),
            Self::Output(Range),
            Self::Output(Length),
            Self::Output(Pattern),
            Self::Output(Format),
            Self::Output(Unique),
        ]
    };

    /// The name, as `mizan check` prints it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::FunctionRemoved => "function-removed",
            Self::FunctionPrivate => "function-private",
            Self::FunctionAuth => "function-auth",
            Self::FunctionTransport => "function-transport",
            Self::FunctionRoute => "function-route",
            Self::ContextRemoved => "context-removed",
            Self::MemberRemoved => "member-removed",
            Self::AffectsRemoved => "affects-removed",
            Self::ErrorAdded => "error-added",
            Self::ErrorStatus => "error-status",
            Self::Input(aspect) => match aspect {
                Aspect::Added => "input-added",
                Aspect::Required | Aspect::Optional => "input-required",
                Aspect::Removed => "input-removed",
                Aspect::Type => "input-type",
                Aspect::Null => "input-null",
                Aspect::Value => "input-value",
                Aspect::Range => "input-range",
                Aspect::Length => "input-length",
                Aspect::Pattern => "input-pattern",
                Aspect::Format => "input-format",
                Aspect::Unique => "input-unique",
                Aspect::Upload => "input-upload",
            },
            Self::Output(aspect) => match aspect {
                Aspect::Removed | Aspect::Added => "output-removed",
                Aspect::Optional | Aspect::Required => "output-optional",
                Aspect::Type | Aspect::Upload => "output-type",
                Aspect::Null => "output-null",
                Aspect::Value => "output-value",
                Aspect::Range => "output-range",
                Aspect::Length => "output-length",
                Aspect::Pattern => "output-pattern",
                Aspect::Format => "output-format",
                Aspect::Unique => "output-unique",
            },
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
