"""A server on the loopback that counts whoever asks it."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator


class Counter:
    """Counts connections; `address` is where it listens."""

    def __init__(self, endpoint: socket.socket) -> None:
        self.endpoint = endpoint
        self.requests = 0
        self.address = f"http://127.0.0.1:{endpoint.getsockname()[1]}"

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.endpoint.accept()
            except OSError:
                return
            self.requests += 1
            connection.close()


@contextlib.contextmanager
def counting() -> Iterator[Counter]:
    """A counting server for the length of a block; proves first that it counts."""
    with socket.create_server(("127.0.0.1", 0)) as endpoint:
        server = Counter(endpoint)
        thread = threading.Thread(target=server.serve, daemon=True)
        thread.start()
        with socket.create_connection(endpoint.getsockname()):
            pass
        for _ in range(100):
            if server.requests:
                break
            thread.join(0.01)
        assert server.requests == 1, "the server does not count"
        server.requests = 0
        yield server
        endpoint.shutdown(socket.SHUT_RDWR)
    thread.join(2)
