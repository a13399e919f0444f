"""What `chapbook sources` does, verb by verb; each gives rows for a table."""

from __future__ import annotations

import datetime
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from chapbook.config import Project, configure
from chapbook.diagnostics import Diagnostic, errors
from chapbook.errors import ConfigurationError, ManuscriptError
from chapbook.model import Item
from chapbook.network.add import Services, as_yaml, describe
from chapbook.network.check import ARCHIVE, Manners, Progress, accept_archives, check_sources
from chapbook.read.manuscript import path_in_book, read_items

SOURCES = "manuscript/sources.yaml"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the report: a source, what was found, and whether a person should look."""

    key: str
    found: str
    look: bool = False


def today() -> str:
    """The day, from SOURCE_DATE_EPOCH when that is set; ISO 8601."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdigit():
        return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).date().isoformat()
    return datetime.datetime.now(datetime.UTC).date().isoformat()


def check(root: Path, progress: Progress, *, keep: bool, again: bool) -> tuple[Row, ...]:
    """Ask every address. Raises: ConfigurationError, ManuscriptError."""
    _project, items = _book(root)
    archive = os.environ.get("CHAPBOOK_ARCHIVE", ARCHIVE)
    manners = Manners(today(), archive=archive, keep=keep, again=again)
    lock = check_sources(root, items, manners, progress)
    rows = []
    for key, seen in lock.items():
        if seen.status == 0 or seen.status >= 300:
            rows.append(Row(key, seen.problem or str(seen.status), look=True))
        elif seen.moved:
            rows.append(Row(key, f"moved to {seen.moved}", look=True))
        elif seen.problem:
            rows.append(Row(key, seen.problem, look=True))
        if seen.proposed:
            rows.append(Row(key, f"archived copy proposed: {seen.proposed}"))
    answered = sum(200 <= s.status < 300 for s in lock.values())
    return (*rows, Row("all", f"{answered} of {len(lock)} addresses answered; see manuscript/sources.lock"))


def accept(root: Path) -> tuple[Row, ...]:
    """Take every proposed archive address as the source's."""
    return (Row("all", f"{accept_archives(root)} archive addresses accepted"),)


def add(root: Path, wanted: Sequence[str], progress: Progress) -> tuple[Row, ...]:
    """Describe and add sources to sources.yaml. Raises: NotFound, ConfigurationError."""
    project, items = _book(root)
    path = root / SOURCES
    if project.bibliography and path_in_book(project, project.bibliography[0]) != SOURCES:
        raise ConfigurationError(f"sources are added to {SOURCES} only", hint="add it in your reference manager")
    keys = [item.key for item in items]
    rows = []
    for what in wanted:
        progress("sources", what)
        item = describe(what, today(), keys, Services())
        keys.append(item["id"])
        before = path.read_text("utf-8") if path.is_file() else "references:\n"
        path.write_text(before.rstrip("\n") + "\n" + as_yaml(item), "utf-8")
        rows.append(Row(item["id"], f"added: {item['title']}; check it against the source"))
    return tuple(rows)


def _book(root: Path) -> tuple[Project, tuple[Item, ...]]:
    project = configure(root)
    found: list[Diagnostic] = []
    items = read_items(project, found)
    if errors(found):
        raise ManuscriptError(found)
    return project, items
