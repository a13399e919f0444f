"""The only seam to ebooklib: a container for finished documents.

ebooklib reparses what it is given as `EpubHtml`, so documents go in as plain items. The
archive is written again with `mimetype` first and stored, names sorted and times fixed, so
that the same book is the same file.
"""

from __future__ import annotations

import io
import re
import tempfile
import warnings
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ebooklib import epub
from lxml import etree

from chapbook.compose.xhtml import language
from chapbook.errors import EngineError
from chapbook.identifier import identifier_of
from chapbook.model import Composition, Imprint, Work
from chapbook.words import direction

_FIXED = (1980, 1, 1, 0, 0, 0)
_OPF = "http://www.idpf.org/2007/opf"
_XML = "http://www.w3.org/XML/1998/namespace"


def write(composition: Composition) -> bytes:
    """The EPUB file of a composition.

    Raises: EngineError when ebooklib fails or says it could not write.
    """
    work, imprint = composition.metadata["work"], composition.metadata["imprint"]
    assert isinstance(work, Work)
    assert isinstance(imprint, Imprint)
    package = epub.EpubBook()
    _metadata(package, work, imprint, composition)
    spine: list[Any] = []
    for document in composition.documents:
        item = epub.EpubItem(
            uid=_uid(document.name), file_name=document.name,
            media_type="application/xhtml+xml", content=document.text.encode(),
        )  # fmt: skip
        item.properties = list(document.properties)
        package.add_item(item)
        spine.append((item.id, "yes"))
    for resource in composition.resources:
        item = epub.EpubItem(
            uid=_uid(resource.name), file_name=resource.name,
            media_type=resource.media_type, content=resource.data,
        )  # fmt: skip
        item.properties = list(resource.properties)
        package.add_item(item)
    package.spine = spine
    return _settled(_packed(package), work)


def _uid(name: str) -> str:
    return "i-" + re.sub(r"[^A-Za-z0-9-]", "-", name)


def modified(work: Work) -> str:
    """dcterms:modified from the edition's date; never a clock's (EPUB 3.3, 5.5.4)."""
    parts = [*work.date.split("-"), "01", "01"] if work.date else ["2000", "01", "01"]
    return f"{parts[0]}-{parts[1]}-{parts[2]}T00:00:00Z"


def _metadata(package: epub.EpubBook, work: Work, imprint: Imprint, composition: Composition) -> None:
    package.set_identifier(identifier_of(work))
    title = f"{work.title}: {work.subtitle}" if work.subtitle else work.title
    package.set_title(title)
    package.set_language(work.lang)
    if direction(work.lang) == "rtl":
        package.set_direction("rtl")  # the spine's page-progression-direction (EPUB 3.3, 5.7)
    for index, author in enumerate(work.authors):
        package.add_author(author, uid=f"author-{index + 1}", role="aut")
    for name, value in (("date", work.date), ("description", work.description),
                        ("publisher", imprint.publisher), ("rights", work.rights)):  # fmt: skip
        if value:
            package.add_metadata("DC", name, value)
    for subject in work.subjects:
        package.add_metadata("DC", "subject", subject)
    if imprint.isbn_print:
        package.add_metadata("DC", "source", f"urn:isbn:{imprint.isbn_print}")
    said = composition.metadata["accessibility"]
    assert isinstance(said, tuple)
    for name, value in said:
        package.add_metadata(None, "meta", value, {"property": name})


def _packed(package: epub.EpubBook) -> bytes:
    # raise_exceptions: ebooklib otherwise returns False on a full disk. No NCX guide, no
    # landmarks or page list of its own making.
    options = {"compresslevel": 0, "epub3_landmark": False, "epub3_pages": False, "raise_exceptions": True,
               "mtime": datetime(*_FIXED, tzinfo=UTC), "play_order": {"enabled": False}}  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.epub"
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                done = epub.write_epub(str(path), package, options)
        except (OSError, epub.EpubException, etree.LxmlError, ValueError, TypeError) as error:
            raise EngineError(f"ebooklib failed: {error}") from error
        if done is False:
            raise EngineError("ebooklib could not write the EPUB")
        return path.read_bytes()


def _settled(data: bytes, work: Work) -> bytes:
    """The archive with fixed order and times, and the package document as we mean it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        names = sorted(n for n in old.namelist() if n != "mimetype")
        _put(new, "mimetype", b"application/epub+zip", zipfile.ZIP_STORED)
        for name in names:
            content = old.read(name)
            if name.endswith(".opf"):
                content = _package(content, work)
            _put(new, name, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _put(archive: zipfile.ZipFile, name: str, data: bytes, method: int) -> None:
    info = zipfile.ZipInfo(name, _FIXED)
    info.compress_type = method
    info.external_attr = 0o644 << 16
    info.create_system = 3
    archive.writestr(info, data, compresslevel=9 if method == zipfile.ZIP_DEFLATED else None)


def _package(opf: bytes, work: Work) -> bytes:
    """Language and direction on the package, our date, no generator, no NCX in the spine."""
    root = etree.fromstring(opf)
    for name, value in language(work.lang):
        if name == "xml:lang":
            root.set(f"{{{_XML}}}lang", value)
    metadata = root.find(f"{{{_OPF}}}metadata")
    for meta in list(metadata):
        if meta.get("name") == "generator":
            metadata.remove(meta)
        elif meta.get("property") == "dcterms:modified":
            meta.text = modified(work)
    spine = root.find(f"{{{_OPF}}}spine")
    spine.attrib.pop("toc", None)
    for guide in root.findall(f"{{{_OPF}}}guide"):
        root.remove(guide)
    etree.indent(root)
    result: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return result
