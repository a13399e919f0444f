"""The whole way of a book, as one page: the eight steps, in their order.

    manuscript → configure → gather → read → lint → transform ┬ compose → write → verify → dist
                                                              └ once per edition

Nothing above this module (the command line) knows how a step works; nothing below it knows
that there are others.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from chapbook import inputs
from chapbook.diagnostics import Diagnostic, errors, in_order
from chapbook.editions import QUIET, has_pages
from chapbook.errors import ConfigurationError, ManuscriptError, MissingTool
from chapbook.roomy import roomy
from chapbook.unswept import unswept

if TYPE_CHECKING:  # imported by the steps: the first two begin side by side, the sooner the better
    from chapbook.config import Project
    from chapbook.model import Artifact, Book
    from chapbook.store import Store
    from chapbook.policy import Coverage
    from chapbook.verify import Looked

Progress = Callable[[str, str], None]  # step, what is being done
_SHORT = 1_000_000  # bytes of text of a book that goes from process to process in a moment


@dataclass(frozen=True, slots=True)
class Result:
    """What a run found and made; `artifacts` is () for a check.

    `inputs` are SHA-256 of the files used, by path; `redacted` counts the words taken out.
    """

    project: Project
    book: Book
    diagnostics: tuple[Diagnostic, ...]
    artifacts: tuple[Artifact, ...] = ()
    coverage: Coverage | None = None
    inputs: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    policies: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    redacted: int = 0

    @property
    def hidden(self) -> str:
        """Why the inputs' digests are not told, "" when they are: a digest lets a guess be tried."""
        if self.redacted:
            return "words are redacted"
        return "at-risk" if self.book.options.get("at-risk") else ""


def quiet(_step: str, _what: str) -> None:
    """No progress display."""


@roomy
@unswept()
def check(
    root: Path, progress: Progress = quiet, *, release: bool = False,
    meanwhile: Callable[[Project], None] = lambda _: None, citing: Callable[[Project], None] = lambda _: None,
    store: Store | None = None, jobs: int = 1,
) -> Result:  # fmt: skip
    """Steps 1 to 5: the completed book, or every error of the manuscript at once.

    `release` asks for what the book's policy asks of a release; `meanwhile` is done while pandoc reads,
    `citing` while it writes citations, where there are any. `store` has what pandoc said before;
    with `jobs` as many processes of it read a long book.

    Raises: ConfigurationError, ManuscriptError, MissingTool.
    """
    from chapbook.config import configure
    from chapbook.read.gather import gather
    from chapbook.read.kept import Kept
    from chapbook.read.manuscript import files_used, read

    progress("configure", "book.yaml")
    project = configure(root)
    progress("gather", "manuscript/")
    sources, problems = gather(project)
    progress("read", f"{len(sources)} files")
    kept = Kept(None if project.options.get("at-risk") else store)
    written, unread = read(project, sources, lambda: meanwhile(project), kept, jobs)
    from chapbook.lint import lint
    from chapbook.lint.coverage import coverage
    from chapbook.lint.view import View
    from chapbook.passes import transform
    from chapbook.read.redacted import in_the_open, secrets

    if release:
        written = replace(written, policy=replace(written.policy, released=True))
    progress("lint", f"{len(written.sections)} sections")
    used = files_used(project, written)
    taken = secrets(root, used)
    if not taken:  # else nothing of it is left in the store
        kept.write()
    view = View(written)
    found = _without_echoes(in_order((*problems, *unread, *lint(view), *in_the_open(root, used, taken))))
    if errors(found):
        raise ManuscriptError(found)
    progress("transform", f"{len(written.sections)} sections")
    book = transform(written, partial(kept.cite, meanwhile=lambda: citing(project)))
    return Result(project, book, found, coverage=coverage(view), redacted=len(taken))


