"""The making of files: from layouts and compositions to artifacts, as tasks that need each other.

The PDFs share a master: screen and print PDF are each put together from its parts, beside each
other and beside EPUB and HTML; what shares work is one task. A file is looked at as soon as it is made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from chapbook.diagnostics import Diagnostic
from chapbook.editions import LEDGER
from chapbook.identifier import public, slug_of
from chapbook.model import Artifact, Book, Composition
from chapbook.writers.flow import Results, Task

if TYPE_CHECKING:
    from chapbook.writers import Look, Writer
    from chapbook.writers.bodies import Binding
    from chapbook.writers.cuts import Cut
    from chapbook.writers.merge import Master
    from chapbook.writers.press import Pressed
    from chapbook.writers.weasy import Layout

Made = tuple[tuple[Artifact, ...], tuple[Diagnostic, ...]]
_MADE = "made: "  # so begin the names of tasks that make artifacts
_PRINT = "print"
_LEDGER = "ledger"  # no PDF goes into these


def artifacts(results: Results) -> dict[str, Artifact]:
    """The artifacts made so far, by edition."""
    return {a.edition: a for files, _ in _made(results) for a in files}


def notices(results: Results) -> tuple[Diagnostic, ...]:
    """What was noticed while they were made."""
    return tuple(notice for _, found in _made(results) for notice in found)


def _made(results: Results) -> list[Made]:
    return [made for name, made in results.items() if name.startswith(_MADE)]


# ── tasks ────────────────────────────────────────────────────────────────────


def beforehand(maker: str, made: Made) -> dict[str, Made]:
    """What was made before the tasks, as the result of one."""
    return {_MADE + maker: made}


def heads(binding: Binding) -> list[Task]:
    """The running heads that are still to be laid out."""
    return [Task(f"heads {number}", partial(_alone, work), here=binding.brief) for number, work in enumerate(binding.heads)]


def _alone(work: Callable[[], Any], _: Results) -> Any:
    """What needs no results."""
    return work()


def reflowed(
    book: Book, flowing: Sequence[tuple[Writer, Composition]], layout: Layout | None, cut: Cut
) -> Task:
    """EPUB and HTML; `layout` says where pages begin (None: they are not told)."""
    return Task(f"{_MADE}reflowed", lambda _: _reflowed(book, flowing, layout, cut))


def derived(
    book: Book, styles: Path, layout: Layout, binding: Binding, wanted: Sequence[Writer]
) -> list[Task]:
    """What is made from the master, or names its pages; a task for what shares work."""
    missing = tuple(task.name for task in heads(binding))
    groups = {group: tuple(w for w in wanted if _group(w) == group) for group in map(_group, wanted)}

    def bind(results: Results, *, tagged: bool = True) -> Master:
        return binding.bind([results[name] for name in missing], tagged=tagged)

    def work(some: tuple[Writer, ...], results: Results) -> Made:
        return _derived(book, styles, layout, partial(bind, results), some)

    after = {group: () if group == _LEDGER else missing for group in groups}
    return [Task(_MADE + group, partial(work, some), after[group]) for group, some in groups.items()]


def printed(wanted: Sequence[Writer]) -> bool:
    """Whether any of these is made from plates."""
    return any(_group(writer) == _PRINT for writer in wanted)


def looks(look: Look, wanted: Sequence[Writer], tasks: Sequence[Task], *, last: bool, brief: bool) -> list[Task]:
    """A look at each artifact once it is made, or, where looking comes `last`, once all are; by who made it where that is `brief`."""
    making, editions = [task.name for task in tasks], frozenset(writer.edition for writer in wanted)

    def work(edition: str, results: Results) -> object:
        made = artifacts(results).get(edition)
        return None if made is None else look(made, editions)

    groups = [_group(writer) for writer in wanted]

    def along(writer: Writer) -> bool:
        """Whether who made it has nothing else to look at that takes as long."""
        return brief and not last and (writer.unit == "documents" or groups.count(_group(writer)) == 1)

    def after(writer: Writer) -> tuple[str, ...]:
        return tuple(name for name in making if last or name == _MADE + _group(writer))

    order = sorted(wanted, key=lambda writer: writer.unit != "pages")  # they take longest
    return [Task(looked(w.edition), partial(work, w.edition), after(w), along(w)) for w in order]


def looked(edition: str) -> str:
    """The name of the task that looks at an edition's artifact."""
    return f"look: {edition}"


