"""A laid-out sheet made ready for paper: inks instead of screen colours, nothing to click."""

from __future__ import annotations

import io
from pathlib import Path

from pikepdf import Pdf

from chapbook.model import Book
from chapbook.writers.plates import house_inks, ink
from chapbook.writers.screen import describe, save

_BOXES = ("/CropBox", "/BleedBox", "/ArtBox")


def in_inks(book: Book, data: bytes, styles: Path) -> bytes:
    """The pages of a laid-out PDF, each its trim, in inks; black text is black alone."""
    with Pdf.open(io.BytesIO(data)) as pdf:
        ink(pdf, house_inks(book, styles))
        for page in pdf.pages:
            page.obj.MediaBox = page.obj.TrimBox = page.trimbox
            for key in _BOXES:
                if key in page.obj:
                    del page.obj[key]
        if "/Metadata" in pdf.Root:
            del pdf.Root.Metadata
        describe(book, pdf)
        return save(pdf)
