"""Writes the measured parts of docs/benchmarks.md, each between its markers; the prose around them stays."""

import os
import platform
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from measure import columns, hits, identity, in_process, purging, servers
from measure.sampling import Spread
from measure.servers import BARE, FLOOR, MIZAN, MIZAN_INSIDE, Cost

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
FIRST = "fastapi"
"""The part that is about FastAPI, and about all that is the same on every host."""
PYTHON_PACKAGES = (
    *("fastapi", "starlette", "litestar", "pydantic", "msgspec", "uvicorn", "uvloop", "httptools"),
    *("aiocache", "fastapi-cache2", "redis", "hiredis", "pyjwt"),
    *("django", "django-ninja", "djangorestframework", "granian", "gunicorn"),
)

Timings = dict[str, tuple[Spread, Spread]]


class Results:
    """Everything that one run measured."""

    def __init__(self, rounds: int, requests: int) -> None:
        self.rounds = rounds
        self.requests = requests
        self.http: dict[str, dict[str, Cost]] = {}
        self.reply_bytes: dict[str, int] = {}
        self.hits: dict[str, hits.Cost] = {}
        self.purges: dict[str, dict[int, purging.Purge]] = {}
        self.in_process: dict[str, dict[str, Spread]] = {}
        self.generators: Timings = {}
        self.type_checks: Timings = {}
        self.client_bytes: dict[str, int] = {}
        self.output_sizes: dict[str, int] = {}


def write(part: str, text: str) -> None:
    """Replace what stands between the markers of that part.

    Raises:
        ValueError: the page has no such markers
    """
    begin, end = f"<!-- measured, {part}: begin -->", f"<!-- measured, {part}: end -->"
    before, rest = PAGE.read_text().split(begin)
    _, after = rest.split(end)
    PAGE.write_text(f"{before}{begin}\n{text}\n{end}{after}")


def column(found: columns.Columns, rounds: int, requests: int) -> str:
    """The part of one host: when it was measured, its aims, and its tables."""
    return "\n\n".join([_when(rounds, requests), aims_table(columns.aims(found)), *columns.sections(found)])


def first(results: Results) -> str:
    """The part of FastAPI, and of what is the same on every host."""
    sections = [_machine(), _when(results.rounds, results.requests), "## The aims", _aims(results)]
    for workload in servers.WORKLOADS:
        sections += [f"## Over HTTP: the {workload}, {results.reply_bytes[workload]:,} bytes", _http(results, workload)]
    sections += [
        "## Over HTTP: the bundle, kept",
        _hits(results.hits),
        "## One purge on Redis",
        _purges(results.purges),
    ]
    for subject, title in (
        ("rename", "## In one process: the rename"),
        ("profile", "## In one process: the profile"),
        ("names", "## In one process: the name of a cache entry"),
        ("mint", "## In one process: minting a token"),
        ("verify", "## In one process: verifying a token"),
        ("floors", "## Floors"),
    ):
        sections += [title, _in_process(results.in_process[subject])]
    sections += ["## Generating and type-checking", _timings({**results.generators, **results.type_checks})]
    sizes = results.output_sizes
    sections.append(
        f"For the 1,000 functions `mizan generate` wrote {sizes['mizan']:,} bytes, callable functions among them, and "
        f"openapi-typescript {sizes['openapi-typescript']:,} bytes, types alone."
    )
    sections += ["## Bytes in the page", _bytes(results.client_bytes)]
    return "\n\n".join(sections)


def _machine() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in PYTHON_PACKAGES)
    tools = ", ".join(
        _output(command)
        for command in (
            ["rustc", "--version"],
            ["node", "--version"],
            [str(ROOT / "node_modules/.bin/tsc"), "--version"],
            [str(ROOT / "bench/node_modules/.bin/openapi-typescript"), "--version"],
            ["redis-server", "--version"],
            ["nginx", "-v"],
            ["varnishd", "-V"],
        )
    )
    return (
        f"{os.cpu_count()} cores ({_processor()}), {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}; {packages}; {tools}."
    )


