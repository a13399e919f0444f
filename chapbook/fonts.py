"""The fonts of the book: files from PyPI packages, never from the system.

Source Serif Pro speaks for the author, Source Sans Pro for the editors, Source Code Pro for
code. All are under the SIL Open Font License and may be embedded.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from chapbook.errors import MissingTool


@dataclass(frozen=True, slots=True)
class Face:
    """One font file: family, CSS weight, italic or not, and where it is."""

    family: str
    weight: int
    italic: bool
    path: Path


_SERIF, _SANS, _MONO = "Source Serif Pro", "Source Sans Pro", "Source Code Pro"
_FACES = (
    (_SERIF, 400, False, "font_source_serif_pro", "files/SourceSerifPro-Regular.ttf"),
    (_SERIF, 400, True, "font_source_serif_pro", "files/SourceSerifPro-It.ttf"),
    (_SERIF, 600, False, "font_source_serif_pro", "files/SourceSerifPro-Semibold.ttf"),
    (_SERIF, 600, True, "font_source_serif_pro", "files/SourceSerifPro-SemiboldIt.ttf"),
    (_SANS, 400, False, "font_source_sans_pro", "files/SourceSansPro-Regular.ttf"),
    (_SANS, 400, True, "font_source_sans_pro", "files/SourceSansPro-It.ttf"),
    (_SANS, 600, False, "font_source_sans_pro", "files/SourceSansPro-Semibold.ttf"),
    (_SANS, 600, True, "font_source_sans_pro", "files/SourceSansPro-SemiboldIt.ttf"),
    (_MONO, 400, False, "fontpkg_source_code_pro", "files/SourceCodePro[wght].ttf"),
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
    """Whether a font of the book can print `char`; spaces and joiners need no glyph."""
    return (
        ord(char) in _characters()
        or char.isspace()
        or unicodedata.category(char) in ("Cf", "Zs", "Cc", "Mn")
    )
