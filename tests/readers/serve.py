"""A server on this machine's loopback for reading systems: pages, their scripts, and one book."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

TYPES = {".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".epub": "application/epub+zip",
         ".pdf": "application/pdf", ".ttf": "font/ttf", ".map": "application/json"}  # fmt: skip


@contextmanager
def served(files: Mapping[str, bytes], folders: Mapping[str, Path]) -> Iterator[str]:
    """The address of a server for `files` (by path) and for what is in `folders` (by first part)."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            data = files.get(path)
            if data is None:
                first, _, rest = path.removeprefix("/").partition("/")
                file = folders[first] / rest if first in folders else None
                data = file.read_bytes() if file and file.is_file() else None
            if data is None:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Type", TYPES.get(Path(path).suffix, "application/octet-stream"))
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
