"""Fonts of the system, by a declared list (`scripts.toml`), for scripts the book's own fonts lack.

Only files named in the list are looked for, in the folders where systems keep fonts. Which of
them a book uses follows from the characters of its text and the language they stand in.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from chapbook import fonts
from chapbook.model import Face, Voice
from chapbook.words import tag_of

_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts",
            "/Library/Fonts", "~/Library/Fonts")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Font:
    """One family of the list; `bold` is "" where it has none, `get` says where it comes from."""

    family: str
    voice: Voice
    scripts: tuple[str, ...]
    languages: tuple[str, ...]
    regular: str
    bold: str
    index: int
    get: str

    def faces(self) -> tuple[Face, ...]:
        """The family's faces on this machine; () when it is not installed."""
        found = _installed()
        if self.regular not in found:
            return ()
        regular = Face(self.family, 400, False, found[self.regular], self.index, self.voice)
        if self.bold not in found:
            return (regular,)
        return regular, Face(self.family, 600, False, found[self.bold], self.index, self.voice)


@cache
def declared() -> tuple[Font, ...]:
    """The list, in its order."""
    data = tomllib.loads((files("chapbook") / "scripts.toml").read_text("utf-8"))
    voices = {"serif": Voice.AUTHOR, "sans": Voice.EDITORS}
    return tuple(
        Font(f["family"], voices[f["voice"]], tuple(f["scripts"]), tuple(f["languages"]), f["regular"],
             f.get("bold", ""), f.get("index", 0), f["get"])
        for f in data["font"]
    )  # fmt: skip


@cache
def _installed() -> dict[str, Path]:
    """Where each file of the list is; the first folder that has it."""
    wanted = {name for font in declared() for name in (font.regular, font.bold) if name}
    found: dict[str, Path] = {}
    for folder in _FOLDERS:
        for parent, folders, names in os.walk(Path(folder).expanduser()):
            folders.sort()
            for name in wanted.intersection(names):
                found.setdefault(name, Path(parent) / name)
    return found


def faces_for(texts: Iterable[tuple[str, str]]) -> tuple[Face, ...]:
    """The faces that a book's texts, each with its language, need besides the book's own."""
    said: dict[str, set[str]] = {}  # a book says the same letters over and over
    for lang, text in texts:
        said.setdefault(lang, set()).update(text)
    wanted: dict[tuple[str, str], set[str]] = {}
    for lang, chars in said.items():
        for char in chars:
            if not fonts.covers(char):
                wanted.setdefault((tag(lang), script(char)), set()).add(char)
    chosen: dict[Face, None] = {}
    for voice in (Voice.AUTHOR, Voice.EDITORS):
        for (lang, name), chars in sorted(wanted.items()):
            chosen |= dict.fromkeys(_cover(chars, name, lang, voice))
    order = [font.family for font in declared()]
    return tuple(sorted(chosen, key=lambda f: (order.index(f.family), f.weight)))


def _cover(chars: set[str], name: str, lang: str, voice: Voice) -> Iterator[Face]:
    """Faces of one voice that have the characters, of the other voice where it must be."""
    left = {ord(char) for char in chars}
    for font in _candidates(name, lang, voice):
        faces = font.faces()
        if left and faces and (had := left & fonts.characters(faces[0])):
            left -= had
            yield from faces


def _candidates(name: str, lang: str, voice: Voice) -> list[Font]:
    """Fonts for a script; marks and signs that all scripts share are looked for in all fonts."""
    shared = name in ("Zyyy", "Zinh")
    fitting = [f for f in declared() if shared or name in f.scripts]
    return sorted(fitting, key=lambda f: (lang not in f.languages, f.voice is not voice, name not in f.scripts))


def hint_for(char: str, lang: str) -> str:
    """What to install for a character; "" when no font of the list is made for its script."""
    for font in _candidates(script(char), tag(lang), Voice.AUTHOR):
        if script(char) in font.scripts and not font.faces():
            return f"install {font.family}: {font.get}"
    return ""


def script(char: str) -> str:
    """The script of a character (ISO 15924): Hang, Hani, Arab …, Zyyy for what all share."""
    import uharfbuzz

    buffer = uharfbuzz.Buffer()
    buffer.add_str(char)
    buffer.guess_segment_properties()
    return str(buffer.script or "Zyyy")


def tag(lang: str) -> str:
    """A language as the list names it: `zh-TW` → zh-Hant, `ko-KR` → ko."""
    language = lang.partition("-")[0]
    return tag_of(lang) if language == "zh" else language
