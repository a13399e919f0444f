"""What must not stand in a published file: loads from elsewhere, scripts, traces of a machine."""

from __future__ import annotations

import base64
import io
import re
import socket
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pikepdf
from lxml import etree

from chapbook.compose.reading import is_ours
from chapbook.diagnostics import Diagnostic
from chapbook.identifier import slug_of
from chapbook.model import Artifact, Book
from chapbook.remembered import of_the_last_book
from chapbook.verify.extract import Page
from chapbook.verify.finding import fault
from chapbook.verify.objects import objects
from chapbook.writers.html import policy

_LOADING = {"src", "srcset", "poster", "data", "background", "action", "formaction", "xlink:href"}
_NAMES = (b"weasyprint", b"pydyf", b"pikepdf", b"ebooklib", b"pandoc", b"pypdfium", b"fonttools")
_TOOLS = re.compile(rb"(?i)(%b)[ /-]?v?\d+\.\d+" % b"|".join(_NAMES))
_SCRIPTING = re.compile(r"^\s*(javascript|vbscript|data):", re.IGNORECASE)
_HEADS = re.compile(rb"(?s)<title>.*?</title>|<meta name=.*?>|<x:xmpmeta.*?</x:xmpmeta>|<rdf:RDF.*?</rdf:RDF>")
_ACTIONS = {"/JavaScript", "/JS", "/Launch", "/EmbeddedFiles", "/EmbeddedFile", "/Filespec", "/AA",
            "/GoToR", "/SubmitForm", "/ImportData", "/RichMedia"}  # fmt: skip


def check_markup(pages: tuple[Page, ...], edition: str) -> Iterator[Diagnostic]:
    """No script but our own in the HTML, no handler, no load from outside the file."""
    for page in pages:
        if edition != "epub":
            yield from _policy(page, edition)
        for element in page.elements:
            if element.tag == "script" and _allowed(element, edition):
                continue
            if element.tag in ("script", "iframe", "object", "embed", "form", "base"):
                yield fault("V020", f"<{element.tag}> in {page.name}", edition)
            if element.tag == "style" and re.search(r"@import|url\(\s*[\"']?+(?!data:|#)", element.text or ""):
                yield fault("V021", f"a style sheet in {page.name} loads something", edition)
            for name, value in element.items():
                key = name.rpartition("}")[2]
                if key.startswith("on") or (key == "href" and _SCRIPTING.match(value)):
                    yield fault("V020", f"{key}= in {page.name}", edition)
                if (key in _LOADING or (key == "href" and element.tag in ("link", "image", "use"))) and (
                    "//" in value.partition("data:")[0]
                ):
                    yield fault("V021", f"{value[:60]} is loaded in {page.name}", edition)


def _allowed(element: etree._Element, edition: str) -> bool:
    """Whether a script is the one of the web edition: its digest, in the head, nothing else on it."""
    parent = element.getparent()
    return (edition == "html" and not element.attrib and parent is not None and parent.tag == "head"
            and is_ours(element.text or ""))  # fmt: skip


def _policy(page: Page, edition: str) -> Iterator[Diagnostic]:
    """The page forbids every load, and allows the very sheet and script that stand in it."""
    said = [e.get("content") for e in page.root.iter("meta")
            if (e.get("http-equiv") or "").lower() == "content-security-policy"]  # fmt: skip
    sheets, scripts = ([e.text or "" for e in page.root.iter(tag)] for tag in ("style", "script"))
    if len(sheets) != 1 or len(scripts) > 1 or said != [policy(sheets[0], "".join(scripts))]:
        yield fault("V025", "the Content-Security-Policy is not that of its sheet and script", edition)


def check_pdf(data: bytes, edition: str) -> Iterator[Diagnostic]:
    """No action, attachment or script; links only to the web, to mail and inside."""
    every = objects(data)
    for item in (*every.spelling("/URI", *_ACTIONS), *every.streams):
        for part in _parts(item):
            keys = part.keys()
            kinds = {str(part[key]) for key in ("/S", "/Type", "/Subtype") if key in keys}
            yield from (fault("V022", f"{name} in the file", edition) for name in sorted(_ACTIONS & (keys | kinds)))
            address = str(part.get("/URI", "")) if "/URI" in kinds else "http://"
            if not address.startswith(("https://", "http://", "mailto:")):
                yield fault("V022", f"a link to {address[:60]}", edition)


