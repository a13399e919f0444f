"""Step 7, write: the table of what is made, and the making.

An edition's files come from one composition each; the PDFs share a master, which is laid out
once. Editions that share nothing are made side by side, in processes of their own, when more
than one job is allowed; the order of the results is the table's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from chapbook.diagnostics import Diagnostic
from chapbook.editions import LEDGER
from chapbook.identifier import public, slug_of
from chapbook.model import Artifact, Book, Composition

if TYPE_CHECKING:
    from chapbook.store import Store
    from chapbook.writers.bodies import LayOut, Read
    from chapbook.writers.cuts import Cut
    from chapbook.writers.weasy import Layout

Progress = Callable[[str, str], None]
Made = tuple[tuple[Artifact, ...], tuple[Diagnostic, ...]]


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


def write_editions(
    book: Book, styles: Path | None, editions: Sequence[str], jobs: int, progress: Progress, *,
    paged: bool = True, store: Store | None = None, journal: int = -1,
) -> Made:
    """The artifacts of the editions asked for (() means all), in the table's order.

    `paged` is whether the book has a print edition: its pages are then marked in EPUB and HTML,
    which wait for the layout, also where they alone are made. `store` has layouts made before
    (None: all are made anew), `journal` is told of each (see kept.py).
    """
    from chapbook.compose.style import default_styles
    from chapbook.writers import bodies, reflowed
    from chapbook.writers.aside import spread
    from chapbook.writers.cuts import cutter

    folder = styles or default_styles()
    possible = tuple(w for w in _writers(book) if book.claims or w.edition not in LEDGER)
    wanted = tuple(w for w in possible if not editions or w.edition in editions
                   or (w.service and w.edition.partition("-")[0] in editions))  # fmt: skip
    progress("write", ", ".join(w.edition for w in wanted))
    by_maker = {maker: tuple(w for w in wanted if w.maker == maker) for maker in {w.maker for w in WRITERS}}
    marked = [maker for maker in ("epub", "html") if by_maker[maker]]
    beside: list[Callable[[], Any]] = [partial(reflowed.composed, maker, book, folder) for maker in marked]
    beside += [partial(make, book, folder, by_maker[maker]) for maker, make in _MAKERS.items() if by_maker[maker]]
    bound = by_maker["master"]
    layout = None
    if bound or (paged and marked):
        lay, read = _laying(store, journal)
        layout, bind, others = bodies.lay_out_parts(
            book, folder, jobs, progress, beside, lay, read if paged and marked else None
        )
    else:
        others = spread(beside, jobs)
    starts = layout if paged else None
    flowing = [(by_maker[maker][0], whole) for maker, whole in zip(marked, others, strict=False)]
    works = [partial(_reflowed, book, flowing, starts, cutter(store))] if marked else []
    if layout and bound:
        works.append(partial(_bound, book, folder, layout, bind, bound, jobs))
    # Where nobody gets pages, their faults are another build’s.
    found = layout.notices if layout and bound else ()
    made: list[Made] = [((), found), *spread(works, jobs), *others[len(marked) :]]
    artifacts = {a.edition: a for files, _ in made for a in files}
    notices = tuple(n for _, found in made for n in found)
    return tuple(artifacts[w.edition] for w in wanted if w.edition in artifacts), notices


def _laying(store: Store | None, journal: int) -> tuple[LayOut, Read]:
    """What lays out, and what reads pages: by the store where there is one."""
    from chapbook.pdftext import body_texts
    from chapbook.writers import weasy
    from chapbook.writers.kept import Keeper

    if not store:
        return weasy.lay_out, body_texts
    keeper = Keeper(store, journal)
    return keeper.lay_out, keeper.texts


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


def _stem(book: Book) -> str:
    return "document" if book.options.get("at-risk") else slug_of(book.work)


def _artifact(book: Book, writer: Writer, data: bytes, extent: int, standard: str = "") -> Artifact:
    name = _stem(book) + writer.ending if writer.ending[0] in ".-" else writer.ending
    return Artifact(name, writer.edition, writer.media_type, data, extent, writer.unit, standard)


def _group(writer: Writer) -> str:
    """What shares work: the ledger's files; the print PDF and what is made of its pages; the services'."""
    if writer.edition == "pdf":
        return "screen"
    return "ledger" if writer.edition in LEDGER else "services" if writer.service else "print"


def _bound(
    book: Book, styles: Path, layout: Layout, bind: Callable[[], bytes], wanted: tuple[Writer, ...], jobs: int
) -> Made:
    """The master put together, and all that is made from it; beside the editions that need its pages' texts only."""
    from chapbook.writers.aside import apart, spread

    whole = replace(layout, pdf=apart(bind, jobs))
    groups = dict.fromkeys(_group(w) for w in wanted)
    works = [partial(_derived, book, styles, whole, tuple(w for w in wanted if _group(w) == g)) for g in groups]
    made = spread(works, jobs)
    return tuple(a for files, _ in made for a in files), tuple(n for _, found in made for n in found)


