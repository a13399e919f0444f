"""The fonts of parts that become one file: each face embedded once, with what all parts use of it.

Every part embeds its own subset of a face under the same name and with the same numbers of
glyphs. Their union is cut from the face anew; widths and the way back to characters
(`/ToUnicode`) are put together.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf

from chapbook import fonts
from chapbook.errors import EngineError
from chapbook.model import Face

_PAIR = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]+)>")
_FIXED_PITCH = 1  # the bit of a font descriptor's flags (ISO 32000-1, table 123)


@dataclass(slots=True)
class _Use:
    """What parts use of one face, by its PostScript name; `characters` are UTF-16, in hexadecimal.

    A glyph with a width is used, whether it is among `glyphs` or not.
    """

    face: str
    glyphs: set[int] = field(default_factory=set)
    widths: dict[int, float] = field(default_factory=dict)
    characters: dict[int, str] = field(default_factory=dict)

    def join(self, other: _Use) -> None:
        """Take in what another part uses."""
        self.glyphs |= other.glyphs
        self.widths |= other.widths
        self.characters = other.characters | self.characters


def used(holders: Iterable[Any]) -> bytes:
    """What a part uses of its fonts, as JSON to be kept: by the fonts' names in the dictionaries of resources."""
    return json.dumps({
        name: (use.face, sorted(use.glyphs - use.widths.keys()), *_in_columns(use.widths), *_in_columns(use.characters))
        for name, use in _found(holders).items()
    }).encode()  # fmt: skip


def _in_columns(table: Mapping[int, Any]) -> tuple[list[int], list[Any]]:
    return list(table), list(table.values())


def emptied(font: Any) -> None:
    """Take out of a font what is in its `_Use`; where that is kept, nobody asks for it again."""
    below = font.DescendantFonts[0]
    below.W = Array()
    font.ToUnicode.write(b"")
    below.FontDescriptor[_file(below.FontDescriptor)].write(b"")


class Joined:
    """The one `/Font` dictionary of a book, from those of its parts as they come.

    `object` can be named from the beginning; `finish` gives it what it holds.
    """

    def __init__(self, book: Pdf) -> None:
        self.book = book
        self.object = book.make_indirect(Dictionary())
        self.firsts: dict[str, Object] = {}  # each font as the first part that has it wrote it
        self.uses: dict[str, _Use] = {}

    def add(self, holders: Sequence[Any], known: bytes = b"") -> None:
        """Take in the fonts that dictionaries of a part name, which may be closed afterwards.

        `known` is what it uses of them (b"": that is found out).
        """
        for holder in holders:
            for name, font in holder.Font.items():
                if name not in self.firsts:
                    self.firsts[name] = self.book.copy_foreign(font)
        for name, use in (_kept(known) if known else _found(holders)).items():
            self.uses.setdefault(name, _Use(use.face)).join(use)

    def finish(self, others: tuple[Face, ...] = ()) -> None:
        """Cut and write each font.

        `others` are the fonts of the system that the book uses.

        Raises: EngineError when a part has a font that is not one of the book's.
        """
        known = {fonts.postscript_name(face): face for face in (*fonts.faces(), *others)}
        for name in sorted(self.uses):
            self.object[name] = _written(self.book, self.firsts[name], self.uses[name], known)


def _kept(data: bytes) -> dict[str, _Use]:
    return {
        name: _Use(face, set(glyphs), dict(zip(wide, widths, strict=True)), dict(zip(said, characters, strict=True)))
        for name, (face, glyphs, wide, widths, said, characters) in json.loads(data).items()
    }


def _found(holders: Iterable[Any]) -> dict[str, _Use]:
    import uharfbuzz

    uses: dict[str, _Use] = {}
    for name, font in (item for holder in holders for item in holder.Font.items()):
        below = font.DescendantFonts[0]
        face = uharfbuzz.Face(uharfbuzz.Blob(below.FontDescriptor[_file(below.FontDescriptor)].read_bytes()))
        use = _Use(face.get_name(uharfbuzz.OTNameIdPredefined.POSTSCRIPT_NAME) or "", set(_drawn(face)), dict(_widths(below.W)))
        for glyph, characters in _PAIR.findall(font.ToUnicode.read_bytes()):
            use.characters.setdefault(int(glyph, 16), characters.decode())
        uses.setdefault(name, _Use(use.face)).join(use)
    return uses


