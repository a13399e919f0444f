"""The structure tree of a PDF read back, with the text of each element, for tests."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pikepdf
from pikepdf import Dictionary, Name, Pdf


@dataclass
class Element:
    """One structure element: its type, its dictionary, its kids and the pages it is drawn on."""

    kind: str
    data: Dictionary
    kids: list[Element | str] = field(default_factory=list)
    links: list[Dictionary] = field(default_factory=list)
    pages: set[int] = field(default_factory=set)

    @property
    def text(self) -> str:
        """What is drawn for it and below it."""
        return "".join(kid if isinstance(kid, str) else kid.text for kid in self.kids)

    def all(self, kind: str = "") -> Iterator[Element]:
        """This element and those below it, of one type where a type is named."""
        if not kind or self.kind == kind:
            yield self
        for kid in self.kids:
            if isinstance(kid, Element):
                yield from kid.all(kind)

    def one(self, kind: str, text: str = "") -> Element:
        """The first of a type whose text starts so."""
        return next(e for e in self.all(kind) if e.text.strip().startswith(text))

    def outline(self) -> object:
        """Types and texts alone, for comparison: ("P", ["words", ("Link", ["here"])])."""
        return self.kind, [kid if isinstance(kid, str) else kid.outline() for kid in self.kids]

    def get(self, key: str) -> str:
        """A value of its dictionary or of `/A`, as text; "" when absent."""
        attributes = self.data.get("/A") or Dictionary()
        value = self.data.get(key, attributes.get(key, ""))
        return str(value)


@dataclass
class Page:
    """A page's pieces: the text of each marked one by number, artifacts, and what is unmarked."""

    marked: dict[int, str] = field(default_factory=dict)
    artifacts: list[tuple[str, str]] = field(default_factory=list)  # type, text
    unmarked: list[str] = field(default_factory=list)
    actual: list[tuple[str, str]] = field(default_factory=list)  # what stands for what


def pages_of(data: bytes) -> list[Page]:
    """What every page draws, by its marks."""
    with Pdf.open(io.BytesIO(data)) as pdf:
        return [_page(page) for page in pdf.pages]


def tree_of(data: bytes) -> Element:
    """The document element of a tagged PDF."""
    with Pdf.open(io.BytesIO(data)) as pdf:
        pages = [_page(page) for page in pdf.pages]
        numbers = {page.obj.objgen: index for index, page in enumerate(pdf.pages)}
        root = _read(pdf.Root.StructTreeRoot.K[0], pages, numbers, None)
        for element in root.all():
            element.data = pikepdf.Dictionary(
                {k: _plain(v) for k, v in element.data.items() if k in ("/Alt", "/Lang", "/ID", "/A")}
            )
            element.links = [Dictionary({k: _plain(v) for k, v in link.items() if k in ("/Contents", "/F", "/Dest", "/A")})
                             for link in element.links]  # fmt: skip
        return root


def _plain(value: object) -> object:
    if isinstance(value, Dictionary):
        return Dictionary({k: _plain(v) for k, v in value.items()})
    if isinstance(value, pikepdf.Array):
        return pikepdf.Array([_plain(v) for v in value])
    return value


def _read(
    data: Dictionary, pages: list[Page], numbers: dict[tuple[int, int], int], page: int | None
) -> Element:
    if "/Pg" in data:
        page = numbers.get(data.Pg.objgen)
    element = Element(str(data.S)[1:], data)
    kids = data.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, int):
            assert page is not None
            element.kids.append(pages[page].marked[kid])
            element.pages.add(page)
        elif kid.get("/Type") == Name.MCR:
            where = numbers[kid.Pg.objgen]
            element.kids.append(pages[where].marked[int(kid.MCID)])
            element.pages.add(where)
        elif kid.get("/Type") == Name.OBJR:
            element.links.append(kid.Obj)
        else:
            element.kids.append(_read(kid, pages, numbers, page))
    return element


def _page(page: pikepdf.Page) -> Page:
    fonts = {name: _to_unicode(font) for name, font in (page.resources.get("/Font") or {}).items()}
    found, stack, font = Page(), [], {}
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "BDC" | "BMC":
                properties = operands[1] if len(operands) > 1 else Dictionary()
                stack.append((str(operands[0]), properties))
                if "/MCID" in properties:
                    found.marked[int(properties.MCID)] = ""
            case "EMC":
                stack.pop()
            case "Tf":
                font = fonts[str(operands[0])]
            case "TJ" | "Tj":
                pieces = operands[0] if isinstance(operands[0], pikepdf.Array) else operands
                text = "".join(_decoded(bytes(p), font) for p in pieces if isinstance(p, pikepdf.String))
                _put(found, stack, text)
    return found


def _put(found: Page, stack: list[tuple[str, Dictionary]], text: str) -> None:
    for _, properties in reversed(stack):
        if "/ActualText" in properties:
            said = str(properties.ActualText)
            found.actual.append((said, text))
            text = said
    for tag, properties in reversed(stack):
        if "/MCID" in properties:
            found.marked[int(properties.MCID)] += text
            return
        if tag == "/Artifact":
            found.artifacts.append((str(properties.get("/Type", "")), text))
            return
    found.unmarked.append(text)


def _to_unicode(font: Dictionary) -> dict[int, str]:
    table = font.ToUnicode.read_bytes().decode("ascii")
    found = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for code, text in re.findall(r"<(\w+)>\s*<(\w*)>", block):
            found[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be")
    return found


def _decoded(codes: bytes, font: dict[int, str]) -> str:
    pairs = (int.from_bytes(codes[i : i + 2]) for i in range(0, len(codes), 2))
    return "".join(font.get(code, "\ufffd") for code in pairs)
