"""The hand-out: sizes tried from large to small, the largest that fits the sheets is taken."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from chapbook.compose import handout
from chapbook.compose.handout import PAPERS, STEPS, Paper, Sizes
from chapbook.diagnostics import Diagnostic, Position
from chapbook.model import Book, Composition
from chapbook.writers import sheet, weasy

_HEAD_PT, _FOOT_PT = 12 * 72 / 25.4, 16 * 72 / 25.4  # margins of the style sheet


@dataclass(frozen=True, slots=True)
class Trial:
    """A layout in one size and how much of the sheets it fills: 1 is full, above 1 does not fit."""

    layout: weasy.Layout
    fill: float
    over_pt: float


def write(book: Book, styles: Path, edition: str) -> tuple[bytes, int, tuple[Diagnostic, ...]]:
    """The hand-out on the edition's paper, its pages, and by how much it is too long."""
    paper, allowed = PAPERS[edition], 2 * book.sheets.handout_sheets
    shorter = bool(book.sheets.summary or book.sheets.sections)
    step, trial = _fitted(book, styles, paper, allowed, whole=True)
    if trial.fill > 1 and shorter:
        step, trial = _fitted(book, styles, paper, allowed, whole=False)
    found = [*trial.layout.notices, *(_not_there(name) for name in handout.unknown_names(book))]
    if trial.fill > 1:
        found.append(_too_long(book, paper, trial, STEPS[step]))
    return sheet.in_inks(book, trial.layout.pdf, styles), trial.layout.pages, tuple(found)


def _fitted(book: Book, styles: Path, paper: Paper, allowed: int, *, whole: bool) -> tuple[int, Trial]:
    first = _first(handout.compose(book, styles, paper, STEPS[-1], whole=whole), paper, allowed)
    return largest(lambda sizes: _tried(book, styles, paper, sizes, allowed, whole=whole), first)


def largest(tried: Callable[[Sizes], Trial], first: int) -> tuple[int, Trial]:
    """The largest size that fits, else the smallest: few layouts, each guessed from the last."""
    over, fits = -1, len(STEPS)  # the smallest size known not to fit, the largest known to fit
    known: dict[int, Trial] = {}
    step = first
    while fits - over > 1:
        trial = known[step] = tried(STEPS[step])
        area = _area(STEPS[step]) / trial.fill
        if trial.fill > 1:
            over = step
        else:
            fits = step
            if step and _area(STEPS[step - 1]) > area * 1.01:
                over = step - 1  # surely too large: the text grows as its lines do
        guess = next((i for i, sizes in enumerate(STEPS) if _area(sizes) <= area), len(STEPS) - 1)
        step = min(max(guess, over + 1), fits - 1)
    best = min(fits, len(STEPS) - 1)
    return best, known[best]


def _area(sizes: Sizes) -> float:
    """What a character takes of the sheet, by size: half text, half notes."""
    return sizes.text * sizes.text_leading + sizes.note * sizes.note_leading


def _first(composition: Composition, paper: Paper, allowed: int) -> int:
    """The step to begin with, from the number of characters."""
    count = len(re.sub(r"<[^>]*>", "", composition.documents[0].text))
    room = (paper.width_mm - 26) * (paper.height_mm - 28) * (72 / 25.4) ** 2 * allowed
    return next((i for i, sizes in enumerate(STEPS) if count * 0.315 * _area(sizes) <= room), len(STEPS) - 1)


def _tried(book: Book, styles: Path, paper: Paper, sizes: Sizes, allowed: int, *, whole: bool) -> Trial:
    layout = weasy.lay_out(handout.compose(book, styles, paper, sizes, whole=whole))
    block = paper.height_mm * 72 / 25.4 - _HEAD_PT - _FOOT_PT
    end = layout.heights[handout.END] - _HEAD_PT + (layout.places[handout.END] - 1) * block
    return Trial(layout, max(end, (layout.pages - 1) * block + 1) / (allowed * block), end - allowed * block)


def _not_there(name: str) -> Diagnostic:
    return Diagnostic("W011", f"`handout` names {name}, which is no section of the book",
                      Position("manuscript/book.yaml"), "name a file of the manuscript: 03-military-aid.md")  # fmt: skip


def _too_long(book: Book, paper: Paper, trial: Trial, sizes: Sizes) -> Diagnostic:
    lines = math.ceil(3 * trial.over_pt / sizes.note_leading)  # three columns of notes are last
    sheets = book.sheets.handout_sheets
    count = "one sheet" if sheets == 1 else f"{sheets} sheets"
    hint = "handout: {sheets: …}, or name a summary and some sections: {summary: …, sections: […]}"
    message = f"the hand-out is {lines} lines too long for {count} of {paper.name} in the smallest size"
    return Diagnostic("W010", message, Position("manuscript/book.yaml"), hint)
