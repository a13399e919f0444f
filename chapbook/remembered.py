"""What was worked out of a book, remembered as long as no other book is asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

from chapbook.model import Book

T = TypeVar("T")


def of_the_last_book(work: Callable[[Book], T]) -> Callable[[Book], T]:
    """The same function, done once for a book: a build has one, and children share what was known before them."""

    @lru_cache(maxsize=1)
    def done(this: _This) -> T:
        return work(this.book)

    return wraps(work)(lambda book: done(_This(book)))


class _This:
    """A book as itself: two are equal when they are one."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _This) and self.book is other.book

    def __hash__(self) -> int:
        return id(self.book)
