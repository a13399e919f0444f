"""Where an edit shows: the first block of the HTML and the first page that differ from those seen before.

    {"section": "economic-relations", "text": "China’s relationship with…", "page": 7}
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import pikepdf
from lxml import html

_BLOCKS = ("p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "pre", "dt", "dd", "figcaption")
SHOWN = 60  # characters by which the page finds the block


@dataclass(frozen=True, slots=True)
class Seen:
    """What editions show, in order: section and words of each block of the HTML, a digest of each page's drawing."""

    blocks: tuple[tuple[str, str], ...] = ()
    drawings: tuple[str, ...] = ()

    @classmethod
    def of(cls, html: bytes, pdf: bytes) -> Self:
        """Read from the editions; b"" for one that is not made."""
        return cls(tuple(_blocks(html)) if html else (), tuple(_drawings(pdf)) if pdf else ())

    def as_data(self) -> Mapping[str, object]:
        """For JSON."""
        return {"blocks": self.blocks, "drawings": self.drawings}

    @classmethod
    def from_data(cls, data: Any) -> Self:
        """From what JSON made of `as_data`."""
        return cls(tuple((section, text) for section, text in data["blocks"]), tuple(data["drawings"]))


def place(before: Seen, after: Seen) -> dict[str, object]:
    """The section and the beginning of the first block that differs, and the first page (from 1) that is drawn otherwise.

    What was not there before, or is the same as before, has no place.
    """
    found: dict[str, object] = {}
    block, page = _first(before.blocks, after.blocks), _first(before.drawings, after.drawings)
    if block is not None:
        section, text = after.blocks[block]
        found |= {"section": section, "text": text[:SHOWN]}
    return found if page is None else found | {"page": page + 1}


def _first(before: Sequence[object], after: Sequence[object]) -> int | None:
    """Where two rows first differ; None where they do not, or one is not there."""
    if not before:
        return None
    return next((i for i, one in enumerate(after) if i >= len(before) or before[i] != one), None)


def _blocks(data: bytes) -> Iterator[tuple[str, str]]:
    """Each block of an HTML edition: its section's identifier and its words."""
    root = html.document_fromstring(data.decode("utf-8"))
    for element in root.iter(*_BLOCKS):
        section = next((a.get("id") for a in element.iterancestors("section") if a.get("id")), "")
        text = " ".join(element.text_content().split())
        if text:
            yield section, text


def _drawings(data: bytes) -> Iterator[str]:
    """A digest of each page's content streams, as they stand in the file."""
    with pikepdf.Pdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            contents = page.obj.get("/Contents")
            streams = contents if isinstance(contents, pikepdf.Array) else [contents]
            digest = hashlib.sha256()
            for stream in streams:
                if isinstance(stream, pikepdf.Stream):
                    digest.update(stream.read_raw_bytes())
            yield digest.hexdigest()
