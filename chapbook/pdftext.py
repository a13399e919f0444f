"""Text read out of PDFs, and where it stands: the only seam to PDFium for words."""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import Any, TypeVar

T = TypeVar("T")

Box = tuple[float, float, float, float]  # left, bottom, right, top

_ARTIFACT = "Artifact\0".encode("utf-16-le")  # as PDFium writes names


@dataclass(frozen=True, slots=True)
class Leaf:
    """What one page says: its text, what of it begins beyond the trim ("" when all is inside),
    and what stands last on it as furniture (artifacts with words: running heads, folios).

    `text` is in the order of the content stream; `edges` has four numbers for each run of characters in a line,
    where lines were asked for.
    """

    text: str
    beyond: str
    furniture: str
    edges: array[float] | None

    def lines(self) -> tuple[Box, ...]:
        """The box around each run of characters in one line, as `text_boxes`: coarser and much faster."""
        assert self.edges is not None, "lines were not asked for"
        edges = iter(self.edges)
        return tuple(zip(edges, edges, edges, edges, strict=True))


def warm() -> None:
    """Load PDFium: children who are made afterwards need not, each for itself."""
    import pypdfium2.raw  # noqa: F401


_kept: list[tuple[bytes, bool, tuple[Leaf, ...]]] = []  # of the file read last


def leaves(data: bytes, *, lines: bool = False) -> tuple[Leaf, ...]:
    """Each page, read once for all that is looked for in it: who needs its lines asks first.

    Raises: ValueError when the bytes are no PDF that can be read.
    """
    for held, lined, found in _kept:
        if held == data and (lined or not lines):
            return found
    found = _read(data, _lined_leaf if lines else _leaf)
    _kept[:] = [(data, lines, found)]
    return found


@lru_cache(maxsize=2)
def page_texts(data: bytes) -> tuple[str, ...]:
    """The text of each page in the order of its content stream, and nothing more.

    Raises: ValueError when the bytes are no PDF that can be read.
    """
    return _read(data, lambda _, text: _hyphens(text.get_text_range()))


def _leaf(page: Any, text: Any) -> Leaf:
    raw = text.get_text_range()
    within = _bounded(text, page.get_trimbox(), len(raw))
    beyond = ""
    if raw != within and len(inside := "".join(within.split())) < len(whole := "".join(raw.split())):
        at = next((i for i, (a, b) in enumerate(zip(whole, inside, strict=False)) if a != b and a.isalnum()), len(inside))
        beyond = whole[at : at + 40]
    return Leaf(_hyphens(raw), beyond, _hyphens(_furniture(page, text)), None)


def _lined_leaf(page: Any, text: Any) -> Leaf:
    return replace(_leaf(page, text), edges=_edges(text))


def _bounded(text: Any, box: Box, near: int) -> str:
    """The text that begins in a box, in one call where it is not longer than what is expected."""
    import pypdfium2.raw as pdfium

    left, bottom, right, top = box
    room = (ctypes.c_ushort * (2 * near + 64))()
    count = pdfium.FPDFText_GetBoundedText(text.raw, left, top, right, bottom, room, len(room))
    if count >= len(room):
        return str(text.get_text_bounded(*box))
    return str(memoryview(room)[:count], "utf-16-le", "ignore")


def _edges(text: Any) -> array[float]:
    import pypdfium2.raw as pdfium

    found, box = array("d"), array("d", (0.0,) * 4)
    size = box.itemsize
    left, bottom, right, top = (ctypes.byref(ctypes.c_double.from_buffer(box, at * size)) for at in range(4))
    handle, measure = text.raw, pdfium.FPDFText_GetRect
    for index in range(text.count_rects()):
        if not measure(handle, index, left, top, right, bottom):
            raise ValueError("a line that has no box")
        found.extend(box)
    return found


def body_texts(data: bytes) -> tuple[str, ...]:
    """As `page_texts`, without what is marked as an artifact: running heads, folios, ornament.

    (ISO 32000-1, 14.8.2.2.) A file without such marks is read whole.

    Raises: ValueError when the bytes are no PDF that can be read.
    """
    return _read(data, lambda _, text: _hyphens(text.get_text_range()), _without_artifacts)


def _without_artifacts(page: Any) -> None:
    """Take the artifacts off a page, in memory, before its text is read."""
    import pypdfium2.raw as pdfium

    for item in reversed([*_artifacts(page)]):
        pdfium.FPDFPage_RemoveObject(page, item)
        pdfium.FPDFPageObj_Destroy(item)


def _artifacts(page: Any) -> Iterator[Any]:
    """The objects of a page that are marked as artifacts, as they are painted."""
    import pypdfium2.raw as pdfium

    for index in range(pdfium.FPDFPage_CountObjects(page)):
        item = pdfium.FPDFPage_GetObject(page, index)
        if _is_artifact(item):
            yield item