def _when(rounds: int, requests: int) -> str:
    one, five, fifteen = os.getloadavg()
    return (
        f"Measured {datetime.now(UTC):%Y-%m-%d} at commit {_output(['git', 'rev-parse', '--short', 'HEAD'])}: "
        f"{rounds} rounds of {requests:,} requests; medians, with the least and the greatest round in brackets. "
        f"The load of the machine was {one:.1f}, {five:.1f}, {fifteen:.1f} over the last 1, 5 and 15 minutes when it "
        "ended, this run's own included."
    )


def _aims(results: Results) -> str:
    rename, bundle = (results.http[name] for name in servers.WORKLOADS)
    generators = {name: spread[1] for name, spread in results.generators.items()}
    thousand, _, ten_thousand = generators.values()
    generated, by_hand = (cpu for cpu, _ in results.type_checks.values())
    sizes = results.client_bytes
    direct = in_process.DIRECT_DATACLASS
    rows: list[columns.Aim] = [
        ("the call, CPU of the server ÷ Starlette by hand", rename[MIZAN].cpu.over(rename[BARE].cpu), 0.75, "", 2),
        ("the same with the app served, not Mizan", rename[MIZAN_INSIDE].cpu.over(rename[BARE].cpu), 0.75, "", 2),
        ("the bundle, CPU of the server ÷ Starlette by hand", bundle[MIZAN].cpu.over(bundle[BARE].cpu), 0.60, "", 2),
        ("the same with the app served, not Mizan", bundle[MIZAN_INSIDE].cpu.over(bundle[BARE].cpu), 0.60, "", 2),
        ("the rename in process: validate, call, dump", results.in_process["rename"][direct], 0.6, " µs", 2),
        ("the profile in process: validate, call, dump", results.in_process["profile"][direct], 3.0, " µs", 2),
        *_cache_aims(results),
        ("the name of a cache entry, from Python", results.in_process["names"][identity.NAME], 0.6, " µs", 2),
        ("minting an identity token, from Python", results.in_process["mint"][identity.MINT], 1.0, " µs", 2),
        ("verifying an identity token, from Python", results.in_process["verify"][identity.VERIFY], 1.5, " µs", 2),
        ("`mizan generate`, 1,000 functions, wall", thousand, 0.1, " s", 3),
        ("`mizan generate`, 10,000 functions, wall", ten_thousand, 0.6, " s", 3),
        ("`tsc` on 1,000 generated ÷ by hand, CPU", generated.over(by_hand), 1.2, "", 2),
        ("an app using 5 of 1,000 functions, gzip", Spread((sizes["plain"],)), 2048, " bytes", 0),
        ("the same in React, beyond TanStack Query", Spread((sizes["react_mutations"],)), 2560, " bytes", 0),
        ("the same with a bundle read as well", Spread((sizes["react_with_reads"],)), 2560, " bytes", 0),
    ]
    return aims_table(rows)


def aims_table(rows: Sequence[columns.Aim]) -> str:
    """Each aim, what was measured, and whether it is met."""
    lines = ["| aim | at most | measured | met |", "| --- | ---: | ---: | --- |"]
    for name, spread, limit, unit, digits in rows:
        met = (
            "yes"
            if spread.median <= limit
            else "no"
            if limit == 0
            else f"no, {spread.median / limit:.2f} times the aim"
        )
        shown = f"{spread.median:,.{digits}f}" if len(spread.rounds) == 1 else spread.text(digits)
        lines.append(f"| {name} | {limit:,}{unit} | {shown}{unit} | {met} |")
    return "\n".join(lines)


def _http(results: Results, workload: str) -> str:
    costs = results.http[workload]
    lines = [
        "| application | CPU µs a request | ÷ Starlette by hand | requests a second |",
        "| --- | ---: | ---: | ---: |",
    ]
    for name, cost in costs.items():
        ratio = cost.cpu.over(costs[BARE].cpu).text(2)
        lines.append(f"| {name} | {cost.cpu.text(1)} | {ratio} | {cost.rate.text(0)} |")
    typed = costs["FastAPI, typed routes"].cpu.over(costs[MIZAN].cpu).text(2)
    alone = costs[FLOOR].cpu
    own, bare = (
        tuple(a - b for a, b in zip(costs[name].cpu.rounds, alone.rounds, strict=True)) for name in (MIZAN, BARE)
    )
    beyond = Spread(own).over(Spread(bare)).text(2)
    lines.append("")
    lines.append(
        f"FastAPI's typed routes take {typed} times Mizan's CPU. What uvicorn takes by itself is in every row; "
        f"beyond it, Mizan takes {beyond} times what Starlette by hand takes."
    )
    return "\n".join(lines)


