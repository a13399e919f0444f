"""Mathematics: pandoc's MathML made clean, and drawn; the only seam to ziamath.

pandoc reads the TeX of the manuscript and gives MathML, which EPUB and HTML carry as it is.
WeasyPrint knows no MathML: for the page ziamath draws the same MathML as filled outlines, with
the font STIX Two Math that it brings.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from functools import cache
from html import unescape
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from chapbook import fonts
from chapbook.model import Face

_NAMESPACE = "http://www.w3.org/1998/Math/MathML"
# What pandoc writes and ziamath draws; a name that is not here is refused.
_ALLOWED = {"math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "msup", "msub", "msubsup", "mfrac", "msqrt", "mroot",
            "mover", "munder", "munderover", "mtable", "mtr", "mtd", "mstyle", "mphantom", "mpadded", "menclose",
            "mmultiscripts", "mprescripts", "none"}  # fmt: skip
_ATTRIBUTES = {"display", "stretchy", "form", "accent", "accentunder", "mathvariant", "width", "height", "depth",
               "linethickness", "displaystyle", "scriptlevel", "minsize", "maxsize", "fence", "separator", "lspace",
               "rspace", "notation", "columnalign", "rowspan", "columnspan", "symmetric", "largeop",
               "movablelimits"}  # fmt: skip
# TeX's accents stand alone in an element of their own, where a combining character has nothing to
# combine with (Unicode 3.6; Nu warns of it): the spacing one of the same shape stands for it.
_ACCENTS = dict(zip("\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u030a\u030c\u20d6\u20d7",
                    "`´^~¯¯˘˙¨˚ˇ←→", strict=True))  # fmt: skip
# What ziamath draws for them over one letter, and what it stretches over more.
_NARROW = {"^": "\u02c6", "~": "\u02dc"}
_WIDE = {"^": "\u0302", "~": "\u0303", "¯": "\u203e"}
_EM = 100  # drawn so many units to the em


@dataclass(frozen=True, slots=True)
class Drawing:
    """A formula as SVG; width, height and depth below the baseline in parts of the em."""

    svg: str
    width: float
    height: float
    depth: float


def clean(markup: str, tex: str) -> str:
    """pandoc's MathML with the TeX as its alternative text; "" when it is none or has other elements.

    Columns are aligned by class, since inline styles are forbidden and browsers know no `columnalign`.
    """
    try:
        root = ElementTree.fromstring(markup)
    except ElementTree.ParseError:
        return ""
    if root.tag != f"{{{_NAMESPACE}}}math":
        return ""
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        element.text = _ACCENTS.get(element.text or "", element.text)
        align = element.get("columnalign", "")
        element.attrib = {k: v for k, v in element.attrib.items() if k in _ATTRIBUTES and k != "columnalign"}
        if align in ("left", "right"):
            element.set("class", align)
    _unwrap(root)
    if any(element.tag not in _ALLOWED for element in root.iter()):
        return ""
    root.attrib = {"xmlns": _NAMESPACE, "display": root.get("display", "inline"), "alttext": said(tex)}
    return ElementTree.tostring(root, "unicode", short_empty_elements=False)


def said(tex: str) -> str:
    """The TeX in one line, as the alternative text says it."""
    return " ".join(tex.split())


def _unwrap(root: ElementTree.Element) -> None:
    """`semantics` gives way to what it holds; the TeX beside it is the alternative text already."""
    for child in list(root):
        if child.tag == "semantics":
            kept = [inner for inner in child if inner.tag != "annotation"]
            root.remove(child)
            root.extend(kept)


@cache
def _engine() -> Any:
    """ziamath, set to draw paths, not symbols that are used."""
    with warnings.catch_warnings():  # it finds its fonts in a way Python 3.11 and 3.12 call old
        warnings.simplefilter("ignore", DeprecationWarning)
        from ziamath import zmath
        from ziamath.config import config
    config.svg2 = False
    return zmath


@cache
def drawn(mathml: str) -> Drawing:
    """A formula of `clean` as a drawing in black.

    Raises: ValueError when ziamath cannot draw it.
    """
    root = ElementTree.fromstring(re.sub(r' (xmlns|alttext)="[^"]*"', "", mathml, count=2))
    for element in root.iter():
        if element.tag == "mover":
            shapes = _WIDE if len("".join(element[0].itertext())) > 1 else _NARROW
            element[1].text = shapes.get(element[1].text or "", element[1].text)
        if name := element.attrib.pop("class", ""):
            element.set("columnalign", name)
    root.set("displaystyle", "true" if root.get("display") == "block" else "false")
    try:
        svg: str = _engine().Math(root, size=_EM, margin=0).svg()
    except (KeyError, IndexError, AttributeError, TypeError, ZeroDivisionError) as error:
        raise ValueError(f"ziamath: {type(error).__name__}: {error}") from error
    box = re.search(r'viewBox="([^"]+)"', svg)
    if box is None:
        raise ValueError("ziamath gave no drawing")
    _, top, width, height = (float(v) for v in box[1].split())
    return Drawing(svg, width / _EM, height / _EM, (top + height) / _EM)


def lacking(mathml: str) -> str:
    """The characters of a formula that the font of the drawings has no glyph for."""
    known = fonts.characters(_font())
    shown = unescape(re.sub(r"<[^>]*>", "", mathml))
    return "".join(sorted({c for c in shown if ord(c) not in known and not c.isspace() and not "\u2061" <= c <= "\u2064"}))


@cache
def _font() -> Face:
    _engine()
    return Face("STIX Two Math", 400, False, Path(str(files("ziamath") / "fonts" / "STIXTwoMath-Regular.ttf")))
