"""What hosts export of the fixture is the same from every one of them, byte for byte."""

from pathlib import Path

import pytest

from conformance.__main__ import own_hosts
from conformance.hosts import Host

HERE = Path(__file__).parent
GOLDEN = {"ir": "fixture.kdl", "manifest": "manifest.json", "openapi": "openapi.json"}


def owed(host: Host) -> list[str]:
    """A host without HTTP has no edge, and so no manifest."""
    return [what for what in GOLDEN if host.transport == "http" or what != "manifest"]


EXPORTS = [pytest.param(host, what, id=f"{host.id}-{what}") for host in own_hosts() for what in owed(host)]


@pytest.mark.parametrize(("host", "what"), EXPORTS)
def test_every_host_exports_the_golden_bytes(host: Host, what: str) -> None:
    host.make()
    assert host.print(what) == (HERE / GOLDEN[what]).read_bytes()


@pytest.mark.parametrize(("host", "what"), EXPORTS)
def test_a_host_with_one_type_changed_exports_other_bytes(host: Host, what: str) -> None:
    """The control: a manifest does not know of types, but of what changes what."""
    switch = "invalidation-body" if what == "manifest" else "ir-export"
    printed = host.print(what, switch)
    assert printed
    assert printed != (HERE / GOLDEN[what]).read_bytes()
