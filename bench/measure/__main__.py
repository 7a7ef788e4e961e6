"""`python -m measure [--quick]`: the whole benchmark. `--quick` shows that it runs; it writes no page.

`--only fastapi`, `django`, `node`, `axum` or `tauri` measures that part alone and prints it, or writes it with
`--write`; each part of the page says when, of which commit and in how many rounds it was measured.
"""

import argparse
import sys

from measure import axum, columns, generation, hits, identity, in_process, node, page, purging, servers

PARTS = (page.FIRST, *columns.COLUMNS)
ROUNDS, REQUESTS = 9, 1500
CALLS = 10_000


def main() -> None:
    """Read the command line, and measure."""
    parser = argparse.ArgumentParser(prog="measure", description="The benchmark.")
    parser.add_argument("--quick", action="store_true", help="show that it runs, and write no page")
    parser.add_argument("--only", choices=PARTS, action="append", help="measure this part, and print it")
    parser.add_argument("--write", action="store_true", help="write what --only measured into the page")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"of every comparison ({ROUNDS})")
    parser.add_argument("--requests", type=int, help=f"of each round ({REQUESTS}, and of Axum's {axum.REQUESTS})")
    parser.add_argument("--warm", type=float, default=node.WARM, help="seconds before each of Node's samples (2)")
    given = parser.parse_args()
    if given.quick:
        given.rounds, given.requests, given.warm = 2, 160, 0.2
    for part in given.only or PARTS:
        _say(part)
        requests = given.requests or (axum.REQUESTS if part == "axum" else REQUESTS)
        text = _part(part, given.rounds, requests, given.warm, quick=given.quick)
        if given.quick:
            continue
        if given.only and not given.write:
            print(text)
        else:
            page.write(part, text)
            _say(f"written: {part} of {page.PAGE}")


def _part(part: str, rounds: int, requests: int, warm: float, *, quick: bool) -> str:
    calls = 200 if quick else CALLS
    if part != page.FIRST:
        found = columns.measure([part], rounds, requests, calls, warm)
        return page.column(found, rounds, requests)
    results = page.Results(rounds, requests)
    _say("servers")
    results.http = servers.measure(rounds, requests)
    results.reply_bytes = servers.reply_bytes()
    _say("hits")
    results.hits = hits.measure(rounds, requests)
    _say("purges")
    results.purges = purging.measure(rounds, 2 if quick else 50)
    _say("in one process")
    results.in_process = in_process.measure(rounds, calls) | identity.measure(rounds, calls)
    _say("what is generated from")
    generation.prepare()
    _say("generators")
    results.generators = generation.generators(1 if quick else 5)
    results.output_sizes = generation.output_sizes()
    _say("tsc")
    results.type_checks = generation.type_checks(1 if quick else 5)
    results.client_bytes = generation.client_bytes()
    return page.first(results)


def _say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)


main()
