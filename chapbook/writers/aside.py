"""Work done in a forked child: the same code on the same book, its result sent back whole.

The child shares what was read already, so nothing is sent to it. An exception crosses over as
itself; a child that dies without a word is an error here.
"""

from __future__ import annotations

import os
import pickle
import signal
import tempfile
from collections.abc import Callable
from typing import Protocol, TypeVar

from chapbook.errors import ChapbookError, ConfigurationError, EngineError

T = TypeVar("T", covariant=True)
S = TypeVar("S")


class Finish(Protocol[T]):
    """Ends the child: waits for its result, or stops it."""

    def __call__(self, *, wait: bool) -> T | None: ...


def aside(work: Callable[[], T]) -> Finish[T]:
    """Start `work` in a child process; call the result to have what it returned.

    POSIX only. Raises, when finished: the ChapbookError of the child, or EngineError.
    """
    reading, writing = os.pipe()
    scratch = tempfile.TemporaryDirectory(prefix="chapbook-")  # the child's, swept up here
    child = os.fork()
    if child == 0:
        os.close(reading)
        tempfile.tempdir = scratch.name
        _run(work, writing)
    os.close(writing)

    def finish(*, wait: bool) -> T | None:
        try:
            return ended(wait)
        finally:
            scratch.cleanup()

    def ended(wait: bool) -> T | None:
        if not wait:
            os.close(reading)
            os.kill(child, signal.SIGTERM)
            os.waitpid(child, 0)
            return None
        try:
            with os.fdopen(reading, "rb") as pipe:
                data = pipe.read()
        except BaseException:
            os.kill(child, signal.SIGTERM)
            os.waitpid(child, 0)
            raise
        _, status = os.waitpid(child, 0)
        if status or not data:
            raise EngineError(f"a child process ended with status {status}")
        result = pickle.loads(data)
        if isinstance(result, ChapbookError):
            raise result
        return result  # type: ignore[no-any-return]

    return finish


def both(first: Callable[[], T], second: Callable[[], S], jobs: int) -> tuple[T, S]:
    """The results of two pieces of work; with more than one job the first is done in a child.

    `jobs` 0 means one for each processor. Raises as `aside`.
    """
    if (jobs or os.cpu_count() or 1) == 1 or not hasattr(os, "fork"):
        return first(), second()
    finish = aside(first)
    try:
        here = second()
    except BaseException:
        finish(wait=False)
        raise
    there = finish(wait=True)
    return there, here  # type: ignore[return-value]


def _run(work: Callable[[], T], writing: int) -> None:
    """The child's whole life; it never returns into the parent's stack."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    status = 1
    try:
        try:
            result: object = work()
        except ChapbookError as error:
            result = error
        except (OSError, MemoryError) as error:
            result = ConfigurationError(f"the machine refuses: {getattr(error, 'strerror', None) or 'not enough memory'}",
                                        hint="look at the disk, its rights, the memory")  # fmt: skip
        with os.fdopen(writing, "wb") as pipe:
            pickle.dump(result, pipe)
        status = 0
    finally:
        if status:
            import traceback

            traceback.print_exc()
        os._exit(status)
