"""Contexts: named groups of read functions that are fetched as one bundle."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReactContext:
    """A named group of read functions, fetched together as one bundle, cached and invalidated together.

    Two of one name and equal options are the same context.
    """

    name: str
    """`[a-z][a-z0-9_]*`, as it stands in URLs and in the generated client."""
    public: bool = False
    """Whether the content is the same whoever asks, so that shared caches may keep it."""
    identity: bool = False
    """Whether the content depends on nobody but the caller, so that a mutation refreshes the caller's alone."""
