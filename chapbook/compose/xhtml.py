"""The text tree as XHTML that is valid in an EPUB, in a browser and for the page.

What differs between editions is the `Renderer`'s fields: how a note is called, where a link
inside the book leads, where a picture is found. Attributes come from an allow-list; text is
escaped here and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html import escape

from chapbook.compose.code import highlighted
from chapbook.tree import (
    NAME, Anchor, Attr, Block, BlockQuote, BulletList, Cell, Cite, Code, CodeBlock, DefinitionList, Details, Div,
    Figure, Footnote, Heading, Image, Inline, LineBlock, LineBreak, Link, Math, NoteRef, OrderedList, Para,
    Quoted, Rule, Span, Styled, Table, Text,
)  # fmt: skip
from chapbook.walking import plain_text
from chapbook.words import BASE, Catalogue, direction, words

_MANY = 6  # columns; more are set small and of one width
_MEASURE = 60  # characters of a table's type in the narrowest measure, that of A5
_GAP = 1.5  # characters between two columns
_LIST_TYPES = {"LowerAlpha": "a", "UpperAlpha": "A", "LowerRoman": "i", "UpperRoman": "I"}
_ESCAPED = re.compile("[&<>\"']")
_BETWEEN = str.maketrans("-–—/", "    ")  # words are divided here too
_SPAN_CLASSES_DROPPED = {"cited"}


def attributes(pairs: Iterable[tuple[str, str]]) -> str:
    """Attributes as written in a tag, empty ones left out."""
    return "".join([
        f' {name}="{escape(value) if _ESCAPED.search(value) else value}"' for name, value in pairs if value
    ])  # fmt: skip


def words_escaped(text: str) -> str:
    """Words as written between tags: as `escape`, which takes three times as long for words without a sign."""
    return escape(text, quote=False) if "&" in text or "<" in text or ">" in text else text


def element(tag: str, content: str, *pairs: tuple[str, str]) -> str:
    """One element with its attributes."""
    return f"<{tag}{attributes(pairs)}>{content}</{tag}>" if pairs else f"<{tag}>{content}</{tag}>"


def language(lang: str, around: str = "") -> tuple[tuple[str, str], ...]:
    """The attributes that name a language in XHTML, and its direction where it is another one
    than that of the language `around`; "" stands for one written from left to right."""
    if not lang:
        return ()
    turned = direction(lang) != direction(around)
    return (("lang", lang), ("xml:lang", lang), ("dir", direction(lang) if turned else ""))


@dataclass(frozen=True, slots=True)
class Renderer:
    """Writes nodes for one edition.

    `call` writes a note's number; `href` gives the address of an identifier of the book;
    `picture` the address of a picture; `heading_shift` is added to heading levels;
    `whole_names` keeps the spans that save names from hyphenation; `details` is "details" or
    "div"; `formula` writes mathematics, as MathML where nothing else is
    said; `labels` is the catalogue of the book's language.
    """

    call: Callable[[int], str]
    href: Callable[[str], str] = lambda name: f"#{name}"
    picture: Callable[[str], str] = lambda path: path
    heading_shift: int = 1
    whole_names: bool = False
    details: str = "div"
    formula: Callable[[Math], str] = lambda node: node.mathml
    labels: Catalogue = field(default_factory=lambda: words(BASE))

    # ── inlines ──────────────────────────────────────────────────────────────

    def inlines(self, content: Iterable[Inline]) -> str:
        """Inline nodes in a row."""
        # Words and names are nearly all there is: these two are written in short.
        return "".join([
            words_escaped(node.text) if type(node) is Text
            else self._name(node) if type(node) is Span and (node.attr is NAME or node.attr == NAME)
            else self.inline(node)
            for node in content
        ])  # fmt: skip

    def _name(self, node: Span) -> str:
        only = node.content[0] if len(node.content) == 1 else None
        inner = words_escaped(only.text) if type(only) is Text else self.inlines(node.content)
        return f'<span class="name">{inner}</span>' if self.whole_names else inner

    def inline(self, node: Inline) -> str:
        """One inline node."""
        match node:
            case Text(text=text):
                return words_escaped(text)
            case LineBreak():
                return "<br/>"
            case Styled(style="small-caps", content=content):
                return element("span", self.inlines(content), ("class", "small-caps"))
            case Styled(style=style, content=content):
                return element(style, self.inlines(content))
            case Quoted(double=double, content=content):
                before, after = ("“", "”") if double else ("‘", "’")
                return f"{before}{self.inlines(content)}{after}"
            case Code(text=text, attr=attr):
                return element("code", escape(text, quote=False), *self.attr(attr))
            case Math(display=display):
                kind = "math display" if display else "math"
                return element("span", self.formula(node), ("class", kind))
            case Link():
                return self.link(node)
            case Image():
                return self.image(node)
            case NoteRef(number=number):
                return self.call(number)
            case Anchor(id=name):
                return element("span", "", ("id", name))
            case Span():
                return self.span(node)
            case Footnote() | Cite():
                raise TypeError(f"{type(node).__name__} must be gone before composition")

    def link(self, node: Link) -> str:
        """A link out of the book or to a place in it."""
        inside = node.target.startswith("#")
        href = self.href(node.target[1:]) if inside else node.target
        pairs = (("href", href), *self.attr(node.attr), ("title", node.title))
        return element("a", self.inlines(node.content), *pairs)

    def image(self, node: Image) -> str:
        """A picture; a decorative one has an empty text alternative, and says so."""
        pairs = [("src", self.picture(node.target))]
        described = (node.attr.get("longdesc") or "").removeprefix("#")
        tail = attributes([*self.attr(node.attr, sized=True), ("title", node.title), ("aria-details", described)])
        return f'<img{attributes(pairs)} alt="{escape(node.alt)}"{tail}/>'

    def span(self, node: Span) -> str:
        """A span; one that says nothing to a reader of this edition is left out."""
        inner = self.inlines(node.content)
        if "name" in node.attr.classes and not self.whole_names:
            return inner
        classes = tuple(c for c in node.attr.classes if c not in _SPAN_CLASSES_DROPPED)
        pairs = self.attr(Attr(node.attr.id, classes, node.attr.pairs))
        return element("span", inner, *pairs) if pairs else inner

    def attr(self, attr: Attr, *, sized: bool = False) -> tuple[tuple[str, str], ...]:
        """Identifier, classes, language and direction; sizes as classes of whole percents."""
        classes = list(attr.classes)
        pairs = [("id", attr.id)]
        if sized:
            pairs.extend(_size(attr, classes))
        pairs.append(("class", " ".join(classes)))
        pairs.extend(language(attr.get("lang") or "", self.labels.lang))
        if attr.get("dir"):
            pairs = [p for p in pairs if p[0] != "dir"] + [("dir", attr.get("dir") or "")]
        return tuple(pair for pair in pairs if pair[1])

    # ── blocks ───────────────────────────────────────────────────────────────

    def blocks(self, content: Iterable[Block]) -> str:
        """Blocks in a row, a line each."""
        return "\n".join(self.block(node) for node in content)

    def block(self, node: Block) -> str:
        """One block."""
        match node:
            case Para(content=content, plain=True):
                return self.inlines(content)
            case Para(content=content):
                return element("p", self.inlines(content))
            case Heading(level=level, content=content, attr=attr):
                tag = f"h{min(6, level + self.heading_shift)}"
                return element(tag, self.inlines(content), *self.attr(attr))
            case CodeBlock(text=text, attr=attr):
                inner = element("code", highlighted(text, attr.classes))
                return element("pre", inner, ("id", attr.id), ("class", "code"))
            case BlockQuote(blocks=blocks):
                return element("blockquote", self.blocks(blocks))
            case OrderedList(items=items, start=start, style=style):
                first = str(start) if start != 1 else ""
                pairs = (("start", first), ("type", _LIST_TYPES.get(style, "")))
                return element("ol", self.items(items), *pairs)
            case BulletList():
                return self.bullets(node)
            case DefinitionList(items=items):
                return element("dl", "".join(
                    element("dt", self.inlines(term))
                    + "".join(element("dd", self.blocks(d)) for d in definitions)
                    for term, definitions in items
                ))  # fmt: skip
            case Rule():
                return "<hr/>"
            case Table():
                return self.table(node)
            case Figure():
                return self.figure(node)
            case Div(blocks=blocks, attr=attr):
                return element("div", self.blocks(blocks), *self.attr(attr))
            case Details():
                return self.opened(node)
            case LineBlock(lines=lines):
                inner = "<br/>\n".join(self.inlines(line) for line in lines)
                return element("p", inner, ("class", "verse"))

    def items(self, items: Iterable[tuple[Block, ...]]) -> str:
        """List items."""
        return "".join(element("li", self.blocks(item)) for item in items)

    def bullets(self, node: BulletList) -> str:
        """A list without numbers; a task's box is drawn by the style sheet and named for ears."""
        if not node.tasks:
            return element("ul", self.items(node.items))
        rows = []
        for item, task in zip(node.items, node.tasks, strict=True):
            box = ""
            if task is not None:
                word = "done" if task else "open"
                box = element("span", "", ("class", f"task {word}"), ("role", "img"),
                              ("aria-label", self.labels[f"task-{word}"]))  # fmt: skip
            rows.append(element("li", box + self.blocks(item)))
        return element("ul", "".join(rows), ("class", "tasks"))

    def opened(self, node: Details) -> str:
        """A summary and what it holds, open; a long description is opened by who wants it."""
        summary, inner = self.inlines(node.summary), self.blocks(node.blocks)
        if self.details == "details":
            head = element("summary", summary)
            opened = "" if "long-description" in node.attr.classes else ' open="open"'
            return f"<details{opened}{attributes(self.attr(node.attr))}>{head}{inner}</details>"
        head = element("p", summary, ("class", "summary"))
        pairs = self.attr(Attr(node.attr.id, ("details", *node.attr.classes), node.attr.pairs))
        return element("div", head + inner, *pairs)

    def caption(self, word: str, number: int | None, caption: tuple[Block, ...]) -> str:
        """A caption with its label; paragraphs in it become lines."""
        inner = "<br/>".join(
            self.inlines(b.content) if isinstance(b, Para) else self.block(b) for b in caption
        )
        label = self.labels[f"{word}-label"].format(number=number) if number else ""
        return (element("span", label, ("class", "label")) if label else "") + inner

    def figure(self, node: Figure) -> str:
        """A figure with its caption."""
        inner = self.blocks(node.blocks)
        if node.caption:
            inner += element("figcaption", self.caption("figure", node.number, node.caption))
        return element("figure", inner, *self.attr(node.attr))

    # ── tables ───────────────────────────────────────────────────────────────

    def table(self, node: Table) -> str:
        """A table with head, bodies and foot; alignment as classes."""
        parts = []
        if node.caption:
            parts.append(element("caption", self.caption("table", node.number, node.caption)))
        if any(cell.blocks for row in node.head for cell in row):
            parts.append(element("thead", self.rows(node, node.head, "col")))
        parts.extend(element("tbody", self.rows(node, body, "row")) for body in node.bodies if body)
        if node.foot:
            parts.append(element("tfoot", self.rows(node, node.foot, "row")))
        width = "wide" if len(node.aligns) > _MANY else "whole" if _words_fit(node) else ""
        classes = (*node.attr.classes, width) if width else node.attr.classes
        pairs = self.attr(Attr(node.attr.id, classes, node.attr.pairs))
        return element("table", "\n".join(parts), *pairs)

    def rows(self, table: Table, rows: Iterable[tuple[Cell, ...]], scope: str) -> str:
        """Rows of one part of a table."""
        return "\n".join(
            element("tr", "".join(self.cell(table, i, c, scope) for i, c in enumerate(row)))
            for row in rows
        )

    def cell(self, table: Table, index: int, cell: Cell, scope: str) -> str:
        """One cell; a head cell says which way it heads."""
        align = cell.align or (table.aligns[index] if index < len(table.aligns) else "")
        pairs = [("class", align)]
        if cell.rowspan > 1:
            pairs.append(("rowspan", str(cell.rowspan)))
        if cell.colspan > 1:
            pairs.append(("colspan", str(cell.colspan)))
        if not cell.header:
            return element("td", self.blocks(cell.blocks), *pairs)
        group = f"{scope}group" if (cell.colspan if scope == "col" else cell.rowspan) > 1 else scope
        return element("th", self.blocks(cell.blocks), ("scope", group), *pairs)


def _words_fit(table: Table) -> bool:
    """Whether the longest words of all columns stand side by side, so that none is divided."""
    longest = [0] * len(table.aligns)
    for row in (row for rows in (table.head, *table.bodies, table.foot) for row in rows):
        for index, cell in enumerate(row[: len(longest)]):
            words = plain_text(cell.blocks, alts=False).translate(_BETWEEN).split() if cell.colspan == 1 else ()
            longest[index] = max(longest[index], *map(len, words), 0)
    return sum(longest) + _GAP * len(longest) <= _MEASURE


def _size(attr: Attr, classes: list[str]) -> list[tuple[str, str]]:
    """Pixels as attributes; percents of the measure as classes w10 … w100 (steps of ten)."""
    pairs = []
    for name in ("width", "height"):
        value = (attr.get(name) or "").strip()
        if value.removesuffix("px").isdigit():
            pairs.append((name, value.removesuffix("px")))
        elif name == "width" and value.endswith("%") and value[:-1].replace(".", "", 1).isdigit():
            step = min(100, max(10, round(float(value[:-1]) / 10) * 10))
            classes.append(f"w{step}")
    return pairs
