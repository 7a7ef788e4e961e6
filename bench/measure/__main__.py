"""`python -m measure [--quick]`: the whole benchmark. `--quick` shows that it runs; it writes no page.

`--only django`, `node`, `axum` or `tauri`, with `--rounds` and `--requests`, prints that part alone.
"""

import argparse
import os
import sys

from measure import columns, generation, hits, identity, in_process, node, page, purging, servers


def main() -> None:
    """Read the command line, and measure."""
    parser = argparse.ArgumentParser(prog="measure", description="The benchmark.")
    parser.add_argument("--quick", action="store_true", help="show that it runs, and write no page")
    parser.add_argument("--only", choices=columns.COLUMNS, action="append", help="measure this column, and print it")
    parser.add_argument("--rounds", type=int, default=3, help="of --only (3)")
    parser.add_argument("--requests", type=int, default=800, help="of --only, each turn (800)")
    parser.add_argument("--warm", type=float, default=node.WARM, help="seconds before each of Node's samples (2)")
    given = parser.parse_args()
    if given.only:
        found = columns.measure(given.only, given.rounds, given.requests, 10_000, given.warm)
        load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
        parts = [page.aims_table(columns.aims(found)), *columns.sections(found), f"The load was {load}."]
        print("\n\n".join(parts))
        return
    measure_all(quick=given.quick)


def measure_all(*, quick: bool) -> None:
    """Measure everything, one after the other; what is compared takes turns."""
    results = page.Results(rounds=2 if quick else 9, requests=160 if quick else 1500)
    _say("servers")
    results.http = servers.measure(results.rounds, results.requests)
    results.reply_bytes = servers.reply_bytes()
    _say("hits")
    results.hits = hits.measure(results.rounds, results.requests)
    _say("purges")
    results.purges = purging.measure(results.rounds, 2 if quick else 50)
    _say("in one process")
    calls = 200 if quick else 10_000
    results.in_process = in_process.measure(results.rounds, calls) | identity.measure(results.rounds, calls)
    _say("Django, Node, Axum, Tauri")
    warm = 0.2 if quick else node.WARM
    results.columns = columns.measure(columns.COLUMNS, results.rounds, results.requests, calls, warm)
    _say("what is generated from")
    generation.prepare()
    _say("generators")
    results.generators = generation.generators(1 if quick else 5)
    results.output_sizes = generation.output_sizes()
    _say("tsc")
    results.type_checks = generation.type_checks(1 if quick else 5)
    results.client_bytes = generation.client_bytes()
    if quick:
        return
    page.write(results)
    _say(f"written: {page.PAGE}")


def _say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)


main()
