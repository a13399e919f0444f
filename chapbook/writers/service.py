"""A book laid out for a print service: its size, and margins for the true count of pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

from chapbook.compose.pages import head_mm, margins
from chapbook.identifier import public
from chapbook.model import Book, Trim
from chapbook.services import Service, services
from chapbook.writers.press import COVER_PAGES, Pressed, press

Laid = tuple[Callable[[], bytes], int]  # a master PDF and how many pages it has


def laid_out_for(
    service: Service, book: Book, styles: Path, master: Laid, lay: Callable[[Book], Laid]
) -> tuple[Book, Laid]:
    """The book as the service prints it, and its master; `master` itself where that will do.

    A wider margin makes more pages, and more pages may ask for a wider margin: the margin only
    ever grows, so this comes to an end.
    """
    width, height = service.trim_for(book.trim.width_mm, book.trim.height_mm)
    sized = replace(book, trim=replace(book.trim, width_mm=width, height_mm=height))
    laid = master
    done = sized.trim == book.trim
    while True:
        inner = service.inside_mm(_inside_pages(service, laid[1]))
        has = margins(sized, styles)
        least = min(has.outer, has.bottom, head_mm(sized, styles))
        wide = has.inner >= inner and least >= service.margin_mm - 1e-6
        if done and wide:
            return sized, laid
        if not wide:
            sized = replace(sized, trim=replace(sized.trim, inner_mm=inner, outer_mm=service.margin_mm))
        laid, done = lay(sized), True


def for_services(book: Book, styles: Path, master: Laid) -> Callable[[str], tuple[Book, Pressed]]:
    """The book as a service prints it and its print PDF, by the service's name.

    Each is made once; services of the same sizes share a layout.
    """
    from chapbook.writers import bodies

    done: dict[Trim, Laid] = {}

    def lay(sized: Book) -> Laid:
        if sized.trim not in done:
            layout = bodies.lay_out_book(sized, styles, 1, lambda _step, _what: None)
            done[sized.trim] = (lambda: layout.pdf), layout.pages
        return done[sized.trim]

    @cache
    def made(name: str) -> tuple[Book, Pressed]:
        service = services()[name]
        sized, laid = laid_out_for(service, book, styles, master, lay)
        return sized, press(public(sized), laid[0](), styles, service)

    return made


def _inside_pages(service: Service, pages: int) -> int:
    """The pages the service will count: without the cover, filled up."""
    count = max(pages - COVER_PAGES, service.pages_least)
    return count + count % 2
