"""`python -m measure [--quick]`: the whole benchmark. `--quick` shows that it runs; it writes no page."""

import sys

from measure import generation, hits, identity, in_process, page, purging, servers


def main() -> None:
    """Measure everything, one after the other; what is compared takes turns."""
    quick = "--quick" in sys.argv[1:]
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
