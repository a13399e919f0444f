"""Notes for the foot of the page.

The note stands in the paragraph that calls it and floats to the foot, so it has to be made
of inline elements only: an HTML parser closes a paragraph at the first block inside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from chapbook.compose.notes import claim_text
from chapbook.compose.xhtml import Renderer, element
from chapbook.model import Book, Note
from chapbook.tree import Block, BlockQuote, Blocks, BulletList, CodeBlock, DefinitionList, Div, OrderedList, Para
from chapbook.walking import plain_text
from chapbook.words import words

SHOWN = 3  # sources named in a note that has more than four


def footnote(book: Book, note: Note, renderer: Renderer) -> str:
    """One note as a floating span; its call is generated from `data-n`, named `data-call`.

    No link is written: a note may be called inside one. `title` says to ears where the call
    and the number of the note lead.
    """
    catalogue = words(book.work.lang)
    call = f"noteref-{note.number}"
    number = element("span", str(note.number), ("class", "n"), ("title", catalogue["back-to-text"]))
    if note.claim:
        shown = None if len(note.claim.sources) <= SHOWN + 1 else SHOWN
        inner = claim_text(book, note.claim, renderer.href, shown=shown)
    else:
        inner = "".join(_lines(note.blocks, renderer))
    return element("span", f"{number} {inner}", ("class", "fn"), ("id", note.id),
                   ("data-n", str(note.number)), ("data-call", call),
                   ("title", catalogue["note"].format(number=note.number)))  # fmt: skip


def _lines(blocks: Blocks, renderer: Renderer) -> Iterator[str]:
    for index, block in enumerate(blocks):
        yield from _line(block, renderer, first=index == 0)


def _line(block: Block, renderer: Renderer, *, first: bool = False) -> Iterator[str]:
    match block:
        case Para(content=content):
            yield element("span", renderer.inlines(content),
                          ("class", "fp first" if first else "fp"))  # fmt: skip
        case BulletList(items=items):
            for item in items:
                yield element("span", "• " + _flat(item, renderer), ("class", "fi"))
        case OrderedList(items=items, start=start):
            for number, item in enumerate(items, start=start):
                yield element("span", f"{number}. " + _flat(item, renderer), ("class", "fi"))
        case DefinitionList(items=items):
            for term, definitions in items:
                inner = " ".join(_flat(d, renderer) for d in definitions)
                yield element("span", f"{renderer.inlines(term)}: {inner}", ("class", "fi"))
        case CodeBlock(text=text):
            yield element("span", escape(text, quote=False), ("class", "fcode"))
        case BlockQuote(blocks=blocks) | Div(blocks=blocks):
            yield from _lines(blocks, renderer)
        case _:  # tables and figures in a note: their words are kept, their shape is not
            text = escape(" ".join(plain_text(block).split()), quote=False)
            yield element("span", text, ("class", "fp"))


def _flat(blocks: Blocks, renderer: Renderer) -> str:
    """A list item's blocks in one line."""
    return " ".join(
        renderer.inlines(b.content) if isinstance(b, Para) else "".join(_line(b, renderer))
        for b in blocks
    )
