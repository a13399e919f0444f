"""Style sheets for a book's scripts: fonts of the system, and the way its language is written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from chapbook.fonts import SANS, SERIF
from chapbook.model import Book, Face, Voice
from chapbook.scripts import declared
from chapbook.words import direction

# Scripts without italics set emphasis in bold; nothing in them is divided by a hyphen.
_UPRIGHT = ("ko", "zh", "ja", "ar", "fa", "ur", "he", "yi", "hi", "mr", "ne", "th")
_SIDES = {"left": "right", "right": "left"}
_FOUR = re.compile(r"(?P<name>(?:^|[{;\s])(?:margin|padding|border-width|inset)\s*:\s*)(?P<values>[^;}!]+)")


def with_faces(css: str, faces: tuple[Face, ...]) -> str:
    """A sheet in which the system's fonts stand after the book's own, each behind its voice."""
    for own, voice in ((SERIF, Voice.AUTHOR), (SANS, Voice.EDITORS)):
        names = _families(faces, voice)
        if names:
            css = re.sub(rf'(["\']){own}\1', lambda m: f"{m[0]}, {m[1]}{f'{m[1]}, {m[1]}'.join(names)}{m[1]}", css)  # noqa: B023
    return css + _by_language(faces)


def _families(faces: tuple[Face, ...], voice: Voice) -> list[str]:
    """Families of a voice, then the others: a character is better set in another voice than not."""
    ordered = sorted(faces, key=lambda face: face.voice is not voice)
    return list(dict.fromkeys(face.family for face in ordered))


def _by_language(faces: tuple[Face, ...]) -> str:
    """Rules for Han and other characters that languages share and draw in their own ways."""
    made = {font.family: font.languages for font in declared()}
    langs = sorted({lang for face in faces for lang in made[face.family]})
    rules = []
    for lang in langs:
        for own, voice, where in ((SERIF, Voice.AUTHOR, ""), (SANS, Voice.EDITORS, ".editors ")):
            first = [f.family for f in faces if lang in made[f.family] and f.voice is voice]
            names = dict.fromkeys((own, *first, *_families(faces, voice)))
            listed = ", ".join(f'"{name}"' for name in names)
            rules.append(f"{where}[lang|={lang}]:not(html):not(section) {{ font-family: {listed} }}")
    return "\n" + "\n".join(rules) + "\n" if len(langs) > 1 else ""


def fonts_of(book: Book) -> Mapping[str, object]:
    """What a composition says of the fonts it is set in."""
    return MappingProxyType({"faces": book.faces})


def for_book(css: str, book: Book) -> str:
    """A sheet for the scripts and the direction of a book."""
    return for_language(with_faces(css, book.faces), book.work.lang)


def for_language(css: str, lang: str) -> str:
    """A sheet for a book in `lang`: mirrored where it is written from right to left."""
    strong = ", ".join(f"[lang|={name}] em, [lang|={name}] i, em[lang|={name}]" for name in _UPRIGHT)
    plain = ", ".join(f"[lang|={name}] .words, [lang|={name}] .subtitle" for name in _UPRIGHT)
    css += f"\n{strong} {{ font-style: normal; font-weight: 600 }}\n{plain} {{ font-style: normal !important }}\n"
    return mirrored(css) if direction(lang) == "rtl" else css


def mirrored(css: str) -> str:
    """A sheet with left and right exchanged, in names, values, page sides and sets of four.

    The classes of a table's columns (`.left`, `.right`) keep their meaning, since both the
    class and its rule are exchanged.
    """
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match[0])
        return f"/*kept {len(kept) - 1}*/"

    css = re.sub(r"url\([^)]*\)", keep, css)
    css = re.sub(r"\b(left|right)\b", lambda m: _SIDES[m[0]], css)
    css = _FOUR.sub(lambda m: m["name"] + _exchanged(m["values"]), css)
    return re.sub(r"/\*kept (\d+)\*/", lambda m: kept[int(m[1])], css)


def _exchanged(values: str) -> str:
    """`1 2 3 4` as `1 4 3 2`; anything but four values as it is."""
    parts = re.findall(r"(?:[^\s(]|\((?:[^()]|\([^()]*\))*\))+", values)
    if len(parts) != 4:
        return values
    tail = values[len(values.rstrip()) :]
    return " ".join((parts[0], parts[3], parts[2], parts[1])) + tail
