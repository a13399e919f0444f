"""Rule about glyphs: a character that no font of the book has would be printed as a box."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from unicodedata import normalize

from chapbook import fonts, scripts
from chapbook.diagnostics import Diagnostic, Position
from chapbook.lint.view import View
from chapbook.model import Face, Section
from chapbook.read.spoken import bare_words, printed, words_of

_BEYOND = re.compile(r"[^\x00-\x7f]+")  # what a font may lack: ours have all of ASCII


def glyphs(view: View) -> Iterator[Diagnostic]:
    """Each character missing from the fonts, once for each file, where it first stands.

    Of a script that a font of the list would set, the first character stands for all.
    """
    book = view.book
    for section in book.sections:
        yield from _in_section(section, book.work.lang, book.faces)
    for claim in book.claims:
        text = claim.note + claim.attribution + claim.correction
        yield from _in_text(text, claim.position, book.work.lang, book.faces)
    for item in book.items:
        lang = str(item.data.get("language") or book.work.lang)
        hint = "add `custom: title-en:` (or author-en:); the PDFs print that instead"
        yield from _in_text(printed(item), item.position, lang, book.faces, hint)
    work = book.work
    text = "".join((work.title, work.subtitle, *work.authors))
    yield from _in_text(text, Position("manuscript/book.yaml"), work.lang, book.faces)


def _in_section(section: Section, lang: str, faces: tuple[Face, ...]) -> Iterator[Diagnostic]:
    first: dict[str, tuple[int, str, str]] = {}  # hint or character → offset, character, language
    whole = (section.title, section.blocks)
    if not _lacking("\n".join(bare_words(whole)), faces):  # as in almost every section
        return
    for spoken, text in words_of(whole, section.lang or lang):
        for char in _lacking(text, faces):
            offset = section.source.text.find(char)
            key = scripts.hint_for(char, spoken) or char
            if key not in first or offset < first[key][0]:
                first[key] = (offset, char, spoken)
    for offset, char, spoken in first.values():
        place = section.source.at(offset) if offset >= 0 else Position(section.source.path)
        yield _missing(char, place, spoken)


def _in_text(
    text: str, place: Position | None, lang: str, faces: tuple[Face, ...], other: str = ""
) -> Iterator[Diagnostic]:
    first = {scripts.hint_for(char, lang) or char: char for char in reversed(_lacking(text, faces))}
    for char in sorted(first.values()):
        yield _missing(char, place, lang, other)


def _lacking(text: str, faces: tuple[Face, ...]) -> list[str]:
    # Each with the letter before it, with which it may be composed.
    beyond = "".join([text[max(0, found.start() - 1) : found.end()] for found in _BEYOND.finditer(text)])
    return sorted(char for char in set(normalize("NFC", beyond)) if not fonts.covers(char, faces))


def _missing(char: str, place: Position | None, lang: str, other: str = "") -> Diagnostic:
    name = unicodedata.name(char, "unnamed").lower()
    install = scripts.hint_for(char, lang)
    hint = "; or ".join(part for part in (other, install) if part) or "write it in another way"
    return Diagnostic("G001", f"no font of the book has {char} U+{ord(char):04X} ({name})", place, hint)
