"""What the EPUB says of its own accessibility, computed from the book (schema.org, EPUB
Accessibility 1.1). Nothing is claimed that the book does not have."""

from __future__ import annotations

from chapbook.model import Book
from chapbook.tree import Image, Math, Table, walk


def statement(book: Book) -> tuple[tuple[str, str], ...]:
    """Properties and values of the package metadata, in order."""
    nodes = list(walk(tuple((s.title, s.blocks) for s in book.sections)))
    nodes += list(walk(tuple(n.blocks for n in book.notes)))
    images = [n for n in nodes if isinstance(n, Image)]
    described = all(i.alt or "decorative" in i.attr.classes for i in images)
    modes = ["textual", "visual"]  # the cover is a picture
    features = ["structuralNavigation", "tableOfContents", "readingOrder", "displayTransformability"]
    if described:  # the cover's alternative is written by the build
        features.append("alternativeText")
    sufficient = "textual" if described else "textual,visual"
    summary = ["The text is structured with headings, lists and notes that link both ways"]
    if any(isinstance(n, Table) for n in nodes) or book.claims:
        summary.append("tables have header cells")
    if any(isinstance(n, Math) for n in nodes):
        summary.append("mathematics is given as TeX")
    if described:
        summary.append("pictures have text alternatives")
    else:
        summary.append("some pictures have no text alternative")
    return (
        *(("schema:accessMode", mode) for mode in modes),
        ("schema:accessModeSufficient", sufficient),
        *(("schema:accessibilityFeature", feature) for feature in features),
        ("schema:accessibilityHazard", "none"),
        ("schema:accessibilitySummary", "; ".join(summary) + "."),
    )
