"""Names made of what is named: of an edition, of its files, of a section."""

from __future__ import annotations

import re
import unicodedata
import uuid
from dataclasses import replace

from chapbook.model import Book, Imprint, Work
from chapbook.walking import plain_text
from chapbook.words import words

# A fixed name space: the same work, language and date give the same URN on every machine.
_SPACE = uuid.UUID("6d1b1f0e-4a55-5a3c-9d0c-3f6f0f6c0a11")


def identifier_of(work: Work) -> str:
    """The identifier `book.yaml` gives, or a version 5 UUID URN (RFC 9562) of the edition."""
    if work.identifier:
        return work.identifier
    name = "\n".join((work.title, work.subtitle, *work.authors, work.lang, work.date))
    return uuid.uuid5(_SPACE, unicodedata.normalize("NFC", name)).urn


def slug_of(work: Work) -> str:
    """The ASCII name of the edition's files, from the title."""
    title = re.sub(r"[‐-―/]", "-", work.title)
    text = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", text.replace("'", "")).strip("-")
    return name[:60].strip("-") or f"book-{identifier_of(work)[-12:]}"


def slug(text: str) -> str:
    """An identifier from words: lower case, hyphens; "" when no letter or digit is left."""
    text = unicodedata.normalize("NFC", text).lower()
    text = re.sub(r"[^\w\s.-]", "", text)
    text = re.sub(r"[\s]+", "-", text.strip())
    return re.sub(r"^[^a-z\u00aa-\U0010ffff]+", "", text)


def public(book: Book) -> Book:
    """The book as metadata and file names may describe it: itself, or, at risk, nobody's document.

    The identifier is then made from the text, so that it tells nothing the text does not.
    """
    if not book.options.get("at-risk"):
        return book
    text = "\n".join(plain_text((section.title, section.blocks)) for section in book.sections)
    work = Work(words(book.work.lang)["document"], (), book.work.lang, date=book.work.date,
                identifier=uuid.uuid5(_SPACE, text).urn)  # fmt: skip
    return replace(book, work=work, imprint=Imprint())
