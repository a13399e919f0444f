"""Pages on sheets: which page goes where, so that folding brings them into their order.

Two pages stand on each side of a sheet, which is folded once. Sheets folded into one another
are a signature; a booklet of several signatures has them one after the other. Pages are
counted from 1 and are a multiple of four. The back of a sheet is printed flipped on its short
edge, as every duplex printer can.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a sheet: the pages on its left and right half.

    `signature` and `sheet` count from 1, the outermost sheet of a signature first; `front` is
    the side that is outside when the sheet is folded.
    """

    signature: int
    sheet: int
    front: bool
    left: int
    right: int

    @property
    def label(self) -> str:
        """The side's name, printed nowhere, shown by readers as the page's label: `A1 outside`."""
        return f"{letters(self.signature)}{self.sheet} {'outside' if self.front else 'inside'}"


def letters(number: int) -> str:
    """The printers' name of a signature: A … Z, AA, AB …"""
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def blanks(pages: int) -> int:
    """How many blank pages make up the last sheet."""
    return -pages % 4


def signatures(pages: int, most: int) -> tuple[int, ...]:
    """Pages of each signature: none above `most`, all alike or four apart, the larger first.

    `pages` and `most` are multiples of four. Raises: ValueError when they are not.
    """
    if pages % 4 or most % 4 or most < 4:
        raise ValueError(f"{pages} pages do not fill sheets, or {most} pages make no signature")
    if not pages:
        return ()
    count = -(-pages // most)
    sheets, more = divmod(pages // 4, count)
    return tuple(4 * (sheets + (index < more)) for index in range(count))


def impose(sizes: Iterable[int], *, backwards: bool = False) -> tuple[Side, ...]:
    """The sides of all sheets in the order they are printed: outside, inside, next sheet.

    `backwards` is a book bound on the right, as those written from right to left are.
    """
    sides: list[Side] = []
    first = 1
    for number, size in enumerate(sizes, start=1):
        last = first + size - 1
        for sheet in range(size // 4):
            low, high = first + 2 * sheet, last - 2 * sheet
            sides.append(Side(number, sheet + 1, True, high, low))
            sides.append(Side(number, sheet + 1, False, low + 1, high - 1))
        first = last + 1
    return tuple(mirrored(side) for side in sides) if backwards else tuple(sides)


def mirrored(side: Side) -> Side:
    """A side with its halves exchanged."""
    return replace(side, left=side.right, right=side.left)


def folded(sides: Iterable[Side], *, backwards: bool = False) -> tuple[int, ...]:
    """The order in which a reader meets the pages once sheets are folded and gathered.

    `backwards` is for a reader who opens the booklet from its right. Goes through the leaves as a hand does; it does not look at the page numbers.
    """
    sheets: dict[tuple[int, int], dict[bool, Side]] = {}
    for side in (mirrored(side) for side in sides) if backwards else sides:
        sheets.setdefault((side.signature, side.sheet), {})[side.front] = side
    return tuple(page for name in sorted({s for s, _ in sheets}) for page in _leafed(
        [sheets[key] for key in sorted(sheets) if key[0] == name]))  # fmt: skip


def _leafed(nest: list[dict[bool, Side]]) -> Iterator[int]:
    for sheet in nest:  # to the middle: the right leaf of each sheet, its outside first
        yield sheet[True].right
        yield sheet[False].left
    for sheet in reversed(nest):  # and out again: the left leaf, its inside first
        yield sheet[False].right
        yield sheet[True].left


def creep_mm(side: Side, paper_mm: float) -> float:
    """How far the pages of a sheet move towards the fold, in millimetres.

    A sheet inside others is pushed out by their thickness, and trimming would cut its outer
    margins narrower: one leaf's thickness for each sheet around it.
    """
    return paper_mm * (side.sheet - 1)


# ── a sheet folded and cut into eight pages ──────────────────────────────────


@dataclass(frozen=True, slots=True)
class Panel:
    """Where a page of the one-sheet zine stands: column from the left, row from the foot, from 0.

    `turned` is upside down. The sheet lies on its long side and is printed on one side.
    """

    page: int
    column: int
    row: int
    turned: bool


ZINE = (
    *(Panel(page, column, 1, True) for column, page in enumerate((5, 4, 3, 2))),
    *(Panel(page, column, 0, False) for column, page in enumerate((6, 7, 8, 1))),
)


def panels(*, backwards: bool = False) -> tuple[Panel, ...]:
    """The places of the eight pages; `backwards` for a zine that opens from its right."""
    return tuple(replace(p, column=3 - p.column) for p in ZINE) if backwards else ZINE
