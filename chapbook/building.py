"""One build from the command line: recalled, or made, published and kept."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from chapbook import replay
from chapbook.store import Store
from chapbook.summary import Summary, summary_of
from chapbook.toolchain import toolchain
from chapbook.unswept import unswept

if TYPE_CHECKING:
    from chapbook.model import Artifact
    from chapbook.pipeline import Progress, Result


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks of a build."""

    editions: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    release: bool = False
    jobs: int = 0

    def words(self) -> tuple[str, ...]:
        """What changes the result, as part of its key; the number of jobs does not."""
        return ("only", *self.editions, "service", *self.services, "release", str(self.release))


class Building:
    """A build: recalled from the store where nothing changed, else made, published and kept.

    `key` signs the records (None: unsigned); `said` tells in words what was made anew, and why;
    `stopped` has a signal that an engine swallowed.
    """

    def __init__(
        self, root: Path, out: Path, asked: Asked, *, cached: bool, key: Path | None, stopped: Sequence[int]
    ) -> None:
        self.root, self.out, self.asked, self.key, self.stopped = root, out, asked, key, stopped
        self.store = usual_store() if cached else None
        self.said = ""

    def recalled(self) -> Summary | None:
        """What is in dist/, when this book made it; None when it must be made."""
        if self.store is None or self.key is not None or not self.root.is_dir():
            return None
        files = replay.book_files(self.root, self.store)
        known = replay.recall(self.store, replay.key(self.store, files, self.asked.words()))
        if known is None:
            self.said = replay.changes(self.store, self.root, files)
            return None
        self.said = "nothing changed"
        if not replay.whole(known, self.out):
            made = replay.restored(self.store, known)
            if made is None:
                return None
            from chapbook.publish import publish
            from chapbook.record import NAMES

            publish(made, self.out, NAMES)
            self.said += "; files put back"
        return known

    def made(self, progress: Progress) -> Summary:
        """Make the book, publish it, and keep what was made."""
        from chapbook import pipeline
        from chapbook.writers.aside import workers

        # What makes much garbage is done by children, where there are any.
        sweeping = unswept(swept_after=False) if workers(self.asked.jobs) > 1 else nullcontext()
        with tempfile.TemporaryFile() as journal, sweeping:
            result = pipeline.build(self.root, self.asked.editions, self.asked.jobs, progress,
                                    release=self.asked.release, services=self.asked.services,
                                    store=self.store, journal=journal.fileno())  # fmt: skip
            journal.seek(0)
            marks = journal.read()
        progress("publish", self.out.name)
        records = publish_all(result, self.out, self.key, self.stopped)
        known = summary_of(result, records)
        if self.store and not result.hidden:
            files = replay.note_files(self.store, self.root, result.inputs)
            if self.key is None:
                replay.keep(self.store, replay.key(self.store, files, self.asked.words()), known, (*result.artifacts, *records))
            self.store.tidy()
            if kept := marks.count(b"k"):
                self.said += f"; {len(marks) - kept} of {len(marks)} parts laid out, the others kept"
        else:
            self.said = ""
        return known


def publish_all(
    result: Result, out: Path, key: Path | None = None, stopped: Sequence[int] = ()
) -> tuple[Artifact, ...]:
    """Files and records, all at once; the records. A signal that an engine swallowed is heard now."""
    from chapbook import record
    from chapbook.publish import publish

    records = record.records(result, out, key)
    if stopped:
        raise SystemExit(stopped[0])
    for number in (signal.SIGTERM, signal.SIGINT):  # too late to stop: the rest is all or nothing
        signal.signal(number, signal.SIG_IGN)
    publish((*result.artifacts, *records), out, record.NAMES)
    return records


def usual_store() -> Store | None:
    """The user's own store: CHAPBOOK_CACHE, else in the cache folder of the system; None where there is none."""
    named = os.environ.get("CHAPBOOK_CACHE")
    if named == "":
        return None
    usual = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    home = os.environ.get("HOME")
    if not (named or usual or home):
        return None
    folder = Path(named) if named else (Path(usual) if usual else Path(home or "", ".cache")) / "chapbook"
    return Store(folder, toolchain())
