"""A Varnish of the test's own, with the VCL of the guide."""

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from guarded import Guarded, free_port

VCL = (Path(__file__).parents[2] / "examples" / "edge" / "varnish.vcl").read_text(encoding="utf-8")
_PORT = '.port = "8000";'


@contextmanager
def varnish(origin: str, vcl: str = VCL) -> Generator[str]:
    """The base URL of a Varnish in front of an origin.

    Args:
        origin: The base URL of the origin.
        vcl: The VCL, with the origin's port as the guide has it.
    """
    assert vcl.count(_PORT) == 1
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="varnish-") as folder:
        file = Path(folder) / "edge.vcl"
        file.write_text(vcl.replace(_PORT, f'.port = "{origin.rpartition(":")[2]}";'), encoding="utf-8")
        # No jail: it is whoever runs the tests who reads the file above, and the folder is theirs.
        command = ["varnishd", "-F", "-j", "none", "-n", f"{folder}/work", "-f", str(file), "-s", "malloc,16m"]
        command += ["-a", f"127.0.0.1:{port}", "-p", "thread_pools=1"]
        with Guarded(command, port, Path(folder) / "log"):
            yield f"http://127.0.0.1:{port}"
