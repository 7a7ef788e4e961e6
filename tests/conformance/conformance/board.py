"""A run of the board: every probe against the host as it is, and against the host with that one thing broken.

A probe is worth what its control shows: one that the broken host passes too is *weak*, and fails the board.
"""

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass

from conformance.capabilities import CAPABILITIES
from conformance.careless import behind, is_of_the_board
from conformance.desk import Desk
from conformance.expect import Mismatch
from conformance.hosts import Host, HostRefused
from conformance.message import NoReply
from conformance.probing import Probe, all_probes
from conformance.processes import running

SIDE_BY_SIDE = (os.cpu_count() or 1) + 1
"""How many processes of hosts there are at once, of all hosts: a start is mostly imports, a probe mostly waiting."""


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
    """Probe one host; see `run_all`."""
    [(_, outcomes)] = run_all([host], probes, controls=controls)
    return outcomes


def run_all(
    hosts: Sequence[Host], probes: Iterable[Probe] | None = None, *, controls: bool = True
) -> list[tuple[Host, list[Outcome]]]:
    """Probe hosts, several processes at once.

    Args:
        hosts: The hosts.
        probes: Which probes; all that apply to a host's transport where none are named.
        controls: Whether they are asked about broken hosts too.
    """
    chosen = list(all_probes().values() if probes is None else probes)
    asked = {host.id: [probe for probe in chosen if applies(probe, host)] for host in hosts}
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        # One after the other: builds share what they build, and take every core that there is.
        unbuilt = {host.id: _unbuilt(host) for host in hosts}
        sound = {
            host.id: _started(pool, host, asked[host.id], unbuilt[host.id], controls=controls, broken=False)
            for host in hosts
        }
        said = {name: dict(_pairs(futures)) for name, futures in sound.items()}
        # A probe that the host as it is fails has nothing to control.
        owed = {
            host.id: [
                probe
                for probe in asked[host.id]
                if controls and said[host.id][probe.name][0].problem is None and not is_of_the_board(probe.control)
            ]
            for host in hosts
        }
        broken = {host.id: _started(pool, host, owed[host.id], None, controls=False, broken=True) for host in hosts}
        controlled = {name: dict(_pairs(futures)) for name, futures in broken.items()}
    found: list[tuple[Host, list[Outcome]]] = []
    for host in hosts:
        outcomes: list[Outcome] = []
        for probe in asked[host.id]:
            as_is, by_the_board = said[host.id][probe.name]
            by_the_host = controlled[host.id].get(probe.name, (None, None))[0]
            outcomes.append(_outcome(probe, as_is.problem, by_the_host or by_the_board))
        found.append((host, outcomes))
    return found


def _unbuilt(host: Host) -> str | None:
    """Why its build failed; none if it did not."""
    try:
        host.make()
    except HostRefused as refused:
        return str(refused)
    return None


def _outcome(probe: Probe, failure: str | None, controlled: "_Said | None") -> Outcome:
    """A control counts where the probe itself met an answer that it did not want, from a host that lives."""
    if failure is not None or controlled is None:
        return Outcome(probe, failure, None)
    if controlled.problem is None:
        return Outcome(probe, failure, f"it is green with {probe.control} broken")
    if not controlled.is_mismatch:
        return Outcome(probe, failure, f"with {probe.control} broken it ends in no finding: {controlled.problem}")
    return Outcome(probe, failure, None, controlled.problem)


def applies(probe: Probe, host: Host) -> bool:
    """Whether a host of that transport can have it."""
    return host.transport in CAPABILITIES[probe.capability].over and host.transport in probe.over


@dataclass(frozen=True)
class _Said:
    """What a probe said of a process."""

    problem: str | None
    """What is wrong; none if nothing is."""
    is_mismatch: bool = False
    """Whether the process lived and answered, and the probe did not want that answer."""


_Told = tuple[_Said, _Said | None]
"""What was said of a process as it was started, and of the same process behind the probe's careless proxy."""


def _pairs(futures: list[Future[list[tuple[str, _Told]]]]) -> list[tuple[str, _Told]]:
    return [pair for future in futures for pair in future.result()]


def _started(
    pool: ThreadPoolExecutor,
    host: Host,
    probes: list[Probe],
    unbuilt: str | None,
    *,
    controls: bool,
    broken: bool,
) -> list[Future[list[tuple[str, _Told]]]]:
    """What each probe will say. Those that ask the same process share it."""
    processes: dict[tuple[str, str], list[Probe]] = {}
    for probe in probes:
        processes.setdefault((probe.control if broken else "", probe.variant), []).append(probe)
    return [
        pool.submit(_ask, host, switch, variant, asked, unbuilt, controls=controls)
        for (switch, variant), asked in processes.items()
    ]


def _ask(
    host: Host, switch: str, variant: str, probes: list[Probe], unbuilt: str | None, *, controls: bool
) -> list[tuple[str, _Told]]:
    with ExitStack() as stack:
        try:
            if unbuilt is not None:
                raise HostRefused(unbuilt)
            process = stack.enter_context(running(host, switch=switch, variant=variant))
        except HostRefused as refused:
            said = f"the host did not start:\n{refused}"
            is_fine = unbuilt is None and not switch
            return [(probe.name, (_Said(None if probe.may_refuse and is_fine else said), None)) for probe in probes]
        told: list[tuple[str, _Told]] = []
        for probe in probes:
            as_is = _ask_one(probe, Desk(process, control=switch))
            controlled: _Said | None = None
            if controls and as_is.problem is None and is_of_the_board(probe.control):
                proxied = behind(probe.control, process.link)
                controlled = _ask_one(probe, Desk(process, link=proxied, control=probe.control))
            told.append((probe.name, (as_is, controlled)))
        return told


def _ask_one(probe: Probe, desk: Desk) -> _Said:
    try:
        # Past the proxy: what is broken must not keep the data from being put back.
        Desk(desk.running).reset()
    except (Mismatch, NoReply) as problem:
        said = desk.logged()[-2000:].rstrip()
        return _Said(f"nothing works: {problem}" + (f"; the host said:\n{said}" if said else ""))
    try:
        probe.ask(desk)
    except Mismatch as problem:
        return _Said(str(problem), is_mismatch=True)
    except (NoReply, ValueError, LookupError, TypeError) as problem:
        # No reply, or one of another form than the probe can read at all.
        return _Said(repr(problem))
    return _Said(None)
