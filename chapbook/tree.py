"""The text tree: what a section is made of once it has been read.

The node types are pandoc's (pandoc-types 1.23), as frozen dataclasses, with three
changes that make passes plain:

* runs of `Str`, `Space` and `SoftBreak` are one `Text`, so a pass sees words in a row;
* raw nodes do not exist: harmless HTML was read into nodes, all else was refused;
* `NoteRef` and `Anchor` are ours: the first stands where a note is called, the second
  is an empty place a link can lead to.

Nothing here knows a format. A pass returns new nodes and never changes one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Literal, TypeAlias, TypeVar


@dataclass(frozen=True, slots=True)
class Attr:
    """Identifier, classes and key-value pairs of a node; all empty when not given."""

    id: str = ""
    classes: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()

    def get(self, key: str) -> str | None:
        """The value of `key`, or None when the node does not carry it."""
        return dict(self.pairs).get(key) if self.pairs else None


NO_ATTR = Attr()


# ── inlines ──────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Text:
    """Words and spaces as they are to be read."""

    text: str


@dataclass(frozen=True, slots=True)
class LineBreak:
    """A line break the author asked for."""


@dataclass(frozen=True, slots=True)
class Styled:
    """Inline content in a style that carries meaning, named by its HTML element."""

    style: Literal["em", "strong", "del", "sup", "sub", "u", "kbd", "small", "small-caps"]
    content: Inlines


@dataclass(frozen=True, slots=True)
class Quoted:
    """Content in quotation marks; the typography pass chooses the marks by language."""

    double: bool
    content: Inlines


@dataclass(frozen=True, slots=True)
class Citation:
    """One source of a citation: `[see @key, p. 3]`."""

    key: str
    prefix: Inlines = ()
    suffix: Inlines = ()
    mode: Literal["NormalCitation", "AuthorInText", "SuppressAuthor"] = "NormalCitation"


@dataclass(frozen=True, slots=True)
class Cite:
    """A citation of one or several sources; gone after the citations pass."""

    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Code in a line; no typography touches it."""

    text: str
    attr: Attr = NO_ATTR


@dataclass(frozen=True, slots=True)
class Math:
    """TeX mathematics, in the line or displayed; `mathml` is the same as markup, "" for none."""

    tex: str
    display: bool = False
    mathml: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A link. `target` is an address, `mailto:`, `#id`, or `file.md#id` until crossrefs."""

    content: Inlines
    target: str
    title: str = ""
    attr: Attr = NO_ATTR


@dataclass(frozen=True, slots=True)
class Image:
    """A picture; `alt` is its text alternative, "" only when the author says decorative.

    `target` is a path relative to the book's folder (`assets/map.png`). The pair `longdesc`
    names a block `.long-description` of the same file (`#map-in-words`).
    """

    target: str
    alt: str
    title: str = ""
    attr: Attr = NO_ATTR


@dataclass(frozen=True, slots=True)
class Footnote:
    """A note in place, before the notes pass numbers it and leaves a `NoteRef`.

    The author's own notes have `blocks`; the claims pass leaves one that names a `claim`,
    the citations pass one of kind "citation".
    """

    blocks: Blocks
    kind: Literal["footnote", "claim", "citation"] = "footnote"
    claim: str = ""


@dataclass(frozen=True, slots=True)
class NoteRef:
    """The call of note `number` (1-based, one sequence for the whole book)."""

    number: int


@dataclass(frozen=True, slots=True)
class Anchor:
    """An empty place that carries an identifier."""

    id: str


@dataclass(frozen=True, slots=True)
class Span:
    """Inline content with attributes (`[words]{.claim #economy-7}`)."""

    content: Inlines
    attr: Attr = NO_ATTR


Inline: TypeAlias = Text | LineBreak | Styled | Quoted | Cite | Code | Math | Link | Image | Footnote | NoteRef | Anchor | Span
Inlines: TypeAlias = tuple[Inline, ...]


# ── blocks ───────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph; `plain` when it is the bare text of a list item or a cell."""

    content: Inlines
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below the section's title; `level` 1–6 as written in the file."""

    level: int
    content: Inlines
    attr: Attr = NO_ATTR


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Code set off; the first class names its language."""

    text: str
    attr: Attr = NO_ATTR


@dataclass(frozen=True, slots=True)
class BlockQuote:
    """Quoted blocks."""

    blocks: Blocks


@dataclass(frozen=True, slots=True)
class OrderedList:
    """A numbered list; `style` is pandoc's (Decimal, LowerAlpha, …)."""

    items: tuple[Blocks, ...]
    start: int = 1
    style: str = "Decimal"


