"""The fonts of the book: files from PyPI packages, never from the system.

Source Serif Pro speaks for the author, Source Sans Pro for the editors, Source Code Pro for
code. All are under the SIL Open Font License and may be embedded.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from chapbook.errors import MissingTool
from chapbook.model import Face, Voice


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
        voice = {SERIF: Voice.AUTHOR, SANS: Voice.EDITORS}.get(family)
        found.append(Face(family, weight, italic, path, 0, voice))
    return tuple(found)


@cache
def _face(path: Path, index: int = 0) -> Any:
    import uharfbuzz

    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)), index)


@cache
def characters(face: Face) -> frozenset[int]:
    """Every character a face has a glyph for, as code points."""
    return frozenset(_face(face.path, face.index).unicodes)


@cache
def _characters() -> frozenset[int]:
    """Every character that an upright face of the book has a glyph for."""
    upright = (face for face in faces() if face.weight == 400 and not face.italic)
    return frozenset().union(*(characters(face) for face in upright))


def covers(char: str, others: tuple[Face, ...] = ()) -> bool:
    """Whether a font of the book can print `char` (composed, NFC); spaces and joiners need none.

    `others` are the fonts of the system that the book uses (`Book.faces`).
    """
    return (
        ord(char) in _characters()
        or any(ord(char) in characters(face) for face in others)
        or char.isspace()
        or unicodedata.category(char) in ("Cf", "Zs", "Cc")
        or "\ufe00" <= char <= "\ufe0f"  # variation selectors draw nothing
    )


@cache
def static(face: Face) -> bytes:
    """A face as a font of its own, out of its collection and without variation axes.

    WeasyPrint would do the latter to a variable font, but writes the hour into it.
    """
    import uharfbuzz

    found = _face(face.path, face.index)
    if not found.axis_infos and face.path.suffix.lower() != ".ttc":
        return face.path.read_bytes()
    wanted = uharfbuzz.SubsetInput()
    wanted.keep_everything()
    if found.axis_infos:
        wanted.pin_all_axes_to_default(found)
        wanted.pin_axis_location(found, "wght", face.weight)
    return bytes(uharfbuzz.subset(found, wanted).blob.data)


@cache
def postscript_name(face: Face) -> str:
    """The name a font file gives itself for printers (OpenType, `name` table, 6)."""
    import uharfbuzz

    return _face(face.path, face.index).get_name(uharfbuzz.OTNameIdPredefined.POSTSCRIPT_NAME) or ""


def embedded(face: Face, glyphs: Sequence[int]) -> bytes:
    """A face for a PDF: these glyphs, by number, each keeping its number; no layout tables."""
    import uharfbuzz

    whole = uharfbuzz.Face(uharfbuzz.Blob(static(face)))
    wanted = uharfbuzz.SubsetInput()
    wanted.glyph_set.update(glyphs)
    wanted.drop_table_tag_set.update(
        int.from_bytes(name, "big") for name in (b"BASE", b"DSIG", b"GDEF", b"GPOS", b"GSUB", b"STAT")
    )
    wanted.flags = uharfbuzz.SubsetFlags.RETAIN_GIDS | uharfbuzz.SubsetFlags.NO_HINTING
    return bytes(uharfbuzz.subset(whole, wanted).blob.data)


# ── outlines, for what is drawn instead of set ───────────────────────────────

Outline = tuple[tuple[str, tuple[float, ...]], ...]
# Drawn letters are set one by one: kerned, but never joined or exchanged.
_SINGLY = {"kern": True, "liga": False, "clig": False, "calt": False, "ccmp": False}


def outlines(path: Path, text: str) -> tuple[Outline, ...]:
    """The outline of each character as M, L, C and Z segments, in parts of the em, y upward."""
    return tuple(_outline(path, char) for char in text)


@cache
def shaped(face: Face, text: str) -> tuple[tuple[Outline, float], ...]:
    """A run of one script as it is written, joined and turned: outlines from left to right, each
    with what it moves the pen, in parts of the em."""
    import uharfbuzz

    font, buffer = uharfbuzz.Font(_face(face.path, face.index)), uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(font, buffer)
    em = font.face.upem
    found = []
    for glyph, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        moved = (place.x_offset / em, place.y_offset / em)
        outline = tuple(
            (op, tuple(v + moved[i % 2] for i, v in enumerate(points)))
            for op, points in _glyph(face.path, face.index, glyph.codepoint)
        )
        found.append((outline, place.x_advance / em))
    return tuple(found)


@cache
def _outline(path: Path, char: str) -> Outline:
    import uharfbuzz

    return _glyph(path, 0, uharfbuzz.Font(_face(path)).get_nominal_glyph(ord(char)) or 0)


@cache
def _glyph(path: Path, index: int, number: int) -> Outline:
    import uharfbuzz

    font = uharfbuzz.Font(_face(path, index))
    em = font.face.upem
    segments: list[tuple[str, tuple[float, ...]]] = []

    def add(operator: str, *points: float) -> None:
        segments.append((operator, tuple(value / em for value in points)))

    def curve(x1: float, y1: float, x: float, y: float, _: object) -> None:
        x0, y0 = (value * em for value in segments[-1][1][-2:])
        # A quadratic curve as a cubic one: the control point two thirds of the way.
        ends = ((x0, y0), (x, y))
        controls = [(a + (x1 - a) * 2 / 3, b + (y1 - b) * 2 / 3) for a, b in ends]
        add("C", *controls[0], *controls[1], x, y)

    draw = uharfbuzz.DrawFuncs()
    draw.set_move_to_func(lambda x, y, _: add("M", x, y))
    draw.set_line_to_func(lambda x, y, _: add("L", x, y))
    draw.set_quadratic_to_func(curve)
    draw.set_cubic_to_func(lambda *p: add("C", *p[:6]))
    draw.set_close_path_func(lambda _: add("Z"))
    font.draw_glyph(number, draw, None)
    return tuple(segments)


@cache
def advances(path: Path, text: str) -> tuple[float, ...]:
    """How far each character moves the pen, kerning with the next included, in parts of the em."""
    import uharfbuzz

    font, buffer = uharfbuzz.Font(_face(path)), uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(font, buffer, _SINGLY)
    moves = [0.0] * len(text)
    for glyph, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        moves[glyph.cluster] += place.x_advance / font.face.upem
    return tuple(moves)


# ── subsets, for the web ─────────────────────────────────────────────────────

_FEATURES = ("kern", "liga", "onum", "pnum", "lnum", "tnum", "sups", "ccmp", "mark")
# What scripts that join and stack their letters cannot be read without.
_SHAPING = ("mkmk", "init", "medi", "fina", "isol", "rlig", "calt", "locl", "akhn", "rphf", "half", "pres", "abvs",
            "blws", "psts", "haln", "nukt", "cjct", "abvm", "blwm")  # fmt: skip


def subset(face: Face, shown: frozenset[str]) -> bytes:
    """A face with only these characters as WOFF2; the same bytes for the same characters."""
    import uharfbuzz

    wanted = uharfbuzz.SubsetInput()
    wanted.unicode_set.update(ord(char) for char in shown)
    wanted.layout_feature_tag_set.clear()
    features = _FEATURES if face in faces() else (*_FEATURES, *_SHAPING)
    wanted.layout_feature_tag_set.update(int.from_bytes(name.encode(), "big") for name in features)
    wanted.name_id_set.clear()
    wanted.name_id_set.update((1, 2))
    wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING | uharfbuzz.SubsetFlags.NOTDEF_OUTLINE
    return woff2(bytes(uharfbuzz.subset(_face(face.path, face.index), wanted).blob.data))


def woff2(font: bytes) -> bytes:
    """A TrueType font as WOFF2 (W3C, WOFF File Format 2.0), its tables as they are.

    Brotli's greatest effort (quality 10, 11) would save a sixteenth of the size, the optional
    transformation of the outlines a tenth, at fifteen times the time and more.
    """
    import brotli

    count = int.from_bytes(font[4:6], "big")
    directory, tables = b"", b""
    for at in range(12, 12 + 16 * count, 16):
        tag, _, start, length = struct.unpack(">4sLLL", font[at : at + 16])
        # 0x3f: the tag follows in full; version 3 of glyf and loca: not transformed (5.1, 5.3)
        directory += bytes([0xFF if tag in (b"glyf", b"loca") else 0x3F]) + tag + _base128(length)
        tables += font[start : start + length]
    window = min(max(len(tables).bit_length(), 16), 22)  # no wider than what it looks back on: a wide one is slow to make
    data = brotli.compress(tables, mode=brotli.MODE_FONT, quality=9, lgwin=window)
    size = 48 + len(directory) + len(data)
    padding = bytes(-size % 4)
    header = struct.pack(">4s4sLHHLLHHLLLLL", b"wOF2", font[:4], size + len(padding), count, 0,
                         12 + 16 * count + sum(-(-_length(font, i) // 4) * 4 for i in range(count)),
                         len(data), 1, 0, 0, 0, 0, 0, 0)  # fmt: skip
    return b"".join((header, directory, data, padding))


def _length(font: bytes, index: int) -> int:
    return int.from_bytes(font[24 + 16 * index : 28 + 16 * index], "big")


def _base128(number: int) -> bytes:
    """UIntBase128 (4.1): seven bits a byte, the highest first."""
    digits = [number & 0x7F]
    while number := number >> 7:
        digits.append(number & 0x7F | 0x80)
    return bytes(reversed(digits))


def glyphs(data: bytes, text: str) -> dict[int, str]:
    """The characters of a text that a font file has, by their glyphs."""
    import uharfbuzz

    font = uharfbuzz.Font(uharfbuzz.Face(data))
    found = ((font.get_nominal_glyph(ord(char)), char) for char in text)
    return {glyph: char for glyph, char in found if glyph}


def space(data: bytes) -> tuple[int, int] | None:
    """The glyph of a space in a font file and its advance in thousandths; None without one."""
    import uharfbuzz

    font = uharfbuzz.Font(uharfbuzz.Face(data))
    glyph = font.get_nominal_glyph(0x20)
    if glyph is None:
        return None
    return glyph, round(font.get_glyph_h_advance(glyph) * 1000 / font.face.upem)
