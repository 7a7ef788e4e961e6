"""A way to a server that delays or cuts what passes."""

import socket
import threading
import time
from contextlib import suppress
from typing import Self


class Way:
    """A proxy on a port of its own, to a port of loopback."""

    def __init__(self, port: int) -> None:
        self.delay = 0.0
        """Seconds that each answer comes late."""
        self._target = port
        self._is_cut = False
        self._lock = threading.Lock()
        self._streams: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # What waits in `accept` is woken by this, and not by a close alone.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    @property
    def url(self) -> str:
        """Of a Redis at the other end."""
        return f"redis://127.0.0.1:{self.port}/0"

    def cut(self) -> None:
        """Nothing passes any more."""
        with self._lock:
            self._is_cut = True
            for stream in self._streams:
                with suppress(OSError):
                    stream.shutdown(socket.SHUT_RDWR)
            self._streams.clear()

    def mend(self) -> None:
        """New connections pass again."""
        with self._lock:
            self._is_cut = False

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                if self._is_cut:
                    near.close()
                    continue
                try:
                    far = socket.create_connection(("127.0.0.1", self._target))
                except OSError:
                    near.close()
                    continue
                self._streams += [near, far]
            pair = (near, far)
            left = [2]
            threading.Thread(target=self._pass, args=(pair, left, False), daemon=True).start()
            threading.Thread(target=self._pass, args=(pair[::-1], left, True), daemon=True).start()

    def _pass(self, pair: tuple[socket.socket, socket.socket], left: list[int], is_answer: bool) -> None:
        source, target = pair
        with suppress(OSError):
            while data := source.recv(1 << 16):
                if is_answer:
                    time.sleep(self.delay)
                target.sendall(data)
        for end in pair:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        with self._lock:
            left[0] -= 1
            if not left[0]:
                source.close()
                target.close()
