"""The server: gives the desk to a browser on this machine, and to nobody else.

It listens on 127.0.0.1. Every address begins with a random token, so that no other page or
user can guess it; a request whose Host is not this server's own (a name that leads here from
elsewhere, RFC 9110, 7.2) is refused; nothing is kept by the browser; no page may be framed by
another site or load from one.
"""

from __future__ import annotations

import json
import mimetypes
import os
import secrets
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from chapbook.pdftext import page_picture
from chapbook.watch import reader
from chapbook.watch.desk import Desk

HERE = Path(__file__).parent
WAIT_S = 20.0  # how long a question for news is kept open
_LOOK_S = 0.015
_POLICY = ("default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
           "font-src 'self' data:; connect-src 'self'; frame-src 'self'; frame-ancestors 'self'; base-uri 'none'; "
           "form-action 'none'")  # fmt: skip
_EDITION = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; frame-ancestors 'self'"
_PAGE_PPI = 110


class Server:
    """A listening socket and the token of this run; `serve` is for a process of its own."""

    def __init__(self, desk: Desk, port: int = 0) -> None:
        self.desk = desk
        self.token = secrets.token_urlsafe(18)
        self.socket = socket.create_server(("127.0.0.1", port))
        self.port: int = self.socket.getsockname()[1]

    @property
    def address(self) -> str:
        """Where the book is to be seen."""
        return f"http://127.0.0.1:{self.port}/{self.token}/"

    def start(self) -> int:
        """Serve from a child process, which ends with this one; its number."""
        parent = os.getpid()
        child = os.fork()
        if child == 0:
            try:
                self._serve(parent)
            finally:
                os._exit(0)
        self.socket.close()
        return child

    def _serve(self, parent: int) -> None:
        import signal

        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        handler = type("Bound", (_Handler,), {"server_of": self, "drawing": threading.Lock()})
        with ThreadingHTTPServer(("127.0.0.1", self.port), handler, bind_and_activate=False) as http:
            http.socket.close()
            http.socket = self.socket
            http.daemon_threads = True
            threading.Thread(target=http.serve_forever, daemon=True).start()
            while os.getppid() == parent:
                time.sleep(0.5)


class _Handler(BaseHTTPRequestHandler):
    server_of: Server
    drawing: threading.Lock
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer one request."""
        here = self.server_of
        if self.headers.get("Host") not in (f"127.0.0.1:{here.port}", f"localhost:{here.port}"):
            self._refuse(403, "this server answers its own address only")
            return
        path = unquote(urlsplit(self.path).path)
        token, _, rest = path.removeprefix("/").partition("/")
        if not secrets.compare_digest(token.encode(), here.token.encode()):
            self._refuse(404, "nothing here")
            return
        try:
            self._answer(rest, urlsplit(self.path).query)
        except (FileNotFoundError, KeyError, IndexError, ValueError):
            self._refuse(404, "nothing here")
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the page went away

    def _answer(self, rest: str, query: str) -> None:
        kind, _, name = rest.partition("/")
        if rest in ("", "shell.js", "shell.css"):
            self._file(HERE / (rest or "shell.html"))
        elif kind == "news":
            self._news(int(query or 0))
        elif kind == "edition":
            self._send(self._edition(name), "text/html; charset=utf-8", "")
        elif kind == "page":
            with self.drawing:  # PDFium knows no threads
                picture = page_picture(self._edition("pdf"), int(name) - 1, _PAGE_PPI)
            self._send(picture, "image/png", _EDITION)
        elif kind == "spine":
            self._send(json.dumps(reader.spine(self._edition("epub"))).encode(), "application/json", _EDITION)
        elif kind == "epub":
            data, media_type = reader.item(self._edition("epub"), name)
            self._send(data, media_type, _EDITION)
        else:
            raise KeyError(rest)

    def _edition(self, edition: str) -> bytes:
        files: Any = self.server_of.desk.state()["files"]
        path: Path = self.server_of.desk.folder / files[edition]
        return path.read_bytes()

    def _news(self, known: int) -> None:
        """The state, as soon as it is another than the one the page knows."""
        desk, end = self.server_of.desk, time.monotonic() + WAIT_S
        stamp, state = desk.stamp(), desk.state()
        while state["version"] == known and time.monotonic() < end:
            time.sleep(_LOOK_S)
            if desk.stamp() != stamp:
                stamp, state = desk.stamp(), desk.state()
        self._send(json.dumps(state, ensure_ascii=False).encode(), "application/json", _POLICY)

    def _file(self, path: Path) -> None:
        media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        self._send(path.read_bytes(), f"{media_type}; charset=utf-8", _POLICY)

    def _send(self, data: bytes, media_type: str, policy: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(data)))
        if policy:  # an HTML edition brings its own
            self.send_header("Content-Security-Policy", policy)
        self._end()
        self.wfile.write(data)

    def _refuse(self, status: int, why: str) -> None:
        data = f"{why}\n".encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self._end()
        self.wfile.write(data)

    def _end(self) -> None:
        for name, value in (("Cache-Control", "no-store"), ("Referrer-Policy", "no-referrer"),
                            ("X-Content-Type-Options", "nosniff"), ("Cross-Origin-Resource-Policy", "same-origin")):  # fmt: skip
            self.send_header(name, value)
        self.end_headers()

    def version_string(self) -> str:
        """What the server calls itself: nothing about this machine."""
        return "chapbook"

    def log_message(self, format: str, *args: object) -> None:
        """No log: the terminal belongs to the builder."""
