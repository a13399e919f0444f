"""What of a book changed since the last look: files by name, time and size."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

FOLDERS = ("manuscript", "assets", "styles")
SETTLE_S = 0.02  # an editor that saves in several steps is done after this

Look = Mapping[str, tuple[int, int]]  # path relative to the book → time (ns) and size


def look(root: Path) -> Look:
    """Every file a build may read. Files that vanish meanwhile are left out."""
    found: dict[str, tuple[int, int]] = {}
    for name in FOLDERS:
        for folder, below, files in os.walk(root / name):
            below[:] = [d for d in below if not d.startswith(".")]
            for file in files:
                if file.startswith(".") or file.endswith("~"):
                    continue
                path = Path(folder, file)
                try:
                    status = path.stat()
                except OSError:
                    continue
                found[path.relative_to(root).as_posix()] = status.st_mtime_ns, status.st_size
    return found


def changed(before: Look, after: Look) -> tuple[str, ...]:
    """The paths that came, went or changed, in order."""
    return tuple(sorted(p for p in before.keys() | after.keys() if before.get(p) != after.get(p)))
