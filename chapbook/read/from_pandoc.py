"""pandoc's JSON tree into the text tree (pandoc-types 1.23), with raw HTML read on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any

from chapbook.diagnostics import Severity
from chapbook.mathematics import clean, said
from chapbook.read import html
from chapbook.read.html import Raw
from chapbook.read.report import Report
from chapbook.redaction import BAR
from chapbook.tree import (
    Attr, Block, BlockQuote, Blocks, BulletList, Cell, Citation, Cite, Code, CodeBlock, DefinitionList, Div,
    Figure, Footnote, Heading, Image, Inline, Inlines, LineBlock, LineBreak, Link, Math, OrderedList, Para,
    Quoted, Row, Rule, Span, Styled, Table, Text,
)  # fmt: skip
from chapbook.walking import plain_text
from chapbook.words import words

_STYLES = {"Emph": "em", "Strong": "strong", "Strikeout": "del", "Superscript": "sup",
           "Subscript": "sub", "Underline": "u", "SmallCaps": "small-caps"}  # fmt: skip
_ALIGN = {"AlignLeft": "left", "AlignRight": "right", "AlignCenter": "center", "AlignDefault": ""}
_KEPT_PAIRS = {"lang", "dir", "width", "height", "alt", "epub:type", "longdesc"}
_IGNORED_PAIRS = {"startFrom", "role", "number-lines", "wrapper"}
_TAKEN = "only [words]{.redact} in a line of text are taken out"
_BOXES = {"☐": False, "☒": True}


def read_blocks(nodes: Iterable[Any], report: Report) -> Blocks:
    """Blocks of the text tree from pandoc's."""
    pieces: list[Block | Raw] = []
    for node in nodes:
        kind, content = node["t"], node.get("c")
        if kind == "RawBlock":
            if not _is_comment(content[1]):
                pieces.append(Raw(content[1]))
        elif kind in _BLOCKS:
            pieces.append(_BLOCKS[kind](content, report))
        elif kind != "Null":
            report.add("H006", f"pandoc's {kind} is not known to Chapbook", "", "report it")
    return html.blocks(pieces, report)


def read_inlines(nodes: Iterable[Any], report: Report) -> Inlines:
    """Inlines of the text tree from pandoc's; words and spaces in a row are one Text."""
    pieces: list[Inline | Raw] = []
    words: list[str] = []

    def flush() -> None:
        if words:
            pieces.append(Text("".join(words)))
            words.clear()

    for node in nodes:
        kind = node["t"]
        if kind == "Str":
            words.append(node["c"])
        elif kind in ("Space", "SoftBreak"):
            words.append(" ")
        elif kind == "Cite" and (handle := _handle(node["c"], report)):
            words.append(handle)
        elif kind == "RawInline":
            if not _is_comment(node["c"][1]):
                flush()
                pieces.append(Raw(node["c"][1]))
        else:
            flush()
            pieces.append(_inline(kind, node.get("c"), report))
    flush()
    return html.inlines(pieces, report)


def _is_comment(text: str) -> bool:
    stripped = text.strip()
    return stripped.startswith("<!--") and stripped.endswith("-->")


def _attr(raw: list[Any], report: Report) -> Attr:
    if any(name.startswith("redact") for name in raw[1]):
        report.add("H007", _TAKEN, ".redact",
                   "mark the words themselves, line by line")  # fmt: skip
    pairs = []
    for key, value in raw[2]:
        if key in _KEPT_PAIRS:
            pairs.append((key, value))
        elif key == "style" or key.lower().startswith("on"):
            report.add("H003", f"the attribute {key}= is not allowed", f"{key}=",
                       "remove it; looks belong to styles/")  # fmt: skip
        elif key not in _IGNORED_PAIRS and not key.startswith(("data-", "aria-")):
            report.add("H004", f"the attribute {key}= is not read", f"{key}=", "remove it",
                       Severity.WARNING)  # fmt: skip
    return Attr(raw[0], tuple(raw[1]), tuple(pairs))


def _inline(kind: str, content: Any, report: Report) -> Inline:
    match kind:
        case "LineBreak":
            return LineBreak()
        case "Quoted":
            return Quoted(content[0]["t"] == "DoubleQuote", read_inlines(content[1], report))
        case "Cite":
            return Cite(tuple(_citation(c, report) for c in content[0]))
        case "Code":
            return Code(content[1], _attr(content[0], report))
        case "Math":
            return Math(content[1], content[0]["t"] == "DisplayMath")
        case "Link":
            attr = _attr(content[0], report)
            return Link(read_inlines(content[1], report), content[2][0], content[2][1], attr)
        case "Image":
            return _image(content, report)
        case "Note":
            return Footnote(read_blocks(content, report))
        case "Span" if "redact" in content[0][1]:
            return _redacted(content[1], report)
        case "Span":
            if "mathematics" in content[0][1] and [n["t"] for n in content[1]] == ["Math"]:
                return _mathematics(content[1][0]["c"], dict(content[0][2]), report)
            return Span(read_inlines(content[1], report), _attr(content[0], report))
        case _:
            return Styled(_STYLES[kind], read_inlines(content, report))  # type: ignore[arg-type]


def _redacted(content: list[Any], report: Report) -> Span:
    """What stands for words taken out; a tag's words were not, and are refused."""
    if plain_text(read_inlines(content, report)).strip(f"{BAR} "):
        report.add("H007", _TAKEN, "redact", "write [words]{.redact}, without a tag")
    return Span((Text(words(report.lang)["redacted"]),), Attr("", ("redacted",)))


