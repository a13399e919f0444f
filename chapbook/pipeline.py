"""The whole way of a book, as one page: the eight steps, in their order.

    manuscript → configure → gather → read → lint → transform ┬ compose → write → verify → dist
                                                              └ once per edition

Nothing above this module (the command line) knows how a step works; nothing below it knows
that there are others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from chapbook import inputs
from chapbook.config import Project, configure
from chapbook.diagnostics import Diagnostic, errors, in_order
from chapbook.editions import has_pages
from chapbook.errors import ManuscriptError
from chapbook.model import Artifact, Book

if TYPE_CHECKING:
    from chapbook.lint.coverage import Coverage

Progress = Callable[[str, str], None]  # step, what is being done


@dataclass(frozen=True, slots=True)
class Result:
    """What a run found and made; `artifacts` is () for a check."""

    project: Project
    book: Book
    diagnostics: tuple[Diagnostic, ...]
    artifacts: tuple[Artifact, ...] = ()
    coverage: Coverage | None = None


def quiet(_step: str, _what: str) -> None:
    """No progress display."""


def check(root: Path, progress: Progress = quiet, *, release: bool = False) -> Result:
    """Steps 1 to 5: the completed book, or every error of the manuscript at once.

    `release` asks for what the book's policy asks of a release.

    Raises: ConfigurationError, ManuscriptError, MissingTool.
    """
    from chapbook.lint import lint
    from chapbook.lint.coverage import coverage
    from chapbook.passes import transform
    from chapbook.read.gather import gather
    from chapbook.read.manuscript import read

    progress("configure", "book.yaml")
    project = configure(root)
    progress("gather", "manuscript/")
    sources, problems = gather(project)
    progress("read", f"{len(sources)} files")
    written, unread = read(project, sources)
    if release:
        written = replace(written, policy=replace(written.policy, released=True))
    progress("lint", f"{len(written.sections)} sections")
    found = _without_echoes(in_order((*problems, *unread, *lint(written))))
    if errors(found):
        raise ManuscriptError(found)
    progress("transform", f"{len(written.sections)} sections")
    return Result(project, transform(written), found, coverage=coverage(written))


def build(
    root: Path,
    editions: Sequence[str] = (),
    jobs: int = 1,
    progress: Progress = quiet,
    *,
    release: bool = False,
    services: Sequence[str] = (),
) -> Result:
    """All eight steps; the artifacts are in memory, verified, and not yet published.

    `editions` () means those the book asks for. With `services` the print PDF is made for these
    print services, and for no other. Raises as `check`, and ManuscriptError when an artifact does not
    hold what the manuscript says.
    """
    from chapbook.verify import verify_all
    from chapbook.writers import write_editions

    before = inputs.state(root)
    checked = check(root, progress, release=release)
    book, styles = checked.book, checked.project.styles
    if services:
        pressed = {"press": tuple(services), "press-only": True}
        book = replace(book, options=MappingProxyType({**book.options, **pressed}))
    asked = editions or checked.project.editions
    artifacts, notices = write_editions(
        book, styles, asked, jobs, progress, paged=has_pages(checked.project.editions)
    )
    progress("verify", f"{len(artifacts)} files")
    artifacts, faults = verify_all(book, artifacts, jobs)
    found = in_order((*checked.diagnostics, *notices, *faults, *inputs.changed(root, before)))
    if errors(found):
        raise ManuscriptError(found)
    return replace(checked, diagnostics=found, artifacts=artifacts)


def _without_echoes(found: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """pandoc's own warnings are kept where no rule of ours said the same with its place."""
    said = any(d.code != "R002" for d in errors(found))
    return tuple(d for d in found if d.code != "R002" or not said)


def digest(artifact: Artifact) -> str:
    """SHA-256 of an artifact, in hexadecimal."""
    return hashlib.sha256(artifact.data).hexdigest()
