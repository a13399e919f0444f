"""Links and notes inside an EPUB or an HTML file: each leads somewhere, and back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from chapbook.diagnostics import Diagnostic
from chapbook.model import Book
from chapbook.verify.extract import Page
from chapbook.verify.finding import fault

def check(book: Book, pages: tuple[Page, ...], edition: str) -> Iterator[Diagnostic]:
    """Identifiers unique in their document; inner links resolved; n notes, n calls, n ways back."""
    ids = {page.name: Counter(name for name, _ in page.named) for page in pages}
    for page in pages:
        for name, count in ids[page.name].items():
            if count > 1:
                yield fault("V010", f"the identifier {name} stands {count} times in {page.name}", edition)
        for element in page.root.iter("a"):
            href = element.get("href") or ""
            if "://" in href or href.startswith("mailto:"):
                continue
            file, _, name = href.partition("#")
            target = file or page.name
            if target not in ids or (name and name not in ids[target]):
                yield fault("V011", f"a link in {page.name} to {href} leads nowhere", edition)
    yield from _notes(book, pages, edition)


def _notes(book: Book, pages: tuple[Page, ...], edition: str) -> Iterator[Diagnostic]:
    calls: Counter[str] = Counter()
    ways_back: Counter[str] = Counter()
    notes: Counter[str] = Counter()
    for page in pages:
        for name, element in page.named:
            kind, _, digits = name.rpartition("-")
            if kind == "note" and digits.isdigit():
                notes[digits] += 1
            elif kind == "noteref" and digits.isdigit():
                calls[digits] += 1
                if _shown(element) != digits:
                    yield fault("V012", f"the call {name} shows {_shown(element)!r}", edition)
        for element in page.elements:
            if "back" in (element.get("class") or "").split():
                ways_back[(element.get("href") or "").rpartition("#noteref-")[2]] += 1
    for note in book.notes:
        number = str(note.number)
        counts = calls[number], notes[number], ways_back[number]
        if counts != (1, 1, 1):
            yield fault("V012", f"note {number} has {counts[0]} calls, {counts[1]} texts and "
                         f"{counts[2]} ways back", edition)  # fmt: skip
    if len(notes) != len(book.notes):
        yield fault("V012", f"{len(notes)} notes where the book has {len(book.notes)}", edition)


def _shown(element: etree._Element) -> str:
    first = next(iter(element), None)
    return str("".join(element.itertext() if first is None else first.itertext()))
