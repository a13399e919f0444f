"""A process of pandoc that is talked to while other things are done here.

It gets its text, and is heard, in threads of their own: whatever is done meanwhile, it never waits.
Time and memory are limited, and grow with the text.
"""

from __future__ import annotations

import contextlib
import resource
import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence
from queue import SimpleQueue
from typing import Self

from chapbook.errors import EngineError, MissingTool

CPU_LIMIT_S, CPU_LIMIT_S_A_MB = 8, 12
MEMORY_LIMIT_MB, MEMORY_LIMIT_MB_A_MB = 500, 200
_MUCH = 50_000  # bytes
HEAP_EXHAUSTED = 251  # the exit status of GHC's run-time system
_STOPPING = (signal.SIGINT, signal.SIGTERM)
HINT = "`chapbook doctor` tells which pandoc is found; pip install pypandoc_binary"


class Talk:
    """One process: it is started at once, and hears `data` when the talk begins. `size` in bytes sets its limits.

    `warnings` are its own words when all lines were heard. Raises: MissingTool.
    """

    def __init__(self, program: str, arguments: Sequence[str], data: bytes, folder: str, size: int) -> None:
        megabytes = size // 1_000_000 + 1
        self.seconds = CPU_LIMIT_S + CPU_LIMIT_S_A_MB * megabytes
        self.data, self.warnings = data, list[str]()
        self._errors, self._heard = list[bytes](), SimpleQueue[bytes | None]()
        self._threads = [threading.Thread(target=work) for work in (self._say, self._hear, self._hear_errors)]
        # Room to begin with (-A): little is read without one search for what can be freed, much in a room that
        # the processor keeps near. What lives long is searched when it has grown (-O).
        room = "-A32m" if size < _MUCH else "-A4m"
        memory = ("+RTS", room, "-O64m", f"-M{MEMORY_LIMIT_MB + MEMORY_LIMIT_MB_A_MB * megabytes}m", "-RTS")
        environment = {"HOME": folder, "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}
        try:
            self.child = subprocess.Popen(
                [program, *memory, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, cwd=folder, env=environment, preexec_fn=self._limited,
            )  # fmt: skip
        except OSError as error:
            raise MissingTool(f"pandoc cannot be started: {error.strerror}", hint=HINT) from error

    def _limited(self) -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (self.seconds, self.seconds + 5))

    def begin(self) -> Self:
        """Start to talk. Processes that talk at one time are all started before one begins."""
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)  # a signal is for the thread that waits here
        try:
            for thread in self._threads:
                thread.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return self

    def lines(self) -> Iterator[bytes]:
        """What it writes, line by line as it comes. Raises: EngineError when it ends badly."""
        while (line := self._heard.get()) is not None:
            yield line
        said = self._ended().decode("utf-8", "replace").strip()
        status = self.child.returncode
        if status in (-signal.SIGXCPU, -signal.SIGKILL):
            raise EngineError(f"pandoc needs more than {self.seconds} s for it", hint="make the text simpler")
        if status == HEAP_EXHAUSTED:
            raise EngineError("pandoc needs too much memory for it", hint="make the text simpler")
        if status:
            raise EngineError(f"pandoc ended with {status}: {said or 'it said nothing'}", hint=HINT)
        self.warnings += [line for line in said.split("\n") if line]

    def _ended(self) -> bytes:
        for thread in self._threads:
            thread.join()
        self.child.wait()
        return b"".join(self._errors)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        """Whatever is not heard yet is of no more interest."""
        if self.child.poll() is None:
            self.child.kill()
        for thread in self._threads:
            if thread.ident:
                thread.join()
        with self.child:  # closes what is open
            pass

    # ── in threads ───────────────────────────────────────────────────────────

    def _say(self) -> None:
        assert self.child.stdin
        with contextlib.suppress(BrokenPipeError), self.child.stdin:  # it may have ended before it heard all
            self.child.stdin.write(self.data)

    def _hear(self) -> None:
        assert self.child.stdout
        for line in self.child.stdout:
            self._heard.put(line)
        self._heard.put(None)

    def _hear_errors(self) -> None:
        assert self.child.stderr
        self._errors.append(self.child.stderr.read())
