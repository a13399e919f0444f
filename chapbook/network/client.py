"""One polite question to one web address, with limits on time, size and redirects."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPException
from typing import IO
from urllib.parse import urlsplit

from chapbook import __version__

AGENT = f"chapbook/{__version__} (checks the sources of a book)"
_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answered.

    `status` is 0 when no answer came and `problem` then says why; `url` is where redirects
    ended; `body` is what was read, cut at the limit; `whole` tells whether that was all.
    """

    url: str
    status: int = 0
    problem: str = ""
    redirects: tuple[str, ...] = ()
    media_type: str = ""
    body: bytes = b""
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for one wait and for all of an answer, and bytes; urllib stops after ten redirects."""

    wait_s: float = 15.0
    total_s: float = 40.0
    bytes: int = 20_000_000


USUAL = Limits()


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Remembers each step; stays on the web."""

    def __init__(self) -> None:
        self.steps: list[str] = []

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> urllib.request.Request | None:
        if urlsplit(newurl).scheme not in ("http", "https"):
            raise urllib.error.URLError(f"it redirects to {newurl[:60]}")
        self.steps.append(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


def ask(url: str, limits: Limits = Limits(), *, accept: str = "*/*") -> Answer:
    """GET `url`; an answer always comes back, never an exception of the network."""
    if urlsplit(url).scheme not in ("http", "https"):
        return Answer(url, problem="it is not an address of the web")
    redirects = _Redirects()
    opener = urllib.request.build_opener(redirects)
    opener.addheaders = [("User-Agent", AGENT), ("Accept", accept)]
    started = time.monotonic()
    try:
        with opener.open(url, timeout=limits.wait_s) as response:
            body, whole = _read(response, started, limits)
            kind = response.headers.get_content_type()
            return Answer(response.url, response.status, "" if whole else "only a part was read",
                          tuple(redirects.steps), kind, body, whole)  # fmt: skip
    except urllib.error.HTTPError as error:
        error.close()
        return Answer(error.url or url, error.code, f"{error.code} {error.reason}", tuple(redirects.steps))
    except TimeoutError:
        return Answer(url, problem="no answer in time", redirects=tuple(redirects.steps))
    except (urllib.error.URLError, HTTPException, OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        slow = isinstance(reason, TimeoutError)
        said = "no answer in time" if slow else str(reason)[:120] or type(error).__name__
        return Answer(url, problem=said, redirects=tuple(redirects.steps))


def _read(response: IO[bytes], started: float, limits: Limits) -> tuple[bytes, bool]:
    """The body as far as the limits allow, and whether it was all."""
    pieces: list[bytes] = []
    size = 0
    reading = getattr(response, "read1", response.read)
    while piece := reading(_CHUNK):
        pieces.append(piece)
        size += len(piece)
        if size > limits.bytes or time.monotonic() - started > limits.total_s:
            return b"".join(pieces)[: limits.bytes], False
    return b"".join(pieces), True
