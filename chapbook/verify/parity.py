"""Parity: EPUB, HTML and both PDFs say the same, proved from the files themselves.

What one file says is a `Reading`: by section its headings, paragraphs, rows of tables and
alternative texts; by number its notes and its sources; its pictures as digests of pixels. EPUB
and HTML are compared reading with reading. A PDF has no sections to read: every piece of the
EPUB is looked for in its text, in order, and what is left over must be page furniture.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial

from chapbook.compose.footnotes import SHOWN
from chapbook.compose.matter import SOURCES
from chapbook.compose.pages import BARE_ROLES
from chapbook.diagnostics import Diagnostic, Position
from chapbook.model import Artifact, Book
from chapbook.verify.bidi import joined
from chapbook.verify.conservation import TOP, beginnings, follow, stands
from chapbook.verify.extract import Stream, pdf_stream
from chapbook.verify.finding import fault
from chapbook.verify.likeness import Likeness, alike
from chapbook.verify.passages import Tokens, tokens
from chapbook.verify.reading import Note, Reading, pdf_alts, pdf_pictures, read_epub, read_html
from chapbook.tree import OrderedList
from chapbook.walking import walk
from chapbook.words import words

NAME = "parity.json"
_UNTITLED = {"copyright-page", *BARE_ROLES}  # their headings are for ears and for lists, not for the page


_READ = ("epub", "html", "pdf", "print")


def compared(artifacts: Sequence[Artifact]) -> int:
    """How many editions can be held against each other."""
    made = {a.edition for a in artifacts if a.edition in _READ}
    return len(made) if made & {"epub", "html"} else 0


_NO_PAGES = Stream((), ())


@dataclass(frozen=True, slots=True)
class Said:
    """What one file says, read from it once: a reading, or of a PDF its words on pages.

    `alts` are the alternative texts of a tagged PDF, `pictures` its pictures by the digest of their pixels.
    """

    edition: str
    reading: Reading | None = None
    stream: Stream = _NO_PAGES
    alts: frozenset[str] = frozenset()
    pictures: Mapping[str, Likeness] = field(default_factory=dict)


def reference(editions: Collection[str]) -> str:
    """The edition, of those made, whose pieces are looked for on the pages; "" when there is none."""
    return next((edition for edition in ("epub", "html") if edition in editions), "")


def said(book: Book, artifact: Artifact, first: str) -> Said | None:
    """What a file says, `first` being the reference; None where its edition is not compared."""
    data, edition = artifact.data, artifact.edition
    match edition:
        case "epub":
            return Said(edition, read_epub(data, book.faces))
        case "html":
            return Said(edition, read_html(data, book.faces, pixels=first == "html"))
        case "pdf" | "print" if first:
            stream, _ = pdf_stream(data)
            return Said(edition, None, stream, pdf_alts(data) if edition == "pdf" else frozenset(), pdf_pictures(data))
    return None


def compare(book: Book, artifacts: Sequence[Artifact]) -> tuple[bytes, tuple[Diagnostic, ...]]:
    """`parity.json` and every difference between the editions that were made."""
    first = reference([artifact.edition for artifact in artifacts])
    return differences(book, [said(book, artifact, first) for artifact in artifacts])


def differences(book: Book, every: Iterable[Said | None]) -> tuple[bytes, tuple[Diagnostic, ...]]:
    """As `compare`, of what the files say."""
    made = {one.edition: one for one in every if one}
    readings = {e: reading for e in ("epub", "html") if e in made and (reading := made[e].reading)}
    compared: list[list[str]] = []
    found: list[Diagnostic] = []
    if len(readings) == 2:
        compared.append(["epub", "html"])
        found.extend(_differences(book, readings["epub"], readings["html"]))
    reference = next(iter(readings.values()), None)
    counts: dict[str, object] = {edition: reading.counts() for edition, reading in readings.items()}
    proved: list[Stream] = []  # in which every piece was found, and nothing else
    for edition in ("pdf", "print"):
        if edition not in made or reference is None:
            continue
        compared.append([reference.edition, edition])
        stream = made[edition].stream
        if not any(stream.alike(other) for other in proved):
            faults = tuple(_on_pages(book, reference, stream, edition))
            found.extend(faults)
            proved += () if faults else (stream,)
        found.extend(_pictures_on_pages(reference, made[edition]))
        digest = hashlib.sha256(" ".join(stream.tokens).encode()).hexdigest()
        counts[edition] = {"words": len(stream.tokens), "sha256": digest}
    return _json(counts, compared, found), tuple(found)


def _json(counts: Mapping[str, object], compared: list[list[str]], found: list[Diagnostic]) -> bytes:
    data = {"compared": compared, "differences": [d.message for d in found], "editions": counts}
    return (json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


# ── EPUB with HTML ───────────────────────────────────────────────────────────


def _differences(book: Book, one: Reading, other: Reading) -> Iterator[Diagnostic]:
    for name in sorted(one.sections.keys() ^ other.sections.keys()):
        where = one.edition if name in one.sections else other.edition
        yield fault("V040", f"the section {name} stands in one edition only", where)
    for name in one.sections.keys() & other.sections.keys():
        yield from _in_section(book, name, one, other)
    yield from _numbered("note", "V041", one.notes, other.notes, other.edition)
    yield from _numbered("source", "V042", one.sources, other.sources, other.edition)
    if [picture.data for picture in one.pictures] != [picture.data for picture in other.pictures]:
        yield fault("V043", "the pictures differ from those of the epub", other.edition)


def _in_section(book: Book, name: str, one: Reading, other: Reading) -> Iterator[Diagnostic]:
    ours, theirs = one.sections[name], other.sections[name]
    if ours == theirs:
        return
    first = next((i for i, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), min(len(ours), len(theirs)))
    shown = [p[first].shown() if first < len(p) else "nothing" for p in (ours, theirs)]
    yield fault("V040", f"{name}, piece {first + 1}: {shown[0]} in the {one.edition}, {shown[1]} here",
                other.edition, _place(book, name))  # fmt: skip


def _numbered(
    what: str, code: str, ours: Mapping[int, object], theirs: Mapping[int, object], edition: str
) -> Iterator[Diagnostic]:
    for number in sorted(ours.keys() | theirs.keys()):
        if ours.get(number) != theirs.get(number):
            yield fault(code, f"{what} {number} differs from that of the epub", edition)


def _place(book: Book, name: str) -> Position | None:
    return next((s.position for s in book.sections if s.id == name), None)


# ── on pages ─────────────────────────────────────────────────────────────────


def _on_pages(book: Book, reading: Reading, stream: Stream, edition: str) -> Iterator[Diagnostic]:
    used = bytearray(len(stream.tokens))
    yield from placed(book, reading, stream, used, edition)
    set_again(reading, stream, used)
    yield from _leftovers(book, stream, used, edition)


def placed(
    book: Book, reading: Reading, stream: Stream, used: bytearray, edition: str
) -> Iterator[Diagnostic]:
    """What of a reading is not on the pages; what is marks its tokens in `used`."""
    roles = {section.id: section.role.name for section in book.sections}
    ends: dict[str, int] = {}
    for name, pieces in reading.sections.items():
        begin = position = 0
        group = ""
        for piece in pieces:
            if piece.kind == "heading" and roles.get(name) in _UNTITLED:
                continue
            printed = piece.printed
            if not printed:
                continue
            if not piece.group or piece.group != group:
                begin, group = position, piece.group
            end = follow(printed, stream, begin, used)
            if end is None and (cells := piece.cells):  # a row that goes over a page's end, cell through cell
                ends_of_cells = [follow(cell, stream, begin, used) for cell in cells]
                end = None if None in ends_of_cells else max(e for e in ends_of_cells if e is not None)
            if end is None:
                yield fault("V044", f"{name}: {piece.shown()} is not on the pages", edition, _place(book, name))
            elif group:
                position = max(position, end)
            else:
                begin = position = end
        ends[name] = position
    yield from _notes_on_pages(reading, stream, used, edition)
    yield from _sources_on_pages(reading, stream, ends.get(SOURCES.id, 0), used, edition)


def _notes_on_pages(reading: Reading, stream: Stream, used: bytearray, edition: str) -> Iterator[Diagnostic]:
    position = 0
    for number, note in sorted(reading.notes.items()):
        end = follow((str(number), *tokens(note.text)), stream, position, used, solid=True)
        if end is not None and note.sources:
            end = follow(_named(note), stream, end, used, near=True)
        if end is None:
            yield fault("V045", f"note {number} is not on the pages as it is in the {reading.edition}", edition)
        else:
            position = end


def _named(note: Note) -> Tokens:
    """The sources a note at the foot of a page names: all, or the first of many."""
    shown = note.sources if len(note.sources) <= SHOWN + 1 else note.sources[:SHOWN]
    return tuple(token for name in shown for token in tokens(name))


def _sources_on_pages(
    reading: Reading, stream: Stream, position: int, used: bytearray, edition: str
) -> Iterator[Diagnostic]:
    for number, source in sorted(reading.sources.items()):
        end = follow((str(number), *source.printed), stream, position, used, solid=True)
        for note in source.used_by:  # “Notes 3 (p. 14), 12 (p. 61)”
            end = follow((str(note),), stream, end, used, near=True) if end is not None else None
        if end is None:
            yield fault("V046", f"source {number} is not on the pages as it is in the {reading.edition}", edition)
        else:
            position = end


def set_again(reading: Reading, stream: Stream, used: bytearray) -> None:
    """Marks the heads that a table broken over pages repeats at the top of a page."""
    heads = {p.printed for pieces in reading.sections.values() for p in pieces if p.kind == "head" and p.printed}
    again = [(at, end) for head in heads for at in stream.among(beginnings(head), 0, len(used))
             if at - bisect_left(stream.pages, stream.pages[at]) < TOP
             and (end := stands(head, stream.tokens, at)) is not None]  # fmt: skip
    for at, end in sorted(again, key=lambda run: (run[0], -run[1])):
        if not any(used[at:end]):
            used[at:end] = b"\1" * (end - at)


def _leftovers(book: Book, stream: Stream, used: bytearray, edition: str) -> Iterator[Diagnostic]:
    """Words on the pages that no piece of the book has: only furniture may be left."""
    furniture: list[Callable[[], frozenset[str]]] = [cache(partial(kind, book)) for kind in (_furniture, _markers)]
    index = -1
    while (index := used.find(0, index + 1)) >= 0:
        token = stream.tokens[index]
        if not token.isdigit() and not any(_is_furniture(stream.tokens, index, kind()) for kind in furniture):
            near = " ".join(stream.tokens[max(0, index - 3) : index + 4])
            yield fault("V047", f"page {stream.pages[index]}: “{token}” ({near}) stands in no other edition", edition)
            return


def _is_furniture(tokens: Tokens, index: int, furniture: frozenset[str]) -> bool:
    """Whether a word is one of the furniture's, or a part of one that a line's end divides."""
    if tokens[index].casefold() in furniture:
        return True
    spans = ((first, last) for first in range(max(0, index - 3), index + 1) for last in range(index + 1, index + 5))
    return any("".join(tokens[first:last]).casefold() in furniture for first, last in spans if last - first > 1)


def _furniture(book: Book) -> frozenset[str]:
    """Words of title page, contents, running heads and the like."""
    from chapbook.walking import plain_text

    work, catalogue = book.work, words(book.work.lang)
    texts = [work.title, work.subtitle, *work.authors, str(book.options.get("cover-line") or ""),
             book.imprint.publisher, book.imprint.place, *catalogue.values()]  # fmt: skip
    texts += [plain_text(section.title) for section in book.sections]
    texts += [plain_text(entry.title) for section in book.contents for entry in (section, *section.children)]
    whole = {token.casefold() for text in texts for token in (*tokens(text), *joined(tokens(text)))}
    return frozenset(whole | {"p", "pp"})


def _markers(book: Book) -> frozenset[str]:
    """What lists are counted with where not by digits: letters, Roman numerals."""
    notes = (note.blocks for note in book.notes)
    lists = [n for part in (*(s.blocks for s in book.sections), *notes) for n in walk(part)
             if isinstance(n, OrderedList) and n.style not in ("Decimal", "DefaultStyle", "Example")]  # fmt: skip
    return frozenset(marker(n.style, n.start + i) for n in lists for i in range(len(n.items)))


def marker(style: str, number: int) -> str:
    """The number of a list's item in letters or Roman numerals, lower case."""
    if style.endswith("Roman"):
        values = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
                  (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
        out = ""
        for value, sign in values:
            out, number = out + sign * (number // value), number % value
        return out
    out = ""
    while number:
        number, place = divmod(number - 1, 26)
        out = chr(97 + place) + out
    return out


def _pictures_on_pages(reading: Reading, file: Said) -> Iterator[Diagnostic]:
    """Alternative texts where the file is tagged; the pixels of every picture."""
    if file.edition == "pdf":
        alts = {piece.text for pieces in reading.sections.values() for piece in pieces if piece.kind == "alt"}
        alts |= {alt for note in reading.notes.values() for kind, alt in note.alts if kind == "alt"}
        missing = sorted(alts - file.alts)
        if missing:
            yield fault("V048", f"the alternative text “{missing[0][:60]}” is not in the file", file.edition)
    inks = file.edition != "pdf"  # a print PDF has its pictures in inks: not the same pixels, but the same picture
    for picture in reading.pictures:
        same = not picture.pixels or picture.pixels in file.pictures
        if same or (inks and picture.shown and any(alike(picture.shown, other) for other in file.pictures.values())):
            continue
        yield fault("V043", "a picture is not the one of the epub", file.edition)
        return
