"""`python -m conformance`: run the board, write its results, and the table made from them.

Exit status: 0 where every probe is green and every control red, else 1; 2 for a mistake in the command. `--write`
records what is not green, and fails only for a control that is not red.
"""

import argparse
import sys
import time
from pathlib import Path

from conformance import results
from conformance.board import Outcome, run
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
    chosen = [
        probe
        for probe in all_probes().values()
        if (not options.only or probe.capability in options.only) and (not options.probe or probe.name in options.probe)
    ]
    runs: list[tuple[Host, list[Outcome]]] = []
    for host in hosts:
        start = time.monotonic()
        outcomes = run(host, chosen, controls=not options.no_controls)
        runs.append((host, outcomes))
        print(_report(host, outcomes, time.monotonic() - start, findings=options.findings))
    if options.write:
        if options.only or options.probe or options.no_controls or options.host:
            print("--write needs a whole run: every own host, every probe, every control", file=sys.stderr)
            return 2
        results.write(results.results_of(runs), RESULTS)
        return 1 if any(outcome.weakness for _, outcomes in runs for outcome in outcomes) else 0
    return 0 if all(outcome.is_green for _, outcomes in runs for outcome in outcomes) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="conformance", description="Probe hosts of the Mizan protocol.")
    parser.add_argument("host", nargs="*", help="host.toml of a host; the repository's own where none is named")
    parser.add_argument("--only", action="append", metavar="CAPABILITY", help="probes of this capability alone")
    parser.add_argument("--probe", action="append", metavar="NAME", help="this probe alone")
    parser.add_argument("--no-controls", action="store_true", help="do not start broken hosts")
    parser.add_argument("--findings", action="store_true", help="print what each probe found out about the broken host")
    parser.add_argument("--write", action="store_true", help="write results.json")
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


def _report(host: Host, outcomes: list[Outcome], seconds: float, *, findings: bool) -> str:
    lines = [f"{host.name}: {sum(o.is_green for o in outcomes)} of {len(outcomes)} probes green, {seconds:.0f} s"]
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
