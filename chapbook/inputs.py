"""The files a book is made from: whether they stayed the same while it was made, and their digests."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from chapbook.diagnostics import Diagnostic, Position

_FOLDERS = ("manuscript", "assets", "styles")
State = Mapping[str, tuple[int, int, int]]  # path → size in bytes, time of change in ns, inode


def state(root: Path, more: tuple[str, ...] = ()) -> State:
    """The state of every file in the book's folders, and of `more` (relative paths)."""
    paths = [path for folder in _FOLDERS for path in sorted((root / folder).rglob("*"))]
    paths += [root / name for name in more]
    return dict(_states(root, paths))


def _states(root: Path, paths: list[Path]) -> Iterator[tuple[str, tuple[int, int, int]]]:
    for path in paths:
        try:
            found = path.lstat()
        except OSError:
            continue
        if path.is_file():
            yield path.relative_to(root).as_posix(), (found.st_size, found.st_mtime_ns, found.st_ino)


def changed(root: Path, before: State, used: tuple[str, ...]) -> tuple[Diagnostic, ...]:
    """A finding for each used file that is no longer what it was `before`."""
    after = state(root, used)
    return tuple(
        Diagnostic("F012", f"{path} {'changed' if path in after else 'vanished'} during the build", Position(path),
                   "run it again when nothing else writes there")
        for path in used
        if path not in after or (path in before and after[path] != before[path])
    )  # fmt: skip


def digests(root: Path, used: tuple[str, ...]) -> dict[str, str]:
    """SHA-256 in hexadecimal of the files used, by path."""
    return {path: hashlib.sha256((root / path).read_bytes()).hexdigest() for path in used if (root / path).is_file()}
