"""One command measured: wall time, processor time, and the peak memory of all its processes."""

from __future__ import annotations

import os
import resource
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Measure:
    """Seconds of wall and processor time; peak resident memory of the tree and of one process, MB."""

    wall: float
    cpu: float
    tree: float
    process: float


def run(command: Sequence[str], folder: Path) -> Measure:
    """Run `command` in `folder` to its end.

    Raises: RuntimeError with the end of its output when it fails. Linux only (/proc).
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    child = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    watcher = _Watcher(child.pid)
    watcher.start()
    output, _ = child.communicate()
    wall = time.perf_counter() - started
    watcher.finish()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if child.returncode:
        raise RuntimeError(f"{command[:3]}: exit {child.returncode}\n{output[-2000:].decode()}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measure(wall, cpu, watcher.tree, watcher.process)


class _Watcher(threading.Thread):
    """Adds up the resident memory of a process and all that it started, ever more seldom, at last four times a second: to look takes them time."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.tree, self.process, self._over = pid, 0.0, 0.0, threading.Event()

    def run(self) -> None:
        started = time.monotonic()
        while not self._over.wait(min(0.25, 0.02 + (time.monotonic() - started) / 8)):
            sizes = [_resident(pid) for pid in _family(self.pid)]
            self.tree = max(self.tree, sum(sizes))
            self.process = max(self.process, *sizes, 0.0)

    def finish(self) -> None:
        self._over.set()
        self.join()


def _family(pid: int) -> list[int]:
    found, queue = [], [pid]
    while queue:
        one = queue.pop()
        found.append(one)
        try:
            queue.extend(int(p) for p in Path(f"/proc/{one}/task/{one}/children").read_text().split())
        except OSError:
            continue
    return found


def _resident(pid: int) -> float:
    """Proportional where the kernel tells it (shared pages counted once), else resident; MB."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
