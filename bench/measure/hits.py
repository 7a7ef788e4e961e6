"""A bundle that is kept already, over HTTP on loopback: Mizan's origin cache beside other caches, asked in turns."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count, repeat
from pathlib import Path
from time import sleep

from measure.loopback import Server, ask, ask_once, connected, cpu_seconds, free_port, get, running, serving
from measure.sampling import Spread, spread

FLOOR = "uvicorn alone (a fixed reply)"
BARE = "Starlette by hand, no cache"
UNCACHED = "Mizan without a cache"
MEMORY_MISS = "Mizan, memory: a miss"
MEMORY_HIT = "Mizan, memory: a hit"
MEMORY_OWN = "Mizan, memory: a hit, a context that is not public"
REDIS_MISS = "Mizan, Redis: a miss"
REDIS_HIT = "Mizan, Redis: a hit"
AIOCACHE_REDIS = "aiocache, Redis, on FastAPI's route: a hit"
BY_HAND_REDIS = "aiocache, Redis, by hand on Starlette: a hit"

_USER = "/user?user_id=5"
BUNDLE = "/api/mizan/ctx/user/?user_id=5"
_OWN_BUNDLE = "/api/mizan/ctx/own/?user_id=5"


@dataclass
class Cost:
    """CPU µs a request of the process that answers, and of the Redis beside it, if any; requests a second."""

    cpu: Spread
    store: Spread | None
    rate: Spread


@dataclass
class _Contender:
    server: Server
    requests: Iterator[bytes]
    sign: bytes = b""
    """What the head of its replies has, in lower case."""
    store: int | None = None
    """The process of the Redis."""
    cpu: list[float] = field(default_factory=list[float])
    beside: list[float] = field(default_factory=list[float])
    rate: list[float] = field(default_factory=list[float])

    def turn(self, requests: int) -> None:
        for _ in range(20):
            # On a busy machine a store may be too slow once, and be left alone for a while.
            before = cpu_seconds(self.store) if self.store else 0
            cpu, rate = ask(self.server, self.requests, requests)
            beside = cpu_seconds(self.store) - before if self.store else 0
            if self._is_itself() and (not self.store or beside / requests > 1e-6):
                break
            sleep(0.5)
        else:
            message = f"its replies have no {self.sign.decode()}"
            raise RuntimeError(message)
        self.cpu.append(cpu)
        self.rate.append(rate)
        if self.store:
            self.beside.append(beside / requests * 1e6)

    def _is_itself(self) -> bool:
        return self.sign in ask_once(self.server, next(self.requests)).head

    def cost(self) -> Cost:
        return Cost(spread(self.cpu), spread(self.beside) if self.beside else None, spread(self.rate))


def measure(rounds: int, requests: int) -> dict[str, Cost]:
    """By contender."""
    with ExitStack() as stack:
        contenders = _contenders(stack)
        for contender in contenders.values():
            contender.server.connect()
        for number in range(rounds + 1):  # the first round warms up
            for contender in reversed(contenders.values()) if number % 2 else contenders.values():
                contender.turn(requests)
        for contender in contenders.values():
            for taken in (contender.cpu, contender.beside, contender.rate):
                del taken[:1]
        return {name: contender.cost() for name, contender in contenders.items()}


@contextmanager
def redis() -> Iterator[tuple[int, str]]:
    """A Redis of its own that keeps nothing on disk: its process and its URL."""
    port = free_port()
    command = ["redis-server", "--port", str(port), "--save", "", "--appendonly", "no", "--enable-debug-command", "yes"]
    with running(command, port) as process:
        yield process.pid, f"redis://127.0.0.1:{port}/0"


def _contenders(stack: ExitStack) -> dict[str, _Contender]:
    store, url = stack.enter_context(redis())

    def server(module: str) -> Server:
        return stack.enter_context(serving(module, {"BENCH_REDIS": url}))

    bare = server("bare")
    memory, shared = server("kept:memory"), server("kept:on_redis")
    hit, miss = b"cache-status: mizan; hit", b"cache-status: mizan; fwd=uri-miss; stored"
    caches = {
        MEMORY_HIT: (memory, BUNDLE, hit, None),
        MEMORY_OWN: (memory, _OWN_BUNDLE, hit, None),
        REDIS_HIT: (shared, BUNDLE, hit, store),
        "fastapi-cache2, memory: a hit": (server("caches:fastapi_cache_memory"), _USER, b"x-fastapi-cache: hit", None),
        "fastapi-cache2, Redis: a hit": (server("caches:fastapi_cache_redis"), _USER, b"x-fastapi-cache: hit", store),
        "aiocache, memory, on FastAPI's route: a hit": (server("caches:aiocache_memory"), _USER, b"", None),
        AIOCACHE_REDIS: (server("caches:aiocache_redis"), _USER, b"", store),
        "aiocache, memory, by hand on Starlette: a hit": (server("caches:by_hand_memory"), _USER, b"", None),
        BY_HAND_REDIS: (server("caches:by_hand_redis"), _USER, b"", store),
        "nginx, proxy_cache: a hit": (stack.enter_context(_nginx(bare.port)), _USER, b"x-cache: hit", None),
        "Varnish: a hit": (stack.enter_context(_varnish(bare.port)), _USER, b"x-cache: hit", None),
    }
    expected: object = json.loads(ask_once(bare, get(_USER)).body)
    for name, (asked, path, sign, _) in caches.items():
        asked.connect()
        try:
            ask_once(asked, get(path))
            second = ask_once(asked, get(path))
        except (OSError, RuntimeError) as error:
            message = f"{name}: {error}"
            raise RuntimeError(message) from error
        if sign not in second.head or _unnamed(json.loads(second.body)) != _unnamed(expected):
            message = f"{name}: answered {second}"
            raise RuntimeError(message)
    others = {
        FLOOR: _Contender(server("floor"), repeat(get(_USER))),
        BARE: _Contender(bare, repeat(get(_USER))),
        UNCACHED: _Contender(server("kept:uncached"), repeat(get(BUNDLE))),
        MEMORY_MISS: _Contender(memory, _all_users(), miss),
        REDIS_MISS: _Contender(shared, _all_users(), miss, store),
    }
    hits = {
        name: _Contender(asked, repeat(get(path)), sign, place) for name, (asked, path, sign, place) in caches.items()
    }
    # What is compared stands together.
    first = (FLOOR, BARE, UNCACHED, MEMORY_MISS, MEMORY_HIT, MEMORY_OWN, REDIS_MISS, REDIS_HIT)
    every = {**others, **hits}
    return {**{name: every[name] for name in first}, **every}


def _all_users() -> Iterator[bytes]:
    """Another user each time."""
    return (get(f"/api/mizan/ctx/user/?user_id={number}") for number in count(1_000_000))


def _unnamed(bundle: dict[str, object]) -> list[object]:
    """A bundle's members without their names, which say whose context it is."""
    return sorted(bundle.values(), key=repr)


