"""Where an edit shows: the first block of the HTML and the first page that differ.

    {"section": "economic-relations", "text": "China’s relationship with…", "page": 7}
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator

import pikepdf
from lxml import html

_BLOCKS = ("p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "pre", "dt", "dd", "figcaption")
SHOWN = 60  # characters by which the page finds the block


def of_text(before: bytes, after: bytes) -> dict[str, object]:
    """The section and the beginning of the first block that differs; {} when none does."""
    old = list(_blocks(before)) if before else []
    for index, block in enumerate(_blocks(after)):
        if index >= len(old) or old[index] != block:
            section, text = block
            return {"section": section, "text": text[:SHOWN]}
    return {}


def _blocks(data: bytes) -> Iterator[tuple[str, str]]:
    """Each block of an HTML edition: its section's identifier and its words."""
    root = html.document_fromstring(data.decode("utf-8"))
    for element in root.iter(*_BLOCKS):
        section = next((a.get("id") for a in element.iterancestors("section") if a.get("id")), "")
        text = " ".join(element.text_content().split())
        if text:
            yield section, text


def of_pages(before: bytes, after: bytes) -> dict[str, object]:
    """The first page (from 1) that is drawn otherwise; {} when none is."""
    old = list(_drawings(before))
    for index, drawing in enumerate(_drawings(after)):
        if index >= len(old) or old[index] != drawing:
            return {"page": index + 1}
    return {}


def _drawings(data: bytes) -> Iterator[bytes]:
    """A digest of each page's content streams, as they stand in the file."""
    with pikepdf.Pdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            contents = page.obj.get("/Contents")
            streams = contents if isinstance(contents, pikepdf.Array) else [contents]
            digest = hashlib.sha256()
            for stream in streams:
                if isinstance(stream, pikepdf.Stream):
                    digest.update(stream.read_raw_bytes())
            yield digest.digest()
