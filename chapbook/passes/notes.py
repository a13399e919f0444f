"""Pass 7, notes: claims, citations and the author's footnotes become one numbered sequence."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from chapbook.model import Book, Claim, Item, Note, Section
from chapbook.tree import Footnote, Inline, Inlines, Node, NoteRef, Span, Styled, Text
from chapbook.walking import HOLDING, content_of, rewrite, walk, with_content


def notes(book: Book) -> Book:
    """Notes numbered in reading order, calls in their places, sources numbered by first use."""
    claims = {claim.id: claim for claim in book.claims}
    collected: list[Note] = []

    def take(section: Section) -> Section:
        def number(node: Node) -> object:
            if not isinstance(node, Footnote):
                return node
            count = len(collected) + 1
            claim = replace(claims[node.claim], number=count) if node.claim else None
            collected.append(Note(count, node.kind, section.id, node.blocks, claim))
            return NoteRef(count)

        return replace(section, title=_apart(rewrite(section.title, number, of={Footnote})),
                       blocks=rewrite(rewrite(section.blocks, number, of={Footnote}), _apart_in, of=HOLDING))  # fmt: skip

    sections = tuple(take(section) for section in book.sections)
    numbered = {note.claim.id: note.claim for note in collected if note.claim}
    items = _used(book.items, tuple(collected), sections)
    return replace(book, sections=sections, notes=tuple(collected),
                   claims=tuple(numbered.get(c.id, c) for c in book.claims), items=items)  # fmt: skip


def _apart_in(node: Node) -> object:
    content = content_of(node)
    apart = _apart(content) if content else content
    return node if apart is content or apart is None else with_content(node, apart)


def _apart(content: Inlines) -> Inlines:
    """Two calls in a row with a comma between them: 1 and 2 must not read as twelve."""
    if not any(isinstance(a, NoteRef) and isinstance(b, NoteRef) for a, b in pairwise(content)):
        return content
    out: list[Inline] = []
    for node in content:
        if out and isinstance(out[-1], NoteRef) and isinstance(node, NoteRef):
            out.append(Styled("sup", (Text(","),)))
        out.append(node)
    return tuple(out)


def _used(
    items: tuple[Item, ...], notes: tuple[Note, ...], sections: tuple[Section, ...]
) -> tuple[Item, ...]:
    """The items the book uses, with the notes and sections that rest on each.

    In the order of first use; where citeproc made the list (`entry`), in its order.
    """
    uses: dict[str, list[int]] = {}
    places: dict[str, list[str]] = {}
    for note in notes:
        for key in _keys(note.claim) if note.claim else _cited(note.blocks):
            uses.setdefault(key, []).append(note.number)
            places.setdefault(key, []).append(note.section_id)
    for section in sections:  # author-date: in the text
        for key in _cited((section.title, section.blocks)):
            uses.setdefault(key, [])
            places.setdefault(key, []).append(section.id)
    known = {item.key: item for item in items}
    listed = any(item.entry for item in items)
    order = [i.key for i in items if i.key in uses] if listed else [key for key in uses if key in known]
    return tuple(
        replace(known[key], number=number, used_by=tuple(sorted(set(uses[key]))),
                cited_in=tuple(dict.fromkeys(places[key])))
        for number, key in enumerate(order, start=1)
    )  # fmt: skip


def _keys(claim: Claim) -> list[str]:
    return [use.key for use in claim.sources]


def _cited(part: object) -> list[str]:
    """Citekeys in a rendered citation: the citations pass left a span with each."""
    keys: list[str] = []
    for node in walk(part, {Span}):
        if isinstance(node, Span) and "cited" in node.attr.classes:
            keys.extend((node.attr.get("keys") or "").split())
    return keys