_NGINX = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    proxy_cache_path {folder}/cache keys_zone=user:1m;
    server {{
        listen 127.0.0.1:{port};
        keepalive_requests 100000000;
        keepalive_timeout 3600;
        location / {{
            proxy_pass http://127.0.0.1:{upstream};
            proxy_cache user;
            proxy_cache_valid 200 1h;
            add_header X-Cache $upstream_cache_status;
        }}
    }}
}}
"""


@contextmanager
def _nginx(upstream: int) -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        configuration = Path(folder) / "nginx.conf"
        configuration.write_text(_NGINX.format(folder=folder, port=port, upstream=upstream))
        command = ["nginx", "-c", str(configuration), "-e", f"{folder}/error.log"]
        with running(command, port) as process, connected(process.pid, port) as server:
            yield server


_VARNISH = """
vcl 4.1;
backend default {{ .host = "127.0.0.1"; .port = "{upstream}"; }}
sub vcl_backend_response {{ set beresp.ttl = 1h; }}
sub vcl_deliver {{ if (obj.hits > 0) {{ set resp.http.X-Cache = "HIT"; }} }}
"""


@contextmanager
def _varnish(upstream: int) -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        language = Path(folder) / "default.vcl"
        language.write_text(_VARNISH.format(upstream=upstream))
        command = [
            "varnishd",
            "-j",
            "none",
            "-F",
            "-n",
            f"{folder}/work",
            "-a",
            f"127.0.0.1:{port}",
            "-f",
            str(language),
        ]
        command += ["-s", "malloc,64m", "-p", "timeout_idle=3600"]
        with running(command, port) as process:
            # The process that was started watches over the one that answers.
            (answering,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            with connected(int(answering), port) as server:
                yield server
