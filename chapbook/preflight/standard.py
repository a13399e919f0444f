"""PDF/X, held against a file: which part of ISO 15930 it names, and what of that it does not keep.

The list is this module's own, from the standards' requirements; it is no certificate. The parts
of 2001 and 2002 ask for PDF 1.3 and are not looked into: what is not proved is not said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from chapbook.preflight.colour import Space, space_of
from chapbook.preflight.content import Mark
from chapbook.preflight.examined import Examined
from chapbook.preflight.images import image_of

PROVABLE = ("PDF/X-1a:2003", "PDF/X-4")
_XMP_VERSION = re.compile(rb"GTS_PDFXVersion(?:>|=[\"'])\s*(PDF/X-[^<\"']+)")
_VERSIONS = {"PDF/X-1a:2003": "1.4", "PDF/X-4": "1.6"}
_ACTIVE = ("/AA", "/OpenAction", "/AcroForm", "/JavaScript")
_CMYK_SPACES = {"DeviceCMYK", "DeviceGray", "Separation", "DeviceN", "Pattern"}
_X4_KEYS = (b"xmp:CreateDate", b"xmp:ModifyDate", b"xmp:MetadataDate", b"xmpMM:DocumentID", b"xmpMM:VersionID",
            b"xmpMM:RenditionClass", b"dc:title", b"pdf:Trapped")  # fmt: skip


def named(pdf: Pdf) -> str:
    """The standard a file names, in its information or its metadata; "" for none."""
    version = str(pdf.docinfo.get("/GTS_PDFXVersion", "")) if "/Info" in pdf.trailer else ""
    if version.startswith("PDF/X-1:2001") and "/GTS_PDFXConformance" in pdf.docinfo:
        version = str(pdf.docinfo["/GTS_PDFXConformance"])
    if not version and (match := _XMP_VERSION.search(_metadata(pdf))):
        version = match[1].decode("ascii", "replace").strip()
    return version


def intents(pdf: Pdf) -> tuple[Dictionary, ...]:
    """The output intents that are PDF/X's."""
    found = pdf.Root.get("/OutputIntents")
    if not isinstance(found, Array):
        return ()
    return tuple(i for i in found if isinstance(i, Dictionary) and i.get("/S") == Name.GTS_PDFX)


def _metadata(pdf: Pdf) -> bytes:
    found = pdf.Root.get("/Metadata")
    try:
        return found.read_bytes() if isinstance(found, pikepdf.Stream) else b""
    except pikepdf.PikepdfError:
        return b""


def broken(file: Examined, standard: str) -> Iterator[str]:
    """What a file that names a provable standard does not keep of it."""
    yield from _identified(file.pdf, standard)
    yield from _intent(file.pdf, standard)
    for key in _ACTIVE:
        if key in file.pdf.Root:
            yield f"the file has {key[1:]}"
    for sheet, painted in zip(file.sheets, file.painted, strict=True):
        page = sheet.page.obj
        if ("/TrimBox" in page) == ("/ArtBox" in page):
            yield f"page {sheet.number} must have a TrimBox or an ArtBox, and not both"
        if "/Annots" in page and len(page.Annots):
            yield f"page {sheet.number} has annotations"
        yield from (f"page {sheet.number}: {said}" for said in _painted(painted.marks, standard))
    yield from _objects(file.pdf, standard)


def _identified(pdf: Pdf, standard: str) -> Iterator[str]:
    info = pdf.docinfo if "/Info" in pdf.trailer else Dictionary()
    if pdf.pdf_version > _VERSIONS[standard]:
        yield f"it is PDF {pdf.pdf_version}, not {_VERSIONS[standard]}"
    if "/ID" not in pdf.trailer:
        yield "it has no file identifier (ID)"
    if "/Encrypt" in pdf.trailer:
        yield "it is encrypted"
    if standard == "PDF/X-4":
        said = _metadata(pdf)
        yield from (f"its metadata has no {name.decode()}" for name in _X4_KEYS if name not in said)
        return
    for key in ("/Title", "/CreationDate", "/ModDate"):
        if not str(info.get(key, "")):
            yield f"its information has no {key[1:]}"
    if info.get("/Trapped") not in (Name("/True"), Name("/False")):
        yield "it does not say whether it is trapped"


def _intent(pdf: Pdf, standard: str) -> Iterator[str]:
    found = intents(pdf)
    if len(found) != 1:
        yield f"it has {len(found)} output intents for PDF/X, not one"
        return
    intent = found[0]
    if not str(intent.get("/OutputConditionIdentifier", "")):
        yield "its output intent names no printing condition"
    profile = intent.get("/DestOutputProfile")
    if isinstance(profile, pikepdf.Stream):
        data = profile.read_bytes()
        if data[36:40] != b"acsp" or data[12:16] != b"prtr" or data[16:20] != b"CMYK":
            yield "the profile of its output intent is none for a CMYK press"
    elif standard == "PDF/X-4":
        yield "its output intent has no profile"
    elif not str(intent.get("/RegistryName", "")):
        yield "its output intent has neither a profile nor a registry"


def _painted(marks: tuple[Mark, ...], standard: str) -> Iterator[str]:
    said: set[str] = set()
    for mark in marks:
        if standard != "PDF/X-4" and mark.see_through:
            said.add(mark.see_through)
        space = space_of_mark(mark)
        if space is None:
            continue
        family = space.device()
        if standard == "PDF/X-4":
            if family == "DeviceRGB":  # 6.2.4.2: allowed only where the output intent is RGB
                said.add("DeviceRGB with a CMYK output intent")
        elif family not in _CMYK_SPACES:
            said.add(f"colours in {space.shown()}")
    yield from sorted(said)


def space_of_mark(mark: Mark) -> Space | None:
    """The colour space of what is painted; None for groups, stencils' masks, and what has none."""
    if mark.kind == "image":
        image = image_of(mark)
        return image.space if image else None
    if mark.kind == "shading":
        item = mark.item
        return space_of(item.get("/ColorSpace"), mark.resources) if isinstance(item, Dictionary | pikepdf.Stream) else None
    return None if mark.kind == "group" else mark.colour.space


def _objects(pdf: Pdf, standard: str) -> Iterator[str]:
    said: set[str] = set()
    for item in pdf.objects:
        if not isinstance(item, Dictionary | pikepdf.Stream):
            continue
        keys = item.keys()
        if "/Type" in keys and item.Type == Name.FontDescriptor and not keys & {"/FontFile", "/FontFile2", "/FontFile3"}:
            said.add(f"the font {str(item.get('/FontName', '?'))[1:]} is not embedded")
        if "/TR" in keys or "/HTP" in keys:
            said.add("a transfer function")
        if "/Subtype" in keys and item.Subtype == Name.PS:
            said.add("PostScript in an XObject")
        if "/S" in keys and item.S in (Name.JavaScript, Name.Launch):
            said.add("an action")
        filters = item.get("/Filter") if "/Filter" in keys and isinstance(item, pikepdf.Stream) else None
        names = [str(f) for f in filters] if isinstance(filters, Array) else [str(filters)]
        if "/LZWDecode" in names:
            said.add("LZW compression")
        if standard != "PDF/X-4" and "/JPXDecode" in names:
            said.add("JPEG 2000 compression")
        if standard != "PDF/X-4" and "/Type" in keys and item.Type == Name.ObjStm:
            said.add("object streams")
    yield from sorted(said)
