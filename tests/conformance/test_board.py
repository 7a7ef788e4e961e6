"""The board as a test: what this run finds is what was recorded, and the board itself can be trusted."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from conformance import __main__ as command
from conformance import results
from conformance.board import Outcome, run, run_all
from conformance.capabilities import CAPABILITIES, EVERYWHERE, GROUPS
from conformance.careless import is_of_the_board
from conformance.desk import Desk
from conformance.expect import Mismatch, expect
from conformance.hosts import Host, HostRefused, read_host
from conformance.probing import Probe, all_probes
from conformance.processes import running

HERE = Path(__file__).parent
DESCRIPTION = (HERE / "fixture.md").read_text(encoding="utf-8")
HOSTS = command.own_hosts()
PROBES = all_probes()


@pytest.fixture(scope="session")
def fastapi() -> Host:
    return next(host for host in HOSTS if host.id == "fastapi")


@pytest.fixture(scope="session")
def runs() -> list[tuple[Host, list[Outcome]]]:
    return run_all(HOSTS)


def test_no_probe_is_green_on_a_host_that_is_broken(runs: list[tuple[Host, list[Outcome]]]) -> None:
    weak = [f"{host.id}: {it.probe.name}: {it.weakness}" for host, outcomes in runs for it in outcomes if it.weakness]
    assert weak == []


def test_every_row_that_was_recorded_is_green() -> None:
    recorded = results.read(command.RESULTS)
    assert recorded
    for host in recorded.values():
        assert (host["name"], host["not_green"]) == (host["name"], [])
        assert set(host["capabilities"].values()) <= {"yes", "not applicable"}


def test_what_is_found_is_what_was_recorded(runs: list[tuple[Host, list[Outcome]]]) -> None:
    failures = {
        f"{host.id}: {outcome.probe.name}": outcome.failure
        for host, outcomes in runs
        for outcome in outcomes
        if outcome.failure
    }
    found, recorded = results.results_of(runs), results.read(command.RESULTS)
    assert found == recorded, f"mend what is new in {failures}, or record what is better with `make parity-table`"


def test_the_table_in_the_readme_is_the_recorded_one() -> None:
    assert command.main(["--table", "--check"]) == 0


def test_every_capability_has_a_probe_and_every_probe_a_capability() -> None:
    assert {probe.capability for probe in PROBES.values()} == set(CAPABILITIES)


def test_the_fifteen_rows_are_there() -> None:
    assert len([row for group in rows()[:3] for row in group]) == 15


def rows() -> list[list[str]]:
    return [[capability.id for capability in group.capabilities] for group in GROUPS]


def test_the_description_has_the_switches_that_probes_are_controlled_by() -> None:
    by_hosts, by_the_board = (
        set(re.findall(r"^\| `([a-z-]+)` \|", part.partition("\n## ")[0], re.MULTILINE))
        for part in DESCRIPTION.partition("## Switches\n")[2].split("## What the board breaks itself\n")
    )
    controls = {probe.control for probe in PROBES.values()}
    assert by_the_board == {control for control in controls if is_of_the_board(control)}
    assert by_hosts == controls - by_the_board


def test_every_probe_that_applies_was_asked(runs: list[tuple[Host, list[Outcome]]]) -> None:
    for host, outcomes in runs:
        wanted = [
            probe.name
            for probe in PROBES.values()
            if host.transport in CAPABILITIES[probe.capability].over and host.transport in probe.over
        ]
        assert [outcome.probe.name for outcome in outcomes] == wanted


def test_no_own_host_is_described_by_anything_but_its_declaration() -> None:
    sources = [file.read_text(encoding="utf-8") for file in (HERE / "conformance").rglob("*.py")]
    assert not [text for text in sources if re.search("fastapi|starlette|uvicorn|import mizan", text, re.IGNORECASE)]


def nothing(_desk: Desk) -> None:
    """A probe that asks for nothing."""


def a_probe(ask: Callable[[Desk], None], control: str) -> Probe:
    return Probe("call-dispatch", ask.__name__, ask, control, "", may_refuse=False, over=EVERYWHERE)


@pytest.mark.parametrize("control", ["call-dispatch", "ir-export"])
def test_a_probe_that_asks_for_nothing_is_weak(fastapi: Host, control: str) -> None:
    """Whether the board breaks the host, or the host itself."""
    [outcome] = run(fastapi, [a_probe(nothing, control)])
    assert outcome.weakness == f"it is green with {control} broken"
    assert not outcome.is_green


@pytest.mark.parametrize("control", ["batch", "ir-export"])
def test_a_control_that_is_a_mistake_of_the_probe_does_not_count(fastapi: Host, control: str) -> None:
    def fails_without_a_finding(desk: Desk) -> None:
        if desk.control:
            raise KeyError("a")

    [outcome] = run(fastapi, [a_probe(fails_without_a_finding, control)])
    assert outcome.weakness is not None
    assert "no finding" in outcome.weakness


def test_every_probe_of_ipc_can_be_asked_through_a_pipe() -> None:
    """By a host that needs no more than Python: it asks the desk of another in its process."""
    outcomes = run(read_host(HERE / "piped/host.toml"), controls=False)
    assert [(outcome.probe.name, outcome.failure) for outcome in outcomes if not outcome.is_green] == []
    wanted = {capability.id for capability in CAPABILITIES.values() if "ipc" in capability.over}
    assert {outcome.probe.capability for outcome in outcomes} == wanted


def test_what_is_green_of_django_under_one_gateway_is_under_the_other() -> None:
    """Its column is that of WSGI."""
    outcomes = run(read_host(HERE / "hosts/django/asgi.toml"), controls=False)
    assert [(outcome.probe.name, outcome.failure) for outcome in outcomes if not outcome.is_green] == []
    assert len(outcomes) == len(PROBES)


def test_what_is_green_of_axum_in_a_router_is_in_front_of_one() -> None:
    """Its column is that of a router."""
    outcomes = run(read_host(HERE / "hosts/axum/layer.toml"), controls=False)
    assert [(outcome.probe.name, outcome.failure) for outcome in outcomes if not outcome.is_green] == []
    assert len(outcomes) == len(PROBES)


@pytest.mark.parametrize(
    "declared",
    [
        'serve = ["{python}", "-c", "raise SystemExit(\'no\')"]\ntransport = "http"',
        'serve = ["{python}", "-c", "raise SystemExit(\'no\')"]\ntransport = "ipc"',
    ],
)
def test_a_host_that_does_not_start_is_red(tmp_path: Path, declared: str) -> None:
    file = tmp_path / "host.toml"
    file.write_text(f'name = "None"\n{declared}\n')
    host = read_host(file)
    [outcome] = run(host, [a_probe(nothing, "call-dispatch")])
    assert outcome.failure is not None
    with pytest.raises(HostRefused, match="no"), running(host):
        pass


def test_a_host_that_does_not_build_is_red(tmp_path: Path) -> None:
    file = tmp_path / "host.toml"
    build = 'build = ["sh", "-c", "echo broken >&2; exit 3"]'
    file.write_text(f'name = "None"\ntransport = "http"\nserve = ["true"]\n{build}\n')
    probe = replace(a_probe(nothing, "call-dispatch"), may_refuse=True)
    [outcome] = run(read_host(file), [probe])
    assert outcome.failure is not None
    assert "its build failed:\nbroken" in outcome.failure


def test_a_column_that_was_not_run_stays_as_it_was(fastapi: Host) -> None:
    recorded = results.read(command.RESULTS)
    other = results.results_of([(replace(fastapi, id="a", name="A"), [])])
    merged = results.merged(recorded, other, ["fastapi", "a"])
    assert list(merged) == ["a", "fastapi"]
    assert merged["fastapi"] == recorded["fastapi"]
    assert "FastAPI" in results.table(merged)
    assert list(results.merged(recorded, other, ["a"])) == ["a"]


@pytest.mark.parametrize("arguments", [["--adapter", "cobol"], ["--probe", "nothing"], ["--write", "--only", "jwt"]])
def test_a_mistake_in_the_command_is_told(arguments: list[str]) -> None:
    assert command.main(arguments) == 2


def test_a_host_of_another_transport_is_not_asked_about_http(fastapi: Host) -> None:
    states = results.results_of([(replace(fastapi, id="pipe", transport="ipc"), [])])["pipe"]["capabilities"]
    http_alone = {name for name, state in states.items() if state == "not applicable"}
    fifteen = {name for group in rows()[:3] for name in group}
    assert http_alone & fifteen == {"invalidation-header", "edge-manifest", "psr", "session-csrf", "mwt"}


def test_a_table_of_other_results_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "README.md"
    text = command.README.read_text(encoding="utf-8")
    page.write_text(text.replace("| yes |", "| no |", 1), encoding="utf-8")
    monkeypatch.setattr(command, "README", page)
    assert command.main(["--table", "--check"]) == 1
    assert command.main(["--table"]) == 0
    assert page.read_text(encoding="utf-8") == text


def test_a_mismatch_shows_where_long_texts_part() -> None:
    with pytest.raises(Mismatch, match=r"…y+1.*\n.*…y+2"):
        expect("text", "y" * 5000 + "1", "y" * 5000 + "2")
