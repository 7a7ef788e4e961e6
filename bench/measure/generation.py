"""Generating clients, type-checking what was generated, and what it weighs in a page."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from measure.sampling import Spread, spread

BENCH = Path(__file__).parent.parent
ROOT = BENCH.parent
BUILD = BENCH / "build"
MIZAN = BENCH / "target" / "release" / "mizan"
OPENAPI = BENCH / "node_modules" / ".bin" / "openapi-typescript"
TSC = ROOT / "node_modules" / ".bin" / "tsc"
ESBUILD = ROOT / "node_modules" / ".bin" / "esbuild"

_TSCONFIG = """{
  "extends": "../../tsconfig.base.json",
  "compilerOptions": {
    "lib": ["ES2023", "DOM"], "module": "ESNext", "moduleResolution": "bundler",
    "incremental": false, "isolatedDeclarations": false,
    "paths": { "@mizan/kernel": ["./kernel/index.d.ts"] }
  },
  "files": ["%s"]
}
"""


def prepare() -> None:
    """Write the documents that are generated from, and the projects that are type-checked."""
    # What the set-up has put there stays.
    for folder in (BUILD / "1000", BUILD / "10000", BUILD / "kernel"):
        shutil.rmtree(folder, ignore_errors=True)
    for count in (1000, 10000):
        folder = _folder(count)
        folder.mkdir(parents=True)
        openapi = ["openapi"] if count == 1000 else []
        _run([sys.executable, "-m", "apps.many", str(count), str(folder), *openapi])
        (folder / "mizan.toml").write_text(
            '[source]\nfile = "api.kdl"\n\n[[target]]\nkind = "typescript"\nout = "api"\n'
        )
    # What a package's users have: its declarations, not its sources.
    kernel = ROOT / "clients" / "kernel" / "tsconfig.build.json"
    _run(
        [str(TSC), "-p", str(kernel), "--noEmit", "false", "--incremental", "false", "--outDir", str(BUILD / "kernel")]
    )
    (BUILD / "by-hand.ts").write_text(_by_hand(1000))
    (BUILD / "tsconfig.by-hand.json").write_text(_TSCONFIG % "by-hand.ts")
    (BUILD / "tsconfig.generated.json").write_text(_TSCONFIG % "1000/api/index.ts")


def generators(rounds: int) -> dict[str, tuple[Spread, Spread]]:
    """Seconds of the whole process: CPU, and wall."""
    commands: dict[str, tuple[Sequence[str], Path]] = {
        "`mizan generate`, 1,000 functions": ([str(MIZAN), "generate"], _folder(1000)),
        "openapi-typescript, the same 1,000 as OpenAPI": (
            [str(OPENAPI), "openapi.json", "-o", "openapi.ts"],
            _folder(1000),
        ),
        "`mizan generate`, 10,000 functions": ([str(MIZAN), "generate"], _folder(10000)),
    }
    return _in_turns(commands, rounds)


def type_checks(rounds: int) -> dict[str, tuple[Spread, Spread]]:
    """Seconds of tsc: CPU, and wall."""
    commands: dict[str, tuple[Sequence[str], Path]] = {
        "`tsc`, 1,000 generated functions": ([str(TSC), "-p", "tsconfig.generated.json"], BUILD),
        "`tsc`, the same interfaces by hand": ([str(TSC), "-p", "tsconfig.by-hand.json"], BUILD),
    }
    return _in_turns(commands, rounds)


def client_bytes() -> dict[str, int]:
    """Gzipped bytes of small apps over 1,000 functions, by the measurement of the client packages' own tests."""
    bundle = BUILD / "client-bytes.mjs"
    source = BENCH / "measure" / "client-bytes.ts"
    _run([str(ESBUILD), str(source), "--bundle", "--platform=node", "--format=esm", "--external:esbuild",
          f"--outfile={bundle}", "--log-level=error"])  # fmt: skip
    lines = _run(["node", str(bundle), str(ROOT / "clients" / "kernel"), str(ROOT / "clients" / "react")])
    return {name: int(size) for name, size in (line.split("\t") for line in lines.splitlines())}


def output_sizes() -> dict[str, int]:
    """Bytes of what the generators wrote for 1,000 functions."""
    return {
        "mizan": sum(path.stat().st_size for path in (_folder(1000) / "api").rglob("*.ts")),
        "openapi-typescript": (_folder(1000) / "openapi.ts").stat().st_size,
    }


def _folder(count: int) -> Path:
    return BUILD / str(count)


def _in_turns(commands: dict[str, tuple[Sequence[str], Path]], rounds: int) -> dict[str, tuple[Spread, Spread]]:
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, (command, folder) in commands.items():
            if command[0] == str(MIZAN):
                shutil.rmtree(folder / "api", ignore_errors=True)  # it writes only what changed
            took = _timed(command, folder)
            if number:  # the first round warms the page cache
                taken[name].append(took)
    return {
        name: (spread([cpu for cpu, _ in each]), spread([wall for _, wall in each])) for name, each in taken.items()
    }


def _timed(command: Sequence[str], folder: Path) -> tuple[float, float]:
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    with process:
        output = process.stdout.read() if process.stdout else b""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(output.decode())
    return used.ru_utime + used.ru_stime, time.perf_counter() - began


def _run(command: Sequence[str]) -> str:
    return subprocess.run(command, cwd=BENCH, check=True, text=True, stdout=subprocess.PIPE).stdout


def _by_hand(count: int) -> str:
    parts = [
        "async function post<T>(fn: string, args: unknown): Promise<T> {\n"
        '  const reply = await fetch("/api/" + fn, { method: "POST", body: JSON.stringify(args) });\n'
        "  if (!reply.ok) throw new Error(fn);\n  return (await reply.json()) as T;\n}\n"
    ]
    parts.extend(
        f"/** Thing {n}. */\nexport interface Thing{n} {{\n  thing_id: number;\n  name: string;\n  email: string;\n"
        "  price: number;\n  tags: string[];\n  owner: number | null;\n}\n"
        f"export interface UpdateThing{n}Input {{\n  thing_id: number;\n  name: string;\n  tags: string[];\n"
        "  note?: string | null;\n}\n"
        f"/** Update thing {n}. */\nexport function updateThing{n}(args: UpdateThing{n}Input): Promise<Thing{n}> {{\n"
        f'  return post<Thing{n}>("update_thing_{n}", args);\n}}\n'
        for n in range(count)
    )
    parts.extend(
        f"export interface Thing{n}Params {{\n  thing_id: number;\n}}\n"
        f"export interface Thing{n}Bundle {{\n  thing_of_{n}: number;\n}}\n"
        f"/** Read a thing. */\nexport function thing{n}(params: Thing{n}Params): Promise<Thing{n}Bundle> {{\n"
        f'  return post<Thing{n}Bundle>("thing_{n}", params);\n}}\n'
        f"/** Read a thing. */\nexport function thingOf{n}(params: Thing{n}Params): Promise<number> {{\n"
        f'  return post<number>("thing_of_{n}", params);\n}}\n'
        for n in range(50)
    )
    return "".join(parts)
