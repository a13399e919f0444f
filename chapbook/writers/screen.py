"""The screen PDF: the master cropped to the trim, with tags, links, outline and page labels.

It is PDF/UA-1 and PDF/A-2a at once.
"""

from __future__ import annotations

import io

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from chapbook.identifier import identifier_of
from chapbook.model import Book
from chapbook.words import direction, words
from chapbook.writers.archive import archive

VERSION = "1.7"  # of PDF: the one that PDF/UA-1 and PDF/A-2 are about
INSIDE_COVER = 1  # index of the blank page that makes odd pages rectos in print


def write(book: Book, master: bytes) -> bytes:
    """The screen PDF of a saved master."""
    return written(book, Pdf.open(io.BytesIO(master)))


def written(book: Book, master: Pdf) -> bytes:
    """The screen PDF that a master becomes, which is closed then."""
    with master as pdf:
        del pdf.pages[INSIDE_COVER]
        for page in pdf.pages:
            trim = page.trimbox
            page.mediabox = trim
            for box in ("/CropBox", "/BleedBox", "/TrimBox", "/ArtBox"):
                page.obj[box] = trim
        label(book, pdf, first=1)
        describe(book, pdf)
        archive(pdf)
        preferences = pdf.Root.get("/ViewerPreferences", Dictionary())
        preferences.DisplayDocTitle = True
        pdf.Root.ViewerPreferences = preferences
        pdf.Root.PageMode = Name.UseOutlines
        return save(pdf, VERSION)


def label(book: Book, pdf: Pdf, *, first: int) -> None:
    """Page labels (ISO 32000-1, 12.4.2): the cover has none of the numbers, then 1, 2, 3 …"""
    cover = Dictionary(P=pikepdf.String(words(book.work.lang)["cover"]))
    if direction(book.work.lang) == "rtl":  # bound on the right (ISO 32000-1, 12.2)
        pdf.Root.ViewerPreferences = Dictionary(Direction=Name.R2L)
    pdf.Root.PageLabels = Dictionary(Nums=Array([0, cover, first, Dictionary(S=Name.D, St=1)]))


def inform(book: Book, pdf: Pdf) -> None:
    """Document information: what is on the title page, no dates, no tools."""
    work = book.work
    info = {"/Title": work.title, "/Author": ", ".join(work.authors)}
    if work.description:
        info["/Subject"] = work.description
    if work.subjects:
        info["/Keywords"] = ", ".join(work.subjects)
    for key in list(pdf.docinfo.keys()):
        del pdf.docinfo[key]
    for key, value in info.items():
        pdf.docinfo[key] = value


def describe(book: Book, pdf: Pdf) -> None:
    """Document information, and the same as metadata."""
    inform(book, pdf)
    work = book.work
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        for key in list(metadata):
            if key.endswith(("CreatorTool", "Producer", "CreateDate", "ModifyDate")):
                del metadata[key]
        metadata["dc:title"] = work.title
        metadata["dc:creator"] = list(work.authors)
        metadata["dc:language"] = [work.lang]
        metadata["dc:identifier"] = identifier_of(work)
        if work.description:
            metadata["dc:description"] = work.description


def save(pdf: Pdf, version: str = "") -> bytes:
    """The file's bytes: the same for the same content, whatever the day or machine; `version` of PDF at least."""
    out = io.BytesIO()
    pdf.save(
        out,
        min_version=version,
        deterministic_id=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        compress_streams=True,
        recompress_flate=False,
        fix_metadata_version=False,
    )
    return out.getvalue()
