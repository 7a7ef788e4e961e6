"""The parts of the page, and the aims, of Django, Node, Axum and Tauri; each can be measured and shown by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from measure import axum, django, node, tauri, trips
from measure.sampling import Spread
from measure.turns import Cost

Workloads = Mapping[str, Mapping[str, Cost]]
Aim = tuple[str, Spread, float, str, int]
"""What it is, what it was, what it may be at most, its unit, and how many digits are shown."""
Column = Literal["django", "node", "axum", "tauri"]
COLUMNS: tuple[Column, ...] = ("django", "node", "axum", "tauri")

_TITLES = {
    "rename": "the rename",
    "bundle": "the bundle",
    "page": "the whole page, five reads in one request",
    "five": "the same five reads, one request each",
}


@dataclass
class Columns:
    """What was measured."""

    django: Workloads = field(default_factory=dict[str, dict[str, Cost]])
    trips: Mapping[str, int] = field(default_factory=dict[str, int])
    node: Workloads = field(default_factory=dict[str, dict[str, Cost]])
    node_in_process: Mapping[str, Mapping[str, Spread]] = field(default_factory=dict[str, dict[str, Spread]])
    axum: Workloads = field(default_factory=dict[str, dict[str, Cost]])
    tauri_trips: Mapping[str, Mapping[str, tauri.Trip]] = field(default_factory=dict[str, dict[str, tauri.Trip]])
    tauri_messages: Mapping[str, Mapping[str, Spread]] = field(default_factory=dict[str, dict[str, Spread]])


def measure(which: Sequence[str], rounds: int, requests: int, calls: int, warm: float) -> Columns:
    """Measure these of `COLUMNS`, one after the other; what is compared takes turns."""
    columns = Columns()
    if "django" in which:
        columns.django = django.measure(rounds, requests)
        columns.trips = trips.measure()
    if "node" in which:
        columns.node_in_process = node.in_process(rounds, calls)
        columns.node = node.measure(rounds, requests, warm)
    if "axum" in which:
        columns.axum = axum.measure(rounds, requests)
    if "tauri" in which:
        columns.tauri_messages = tauri.messages(rounds, calls)
        columns.tauri_trips = tauri.trips(rounds, requests)
    return columns


def aims(columns: Columns) -> list[Aim]:
    """The aims of what was measured."""
    return [*_django_aims(columns), *_node_aims(columns), *_axum_aims(columns), *_tauri_aims(columns)]


def sections(columns: Columns) -> list[str]:
    """Titles and tables of what was measured."""
    parts: list[str] = []
    for server in django.SERVERS if columns.django else ():
        plain, ninja = (django.name_of(kind, server) for kind in (django.PLAIN, django.NINJA))
        for workload, costs in columns.django.items():
            mine = {name: cost for name, cost in costs.items() if name.endswith(server)}
            table = _table(mine, {plain: "the plain view", ninja: "Ninja"})
            parts += [f"### Django on {server}: {_TITLES[workload]}", table]
    if columns.trips:
        lines = ["| one bundle, under ASGI | trips to a thread |", "| --- | ---: |"]
        parts += [
            "### Django: trips to a thread",
            "\n".join([*lines, *(f"| {k} | {v} |" for k, v in columns.trips.items())]),
        ]
    for workload, costs in columns.node.items():
        parts += [f"### Node: {_TITLES[workload]}", _table(costs, {node.BARE: "node:http by hand"})]
    for subject, group in columns.node_in_process.items():
        title = {"names": "the name of a cache entry", "mint": "minting a token", "verify": "verifying a token"}[
            subject
        ]
        lines = [
            "| | CPU µs |",
            "| --- | ---: |",
            *(f"| {name} | {spread.text(2)} |" for name, spread in group.items()),
        ]
        parts += [f"### Node, in one process: {title}", "\n".join(lines)]
    for workload, costs in columns.axum.items():
        parts += [f"### Axum: {_TITLES[workload]}", _table(costs, {axum.BARE: "axum by hand"})]
    for workload, trips_of in columns.tauri_trips.items():
        parts += [f"### Tauri, from a page: {_TITLES[workload]}", _trips_table(trips_of)]
    for workload, group in columns.tauri_messages.items():
        lines = ["| | CPU µs | ÷ by hand, async |", "| --- | ---: | ---: |"]
        lines += [f"| {name} | {cpu.text(1)} | {cpu.over(group[tauri.LATER]).text(2)} |" for name, cpu in group.items()]
        parts += [f"### Tauri, the message alone: {_TITLES[workload]}", "\n".join(lines)]
    return parts


def _trips_table(trips_of: Mapping[str, tauri.Trip]) -> str:
    base = trips_of[tauri.LATER]
    lines = [
        "| | CPU µs of the app | ÷ by hand, async | µs until the promise is fulfilled | ÷ by hand, async |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {name} | {trip.cpu.text(0)} | {trip.cpu.over(base.cpu).text(2)} | {trip.wall.text(0)} | "
        f"{trip.wall.over(base.wall).text(2)} |"
        for name, trip in trips_of.items()
    ]
    return "\n".join(lines)


def _table(costs: Mapping[str, Cost], bases: Mapping[str, str]) -> str:
    """The costs, and how often those of each base they are; a base comes with what its column calls it."""
    ratios = [f"÷ {its_name}" for its_name in bases.values()]
    lines = [
        f"| {' | '.join(['application', 'CPU µs', *ratios, 'a second'])} |",
        f"| --- {'| ---: ' * (2 + len(bases))}|",
    ]
    for name, cost in costs.items():
        times = [cost.cpu.over(costs[base].cpu).text(2) for base in bases]
        lines.append(f"| {' | '.join([name, cost.cpu.text(1), *times, cost.rate.text(0)])} |")
    return "\n".join(lines)


def _django_aims(columns: Columns) -> list[Aim]:
    found: list[Aim] = []
    for server in django.SERVERS if columns.django else ():
        for workload, words in (("rename", "call"), ("bundle", "bundle")):
            costs = columns.django[workload]
            plain, ninja, mizan = (
                costs[django.name_of(kind, server)].cpu for kind in (django.PLAIN, django.NINJA, django.MIZAN)
            )
            found.append((f"Django, {server}: the {words} ÷ the plain view", mizan.over(plain), 1.0, "", 2))
            # At least 1.4 times as fast is at most its reciprocal.
            found.append((f"Django, {server}: the {words} ÷ Ninja's", mizan.over(ninja), round(1 / 1.4, 2), "", 2))
        costs = columns.django["bundle"]
        hit, plain = (costs[django.name_of(kind, server)].cpu for kind in (django.HIT, django.PLAIN))
        found.append((f"Django, {server}: a hit in memory ÷ the plain view", hit.over(plain), 0.85, "", 2))
    if columns.trips:
        added = Spread((columns.trips[django.MIZAN] - columns.trips[django.PLAIN],))
        found.append(("Django, ASGI: trips to a thread beyond the plain view's", added, 0, "", 0))
    return found


def _node_aims(columns: Columns) -> list[Aim]:
    if not columns.node:
        return []
    cpu = {workload: {name: cost.cpu for name, cost in costs.items()} for workload, costs in columns.node.items()}
    found: list[Aim] = []
    for workload, words in (("rename", "call"), ("bundle", "bundle")):
        costs = cpu[workload]
        found.append((f"Node: the {words} ÷ node:http by hand", costs[node.MIZAN].over(costs[node.BARE]), 1.2, "", 2))
        found.append((f"Node: the {words} ÷ Fastify's", costs[node.MIZAN].over(costs[node.FASTIFY]), 1.0, "", 2))
    page, five = cpu["page"], cpu["five"]
    by_hand = "Node: a page of five reads ÷ a bundle by hand"
    found += [
        (f"{by_hand}, node:http", page[node.MIZAN].over(page[node.BARE]), 1.15, "", 2),
        (f"{by_hand}, Hono", page[node.MIZAN_FETCH].over(page[node.HONO]), 1.15, "", 2),
        ("Node: a page of five reads ÷ five requests to tRPC", page[node.MIZAN].over(five[node.TRPC]), 0.2, "", 2),
        ("Node: a page of five reads ÷ tRPC's batch link", page[node.MIZAN].over(five[node.BATCH]), 0.2, "", 2),
    ]
    alone = columns.node_in_process
    if alone:
        found += [
            ("Node: the name of a cache entry", alone["names"][node.NAME], 2.0, " µs", 2),
            ("Node: minting an identity token", alone["mint"][node.MINT], 1.7, " µs", 2),
            ("Node: verifying an identity token", alone["verify"][node.VERIFY], 1.7, " µs", 2),
        ]
    return found


def _axum_aims(columns: Columns) -> list[Aim]:
    if not columns.axum:
        return []
    cpu = {workload: {name: cost.cpu for name, cost in costs.items()} for workload, costs in columns.axum.items()}
    call, bundle = cpu["rename"], cpu["bundle"]
    return [
        ("Axum: the call ÷ axum by hand", call[axum.MIZAN].over(call[axum.BARE]), 1.15, "", 2),
        ("the same in a router", call[axum.ROUTED].over(call[axum.BARE]), 1.15, "", 2),
        ("Axum: the bundle ÷ axum by hand", bundle[axum.MIZAN].over(bundle[axum.BARE]), 1.15, "", 2),
        ("the same in a router", bundle[axum.ROUTED].over(bundle[axum.BARE]), 1.15, "", 2),
        ("Axum: a hit in memory ÷ a map by hand", bundle[axum.HIT].over(bundle[axum.MAP]), 1.25, "", 2),
        ("the same in a router", bundle[axum.ROUTED_HIT].over(bundle[axum.MAP]), 1.25, "", 2),
    ]


def _tauri_aims(columns: Columns) -> list[Aim]:
    found: list[Aim] = []
    for workload, words in (("rename", "call"), ("bundle", "bundle")) if columns.tauri_trips else ():
        by_hand, transport, mizan = (
            columns.tauri_trips[workload][name] for name in (tauri.LATER, tauri.TRANSPORT, tauri.MIZAN)
        )
        title = f"Tauri: the round trip of the {words} ÷ a command by hand"
        found += [
            (f"{title}, CPU", transport.cpu.over(by_hand.cpu), 1.15, "", 2),
            ("the same, in time", transport.wall.over(by_hand.wall), 1.15, "", 2),
            (f"{title}, by a generated client, CPU", mizan.cpu.over(by_hand.cpu), 1.15, "", 2),
            ("the same, in time", mizan.wall.over(by_hand.wall), 1.15, "", 2),
        ]
    return found
