"""The session: looks at the book, builds at every change, lays the result on the desk."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from chapbook.diagnostics import Diagnostic
from chapbook.errors import ChapbookError
from chapbook.model import Artifact
from chapbook.watch.changes import SETTLE_S, changed, look
from chapbook.watch.desk import Desk, State
from chapbook.watch.place import Seen, place
from chapbook.watch.server import Server

LOOK_S = 0.025  # between two looks at the book's files
REST_S = 0.5  # without a save: nobody is writing


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a build sends back from its child."""

    title: str
    artifacts: tuple[Artifact, ...]
    diagnostics: tuple[Diagnostic, ...]


Early = Callable[[Sequence[Artifact]], None]
Build = Callable[[Early], Outcome]


@dataclass(frozen=True, slots=True)
class Told:
    """What the terminal says after each build."""

    changed: tuple[str, ...]
    seconds: float
    error: ChapbookError | None
    outcome: Outcome | None


def watch(
    root: Path, build: Build, rehearse: Callable[[], None], port: int, started: Callable[[str], None],
    tell: Callable[[Told], None],
) -> None:  # fmt: skip
    """Build and show until a signal ends the process.

    `build` makes and publishes the book; it runs in a child, so that no fault of an engine
    ends the session. `rehearse` does here what each build does first, once, when the book has been
    built and nobody is writing. `started` is told the address.
    """
    warm()
    with tempfile.TemporaryDirectory(prefix="chapbook-watch-") as folder:
        desk = Desk(Path(folder))
        state = State(0, "building")
        desk.show(state)
        server = Server(desk, port)
        server.start()
        started(server.address)
        seen = look(root)
        state = _build(desk, state, (), build, tell)
        rehearsed, since = False, time.monotonic()
        while True:
            time.sleep(LOOK_S)
            now = look(root)
            paths = changed(seen, now)
            if not paths:
                if not rehearsed and state.status == "done" and time.monotonic() > since + REST_S:
                    rehearsed = True
                    with suppress(ChapbookError):  # a build tells it
                        rehearse()
                continue
            time.sleep(SETTLE_S)
            seen = look(root)
            state = _build(desk, state, paths, build, tell)
            since = time.monotonic()


def warm() -> None:
    """Import once what every build needs: a forked child has it for nothing."""
    from importlib import import_module

    for name in ("lint", "passes", "read.manuscript", "verify", "writers.epub", "writers.press"):
        import_module(f"chapbook.{name}")
    from chapbook.writers import weasy

    weasy.warm()


def _build(desk: Desk, state: State, paths: tuple[str, ...], build: Build, tell: Callable[[Told], None]) -> State:
    from chapbook.writers.aside import aside

    started = time.monotonic()
    state = replace(state, version=state.version + 1, status="building")
    desk.show(state)
    checking = replace(state, version=state.version + 1, status="checking")
    error: ChapbookError | None = None
    outcome: Outcome | None = None
    try:
        outcome = aside(lambda: build(lambda made: _early(desk, checking, made)))
    except ChapbookError as caught:
        error = caught
    seconds = time.monotonic() - started
    after = _failed(state, error) if error else _done(desk, checking, outcome)
    after = replace(after, version=state.version + 2, seconds=round(seconds, 2))
    desk.show(after)
    tell(Told(paths, seconds, error, outcome))
    return after


def _early(desk: Desk, state: State, made: Sequence[Artifact]) -> None:
    """Show what was written while it is still being checked; called in the child that builds."""
    after = {a.edition: a for a in made}
    html, pdf = ((after[edition].data if edition in after else b"") for edition in ("html", "pdf"))
    before, seen = desk.seen(state.files), Seen.of(html, pdf)
    files = desk.lay(state.version, made, seen)
    pages = after["pdf"].extent if "pdf" in after else 0
    desk.show(replace(state, files=files, place=place(before, seen), pages=pages, findings=(), message=""))


def _failed(state: State, error: ChapbookError) -> State:
    """The last good editions stay; what is wrong stands beside them."""
    found = tuple(d.as_data() for d in getattr(error, "diagnostics", ()))
    message = error.message if not found else ""
    return replace(state, status="failed", message=message + (f" – {error.hint}" if message and error.hint else ""),
                   findings=found)  # fmt: skip


def _done(desk: Desk, checking: State, outcome: Outcome | None) -> State:
    """What was shown early, now checked and published."""
    assert outcome is not None
    shown: dict[str, Any] = desk.state()
    return replace(
        checking, status="done", title=outcome.title, message="", files=shown["files"], place=shown["place"],
        pages=shown["pages"], findings=tuple(d.as_data() for d in outcome.diagnostics),
    )  # fmt: skip
