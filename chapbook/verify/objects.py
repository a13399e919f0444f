"""The objects of a PDF, gone through once for all that look for one kind or another."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache

import pikepdf
from pikepdf import Dictionary, Name, Pdf, Stream


@dataclass(frozen=True, slots=True)
class Objects:
    """An open PDF with its dictionaries and its streams; it closes when nobody holds it."""

    pdf: Pdf
    dictionaries: tuple[Dictionary, ...]
    streams: tuple[Stream, ...]

    def pictures(self) -> tuple[Stream, ...]:
        """The streams that are pictures."""
        return tuple(stream for stream in self.streams if stream.get("/Subtype") == Name.Image)


@lru_cache(maxsize=1)  # of the file that is looked at
def objects(data: bytes) -> Objects:
    """The indirect objects of a PDF (ISO 32000-1, 7.3.10). Nobody changes them.

    Raises: pikepdf.PdfError when the bytes are no PDF.
    """
    pdf = Pdf.open(io.BytesIO(data))
    kinds: tuple[list[Dictionary], list[Stream]] = ([], [])
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary):
            kinds[0].append(item)
        elif isinstance(item, pikepdf.Stream):
            kinds[1].append(item)
    return Objects(pdf, tuple(kinds[0]), tuple(kinds[1]))
