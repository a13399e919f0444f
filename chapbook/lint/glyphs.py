"""Rule about glyphs: a character that no font of the book has would be printed as a box."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from unicodedata import normalize

from chapbook import fonts
from chapbook.diagnostics import Diagnostic, Position
from chapbook.lint.view import View
from chapbook.model import Item
from chapbook.tree import plain_text


def glyphs(view: View) -> Iterator[Diagnostic]:
    """Each character missing from the fonts, once for each file, where it first stands."""
    for section in view.book.sections:
        text = normalize("NFC", plain_text((section.title, section.blocks)))
        for char in sorted({c for c in text if not fonts.covers(c)}):
            source = section.source
            offset = source.text.find(char)
            place = source.at(offset) if offset >= 0 else Position(source.path)
            yield _missing(char, place)
    for claim in view.book.claims:
        for char in sorted({c for c in claim.note + claim.attribution if not fonts.covers(c)}):
            yield _missing(char, claim.position)
    for item in view.book.items:
        for char in sorted({c for c in _printed(item) if not fonts.covers(c)}):
            yield _missing(char, item.position,
                           "add `custom: title-en:` (or author-en:); the PDFs print that instead")  # fmt: skip


def _printed(item: Item) -> str:
    """What the PDFs print of a source: the English title and author where they are given."""
    custom = item.data.get("custom")
    custom = custom if isinstance(custom, dict) else {}
    title = custom.get("title-en") or item.data.get("title", "")
    names = custom.get("author-en") or [
        str(part) for author in item.data.get("author", ()) or () if isinstance(author, dict)  # type: ignore[attr-defined]
        for part in author.values()
    ]  # fmt: skip
    return f"{title}{names if isinstance(names, str) else ' '.join(names)}{item.short}"


def _missing(char: str, place: Position | None, hint: str = "") -> Diagnostic:
    name = unicodedata.name(char, "unnamed").lower()
    return Diagnostic("G001", f"no font of the book has {char} U+{ord(char):04X} ({name})", place,
                      hint or "write it in another way")  # fmt: skip