def _derived(book: Book, styles: Path, layout: Layout, wanted: tuple[Writer, ...]) -> Made:
    """One group of what is made from the master, or names its pages."""
    from chapbook.compose import audit
    from chapbook.services import services
    from chapbook.writers import booklet, claims, cover, html, press, screen, service
    from chapbook.writers.bodies import FRONT_LEAVES

    known = public(book)
    places = {c.id: layout.places.get(f"note-{c.number}", 0) for c in book.claims}
    folios = {name: page - FRONT_LEAVES for name, page in places.items() if page}
    count = len(book.claims)
    printed = cache(lambda: press.press(known, layout.pdf, styles))
    booklets = cache(lambda: booklet.write(book, printed().data, styles))
    make: dict[str, Callable[[], tuple[bytes, int]]] = {
        "pdf": lambda: (screen.write(known, layout.pdf), layout.pages - 1),
        "audit": lambda: (html.write(audit.compose(book, styles, folios)), count),
        "claims-json": lambda: (claims.as_json(book, folios), count),
        "claims-csv": lambda: (claims.as_csv(book, folios), count),
        "booklet": lambda: booklets()["booklet"],
        "booklet-letter": lambda: booklets()["booklet-letter"],
    }
    for_service = service.for_services(book, styles, (layout.pdf, layout.pages))
    files: list[Artifact] = []
    notices: list[Diagnostic] = []
    for writer in wanted:
        if writer.edition in make:
            files.append(_artifact(book, writer, *make[writer.edition]()))
            continue
        if writer.edition.startswith("cover") and (unknown := cover.known(book, services().get(writer.service))):
            notices += unknown
            continue
        sized, pressed = for_service(writer.service) if writer.service else (book, printed())
        if writer.edition.startswith("print"):
            files.append(_artifact(book, writer, pressed.data, pressed.pages, pressed.said()))
            continue
        inside = pressed.pages - (0 if writer.service else FRONT_LEAVES)
        covered = cover.write(sized, styles, inside, services().get(writer.service))
        files.append(_artifact(book, writer, covered.data, 1, covered.said))
        notices += covered.notices
    return tuple(files), tuple(notices)


def _reflowed(
    book: Book, flowing: Sequence[tuple[Writer, Composition]], layout: Layout | None, cut: Cut
) -> Made:
    """EPUB and HTML, with the pages of the print edition where the layout says they begin."""
    from chapbook.writers import reflowed
    from chapbook.writers.bodies import FRONT_LEAVES

    starts = reflowed.page_starts(book, layout, FRONT_LEAVES) if layout else ()
    return tuple(_artifact(book, w, *reflowed.written(book, whole, starts, cut)) for w, whole in flowing), ()


def _handout(book: Book, styles: Path, wanted: tuple[Writer, ...]) -> Made:
    from chapbook.writers import handout

    made = [(writer, handout.write(book, styles, writer.edition)) for writer in wanted]
    notices = tuple(notice for _, (_, _, found) in made for notice in found)
    return tuple(_artifact(book, w, data, pages) for w, (data, pages, _) in made), notices


def _zine(book: Book, styles: Path, wanted: tuple[Writer, ...]) -> Made:
    from chapbook.writers import zine

    made = [(writer, zine.write(book, styles, writer.edition)) for writer in wanted]
    notices = tuple(notice for _, (_, found) in made for notice in found)
    return tuple(_artifact(book, writer, data, 1) for writer, (data, _) in made), notices


_MAKERS: dict[str, Callable[[Book, Path, tuple[Writer, ...]], Made]] = {
    "handout": _handout,
    "zine": _zine,
}
