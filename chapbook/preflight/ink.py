"""Rules of ink: resolution of pictures, colour spaces, black text, total ink, transparency."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pikepdf
from pikepdf import Dictionary

from chapbook.preflight.colour import inks_of, space_of, total
from chapbook.preflight.content import GROUP, Mark, ppi
from chapbook.preflight.examined import Examined
from chapbook.preflight.finding import Finding, Weight
from chapbook.preflight.images import image_of, most_ink
from chapbook.preflight.sheet import Sheet

_PRESS = ("DeviceCMYK", "DeviceGray", "Separation", "DeviceN")  # where a service names no spaces
_ROUNDING = 1.005  # of eight bits in two hundred and more
_COLOURED = ("text", "fill", "stroke", "stencil")


def resolution(file: Examined) -> Iterator[Finding]:
    """P040: pictures have the pixels their printed size asks for."""
    asked = file.service.image_ppi
    if asked is None:
        return
    for sheet, mark in _each(file, "image", "stencil"):
        image = image_of(mark)
        if image is None or mark.box is None:
            continue
        has = ppi(mark, image.width, image.height, sheet.unit)
        if has < asked - 0.5:
            wanted = math.ceil(image.width * asked / has), math.ceil(image.height * asked / has)
            yield Finding("P040", f"a picture of {image.width} × {image.height} pixels is printed at {has:.0f} ppi",
                          f"{asked:.0f} ppi", f"{wanted[0]} × {wanted[1]} pixels, or print it smaller",
                          sheet.number, sheet.place(mark.box))  # fmt: skip


def spaces(file: Examined) -> Iterator[Finding]:
    """P050: colours are given in inks, not in the lights of a screen.

    A warning where the service names no spaces: it will convert them, and others will see how.
    """
    allowed = file.service.spaces or _PRESS
    weight = Weight.ERROR if file.service.spaces else Weight.WARNING
    for sheet, mark in _each(file, *_COLOURED, "image", "shading"):
        shown, place = _space(mark, sheet)
        if shown and shown.split()[-1 if shown.startswith("Indexed") else 0] not in allowed:
            yield Finding("P050", f"{_what(mark)} in {shown}", f"colours in {' or '.join(allowed)}",
                          "convert it to CMYK or grey; Chapbook's print PDF does", sheet.number, place, weight)  # fmt: skip


def _space(mark: Mark, sheet: Sheet) -> tuple[str, str]:
    """The space of a mark for a message, "" where it has none, and where it stands."""
    place = sheet.place(mark.box) if mark.box else ""
    if mark.kind == "image":
        image = image_of(mark)
        return (image.space.shown() if image and image.space else ""), place
    if mark.kind == "shading":
        if not isinstance(mark.item, Dictionary | pikepdf.Stream):
            return "", place
        return space_of(mark.item.get("/ColorSpace"), mark.resources).shown(), place
    return ("" if mark.colour.space.family == "Pattern" else mark.colour.space.shown()), place


def _what(mark: Mark) -> str:
    return {"text": "text", "fill": "an area", "stroke": "a line", "stencil": "a stencil", "image": "a picture",
            "shading": "a gradient"}[mark.kind]  # fmt: skip


def black_text(file: Examined) -> Iterator[Finding]:
    """P051: dark text is black alone, so that no coloured fringe shows where plates shift."""
    to_pt = file.service.black_text_pt
    weight = Weight.ERROR if to_pt else Weight.WARNING
    for sheet, mark in _each(file, "text"):
        if to_pt is not None and mark.size_pt * sheet.unit > to_pt + 0.05:
            continue
        inks = inks_of(mark.colour.space, mark.colour.values)
        if inks is None:
            values = mark.colour.values
            dark = mark.colour.space.values == 3 and "Lab" not in mark.colour.space.family and max(values, default=1) < 0.3
        else:  # black with other inks under it; a text in colour is the designer's will
            dark = inks[3] >= 0.5 and max(inks[:3]) > 0.005
        if dark:
            yield Finding("P051", f"dark text of {mark.size_pt * sheet.unit:.1f} pt in {_shown(mark)}",
                          "black alone (K)" + (f" up to {to_pt:g} pt" if to_pt else ""),
                          "set it in black alone; Chapbook's print PDF does", sheet.number,
                          sheet.place(mark.box) if mark.box else "", weight)  # fmt: skip


def _shown(mark: Mark) -> str:
    values = " ".join(f"{v:.2g}" for v in mark.colour.values)
    return f"{mark.colour.space.shown()} {values}"


def ink(file: Examined) -> Iterator[Finding]:
    """P052: no more ink in one place than the paper takes."""
    asked = file.service.ink_percent
    if asked is None:
        return
    known: dict[tuple[int, int], float | None] = {}
    for sheet, mark in _each(file, *_COLOURED, "image"):
        if mark.kind == "image":
            image = image_of(mark)
            if image is None or image.space is None or not isinstance(mark.item, pikepdf.Stream):
                continue
            key = mark.item.objgen
            if key not in known or key == (0, 0):
                known[key] = most_ink(mark.item, image.space)
            found = known[key]
        else:
            found = total(mark.colour.space, mark.colour.values)
        if found is not None and found * 100 > asked * _ROUNDING:
            yield Finding("P052", f"{_what(mark)} with {found * 100:.0f} % ink", f"at most {asked:.0f} %",
                          "less cyan, magenta and yellow in the darkest parts; Chapbook's print PDF keeps the limit",
                          sheet.number, sheet.place(mark.box) if mark.box else "")  # fmt: skip


def transparency(file: Examined) -> Iterator[Finding]:
    """P060: nothing shows through: no opacity, blending, soft mask or group."""
    service = file.service
    opaque = bool(service.standards) and all("X-1a" in name or "X-3" in name for name in service.standards)
    if service.transparency and not opaque:
        return
    asks = "none, as in PDF/X-1a and X-3" if opaque else "flattened transparency"
    for sheet, mark in _each(file, *_COLOURED, "image", "shading", "group"):
        if mark.see_through:
            weight = Weight.WARNING if mark.see_through == GROUP else Weight.ERROR
            yield Finding("P060", mark.see_through, asks,
                          "mix the colours beforehand, or flatten the file when writing it", sheet.number,
                          sheet.place(mark.box) if mark.box else "", weight)  # fmt: skip


def _each(file: Examined, *kinds: str) -> Iterator[tuple[Sheet, Mark]]:
    for sheet, painted in zip(file.sheets, file.painted, strict=True):
        for mark in painted.marks:
            if mark.kind in kinds:
                yield sheet, mark
