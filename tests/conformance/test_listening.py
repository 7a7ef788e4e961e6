"""A port that somebody else took is not taken for the host's."""

import os
import socket
import subprocess

from conformance.listening import is_listening


def test_only_a_process_of_the_session_counts() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        subprocess.Popen(["cat"], stdin=subprocess.PIPE, start_new_session=True) as other,
    ):
        port = int(listener.getsockname()[1])
        assert is_listening(os.getsid(0), port, asks_everybody=False)
        assert not is_listening(other.pid, port, asks_everybody=False)
        assert is_listening(other.pid, port, asks_everybody=True)
        # That ends it.
        assert other.stdin is not None
        other.stdin.close()
    assert not is_listening(os.getsid(0), port, asks_everybody=False)
    assert not is_listening(os.getsid(0), port, asks_everybody=True)
