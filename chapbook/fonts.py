"""The fonts of the book: files from PyPI packages, never from the system.

Source Serif Pro speaks for the author, Source Sans Pro for the editors, Source Code Pro for
code. All are under the SIL Open Font License and may be embedded.
"""

from __future__ import annotations

import io
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from chapbook.errors import MissingTool


@dataclass(frozen=True, slots=True)
class Face:
    """One font file: family, CSS weight, italic or not, and where it is."""

    family: str
    weight: int
    italic: bool
    path: Path


SERIF, SANS, MONO = "Source Serif Pro", "Source Sans Pro", "Source Code Pro"
_FACES = (
    (SERIF, 400, False, "font_source_serif_pro", "files/SourceSerifPro-Regular.ttf"),
    (SERIF, 400, True, "font_source_serif_pro", "files/SourceSerifPro-It.ttf"),
    (SERIF, 600, False, "font_source_serif_pro", "files/SourceSerifPro-Semibold.ttf"),
    (SERIF, 600, True, "font_source_serif_pro", "files/SourceSerifPro-SemiboldIt.ttf"),
    (SANS, 400, False, "font_source_sans_pro", "files/SourceSansPro-Regular.ttf"),
    (SANS, 400, True, "font_source_sans_pro", "files/SourceSansPro-It.ttf"),
    (SANS, 600, False, "font_source_sans_pro", "files/SourceSansPro-Semibold.ttf"),
    (SANS, 600, True, "font_source_sans_pro", "files/SourceSansPro-SemiboldIt.ttf"),
    (MONO, 400, False, "fontpkg_source_code_pro", "files/SourceCodePro[wght].ttf"),
)


@cache
def faces() -> tuple[Face, ...]:
    """Every face of the book.

    Raises: MissingTool when a font package is not installed.
    """
    found = []
    for family, weight, italic, package, name in _FACES:
        try:
            path = Path(str(files(package) / name))
        except ModuleNotFoundError as error:
            hint = f"pip install {package.replace('_', '-')}"
            raise MissingTool(f"the font {family} is not installed", hint=hint) from error
        found.append(Face(family, weight, italic, path))
    return tuple(found)


@cache
def _characters() -> frozenset[int]:
    """Every character that an upright face of the book has a glyph for."""
    from fontTools.ttLib import TTFont

    known: set[int] = set()
    for face in faces():
        if face.weight == 400 and not face.italic:
            with TTFont(face.path, lazy=True) as font:
                known.update(font.getBestCmap())
    return frozenset(known)


def covers(char: str) -> bool:
    """Whether a font of the book can print `char` (composed, NFC); spaces and joiners need none."""
    return (
        ord(char) in _characters()
        or char.isspace()
        or unicodedata.category(char) in ("Cf", "Zs", "Cc")
        or "\ufe00" <= char <= "\ufe0f"  # variation selectors draw nothing
    )


@cache
def static(face: Face) -> bytes:
    """A face as a font without variation axes.

    WeasyPrint would do the same to a variable font, but writes the hour into it.
    """
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    with TTFont(face.path, recalcTimestamp=False) as font:
        if "fvar" not in font:
            return face.path.read_bytes()
        out = io.BytesIO()
        instantiateVariableFont(font, {"wght": face.weight}).save(out)
    return out.getvalue()


# ── outlines, for what is drawn instead of set ───────────────────────────────

Outline = tuple[tuple[str, tuple[float, ...]], ...]


def outlines(path: Path, text: str) -> tuple[Outline, ...]:
    """The outline of each character as M, L, C and Z segments, in parts of the em, y upward."""
    face = _Outlines.of(path)
    return tuple(face.outline(char) for char in text)


def advances(path: Path, text: str) -> tuple[float, ...]:
    """How far each character moves the pen, kerning with the next included, in parts of the em."""
    face = _Outlines.of(path)
    return tuple(
        face.advance(char, text[index + 1] if index + 1 < len(text) else "")
        for index, char in enumerate(text)
    )


@dataclass(slots=True)
class _Outlines:
    """A font opened for drawing."""

    font: Any
    glyphs: Any
    names: dict[int, str]
    em: int

    @staticmethod
    @cache
    def of(path: Path) -> _Outlines:
        from fontTools.ttLib import TTFont

        font = TTFont(path)
        return _Outlines(font, font.getGlyphSet(), font.getBestCmap(), font["head"].unitsPerEm)

    def name(self, char: str) -> str:
        return self.names.get(ord(char), ".notdef")

    def outline(self, char: str) -> Outline:
        from fontTools.pens.basePen import BasePen

        em = self.em
        segments: list[tuple[str, tuple[float, ...]]] = []

        class Pen(BasePen):  # type: ignore[misc]
            def _moveTo(self, p: Any) -> None:
                segments.append(("M", (p[0] / em, p[1] / em)))

            def _lineTo(self, p: Any) -> None:
                segments.append(("L", (p[0] / em, p[1] / em)))

            def _curveToOne(self, a: Any, b: Any, c: Any) -> None:
                segments.append(("C", tuple(v / em for point in (a, b, c) for v in point)))

            def _closePath(self) -> None:
                segments.append(("Z", ()))

        self.glyphs[self.name(char)].draw(Pen(self.glyphs))
        return tuple(segments)

    def advance(self, char: str, following: str) -> float:
        width: int = self.font["hmtx"][self.name(char)][0]
        return (width + (self.kerning(char, following) if following else 0)) / self.em

    def kerning(self, left: str, right: str) -> int:
        """The first pair adjustment of the font's `kern` feature (GPOS 2) for two characters."""
        table = self.font["GPOS"].table
        lookups = [i for record in table.FeatureList.FeatureRecord if record.FeatureTag == "kern"
                   for i in record.Feature.LookupListIndex]  # fmt: skip
        one, two = self.name(left), self.name(right)
        for index in sorted(set(lookups)):
            for subtable in table.LookupList.Lookup[index].SubTable:
                pair = getattr(subtable, "ExtSubTable", subtable)
                value = _pair(pair, one, two)
                if value is not None:
                    return value
        return 0


def _pair(pair: Any, one: str, two: str) -> int | None:
    if pair.LookupType != 2 or one not in pair.Coverage.glyphs:
        return None
    if pair.Format == 1:
        records = pair.PairSet[pair.Coverage.glyphs.index(one)].PairValueRecord
        for record in records:
            if record.SecondGlyph == two:
                return int(record.Value1.XAdvance) if record.Value1 else 0
        return None
    first = pair.Class1Record[pair.ClassDef1.classDefs.get(one, 0)]
    value = first.Class2Record[pair.ClassDef2.classDefs.get(two, 0)].Value1
    return int(getattr(value, "XAdvance", 0)) if value else 0


# ── subsets, for the web ─────────────────────────────────────────────────────


def subset(face: Face, characters: frozenset[str]) -> bytes:
    """A face with only these characters as WOFF2; the same bytes for the same characters."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    options = Options()
    options.flavor = "woff2"
    options.layout_features = ["kern", "liga", "onum", "pnum", "lnum", "tnum", "sups", "ccmp", "mark"]
    options.name_IDs = [1, 2]
    options.hinting = False
    options.notdef_outline = True
    with TTFont(face.path, recalcTimestamp=False) as font:
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=[ord(c) for c in sorted(characters)])
        subsetter.subset(font)
        font.flavor = "woff2"
        out = io.BytesIO()
        font.save(out)
    return out.getvalue()
