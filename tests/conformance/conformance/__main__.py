"""`python -m conformance`: run the board, write its results, and the table made from them.

Exit status: 0 where every probe is green and every control red, else 1; 2 for a mistake in the command. `--write`
records what is not green, and fails only for a control that is not red.
"""

import argparse
import sys
import time
from pathlib import Path

from conformance import results
from conformance.board import Outcome, run_all
from conformance.desk import FIXTURE
from conformance.hosts import Host, read_host
from conformance.probing import all_probes

RESULTS = FIXTURE / "results.json"
README = FIXTURE.parent.parent / "README.md"


def own_hosts() -> list[Host]:
    """The hosts of this repository."""
    return [read_host(file) for file in sorted(FIXTURE.glob("hosts/*/host.toml"))]


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit status."""
    options = _parser().parse_args(arguments)
    if options.table:
        return _table(check=options.check)
    hosts = [read_host(Path(file)) for file in options.host] or own_hosts()
    if unknown := set(options.adapter) - {host.id for host in hosts}:
        print(f"no such adapter: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    hosts = [host for host in hosts if not options.adapter or host.id in options.adapter]
    if unknown := set(options.probe) - all_probes().keys():
        print(f"no such probe: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    if options.write and (options.only or options.probe or options.no_controls or options.host):
        print("--write needs a whole run of own hosts: every probe, every control", file=sys.stderr)
        return 2
    chosen = [
        probe
        for probe in all_probes().values()
        if (not options.only or probe.capability in options.only) and (not options.probe or probe.name in options.probe)
    ]
    start = time.monotonic()
    runs = run_all(hosts, chosen, controls=not options.no_controls)
    for host, outcomes in runs:
        print(_report(host, outcomes, findings=options.findings))
    print(f"{time.monotonic() - start:.0f} s")
    if options.write:
        declared = [host.id for host in own_hosts()]
        results.write(results.merged(results.read(RESULTS), results.results_of(runs), declared), RESULTS)
        return 1 if any(outcome.weakness for _, outcomes in runs for outcome in outcomes) else 0
    return 0 if all(outcome.is_green for _, outcomes in runs for outcome in outcomes) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="conformance", description="Probe hosts of the Mizan protocol.")
    parser.add_argument("host", nargs="*", help="host.toml of a host; the repository's own where none is named")
    parser.add_argument("--adapter", action="append", default=[], metavar="ID", help="this host alone, by its folder")
    parser.add_argument("--only", action="append", metavar="CAPABILITY", help="probes of this capability alone")
    parser.add_argument("--probe", action="append", default=[], metavar="NAME", help="this probe alone")
    parser.add_argument("--no-controls", action="store_true", help="do not start broken hosts")
    parser.add_argument("--findings", action="store_true", help="print what each probe found out about the broken host")
    parser.add_argument("--write", action="store_true", help="record the columns that were run in results.json")
    parser.add_argument("--table", action="store_true", help="write the table of README.md from results.json")
    parser.add_argument("--check", action="store_true", help="with --table: compare, and write nothing")
    return parser


def _table(*, check: bool) -> int:
    page = README.read_text(encoding="utf-8")
    wanted = results.with_table(page, results.read(RESULTS))
    if page == wanted:
        return 0
    if check:
        print("README.md differs from the board: run `make parity-table`", file=sys.stderr)
        return 1
    README.write_text(wanted, encoding="utf-8")
    return 0


def _report(host: Host, outcomes: list[Outcome], *, findings: bool) -> str:
    lines = [f"{host.name}: {sum(o.is_green for o in outcomes)} of {len(outcomes)} probes green"]
    said: dict[str, list[str]] = {}
    for outcome in outcomes:
        problem = outcome.failure or (outcome.weakness and f"WEAK: {outcome.weakness}")
        if problem is None and findings:
            problem = f"[{outcome.probe.control}] {outcome.finding}"
        if problem is not None:
            said.setdefault(problem, []).append(f"  {outcome.probe.capability}: {outcome.probe.name}")
    for problem, names in said.items():
        text = problem.strip().replace("\n", "\n      ")
        # What is wrong with all of them, such as a host that does not start, is told once.
        lines.extend([*names[:10], *([f"  and {len(names) - 10} others"] if len(names) > 10 else []), f"      {text}"])
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