def _file(descriptor: Any) -> str:
    """Outlines of TrueType, or of CFF in an OpenType font (ISO 32000-1, 9.9)."""
    return "/FontFile2" if "/FontFile2" in descriptor else "/FontFile3"


def _drawn(face: Any) -> Iterable[int]:
    """The glyphs of a TrueType subset that have an outline."""
    if not face.reference_table("loca").data:
        return ()
    long = face.reference_table("head").data[51]
    offsets = memoryview(bytes(face.reference_table("loca").data)).cast("I" if long else "H")
    # Whether two are the same does not depend on the order of their bytes.
    return (index for index, (a, b) in enumerate(pairwise(offsets)) if a != b)


def _widths(array: Any) -> Iterable[tuple[int, float]]:
    """`/W` as pairs: glyph, width (ISO 32000-1, 9.7.4.3)."""
    items = list(array)
    for first, widths in zip(items[::2], items[1::2], strict=True):
        yield from enumerate((_number(width) for width in widths), start=int(first))


def _number(value: Any) -> float:
    number = float(value)
    return int(number) if number == int(number) else number


def _written(book: Pdf, font: Any, use: _Use, known: Mapping[str, Face]) -> Object:
    below = font.DescendantFonts[0]
    descriptor = below.FontDescriptor
    file = _cut(use, known)
    key = _file(descriptor)
    extra = {"Length1": len(file)} if key == "/FontFile2" else {"Subtype": Name.OpenType}
    descriptor[key] = pikepdf.Stream(book, file, **extra)
    if len(use.widths) > 1 and len(set(use.widths.values())) > 1:
        descriptor.Flags = int(descriptor.Flags) & ~_FIXED_PITCH
    box = list(descriptor.FontBBox)
    descriptor.FontBBox = Array([*box[:2], max(use.widths.values()), box[3]])
    below.W = Array(_grouped(use.widths))
    font.ToUnicode = pikepdf.Stream(book, _to_unicode(use.characters))
    if font.Encoding != Name("/Identity-H"):
        raise EngineError(f"a character has no glyph in {use.face}")
    return font  # type: ignore[no-any-return]


def _grouped(widths: dict[int, float]) -> list[Any]:
    out: list[Any] = []
    for glyph in sorted(widths):
        if glyph - 1 not in widths:
            out += [glyph, []]
        out[-1].append(widths[glyph])
    return [Array(item) if isinstance(item, list) else item for item in out]


def _cut(use: _Use, known: Mapping[str, Face]) -> bytes:
    """The face with the glyphs of all parts, each under its own number."""
    if use.face not in known:
        raise EngineError(f"the font {use.face} is not one of the book's")
    return fonts.embedded(known[use.face], sorted(use.glyphs | use.widths.keys()))


def _to_unicode(characters: dict[int, str]) -> bytes:
    """A ToUnicode CMap (ISO 32000-1, 9.10.3)."""
    lines = [
        b"/CIDInit /ProcSet findresource begin", b"12 dict begin", b"begincmap",
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        b"/CMapName /Adobe-Identity-UCS def", b"/CMapType 2 def", b"1 begincodespacerange",
        b"<0000> <ffff>", b"endcodespacerange",
    ]  # fmt: skip
    pairs = [(glyph, said.encode()) for glyph, said in sorted(characters.items())]
    for at in range(0, len(pairs), 100):
        some = pairs[at : at + 100]
        lines.append(b"%d beginbfchar" % len(some))
        lines += [b"<%04x> <%s>" % pair for pair in some]
        lines.append(b"endbfchar")
    lines += [b"endcmap", b"CMapName currentdict /CMap defineresource pop", b"end", b"end"]
    return b"\n".join(lines)
