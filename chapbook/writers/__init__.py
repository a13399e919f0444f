"""Step 7, write: the table of what is made, and the making.

An edition's files come from one composition each; the PDFs share a master, which is laid out
once. Editions that share nothing are made side by side, in processes of their own, when more
than one job is allowed; the order of the results is the table's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from chapbook.editions import LEDGER
from chapbook.writers.flow import Results, Task, carry_out

if TYPE_CHECKING:
    from chapbook.diagnostics import Diagnostic
    from chapbook.model import Artifact, Book
    from chapbook.store import Store
    from chapbook.writers.bodies import Hands, Prepare

    Look = Callable[[Artifact, Collection[str]], object]  # at an artifact, made beside others of these editions

Progress = Callable[[str, str], None]
_FEW = 50  # pages that are looked at in less time than it takes to have another process for it


@dataclass(frozen=True, slots=True)
class Writer:
    """One kind of file: its edition, the ending of its name, and which maker makes it."""

    edition: str
    ending: str
    media_type: str
    unit: Literal["pages", "sides", "documents", "claims"]
    maker: str
    service: str = ""


WRITERS: tuple[Writer, ...] = (
    Writer("epub", ".epub", "application/epub+zip", "documents", "epub"),
    Writer("pdf", ".pdf", "application/pdf", "pages", "master"),
    Writer("print", "-print.pdf", "application/pdf", "pages", "master"),
    Writer("html", ".html", "text/html", "documents", "html"),
    Writer("audit", "-audit.html", "text/html", "claims", "master"),
    Writer("claims-json", "claims.json", "application/json", "claims", "master"),
    Writer("claims-csv", "claims.csv", "text/csv", "claims", "master"),
    Writer("booklet", "-booklet.pdf", "application/pdf", "sides", "master"),
    Writer("booklet-letter", "-booklet-letter.pdf", "application/pdf", "sides", "master"),
    Writer("handout", "-handout.pdf", "application/pdf", "pages", "handout"),
    Writer("handout-letter", "-handout-letter.pdf", "application/pdf", "pages", "handout"),
    Writer("cover", "-cover.pdf", "application/pdf", "pages", "master"),
    Writer("zine", "-zine.pdf", "application/pdf", "sides", "zine"),
    Writer("zine-letter", "-zine-letter.pdf", "application/pdf", "sides", "zine"),
)


@dataclass(frozen=True, slots=True)
class Written:
    """The artifacts in the table's order, what was noticed, and what a look at each of them found."""

    artifacts: tuple[Artifact, ...]
    notices: tuple[Diagnostic, ...]
    looked: tuple[Any, ...]


