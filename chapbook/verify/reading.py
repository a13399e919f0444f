"""What a finished file says, read from its bytes: pieces of sections, notes, sources, pictures."""

from __future__ import annotations

import base64
import hashlib
import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cache

import pikepdf
from lxml import etree

from chapbook import fonts
from chapbook.model import Face
from chapbook.verify.likeness import Likeness, likeness
from chapbook.verify.extract import Page, documents, text_of
from chapbook.verify.objects import objects
from chapbook.verify.passages import Tokens, tokens

_BLOCKS = {"p", "li", "td", "th", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "div", "section", "blockquote",
           "pre", "ul", "ol", "dl", "table", "thead", "tbody", "tfoot", "tr", "figure", "figcaption", "caption",
           "details", "summary", "header", "footer", "nav", "aside", "main"}  # fmt: skip
# Not the book's words: what one edition adds for its own readers.
_ASIDE = {"notes", "statement-line", "strip"}
_FRAME = {"title-page", "cover", "contents", "nav", "main"}
_UNPRINTED = ("alt", "formula")  # not words on a page: the first is in its tags, the second is drawn
_KINDS = {"pre": "code", "figcaption": "caption", "caption": "caption"}


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a section: what it is and its words.

    Pieces of one `group` (a claim of the appendix) stand together; on a page in another order,
    since verdict and sources have a column of their own.
    """

    kind: str  # heading, paragraph, head (a table's), row, caption, code, alt
    text: str
    group: str = ""

    @property
    def printed(self) -> Tokens:
        """Its words as printed on a page; () where it is not words on a page."""
        return tokens(self.text) if self.kind not in _UNPRINTED else ()

    @property
    def cells(self) -> tuple[Tokens, ...]:
        """Of a row the words of each cell that has any."""
        parts = self.text.split(" | ") if self.kind in ("row", "head") else ()
        return tuple(found for part in parts if (found := tokens(part)))

    def shown(self) -> str:
        """The piece for a message."""
        text = self.text if len(self.text) < 70 else f"{self.text[:67]}…"
        return f"the {self.kind} “{text}”"


@dataclass(frozen=True, slots=True)
class Note:
    """A note: the number it shows; its words without that, sources and way back; its sources;
    what it leads to; the alternative texts of its formulas and pictures."""

    shown: str
    text: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    alts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SourceRead:
    """A source of the list: the number it shows, its words, its address, the notes it names,
    its words as printed."""

    shown: str
    text: str
    address: str
    used_by: tuple[int, ...]
    printed: Tokens


@dataclass(frozen=True, slots=True)
class PictureRead:
    """A picture: digest of its bytes, and of its pixels; what it looks like.

    `pixels` is "" and `shown` None for drawings, and where only its bytes are asked for.
    """

    data: str
    pixels: str
    shown: Likeness | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """All that one EPUB or HTML file says."""

    edition: str
    sections: dict[str, tuple[Piece, ...]]
    notes: dict[int, Note]
    sources: dict[int, SourceRead]
    pictures: tuple[PictureRead, ...]

    def counts(self) -> dict[str, object]:
        """Figures for `parity.json`, and a digest of all words."""
        pieces = [piece for found in self.sections.values() for piece in found]
        kinds = {f"{kind}s": sum(p.kind == kind for p in pieces) for kind in
                 ("heading", "paragraph", "head", "row", "caption", "alt")}  # fmt: skip
        said = "\n".join(f"{p.kind}: {p.text}" for p in pieces)
        said += "".join(f"\n{n}: {note}" for n, note in sorted(self.notes.items()))
        said += "".join(f"\n{n}: {source.text}" for n, source in sorted(self.sources.items()))
        return {"sections": len(self.sections), **kinds, "notes": len(self.notes), "sources": len(self.sources),
                "pictures": len(self.pictures), "sha256": hashlib.sha256(said.encode()).hexdigest()}  # fmt: skip


def read_epub(data: bytes, faces: tuple[Face, ...] = (), *, pixels: bool = True) -> Reading:
    """What an EPUB says; `faces` are the system's fonts that its book is printed with.

    Without `pixels` its pictures are known by their bytes alone: enough to compare it with HTML.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = {posixpath.basename(n): n for n in archive.namelist()}

        def picture(source: str) -> bytes:
            return archive.read(names[posixpath.basename(source)])

        return _read("epub", documents(data), picture, faces, pixels)


