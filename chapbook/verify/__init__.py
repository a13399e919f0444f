"""Step 8, verify: each finished file is read back and held against the book.

The table is run by every build, on the bytes that will be published. External validators
(EPUBCheck, qpdf) are `verify/tools.py`, run by `chapbook verify`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from chapbook.diagnostics import Diagnostic
from chapbook.model import Artifact, Book
from chapbook.pdftext import leaves, warm
from chapbook.unswept import unswept
from chapbook.verify import links, pagelist, parity, pdf, privacy
from chapbook.verify.conservation import missing
from chapbook.walking import plain_text
from chapbook.verify.extract import (
    Stream, documents, element_stream, forget, html_page, pdf_stream, text_of,
)  # fmt: skip
from chapbook.verify.objects import objects
from chapbook.verify.passages import Passage, sections_in, tokens, wanted


@dataclass(frozen=True, slots=True)
class Validator:
    """One validator: its name, the editions it looks at, and the function that looks."""

    name: str
    editions: frozenset[str]
    look: Callable[[Book, Artifact], Iterator[Diagnostic]]


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in one file, and what it says to the others: its words, and those on its pages."""

    faults: tuple[Diagnostic, ...]
    said: parity.Said | None
    pages: pagelist.Places


def ready(book: Book, editions: Collection[str]) -> None:
    """What each file is held against, worked out before there are children, who share it; and what reads pages."""
    if not {*editions} <= {"epub", "html"}:
        warm()
    wanted(book)
    privacy.sought(book)


def look(book: Book, artifact: Artifact, editions: Collection[str]) -> Looked:
    """All that is found in one file alone, and what it says for the comparison.

    `editions` are the names of all that are made: what nobody will be compared with is not read.
    """
    _forget()
    with unswept():
        if artifact.kind == "print":
            leaves(artifact.data, lines=True)  # read once for all who ask
        said = parity.said(book, artifact, parity.reference(editions))
        return Looked(verify_artifact(book, artifact), said, pagelist.said(artifact))


def _forget() -> None:
    """Drop what was kept of the file looked at last: not at once, since a process that ends need not."""
    forget()
    objects.cache_clear()


def compare(
    book: Book, artifacts: Sequence[Artifact], looked: Sequence[Looked]
) -> tuple[tuple[Artifact, ...], tuple[Diagnostic, ...]]:
    """What was found in the files and between them, and the files with `parity.json` where they can be compared.

    `looked` has what `look` made of each artifact, in the order of the artifacts.
    """
    _forget()
    with unswept():
        data, differences = parity.differences(book, [one.said for one in looked])
        unpaged = tuple(pagelist.compared({a.edition: one.pages for a, one in zip(artifacts, looked, strict=True)}))
    faults = (*(fault for one in looked for fault in one.faults), *differences, *unpaged)
    if (editions := parity.compared(artifacts)) > 1:
        proof = Artifact(parity.NAME, "parity", "application/json", data, editions, "editions")
        return (*artifacts, proof), faults
    return tuple(artifacts), faults


def verify_artifact(book: Book, artifact: Artifact) -> tuple[Diagnostic, ...]:
    """What every validator of the artifact's edition finds."""
    return tuple(
        finding
        for validator in VALIDATORS
        if artifact.kind in validator.editions
        for finding in validator.look(book, artifact)
    )


def _words(book: Book, artifact: Artifact) -> Iterator[Diagnostic]:
    """Sections, notes and sources in EPUB and HTML, each in its own element."""
    elements = dict(chain.from_iterable(page.named for page in documents(artifact.data)))

    def stream(name: str) -> Stream:
        return element_stream(elements[name]) if name in elements else Stream((), ())

    def held(passages: tuple[Passage, ...], name: str) -> tuple[Diagnostic, ...]:
        return missing(passages, stream(name), artifact.edition, paged=False)

    known = wanted(book)
    for section, passages in zip(book.sections, known.sections, strict=True):
        yield from held(passages, section.id)
    for note, passages in zip(book.notes, known.notes, strict=True):
        yield from held(passages, note.id)
    for item, passages in zip(book.items, known.items, strict=True):
        yield from held(passages, f"source-{item.number}")


def _printed_words(book: Book, artifact: Artifact) -> Iterator[Diagnostic]:
    """Sections, notes and sources on pages, three times through the same stream."""
    stream, _ = pdf_stream(artifact.data)
    return _in_order(book, stream, artifact.edition)