def _is_artifact(item: Any) -> bool:
    """Whether one of the marks of an object says so."""
    import pypdfium2.raw as pdfium

    name, length = (ctypes.c_ushort * (len(_ARTIFACT) // 2))(), ctypes.c_ulong()
    for number in range(pdfium.FPDFPageObj_CountMarks(item)):
        # Of a longer name nothing is written.
        mark = pdfium.FPDFPageObj_GetMark(item, number)
        pdfium.FPDFPageObjMark_GetName(mark, name, ctypes.sizeof(name), length)
        if length.value == ctypes.sizeof(name) and bytes(name) == _ARTIFACT:
            return True
    return False


def _furniture(page: Any, text: Any) -> str:
    """The words of the artifacts that a page paints last, as they are painted."""
    import pypdfium2.raw as pdfium

    handle, said = page.raw, ""
    for index in reversed(range(pdfium.FPDFPage_CountObjects(handle))):
        item = pdfium.FPDFPage_GetObject(handle, index)
        if _is_artifact(item):
            said = _words(item, text) + said
        elif pdfium.FPDFPageObj_GetType(item) in (pdfium.FPDF_PAGEOBJ_TEXT, pdfium.FPDF_PAGEOBJ_FORM):
            break
    return said


def _words(item: Any, text: Any) -> str:
    """The words of an object of a page, of a form those of all that is in it."""
    import pypdfium2.raw as pdfium

    kind = pdfium.FPDFPageObj_GetType(item)
    if kind == pdfium.FPDF_PAGEOBJ_FORM:
        inner = range(pdfium.FPDFFormObj_CountObjects(item))
        return "".join(_words(pdfium.FPDFFormObj_GetObject(item, number), text) for number in inner)
    if kind != pdfium.FPDF_PAGEOBJ_TEXT:
        return ""
    held = (ctypes.c_ushort * (pdfium.FPDFTextObj_GetText(item, text, None, 0) // 2))()
    pdfium.FPDFTextObj_GetText(item, text, held, ctypes.sizeof(held))
    return bytes(held).decode("utf-16-le", "replace").rstrip("\0")


def half_texts(data: bytes) -> tuple[str, ...]:
    """The text of the left and of the right half of each page: two for a page.

    Raises: ValueError when the bytes are no PDF that can be read.
    """

    def halves(page: Any, text: Any) -> tuple[str, str]:
        width, height = page.get_size()
        return (_hyphens(text.get_text_bounded(0, 0, width / 2, height)),
                _hyphens(text.get_text_bounded(width / 2, 0, width, height)))  # fmt: skip

    return tuple(chain.from_iterable(_read(data, halves)))


def page_picture(data: bytes, index: int, ppi: int) -> bytes:
    """A page (from 0) drawn as PNG. Raises: IndexError when there is none; ValueError as above."""
    import io

    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise ValueError(str(error)) from error
    try:
        if not 0 <= index < len(document):
            raise IndexError(index)
        out = io.BytesIO()
        document[index].render(scale=ppi / 72).to_pil().save(out, "PNG")
        return out.getvalue()
    finally:
        document.close()


def text_boxes(data: bytes) -> tuple[tuple[Box, ...], ...]:
    """The box around the ink of each character of each page, in points.

    In the page's own coordinates, whatever its boxes and rotation. Spaces have none.

    Raises: ValueError when the bytes are no PDF that can be read.
    """

    def measure(_: Any, text: Any) -> tuple[Box, ...]:
        said, count = text.get_text_range(), text.count_chars()
        whole = len(said) == count  # not where a character takes two of UTF-16's
        boxes = (text.get_charbox(i) for i in range(count) if not (whole and said[i].isspace()))
        return tuple(b for b in boxes if b[2] > b[0] and b[3] > b[1])

    return _read(data, measure)


def _hyphens(text: str) -> str:
    """PDFium writes a hyphen that ends a line as U+FFFE or U+0002."""
    return text.replace("\ufffe", "-").replace("\x02", "-")


def _read(
    data: bytes, reading: Callable[[Any, Any], T], before: Callable[[Any], None] | None = None
) -> tuple[T, ...]:
    """What `reading` makes of each page and its text; `before` is done to the page first."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise ValueError(str(error)) from error
    out: list[T] = []
    try:
        for index in range(len(document)):
            page = document[index]
            if before is not None:
                before(page)
            text = page.get_textpage()
            out.append(reading(page, text))
            text.close()
            page.close()
    except pypdfium2.PdfiumError as error:  # a page that is none
        raise ValueError(str(error)) from error
    finally:
        document.close()
    return tuple(out)