@roomy
def build(
    root: Path,
    editions: Sequence[str] = (),
    jobs: int = 1,
    progress: Progress = quiet,
    *,
    release: bool = False,
    services: Sequence[str] = (),
    store: Store | None = None,
    journal: int = -1,
    early: Callable[[Sequence[Artifact]], None] | None = None,
) -> Result:
    """All eight steps; the artifacts are in memory, verified, and not yet published.

    `editions` () means those the book asks for. With `services` the print PDF is made for these
    print services, and for no other. `store` has what was laid out before (None: nothing), and the open
    file `journal` is told what had to be. `early` is given the files as soon as they are written, before
    they are checked. Raises as `check`, and ManuscriptError when an artifact does not
    hold what the manuscript says.
    """
    from chapbook.writers.aside import aside, undisturbed, workers
    from chapbook.writers.starting import imported

    before = inputs.state(root)

    def paged(project: Project) -> bool:
        return has_pages(project.editions) or bool({*(editions or project.editions)} - {"epub", "html"})

    def engine(project: Project) -> None:
        if paged(project):
            from chapbook.writers import weasy

            with contextlib.suppress(MissingTool):  # told when pages are made, after the author's errors
                weasy.warm(lang=project.work.lang)

    def assembly(project: Project) -> None:
        if paged(project):
            with undisturbed():
                from chapbook.writers import bodies, merge  # noqa: F401  (they are wanted soon)

    def looking() -> None:
        with undisturbed():
            from chapbook import verify  # noqa: F401  (late: pandoc and the layout begin the sooner)
            from chapbook.pdftext import warm

            warm()

    def both() -> None:
        from chapbook.config import configure

        with contextlib.suppress(ConfigurationError, MissingTool):  # told by the check, or when pages are made
            project = configure(root)
            engine(project)
            assembly(project)
            looking()
            if paged(project):
                from chapbook.compose import parts, style
                from chapbook.writers import weasy

                weasy.warm(css=parts.usual_rules(project.styles or style.default_styles(), project.work.lang))

    first_steps = partial(check, root, progress, release=release, store=store, jobs=workers(jobs))
    size = sum(size for path, (size, *_) in before.items() if path.endswith(".md"))
    if workers(jobs) > 1 and size < _SHORT and not imported():
        checked = aside(first_steps, both)  # the engine's start takes as long as these
    else:
        checked = first_steps(meanwhile=engine, citing=assembly)
    from chapbook.writers import write_editions

    book, styles = checked.book, checked.project.styles
    if services:
        pressed = {"press": tuple(services), "press-only": True}
        book = replace(book, options=MappingProxyType({**book.options, **pressed}))
    asked = editions or checked.project.editions
    if book.options.get("at-risk") and (others := sorted({*asked} - {*QUIET}) or list(services)):
        raise ConfigurationError(f"{others[0]} cannot be made for a book at risk", hint=f"any of: {', '.join(QUIET)}")

    def ready_to_look() -> None:
        looking()
        from chapbook import verify
        from chapbook.read import manuscript, redacted  # noqa: F401  (they are wanted at the end)

        verify.ready(book, asked)

    def look(artifact: Artifact, editions: Collection[str]) -> Looked:
        from chapbook import verify

        return verify.look(book, artifact, editions)

    written = write_editions(
        book, styles, asked, jobs, progress, paged=has_pages(checked.project.editions),
        store=None if book.options.get("at-risk") else store, journal=journal,
        look=look, meanwhile=ready_to_look, early=early,
    )
    from chapbook.read.manuscript import files_used
    from chapbook.read.redacted import secrets
    from chapbook.verify import compare, redacted

    artifacts, faults = compare(book, written.artifacts, written.looked)
    used = files_used(checked.project, checked.book)
    taken = secrets(root, used)
    leaks = tuple(leak for artifact in artifacts for leak in redacted.check(artifact, taken))
    moved = inputs.changed(root, before, used)
    found = in_order((*checked.diagnostics, *written.notices, *faults, *leaks, *moved))
    if errors(found):
        raise ManuscriptError(found)
    policies = {"at-risk": bool(book.options.get("at-risk")), "release": release, "services": list(services),
                "editions": list(asked)}  # fmt: skip
    return replace(checked, diagnostics=found, artifacts=artifacts, policies=MappingProxyType(policies),
                   inputs=MappingProxyType(inputs.digests(root, used)))  # fmt: skip


@roomy
def rehearse(root: Path, editions: Sequence[str] = (), store: Store | None = None) -> None:
    """Do what each build does first, for a process that stays: builds that it forks have it for nothing.

    The book is one that was just built. Raises: as `check`; EngineError.
    """
    from chapbook import verify
    from chapbook.compose.style import default_styles
    from chapbook.writers import bodies

    checked = check(root, store=store)
    asked = editions or checked.project.editions
    if has_pages(asked):
        bodies.rehearse(checked.book, checked.project.styles or default_styles())
    verify.ready(checked.book, asked)


def _without_echoes(found: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """pandoc's own warnings are kept where no rule of ours said the same with its place."""
    said = any(d.code != "R002" for d in errors(found))
    return tuple(d for d in found if d.code != "R002" or not said)


def digest(artifact: Artifact) -> str:
    """SHA-256 of an artifact, in hexadecimal."""
    return hashlib.sha256(artifact.data).hexdigest()
