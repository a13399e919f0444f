"""Text read out of PDFs, and where it stands: the only seam to PDFium for words."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    Reading = Callable[[Any, Any], tuple[str, ...]]  # a page and its text


@lru_cache(maxsize=4)  # the checks of a build read the same files, one after another
def page_texts(data: bytes) -> tuple[str, ...]:
    """The text of each page in the order of its content stream.

    Raises: ValueError when the bytes are no PDF that can be read.
    """
    return _read(data, lambda _, text: (text.get_text_range(),))


def half_texts(data: bytes) -> tuple[str, ...]:
    """The text of the left and of the right half of each page: two for a page.

    Raises: ValueError when the bytes are no PDF that can be read.
    """

    def halves(page: Any, text: Any) -> tuple[str, ...]:
        width, height = page.get_size()
        return (text.get_text_bounded(0, 0, width / 2, height),
                text.get_text_bounded(width / 2, 0, width, height))  # fmt: skip

    return _read(data, halves)


def off_page(data: bytes) -> tuple[tuple[int, str], ...]:
    """The pages (from 1) with text beyond their trim, and the beginning of that text.

    Raises: ValueError when the bytes are no PDF that can be read.
    """
    found: list[tuple[int, str]] = []
    count = iter(range(1, 1_000_000))

    def compare(page: Any, text: Any) -> tuple[str, ...]:
        number = next(count)
        whole, inside = ("".join(t.split()) for t in (text.get_text_range(), text.get_text_bounded(*page.get_trimbox())))
        if len(inside) < len(whole):
            at = next((i for i, (a, b) in enumerate(zip(whole, inside, strict=False)) if a != b and a.isalnum()), len(inside))
            found.append((number, whole[at : at + 40]))
        return ()

    _read(data, compare)
    return tuple(found)


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


def text_boxes(data: bytes) -> tuple[tuple[tuple[float, float, float, float], ...], ...]:
    """The box around the ink of each character of each page: left, bottom, right, top in points.

    In the page's own coordinates, whatever its boxes and rotation. Spaces have none.

    Raises: ValueError when the bytes are no PDF that can be read.
    """

    found: list[tuple[tuple[float, float, float, float], ...]] = []

    def measure(_: Any, text: Any) -> tuple[str, ...]:
        said, count = text.get_text_range(), text.count_chars()
        whole = len(said) == count  # not where a character takes two of UTF-16's
        boxes = (text.get_charbox(i) for i in range(count) if not (whole and said[i].isspace()))
        found.append(tuple(b for b in boxes if b[2] > b[0] and b[3] > b[1]))
        return ()

    _read(data, measure)
    return tuple(found)


def line_boxes(data: bytes) -> tuple[tuple[tuple[float, float, float, float], ...], ...]:
    """The box around each run of characters in one line: as `text_boxes`, coarser and much faster."""
    found: list[tuple[tuple[float, float, float, float], ...]] = []

    def measure(_: Any, text: Any) -> tuple[str, ...]:
        found.append(tuple(text.get_rect(i) for i in range(text.count_rects())))
        return ()

    _read(data, measure)
    return tuple(found)


def _read(data: bytes, reading: Reading) -> tuple[str, ...]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise ValueError(str(error)) from error
    out: list[str] = []
    try:
        for index in range(len(document)):
            page = document[index]
            text = page.get_textpage()
            # PDFium writes a hyphen that ends a line as U+FFFE or U+0002
            out += (t.replace("\ufffe", "-").replace("\x02", "-") for t in reading(page, text))
            text.close()
            page.close()
    except pypdfium2.PdfiumError as error:  # a page that is none
        raise ValueError(str(error)) from error
    finally:
        document.close()
    return tuple(out)