def read_html(data: bytes, faces: tuple[Face, ...] = (), *, pixels: bool = True) -> Reading:
    """What the one HTML file says; `faces` as above."""

    def picture(source: str) -> bytes:
        return base64.b64decode(source.partition("base64,")[2])

    return _read("html", documents(data), picture, faces, pixels)


def _read(
    edition: str, pages: tuple[Page, ...], picture: Callable[[str], bytes], faces: tuple[Face, ...], pixels: bool
) -> Reading:
    sections: dict[str, tuple[Piece, ...]] = {}
    notes: dict[int, Note] = {}
    sources: dict[int, SourceRead] = {}
    pictures: list[tuple[str, PictureRead]] = []
    look = cache(lambda source: _picture(picture(source), pixels))  # one picture may stand in many places
    for page in pages:
        for element in page.root.iter("section"):
            name = element.get("id") or ""
            if not name or name in _FRAME:
                continue
            sections[name] = tuple(_pieces(element))
            pictures += [(name, look(img.get("src") or "")) for img in element.iter("img") if not _has(img, "chart")]
        for element in page.root.iter("aside", "li"):
            kind, _, number = (element.get("id") or "").rpartition("-")
            if kind == "note" and number.isdigit():
                notes[int(number)] = _note(element)
            elif kind == "source" and number.isdigit():
                sources[int(number)] = _source(element, faces)
    ordered = dict(sorted(sections.items()))
    return Reading(edition, ordered, notes, sources, tuple(p for _, p in sorted(pictures, key=lambda p: p[0])))


def _has(element: etree._Element, name: str) -> bool:
    return name in (element.get("class") or "").split()


def _clean(text: str) -> str:
    return " ".join(text.replace("\u00ad", "").replace("\u200b", "").split())


# ── pieces of a section ──────────────────────────────────────────────────────


def _pieces(section: etree._Element) -> Iterator[Piece]:
    for kind, text, group in _runs(section, "paragraph", ""):
        clean = _clean(text)
        if clean:
            yield Piece(kind, clean, group)


def _runs(element: etree._Element, kind: str, group: str) -> Iterator[tuple[str, str, str]]:
    """The words of an element in the blocks they stand in; a row of a table is one block."""
    pending = element.text or ""
    for child in element:
        if _skipped(child):
            pending += child.tail or ""
            continue
        alt = _alt(child)
        if alt is not None:
            yield from ((kind, said, group) for kind, said in _said(child))
        elif child.tag == "tr":
            yield "head" if element.tag == "thead" else "row", " | ".join(_clean(text_of(cell)) for cell in child), group
            yield from ((kind, said, group) for kind, said in _said(child))
        elif child.tag in _BLOCKS or any(_alt(inner) is not None or inner.tag in _BLOCKS for inner in child.iter()):
            yield kind, pending, group
            pending = ""
            name = child.get("id") or ""
            yield from _runs(child, _kind(child.tag, kind), name if name.startswith("claim-") else group)
        else:
            pending += text_of(child) if child.tag != "br" else " "
            if child.tag == "sup":
                pending += " "
        pending += child.tail or ""
    yield kind, pending, group


def _skipped(element: etree._Element) -> bool:
    if not isinstance(element.tag, str):
        return True
    if _ASIDE & set((element.get("class") or "").split()):
        return True
    return (element.get("id") or "").startswith("source-") and element.tag == "li"


def _alt(element: etree._Element) -> str | None:
    """The alternative text of a picture or a drawing; None for anything else."""
    tag = str(element.tag).rpartition("}")[2]
    if tag == "img":
        return element.get("alt") or ""
    if tag == "math":
        return element.get("alttext") or ""
    return (element.get("aria-label") or "") if tag == "svg" else None


