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

from dataclasses import dataclass
from typing import Literal, TypeAlias


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
NAME = Attr(classes=("name",))  # of a span that is a name, which no line parts


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