def _handle(content: Any, report: Report) -> str:
    """`@name` in the line that means no source of the book; "" for a citation.

    A key near that of a source stays a citation: it is a slip of the pen, and lint says so.
    """
    (first, *others), written = content
    if report.citekeys is None or others or first["citationMode"]["t"] != "AuthorInText":
        return ""
    key = first["citationId"]
    if first["citationSuffix"] or key in report.citekeys or get_close_matches(key, report.citekeys, 1):
        return ""
    said = "".join(node["c"] for node in written) if all(n["t"] == "Str" for n in written) else ""
    return said if " " not in said else ""


def _mathematics(content: Any, found: dict[str, str], report: Report) -> Inline:
    """TeX with the MathML that `read.lua` put beside it."""
    kind, tex = content
    mathml = clean(found.get("mathml", ""), tex)
    if not mathml:
        lines = [line.strip() for line in found.get("fault", "").split("\n")]
        why = next((line for line in lines if line.startswith("unexpected")), "it uses what MathML has no word for")
        report.add("E001", f"the mathematics cannot be read: {said(tex)[:60]}", tex,
                   f"{why}; where it is no mathematics, write \\$")  # fmt: skip
    return Math(tex, kind["t"] == "DisplayMath", mathml)


def _citation(raw: dict[str, Any], report: Report) -> Citation:
    return Citation(
        raw["citationId"],
        read_inlines(raw["citationPrefix"], report),
        read_inlines(raw["citationSuffix"], report),
        raw["citationMode"]["t"],
    )


def _image(content: Any, report: Report) -> Image:
    attr = _attr(content[0], report)
    alt = attr.get("alt")
    if alt is None:
        alt = plain_text(read_inlines(content[1], report)).strip()
    kept = tuple(pair for pair in attr.pairs if pair[0] != "alt")
    return Image(content[2][0], alt, content[2][1], Attr(attr.id, attr.classes, kept))


def _heading(content: Any, report: Report) -> Block:
    attr = _attr(content[1], report)
    return Heading(content[0], read_inlines(content[2], report), attr)


def _ordered(content: Any, report: Report) -> Block:
    (start, style, _), items = content
    return OrderedList(tuple(read_blocks(i, report) for i in items), start, style["t"])


def _bullets(content: Any, report: Report) -> Block:
    items, tasks = [], []
    for raw in content:
        blocks, task = _task(read_blocks(raw, report))
        items.append(blocks)
        tasks.append(task)
    return BulletList(tuple(items), tuple(tasks) if any(t is not None for t in tasks) else ())


def _task(blocks: Blocks) -> tuple[Blocks, bool | None]:
    """A task list's box, which pandoc leaves as a character, as data instead."""
    if blocks and isinstance(first := blocks[0], Para) and first.content:
        lead = first.content[0]
        if isinstance(lead, Text) and lead.text[:1] in _BOXES and lead.text[1:2] in ("", " "):
            rest = Text(lead.text[2:])
            content = (rest, *first.content[1:]) if rest.text else first.content[1:]
            return (Para(content, first.plain), *blocks[1:]), _BOXES[lead.text[0]]
    return blocks, None


def _definitions(content: Any, report: Report) -> Block:
    return DefinitionList(
        tuple(
            (read_inlines(term, report), tuple(read_blocks(d, report) for d in definitions))
            for term, definitions in content
        )
    )


def _table(content: Any, report: Report) -> Block:
    attr, caption, columns, head, bodies, foot = content
    return Table(
        read_blocks(caption[1], report),
        tuple(_ALIGN[align["t"]] for align, _ in columns),
        tuple(w["c"] if w["t"] == "ColWidth" else None for _, w in columns),
        _rows(head[1], report, header=True),
        tuple((*_rows(b[2], report, header=True), *_rows(b[3], report)) for b in bodies),
        _rows(foot[1], report),
        _attr(attr, report),
    )


def _rows(rows: Any, report: Report, *, header: bool = False) -> tuple[Row, ...]:
    return tuple(
        tuple(
            Cell(read_blocks(blocks, report), _ALIGN[align["t"]], rowspan, colspan, header)
            for _, align, rowspan, colspan, blocks in row[1]
        )
        for row in rows
    )


def _figure(content: Any, report: Report) -> Block:
    attr, caption, blocks = content
    return Figure(read_blocks(blocks, report), read_blocks(caption[1], report), _attr(attr, report))


def _lines(content: Any, report: Report) -> Block:
    return LineBlock(tuple(read_inlines(line, report) for line in content))


_BLOCKS: dict[str, Callable[[Any, Report], Block]] = {
    "Para": lambda c, r: Para(read_inlines(c, r)),
    "Plain": lambda c, r: Para(read_inlines(c, r), plain=True),
    "Header": _heading,
    "CodeBlock": lambda c, r: CodeBlock(c[1], _attr(c[0], r)),
    "BlockQuote": lambda c, r: BlockQuote(read_blocks(c, r)),
    "OrderedList": _ordered,
    "BulletList": _bullets,
    "DefinitionList": _definitions,
    "HorizontalRule": lambda _c, _r: Rule(),
    "Table": _table,
    "Figure": _figure,
    "Div": lambda c, r: Div(read_blocks(c[1], r), _attr(c[0], r)),
    "LineBlock": _lines,
}
