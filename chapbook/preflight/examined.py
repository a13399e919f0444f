"""A file opened for the preflight: its pages, what they paint and where their text stands."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pikepdf
from pikepdf import Pdf

from chapbook.pdftext import leaves, text_boxes
from chapbook.preflight.content import Mark, Walk, marks
from chapbook.preflight.matrix import Box
from chapbook.preflight.sheet import Sheet, sheets
from chapbook.services import Service


@dataclass(frozen=True, slots=True)
class Painted:
    """What one page paints; `fault` says why not all of it could be read, "" when it could."""

    marks: tuple[Mark, ...]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Examined:
    """All the rules look at; `painted` and `letters` go with `sheets`.

    `letters` are the boxes of the characters in points, as the page writes them; `unmeasured`
    says why there are none, "" where the text could be measured.
    """

    size_bytes: int
    pdf: Pdf
    service: Service
    sheets: tuple[Sheet, ...]
    painted: tuple[Painted, ...]
    letters: tuple[tuple[Box, ...], ...]
    unmeasured: str = ""


# What pikepdf raises where a file says something that no PDF may say (a name that is no UTF-8, a
# number where a dictionary belongs): the file's fault, never told apart further.
MALFORMED = (pikepdf.PikepdfError, RuntimeError, TypeError, ValueError, AttributeError, KeyError, IndexError, OverflowError)


class Unreadable(Exception):
    """A file that cannot be looked into: `code` and `mend` for the finding."""

    def __init__(self, code: str, message: str, mend: str) -> None:
        super().__init__(message)
        self.code = code
        self.mend = mend


def examined(data: bytes, service: Service, *, by_line: bool = False, pdf: Pdf | None = None) -> Examined:
    """Open a file (where it is not open as `pdf`) and walk all its pages; `by_line` measures lines, and asks of what is painted its colours alone.

    Raises: Unreadable.
    """
    try:
        pdf = Pdf.open(io.BytesIO(data)) if pdf is None else pdf
        pages = tuple(sheets(pdf, service))
    except pikepdf.PasswordError as error:
        raise Unreadable("P082", "the file asks for a password", "save it again without security") from error
    except MALFORMED as error:
        raise Unreadable("P001", f"the file is no PDF that can be read: {error}",
                         "write it again from the program it comes from") from error  # fmt: skip
    if not pages:
        raise Unreadable("P001", "the file has no pages", "write it again from the program it comes from")
    try:
        boxes, unmeasured = tuple(leaf.lines() for leaf in leaves(data, lines=True)) if by_line else text_boxes(data), ""
    except ValueError as error:
        boxes, unmeasured = (), str(error)
    boxes += ((),) * (len(pages) - len(boxes))
    return Examined(len(data), pdf, service, pages, tuple(_painted(s.page, by_line) for s in pages), boxes, unmeasured)


def _painted(page: pikepdf.Page, coarse: bool) -> Painted:
    walk = Walk(coarse)
    found: list[Mark] = []
    try:
        for mark in marks(page, walk):
            found.append(mark)
    except MALFORMED as error:
        return Painted(tuple(found), str(error).split("\n")[0][:200])
    if walk.cut_short:
        return Painted(tuple(found), "it paints without end")
    return Painted(tuple(found), f"{walk.malformed} operators without their operands" if walk.malformed else "")
