"""The board as a test: what this run finds is what was recorded, and the board itself can be trusted."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from conformance import __main__ as command
from conformance import results
from conformance.board import Outcome, run
from conformance.capabilities import CAPABILITIES, GROUPS
from conformance.desk import Desk
from conformance.expect import Mismatch, expect
from conformance.hosts import Host, HostRefused, read_host, running
from conformance.probing import Probe, all_probes

HERE = Path(__file__).parent
DESCRIPTION = (HERE / "fixture.md").read_text(encoding="utf-8")
HOSTS = command.own_hosts()
PROBES = all_probes()


@pytest.fixture(scope="session")
def fastapi() -> Host:
    return next(host for host in HOSTS if host.id == "fastapi")


@pytest.fixture(scope="session")
def runs() -> list[tuple[Host, list[Outcome]]]:
    return [(host, run(host)) for host in HOSTS]


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
    described = set(re.findall(r"^\| `([a-z-]+)` \|", DESCRIPTION.partition("## Switches")[2], re.MULTILINE))
    assert described == {probe.control for probe in PROBES.values()}


def test_every_probe_that_applies_was_asked(runs: list[tuple[Host, list[Outcome]]]) -> None:
    for host, outcomes in runs:
        wanted = [probe.name for probe in PROBES.values() if host.transport in CAPABILITIES[probe.capability].over]
        assert [outcome.probe.name for outcome in outcomes] == wanted


def test_no_own_host_is_described_by_anything_but_its_declaration() -> None:
    sources = [file.read_text(encoding="utf-8") for file in (HERE / "conformance").rglob("*.py")]
    assert not [text for text in sources if re.search("fastapi|starlette|uvicorn|import mizan", text, re.IGNORECASE)]


def nothing(_desk: Desk) -> None:
    """A probe that asks for nothing."""


def test_a_probe_that_asks_for_nothing_is_weak(fastapi: Host) -> None:
    [outcome] = run(fastapi, [Probe("call-dispatch", "nothing", nothing, "call-dispatch", "", may_refuse=False)])
    assert outcome.weakness == "it is green with call-dispatch broken"
    assert not outcome.is_green


def test_a_control_that_is_a_mistake_of_the_probe_does_not_count(fastapi: Host) -> None:
    def fails_without_a_finding(desk: Desk) -> None:
        if desk.running.switch:
            raise KeyError("a")

    [outcome] = run(
        fastapi, [Probe("call-dispatch", "mistaken", fails_without_a_finding, "batch", "", may_refuse=False)]
    )
    assert outcome.weakness is not None
    assert "no finding" in outcome.weakness


def test_a_host_that_does_not_start_is_red(tmp_path: Path) -> None:
    file = tmp_path / "host.toml"
    file.write_text('name = "None"\ntransport = "http"\nserve = ["{python}", "-c", "raise SystemExit(\'no\')"]\n')
    host = read_host(file)
    [outcome] = run(host, [Probe("call-dispatch", "nothing", nothing, "call-dispatch", "", may_refuse=False)])
    assert outcome.failure is not None
    with pytest.raises(HostRefused, match="no"), running(host):
        pass


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
