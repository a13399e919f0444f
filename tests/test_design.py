"""What the design promises, measured on the printed pages of the shipped book."""

from __future__ import annotations

import ctypes
import statistics
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from chapbook.compose import pages as composing
from chapbook.compose.style import default_styles
from chapbook.model import Book
from chapbook.pipeline import check
from chapbook.writers import screen, weasy
from tests.conftest import ROOT


@dataclass(frozen=True)
class Line:
    """A line of text on a page: baseline from the top, left end, size, all in points."""

    baseline: float
    left: float
    size: float
    text: str


@pytest.fixture(scope="module")
def book() -> Book:
    return check(ROOT).book


@pytest.fixture(scope="module")
def layout(book: Book) -> weasy.Layout:
    return weasy.lay_out(composing.compose(book, default_styles()))


@pytest.fixture(scope="module")
def pages(book: Book, layout: weasy.Layout) -> list[list[Line]]:
    document = pypdfium2.PdfDocument(screen.write(book, layout.pdf))
    found = [lines_of(page) for page in document]
    document.close()
    return found


def lines_of(page: pypdfium2.PdfPage) -> list[Line]:
    """Characters gathered by baseline, to half a point, and size."""
    height = page.get_height()
    text = page.get_textpage()
    rows: dict[tuple[float, float], list[tuple[float, str]]] = {}
    for index in range(text.count_chars()):
        x, y = ctypes.c_double(), ctypes.c_double()
        pdfium.FPDFText_GetCharOrigin(text, index, x, y)
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(text, index, matrix)
        size = round(pdfium.FPDFText_GetFontSize(text, index) * matrix.a, 1)
        char = chr(pdfium.FPDFText_GetUnicode(text, index))
        if char.strip():
            rows.setdefault((round(height - y.value, 1), size), []).append((x.value, char))
    return [
        Line(baseline, min(x for x, _ in chars), size, "".join(c for _, c in chars))
        for (baseline, size), chars in sorted(rows.items())
    ]


TEXT, NOTE = 10.4, 8.2
FIRST, LAST = 5, 14  # the pages of running text


def test_each_note_stands_on_the_page_of_its_claim(book: Book, layout: weasy.Layout) -> None:
    pages = [layout.places[note.id] for note in book.notes]
    assert pages == sorted(pages)
    for note in book.notes:
        assert note.claim
        begins = layout.places[note.claim.id]  # the words may run over to the next page
        assert layout.places[note.id] - begins in (0, 1), note.number


def test_each_call_stands_on_the_page_of_its_note(book: Book, pages: list[list[Line]], layout: weasy.Layout) -> None:
    for note in book.notes:
        page = pages[layout.places[note.id] - 2]  # the blank after the cover is not on the screen
        numbers = [line.text for line in page if line.size == TEXT]
        assert any(str(note.number) in text for text in numbers), note.number


def test_lines_of_text_keep_the_grid(pages: list[list[Line]]) -> None:
    for number in range(FIRST, LAST + 1):
        baselines = [line.baseline for line in pages[number] if line.size == TEXT]
        steps = [(b - baselines[0]) / 14 for b in baselines]
        assert all(abs(step - round(step)) < 0.02 for step in steps), number


def test_the_last_note_line_is_the_same_on_every_page(pages: list[list[Line]]) -> None:
    last = [max(line.baseline for line in pages[n] if line.size == NOTE) for n in range(FIRST, LAST + 1)]
    assert max(last) - min(last) < 0.2


def test_the_measure_is_sixty_to_seventy_characters(pages: list[list[Line]]) -> None:
    full = [len(line.text) for n in range(FIRST, LAST + 1) for line in pages[n] if line.size == TEXT and len(line.text) > 42]
    spaced = statistics.median(full) * 6.1 / 5.1  # a word of five letters and its space
    assert 58 <= spaced <= 70


def test_no_heading_stands_alone_at_a_page_foot(pages: list[list[Line]]) -> None:
    for number in range(FIRST, LAST + 1):
        heads = [line.baseline for line in pages[number] if line.size == 13.5]
        text = [line.baseline for line in pages[number] if line.size == TEXT]
        for head in heads:
            assert sum(b > head for b in text) >= 2, number


def test_no_line_begins_with_a_number_of_a_note(pages: list[list[Line]]) -> None:
    for number in range(FIRST, LAST + 1):
        for line in pages[number]:
            if line.size == TEXT:
                assert not line.text[:2].isdigit() or line.text[:4].isdigit() or "." in line.text[:4], line
