"""Streams of WeasyPrint's PDFs packed in half the time and a hundredth more room.

pydyf packs at the highest level, 9, whose last steps find next to nothing. Structure and fonts of
a part are packed anew when parts are put together; pages stay as they are. `tests/test_tags.py`
fails when the place moves.
"""

from __future__ import annotations

import zlib
from functools import cache
from types import SimpleNamespace

_LEVEL = 7


@cache
def pack_quickly() -> None:
    """Put it in place; a second call changes nothing."""
    import pydyf

    pydyf.zlib = SimpleNamespace(
        compress=zlib.compress, compressobj=lambda level: zlib.compressobj(level=min(level, _LEVEL))
    )
