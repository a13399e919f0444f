"""Fonts cut to the characters of a book, kept in the store: to press them takes most of the time of an HTML file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from chapbook import fonts
from chapbook.model import Face
from chapbook.store import Store

Cut = Callable[[Face, frozenset[str]], bytes]  # a face and what is shown of it: a font file


def cutter(store: Store | None) -> Cut:
    """`fonts.subset`, asked once for the same characters of a face."""
    return partial(_kept, store) if store else fonts.subset


def _kept(store: Store, face: Face, shown: frozenset[str]) -> bytes:
    status = face.path.stat()
    key = store.key("cut", repr(face), f"{status.st_size} {status.st_mtime_ns}", "".join(sorted(shown)))
    data = store.get(key)
    if data is None:
        data = fonts.subset(face, shown)
        store.put(key, data)
    return data
