"""What is remembered of a book: never another's, and no longer than till another comes."""

from __future__ import annotations

from dataclasses import replace

from chapbook.model import Book
from chapbook.remembered import of_the_last_book
from tests.conftest import ROOT
from chapbook.pipeline import check


def test_a_book_is_asked_once_and_another_is_another() -> None:
    asked: list[str] = []

    @of_the_last_book
    def title(book: Book) -> str:
        """The title."""
        asked.append(book.work.title)
        return book.work.title

    book = check(ROOT / "tests" / "books" / "minimal").book
    other = replace(book, work=replace(book.work, title="Other"))
    assert [title(one) for one in (book, book, other, other, book)] == [book.work.title] * 2 + ["Other"] * 2 + [book.work.title]
    assert asked == [book.work.title, "Other", book.work.title]
    assert title.__doc__ == "The title."
