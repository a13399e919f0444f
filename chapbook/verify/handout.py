"""The hand-out read back: every word it promises stands on it, and nothing is too small."""

from __future__ import annotations

from collections.abc import Iterator

from chapbook.compose import handout
from chapbook.diagnostics import Diagnostic
from chapbook.model import Artifact, Book, Note
from chapbook.verify.conservation import missing
from chapbook.verify.extract import Stream, pdf_stream
from chapbook.verify.finding import fault
from chapbook.verify.passages import Passage, of_note, of_section, tokens
from chapbook.words import words

MOST_PAGES_OF_A_SHEET = 2


def check(book: Book, artifact: Artifact) -> Iterator[Diagnostic]:
    """The author's sections in order, each promised note, the numbers of the others."""
    stream, pages = pdf_stream(artifact.data)
    if pages > MOST_PAGES_OF_A_SHEET * book.sheets.handout_sheets:
        yield fault("V038", f"{pages} pages do not fit {book.sheets.handout_sheets} sheets", artifact.edition)
    part = tokens(words(book.work.lang)["handout-part"])
    sections = handout.sections_of(book, whole=not _stands(part, stream))
    about = handout.about_author(book)
    passages = (p for s in sections for p in of_section(s))
    yield from missing(passages, stream, artifact.edition, paged=True)
    for section in about:
        yield from missing(list(of_section(section))[1 if section.title else 0 :], stream, artifact.edition, paged=True)
    for note in handout.printed_notes(book, (*sections, *about)):
        for passage in _of_note(book, note):
            yield from missing((passage,), stream, artifact.edition, paged=True)
    good = [n for n in handout.notes_of(book, (*sections, *about)) if book.annotated and n.claim
            and n.claim.verdict.key == handout.GOOD]  # fmt: skip
    if good:
        numbers = tuple(str(note.number) for note in good)
        yield from missing((Passage(numbers, None, "numbers of supported statements"),), stream, artifact.edition, paged=True)


def _of_note(book: Book, note: Note) -> Iterator[Passage]:
    """A note's passages; the verdict is said once, over its group."""
    if not note.claim:
        yield from of_note(book, note)
    elif book.annotated:
        label = (str(note.number), *tokens(note.claim.note))
        yield Passage(label, note.claim.position, f"note {note.number}")


def _stands(wanted: tuple[str, ...], stream: Stream) -> bool:
    return not missing((Passage(wanted, None, ""),), stream, "", paged=True)
