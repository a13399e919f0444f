"""What was made before, by a digest of all it was made from; safe to delete at any time.

A folder of the user's own (never in the book: a book that comes by mail must not bring results
along). An entry is written whole and renamed into place, so that two processes may share the
store; what cannot be read, or is not what was written, counts as not there.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

LIMIT_BYTES = 1_000_000_000  # what a store may hold; the least recently used goes first
_DIGEST = 32  # bytes of SHA-256 before each entry's data


def digest_of(parts: Iterable[bytes | str]) -> str:
    """SHA-256 of parts, each with its length, in hexadecimal."""
    found = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        found.update(len(data).to_bytes(8, "big"))
        found.update(data)
    return found.hexdigest()


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of entries, and the digest of the toolchain, which is part of every key."""

    folder: Path
    toolchain: str

    def key(self, kind: str, *parts: bytes | str) -> str:
        """The name of what is made from these parts by this toolchain."""
        return digest_of((kind, self.toolchain, *parts))

    def get(self, key: str) -> bytes | None:
        """An entry's data; None when there is none, or it is damaged."""
        path = self._path(key)
        try:
            data = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        body = data[_DIGEST:]
        return body if hashlib.sha256(body).digest() == data[:_DIGEST] else None

    def __contains__(self, key: str) -> bool:
        """Whether there is an entry, whole or not."""
        return self._path(key).is_file()

    def put(self, key: str, data: bytes) -> None:
        """Keep an entry; a disk that refuses is no fault of the book's."""
        path = self._path(key)
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=".")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(hashlib.sha256(data).digest() + data)
                Path(name).replace(path)
            except OSError:
                Path(name).unlink(missing_ok=True)
                raise

    def tidy(self, limit: int = LIMIT_BYTES) -> None:
        """Drop what was used least recently while the store is over its limit."""
        entries = []
        for path in self.folder.rglob("*"):
            with contextlib.suppress(OSError):
                if path.is_file():
                    status = path.stat()
                    entries.append((status.st_mtime_ns, status.st_size, path))
        over = sum(size for _, size, _ in entries) - limit
        for _, size, path in sorted(entries):
            if over <= 0:
                return
            path.unlink(missing_ok=True)
            over -= size

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key[2:]
