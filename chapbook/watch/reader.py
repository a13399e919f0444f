"""The EPUB for the reader page: its documents in spine order, and any of its files."""

from __future__ import annotations

import io
import posixpath
import zipfile

from lxml import etree

_TYPES = {".xhtml": "application/xhtml+xml", ".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png",
          ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp", ".ttf": "font/ttf",
          ".otf": "font/otf", ".woff2": "font/woff2"}  # fmt: skip


def spine(data: bytes) -> list[dict[str, object]]:
    """Name, title and identifiers of sections of each document, in reading order (EPUB 3.3, 5.7)."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        opf_name = etree.fromstring(archive.read("META-INF/container.xml")).find(".//{*}rootfile").get("full-path")
        opf = etree.fromstring(archive.read(opf_name))
        items = {i.get("id"): i.get("href") for i in opf.iterfind(".//{*}item")}
        folder = posixpath.dirname(opf_name)
        names = [posixpath.join(folder, items[r.get("idref")]) for r in opf.iterfind(".//{*}itemref")]
        return [_described(name, archive.read(name)) for name in names]


def _described(name: str, data: bytes) -> dict[str, object]:
    root = etree.fromstring(data)
    title = root.findtext(".//{*}head/{*}title") or name
    return {"name": name, "title": title, "sections": [s.get("id") for s in root.iter("{*}section") if s.get("id")]}


def item(data: bytes, name: str) -> tuple[bytes, str]:
    """A file of the EPUB and its media type. Raises: KeyError when there is none."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name), _TYPES[posixpath.splitext(name)[1].lower()]
