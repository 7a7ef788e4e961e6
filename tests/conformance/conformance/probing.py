"""Probes: one behaviour of one capability, asked of a running host, and the switch under which it must be missed."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules

from conformance.capabilities import CAPABILITIES
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


PROBES: dict[str, Probe] = {}
"""All probes, by name, in their order."""


def probe(
    capability: str, *, control: str, variant: str = "", may_refuse: bool = False
) -> Callable[[Callable[[Desk], None]], Callable[[Desk], None]]:
    """Register a function as a probe. Its name says what holds; the data has been put back when it begins."""
    if capability not in CAPABILITIES:
        raise ValueError(f"there is no capability {capability}")

    def register(ask: Callable[[Desk], None]) -> Callable[[Desk], None]:
        name = ask.__name__
        if name in PROBES:
            raise ValueError(f"two probes are named {name}")
        PROBES[name] = Probe(capability, name, ask, control, variant, may_refuse)
        return ask

    return register


def all_probes() -> dict[str, Probe]:
    """The probes of every module in `conformance.probes`, by name."""
    package = import_module("conformance.probes")
    for module in iter_modules(package.__path__, "conformance.probes."):
        import_module(module.name)
    return PROBES