def write_editions(
    book: Book, styles: Path | None, editions: Sequence[str], jobs: int, progress: Progress, *,
    paged: bool = True, store: Store | None = None, journal: int = -1,
    look: Look = lambda _artifact, _editions: None, meanwhile: Callable[[], None] = lambda: None,
    early: Callable[[Sequence[Artifact]], None] | None = None,
) -> Written:  # fmt: skip
    """The artifacts of the editions asked for (() means all), and what `look` found in each.

    `paged` is whether the book has a print edition: its pages are then marked in EPUB and HTML,
    which wait for the layout, also where they alone are made. `store` has layouts made before
    (None: all are made anew), `journal` is told of each (see kept.py). An artifact is looked at as
    soon as it is made, or all once all are made where `early` waits for them; `meanwhile` is done
    before, while others work.
    """
    from chapbook.compose.style import default_styles
    from chapbook.writers import bodies, making, reflowed
    from chapbook.writers.aside import spread
    from chapbook.writers.cuts import cutter

    folder = styles or default_styles()
    possible = tuple(w for w in _writers(book) if book.claims or w.edition not in LEDGER)
    wanted = tuple(w for w in possible if not editions or w.edition in editions
                   or (w.service and w.edition.partition("-")[0] in editions))  # fmt: skip
    progress("write", ", ".join(w.edition for w in wanted))
    by_maker = {maker: tuple(w for w in wanted if w.maker == maker) for maker in {w.maker for w in WRITERS}}
    marked = [maker for maker in ("epub", "html") if by_maker[maker]]
    alone = [maker for maker in making.ALONE if by_maker[maker]]
    beside: list[Callable[[], Any]] = [partial(reflowed.composed, maker, book, folder) for maker in marked]
    beside += [partial(making.ALONE[maker], book, folder, by_maker[maker]) for maker in alone]
    bound = by_maker["master"]
    layout, tasks = None, list[Task]()
    if bound or (paged and marked):
        hands = _hands(store, journal, read=bool(paged and marked))
        if bound:
            hands = replace(hands, prepare=_preparing(store, book, folder, printed=making.printed(bound)))
        layout, binding, others = bodies.lay_out_parts(book, folder, jobs, progress, beside, hands, meanwhile)
        if bound:
            tasks += making.heads(binding)
    else:
        others = spread(beside, jobs, meanwhile=meanwhile)
    known: dict[str, making.Made] = {}
    for maker, made in zip(alone, others[len(marked) :], strict=True):
        known |= making.beforehand(maker, made)
    if marked:
        flowing = [(by_maker[maker][0], whole) for maker, whole in zip(marked, others, strict=False)]
        tasks.append(making.reflowed(book, flowing, layout if paged else None, cutter(store)))
    if layout and bound:
        tasks += making.derived(book, folder, layout, binding, bound)
    writing = {task.name for task in tasks}

    def in_order(results: Results) -> list[Artifact]:
        made = making.artifacts(results)
        return [made[w.edition] for w in wanted if w.edition in made]

    def done(name: str, results: Results) -> None:
        if (name in writing or not name) and writing <= results.keys():
            progress("verify", f"{len(wanted)} files")
            if early is not None:
                early(in_order(results))

    done("", known)
    tasks += making.looks(look, wanted, tasks, last=early is not None, brief=layout is None or layout.pages < _FEW)
    results = carry_out(tasks, jobs, done, known)
    # Where nobody gets pages, their faults are another build’s.
    found = layout.notices if layout and bound else ()
    files = in_order(results)
    return Written(tuple(files), (*found, *making.notices(results)), tuple(results[making.looked(a.edition)] for a in files))


def _hands(store: Store | None, journal: int, *, read: bool) -> Hands:
    """What lays parts out and, where that is wanted, reads their pages: by the store where there is one."""
    from chapbook.pdftext import body_texts
    from chapbook.writers.bodies import Hands
    from chapbook.writers.kept import Keeper

    if not store:
        return Hands(read=body_texts if read else None)
    keeper = Keeper(store, journal)
    return Hands(keeper.lay_out, keeper.known, keeper.texts if read else None)


def _preparing(store: Store | None, book: Book, styles: Path, *, printed: bool) -> Prepare:
    """What makes a part ready for being put together, by the store where there is one; with plates where it is `printed`."""
    from chapbook.writers.aside import undisturbed
    from chapbook.writers.kept import Keeper

    with undisturbed():
        from chapbook.writers import plates

    ready = Keeper(store).ready if store else plates.ready
    return partial(ready, inks=plates.house_inks(book, styles) if printed else None)


def _writers(book: Book) -> tuple[Writer, ...]:
    """The table, with a print PDF and a cover for each service the book or the command line names."""
    services = book.options.get("press") or ()
    assert isinstance(services, tuple)
    alone = services and book.options.get("press-only")
    found: list[Writer] = []
    for writer in WRITERS:
        if writer.edition not in ("print", "cover"):
            found.append(writer)
            continue
        if not alone:
            found.append(writer)
        name = writer.edition
        found += (Writer(f"{name}-{s}", f"-{name}-{s}.pdf", writer.media_type, "pages", "master", s) for s in services)
    return tuple(found)


