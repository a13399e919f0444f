"""The model in the middle: one immutable `Book`, completed by passes, read by writers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from chapbook.diagnostics import Position
from chapbook.tree import Blocks, Inlines


class Matter(Enum):
    """Which part of the book a section stands in."""

    FRONT = "frontmatter"
    BODY = "bodymatter"
    BACK = "backmatter"


class Voice(Enum):
    """Who speaks: the author is set in serif, the editors in sans."""

    AUTHOR = "author"
    EDITORS = "editors"


@dataclass(frozen=True, slots=True)
class Role:
    """What a section is; the names are those of EPUB's structural semantics where it has one.

    `name` is the class an author writes on the heading (`# Thanks {.acknowledgments}`);
    `epub_type` and `aria` are "" when the vocabularies have no word for it.
    """

    name: str
    matter: Matter
    epub_type: str
    aria: str
    voice: Voice = Voice.AUTHOR
    listed: bool = True  # in the printed contents
    numbered: bool = False  # takes a chapter number when the book numbers its chapters


@dataclass(frozen=True, slots=True)
class Source:
    """One file of the manuscript: path relative to the book (POSIX) and its text, LF ends."""

    path: str
    text: str

    def at(self, offset: int) -> Position:
        """The line and column of a character offset."""
        head = self.text[:offset]
        return Position(self.path, head.count("\n") + 1, offset - head.rfind("\n"))


@dataclass(frozen=True, slots=True)
class Section:
    """One piece of the book, from one file.

    `id` is unique in the book and stable; `level` is that of its title (1 is a chapter, 2
    stands under the chapter before it); `number` is None where chapters are not numbered;
    `title` is empty for a section without a heading. `blocks` do not repeat the title.
    """

    id: str
    role: Role
    title: Inlines
    blocks: Blocks
    source: Source
    level: int = 1
    number: int | None = None
    lang: str | None = None
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """The text itself, in pandoc's names for metadata; "" or () where not given."""

    title: str
    authors: tuple[str, ...]
    lang: str
    subtitle: str = ""
    description: str = ""
    subjects: tuple[str, ...] = ()
    rights: str = ""
    date: str = ""  # of the edition, ISO 8601: 2026, 2026-11 or 2026-11-24
    identifier: str = ""  # a URN; derived from title, authors and language when not given
    title_lines: tuple[str, ...] = ()  # the title broken by sense, for display


@dataclass(frozen=True, slots=True)
class Imprint:
    """The publisher's brand; all fields are "" when unknown and are then left out."""

    publisher: str = ""
    place: str = ""
    address: str = ""  # of the full edition on the web
    isbn_print: str = ""
    isbn_epub: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found: the ledger's key, the word and the gloss printed, and its mark."""

    key: str
    word: str
    gloss: str
    mark: str  # one of MARKS

    @property
    def slug(self) -> str:
        """The verdict as a class name: `no-source-found`."""
        return self.key.replace(" ", "-")


MARKS = ("disc", "half", "ring", "cross", "dash", "square")


@dataclass(frozen=True, slots=True)
class SourceUse:
    """A source as a claim relies on it.

    `locator` is "" when the whole is meant; `quote` are the words relied on, "" when none are
    given, to be found in the kept snapshot.
    """

    key: str
    locator: str = ""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Exempt:
    """Words of a sentence that need no claim or citation, and the reason."""

    text: str
    reason: str
    position: Position


