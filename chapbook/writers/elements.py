"""What each element of a page document is in the structure of a PDF.

The mapping is HTML's own meaning, plus three words of the composition: `class="n"` is the
number that labels a note or a list item, `role="doc-toc"` the table of contents,
`aria-hidden="true"` decoration.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chapbook.writers.cells import SCOPES, heads
from chapbook.writers.structure import Node, string

_KINDS: Mapping[str, str] = {
    "p": "P", "h1": "H1", "h2": "H2", "h3": "H3", "h4": "H4", "h5": "H5", "h6": "H6",
    "div": "Div", "figure": "Div", "section": "Sect", "article": "Art", "main": "Part",
    "aside": "Sect", "nav": "Sect", "blockquote": "BlockQuote", "ul": "L", "ol": "L", "dl": "L",
    "li": "LI", "dt": "Lbl", "dd": "LBody", "table": "Table", "caption": "Caption",
    "figcaption": "Caption", "thead": "THead", "tbody": "TBody", "tfoot": "TFoot", "tr": "TR",
    "th": "TH", "td": "TD", "pre": "P", "code": "Code", "q": "Quote", "a": "Link",
    "img": "Figure", "{http://www.w3.org/2000/svg}svg": "Figure",
}  # fmt: skip
_NUMBERING = {"decimal": "Decimal", "lower-roman": "LowerRoman", "upper-roman": "UpperRoman",
              "lower-alpha": "LowerAlpha", "upper-alpha": "UpperAlpha", "disc": "Disc",
              "circle": "Circle", "square": "Square"}  # fmt: skip
_IN_CONTENTS = {"div": "", "ol": "", "ul": "", "li": "TOCI"}


@dataclass(frozen=True, slots=True)
class Setting:
    """What the page knows of an element: is it a block, its list's style, its `/BBox`."""

    block: bool
    list_style: str
    place: str


@dataclass(slots=True)
class Elements:
    """Makes nodes for elements in the order of the text; `lang` is the document's language."""

    lang: str
    section: str = "book"
    headings: list[tuple[int, int]] = field(default_factory=list)
    tables: int = 0
    cells: dict[Any, tuple[str, tuple[str, ...]]] = field(default_factory=dict)

    def node(self, element: Any, above: Node, setting: Setting) -> Node | None:
        """The node of an element inside another.

        That is the one above where an element adds nothing to it, and None where the element
        is decoration.
        """
        if element.get("aria-hidden") == "true" or element.tag == "hr":
            return None
        kind = self._kind(element, above, setting)
        alt = _alternative(element) if kind in ("Figure", "Formula") else ""
        if kind == "Figure" and not alt:
            return None
        lang = element.get("lang") or ""
        if lang == self._language(above):
            lang = ""
        if not kind:
            return above.child("Span", lang=lang) if lang else above
        made = self._made(element, kind, above)
        made.lang, made.alt, made.title = lang, alt, element.get("title") or ""
        made.attributes = self._attributes(element, made, setting)
        return made

    def _language(self, node: Node | None) -> str:
        while node is not None:
            if node.lang:
                return node.lang
            node = node.parent
        return self.lang

    def _kind(self, element: Any, above: Node, setting: Setting) -> str:
        classes = (element.get("class") or "").split()
        if "n" in classes and _opens(above):
            return "Lbl"
        if element.get("role") == "math" or (element.tag == "img" and "math" in classes):
            return "Formula"
        if element.get("role") == "img":
            return "Figure"
        if element.get("role") == "doc-toc":
            return "TOC"
        if above.kind == "TOC":
            return _IN_CONTENTS.get(element.tag, "")
        if above.kind == "TOCI" and element.tag in ("ol", "ul"):
            return "TOC"
        kind = _KINDS.get(element.tag, "")
        if kind[:1] == "H":
            return f"H{self._level(int(kind[1:]))}"
        if not kind and setting.block and above.kind == "Note":
            return "P"
        return kind

    def _level(self, written: int) -> int:
        """A heading's level without gaps (ISO 14289-1, 7.4.2), the same for those of one rank.

        A document's first is as written: a chapter laid out alone may stand below a part.
        """
        while self.headings and self.headings[-1][0] >= written:
            self.headings.pop()
        above = self.headings[-1][1] if self.headings else written - 1
        self.headings.append((written, min(written, above + 1)))
        return self.headings[-1][1]

    def _made(self, element: Any, kind: str, above: Node) -> Node:
        if kind == "Lbl" and element.tag != "dt":
            label = (above.nearest("LI", "Note") or above).label()
            return label.child("Link") if element.tag == "a" else label
        if kind in ("Lbl", "LBody"):
            return _pair(above.nearest("L") or above, kind).child(kind)
        if kind == "Link" and above.kind == "TOCI":
            return above.child("Reference").child("Link")
        made = above.child(kind)
        if kind == "Sect":
            self.section = element.get("id") or self.section
        elif kind == "Table":
            self.tables += 1
            self.cells.update(heads(element, f"{self.section}-table-{self.tables}"))
        elif kind == "TH":
            made.id = self.cells[element][0]
        return made

    def _attributes(self, element: Any, made: Node, setting: Setting) -> str:
        """The inside of `/A` (ISO 32000-1, 14.8.5)."""
        match made.kind:
            case "Figure" | "Formula":
                return f"/O/Layout/Placement/{'Block' if setting.block else 'Inline'}{setting.place}"
            case "L":
                return f"/O/List/ListNumbering/{_numbering(element, setting)}"
            case "TH" | "TD":
                return f"/O/Table{_spans(element)}{self._headed(element, made)}"
        return ""

    def _headed(self, element: Any, made: Node) -> str:
        if made.kind == "TH":
            return f"/Scope/{SCOPES.get(element.get('scope') or '', 'Column')}"
        over = self.cells[element][1]
        return f"/Headers[{' '.join(string(name) for name in over)}]" if over else ""


def _numbering(element: Any, setting: Setting) -> str:
    """How a list's labels count; a style of the book's own in a list without numbers is a disc."""
    if element.tag == "dl" or setting.list_style == "none":
        return "None"
    return _NUMBERING.get(setting.list_style, "Disc" if element.tag == "ul" else "Decimal")


def _alternative(element: Any) -> str:
    """The words that stand for a picture; "" says that it is decoration."""
    said = element.get("alt") or element.get("aria-label") or ""
    if not said:
        title = element.find("{http://www.w3.org/2000/svg}title")
        said = (title.text or "") if title is not None else ""
    return str(said).strip()


def _opens(above: Node) -> bool:
    """Is this the first thing said in a list item or a note?"""
    item = above.nearest("LI", "Note")
    return item is not None and above.nearest("Code") is None and next(item.runs(), None) is None


def _pair(group: Node, kind: str) -> Node:
    """The list item a term or a definition belongs to: a term after a definition opens one."""
    last = group.kids[-1] if group.kids else None
    if isinstance(last, Node) and last.kind == "LI":
        closed = any(isinstance(kid, Node) and kid.kind == "LBody" for kid in last.kids)
        if kind == "LBody" or not closed:
            return last
    return group.child("LI")


def _spans(element: Any) -> str:
    found = ""
    for name, key in (("colspan", "ColSpan"), ("rowspan", "RowSpan")):
        value = element.get(name) or ""
        if value.isdigit() and int(value) > 1:
            found += f"/{key} {value}"
    return found