def _group(writer: Writer) -> str:
    """What shares work: EPUB and HTML; the ledger's files; the print PDF and what is made of its pages; the services'."""
    if writer.maker != "master":
        return "reflowed" if writer.maker in ("epub", "html") else writer.maker
    if writer.edition == "pdf":
        return "screen"
    return _LEDGER if writer.edition in LEDGER else "services" if writer.service else _PRINT


# ── makers ───────────────────────────────────────────────────────────────────


def _stem(book: Book) -> str:
    return "document" if book.options.get("at-risk") else slug_of(book.work)


def _artifact(book: Book, writer: Writer, data: bytes, extent: int, standard: str = "") -> Artifact:
    name = _stem(book) + writer.ending if writer.ending[0] in ".-" else writer.ending
    return Artifact(name, writer.edition, writer.media_type, data, extent, writer.unit, standard)


def _derived(
    book: Book, styles: Path, layout: Layout, bind: Callable[..., Master], wanted: tuple[Writer, ...]
) -> Made:
    """One group of what is made from the master, or names its pages. Each writer is imported where it is wanted."""
    from chapbook.writers.bodies import FRONT_LEAVES

    known = public(book)
    places = {c.id: layout.places.get(f"note-{c.number}", 0) for c in book.claims}
    folios = {name: page - FRONT_LEAVES for name, page in places.items() if page}
    count = len(book.claims)

    def for_screen() -> tuple[bytes, int]:
        from chapbook.writers import screen

        return screen.written(known, bind()), layout.pages - 1

    def audit_page() -> tuple[bytes, int]:
        from chapbook.compose import audit
        from chapbook.writers import html

        return html.write(audit.compose(book, styles, folios)), count

    def ledger(form: Literal["json", "csv"]) -> tuple[bytes, int]:
        from chapbook.writers import claims

        return (claims.as_json if form == "json" else claims.as_csv)(book, folios), count

    @cache
    def printed() -> Pressed:
        from chapbook.writers import press

        return press.pressed(known, bind(tagged=False))

    @cache
    def booklets() -> Mapping[str, tuple[bytes, int]]:
        from chapbook.writers import booklet

        return booklet.write(book, printed().data, styles)

    @cache
    def for_service() -> Callable[[str], tuple[Book, Pressed]]:
        from chapbook.writers import service
        from chapbook.writers.merge import saved

        return service.for_services(book, styles, (cache(lambda: saved(bind())), layout.pages))

    make: dict[str, Callable[[], tuple[bytes, int]]] = {
        "pdf": for_screen, "audit": audit_page, "claims-json": partial(ledger, "json"), "claims-csv": partial(ledger, "csv"),
        "booklet": lambda: booklets()["booklet"], "booklet-letter": lambda: booklets()["booklet-letter"],
    }  # fmt: skip
    files: list[Artifact] = []
    notices: list[Diagnostic] = []
    for writer in wanted:
        if writer.edition in make:
            files.append(_artifact(book, writer, *make[writer.edition]()))
        elif writer.edition.startswith("print"):
            pressed = for_service()(writer.service)[1] if writer.service else printed()
            files.append(_artifact(book, writer, pressed.data, pressed.pages, pressed.said()))
        else:
            sized = partial(for_service(), writer.service) if writer.service else lambda: (book, printed())
            made, noticed = _cover(book, styles, writer, sized)
            files += made
            notices += noticed
    return tuple(files), tuple(notices)


def _cover(book: Book, styles: Path, writer: Writer, sized: Callable[[], tuple[Book, Pressed]]) -> Made:
    """The cover around what is printed, house or service; none where what it needs is not known."""
    from chapbook.services import services
    from chapbook.writers import cover
    from chapbook.writers.bodies import FRONT_LEAVES

    service = services().get(writer.service)
    if unknown := cover.known(book, service):
        return (), tuple(unknown)
    fitted, pressed = sized()
    covered = cover.write(fitted, styles, pressed.pages - (0 if writer.service else FRONT_LEAVES), service)
    return (_artifact(book, writer, covered.data, 1, covered.said),), tuple(covered.notices)


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


ALONE: dict[str, Callable[[Book, Path, tuple[Writer, ...]], Made]] = {
    "handout": _handout,
    "zine": _zine,
}
