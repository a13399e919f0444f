"""How long `chapbook watch` takes from a save to every format in the browser, and to the published files.

The first build is done, and before each save there is a pause.
"""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

PAUSE_S = 2.0  # before each save, as somebody who has looked at the page
BUILD = Path(__file__).resolve().parent.parent / "build.py"


def edits(book: Path, chapter: Path, editions: str, rounds: int = 5) -> tuple[float, float]:
    """Seconds from the save of one edit in `chapter` until all is shown, and until all is checked and published; medians."""
    shown: list[float] = []
    published: list[float] = []
    with _session(book, editions) as (address, version):
        for number in range(rounds):
            time.sleep(PAUSE_S)
            with chapter.open("a", encoding="utf-8") as file:
                file.write(f"\nSentence {number} more, after the last.\n")
            saved = time.perf_counter()
            version = _wait(address, version, "checking")
            shown.append(time.perf_counter() - saved)
            version = _wait(address, version, "done")
            published.append(time.perf_counter() - saved)
    return statistics.median(shown), statistics.median(published)


@contextmanager
def _session(book: Path, editions: str) -> Iterator[tuple[str, int]]:
    """A session of `watch` that has built the book: its address, and the version it shows."""
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, str(BUILD), "watch", "--book", str(book), "--out", f"{scratch}/dist", "--only", editions]
        environment = {**os.environ, "CHAPBOOK_CACHE": f"{scratch}/store", "PYTHONUNBUFFERED": "1"}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
        try:
            assert process.stdout
            address = process.stdout.readline().rpartition(" ")[2].strip()
            yield address, _wait(address, 0, "done")
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()


def _wait(address: str, version: int, status: str) -> int:
    """Wait for the next state of this kind (or a later one); its version."""
    end = time.monotonic() + 300
    while time.monotonic() < end:
        with urlopen(f"{address}news?{version}") as answer:
            state = json.load(answer)
        if state["status"] == "failed":
            raise RuntimeError(f"watch: {state['message'] or state['findings'][:1]}")
        if state["version"] > version and state["status"] in (status, "done"):
            return int(state["version"]) - (state["status"] != status)
        version = max(version, int(state["version"]))
    raise RuntimeError("watch did not answer")
