"""What the EPUB says of its own accessibility, read off its finished documents (schema.org, EPUB
Accessibility 1.1). Nothing is claimed that the documents do not have.

That the whole meets WCAG 2.2 AA cannot be computed: it is said only where the book names who has
judged so (`certified-by`), as EPUB Accessibility 1.1 asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from chapbook.identifier import public
from chapbook.model import Book, ContentDocument
from chapbook.words import words

CONFORMS = "EPUB Accessibility 1.1 - WCAG 2.2 Level AA"
_PICTURE = re.compile(r"<img\b[^>]*>")
_TABLE = re.compile(r"<table\b.*?</table>", re.S)

Said = tuple[tuple[str, str], ...]


def statement(book: Book, documents: Sequence[ContentDocument], *, paged: bool) -> Said:
    """Properties and values of the package metadata, in order; `paged` is whether page breaks are marked."""
    text = "".join(document.text for document in documents)
    pictures = _PICTURE.findall(text)
    described = all(" alt=" in picture for picture in pictures)
    features = list(_features(text, described=described, paged=paged))
    sufficient = "textual" if described else "textual,visual"
    judge = str(book.options.get("certified-by") or "") if described else ""
    return (
        ("schema:accessMode", "textual"),
        *((("schema:accessMode", "visual"),) if pictures else ()),
        ("schema:accessModeSufficient", sufficient),
        *(("schema:accessibilityFeature", feature) for feature in features),
        ("schema:accessibilityHazard", "none"),  # nothing moves, flashes or sounds in what `read` lets in
        ("schema:accessibilitySummary", _summary(book, text, features, described=described)),
        *((("pageBreakSource", page_source(book)),) if paged else ()),
        *((("dcterms:conformsTo", CONFORMS), ("a11y:certifiedBy", judge)) if judge else ()),
    )


def _features(text: str, *, described: bool, paged: bool) -> Iterator[str]:
    if re.search(r"<h1\b", text):
        yield "structuralNavigation"
    if 'epub:type="toc"' in text:
        yield "tableOfContents"
    yield "readingOrder"  # one spine, all of it linear
    yield "displayTransformability"  # the sheet leaves family, size, colour and measure to the reader
    if 'role="doc-' in text:
        yield "ARIA"
    if described:
        yield "alternativeText"
    if "<math" in text:
        yield "MathML"
    if "aria-details=" in text:
        yield "longDescription"
    if paged:
        yield from ("pageBreakMarkers", "pageNavigation")


def _summary(book: Book, text: str, features: Sequence[str], *, described: bool) -> str:
    catalogue = words(book.work.lang)
    said = ["access-text"]
    tables = _TABLE.findall(text)
    if tables and all("<th" in table for table in tables):
        said.append("access-tables")
    if "MathML" in features:
        said.append("access-mathml")
    said.append("access-pictures" if described else "access-pictures-some")
    if "pageBreakMarkers" in features:
        said.append("access-pages")
    return catalogue["gap"].join(catalogue[key] for key in said)


def page_source(book: Book) -> str:
    """What the page breaks are those of: the print edition's ISBN, or its name, date and page size.

    EPUB Accessibility 1.1 on page sources: a name serves where there is no identifier.
    """
    book = public(book)
    if book.imprint.isbn_print:
        return f"urn:isbn:{book.imprint.isbn_print}"
    catalogue, trim = words(book.work.lang), book.trim
    date = catalogue["comma"] + catalogue.iso_date(book.work.date) if book.work.date else ""
    return catalogue["page-source"].format(title=book.work.title, date=date, width=f"{trim.width_mm:g}",
                                           height=f"{trim.height_mm:g}")  # fmt: skip
