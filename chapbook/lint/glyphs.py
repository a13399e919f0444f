"""Rule about glyphs: a character that no font of the book has would be printed as a box."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from unicodedata import normalize

from chapbook import fonts, scripts
from chapbook.diagnostics import Diagnostic, Position
from chapbook.lint.view import View
from chapbook.model import Face, Section
from chapbook.read.spoken import printed, words_of


def glyphs(view: View) -> Iterator[Diagnostic]:
    """Each character missing from the fonts, once for each file, where it first stands."""
    book = view.book
    for section in book.sections:
        yield from _in_section(section, book.work.lang, book.faces)
    for claim in book.claims:
        for char in _lacking(claim.note + claim.attribution + claim.correction, book.faces):
            yield _missing(char, claim.position, book.work.lang)
    for item in book.items:
        for char in _lacking(printed(item), book.faces):
            hint = "add `custom: title-en:` (or author-en:); the PDFs print that instead"
            yield _missing(char, item.position, str(item.data.get("language") or book.work.lang), hint)
    work = book.work
    for char in _lacking("".join((work.title, work.subtitle, *work.authors)), book.faces):
        yield _missing(char, Position("manuscript/book.yaml"), work.lang)


def _in_section(section: Section, lang: str, faces: tuple[Face, ...]) -> Iterator[Diagnostic]:
    told: set[str] = set()
    for spoken, text in words_of((section.title, section.blocks), section.lang or lang):
        for char in _lacking(text, faces):
            if char not in told:
                told.add(char)
                offset = section.source.text.find(char)
                place = section.source.at(offset) if offset >= 0 else Position(section.source.path)
                yield _missing(char, place, spoken)


def _lacking(text: str, faces: tuple[Face, ...]) -> list[str]:
    return sorted({char for char in normalize("NFC", text) if not fonts.covers(char, faces)})


def _missing(char: str, place: Position | None, lang: str, other: str = "") -> Diagnostic:
    name = unicodedata.name(char, "unnamed").lower()
    install = scripts.hint_for(char, lang)
    hint = "; or ".join(part for part in (other, install) if part) or "write it in another way"
    return Diagnostic("G001", f"no font of the book has {char} U+{ord(char):04X} ({name})", place, hint)
