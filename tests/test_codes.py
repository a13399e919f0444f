"""Codes beside the sources in print: each is read back from its page, also from a photocopy."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chapbook.compose import pages
from chapbook.compose.style import default_styles
from chapbook.config import configure
from chapbook.model import Book
from chapbook.office import office
from chapbook.pipeline import check
from chapbook.writers import weasy
from tests.books_by_hand import BOOK_YAML
from tests.conftest import ROOT
from tests.photocopy import photocopied, read_codes, render


@pytest.fixture(scope="module")
def book() -> Book:
    """The ledger's book, with the addresses of the shipped book's sources that are hardest to code."""
    shipped = check(ROOT).book.items
    longest = sorted((str(i.data["URL"]) for i in shipped if i.data.get("URL")), key=len)[-3:]
    found = check(ROOT / "tests" / "books" / "ledger").book
    items = tuple(
        replace(item, data={**item.data, "URL": longest[number % 3]}) for number, item in enumerate(found.items)
    )
    return replace(found, items=items, sheets=replace(found.sheets, qr_sources=True))


def test_every_code_is_read_from_the_page_and_from_a_photocopy(book: Book) -> None:
    layout = weasy.lay_out(pages.compose(book, default_styles()))
    wanted = sorted(str(item.data["URL"]) for item in book.items)
    assert len(wanted) > 1
    places = sorted({layout.places[f"source-{item.number}"] - 1 for item in book.items})
    for look in (lambda page: render(layout.pdf, page, 300), lambda page: photocopied(render(layout.pdf, page, 150))):
        assert sorted(code for page in places for code in read_codes(look(page))) == wanted


def test_without_the_option_no_code_is_drawn(book: Book) -> None:
    plain = pages.compose(replace(book, sheets=replace(book.sheets, qr_sources=False)), default_styles())
    assert not [r for r in plain.resources if r.name.startswith("code-")]


def test_the_option_is_read(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "manuscript" / "book.yaml"
    path.parent.mkdir()
    path.write_text(BOOK_YAML + "qr: sources\n")
    assert configure(tmp_path).sheets.qr_sources


def test_the_numbers_of_the_office() -> None:
    numbers = office()
    assert numbers.module_mm >= numbers.module_least_mm
    assert [numbers.at_fold_mm(pages) for pages in (4, 8, 16)] == [5, 6, 8]
