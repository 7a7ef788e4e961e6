"""What a run found, as the file that is committed and as the table in README.md."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, TypedDict, cast

from conformance.board import Outcome
from conformance.capabilities import CAPABILITIES, GROUPS
from conformance.hosts import Host

State = Literal["yes", "no", "not applicable"]


class HostResults(TypedDict):
    """What was found of one host."""

    name: str
    transport: str
    capabilities: dict[str, State]
    probes: int
    """How many apply."""
    not_green: list[str]


Results = dict[str, HostResults]
"""By the host's id."""

BEGIN = "<!-- board: written by `make parity-table` -->"
END = "<!-- end of board -->"
MARKS: Mapping[State, str] = {"yes": "yes", "no": "**not yet**", "not applicable": "—"}


def results_of(runs: Sequence[tuple[Host, Sequence[Outcome]]]) -> Results:
    """What was found, without anything that differs between two equal runs."""
    return {
        host.id: {
            "name": host.name,
            "transport": host.transport,
            "capabilities": {capability: _state(capability, host, outcomes) for capability in CAPABILITIES},
            "probes": len(outcomes),
            "not_green": sorted(outcome.probe.name for outcome in outcomes if not outcome.is_green),
        }
        for host, outcomes in runs
    }


def _state(capability: str, host: Host, outcomes: Sequence[Outcome]) -> State:
    if host.transport not in CAPABILITIES[capability].over:
        return "not applicable"
    found = [outcome for outcome in outcomes if outcome.probe.capability == capability]
    return "yes" if found and all(outcome.is_green for outcome in found) else "no"


def merged(old: Results, new: Results, declared: Sequence[str]) -> Results:
    """The columns of all declared hosts by id: as they were found now, or else as they were recorded."""
    found = {**old, **new}
    return {name: found[name] for name in sorted(declared) if name in found}


def write(results: Results, file: Path) -> None:
    """Write the results."""
    file.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


def read(file: Path) -> Results:
    """Read what `write` wrote."""
    return cast("Results", json.loads(file.read_text(encoding="utf-8")))


def table(results: Results) -> str:
    """The matrix, as Markdown."""
    hosts = results.values()
    lines = [f"| capability | {' | '.join(host['name'] for host in hosts)} |", f"| --- |{' --- |' * len(hosts)}"]
    for group in GROUPS:
        lines.append(f"| **{group.title}** |{' |' * len(hosts)}")
        for capability in group.capabilities:
            marks = [MARKS[host["capabilities"][capability.id]] for host in hosts]
            lines.append(f"| {capability.title} | {' | '.join(marks)} |")
    counts = [f"{host['name']} {host['probes'] - len(host['not_green'])} of {host['probes']}" for host in hosts]
    return "\n".join([*lines, "", f"Probes that are green, with their control red: {', '.join(counts)}."])


def with_table(page: str, results: Results) -> str:
    """A page with the matrix between its markers.

    Raises:
        ValueError: The page has no markers.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page lacks the lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{table(results)}\n\n{END}{after}"
