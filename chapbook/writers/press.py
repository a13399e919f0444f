"""The print PDF: the master's pages with trim and bleed, black as K only, and nothing to click.

Every colour operator of every content stream is rewritten: black and greys to K alone, the
accent to the CMYK of the tokens. Links, outline and structure are for screens and go.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Name, Object, Operator, Pdf

from chapbook.compose.style import tokens
from chapbook.model import Book
from chapbook.writers.screen import describe, label, save

_FILL, _STROKE = "k", "K"
_RGB = {"rg": _FILL, "RG": _STROKE}
_GREY = {"g": _FILL, "G": _STROKE}
_SAME = 0.004  # how near two colour values are when they are one

Cmyk = tuple[float, float, float, float]


def write(book: Book, master: bytes, styles: Path) -> bytes:
    """The print PDF of a master."""
    inks = _inks(styles)
    with Pdf.open(io.BytesIO(master)) as pdf:
        for key in ("/Outlines", "/StructTreeRoot", "/MarkInfo", "/Names", "/Dests", "/OpenAction"):
            if key in pdf.Root:
                del pdf.Root[key]
        done: set[tuple[int, int]] = set()
        for page in pdf.pages:
            for key in ("/Annots", "/StructParents", "/Tabs"):
                if key in page.obj:
                    del page.obj[key]
            page.obj.BleedBox = page.mediabox
            page.obj.CropBox = page.mediabox
            page.contents_coalesce()
            stream = page.obj.Contents
            stream.write(_inked(stream, inks))
            for form in _forms(page.obj, done):
                form.write(_inked(form, inks))
        label(book, pdf, first=2)
        describe(book, pdf)
        _drop_claims(pdf)
        return save(book, pdf)


def _drop_claims(pdf: Pdf) -> None:
    """The master says it is tagged (pdfuaid); this file is not, and must not say so."""
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        for key in list(metadata):
            if "pdfua" in key:
                del metadata[key]


def _inks(styles: Path) -> Mapping[tuple[float, ...], Cmyk]:
    """The press values of the tokens' colours, by their RGB."""
    screen = tokens(styles)["colour"]
    found: dict[tuple[float, ...], Cmyk] = {}
    for name, values in tokens(styles)["press"].items():
        code = screen[name][0].lstrip("#")
        rgb = tuple(int(code[i : i + 2], 16) / 255 for i in (0, 2, 4))
        cyan, magenta, yellow, black = (float(v) / 100 for v in values)
        found[rgb] = (cyan, magenta, yellow, black)
    return found


def _forms(holder: Object, done: set[tuple[int, int]]) -> Iterator[Object]:
    """Form XObjects and patterns below a page, each once."""
    resources = holder.get("/Resources")
    if resources is None:
        return
    for kind in ("/XObject", "/Pattern"):
        for _, item in sorted((resources.get(kind) or {}).items()):
            if item.objgen in done or not isinstance(item, pikepdf.Stream):
                continue
            done.add(item.objgen)
            if item.get("/Subtype") != Name.Image:
                yield item
                yield from _forms(item, done)


def _inked(stream: Object, inks: Mapping[tuple[float, ...], Cmyk]) -> bytes:
    """A content stream with every colour as CMYK, and no marked content."""
    out: list[Any] = []
    for instruction in pikepdf.parse_content_stream(stream):
        operator = str(instruction.operator)
        operands = instruction.operands
        if operator in ("BDC", "BMC", "EMC", "DP", "MP"):
            continue
        if operator in _RGB:
            values = tuple(float(v) for v in operands)
            out.append((_decimals(_cmyk(values, inks)), Operator(_RGB[operator])))
        elif operator in _GREY:
            black = (0.0, 0.0, 0.0, 1.0 - float(operands[0]))
            out.append((_decimals(black), Operator(_GREY[operator])))
        else:
            out.append(instruction)
    return pikepdf.unparse_content_stream(out)


def _cmyk(rgb: tuple[float, ...], inks: Mapping[tuple[float, ...], Cmyk]) -> Cmyk:
    """Greys become K alone, token colours their press values, others by complement.

    Limitation: a colour that is no token is converted without a profile.
    """
    for known, ink in inks.items():
        if all(abs(a - b) < _SAME for a, b in zip(known, rgb, strict=True)):
            return ink
    if max(rgb) - min(rgb) < _SAME:
        return (0.0, 0.0, 0.0, 1.0 - rgb[0])
    black = 1.0 - max(rgb)
    return (*((1.0 - v - black) / (1.0 - black) for v in rgb), black)  # type: ignore[return-value]


def _decimals(values: Cmyk) -> list[Decimal]:
    return [Decimal(f"{v:.4f}").normalize() + 0 for v in values]
