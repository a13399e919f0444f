"""Pass 6, citations: every `[@key]` of the book rendered by one run of citeproc.

Only the citations go to citeproc, never the text: a small document with one paragraph a
citation, in reading order and with the number its note will have. A note style comes back as
footnotes, an author-date style as words in the line. The bibliography comes back as entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

from chapbook.model import Book, Source
from chapbook.passes.calls import after_punctuation, merged
from chapbook.read import pandoc
from chapbook.read.from_pandoc import read_blocks, read_inlines
from chapbook.read.report import Report
from chapbook.tree import NO_ATTR, Attr, Citation, Cite, Footnote, Inlines, Node, Para, Span, Styled, Text
from chapbook.walking import HOLDING, content_of, plain_text, rewrite, with_content
from chapbook.walking import inside as within

Citing = Callable[[pandoc.Json, Sequence[pandoc.Json], bytes, str], pandoc.Json]
DEFAULT_STYLE = "chicago-notes-bibliography.csl"


def citations(book: Book, cite: Citing = pandoc.cite) -> Book:
    """The book without citations: notes and words in their places, entries at the items.

    `cite` renders them: a tree, the items, a style and a language become the finished tree.
    """
    calls = list(_calls(book))
    if not calls:
        return book
    style = book.options.get("csl-style")
    csl = style if isinstance(style, bytes) else default_style()
    tree = {
        "pandoc-api-version": [1, 23, 1],
        "meta": {"link-citations": _meta(False)},
        "blocks": [_paragraph(call) for call in calls],
    }
    items = [dict(item.data) for item in book.items]
    result = cite(tree, items, csl, book.work.lang)["blocks"]
    rendered = [_read(*pair) for pair in zip(result[: len(calls)], calls, strict=True)]
    entries = _entries(result[len(calls) :])
    placed = _place(book, iter(rendered))
    if book.claims:  # then sources have a form of our own, and the order of their first use
        return placed
    order = {key: index for index, key in enumerate(entries)}
    listed = sorted(placed.items, key=lambda item: order.get(item.key, len(order)))
    return replace(placed, items=tuple(replace(i, entry=entries.get(i.key, ())) for i in listed))


def default_style() -> bytes:
    """Chicago notes and bibliography, the default of the book."""
    return (files("chapbook") / "csl" / DEFAULT_STYLE).read_bytes()


# ── out ──────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Call:
    cite: Cite
    number: int
    in_note: bool


def _calls(book: Book) -> Iterator[_Call]:
    """Citations in the order `rewrite` meets them, with the number of their note.

    An author's footnote counts once, after the citations inside it were met.
    """
    count = 0
    for section in book.sections:
        for inside, node in _visit((section.title, section.blocks), False):
            if isinstance(node, Footnote):
                count += 1
            elif isinstance(node, Cite):
                if not inside:
                    count += 1
                yield _Call(node, count + 1 if inside else count, inside)


def _visit(part: tuple[object, ...], inside: bool) -> Iterator[tuple[bool, Cite | Footnote]]:
    """Citations and footnotes from the leaves up, as `rewrite` works, and whether they stand in a footnote."""
    for piece in part:
        if isinstance(piece, tuple):
            yield from _visit(piece, inside)
        elif isinstance(piece, Cite):
            yield inside, piece
        elif inner := within(piece):
            yield from _visit(inner, inside or isinstance(piece, Footnote))
        if isinstance(piece, Footnote):
            yield inside, piece


def _meta(value: bool) -> dict[str, Any]:
    return {"t": "MetaBool", "c": value}


def _paragraph(call: _Call) -> dict[str, Any]:
    cite = {"t": "Cite", "c": [[_citation(c, call.number) for c in call.cite.citations], []]}
    inner = {"t": "Para", "c": [cite]}
    return {"t": "Para", "c": [{"t": "Note", "c": [inner]}]} if call.in_note else inner


def _citation(citation: Citation, number: int) -> dict[str, Any]:
    return {
        "citationId": citation.key,
        "citationPrefix": _pandoc(citation.prefix),
        "citationSuffix": _pandoc(citation.suffix),
        "citationMode": {"t": citation.mode},
        "citationNoteNum": number,
        "citationHash": 0,
    }


def _pandoc(content: Inlines) -> list[dict[str, Any]]:
    """Prefix or suffix as pandoc's inlines; emphasis is kept, other marks become words."""
    out: list[dict[str, Any]] = []
    for node in content:
        if isinstance(node, Styled) and node.style in ("em", "strong"):
            kind = "Emph" if node.style == "em" else "Strong"
            out.append({"t": kind, "c": _pandoc(node.content)})
            continue
        words = plain_text(node).split(" ")
        for index, word in enumerate(words):
            if index:
                out.append({"t": "Space"})
            if word:
                out.append({"t": "Str", "c": word})
    return out


