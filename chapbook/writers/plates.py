"""Pages in inks without what is for screens: what the press PDF is put together from.

A part's plates and what it uses of its fonts depend on nothing but its layout, so they are made
where it is laid out, beside other parts, and kept.
"""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
from pikepdf import Pdf

from chapbook import printing
from chapbook.model import Book
from chapbook.printing import Printing
from chapbook.writers import joined_fonts
from chapbook.writers.bare import strip
from chapbook.writers.inks import Inks
from chapbook.writers.merge import font_holders
from chapbook.writers.recolour import Recolouring

Ready = tuple[bytes, bytes]  # what a part uses of its fonts; its plates (b"": not wanted)


def house_printing(book: Book) -> Printing:
    """The printing condition of a book, as it names it or as is usual."""
    found = book.options.get("printing")
    return found if isinstance(found, Printing) else Printing(printing.conditions()[printing.STANDARD])


def house_inks(book: Book, styles: Path, limit_percent: float | None = None) -> Inks:
    """The conversion to the inks of a book's printing condition; None is the usual limit."""
    return Inks(styles, house_printing(book).profile, limit_percent)


def ink(pdf: Pdf, inks: Inks) -> bool:
    """Change the pages of a PDF to plates; whether anything on them shows through."""
    strip(pdf)
    recolouring = Recolouring(pdf, inks)
    for page in pdf.pages:
        page.obj.Contents = pdf.make_stream(recolouring.page(page))
    return recolouring.transparent


def ready(data: bytes, inks: Inks | None) -> Ready:
    """A part's PDF made ready for being put together; `inks` is None where nothing is printed."""
    with Pdf.open(io.BytesIO(data)) as pdf:
        holders = list(font_holders(pdf))
        fonts = joined_fonts.used(holders)
        if inks is None:
            return fonts, b""
        for font in (font for holder in holders for font in holder.Font.values()):
            joined_fonts.emptied(font)
        ink(pdf, inks)
        out = io.BytesIO()
        pdf.save(out, static_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable,
        fix_metadata_version=False)
        return fonts, out.getvalue()