def _cache_aims(results: Results) -> list[tuple[str, Spread, float, str, int]]:
    kept = {name: cost.cpu for name, cost in results.hits.items()}
    memory, shared = kept[hits.MEMORY_HIT], kept[hits.REDIS_HIT]
    few, _, many = (purge.store for purge in results.purges[purging.BROAD].values())
    return [
        ("a hit in memory, CPU of the server: this", memory, 30, " µs", 1),
        ("or this: ÷ Starlette by hand", memory.over(kept[hits.BARE]), 0.65, "", 2),
        ("a hit in memory ÷ its own miss", memory.over(kept[hits.MEMORY_MISS]), 1.0, "", 2),
        ("a hit in memory ÷ Mizan without a cache", memory.over(kept[hits.UNCACHED]), 1.0, "", 2),
        ("a hit on Redis ÷ aiocache's on FastAPI", shared.over(kept[hits.AIOCACHE_REDIS]), 0.5, "", 2),
        ("a hit on Redis ÷ aiocache's by hand", shared.over(kept[hits.BY_HAND_REDIS]), 0.5, "", 2),
        ("a hit on Redis ÷ its own miss", shared.over(kept[hits.REDIS_MISS]), 1.0, "", 2),
        ("a purge among 1,000,000 entries ÷ among 10, CPU of the Redis", many.over(few), 1.2, "", 2),
    ]


def _hits(costs: dict[str, hits.Cost]) -> str:
    bare = costs[hits.BARE].cpu
    lines = [
        "| what answers | CPU µs a request | ÷ Starlette by hand | CPU µs of Redis | requests a second |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name, cost in costs.items():
        store = "" if cost.store is None else cost.store.text(1)
        lines.append(f"| {name} | {cost.cpu.text(1)} | {cost.cpu.over(bare).text(2)} | {store} | {cost.rate.text(0)} |")
    return "\n".join(lines)


def _purges(purges: dict[str, dict[int, purging.Purge]]) -> str:
    lines = [
        "| what is purged | entries kept | CPU µs of Redis | µs of its commands | µs until the reply |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {name} | {size:,} | {purge.store.text(0)} | {purge.commands.text(0)} | {purge.wall.text(0)} |"
        for name, group in purges.items()
        for size, purge in group.items()
    ]
    return "\n".join(lines)


def _in_process(group: dict[str, Spread]) -> str:
    lines = ["| | CPU µs |", "| --- | ---: |"]
    lines += [f"| {name} | {spread.text(2)} |" for name, spread in group.items()]
    return "\n".join(lines)


def _timings(timings: Timings) -> str:
    lines = ["| whole process | CPU s | wall s |", "| --- | ---: | ---: |"]
    lines += [f"| {name} | {cpu.text(3)} | {wall.text(3)} |" for name, (cpu, wall) in timings.items()]
    return "\n".join(lines)


def _bytes(sizes: dict[str, int]) -> str:
    names = {
        "plain": "plain: five calls",
        "query": "TanStack Query by itself (React not counted)",
        "react_mutations": "React: five mutation hooks, beyond TanStack Query",
        "react_with_reads": "React: those, a bundle, a slot and a provider, beyond TanStack Query",
    }
    lines = ["| app, minified and gzipped | bytes |", "| --- | ---: |"]
    lines += [f"| {names[key]} | {size:,} |" for key, size in sizes.items()]
    return "\n".join(lines)


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def _output(command: Sequence[str]) -> str:
    done = subprocess.run(command, cwd=ROOT, check=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.stdout.partition("\n")[0].strip()