def _folded_words(book: Book, artifact: Artifact) -> Iterator[Diagnostic]:
    """The same words in the same order, read from the sheets as they are folded."""
    from chapbook.verify import sheets  # late, as all that few editions need

    return _in_order(book, sheets.folded_stream(book, artifact.data), artifact.edition)


def _in_order(book: Book, stream: Stream, edition: str) -> Iterator[Diagnostic]:
    hidden = {"copyright-page"}  # its heading is for the contents of other editions
    known, printed = wanted(book), {s.id for s in sections_in(book, printed=True)}
    sections = (p for s, passages in zip(book.sections, known.sections, strict=True) if s.id in printed
                for p in passages[1 if s.role.name in hidden and s.title else 0 :])  # fmt: skip
    for passages in (sections, chain.from_iterable(known.notes), chain.from_iterable(known.items)):
        yield from missing(passages, stream, edition, paged=True)


def _ledger(book: Book, artifact: Artifact) -> Iterator[Diagnostic]:
    """Every claim's words, verdict and note in the audit page and the ledger's data."""
    if artifact.edition == "audit":
        said = tokens(text_of(html_page(artifact.data).root))
    else:
        said = tokens(artifact.data.decode().replace('\\"', '"'))
    stream = Stream(said, (0,) * len(said))
    passages = (Passage(found, c.position, f"claim {c.id}") for c in book.claims
                for text in (plain_text(c.words), c.note, c.correction) if (found := tokens(text)))  # fmt: skip
    yield from missing(passages, stream, artifact.edition, paged=False)


def _links(book: Book, artifact: Artifact) -> Iterator[Diagnostic]:
    return links.check(book, documents(artifact.data), artifact.edition)


def _markup(_book: Book, artifact: Artifact) -> Iterator[Diagnostic]:
    return privacy.check_markup(documents(artifact.data), artifact.edition)


def _actions(_book: Book, artifact: Artifact) -> Iterator[Diagnostic]:
    return privacy.check_pdf(artifact.data, artifact.edition)


def _traces(book: Book, artifact: Artifact) -> Iterator[Diagnostic]:
    return privacy.check_traces(book, artifact.data, artifact.edition)


def _shape(book: Book, artifact: Artifact) -> Iterator[Diagnostic]:
    return pdf.check(book, artifact.data, artifact.edition)


def _handout(book: Book, artifact: Artifact) -> Iterator[Diagnostic]:
    from chapbook.verify import handout

    return handout.check(book, artifact)


def _sheets(book: Book, artifact: Artifact) -> Iterator[Diagnostic]:
    from chapbook.verify import sheets

    return sheets.check(book, artifact.data, artifact.edition)


def _cover(book: Book, artifact: Artifact) -> Iterator[Diagnostic]:
    from chapbook.verify import sheets

    return sheets.cover(book, artifact)


def _zine(book: Book, artifact: Artifact) -> Iterator[Diagnostic]:
    from chapbook.verify import zine

    return zine.check(book, artifact)


_LEDGER = frozenset({"audit", "claims-json", "claims-csv"})
_BOOKLET = frozenset({"booklet", "booklet-letter"})
_HANDOUT = frozenset({"handout", "handout-letter"})
_SHEETS, _COVER = _BOOKLET | _HANDOUT, frozenset({"cover"})
_ZINE = frozenset({"zine", "zine-letter"})
_MARKUP, _PDF = frozenset({"epub", "html"}), frozenset({"pdf", "print"})

VALIDATORS: tuple[Validator, ...] = (
    Validator("words", _MARKUP, _words),
    Validator("words on pages", _PDF, _printed_words),
    Validator("words on folded sheets", _BOOKLET, _folded_words),
    Validator("words of the hand-out", _HANDOUT, _handout),
    Validator("links and notes", _MARKUP, _links),
    Validator("page list", _MARKUP, lambda _, artifact: pagelist.check(artifact)),
    Validator("claims", _LEDGER, _ledger),
    Validator("no load, no script", _MARKUP | {"audit"}, _markup),
    Validator("no action, no attachment", _PDF | _SHEETS | _COVER | _ZINE, _actions),
    Validator("no trace of a machine", _MARKUP | _PDF | _SHEETS | _COVER | _ZINE | _LEDGER, _traces),
    Validator("at risk", _MARKUP | _PDF | _SHEETS | _COVER | _ZINE, privacy.check_at_risk),
    Validator("fonts, boxes, tags, colours", _PDF, _shape),
    Validator("fonts, sheets, black ink", _SHEETS, _sheets),
    Validator("the cover wrap", _COVER, _cover),
    Validator("the zine", _ZINE, _zine),
)