# ── back ─────────────────────────────────────────────────────────────────────

_NOWHERE = Source("", "")


def _read(paragraph: dict[str, Any], call: _Call) -> Inlines:
    """One rendered citation: words, a note, or words and a note (`@key says`)."""
    nodes = paragraph["c"]
    if call.in_note:
        nodes = [n for note in nodes for block in note["c"] for n in block["c"]]
    nodes = [inner for n in nodes for inner in (n["c"][1] if n["t"] == "Cite" else [n])]
    keys = " ".join(c.key for c in call.cite.citations)
    content = merged(rewrite(read_inlines(nodes, Report(_NOWHERE)), _bare_spans, of={Span}))
    words = tuple(n for n in content if not isinstance(n, Footnote))
    notes = tuple(_noted(n, keys) for n in content if isinstance(n, Footnote))
    return (*((_cited(words, keys),) if words else ()), *notes)


def _bare_spans(node: Node) -> object:
    """citeproc leaves spans that say nothing around its words."""
    return node.content if isinstance(node, Span) and node.attr == NO_ATTR else node


def _noted(note: Footnote, keys: str) -> Footnote:
    content = tuple(n for b in note.blocks if isinstance(b, Para) for n in b.content)
    return Footnote((Para((_cited(content, keys),)),), "citation")


def _cited(content: Inlines, keys: str) -> Span:
    """Rendered words, marked with the citekeys they stand for."""
    return Span(content, Attr(classes=("cited",), pairs=(("keys", keys),)))


def _entries(blocks: list[dict[str, Any]]) -> dict[str, Inlines]:
    """Bibliography entries by citekey."""
    entries: dict[str, Inlines] = {}
    for block in blocks:
        if block["t"] != "Div":
            continue
        for entry in block["c"][1]:
            key = entry["c"][0][0].removeprefix("ref-")
            parts = read_blocks(entry["c"][1], Report(_NOWHERE))
            entries[key] = tuple(n for b in parts if isinstance(b, Para) for n in b.content)
    return entries


def _place(book: Book, rendered: Iterator[Inlines]) -> Book:
    def fill(node: Node) -> object:
        return next(rendered) if isinstance(node, Cite) else node

    def settle(node: Node) -> object:
        if isinstance(node, Footnote):
            return replace(node, blocks=rewrite(node.blocks, _flatten, of={Footnote}))
        content = content_of(node)
        if content is None:
            return node
        kinds = set(map(type, content))
        if Footnote not in kinds and Span not in kinds:
            return node
        content = _one_period(content)
        if not any(isinstance(n, Footnote) for n in content):
            return with_content(node, content) if content != content_of(node) else node
        moved = after_punctuation(_close_up(content), lambda n: n.kind == "citation")
        return with_content(node, moved)

    sections = []
    for section in book.sections:
        title = rewrite(section.title, fill, of={Cite})
        blocks = rewrite(section.blocks, fill, of={Cite})
        sections.append(replace(section, title=title, blocks=rewrite(blocks, settle, of=HOLDING | {Footnote})))
    return replace(book, sections=tuple(sections))


def _one_period(content: Inlines) -> Inlines:
    """A citation in the author's sentence gives up its full stop where the sentence goes on."""
    out = list(content)
    for index in range(len(out) - 1):
        cited, following = out[index], out[index + 1]
        if (
            isinstance(cited, Span) and "cited" in cited.attr.classes and cited.content
            and isinstance(following, Text) and following.text[:1] in (*".,;:",)
            and isinstance(last := cited.content[-1], Text) and last.text.endswith(".")
        ):  # fmt: skip
            shorter = (*cited.content[:-1], Text(last.text.removesuffix(".")))
            out[index] = replace(cited, content=shorter)
    return tuple(out)


def _flatten(node: Node) -> object:
    """A citation inside an author's footnote stands in the line of that note."""
    if isinstance(node, Footnote) and node.kind == "citation":
        return tuple(n for b in node.blocks if isinstance(b, Para) for n in b.content)
    return node


def _close_up(content: Inlines) -> Inlines:
    """No space between a word and the number of the citation's note that follows it."""
    out = list(content)
    for index in range(len(out) - 1):
        text, following = out[index], out[index + 1]
        if isinstance(text, Text) and isinstance(following, Footnote) and following.kind == "citation":
            out[index] = Text(text.text.rstrip(" "))
    return tuple(n for n in out if not (isinstance(n, Text) and not n.text))
