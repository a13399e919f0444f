"""What makes a press PDF one of PDF/X: output intent, identification, metadata, ids.

    PDF/X-4       ISO 15930-7: the profile of the printing condition is embedded
    PDF/X-1a:2003 ISO 15930-4: DeviceCMYK and grey only, nothing transparent, PDF 1.4; a condition
                  of the ICC's registry is named and its profile may stay away

Neither is claimed for a file without a date of its edition, since both need one. PDF/X-1a:2001
is never claimed: no free validator proves it. Dates are the edition's, never the day's.
"""

from __future__ import annotations

import io
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from chapbook import printing
from chapbook.identifier import identifier_of
from chapbook.model import Book, Work
from chapbook.printing import Printing

X4, X1A = "PDF/X-4", "PDF/X-1a:2003"
_VERSIONS = {X4: "1.6", X1A: "1.4", "": "1.6"}


def standard_of(work: Work, printed: Printing, *, transparent: bool) -> str:
    """The standard a file can name, "" when none."""
    if not work.date:
        return ""
    if printed.profile is not None:
        return X4
    return X1A if printed.condition.registered and not transparent else ""


def why_none(work: Work, printed: Printing) -> str:
    """Why a file names no standard, in a few words."""
    if not work.date:
        return "no date in book.yaml"
    return "transparency and no profile" if printed.condition.registered else "no registered condition"


def identify(book: Book, pdf: Pdf, printed: Printing, standard: str) -> None:
    """Write the output intent, the document information and the metadata of a standard."""
    pdf.Root.OutputIntents = Array([_intent(pdf, printed)])
    info = pdf.docinfo
    info["/Trapped"] = Name("/False")
    if book.work.date:
        info["/CreationDate"] = info["/ModDate"] = _pdf_date(book.work.date)
    if standard == X1A:
        info["/GTS_PDFXVersion"] = standard
    metadata = pdf.make_stream(_xmp(book, standard).encode())
    metadata.Type, metadata.Subtype = Name.Metadata, Name.XML
    pdf.Root.Metadata = metadata


def disclaim(pdf: Pdf) -> None:
    """Take away what names a standard, for a file made from a press PDF that keeps none."""
    for key in ("/OutputIntents", "/Metadata"):
        if key in pdf.Root:
            del pdf.Root[key]


def _intent(pdf: Pdf, printed: Printing) -> Dictionary:
    """ISO 32000-1, table 365."""
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFX,
        OutputConditionIdentifier=printed.condition.name,
        OutputCondition=printed.condition.title,
        Info=printed.condition.title,
    )
    if printed.condition.registered:
        intent.RegistryName = printing.registry()
    if printed.profile is not None:
        intent.DestOutputProfile = pdf.make_indirect(pdf.make_stream(printed.profile, N=4))
    return intent


def save(pdf: Pdf, standard: str) -> bytes:
    """The file's bytes: classic cross-references, which every version of PDF/X reads."""
    out = io.BytesIO()
    pdf.save(
        out,
        force_version=_VERSIONS[standard],
        deterministic_id=True,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        compress_streams=True,
        recompress_flate=False,
        fix_metadata_version=False,
    )
    return out.getvalue()


def _iso_date(date: str) -> str:
    year, month, day = (*date.split("-"), "01", "01")[:3]
    return f"{year}-{month}-{day}T00:00:00Z"


def _pdf_date(date: str) -> str:
    return "D:" + "".join(c for c in _iso_date(date) if c.isdigit()) + "Z"


def _xmp(book: Book, standard: str) -> str:
    """XMP (ISO 16684-1) that says what the information dictionary says; fixed in its form."""
    work = book.work
    authors = "".join(f"<rdf:li>{escape(a)}</rdf:li>" for a in work.authors)
    parts = [
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(work.title)}</rdf:li></rdf:Alt></dc:title>',
        f"<dc:creator><rdf:Seq>{authors}</rdf:Seq></dc:creator>",
        f"<dc:language><rdf:Bag><rdf:li>{escape(work.lang)}</rdf:li></rdf:Bag></dc:language>",
        f"<dc:identifier>{escape(identifier_of(work))}</dc:identifier>",
        "<dc:format>application/pdf</dc:format>",
        "<pdf:Trapped>False</pdf:Trapped>",
        f"<xmpMM:DocumentID>{escape(identifier_of(work))}</xmpMM:DocumentID>",
        "<xmpMM:VersionID>1</xmpMM:VersionID>",
        "<xmpMM:RenditionClass>default</xmpMM:RenditionClass>",
    ]
    if work.description:
        parts.append(f'<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{escape(work.description)}'
                     "</rdf:li></rdf:Alt></dc:description>")  # fmt: skip
    if work.subjects:
        parts.append(f"<pdf:Keywords>{escape(', '.join(work.subjects))}</pdf:Keywords>")
    if work.date:
        parts += [f"<xmp:{key}>{_iso_date(work.date)}</xmp:{key}>" for key in ("CreateDate", "ModifyDate", "MetadataDate")]
    if standard == X4:
        parts.append(f"<pdfxid:GTS_PDFXVersion>{standard}</pdfxid:GTS_PDFXVersion>")
    names = (("dc", "http://purl.org/dc/elements/1.1/"), ("xmp", "http://ns.adobe.com/xap/1.0/"),
             ("xmpMM", "http://ns.adobe.com/xap/1.0/mm/"), ("pdf", "http://ns.adobe.com/pdf/1.3/"),
             ("pdfxid", "http://www.npes.org/pdfx/ns/id/"))  # fmt: skip
    spaces = " ".join(f'xmlns:{name}="{address}"' for name, address in names)
    return ('<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">'
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
            f'<rdf:Description rdf:about="" {spaces}>\n' + "\n".join(parts)
            + '\n</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end="r"?>')  # fmt: skip
