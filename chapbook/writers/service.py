"""A book laid out for a print service: its size, and margins for the true count of pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from chapbook.compose.pages import margins
from chapbook.model import Book
from chapbook.services import Service
from chapbook.writers.press import COVER_PAGES

Laid = tuple[bytes, int]  # a master PDF and how many pages it has


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
        wide = has.inner >= inner and min(has.outer, has.top, has.bottom) >= service.margin_mm
        if done and wide:
            return sized, laid
        if not wide:
            sized = replace(sized, trim=replace(sized.trim, inner_mm=inner, outer_mm=service.margin_mm))
        laid, done = lay(sized), True


def _inside_pages(service: Service, pages: int) -> int:
    """The pages the service will count: without the cover, filled up."""
    count = max(pages - COVER_PAGES, service.pages_least)
    return count + count % 2
