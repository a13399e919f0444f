"""The editions without pages of their own, EPUB and HTML: composed beside the layout, and finished
when the layout has said where the pages of the print edition begin."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chapbook import fonts
from chapbook.compose.atrisk import guarded
from chapbook.model import Book, Composition
from chapbook.unswept import unswept

if TYPE_CHECKING:
    from chapbook.compose.pagelist import PageStart
    from chapbook.writers.cuts import Cut
    from chapbook.writers.weasy import Layout


@unswept()
def composed(edition: str, book: Book, styles: Path) -> Composition:
    """The edition as it is before any page is known."""
    from chapbook.compose import epub, web

    return epub.compose(book, styles) if edition == "epub" else web.compose(book, styles)


@unswept()
def page_starts(book: Book, layout: Layout, front_leaves: int) -> tuple[PageStart, ...]:
    """Where each page of the print edition begins, by what its pages say; `front_leaves` come before folio 1."""
    from chapbook.compose import pagelist, pages

    printed = pages.whole(book)
    folios = {name: page - front_leaves for name, page in layout.places.items()}
    return pagelist.page_starts(printed, layout.texts[front_leaves:], folios)


@unswept()
def written(
    book: Book, composition: Composition, starts: Sequence[PageStart], cut: Cut = fonts.subset
) -> tuple[bytes, int]:
    """The finished file and its documents; `starts` are () where the book has no print edition. `cut` makes fonts."""
    from chapbook.compose import epub as epub_edition
    from chapbook.compose import web
    from chapbook.writers import epub, html

    if composition.edition == "epub":
        whole = guarded(book, epub_edition.with_pages(book, composition, starts))
        return epub.write(whole), len(whole.documents)
    return html.write(guarded(book, web.with_pages(book, composition, starts)), cut), 1
