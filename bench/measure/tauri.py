"""Tauri: commands by hand and Mizan's plugin, as messages alone and from a page in WebKitGTK on a screen of its own."""

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from apps.data import NOTICES, PROFILE
from measure import turns
from measure.generation import BUILD, ESBUILD
from measure.loopback import BENCH, cpu_seconds, free_port, running
from measure.sampling import Spread, spread
from measure.webdriver import Session, session

WORKLOADS = ("rename", "bundle")
NOW = "a command by hand, on the message's thread"
LATER = "a command by hand, async"
PLUGIN = "the same in a plugin by hand"
TRANSPORT = "Mizan's plugin, by its transport"
MIZAN = "the same by a generated client"
CONTENDERS = {"now": NOW, "later": LATER, "plugin": PLUGIN, "transport": TRANSPORT, "mizan": MIZAN}
MESSAGES = {**CONTENDERS, "mizan": "Mizan's plugin"}
_PROGRAM = BENCH / "target" / "release" / "mizan-bench-tauri"
_EXPECTED = {
    "rename": {"user_id": 5, "name": "Ada"},
    "bundle": {"user_profile": PROFILE, "user_notices": NOTICES},
}


@dataclass(frozen=True)
class Trip:
    """One round trip from a page: CPU µs of all processes of the app, and µs until the promise is fulfilled."""

    cpu: Spread
    wall: Spread


def messages(rounds: int, calls: int) -> dict[str, dict[str, Spread]]:
    """CPU µs of a message without a web view, by workload and contender; the program compares the answers."""
    turns.write_data({"profile": PROFILE, "notices": NOTICES})
    done = subprocess.run(
        [str(_PROGRAM), "messages", str(rounds), str(calls)],
        env={**os.environ, "BENCH_DATA": str(turns.DATA)},
        check=True,
        text=True,
        stdout=subprocess.PIPE,
    )
    taken: dict[str, dict[str, list[float]]] = {}
    for line in done.stdout.splitlines():
        workload, contender, took = line.split("\t")
        taken.setdefault(workload, {}).setdefault(MESSAGES[contender], []).append(float(took))
    return {workload: {name: spread(each) for name, each in group.items()} for workload, group in taken.items()}


def trips(rounds: int, calls: int) -> dict[str, dict[str, Trip]]:
    """By workload and contender; answers are compared before and after each round."""
    turns.write_data({"profile": PROFILE, "notices": NOTICES})
    taken: dict[tuple[str, str], list[tuple[float, float]]] = {}
    with _window() as window:
        window.run(_page_script() + "\nwindow.bench = bench;")
        window.run_async("bench.prepare().then(done, (why) => done(String(why)))")
        # The first rounds warm up the page's engine, which compiles what is run often.
        for number in range(-1, rounds + 1):
            for workload, expected in _EXPECTED.items():
                for contender in CONTENDERS:
                    _check(window, workload, contender, expected)
                    took = _take(window, workload, contender, calls)
                    if number > 0:
                        taken.setdefault((workload, contender), []).append(took)
    return {
        workload: {
            name: Trip(*(spread(each) for each in zip(*taken[workload, contender], strict=True)))
            for contender, name in CONTENDERS.items()
        }
        for workload in WORKLOADS
    }


def _take(window: Session, workload: str, contender: str, calls: int) -> tuple[float, float]:
    processes = turns.descendants(window.driver_pid)
    before = sum(map(cpu_seconds, processes))
    milliseconds = window.run_async(
        "bench.take(...arguments).then(done, (why) => done(String(why)))", workload, contender, calls
    )
    if not isinstance(milliseconds, int | float):
        raise TypeError(milliseconds)
    return (sum(map(cpu_seconds, processes)) - before) / calls * 1e6, milliseconds / calls * 1000


def _check(window: Session, workload: str, contender: str, expected: object) -> None:
    found = window.run_async("bench.answer(...arguments).then(done, (why) => done(String(why)))", workload, contender)
    if found != expected:
        message = f"{CONTENDERS[contender]}: {workload}: answered {found}, not {expected}"
        raise RuntimeError(message)


def _page_script() -> str:
    script = BUILD / "asking.js"
    subprocess.run(
        [str(ESBUILD), str(BENCH / "tauri" / "asking.ts"), "--bundle", "--minify", "--format=iife",
         "--global-name=bench", f"--outfile={script}", "--log-level=error"],
        check=True,
    )  # fmt: skip
    return script.read_text()


@contextmanager
def _window() -> Iterator[Session]:
    """The app's window, on a screen of its own."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder, _screen() as display:
        variables = _variables(display, folder)
        with (
            running(["WebKitWebDriver", f"--port={port}", "--host=127.0.0.1"], port, variables) as driver,
            session(port, driver.pid, str(_PROGRAM)) as window,
        ):
            yield window


def _variables(display: str, folder: str) -> Mapping[str, str]:
    return {
        "BENCH_DATA": str(turns.DATA),
        "DISPLAY": display,
        "GDK_BACKEND": "x11",
        "MESA_SHADER_CACHE_DISABLE": "true",
        "NO_AT_BRIDGE": "1",
        # Without these two the application takes no commands, and the session is never there.
        "TAURI_AUTOMATION": "true",
        "TAURI_WEBVIEW_AUTOMATION": "true",
        "TMPDIR": folder,
        "XDG_CACHE_HOME": folder,
        "XDG_DATA_HOME": folder,
    }


@contextmanager
def _screen() -> Iterator[str]:
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", "1400x1000x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as screen:
        try:
            number = screen.stdout.readline().strip() if screen.stdout else ""
            yield f":{number}"
        finally:
            screen.terminate()