def _said(element: etree._Element) -> Iterator[tuple[str, str]]:
    """Alternative texts in an element, in order; of a formula what its markup shows, too."""
    for inner in element.iter():
        if (alt := _alt(inner)) is not None:
            yield "alt", alt
            if str(inner.tag).rpartition("}")[2] == "math":
                yield "formula", _clean(" ".join(inner.itertext()))


def _kind(tag: str, kind: str) -> str:
    if re.fullmatch(r"h[1-6]", tag):
        return "heading"
    return _KINDS.get(tag, "paragraph" if tag in ("p", "li", "dt", "dd", "div", "section") else kind)


# ── notes, sources, pictures ─────────────────────────────────────────────────


def _without(element: etree._Element, *names: str) -> etree._Element:
    copy = deepcopy(element)
    copy.tail = None
    for inner in list(copy.iter()):
        classes = (inner.get("class") or "").split()
        gone = inner.tag == "button" or any(name in classes for name in names)
        if gone and (parent := inner.getparent()) is not None:
            _unlink(parent, inner)
    return copy


def _unlink(parent: etree._Element, element: etree._Element) -> None:
    before = element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + (element.tail or "")
    else:
        parent.text = (parent.text or "") + (element.tail or "")
    parent.remove(element)


def _number_of(element: etree._Element, *names: str) -> str:
    """The digits of the number an entry shows."""
    for inner in element.iter():
        if any(_has(inner, name) for name in names):
            return "".join(c for c in text_of(inner) if c.isdigit())
    return ""


def _note(element: etree._Element) -> Note:
    bare = _without(element, "n", "note-number", "back", "close", "refs", "m")
    links = [a for a in element.iter("a") if not _has(a, "back")]
    return Note(
        _number_of(element, "n", "note-number"),
        _clean(text_of(bare)),
        tuple(_clean(text_of(a)) for a in links if _has(a, "ref")),
        tuple((a.get("href") or "").rpartition("#")[2] for a in links),
        tuple(_said(element)),
    )


def _source(element: etree._Element, faces: tuple[Face, ...]) -> SourceRead:
    bare = _without(element, "n", "used-by")
    address = next((a.get("href") or "" for a in element.iter("a") if _has(a, "address")), "")
    used = tuple(int(text_of(a)) for a in element.iter("a") if _has(a, "used"))
    printed = _without(element, "n", "used-by", "states")
    for inner in list(printed.iter("span")):
        if inner.get("lang") and not all(fonts.covers(c, faces) for c in text_of(inner)):
            _unlink(inner.getparent(), inner)
    shown = tuple(t for t in tokens(text_of(printed)) if all(fonts.covers(c, faces) for c in t))
    return SourceRead(_number_of(element, "n"), _clean(text_of(bare)), address, used, shown)


def _picture(data: bytes, pixels: bool) -> PictureRead:
    from PIL import Image, UnidentifiedImageError

    name = hashlib.sha256(data).hexdigest()
    if not pixels:
        return PictureRead(name, "")
    try:
        with Image.open(io.BytesIO(data)) as image:
            return PictureRead(name, _digest(image), likeness(image))
    except UnidentifiedImageError:
        return PictureRead(name, "")


def _digest(image: object) -> str:
    from PIL import Image

    assert isinstance(image, Image.Image)
    flat = image.convert("RGBA").convert("RGB") if image.mode in ("P", "LA", "RGBA") else image.convert("RGB")
    return hashlib.sha256(repr(flat.size).encode() + flat.tobytes()).hexdigest()


def pdf_pictures(data: bytes) -> dict[str, Likeness]:
    """Every picture in a PDF: what it looks like, by the digest of its pixels."""
    found = {}
    for item in objects(data).pictures():
        try:
            image = pikepdf.PdfImage(item).as_pil_image()
            found[_digest(image)] = likeness(image)
        except (pikepdf.PdfError, ValueError, NotImplementedError, OSError):
            continue  # an alpha mask, or broken: then it is no picture of the book
    return found


def pdf_alts(data: bytes) -> frozenset[str]:
    """Every alternative text in the structure of a tagged PDF (ISO 32000-1, 14.9.3)."""
    return frozenset(str(item.Alt) for item in objects(data).spelling("/Alt") if "/Alt" in item and "/S" in item)
