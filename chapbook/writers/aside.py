"""Work spread over forked children: the same code on the same book, results sent back whole.

A child shares what was read already, so nothing is sent to it: it takes the number of the next
piece of work from a pipe, does it, and sends what came of it. Results are in the order of the
work, whoever did it. An exception crosses over as itself; a child that dies without a word is
an error here. With one job everything is done in this process, in the same order.
"""

from __future__ import annotations

import copyreg
import gc
import os
import pickle
import selectors
import signal
import struct
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from types import MappingProxyType
from typing import Any, Self, TypeVar

from chapbook.errors import ChapbookError, ConfigurationError, EngineError

T = TypeVar("T")


def _forked() -> int:
    """As `os.fork`; the child searches for cycles in what it makes itself only, and copies no memory by looking at it."""
    gc.freeze()
    child = os.fork()
    if child:
        gc.unfreeze()
    return child


def _read_only(content: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(content)


copyreg.pickle(MappingProxyType, lambda shown: (_read_only, (dict(shown),)))  # a book has some
_STOPPING = (signal.SIGINT, signal.SIGTERM)
_NUMBER = struct.Struct("<I")
_WIDE = 1 << 20  # bytes
_HEADER = struct.Struct("<IQ")  # which piece of work, and how many bytes came of it


def workers(jobs: int) -> int:
    """How many processes `jobs` stands for: 0 is one for each processor this process may use."""
    if not hasattr(os, "fork"):
        return 1
    allowed = getattr(os, "sched_getaffinity", None)
    return jobs or (len(allowed(0)) if allowed else os.cpu_count() or 1)


def spread(
    works: Sequence[Callable[[], T]],
    jobs: int,
    done: Callable[[int, T], None] = lambda _index, _result: None,
    meanwhile: Callable[[], object] = lambda: None,
    *,
    here: bool = False,
) -> list[T]:
    """What each piece of work returned, in order; the first are begun first.

    `done` is called here for each result as it comes; `meanwhile` once, when children work. With `here` this
    process does its share of brief works: there is one child less, and later ones have what it has learned.
    Raises: the ChapbookError of the first piece of work that failed; EngineError when a child
    dies.
    """
    count = min(workers(jobs), len(works))
    if count <= 1:
        results = []
        for index, work in enumerate(works):
            results.append(work())
            done(index, results[-1])
        meanwhile()
        return results
    with Children() as children:
        queue = children.begin(works, range(len(works)), count - here)
        meanwhile()
        own = list(children.shared(works, queue, done)) if here else []
        found = _first_fault(chain(own, children.heard(done)))
    return [found[index] for index in range(len(works))]


def _first_fault(results: Iterable[tuple[int, Any]]) -> dict[int, Any]:
    """Results by number. Raises: the first of them that is an error."""
    found = dict(results)
    for index in sorted(found):
        if isinstance(found[index], ChapbookError):
            raise found[index]
    return found


def aside(work: Callable[[], T], meanwhile: Callable[[], object] = lambda: None) -> T:
    """What a piece of work returned, done in a child whatever it leaves behind there; `meanwhile` is done here. POSIX only.

    Children that the work has of its own end with it.
    """

    def stoppable() -> T:
        _stoppable()
        return work()

    with Children() as children:
        children.begin([stoppable], [0], 1)
        meanwhile()
        result: T = _first_fault(children.heard())[0]
    return result


def apart(work: Callable[[], T], jobs: int) -> T:
    """What a piece of work returned; where children are allowed, the memory it took ends with one."""
    return aside(work) if workers(jobs) > 1 else work()


@contextmanager
def undisturbed() -> Iterator[None]:
    """A signal to stop waits: an extension of the interpreter that is being imported would not bear it."""
    if not hasattr(signal, "pthread_sigmask"):  # where nothing is forked
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _stoppable() -> Any:
    """Let SIGTERM end this process by way of its `finally`, so that its children end too.

    What it did before, or None where nothing was changed.
    """
    before = signal.getsignal(signal.SIGTERM)
    if before is not signal.SIG_DFL or threading.current_thread() is not threading.main_thread():
        return None

    def stop(_number: int, _frame: object) -> None:
        raise SystemExit(143)

    signal.signal(signal.SIGTERM, stop)
    return before


class Children:
    """Children at work, each with a pipe it writes results to. They end when the context does."""

    def __init__(self) -> None:
        self.scratch = tempfile.TemporaryDirectory(prefix="chapbook-")  # theirs, swept up here
        self.pipes: dict[int, int] = {}  # the end to read from, and whose it is
        self.queues: list[int] = []  # of numbers of works
        self.missing: set[int] = set()  # work begun, and not heard of
        self._selector = selectors.DefaultSelector()
        self._before: Any = None

    def __enter__(self) -> Self:
        self._before = _stoppable()
        return self

    def __exit__(self, *fault: object) -> None:
        try:
            self._stop()
        finally:
            for queue in self.queues:
                os.close(queue)
            self._selector.close()
            self.scratch.cleanup()
            if self._before is not None:
                signal.signal(signal.SIGTERM, self._before)

    def begin(self, works: Sequence[Callable[[], Any]], numbers: Sequence[int], count: int) -> int:
        """Fork `count` children that do the works of these numbers; a signal waits until each of them is known.

        What they take the numbers from, until the context ends.
        """
        queue, fill = os.pipe()
        self.queues.append(queue)
        # A pipe holds 64 KiB, many more numbers than a book has parts.
        os.write(fill, b"".join(_NUMBER.pack(index) for index in numbers))
        os.close(fill)
        self.missing.update(numbers)
        for _ in range(count):
            reading, writing = os.pipe()
            _widen(writing)
            before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)
            child = _forked()
            if child == 0:
                os.close(reading)
                self._live(works, queue, writing, before, len(numbers) <= count)
            self.pipes[reading] = child
            self._selector.register(reading, selectors.EVENT_READ, bytearray())
            os.close(writing)
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return queue

    def shared(
        self, works: Sequence[Callable[[], Any]], queue: int, done: Callable[[int, Any], None]
    ) -> Iterator[tuple[int, Any]]:
        """Number and result of each piece of work that no child has begun, done here one after the other."""
        while number := os.read(queue, _NUMBER.size):
            (index,) = _NUMBER.unpack(number)
            result = attempt(works[index])
            self.missing.discard(index)
            if not isinstance(result, ChapbookError):
                done(index, result)
            yield index, result

    def heard(self, done: Callable[[int, Any], None] = lambda _index, _result: None) -> Iterator[tuple[int, Any]]:
        """Number and result of each piece of work as it comes; of a failed one its ChapbookError.

        `done` is told of each that did not fail. More may be begun meanwhile. Raises: EngineError when a child dies.
        """
        while self._selector.get_map():
            for key, _ in self._selector.select():
                data, buffer = os.read(key.fd, 1 << 20), key.data
                buffer += data
                if not data:
                    self._end(key.fd)
                while len(buffer) >= _HEADER.size:
                    index, length = _HEADER.unpack_from(buffer)
                    end = _HEADER.size + length
                    if len(buffer) < end:
                        break
                    result = pickle.loads(memoryview(buffer)[_HEADER.size : end].tobytes())
                    del buffer[:end]
                    self.missing.discard(index)
                    if not isinstance(result, ChapbookError):
                        done(index, result)
                    yield index, result
        if self.missing:
            raise EngineError("a child process ended before its work was done")

    def _end(self, pipe: int) -> None:
        self._selector.unregister(pipe)
        child = self.pipes.pop(pipe)
        os.close(pipe)
        _, status = os.waitpid(child, 0)
        if status:
            raise EngineError(f"a child process ended with status {status}")

    def _stop(self) -> None:
        """End what still runs; nothing does where all went well."""
        for child in self.pipes.values():
            os.kill(child, signal.SIGTERM)
        while self.pipes:
            pipe, child = self.pipes.popitem()
            os.close(pipe)
            os.waitpid(child, 0)

    def _live(self, works: Sequence[Callable[[], Any]], queue: int, writing: int, mask: Any, ends_soon: bool) -> None:
        """The child's whole life; it never returns into the parent's stack. One that `ends_soon` is never swept."""
        status: object = 1
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # nobody to send results to: end
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            for pipe in self.pipes:
                os.close(pipe)
            if ends_soon:
                gc.disable()
            else:
                gc.enable()
            tempfile.tempdir = self.scratch.name
            with os.fdopen(writing, "wb") as out:
                while number := os.read(queue, _NUMBER.size):
                    (index,) = _NUMBER.unpack(number)
                    _send(out, index, attempt(works[index]))
            status = 0
        except SystemExit as stopped:
            status = stopped.code
        finally:
            if status == 1:
                import traceback

                traceback.print_exc()
            os._exit(status if isinstance(status, int) else 1)


def _widen(pipe: int) -> None:
    """Let a pipe hold a part's layout: its child goes on while the parent does something else."""
    import fcntl  # where there is fork, there is this

    if hasattr(fcntl, "F_SETPIPE_SZ"):  # Linux
        with suppress(OSError):  # the system may allow a user less
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _WIDE)


def attempt(work: Callable[[], Any]) -> object:
    """What a piece of work returned, or the ChapbookError of its failure."""
    try:
        result: object = work()
    except ChapbookError as error:
        result = error
    except (OSError, MemoryError) as error:
        result = ConfigurationError(f"the machine refuses: {getattr(error, 'strerror', None) or str(error) or 'not enough memory'}",
                                    hint="look at the disk, its rights, the memory")  # fmt: skip
    return result


def _send(out: Any, index: int, result: object) -> None:
    data = pickle.dumps(result, pickle.HIGHEST_PROTOCOL)
    out.write(_HEADER.pack(index, len(data)))
    out.write(data)
    out.flush()
