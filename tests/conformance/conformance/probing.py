"""Probes: one behaviour of one capability, asked of a running host, and the switch under which it must be missed."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules

from conformance.capabilities import CAPABILITIES, Transport
from conformance.desk import Desk


@dataclass(frozen=True)
class Probe:
    """One question to a host."""

    capability: str
    name: str
    ask: Callable[[Desk], None]
    control: str
    """The switch (`MIZAN_BREAK`) that breaks what it asks for."""
    variant: str
    """The variant of the application (`MIZAN_VARIANT`) that it asks."""
    may_refuse: bool
    """Whether a host that does not start, in this variant, is a good answer too."""
    over: tuple[Transport, ...]
    """The transports over which it can be asked, of those of its capability."""


PROBES: dict[str, Probe] = {}
"""All probes, by name, in their order."""


def probe(
    capability: str,
    *,
    control: str,
    variant: str = "",
    may_refuse: bool = False,
    over: tuple[Transport, ...] | None = None,
) -> Callable[[Callable[[Desk], None]], Callable[[Desk], None]]:
    """Register a function as a probe. Its name says what holds; the data has been put back when it begins.

    Args:
        capability: The row that it belongs to.
        control: The switch under which it must be red.
        variant: The variant of the application that it asks.
        may_refuse: Whether a host that does not start, in this variant, is a good answer too.
        over: The transports over which it can be asked; those of its capability where none is named.
    """
    if capability not in CAPABILITIES:
        raise ValueError(f"there is no capability {capability}")

    def register(ask: Callable[[Desk], None]) -> Callable[[Desk], None]:
        name = ask.__name__
        if name in PROBES:
            raise ValueError(f"two probes are named {name}")
        transports = CAPABILITIES[capability].over if over is None else over
        PROBES[name] = Probe(capability, name, ask, control, variant, may_refuse, transports)
        return ask

    return register


def all_probes() -> dict[str, Probe]:
    """The probes of every module in `conformance.probes`, by name."""
    package = import_module("conformance.probes")
    for module in iter_modules(package.__path__, "conformance.probes."):
        import_module(module.name)
    return PROBES