def _parts(item: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """A dictionary and those written in it: an action mostly stands in its link (ISO 32000-1, 12.5.6.5)."""
    yield item
    for _, value in item.items():
        inner = value if isinstance(value, pikepdf.Array) and not value.is_indirect else [value]
        for one in inner:
            if isinstance(one, pikepdf.Dictionary) and not one.is_indirect:
                yield from _parts(one)


def check_traces(book: Book, data: bytes, edition: str) -> Iterator[Diagnostic]:
    """No user, host, home, folder or tool's version in any byte of the file, unpacked.

    What the author wrote (a book may be about paths, or about pandoc 3.9) is no trace.
    """
    traces, tools = sought(book)
    common = _COMMON if data[:5] == b"%PDF-" else b""
    thin = [_thinned(name, common) for name in (*traces, *tools)]
    for name, content in unpacked(data):
        some = _thinned(content, common)
        if not any(one in some for one in thin):
            continue
        for trace in traces:
            if trace in content:
                yield fault("V023", f"{name} names this machine or its user", edition)
        if tools and (match := _tool(content)):
            yield fault("V024", f"{name} names a tool and its version ({match[0].decode()})", edition)


_SMALL = bytes(range(256)).lower()
_COMMON = b"0123456789abcdefABCDEF<>[]()-. \n"  # what most of a page is written with: its glyphs by their numbers


def _thinned(content: bytes, common: bytes) -> bytes:
    """A content in small letters, without common ones: what stands in the whole, thinned stands in this."""
    return content.translate(_SMALL, common)


@of_the_last_book
def sought(book: Book) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """The traces of a machine, and the names of tools, that no file of a book may have; of the last book they are kept."""
    written = "\n".join(s.source.text for s in book.sections)
    traces = tuple(t.encode() for t in _traces() if t not in written)
    return traces, () if _tool(written.encode()) else _NAMES


def _tool(content: bytes) -> re.Match[bytes] | None:
    """A tool's name with its version; the names alone are looked for first, ten times as fast."""
    small = content.lower()
    return _TOOLS.search(content) if any(name in small for name in _NAMES) else None


def check_at_risk(book: Book, artifact: Artifact) -> Iterator[Diagnostic]:
    """For a book at risk: no names outside the text, nothing that leads outward, no script."""
    if not book.options.get("at-risk"):
        return
    edition = artifact.edition
    if slug_of(book.work) in artifact.name:
        yield fault("V027", "the file is named after the book", edition)
    names = [name.encode() for name in (*book.work.authors, book.work.title, book.imprint.publisher) if name]
    for name, content in unpacked(artifact.data):
        if re.search(rb"""(?i)\bhref=["'](?:https?:|mailto:)|<script|/S\s*/URI\b""", content):
            yield fault("V027", f"{name} has a link outward or a script", edition)
        outside = content if name.endswith(".opf") else b" ".join(_HEADS.findall(content))
        if any(one in outside for one in names):
            yield fault("V027", f"{name} names the author, the publisher or the book in its metadata", edition)
    if artifact.data[:5] == b"%PDF-":
        every = objects(artifact.data)
        said = " ".join(str(value) for value in every.pdf.docinfo.values())
        if any(name.decode() in said for name in names):
            yield fault("V027", "the document information names the author or the book", edition)
        if any(item.get("/S") == pikepdf.Name.URI for item in every.spelling("/URI")):
            yield fault("V027", "a link outward", edition)


def looked_for(book: Book, artifact: Artifact, redacted: int) -> dict[str, object]:
    """The scrub report of a published file: what was looked for in its bytes, unpacked, and found.

    A file in which anything was found is not published, so every `found` is 0.
    """
    searched = {"user, host and folders of the machine": 6, "versions of tools": 7}
    if artifact.edition in ("epub", "html", "audit"):
        searched["elements and attributes that run or load"] = len(_LOADING) + 6
    if artifact.data[:5] == b"%PDF-":
        searched["actions, attachments and scripts"] = len(_ACTIONS)
    if redacted:
        searched["words that the manuscript takes out"] = redacted
    if book.options.get("at-risk"):
        searched["names in metadata, links outward, scripts"] = 3
    return {what: {"kinds": count, "found": 0} for what, count in searched.items()}


_PACKED = re.compile(rb";base64,([A-Za-z0-9+/=]+)")


@cache
def _traces() -> tuple[str, ...]:
    """What would tell where the file was made; short or common words would be found by chance."""
    import getpass

    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = ""
    try:
        home = f"{Path.home()}/"
    except RuntimeError:  # no HOME, and a user whom the machine does not know
        home = ""
    candidates = {home, f"{Path.cwd()}/", socket.gethostname(), f"/{user}/", "/tmp/", "file:///"}
    return tuple(sorted(c for c in candidates if len(c) > 4))


def unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    """A file's parts, decompressed: the members of a zip, the streams of a PDF, else itself."""
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                yield info.filename, archive.read(info)
    elif data[:5] == b"%PDF-":
        yield "the file", data
        every = objects(data)
        for item in every.streams:
            if item.get("/Subtype") != pikepdf.Name.Image:
                yield f"object {item.objgen[0]}", every.content(item)
    else:  # what is packed as base64 is looked at unpacked: its letters may spell anything by chance
        yield "the file", _PACKED.sub(b"", data)
        yield from (("a file in it", base64.b64decode(match[1])) for match in _PACKED.finditer(data))