@dataclass(frozen=True, slots=True)
class Policy:
    """How a book treats its claims (`claims:` in book.yaml).

    `printed` is what notes say; `coverage` what happens to a checkable sentence without claim
    or citation ("" is warn in a book with sources, else ignore); `fresh_months` how old a
    check may be on the day of the edition, None without limit; `refused` is what
    `build --release` refuses. `verdicts` extend the vocabulary. `edition` is the book's date;
    `released` is true in a run with --release.
    """

    printed: Literal["annotated", "sources-only"] = "annotated"
    coverage: str = ""
    fresh_months: int | None = None
    refused: tuple[str, ...] = ("unchecked", "stale", "unprinted")
    exempt: tuple[Exempt, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    edition: str = ""
    released: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """A checkable statement: the author's words and what the check found.

    `number` is the number of its note; `attribution` is the source the author names
    ("According to reports"), "" when she names none; `checked` is a date, ISO 8601, and `by`
    who checked. `correction` is what the text should say, "" when nothing. `words` are the
    author's, as marked in the text.
    """

    id: str
    verdict: Verdict
    note: str
    sources: tuple[SourceUse, ...]
    attribution: str = ""
    checked: str = ""
    by: str = ""
    correction: str = ""
    number: int = 0
    section_id: str = ""
    words: Inlines = ()
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One CSL item of the bibliography.

    `number` counts by first use, 0 until the notes pass; `used_by` are note numbers in order,
    `cited_in` the ids of the sections that use it.
    `short` is the name notes print. `data` is the item as CSL-JSON. `entry` is its entry as
    rendered by citeproc, empty when the book's own form is used. `archive` is the address of
    an archived copy, "" when none is known.
    """

    key: str
    data: Mapping[str, object]
    short: str
    position: Position | None = None
    number: int = 0
    used_by: tuple[int, ...] = ()
    cited_in: tuple[str, ...] = ()
    entry: Inlines = ()
    archive: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A note of the one sequence. Exactly one of `claim` and `blocks` speaks.

    For a claim the composition writes verdict, note and sources; for a footnote or a
    citation `blocks` hold the text. `section_id` is where it is called.
    """

    number: int
    kind: Literal["claim", "citation", "footnote"]
    section_id: str
    blocks: Blocks = ()
    claim: Claim | None = None

    @property
    def id(self) -> str:
        """Identifier of the note in every format."""
        return f"note-{self.number}"

    @property
    def ref_id(self) -> str:
        """Identifier of its call in the text."""
        return f"noteref-{self.number}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents: a section or a heading in one, with what stands under it."""

    id: str
    title: Inlines
    level: int
    matter: Matter
    number: int | None = None
    listed: bool = True
    children: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Trim:
    """The page after cutting, in millimetres, and what is drawn beyond it.

    `inner_mm` and `outer_mm` are margins a print service asks for at least.
    """

    width_mm: float = 148
    height_mm: float = 210
    bleed_mm: float = 3
    inner_mm: float = 0
    outer_mm: float = 0


@dataclass(frozen=True, slots=True)
class Sheets:
    """What the book asks of its sheets of paper (`booklet:`, `handout:`, `cover:`, `qr:`).

    `signature` is how many pages are folded into one another at most, `paper_mm` the thickness
    of a leaf. `handout_sheets` are sheets printed on both sides; `summary` is a section's file or
    a text, `sections` are files, used where the whole does not fit. `paper` is the print service's
    name of the paper, "" for its first; `spine_mm` the width of the spine, None where it is
    computed.
    """

    signature: int = 16
    paper_mm: float = 0.1  # usual office paper of 80 g/m²
    handout_sheets: int = 1
    summary: str = ""
    sections: tuple[str, ...] = ()
    paper: str = ""
    spine_mm: float | None = None
    qr_sources: bool = False


@dataclass(frozen=True, slots=True)
class Face:
    """One font file: family, CSS weight, italic or not, where it is, its index in a collection.

    `voice` says whose words it sets; None for code.
    """

    family: str
    weight: int
    italic: bool
    path: Path
    index: int = 0
    voice: Voice | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture the book uses: cleaned bytes, its media type and size in pixels.

    `width_px` and `height_px` are None for SVG without a size of its own.
    """

    path: str
    data: bytes
    media_type: str
    width_px: int | None = None
    height_px: int | None = None


@dataclass(frozen=True, slots=True)
class Book:
    """The whole book: read once, completed by passes, composed into every edition.

    `items` are all CSL items in the order of first use once citations ran; `claims` in the
    order of the text; `notes` by number. `pictures` are keyed by the path the text names.
    `faces` are fonts of the system, for scripts that the book's own fonts lack.
    """

    work: Work
    imprint: Imprint = Imprint()
    trim: Trim = Trim()
    sections: tuple[Section, ...] = ()
    claims: tuple[Claim, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    items: tuple[Item, ...] = ()
    notes: tuple[Note, ...] = ()
    contents: tuple[Entry, ...] = ()
    pictures: Mapping[str, Picture] = field(default_factory=lambda: MappingProxyType({}))
    options: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    policy: Policy = Policy()
    sheets: Sheets = Sheets()
    faces: tuple[Face, ...] = ()

    @property
    def annotated(self) -> bool:
        """Whether verdicts and reasons are printed; else claims lead to their sources only."""
        return bool(self.claims) and self.policy.printed == "annotated"

    def section(self, section_id: str) -> Section:
        """The section with this identifier; KeyError when there is none."""
        for section in self.sections:
            if section.id == section_id:
                return section
        raise KeyError(section_id)

    def claims_of(self, section_id: str) -> tuple[Claim, ...]:
        """The claims of one section, in order."""
        return tuple(c for c in self.claims if c.section_id == section_id)

    def judged(self, section_id: str) -> tuple[Claim, ...]:
        """The claims of one section whose verdicts are shown: none where sources only are."""
        return self.claims_of(section_id) if self.annotated else ()

    def notes_of(self, section_id: str) -> tuple[Note, ...]:
        """The notes called in one section, in order."""
        return tuple(n for n in self.notes if n.section_id == section_id)

    def item(self, key: str) -> Item:
        """The bibliography item with this citekey; KeyError when there is none."""
        for item in self.items:
            if item.key == key:
                return item
        raise KeyError(key)


@dataclass(frozen=True, slots=True)
class ContentDocument:
    """One finished document of a composition: its file name and its text (XHTML or CSS)."""

    name: str
    text: str
    title: str = ""
    epub_type: str = ""
    properties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resource:
    """A file a composition needs beside its documents: picture, font, style sheet."""

    name: str
    media_type: str
    data: bytes
    properties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Composition:
    """The book made ready for one writer: documents in reading order and their resources."""

    edition: str
    documents: tuple[ContentDocument, ...]
    resources: tuple[Resource, ...] = ()
    metadata: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Artifact:
    """One file for `dist/`: name, media type, bytes, and its extent.

    `extent` counts pages (PDF), sides of sheets (booklet), content documents (EPUB, HTML), claims
    or editions compared; `unit` names which. `standard` is the one the file names and keeps, with
    its printing condition, "" where there is none.
    """

    name: str
    edition: str
    media_type: str
    data: bytes
    extent: int
    unit: Literal["pages", "sides", "documents", "claims", "editions"]
    standard: str = ""

    @property
    def kind(self) -> str:
        """The edition it is one of: "print" and "cover" also for the files made for print services."""
        name = self.edition.partition("-")[0]
        return name if name in ("print", "cover") else self.edition
