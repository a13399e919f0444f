"""Drawings (SVG 2): kept where all of it is drawing, made anew from an allow-list.

What runs, loads or grows is refused with a word why. What an editor leaves behind and no
reader sees (comments, metadata, titles, its own elements and attributes) is left out; a picture
inside is made anew from its pixels like any other.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_XML = "http://www.w3.org/XML/1998/namespace"
MAX_BYTES = 2_000_000
MAX_NODES = 50_000  # with every `use` drawn out
MAX_DEPTH = 60

_DRAWN = set(
    "svg g defs symbol use path rect circle ellipse line polyline polygon text tspan textPath linearGradient "
    "radialGradient stop pattern clipPath mask marker image style filter feBlend feColorMatrix feComponentTransfer "
    "feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA "
    "feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight "
    "feSpecularLighting feSpotLight feTile feTurbulence".split()
)
_LEFT_OUT = {"metadata", "title", "desc"}
_LEFT_OUT_ATTRIBUTES = re.compile(r"data-|aria-|role$|tabindex$|version$|baseProfile$|enable-background$")
_ATTRIBUTE = re.compile(r"[a-zA-Z][a-zA-Z0-9-]*")
_INSTRUCTION = re.compile(r"<\?(?!xml\s)|<!\s*(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)", re.IGNORECASE)
_REFERENCE = re.compile(r"url\(\s*['\"]?#([^'\")\s]+)['\"]?\s*\)")
_EMBEDDED = re.compile(r"data:image/(png|jpeg|jpg);base64,", re.IGNORECASE)

Remake = Callable[[bytes], tuple[str, bytes] | None]  # media type and bytes; None when it is no picture


class NotADrawing(Exception):
    """Why a file cannot be kept; the message is for the author."""


def cleaned(data: bytes, remake: Remake) -> bytes:
    """The drawing made anew.

    Raises: NotADrawing.
    """
    root = _parsed(data)
    _weigh(root)
    clean = _element(root, remake, 1)
    clean.attrib.pop("base", None)
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", XLINK)
    written: bytes = ElementTree.tostring(clean, "utf-8", xml_declaration=False)
    return written


def _parsed(data: bytes) -> Element:
    if len(data) > MAX_BYTES:
        raise NotADrawing(f"it is larger than {MAX_BYTES // 1_000_000} MB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotADrawing("it is not UTF-8") from error
    if "\0" in text or re.match(r"\s*<\?xml[^>]*encoding=['\"](?!utf-8['\"])", text, re.IGNORECASE):
        raise NotADrawing("it is not UTF-8")
    if match := _INSTRUCTION.search(text):
        raise NotADrawing(f"a document type, an entity or an instruction ({match[0]}) is not read")
    try:
        root = ElementTree.fromstring(text.lstrip())
    except ElementTree.ParseError as error:
        raise NotADrawing(f"it is not well-formed ({error})") from error
    if root.tag != f"{{{SVG}}}svg":
        raise NotADrawing("it is not a drawing in SVG's name space")
    return root


def _weigh(root: Element) -> None:
    """Refuses what is too deep, or grows too large when every reference is drawn out."""
    named: dict[str, Element] = {}
    level = [root]
    for depth in range(MAX_DEPTH + 1):
        for element in level:
            if name := element.get("id"):
                named.setdefault(name, element)
        level = [child for element in level for child in element]
        if depth == MAX_DEPTH and level:
            raise NotADrawing(f"its elements stand more than {MAX_DEPTH} deep")
    costs: dict[str, int] = {}

    def cost(element: Element) -> int:
        total = 1
        for name in _references(element):
            total += of(name)
        for child in element:
            total += cost(child)
        if total > MAX_NODES:
            raise NotADrawing(f"it has more than {MAX_NODES} elements when it is drawn")
        return total

    def of(name: str) -> int:
        if name not in named:
            return 0
        if name not in costs:
            costs[name] = -1  # being counted
            costs[name] = cost(named[name])
        if costs[name] < 0:
            raise NotADrawing(f"#{name} is drawn inside itself")
        return costs[name]

    try:
        cost(root)
    except RecursionError as error:
        raise NotADrawing("its references lead too deep") from error


def _references(element: Element) -> list[str]:
    found = [value for text in element.attrib.values() for value in _REFERENCE.findall(text)]
    for key in ("href", f"{{{XLINK}}}href"):
        if (value := element.get(key, "")).startswith("#"):
            found.append(value[1:])
    return found


def _element(element: Element, remake: Remake, depth: int) -> Element:
    space, _, name = element.tag[1:].partition("}")
    if space != SVG or name not in _DRAWN:
        raise NotADrawing(f"<{name or element.tag}> is not allowed")
    clean = Element(element.tag, dict(p for p in (_attribute(name, *pair, remake) for pair in element.items()) if p))
    clean.text, clean.tail = element.text, element.tail
    if name == "style":
        clean.text = _rules(element.text or "")
    before: Element | None = None
    for child in element:
        if _unseen(child):
            if before is None:
                clean.text = (clean.text or "") + (child.tail or "")
            else:
                before.tail = (before.tail or "") + (child.tail or "")
            continue
        before = _element(child, remake, depth + 1)
        clean.append(before)
    return clean


def _unseen(element: Element) -> bool:
    """Whether an element draws nothing: metadata, titles, and what an editor keeps for itself."""
    space, _, name = element.tag[1:].partition("}") if element.tag.startswith("{") else ("", "", element.tag)
    return name in _LEFT_OUT if space == SVG else "w3.org" not in space and bool(space)


def _attribute(element: str, key: str, value: str, remake: Remake) -> tuple[str, str] | None:
    """A clean attribute; None when it is left out."""
    space, _, name = key[1:].partition("}") if key.startswith("{") else ("", "", key)
    if name.lower().startswith("on"):
        raise NotADrawing(f"the attribute {name}= is not allowed")
    if space and space not in (XLINK, _XML):
        return None
    if name == "href":
        return key, _href(element, value, remake)
    if space == XLINK or (space == _XML and name not in ("space", "lang")):
        return None
    if not space and (_LEFT_OUT_ATTRIBUTES.match(name) or not _ATTRIBUTE.fullmatch(name)):
        return None
    return key, _rules(value) if "(" in value or name == "style" else value


def _href(element: str, value: str, remake: Remake) -> str:
    if value.startswith("#"):
        return value
    match = _EMBEDDED.match(value)
    if element == "image" and match:
        try:
            picture = remake(base64.b64decode("".join(value[match.end() :].split()), validate=True))
        except binascii.Error:
            picture = None
        if picture is None:
            raise NotADrawing("a picture inside it cannot be read")
        return f"data:{picture[0]};base64,{base64.b64encode(picture[1]).decode()}"
    raise NotADrawing(f"a reference outward is not allowed: {value[:40]}")


def _rules(text: str) -> str:
    """A style without comments, which names nothing outside the drawing."""
    bare = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    if "\\" in bare or "@import" in bare.lower() or re.search(r"(?i)url\(", _REFERENCE.sub("", bare)):
        raise NotADrawing("a style that loads something is not allowed")
    return bare
