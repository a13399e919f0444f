"""The printed book laid out part by part and put together: the master of all PDFs.

Parts that name no pages are laid out first, side by side; then those that do, round by round,
until the numbers in them are the numbers of the pages. `weasy.lay_out` of a part's composition
is the one step that takes long, and it depends on nothing but that composition.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from chapbook.compose import furniture, pages
from chapbook.compose import parts as composing
from chapbook.compose.atrisk import guarded
from chapbook.compose.furniture import Leaf, Quire
from chapbook.compose.parts import Part
from chapbook.errors import EngineError
from chapbook.model import Book, Composition
from chapbook.writers.aside import apart, spread, undisturbed, workers
from chapbook.words import direction
from chapbook.writers.weasy import Layout, lay_out, warm

if TYPE_CHECKING:
    from chapbook.writers.merge import Master

FRONT_LEAVES = 2  # pages of the master before folio 1: the cover and its inside
_ROUNDS = 8  # page numbers change the length of what names them, but not for long
_MOMENT = 150_000  # characters of XHTML that are laid out in less than a second
_PT_PER_MM = 72 / 25.4

Progress = Callable[[str, str], None]


class LayOut(Protocol):
    """A layout made, or found made; see weasy.py."""

    def __call__(self, composition: Composition, *, tagged: bool = True) -> Layout: ...


Read = Callable[[bytes], tuple[str, ...]]
Prepare = Callable[[bytes], tuple[bytes, bytes]]  # as `plates.ready`


@dataclass(frozen=True, slots=True)
class Hands:
    """Who does the work on parts: anew, or by what is kept.

    `lay` lays out; `known` are compositions that need no laying out, so that the others are begun first;
    `read` says what the pages of a part say (None: nobody asks); `prepare` makes a part ready for being put
    together (None: that is left to who does it, and plates there are none).
    """

    lay: LayOut = lay_out
    known: Callable[[Composition], bool] = lambda _: False
    read: Read | None = None
    prepare: Prepare | None = None

    def laid(self, composition: Composition) -> Layout:
        """A part laid out, made ready and read."""
        return self._ready(self.read_too(self.lay(composition)))

    def stamped(self, composition: Composition) -> Layout:
        """Running heads laid out and made ready."""
        return self._ready(self.lay(composition, tagged=False))

    def read_too(self, layout: Layout) -> Layout:
        """A layout with what its pages say."""
        return replace(layout, texts=self.read(layout.pdf)) if self.read else layout

    def _ready(self, layout: Layout) -> Layout:
        if self.prepare is None:
            return layout
        fonts, plates = self.prepare(layout.pdf)
        return replace(layout, fonts=fonts, plates=plates)


class Bind(Protocol):
    """The master put together with the layouts of its heads; its plates where it is not `tagged`."""

    def __call__(self, heads: Sequence[Layout], *, tagged: bool = True) -> Master: ...


@dataclass(frozen=True, slots=True)
class Binding:
    """What is left when the parts are laid out: running heads, and with their layouts the master; `brief` where it takes a moment."""

    heads: tuple[Callable[[], Layout], ...]
    bind: Bind
    brief: bool = False


@dataclass(slots=True)
class _Proof:
    """The book while it is being laid out: layouts by part, and what each was made from.

    `heads` are the quires of running heads laid out so far; `css` is their style sheet.
    """

    book: Book
    styles: Path
    shared: composing.Setting
    parts: Sequence[Part]
    css: str
    hands: Hands
    layouts: dict[int, Layout] = field(default_factory=dict)
    made_with: dict[int, Mapping[str, int]] = field(default_factory=dict)
    heads: dict[Quire, Layout] = field(default_factory=dict)

    @property
    def brief(self) -> bool:
        """Whether all of it is laid out in a moment."""
        return sum(len(part.content) for part in self.parts) < _MOMENT

    def firsts(self) -> list[int | None]:
        """The page (from 0) each part begins on; None while the length of one before it is unknown."""
        found: list[int | None] = []
        at: int | None = 0
        for index, part in enumerate(self.parts):
            if at is not None and part.recto and at % 2:
                at += 1
            found.append(at)
            layout = self.layouts.get(index)
            at = at + layout.pages if at is not None and layout else None
        return found

    def folios(self) -> dict[str, int]:
        """The printed number of the page each known identifier is on."""
        known: dict[str, int] = {}
        for index, first in enumerate(self.firsts()):
            if first is None:
                continue
            known.setdefault(self.parts[index].pieces[0].id, first + 1 - FRONT_LEAVES)
            layout = self.layouts.get(index)
            for name, page in (layout.places if layout else {}).items():
                known.setdefault(name, first + page - FRONT_LEAVES)
        return known

    def ready(self) -> list[int]:
        """The parts to lay out now: their numbers are known, and not those they were made with."""
        folios, found = self.folios(), []
        for index, part in enumerate(self.parts):
            wanted = {name: folios.get(name, 0) for name in part.numbers}
            if index in self.layouts and (not all(wanted.values()) or self.made_with[index] == wanted):
                continue
            if all(wanted.values()):
                found.append(index)
        return found

    def leaves(self) -> list[Leaf]:
        """What each page has for its running head, up to a page that is not known yet."""
        leaves: list[Leaf] = []
        for index, (part, first) in enumerate(zip(self.parts, self.firsts(), strict=True)):
            layout = self.layouts.get(index)
            if first is None or layout is None:
                break
            leaves += [Leaf(bare=True)] * (first - len(leaves))  # blank pages
            begins = [(layout.places.get(piece.id, 1), piece) for piece in part.pieces]
            for page in range(1, layout.pages + 1):
                bare = [piece.bare for at, piece in begins if at <= page][-1]
                heads = tuple(head for at, piece in begins if at == page for head in piece.heads)
                leaves.append(Leaf(heads, bare))
        return leaves

    def quires(self) -> list[Quire]:
        """The leaves known, in quires."""
        return list(furniture.quires(self.css, self.leaves()))

    def full_quires(self) -> list[Quire]:
        """Those to which no leaf will come."""
        quires = self.quires()
        return quires if None not in self.firsts() and len(self.layouts) == len(self.parts) else quires[:-1]


def lay_out_book(
    book: Book,
    styles: Path,
    jobs: int,
    progress: Progress,
    hands: Hands = Hands(),
) -> Layout:
    """The master, with its PDF.

    Raises: as `lay_out_parts` and `merge`.
    """
    from chapbook.writers.merge import saved

    layout, binding, _ = lay_out_parts(book, styles, jobs, progress, hands=hands)
    heads = spread(binding.heads, jobs)
    return replace(layout, pdf=apart(lambda: saved(binding.bind(heads)), jobs))


def rehearse(book: Book, styles: Path) -> None:
    """What each layout of the book does first, done here for the children of this process: style sheets read, words measured.

    Raises: as `lay_out`.
    """
    shared, heads = composing.setting(book, styles), furniture.furniture_sheet(book, styles)
    for css in (shared.sheet.data.decode(), heads):
        warm(book.faces, css, book.work.lang)
    if not composing.divisible(styles):
        return
    short = [part for part in composing.parts(book) if len(part.content) < _MOMENT]
    some = sorted(short, key=lambda part: (not part.numbers, len(part.content)))[-1:] + [p for p in short if p.numbers]
    for part in some:
        lay_out(composing.compose_part(book, shared, part, {}))
    lay_out(furniture.compose(book, heads, next(furniture.quires(heads, [Leaf()]))), tagged=False)


def lay_out_parts(
    book: Book,
    styles: Path,
    jobs: int,
    progress: Progress,
    beside: Sequence[Callable[[], Any]] = (),
    hands: Hands = Hands(),
    meanwhile: Callable[[], object] = lambda: None,
) -> tuple[Layout, Binding, list[Any]]:
    """The layout, still without its PDF; what puts that together; and what `beside` returned.

    `meanwhile` is done here while parts are laid out.

    Raises: EngineError when the numbers of pages do not settle, and as `lay_out`.
    """
    shared = composing.setting(book, styles)
    warm(book.faces, shared.sheet.data.decode())
    if not composing.divisible(styles):
        whole = guarded(book, pages.compose(book, styles))
        layout, *made = spread([lambda: hands.read_too(hands.lay(whole)), *beside], jobs, meanwhile=meanwhile)
        return layout, Binding((), lambda _, *, tagged=True: _opened(book, styles, layout, tagged=tagged)), made
    proof = _Proof(book, styles, shared, composing.parts(book), furniture.furniture_sheet(book, styles), hands)
    others: list[Any] | None = _first_round(proof, jobs, progress, beside, meanwhile)
    for _ in range(_ROUNDS):
        again = proof.ready()
        if not again:
            others = spread(beside, jobs) if others is None else others
            progress("write", f"{sum(layout.pages for layout in proof.layouts.values())} pages put together")
            return _whole(proof), _binding(proof), others
        later = _round(proof, again, jobs, progress, beside if others is None else ())
        others = later if others is None else others
    raise EngineError("the numbers of pages in the contents do not settle")


def _first_round(
    proof: _Proof, jobs: int, progress: Progress, beside: Sequence[Callable[[], Any]],
    meanwhile: Callable[[], object],
) -> list[Any] | None:  # fmt: skip
    """Every part that names no pages, and with numbers to come those that name later ones: they have a length.

    What names only pages before it (an appendix) waits until these are known, and is laid out once. Where that will
    leave a process idle, what is made beside may wait for it: then it is None that is returned.
    """
    last = max((i for i, part in enumerate(proof.parts) if not part.numbers), default=0)
    wanted, before = [], set[str]()
    for index, part in enumerate(proof.parts):
        if not part.numbers or (index < last and not part.numbers <= before):
            wanted.append(index)
        before |= part.names

    def ready() -> None:
        _assembling(proof)
        meanwhile()

    lengths = {index: len(part.content) for index, part in enumerate(proof.parts)}
    waiting = [length for index, length in lengths.items() if index not in wanted]
    idle = len(waiting) < workers(jobs) and sum(waiting) * workers(jobs) > sum(lengths[index] for index in wanted)
    return _round(proof, wanted, jobs, progress, beside, ready, may_wait=idle)


def _round(
    proof: _Proof, wanted: Sequence[int], jobs: int, progress: Progress,
    beside: Sequence[Callable[[], Any]] = (), meanwhile: Callable[[], object] = lambda: None, *, may_wait: bool = False,
) -> list[Any] | None:  # fmt: skip
    """Lay parts out. What was made beside; None when it may wait, and each process has a part to lay out."""
    folios = proof.folios()
    composed = {index: composing.compose_part(proof.book, proof.shared, proof.parts[index], folios) for index in wanted}
    known = {index: proof.hands.known(composed[index]) for index in wanted}
    order = sorted(wanted, key=lambda index: (known[index], -len(proof.parts[index].content)))
    lengths = {index: layout.pages for index, layout in proof.layouts.items()}
    ahead = min(workers(jobs), len(order) - sum(known.values()))  # then what is made beside: it may take its time too
    waits = may_wait and ahead == workers(jobs)
    beside = () if waits else beside

    def done(at: int, result: Any) -> None:
        numbers = [*order[:ahead], *(None for _ in beside), *order[ahead:]]
        if at < len(numbers) and (index := numbers[at]) is not None:
            lengths[index] = result.pages
            progress("write", f"{len(lengths)} of {len(proof.parts)} parts laid out, {sum(lengths.values())} pages")

    works = [partial(proof.hands.laid, composed[index]) for index in order]
    heads = [quire for quire in proof.full_quires() if quire not in proof.heads]  # most will stay as they are
    headed = [_heads(proof, quire) for quire in heads]
    results = spread([*works[:ahead], *beside, *works[ahead:], *headed], jobs, done, meanwhile, here=proof.brief)
    others = results[ahead : ahead + len(beside)]
    laid = [*results[:ahead], *results[ahead + len(beside) :]]
    for index, layout in zip(order, laid, strict=False):
        proof.layouts[index] = layout
        proof.made_with[index] = {name: folios.get(name, 0) for name in proof.parts[index].numbers}
    proof.heads.update(zip(heads, laid[len(order) :], strict=True))
    return None if waits else others


def _heads(proof: _Proof, quire: Quire) -> Callable[[], Layout]:
    return lambda: proof.hands.stamped(guarded(proof.book, furniture.compose(proof.book, proof.css, quire)))


def _assembling(proof: _Proof) -> None:
    """Get ready what comes after the parts while they are being laid out."""
    with undisturbed():
        from chapbook.writers import merge  # noqa: F401
    warm(proof.book.faces, proof.css)


def _binding(proof: _Proof) -> Binding:
    """The quires of heads still to be laid out, and the putting together once they are; those of other pages are forgotten."""
    quires = proof.quires()
    missing = [quire for quire in quires if quire not in proof.heads]

    def bind(heads: Sequence[Layout], *, tagged: bool = True) -> Master:
        known = {**proof.heads, **dict(zip(missing, heads, strict=True))}
        return _put_together(proof, {quire: known[quire] for quire in quires}, tagged=tagged)

    return Binding(tuple(_heads(proof, quire) for quire in missing), bind, proof.brief)


def _opened(book: Book, styles: Path, layout: Layout, *, tagged: bool) -> Master:
    """A book laid out as a whole."""
    from chapbook.writers.merge import opened
    from chapbook.writers.plates import house_inks, ink

    master = opened(layout.pdf)
    if not tagged:
        ink(master, house_inks(book, styles))
    return master


def _put_together(proof: _Proof, heads: Mapping[Quire, Layout], *, tagged: bool) -> Master:
    """The master."""
    from chapbook.writers.merge import Placed, merge

    for quire, layout in heads.items():
        if layout.pages != quire.pages:
            raise EngineError(f"running heads for {layout.pages} of {quire.pages} pages")
    def chosen(layout: Layout) -> Layout:
        return layout if tagged else replace(layout, pdf=layout.plates)

    placed = [Placed(chosen(proof.layouts[index]), first or 0) for index, first in enumerate(proof.firsts())]
    stamped = [(chosen(layout), layout.pages - len(quire.leaves)) for quire, layout in heads.items()]
    margins = pages.margins(proof.book, proof.styles)
    moved = (margins.outer - margins.inner) * _PT_PER_MM * (-1 if direction(proof.book.work.lang) == "rtl" else 1)
    return merge(placed, stamped, moved, proof.book.faces, tagged=tagged)


def _whole(proof: _Proof) -> Layout:
    """The layout of the book but for its PDF."""
    places: dict[str, int] = {}
    texts: list[str] = []
    for index, first in enumerate(proof.firsts()):
        layout = proof.layouts[index]
        for name, page in layout.places.items():
            places.setdefault(name, (first or 0) + page)
        if proof.hands.read:
            texts += [""] * ((first or 0) - len(texts))  # blank pages
            texts += layout.texts
    notices = tuple(dict.fromkeys(n for index in range(len(proof.parts)) for n in proof.layouts[index].notices))
    return Layout(b"", len(proof.leaves()), places, notices, texts=tuple(texts))