@dataclass(frozen=True, slots=True)
class BulletList:
    """A list without numbers. `tasks` has True (done), False (open) or None for each item."""

    items: tuple[Blocks, ...]
    tasks: tuple[bool | None, ...] = ()


@dataclass(frozen=True, slots=True)
class DefinitionList:
    """Terms, each with its definitions."""

    items: tuple[tuple[Inlines, tuple[Blocks, ...]], ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A thematic break."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell; `align` is "left", "right", "center" or "" (the column's own)."""

    blocks: Blocks
    align: str = ""
    rowspan: int = 1
    colspan: int = 1
    header: bool = False


Row: TypeAlias = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `widths` are fractions of the measure, None for a column left to the page."""

    caption: Blocks
    aligns: tuple[str, ...]
    widths: tuple[float | None, ...]
    head: tuple[Row, ...]
    bodies: tuple[tuple[Row, ...], ...]
    foot: tuple[Row, ...]
    attr: Attr = NO_ATTR
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its caption; numbered by the figures pass when it has a caption."""

    blocks: Blocks
    caption: Blocks
    attr: Attr = NO_ATTR
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Div:
    """Blocks with attributes (`::: {.warning}`)."""

    blocks: Blocks
    attr: Attr = NO_ATTR


@dataclass(frozen=True, slots=True)
class Details:
    """A summary and what it opens; every format prints it open."""

    summary: Inlines
    blocks: Blocks
    attr: Attr = NO_ATTR


@dataclass(frozen=True, slots=True)
class LineBlock:
    """Verse or an address: each line stands for itself."""

    lines: tuple[Inlines, ...]


Block: TypeAlias = Para | Heading | CodeBlock | BlockQuote | OrderedList | BulletList | DefinitionList | Rule | Table | Figure | Div | Details | LineBlock  # fmt: skip
Blocks: TypeAlias = tuple[Block, ...]
Node: TypeAlias = Inline | Block | Citation | Cell


# ── walking ──────────────────────────────────────────────────────────────────

_NODE_TYPES = (
    Text, LineBreak, Styled, Quoted, Cite, Code, Math, Link, Image, Footnote, NoteRef, Anchor,
    Span, Para, Heading, CodeBlock, BlockQuote, OrderedList, BulletList, DefinitionList, Rule,
    Table, Figure, Div, Details, LineBlock, Citation, Cell,
)  # fmt: skip
_CHILD_NAMES = {"content", "blocks", "items", "lines", "caption", "summary", "head", "bodies", "foot",
                "citations", "prefix", "suffix"}  # fmt: skip
FIELDS: dict[type, tuple[str, ...]] = {t: tuple(f.name for f in fields(t)) for t in _NODE_TYPES}
# What each type holds, all of them tuples; () for a leaf. A type that is not here is no node.
CHILD_FIELDS: dict[type, tuple[str, ...]] = {
    t: tuple(name for name in names if name in _CHILD_NAMES) for t, names in FIELDS.items()
}

T = TypeVar("T")


def walk(part: object) -> Iterator[Node]:
    """Every node of `part` (a node or any nesting of tuples), parents first, in reading order."""
    waiting = [part]  # the last is the next
    while waiting:
        node = waiting.pop()
        kind = type(node)
        if kind is tuple:
            waiting += node[::-1]  # type: ignore[index]
        elif (names := CHILD_FIELDS.get(kind)) is not None:
            yield node  # type: ignore[misc]
            for name in reversed(names):
                waiting += getattr(node, name)[::-1]


def inside(node: object) -> tuple[object, ...]:
    """What a node holds, in reading order: tuples of nodes; () for a leaf, and for what is no node."""
    return tuple(getattr(node, name) for name in CHILD_FIELDS.get(type(node), ()))


def rewrite(part: T, change: Callable[[Node], object], enter: Callable[[Node], None] | None = None) -> T:
    """`part` with `change` applied to every node, children first.

    `change` returns a node, or a tuple of nodes that takes its place in the surrounding
    tuple. A node that comes back as it was is kept, so unchanged trees are shared. `enter` is
    told of each node before its children.
    """
    return _rewrite(part, change, enter)  # type: ignore[return-value]


def _rewrite(part: object, change: Callable[[Node], object], enter: Callable[[Node], None] | None) -> object:
    if type(part) is tuple:
        return _rewrite_all(part, change, enter)
    names = CHILD_FIELDS.get(type(part))
    if names is None:
        return part
    if enter:
        enter(part)  # type: ignore[arg-type]
    if names:
        fresh = {}
        for name in names:
            old = getattr(part, name)
            if old and (new := _rewrite_all(old, change, enter)) is not old:
                fresh[name] = new
        if fresh:
            part = _with(part, fresh)
    return change(part)  # type: ignore[arg-type]


def _rewrite_all(
    part: tuple[object, ...], change: Callable[[Node], object], enter: Callable[[Node], None] | None
) -> tuple[object, ...]:
    out: list[object] = []
    changed = False
    for piece in part:
        new = _rewrite(piece, change, enter)
        if new is piece:
            out.append(piece)
            continue
        changed = True
        if type(new) is tuple and type(piece) is not tuple:
            out += new
        else:
            out.append(new)
    return tuple(out) if changed else part


def _with(node: object, fresh: Mapping[str, object]) -> object:
    """`dataclasses.replace`, which takes four times as long."""
    kind = type(node)
    return kind(*[fresh[name] if name in fresh else getattr(node, name) for name in FIELDS[kind]])


def content_of(node: Node) -> Inlines | None:
    """The inline content of a node; None for a node that holds none of its own."""
    content = getattr(node, "content", None)
    return content if isinstance(content, tuple) else None


def with_content(node: Node, content: Inlines) -> Node:
    """A node that `content_of` has content for, with other content."""
    return _with(node, {"content": content})  # type: ignore[return-value]


def attr_of(node: Node) -> Attr:
    """The attributes of a node; empty for one that cannot carry any."""
    attr = getattr(node, "attr", NO_ATTR)
    return attr if isinstance(attr, Attr) else NO_ATTR


def with_id(node: Node, name: str) -> Node:
    """A node that carries attributes, with another identifier."""
    return replace(node, attr=replace(attr_of(node), id=name))  # type: ignore[arg-type]


def plain_text(part: object, *, notes: bool = False, alts: bool = True) -> str:
    """The words of `part` in reading order.

    Note numbers only when `notes` is true, alternatives of pictures and mathematics when `alts` is.
    """
    out: list[str] = []
    _plain(part, notes, alts, out.append)
    return "".join(out)


def _plain(part: object, notes: bool, alts: bool, say: Callable[[str], None]) -> None:
    match part:
        case tuple():
            for piece in part:
                _plain(piece, notes, alts, say)
                if isinstance(piece, _BLOCK_TYPES):
                    say("\n")
        case Text(text=text) | Code(text=text) | CodeBlock(text=text):
            say(text)
        case Math(tex=tex):
            say(tex if alts else "")
        case Image(alt=alt):
            say(alt if alts else "")
        case LineBreak():
            say(" ")
        case NoteRef(number=number):
            say(str(number) if notes else "")
        case Quoted(double=double, content=content):
            say("“" if double else "‘")
            _plain(content, notes, alts, say)
            say("”" if double else "’")
        case Footnote() | Cite() | Anchor() | Rule():
            return
        case LineBlock(lines=lines):
            for line in lines:
                _plain(line, notes, alts, say)
                say("\n")
        case DefinitionList(items=items):
            for term, definitions in items:
                _plain(term, notes, alts, say)
                say("\n")
                _plain(definitions, notes, alts, say)
        case _:
            for name in CHILD_FIELDS.get(type(part), ()):
                _plain(getattr(part, name), notes, alts, say)


_BLOCK_TYPES = (
    Para, Heading, CodeBlock, BlockQuote, OrderedList, BulletList, DefinitionList, Rule,
    Table, Figure, Div, Details, LineBlock, Cell,
)  # fmt: skip
