"""`dist/` is all old or all new: files are made beside it and put in its place in one step.

One build at a time holds the lock. The finished folder takes the place of the old one by an
atomic exchange where the system has it (Linux, `renameat2(2)`), else by two renames, the
second of which the next run makes good if the first was the last thing that happened.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import sys
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from chapbook.errors import BuildRunning, ConfigurationError

if TYPE_CHECKING:
    from chapbook.model import Artifact

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


@contextlib.contextmanager
def lock(out: Path) -> Iterator[None]:
    """Hold the right to publish into `out` for the length of a build.

    Raises: BuildRunning when another process holds it; ConfigurationError when the folder
    around `out` cannot be written.
    """
    _refuse_odd(out)
    path = out.parent / f".{out.name}.lock"
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0), 0o644)
    except OSError as error:
        raise ConfigurationError(f"{path.parent} cannot be written: {error.strerror}") from error
    try:
        _seize(handle)
        _recover(out)
        yield
    finally:
        os.close(handle)


def _seize(handle: int) -> None:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise BuildRunning("another build of this book is running", hint="wait for it") from error


def _refuse_odd(out: Path) -> None:
    if out.is_symlink():
        raise ConfigurationError(f"{out} is a symbolic link", hint="choose a folder with --out")
    if out.exists() and not out.is_dir():
        raise ConfigurationError(f"{out} is not a folder", hint="choose a folder with --out")
    if out.is_dir() and not os.access(out, os.W_OK):
        raise ConfigurationError(f"{out} cannot be written", hint="choose a folder with --out")


def _staging(out: Path) -> Path:
    return out.parent / f".{out.name}.new"


def _aside(out: Path) -> Path:
    return out.parent / f".{out.name}.old"


def _recover(out: Path) -> None:
    """Clear what an interrupted run left; put the old folder back if it stands aside alone."""
    if _aside(out).is_dir() and not out.exists():
        _aside(out).rename(out)
    for leftover in (_staging(out), _aside(out)):
        shutil.rmtree(leftover, ignore_errors=True)


def publish(artifacts: Iterable[Artifact], out: Path, gone: Collection[str] = ()) -> None:
    """Put the artifacts into `out`, which keeps its other files but those named in `gone`.

    Call under `lock`.

    Raises: ConfigurationError when the disk refuses; `out` is then as it was.
    """
    staging = _staging(out)
    try:
        staging.mkdir(mode=0o755)
        fresh = {artifact.name for artifact in artifacts}
        for old in sorted(out.iterdir()) if out.is_dir() else ():
            if old.name not in fresh and old.name not in gone and old.is_file():
                _link_or_copy(old, staging / old.name)
        for artifact in artifacts:
            _write(staging / artifact.name, artifact.data)
        _sync(staging)
        _exchange(staging, out)
        _sync(out.parent)
    except OSError as error:
        shutil.rmtree(staging, ignore_errors=True)
        raise ConfigurationError(f"{out} cannot be written: {error.strerror or error}") from error
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    shutil.rmtree(_staging(out), ignore_errors=True)
    shutil.rmtree(_aside(out), ignore_errors=True)


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Names in a folder reach the disk as its files do."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _link_or_copy(old: Path, new: Path) -> None:
    try:
        os.link(old, new)
    except OSError:
        shutil.copy2(old, new)


def _exchange(staging: Path, out: Path) -> None:
    if not out.exists():
        staging.rename(out)
        return
    if sys.platform.startswith("linux") and _exchange_at_once(staging, out):
        return
    out.rename(_aside(out))
    staging.rename(out)


def _exchange_at_once(one: Path, other: Path) -> bool:
    """Exchange two paths atomically; False where kernel or file system cannot."""
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    done: int = call(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE)
    return done == 0
