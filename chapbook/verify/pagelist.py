"""The pages of the print edition, as EPUB and HTML name them: listed, marked, and where they say."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import accumulate

from lxml import etree

from chapbook.diagnostics import Diagnostic
from chapbook.model import Artifact
from chapbook.pdftext import leaves
from chapbook.verify.extract import Page, documents
from chapbook.verify.finding import fault

_BEFORE_FOLIO_1 = {"pdf": 1, "print": 2}  # the cover; in print its inside too
_LETTERS = 10  # by which the words after a mark are known on their page
_NEAR = 5_000  # letters, more than a page has
_UNTIL_SPACE = re.compile(r"\S+")
_SKIPPED = {"head", "sup", "aside", "svg", "style", "script"}


@dataclass(frozen=True, slots=True)
class Said:
    """The letters of an edition, the place of a mark in them, and how many its first word has.

    Or the letters of a page, without its furniture.
    """

    text: str
    at: int = 0
    first: int = 0

    @property
    def words(self) -> str:
        return self.text[self.at : self.at + 3 * _LETTERS]

    @property
    def before(self) -> str:
        return self.text[max(0, self.at - _LETTERS) : self.at]

    def begins(self, leaf: str) -> int | None:
        """How many letters after the mark a page begins; None where it does not begin in the word after it."""
        words = self.text[self.at : self.at + self.first + _LETTERS]
        places = range(max(1, self.first))
        return next((n for n in places if leaf and leaf[:_LETTERS] == words[n : n + _LETTERS][: len(leaf)]), None)


Places = Mapping[int, Said]


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
    """Marks before words that do not begin that page of the PDF; marks that one edition lacks."""
    return compared({a.edition: said(a) for a in artifacts})


def said(artifact: Artifact) -> Places:
    """What stands at each mark of an EPUB or HTML, or on each page of a PDF with words, by folio."""
    if artifact.edition in ("epub", "html"):
        return _marked(artifact)
    if artifact.edition not in _BEFORE_FOLIO_1:
        return {}
    pages = leaves(artifact.data)[_BEFORE_FOLIO_1[artifact.edition] :]
    printed = {folio: (_letters(leaf.text), _letters(leaf.furniture)) for folio, leaf in enumerate(pages, start=1)}
    return {folio: Said(text.removesuffix(furniture)) for folio, (text, furniture) in printed.items() if text}


def compared(made: Mapping[str, Places]) -> Iterator[Diagnostic]:
    """As `on_pages`, of what the editions say."""
    printed = next((made[e] for e in ("pdf", "print") if e in made), None)
    marked = {e: made[e] for e in ("epub", "html") if e in made}
    if len(marked) == 2 and marked["epub"].keys() != marked["html"].keys():
        yield fault("V054", "EPUB and HTML mark different pages", "html")
    if printed is None:
        return
    leaves = {folio: page.text for folio, page in printed.items()}
    for edition, marks in marked.items():
        if marks and marks.keys() != leaves.keys():
            missing = sorted(leaves.keys() ^ marks.keys())
            yield fault("V055", f"the page {missing[0]} is not marked, or is not in the PDF", edition)
        for folio, mark in marks.items():
            leaf, before = leaves.get(folio, ""), leaves.get(folio - 1, "")
            if folio in leaves and not leaf:
                continue  # digits and furniture alone
            last = marks.get(folio - 1)
            if not _stands(mark, leaf, before) or (last is not None and not _follows(last, mark, before, leaf)):
                yield fault("V056", f"page {folio} does not begin at “{mark.words[: 2 * _LETTERS]}”", edition)


def _stands(said: Said, leaf: str, before: str) -> bool:
    """Whether the words after a mark begin a page; `before` is the page before it.

    Where other words come first (a table's head once more, a picture that moved) they stand on the page, and
    the mark does not part what stands together on this page or the page before.
    """
    words = said.words
    if said.begins(leaf) is not None:
        return True
    across = said.before[-_LETTERS // 2 :] + words[: _LETTERS // 2]
    near = said.text.count(across, max(0, said.at - _NEAR), said.at + _NEAR)
    if len(across) == _LETTERS and near == 1 and (across in leaf or across in before):
        return False
    grams = (words[at : at + _LETTERS] for at in range(0, max(1, len(words) - _LETTERS), _LETTERS // 2))
    return not words or words[: _LETTERS // 2] in leaf or any(gram in leaf for gram in grams)


def _follows(last: Said, said: Said, before: str, leaf: str) -> bool:
    """Whether a mark stands where the page before ends, as far as that page tells.

    A page with nothing on it but the words after its mark tells to the letter, also where all words
    are alike. On others, as those with notes, nothing is found.
    """
    begin = last.begins(before)
    if begin is None or said.at < last.at or not last.text.startswith(before, last.at + begin):
        return True
    end = last.at + begin + len(before)
    if said.at <= end:
        return end - said.at < max(1, said.first)  # the mark stands before the whole of a divided word
    return not leaf.startswith(last.text[end : said.at])  # what a page only hides may stand between


def _marks(page: Page) -> list[etree._Element]:
    found: list[etree._Element] = page.root.xpath('.//*[@role="doc-pagebreak"]')
    return found


def _folio(name: str | None) -> int:
    number = (name or "").rpartition("-")[2]
    return int(number) if number.isdigit() else 0


def _marked(artifact: Artifact) -> Places:
    """What stands at each mark."""
    pieces: list[str] = []
    marks: list[tuple[int, int]] = []
    for page in documents(artifact.data):
        for folio, text in _run(page.root):
            if folio:
                marks.append((folio, len(pieces)))
            pieces.append(text)
        pieces.append("\n")
    each = list(map(_letters, pieces))
    starts, letters = [0, *accumulate(map(len, each))], "".join(each)
    return {folio: Said(letters, starts[index], _first(pieces, index)) for folio, index in marks}


def _first(pieces: Sequence[str], index: int) -> int:
    """How many letters the first word has of the pieces from an index on."""
    count = 0
    for at in range(index, len(pieces)):
        piece, bare = pieces[at], pieces[at].lstrip()
        word = _UNTIL_SPACE.match(piece if count else bare)
        letters = _letters(word[0]) if word else ""
        count += len(letters)
        if letters and unicodedata.east_asian_width(letters[0]) in "WF":
            return 1
        if count and (not word or word[0] != bare):
            break
    return count


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
    return "".join(word if word.isalpha() else "".join(filter(str.isalpha, word)) for word in text.split())


def _package(data: bytes) -> str:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".opf"))
        return archive.read(name).decode()
