"""What a run found, as the file that is committed and as the table in README.md."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from conformance.board import Outcome
from conformance.capabilities import CAPABILITIES, GROUPS
from conformance.hosts import Host
from conformance.probing import PROBES

State = Literal["yes", "no", "not applicable"]
Results = dict[str, dict[str, object]]
"""Per host: its name, its transport, the state of each capability, and the probes that are not green."""

BEGIN = "<!-- board: written by `make parity-table` -->"
END = "<!-- end of board -->"
MARKS: Mapping[State, str] = {"yes": "yes", "no": "**not yet**", "not applicable": "–"}


def results_of(runs: Sequence[tuple[Host, Sequence[Outcome]]]) -> Results:
    """What was found, without anything that differs between two equal runs."""
    return {
        host.id: {
            "name": host.name,
            "transport": host.transport,
            "capabilities": {capability: _state(capability, host, outcomes) for capability in CAPABILITIES},
            "probes": len(outcomes),
            "not green": sorted(outcome.probe.name for outcome in outcomes if not outcome.is_green),
        }
        for host, outcomes in runs
    }


def _state(capability: str, host: Host, outcomes: Sequence[Outcome]) -> State:
    if host.transport not in CAPABILITIES[capability].over:
        return "not applicable"
    found = [outcome for outcome in outcomes if outcome.probe.capability == capability]
    return "yes" if found and all(outcome.is_green for outcome in found) else "no"


def write(results: Results, file: Path) -> None:
    """Write the results."""
    file.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


def read(file: Path) -> Results:
    """Read what `write` wrote."""
    found: Results = json.loads(file.read_text(encoding="utf-8"))
    return found


def table(results: Results) -> str:
    """The matrix, as Markdown."""
    names = [str(host["name"]) for host in results.values()]
    lines = [f"| capability | {' | '.join(names)} |", f"| --- |{' --- |' * len(names)}"]
    for group in GROUPS:
        lines.append(f"| **{group.title}** |{' |' * len(names)}")
        for capability in group.capabilities:
            states = [_states(host)[capability.id] for host in results.values()]
            lines.append(f"| {capability.title} | {' | '.join(MARKS[state] for state in states)} |")
    counts = ", ".join(f"{host['name']} {_count(host)}" for host in results.values())
    total = f"{len(PROBES)} probes; green, with their control red: {counts}."
    return "\n".join([*lines, "", total])


def _states(host: Mapping[str, object]) -> dict[str, State]:
    return host["capabilities"]  # type: ignore[return-value]


def _count(host: Mapping[str, object]) -> str:
    not_green: list[str] = host["not green"]  # type: ignore[assignment]
    asked = int(str(host["probes"]))
    return f"{asked - len(not_green)} of {asked}"


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
