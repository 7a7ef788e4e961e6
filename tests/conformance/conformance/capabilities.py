"""The rows of the board: what a host can have, and over which transport it can be had."""

from dataclasses import dataclass
from typing import Literal

Transport = Literal["http", "ipc"]

EVERYWHERE: tuple[Transport, ...] = ("http", "ipc")
HTTP: tuple[Transport, ...] = ("http",)


@dataclass(frozen=True)
class Capability:
    """One row."""

    id: str
    title: str
    over: tuple[Transport, ...] = EVERYWHERE


@dataclass(frozen=True)
class Group:
    """Rows that belong together."""

    title: str
    capabilities: tuple[Capability, ...]


GROUPS = (
    Group(
        "Protocol core",
        (
            Capability("call-dispatch", "Call dispatch"),
            Capability("context-bundle", "Context bundle"),
            Capability("invalidation-body", "Invalidation in the body"),
            Capability("invalidation-header", "Invalidation header", HTTP),
            Capability("auto-scoping", "Auto-scoping in three tiers"),
            Capability("discovery", "Discovery and registration"),
            Capability("ir-export", "IR export"),
            Capability("uploads", "Uploads"),
        ),
    ),
    Group(
        "Edge, cache, enforcement",
        (
            Capability("auth-guards", "Auth guards"),
            Capability("origin-cache", "Origin HMAC cache"),
            Capability("edge-manifest", "Edge manifest", HTTP),
            Capability("psr", "PSR", HTTP),
            Capability("session-csrf", "Session and CSRF init", HTTP),
        ),
    ),
    Group(
        "Extension points",
        (
            Capability("jwt", "JWT"),
            Capability("mwt", "MWT", HTTP),
        ),
    ),
    Group(
        "Beyond",
        (
            Capability("batch", "Batch"),
            Capability("refresh", "Refresh in the same request"),
            Capability("merge", "Merge"),
            Capability("typed-errors", "Typed errors"),
            Capability("internal-errors", "Failures show nothing"),
            Capability("time-limits", "Time limits"),
            Capability("check", "Compatibility check"),
            Capability("etag", "ETag", HTTP),
            Capability("cache-groups", "Cache groups", HTTP),
        ),
    ),
    Group(
        "Security",
        (
            Capability("exact-paths", "Paths match exactly", HTTP),
            Capability("public-isolation", "Public contexts see no caller"),
            Capability("cache-identity", "Nobody gets another's bundle"),
            Capability("unkeyed-inputs", "Unkeyed inputs change no body", HTTP),
            Capability("errors-never-stored", "Errors are never stored"),
            Capability("header-injection", "No text becomes a header", HTTP),
        ),
    ),
)

CAPABILITIES = {capability.id: capability for group in GROUPS for capability in group.capabilities}
