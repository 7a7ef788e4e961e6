"""A run of the board: every probe against the host as it is, and against the host with that one thing broken.

A probe is worth what its control shows: one that the broken host passes too is *weak*, and fails the board.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass

from conformance.capabilities import CAPABILITIES
from conformance.desk import Desk
from conformance.expect import Mismatch
from conformance.hosts import Host, HostRefused, running
from conformance.probing import Probe, all_probes
from conformance.wire import NoReply

SIDE_BY_SIDE = 3
"""How many hosts run at once: a start is mostly imports, a probe mostly waiting."""


@dataclass(frozen=True)
class Outcome:
    """What became of one probe."""

    probe: Probe
    failure: str | None
    """Why the host as it is does not have it; none if it does."""
    weakness: str | None
    """Why the control does not count; none if the broken host was found out, or if there was nothing to control."""
    finding: str | None = None
    """What was found out about the broken host."""

    @property
    def is_green(self) -> bool:
        """Whether the host has it, and the probe is worth something."""
        return self.failure is None and self.weakness is None


def run(host: Host, probes: Iterable[Probe] | None = None, *, controls: bool = True) -> list[Outcome]:
    """Probe a host.

    Args:
        host: The host.
        probes: Which probes; all that apply to its transport where none are named.
        controls: Whether the broken hosts are asked too.
    """
    asked = [probe for probe in (all_probes().values() if probes is None else probes) if applies(probe, host)]
    failures = {probe.name: said.problem for probe, said in _ask_all(host, asked, as_is=True)}
    green = [probe for probe in asked if failures[probe.name] is None] if controls else []
    under_control = {probe.name: said for probe, said in _ask_all(host, green, as_is=False)}
    return [_outcome(probe, failures[probe.name], under_control.get(probe.name)) for probe in asked]


def _outcome(probe: Probe, failure: str | None, controlled: "_Said | None") -> Outcome:
    """A control counts where the probe itself met an answer that it did not want, from a host that lives."""
    if controlled is None:
        return Outcome(probe, failure, None)
    if controlled.problem is None:
        return Outcome(probe, failure, f"it is green with {probe.control} broken")
    if not controlled.is_mismatch:
        return Outcome(probe, failure, f"with {probe.control} broken it ends in no finding: {controlled.problem}")
    return Outcome(probe, failure, None, controlled.problem)


def applies(probe: Probe, host: Host) -> bool:
    """Whether a host of that transport can have it."""
    return host.transport in CAPABILITIES[probe.capability].over


@dataclass(frozen=True)
class _Said:
    """What a probe said of a process."""

    problem: str | None
    """What is wrong; none if nothing is."""
    is_mismatch: bool = False
    """Whether the process lived and answered, and the probe did not want that answer."""


def _ask_all(host: Host, probes: list[Probe], *, as_is: bool) -> list[tuple[Probe, _Said]]:
    """What each probe says. Those that ask the same process share it."""
    processes: dict[tuple[str, str], list[Probe]] = {}
    for probe in probes:
        processes.setdefault(("" if as_is else probe.control, probe.variant), []).append(probe)
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        started = [pool.submit(_ask, host, *process, asked) for process, asked in processes.items()]
        return [pair for future in started for pair in future.result()]


def _ask(host: Host, switch: str, variant: str, probes: list[Probe]) -> list[tuple[Probe, _Said]]:
    with ExitStack() as stack:
        try:
            desk = Desk(stack.enter_context(running(host, switch=switch, variant=variant)))
        except HostRefused as refused:
            said = f"the host did not start:\n{refused}"
            return [(probe, _Said(None if probe.may_refuse and not switch else said)) for probe in probes]
        return [(probe, _ask_one(probe, desk)) for probe in probes]


def _ask_one(probe: Probe, desk: Desk) -> _Said:
    try:
        desk.reset()
    except (Mismatch, NoReply) as problem:
        return _Said(f"nothing works: {problem}")
    try:
        probe.ask(desk)
    except Mismatch as problem:
        return _Said(str(problem), is_mismatch=True)
    except (NoReply, ValueError, LookupError, TypeError) as problem:
        # No reply, or one of another form than the probe can read at all.
        return _Said(repr(problem))
    return _Said(None)
