"""The pages of the print edition, as EPUB and HTML name them: listed, marked, and where they say."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO

from lxml import etree

from chapbook.diagnostics import Diagnostic
from chapbook.model import Artifact
from chapbook.pdftext import page_texts
from chapbook.verify.extract import Page, documents
from chapbook.verify.finding import fault

_BEFORE_FOLIO_1 = {"pdf": 1, "print": 2}  # the cover; in print its inside too
_LETTERS = 10  # by which the words after a mark are known on their page
_SKIPPED = {"sup", "aside", "svg", "style", "script"}


def check(artifact: Artifact) -> Iterator[Diagnostic]:
    """Marks in the order of their folios; in an EPUB each listed, and pages claimed only where marked."""
    pages = documents(artifact.data)
    marks = [(page.name, mark.get("id"), mark.get("title")) for page in pages for mark in _marks(page)]
    folios = [_folio(name) for _, name, _ in marks]
    if len(set(folios)) != len(folios) or 0 in folios:
        yield fault("V050", "two pages begin with one number, or a mark has none", artifact.edition)
    for (_, name, title), folio in zip(marks, folios, strict=True):
        if str(folio) not in re.findall(r"\d+", title or ""):
            yield fault("V050", f"the mark {name} is called “{title}”", artifact.edition)
    if artifact.edition != "epub":
        return
    if folios != sorted(folios):
        yield fault("V051", "pages do not begin in the order of their numbers", artifact.edition)
    listed = [(a.get("href"), "".join(a.itertext())) for page in pages for nav in page.root.iter("nav")
              if nav.get("id") == "page-list" for a in nav.iter("a")]  # fmt: skip
    if listed != [(f"{file}#{name}", str(folio)) for (file, name, _), folio in zip(marks, folios, strict=True)]:
        yield fault("V052", "the page list does not have the marks of the text, in order", artifact.edition)
    claimed = "pageBreakMarkers" in _package(artifact.data)
    if claimed != bool(marks):
        yield fault("V053", "pages are claimed and not marked, or marked and not claimed", artifact.edition)


def on_pages(artifacts: Sequence[Artifact]) -> Iterator[Diagnostic]:
    """Marks before words that are not on that page of the PDF; marks that one edition lacks."""
    return compared({a.edition: said(a) for a in artifacts})


def said(artifact: Artifact) -> Mapping[int, str]:
    """By folio the first letters after each mark of an EPUB or HTML, all letters of each page of a PDF."""
    if artifact.edition in ("epub", "html"):
        return _said(artifact)
    texts = page_texts(artifact.data)[_BEFORE_FOLIO_1[artifact.edition] :] if artifact.edition in _BEFORE_FOLIO_1 else ()
    return {folio: text for folio, page in enumerate(texts, start=1) if (text := _letters(page))}


def compared(made: Mapping[str, Mapping[int, str]]) -> Iterator[Diagnostic]:
    """As `on_pages`, of what the editions say."""
    leaves = next((made[e] for e in ("pdf", "print") if e in made), None)
    marked = {e: made[e] for e in ("epub", "html") if e in made}
    if len(marked) == 2 and marked["epub"].keys() != marked["html"].keys():
        yield fault("V054", "EPUB and HTML mark different pages", "html")
    if leaves is None:
        return
    for edition, marks in marked.items():
        if marks and marks.keys() != leaves.keys():
            missing = sorted(leaves.keys() ^ marks.keys())
            yield fault("V055", f"the page {missing[0]} is not marked, or is not in the PDF", edition)
        for folio, words in marks.items():
            if not _stands(words, leaves.get(folio, "")):
                yield fault("V056", f"page {folio} does not begin at “{words[: 2 * _LETTERS]}”", edition)


def _stands(words: str, leaf: str) -> bool:
    """Whether words stand on a page: the first of them, or the next where a note's number divides them.

    A page of a few words is over before the words after its mark are.
    """
    if leaf and len(leaf) < 3 * _LETTERS and words[: min(3, len(leaf))] in leaf:
        return True
    grams = (words[at : at + _LETTERS] for at in range(0, max(1, len(words) - _LETTERS), _LETTERS // 2))
    return not words or words[: _LETTERS // 2] in leaf or any(gram in leaf for gram in grams)


def _marks(page: Page) -> list[etree._Element]:
    found: list[etree._Element] = page.root.xpath('.//*[@role="doc-pagebreak"]')
    return found


def _folio(name: str | None) -> int:
    number = (name or "").rpartition("-")[2]
    return int(number) if number.isdigit() else 0


def _said(artifact: Artifact) -> dict[int, str]:
    """The first letters after each mark."""
    said: dict[int, str] = {}
    for page in documents(artifact.data):
        short: set[int] = set()  # folios whose words are still too few
        for folio, text in _run(page.root):
            if folio:
                said[folio] = ""
                short.add(folio)
            for known in tuple(short):
                said[known] = (said[known] + _letters(text))[: 3 * _LETTERS]
                if len(said[known]) == 3 * _LETTERS:
                    short.remove(known)
    return said


def _run(root: etree._Element) -> Iterator[tuple[int, str]]:
    """The document's words in order, each piece with the folio that begins before it (else 0)."""
    hidden = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        skipped = element.tag in _SKIPPED or bool(element.get("hidden")) or element.get("class") == "statement-line"
        hidden += (1 if event == "start" else -1) if skipped else 0
        if event == "end":
            yield 0, "" if hidden else element.tail or ""
        elif element.get("role") == "doc-pagebreak":
            yield _folio(element.get("id")), ""
        elif not hidden:
            yield 0, element.text or ""


def _letters(text: str) -> str:
    """Letters alone: numbers of notes and pages stand between words in one edition and not in another."""
    return "".join(filter(str.isalpha, text))


def _package(data: bytes) -> str:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".opf"))
        return archive.read(name).decode()
