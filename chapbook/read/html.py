"""Harmless HTML in a manuscript, read into the text tree through an allow-list.

pandoc leaves each tag as a raw piece between ordinary nodes. Here the pieces are nested into
elements again and each element becomes the node it means, so that it reaches every format.
What is not on the list is refused with its place: nothing is dropped in silence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from chapbook.diagnostics import Severity
from chapbook.read.report import Report
from chapbook.tree import (
    Anchor, Attr, Block, BlockQuote, Blocks, BulletList, Cell, Code, CodeBlock, DefinitionList, Details, Div,
    Figure, Image, Inline, Inlines, LineBreak, Link, OrderedList, Para, Quoted, Row, Rule, Span, Styled, Table,
    Text,
)  # fmt: skip
from chapbook.walking import plain_text, walk

_STYLED = {"em": "em", "i": "em", "strong": "strong", "b": "strong", "del": "del", "s": "del",
           "sup": "sup", "sub": "sub", "u": "u", "kbd": "kbd", "small": "small", "cite": "em",
           "var": "em", "dfn": "em"}  # fmt: skip
_SPANS = {"span", "ins", "mark", "abbr", "font"}
_DIVS = {"div", "section", "article", "aside", "header", "footer", "main", "center", "picture"}
_INLINE = {*_STYLED, *_SPANS, "a", "img", "br", "wbr", "code", "samp", "tt", "q"}
_BLOCK = {*_DIVS, "p", "figure", "figcaption", "table", "caption", "thead", "tbody", "tfoot", "tr",
          "th", "td", "colgroup", "col", "details", "summary", "dl", "dt", "dd", "ul", "ol", "li",
          "blockquote", "hr", "pre"}  # fmt: skip
_VOID = {"img", "br", "wbr", "hr", "col"}
ALLOWED = _INLINE | _BLOCK
_REFUSED = {"script", "style", "iframe", "form", "input", "button", "object", "embed", "base",
            "meta", "link", "audio", "video", "source", "track", "svg", "math"}  # fmt: skip

_KEPT = {"id", "class", "lang", "dir", "width", "height", "src", "alt", "href", "title", "colspan",
         "rowspan", "align", "start", "type", "name", "longdesc"}  # fmt: skip
_HARMLESS = {"rel", "target", "loading", "decoding", "scope", "open", "border", "cellpadding",
             "cellspacing", "valign", "summary", "role", "referrerpolicy"}  # fmt: skip
_WIDTH = re.compile(r"\s*(?:max-)?width\s*:\s*([\d.]+(?:%|px|em|rem|in|cm|mm|pt))\s*;?\s*")
_ALIGN = re.compile(r"\s*text-align\s*:\s*(left|right|center|centre)\s*;?\s*")


@dataclass(frozen=True, slots=True)
class Raw:
    """A raw piece of HTML between nodes, as pandoc leaves it."""

    text: str


@dataclass(slots=True)
class _Element:
    tag: str
    attrs: dict[str, str]
    written: str
    children: list[Piece] = field(default_factory=list)


Piece = Inline | Block | Raw | _Element


class _Tags(HTMLParser):
    """The tags and texts of one raw piece, in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.events: list[tuple[str, str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.events.append(("start", tag, {k: v or "" for k, v in attrs}))

    def handle_endtag(self, tag: str) -> None:
        self.events.append(("end", tag, {}))

    def handle_data(self, data: str) -> None:
        self.events.append(("text", data, {}))


def inlines(pieces: Iterable[Inline | Raw], report: Report) -> Inlines:
    """Inline nodes with every raw piece between them read or refused."""
    pieces = tuple(pieces)
    if not any(isinstance(piece, Raw) for piece in pieces):
        return pieces  # type: ignore[return-value]
    return _as_inlines(_nest(pieces, report), report)


def blocks(pieces: Iterable[Block | Raw], report: Report) -> Blocks:
    """Block nodes with every raw piece between them read or refused."""
    pieces = tuple(pieces)
    if not any(isinstance(piece, Raw) for piece in pieces):
        return pieces  # type: ignore[return-value]
    return _as_blocks(_nest(pieces, report), report)


def _nest(pieces: Sequence[Inline | Block | Raw], report: Report) -> list[Piece]:
    root = _Element("", {}, "")
    stack = [root]
    for piece in pieces:
        if not isinstance(piece, Raw):
            stack[-1].children.append(piece)
            continue
        tags = _Tags()
        tags.feed(piece.text)
        tags.close()
        for kind, name, attrs in tags.events:
            _take(kind, name, attrs, piece.text, stack, report)
    for open_element in stack[1:]:
        report.add("H002", f"<{open_element.tag}> is opened here and not closed",
                   open_element.written, _literal_hint(open_element.written))  # fmt: skip
    return root.children


def _take(kind: str, name: str, attrs: dict[str, str], written: str, stack: list[_Element],
          report: Report) -> None:  # fmt: skip
    if kind == "text":
        if name.strip():
            stack[-1].children.append(Text(name))
    elif name not in ALLOWED:
        if kind == "start":
            hint = _unknown_hint(name, written)
            report.add("H001", f"<{_spelled(name, written)}> is not HTML that Chapbook reads",
                       written, hint)  # fmt: skip
        elif written.lstrip().startswith("</"):
            report.place(written)
    elif kind == "start":
        element = _Element(name, _attributes(attrs, written, report), written)
        stack[-1].children.append(element)
        if name not in _VOID:
            stack.append(element)
    elif name not in _VOID:
        if stack[-1].tag == name:
            stack.pop()
        elif any(e.tag == name for e in stack[1:]):
            while stack[-1].tag != name:  # an inner element was left open
                inner = stack.pop()
                report.add("H002", f"<{inner.tag}> is opened here and not closed", inner.written,
                           f"close it before </{name}>")  # fmt: skip
            stack.pop()
        else:
            report.add("H002", f"</{name}> closes nothing that was opened", written, "remove it")


def _spelled(name: str, written: str) -> str:
    match = re.search(rf"<\s*({re.escape(name)})", written, re.IGNORECASE)
    return match[1] if match else name


def _literal_hint(written: str) -> str:
    first = written.strip().split("\n")[0][:60]
    return f"if it is text, write \\{first} or put it in `code`; if it is markup, use Markdown"


def _unknown_hint(name: str, written: str) -> str:
    if name in _REFUSED:
        return "remove it: nothing in a book may load, run or collect anything"
    if "=" in written or "\n" in written.strip():
        return f"put ::: {{.{name}}} before and ::: after what it holds, and remove the tags"
    return _literal_hint(written)


def _attributes(attrs: dict[str, str], written: str, report: Report) -> dict[str, str]:
    kept: dict[str, str] = {}
    if "redact" in attrs.get("class", ""):
        report.add("H007", "only [words]{.redact} in a line of text are taken out", written,
                   "write the words as [words]{.redact}, without the tag")  # fmt: skip
    for key, value in attrs.items():
        if key in _KEPT:
            kept[key] = value
        elif key == "style" and (match := _WIDTH.fullmatch(value)):
            kept["width"] = match[1]
        elif key == "style" and (match := _ALIGN.fullmatch(value)):
            kept["align"] = match[1].replace("centre", "center")
        elif key == "style" or key.startswith("on"):
            report.add("H003", f"the attribute {key}= is not allowed", written,
                       "remove it; looks belong to styles/")  # fmt: skip
        elif key not in _HARMLESS and not key.startswith(("aria-", "data-")):
            report.add("H004", f"the attribute {key}= is not read", written, "remove it",
                       Severity.WARNING)  # fmt: skip
    return kept


def _attr(element: _Element) -> Attr:
    pairs = tuple((k, element.attrs[k]) for k in ("lang", "dir", "width", "height", "longdesc")
                  if element.attrs.get(k))  # fmt: skip
    name = element.attrs.get("id") or element.attrs.get("name", "")
    return Attr(name, tuple(element.attrs.get("class", "").split()), pairs)


# ── inline elements ──────────────────────────────────────────────────────────


def _as_inlines(pieces: Iterable[Piece], report: Report) -> Inlines:
    out: list[Inline] = []
    for piece in pieces:
        if isinstance(piece, _Element):
            out.extend(_inline(piece, report))
        elif isinstance(piece, Para):
            out.extend(piece.content)
        else:
            out.append(piece)  # type: ignore[arg-type]
    return tuple(out)


def _inline(element: _Element, report: Report) -> Inlines:
    tag, attr = element.tag, _attr(element)
    content = _as_inlines(element.children, report)
    if tag == "img":
        return (_image(element, attr),)
    if tag == "br":
        return (LineBreak(),)
    if tag == "wbr":
        return ()
    if tag == "a":
        target = element.attrs.get("href", "")
        if target:
            return (Link(content, target, element.attrs.get("title", ""), attr),)
        return (Anchor(attr.id), *content) if attr.id else content
    if tag in ("code", "samp", "tt"):
        return (Code(plain_text(content), attr),)
    if tag == "q":
        return (Quoted(True, content),)
    if tag in _STYLED:
        styled = Styled(_STYLED[tag], content)  # type: ignore[arg-type]
        return (Span((styled,), attr),) if attr != Attr() else (styled,)
    if tag in _SPANS or tag in _DIVS:
        return (Span(content, attr),)
    report.add("H005", f"<{tag}> cannot stand inside a line of text", element.written,
               "put it on lines of its own, with an empty line before and after")  # fmt: skip
    return content


def _image(element: _Element, attr: Attr) -> Image:
    explicit = "alt" in element.attrs
    if explicit and not element.attrs["alt"].strip():
        attr = Attr(attr.id, (*attr.classes, "decorative"), attr.pairs)
    return Image(element.attrs.get("src", ""), element.attrs.get("alt", "").strip(),
                 element.attrs.get("title", ""), attr)  # fmt: skip


# ── block elements ───────────────────────────────────────────────────────────


def _as_blocks(pieces: Iterable[Piece], report: Report) -> Blocks:
    out: list[Block] = []
    line: list[Piece] = []

    def flush() -> None:
        content = _as_inlines(line, report)
        if content and (plain_text(content).strip() or _holds_something(content)):
            out.append(Para(content, plain=True))
        line.clear()

    for piece in pieces:
        inline_element = isinstance(piece, _Element) and piece.tag in _INLINE
        if inline_element or isinstance(piece, (Text, LineBreak, Image, Span, Link, Code, Styled)):
            line.append(piece)
            continue
        flush()
        if isinstance(piece, _Element):
            out.extend(_block(piece, report))
        else:
            out.append(piece)  # type: ignore[arg-type]
    flush()
    return tuple(out)


def _holds_something(content: Inlines) -> bool:
    return any(isinstance(node, (Image, Anchor, LineBreak)) for node in walk(content))


def _block(element: _Element, report: Report) -> Blocks:
    maker = _MAKERS.get(element.tag)
    if maker:
        return maker(element, report)
    inner = _as_blocks(element.children, report)
    if element.tag in _DIVS:
        return (Div(inner, _attr(element)),)
    if element.tag in ("colgroup", "col"):
        return ()
    report.add("H005", f"<{element.tag}> cannot stand here", element.written,
               "put it into the element it belongs to")  # fmt: skip
    return inner


def _named(element: _Element, *tags: str) -> list[_Element]:
    return [c for c in element.children if isinstance(c, _Element) and c.tag in tags]


def _others(element: _Element, *tags: str) -> list[Piece]:
    return [c for c in element.children if not (isinstance(c, _Element) and c.tag in tags)]


def _paragraph(element: _Element, report: Report) -> Blocks:
    found = _as_blocks(element.children, report)
    return tuple(Para(b.content) if isinstance(b, Para) else b for b in found)


def _figure(element: _Element, report: Report) -> Blocks:
    captions = _named(element, "figcaption")
    caption = _as_blocks([p for c in captions for p in c.children], report)
    inner = _as_blocks(_others(element, "figcaption"), report)
    return (Figure(inner, caption, _attr(element)),)


def _details(element: _Element, report: Report) -> Blocks:
    summaries = _named(element, "summary")
    summary = _as_inlines([p for s in summaries for p in s.children], report)
    inner = _as_blocks(_others(element, "summary"), report)
    return (Details(summary, inner, _attr(element)),)


def _definitions(element: _Element, report: Report) -> Blocks:
    items: list[tuple[Inlines, tuple[Blocks, ...]]] = []
    for child in _named(element, "dt", "dd", "div"):
        if child.tag == "div":
            inner = _definitions(child, report)
            items.extend(i for d in inner if isinstance(d, DefinitionList) for i in d.items)
        elif child.tag == "dt":
            items.append((_as_inlines(child.children, report), ()))
        elif items:
            term, found = items[-1]
            items[-1] = (term, (*found, _as_blocks(child.children, report)))
    return (DefinitionList(tuple(items)),)


def _list(element: _Element, report: Report) -> Blocks:
    items = tuple(_as_blocks(c.children, report) for c in _named(element, "li"))
    if element.tag == "ul":
        return (BulletList(items),)
    start = element.attrs.get("start", "1")
    styles = {"a": "LowerAlpha", "A": "UpperAlpha", "i": "LowerRoman", "I": "UpperRoman"}
    style = styles.get(element.attrs.get("type", ""), "Decimal")
    return (OrderedList(items, int(start) if start.isdigit() else 1, style),)


def _quote(element: _Element, report: Report) -> Blocks:
    return (BlockQuote(_as_blocks(element.children, report)),)


def _rule(_element: _Element, _report: Report) -> Blocks:
    return (Rule(),)


def _preformatted(element: _Element, report: Report) -> Blocks:
    text = plain_text(_as_inlines(element.children, report))
    return (CodeBlock(text.strip("\n"), _attr(element)),)


def _table(element: _Element, report: Report) -> Blocks:
    caption = [p for c in _named(element, "caption") for p in c.children]
    head = _rows(_named(element, "thead"), report)
    foot = _rows(_named(element, "tfoot"), report)
    bodies = tuple(_rows([body], report) for body in _named(element, "tbody"))
    loose = _rows([element], report)
    if loose:
        bodies = (*bodies, loose)
    if not head and bodies and bodies[0] and all(cell.header for cell in bodies[0][0]):
        head, bodies = bodies[0][:1], (bodies[0][1:], *bodies[1:])
    rows = (*head, *(row for body in bodies for row in body), *foot)
    columns = max((sum(cell.colspan for cell in row) for row in rows), default=0)
    aligns, widths = ("",) * columns, (None,) * columns
    return (Table(_as_blocks(caption, report), aligns, widths, head, bodies, foot, _attr(element)),)


def _rows(groups: Iterable[_Element], report: Report) -> tuple[Row, ...]:
    return tuple(
        tuple(_cell(cell, report) for cell in _named(row, "th", "td"))
        for group in groups
        for row in _named(group, "tr")
    )


def _cell(element: _Element, report: Report) -> Cell:
    def count(key: str) -> int:
        text = element.attrs.get(key, "1")
        return max(1, min(int(text), 1000)) if text.isdigit() else 1

    align = element.attrs.get("align", "").lower()
    return Cell(
        _as_blocks(element.children, report),
        align if align in ("left", "right", "center") else "",
        count("rowspan"),
        count("colspan"),
        element.tag == "th",
    )


_MAKERS: dict[str, Callable[[_Element, Report], Blocks]] = {
    "p": _paragraph,
    "figure": _figure,
    "details": _details,
    "dl": _definitions,
    "ul": _list,
    "ol": _list,
    "blockquote": _quote,
    "hr": _rule,
    "pre": _preformatted,
    "table": _table,
}
