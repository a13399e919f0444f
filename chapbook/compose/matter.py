"""Front matter that the build writes: title page, contents, facts of the edition."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from html import escape
from typing import NamedTuple

from chapbook.compose import sources
from chapbook.compose.appendix import verdict_key
from chapbook.compose.xhtml import Renderer, element
from chapbook.identifier import identifier_of
from chapbook.model import Book, Entry, Matter, Section
from chapbook.policy import is_stale
from chapbook.tree import Block, Div, Inlines, Para, Text
from chapbook.walking import walk
from chapbook.words import words


class Generated(NamedTuple):
    """A part of the book the build writes: its identifier and its title in words."""

    id: str
    word: str


SUMMARY = Generated("verdict-summary", "summary")
CLAIMS = Generated("claims-and-verdicts", "claims")
SOURCES = Generated("sources", "sources")


def appendices(book: Book) -> tuple[Generated, ...]:
    """The generated parts at the end of this book."""
    ledger = (SUMMARY, CLAIMS) if book.annotated else ()
    return (*ledger, *((SOURCES,) if book.items else ()))


def title_page(book: Book) -> str:
    """Title, subtitle, author, what the book is, imprint; unknown things are left out."""
    work, imprint = book.work, book.imprint
    lines = work.title_lines or (work.title,)
    title = "<br/>".join(escape(line, quote=False) for line in lines)
    parts = [element("h1", title, ("class", "title"))]
    if work.subtitle:
        parts.append(element("p", escape(work.subtitle, quote=False), ("class", "subtitle")))
    for author in work.authors:
        parts.append(element("p", escape(author, quote=False), ("class", "author")))
    if line := str(book.options.get("cover-line") or ""):
        parts.append(element("p", escape(line, quote=False), ("class", "cover-line")))
    year = work.date[:4]
    place = ", ".join(p for p in (imprint.place, year) if p) if imprint.place else year
    foot = "<br/>".join(escape(p, quote=False) for p in (imprint.publisher, place) if p)
    if foot:
        parts.append(element("p", foot, ("class", "imprint")))
    return "\n".join(parts)


def edition_facts(book: Book) -> str:
    """Identifier, date, publisher, ISBN: what is known of this edition."""
    catalogue = words(book.work.lang)
    lines = []
    if book.work.date:
        lines.append(catalogue["date"].format(date=catalogue.iso_date(book.work.date)))
    if book.imprint.publisher:
        lines.append(book.imprint.publisher)
    for isbn, key in ((book.imprint.isbn_print, "isbn-print"), (book.imprint.isbn_epub, "isbn-epub")):
        if isbn:
            lines.append(catalogue[key].format(isbn=isbn))
    lines.append(catalogue["identifier"].format(identifier=identifier_of(book.work)))
    if book.imprint.address:
        lines.append(book.imprint.address)
    return element("p", "<br/>".join(escape(line, quote=False) for line in lines),
                   ("class", "edition-facts"))  # fmt: skip


def blocks(
    book: Book, renderer: Renderer, section: Section, paragraph: Callable[[Inlines], str] | None = None
) -> str:
    """A section's blocks; the empty divs an author left for the build are filled.

    `paragraph` writes those that stand in the section itself; None writes them as all others.

    A colophon without a place for the policy on claims has it at its end. A list of the
    chapter's own sources follows where the book asks for one.
    """
    parts = [
        paragraph(block.content)
        if paragraph and isinstance(block, Para) and not block.plain
        else _filled(book, renderer, block)
        for block in section.blocks
    ]
    if section.role.name == "colophon" and book.claims and not _has_place(section, "claims-policy"):
        parts.append(claims_policy(book))
    if book.options.get("bibliography-by") == "chapter":
        parts.append(sources.of_section(book, section, renderer))
    return "\n".join(part for part in parts if part)


def _has_place(section: Section, name: str) -> bool:
    return any(isinstance(n, Div) and name in n.attr.classes for n in walk(section.blocks))


def claims_policy(book: Book) -> str:
    """How this edition treats its claims, in words."""
    catalogue, policy = words(book.work.lang), book.policy
    said = [catalogue[f"policy-{policy.printed}"]]
    if policy.fresh_months is not None:
        stale = sum(is_stale(claim, policy) for claim in book.claims)
        if stale:
            said.append(catalogue.counted("policy-stale", stale, months=policy.fresh_months))
        else:
            said.append(catalogue.counted("policy-fresh", policy.fresh_months, months=policy.fresh_months))
    if policy.released and policy.refused:
        names = [catalogue[f"refuses-{word}"] for word in policy.refused]
        said.append(catalogue["policy-released"].format(refused=catalogue.listed(names)))
    return element("p", escape(catalogue["gap"].join(said), quote=False), ("class", "claims-policy"))


def _filled(book: Book, renderer: Renderer, block: Block) -> str:
    if isinstance(block, Div) and not block.blocks:
        if "key-to-verdicts" in block.attr.classes:
            return verdict_key(book)
        if "edition-facts" in block.attr.classes:
            return edition_facts(book)
        if "claims-policy" in block.attr.classes:
            return claims_policy(book) if book.claims else ""
    return renderer.block(block)


def listed(book: Book) -> tuple[Entry, ...]:
    """All that the contents list, in order: sections, generated parts, the colophon."""
    catalogue = words(book.work.lang)
    generated = tuple(
        Entry(g.id, (Text(catalogue[g.word]),), 1, Matter.BACK) for g in appendices(book)
    )
    entries = tuple(e for e in book.contents if e.listed)
    last = {s.id for s in book.sections if s.role.name == "colophon"}
    before = tuple(e for e in entries if e.id not in last)
    return (*before, *generated, *(e for e in entries if e.id in last))


def contents_list(
    entries: Iterable[Entry], line: Callable[[Entry], str], tag: str = "ol"
) -> str:
    """Entries as a nested list; `line` writes one."""
    rows = []
    for entry in entries:
        inner = contents_list(entry.children, line, tag) if entry.children else ""
        rows.append(element("li", line(entry) + inner))
    return element(tag, "".join(rows))


def by_matter(entries: Iterable[Entry]) -> Iterator[tuple[Matter, tuple[Entry, ...]]]:
    """Entries in groups of front matter, body and back matter."""
    pool = tuple(entries)
    for matter in Matter:
        group = tuple(e for e in pool if e.matter is matter)
        if group:
            yield matter, group


def without_children(entry: Entry) -> Entry:
    """An entry by itself."""
    return replace(entry, children=())
