"""WeasyPrint's laid-out document as a tagged PDF: the one place that knows its inside.

WeasyPrint 70.0 writes a structure of its own, box by box; ours follows the elements of the
text, so that a paragraph over two pages is one, a note is a note, and furniture is none of
it. What is used of the engine without its promise: `Page._page_box` and the boxes below it,
`Stream.marked` (replaced on the stream of each page), the stream's fonts, `weasyprint.pdf.add_tags` (replaced
while a file is written). The version is pinned; `tests/test_tags.py` fails when these move.
Each document stands for itself: a chapter laid out alone is tagged like a whole book.

Limitation: text under `opacity` is drawn in a group of its own and would not be tagged.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pydyf

from chapbook import fonts
from chapbook.writers.elements import Elements, Setting
from chapbook.writers.structure import Drawn, Node, Run

_PT = 0.75  # points in a CSS pixel
_MARGIN = Run(-1, "")  # stands for what is drawn in a page's margin
_NO_SPACE = " \u3000-/–—\u2060\u200b"  # characters after which a line turns without a further space

_MIRRORED = "()[]{}<>«»‹›"
_KNOWN = 12  # characters by which a place in the text is known again


def write(document: Any) -> bytes:
    """The PDF of a rendered document: tagged, with its bleed, named PDF/UA-1."""
    plan = _Plan(document)
    for number, page in enumerate(document.pages):
        page.paint = partial(_paint, page, plan, number)
    try:
        with _own_tags(plan):
            return bytes(document.write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True))
    finally:
        for page in document.pages:
            del page.paint
        plan.root.release()


@contextmanager
def _own_tags(plan: _Plan) -> Iterator[None]:
    from weasyprint import pdf as engine

    before = engine.add_tags
    engine.add_tags = plan.draw
    try:
        yield
    finally:
        engine.add_tags = before


# ── from boxes to nodes ──────────────────────────────────────────────────────


class _Plan:
    """Where everything that will be drawn belongs, by its box; what has no run is decoration."""

    def __init__(self, document: Any) -> None:
        from weasyprint.formatting_structure import boxes
        from weasyprint.layout.absolute import AbsolutePlaceholder

        self.boxes, self.placeholder = boxes, AbsolutePlaceholder
        self.lang = document.metadata.lang or ""
        self.elements = Elements(self.lang)
        self.root = Node("Document", lang=self.lang)
        self.runs: dict[Any, Run] = {}
        self.nodes: dict[tuple[Any, str], Node | None] = {}
        self.marks = [0] * len(document.pages)
        self.calls: dict[str, str] = {}
        self.spaces: dict[str, bytes] = {}
        self.empty: list[Run] = []
        self.last: Run | None = None
        self.ended: Run | None = None  # the end of a line
        self.owner: Any = None  # the element whose text the last run is
        for number, page in enumerate(document.pages):
            self.page, self.number = page, number
            # The engine gives a link to every box in it; one a line is what a reader meets.
            page.links[:] = [link for link in page.links if link[3].link]
            for child in page._page_box.children:
                if isinstance(child, boxes.MarginBox):
                    self.runs.update((box, _MARGIN) for box in child.descendants())
                else:
                    self._visit(child, page._page_box, self.root)

    def draw(self, pdf: Any, document: Any, version: Any, streams: Any) -> None:
        """What stands in for the engine's `add_tags`."""
        pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})
        Drawn(pdf, self.marks).add(self.root)

    def _visit(self, box: Any, above: Any, node: Node) -> None:
        if isinstance(box, self.boxes.TextBox):
            self._text(box, node)
            return
        if isinstance(box, self.placeholder):
            box = box._box
        if box.element is not above.element or box.element_tag != above.element_tag:
            entered = self._enter(box, node)
            if entered is None:
                return
            node = entered
        if isinstance(box, self.boxes.ReplacedBox):
            run = self.runs[box] = Run(self.number, "")
            node.kids.append(run)
        elif node.kind == "Figure" and not box.children:
            # Drawn by the style sheet alone, as decoration: its words stand at an empty mark.
            run = Run(self.number, "", mcid=self.marks[self.number])
            self.marks[self.number] += 1
            self.empty.append(run)
            node.kids.append(run)
        elif isinstance(box, self.boxes.LineBox):
            self._line(box, node)
        elif not box.is_leader:
            for child in box.children:
                self._visit(child, box, node)
        elif self.last is not None:
            self.last.space = True

    def _line(self, box: Any, node: Node) -> None:
        """A line: the space that its end swallowed is given back to the text."""
        self.last = None
        for child in box.children:
            self._visit(child, box, node)
        last = self.last
        if last is None or last.divided or not last.text or node.nearest("Code"):
            return
        final = last.text[-1]
        last.space = final not in _NO_SPACE and unicodedata.east_asian_width(final) not in "WF"
        self.ended = last if last.space else None

    def _rejoined(self, last: Run, box: Any) -> None:
        """No space where a line turned inside a word: the text has the two pieces in one."""
        pieces = (box.element.text, *(child.tail for child in box.element))
        before, after = last.text.split()[-1][-_KNOWN:], box.text.split()[0][:_KNOWN]
        for text in pieces:
            if text and before + after in text and f"{before} {after}" not in " ".join(text.split()):
                last.space = False

    def _text(self, box: Any, node: Node) -> None:
        text = box.text
        if not text.strip(" \t\n\u200b"):
            if "\u200b" in text:
                self.last = None  # a place where a line may turn: nothing was swallowed
            elif self.last is not None and not self.last.text.endswith(" "):
                self.last.space = True
            return
        if self.ended is not None and self.owner is box.element:
            self._rejoined(self.ended, box)
        self.ended, self.owner = None, box.element
        hyphen = box.style["hyphenate_character"]
        divided = len(hyphen) > 1 and text.endswith(hyphen)
        run = Run(self.number, text.removesuffix(hyphen) if divided else text, divided=divided)
        self.runs[box] = self.last = run
        node.line().kids.append(run)

    def _enter(self, box: Any, node: Node) -> Node | None:
        """The node of a box's element; None for what is not part of the text."""
        key = box.element, box.element_tag
        if key in self.nodes:
            found = self.nodes[key]
            if getattr(box, "is_header", False) or getattr(box, "is_footer", False):
                return None  # a table's head or foot, repeated on its next page
        else:
            found = self.nodes[key] = self._made(box, node)
        if found is not None and found.kind == "Link" and box.link:
            found.boxes.append((box, self.number))
        return found

    def _made(self, box: Any, node: Node) -> Node | None:
        element, tag = box.element, box.element_tag
        if element is None or tag in ("html", "body"):
            return node
        if box.footnote is not None:
            return self._call(box, element, node)
        _, pseudo, name = tag.partition("::")
        if pseudo:
            return node.label() if name == "marker" else node if element.tag != "hr" else None
        style = box.style["list_style_type"]
        pictured = tag == "img" or tag.endswith("svg") or element.get("role") == "img"
        setting = Setting(
            block=isinstance(box, self.boxes.BlockLevelBox),
            list_style=style if isinstance(style, str) else "",
            place=self._place(box) if pictured else "",
        )
        made = self.elements.node(element, node, setting)
        if made is not None and made.kind == "Lbl" and (note := made.parent) and note.kind == "Note":
            link = made.child("Link", title=element.get("title") or "")
            return self._lead(box, link, self.calls.get(note.id, ""))
        return made

    def _place(self, box: Any) -> str:
        """A picture's `/BBox`, in points from the lower left of the page."""
        left, top = box.content_box_x() * _PT, (self.page.height - box.content_box_y()) * _PT
        right, bottom = left + box.width * _PT, top - box.height * _PT
        return f"/BBox[{left:.2f} {bottom:.2f} {right:.2f} {top:.2f}]"

    def _call(self, box: Any, element: Any, node: Node) -> Node:
        """A note's call: a reference that leads to its note, and a place to come back to."""
        note = node.note()
        note.id = element.get("id") or ""
        self.nodes[element, element.tag] = note
        call = self.calls[note.id] = element.get("data-call") or f"call-{note.id}"
        self.page.anchors.setdefault(call, _area(box))
        link = node.child("Reference").child("Link", title=element.get("title") or "")
        return self._lead(box, link, note.id)

    def _lead(self, box: Any, link: Node, name: str) -> Node:
        """Make a box lead to a place in the book."""
        if name:
            self.page.links.append(("internal", name, _area(box), box))
            link.boxes.append((box, self.number))
        return link


def _area(box: Any) -> tuple[float, float, float, float]:
    x, y, width, height = box.hit_area()
    return x, y, x + width, y + height


# ── drawing ──────────────────────────────────────────────────────────────────


def _paint(page: Any, plan: _Plan, number: int, stream: Any, scale: float = 1) -> None:
    for run in plan.empty:
        if run.page == number:
            stream.stream += (b"/Figure", f"<</MCID {run.mcid}>>".encode(), b"BDC", b"EMC")
    stream.marked = _Marks(stream, plan, number)
    type(page).paint(page, stream, scale)
    del stream.marked
    if number == len(plan.marks) - 1:
        # Drawn from right to left, ( is the glyph of ): a glyph stands for what it shows.
        for font in stream._fonts.values():
            shown = {} if font.bitmap else fonts.glyphs(font.file_content, _MIRRORED)
            font.to_unicode.update((glyph, char) for glyph, char in shown.items() if glyph in font.to_unicode)


class _Marks:
    """Stands in for `Stream.marked`: marks what is drawn as content or as decoration."""

    def __init__(self, stream: Any, plan: _Plan, number: int) -> None:
        self.stream, self.runs, self.marks, self.number = stream, plan.runs, plan.marks, number
        self.spaces = plan.spaces
        self.run: Run | None = None

    def __call__(self, box: Any, tag: str) -> _Marks:
        self.run = self.runs.get(box)
        return self

    def __enter__(self) -> None:
        if self.run is None:
            self.stream.stream += (b"/Artifact", b"BMC")
        elif self.run is _MARGIN:
            self.stream.stream += (b"/Artifact", b"<</Type/Pagination>>", b"BDC")
        else:
            self.run.mcid = self.marks[self.number]
            self.marks[self.number] += 1
            self.stream.stream += (b"/Span", b"<</MCID %d>>" % self.run.mcid, b"BDC")

    def __exit__(self, *_: object) -> None:
        run, written = self.run, self.stream.stream
        if run is not None and (run.divided or run.space):
            # What was shown last stands just before the end of the text, under lines at most.
            for index in range(len(written) - 1, max(-1, len(written) - 7), -1):
                if written[index].endswith(b"] TJ"):
                    written[index : index + 1] = self._ended(run, written[index])
                    break
        written.append(b"EMC")

    def _ended(self, run: Run, shown: bytes) -> list[bytes]:
        """The end of a line as text: a soft hyphen where one was put in, else a space."""
        if run.space:
            space = self._space()
            if shown.rpartition(b">")[0].endswith(space[1:-1]):
                return [shown]  # the engine's own, drawn beyond the line
            return [shown.removesuffix(b"] TJ") + space + b"] TJ"]
        # A word joiner before the hyphen makes it a piece of its own.
        word, _, hyphen = shown.rpartition(b"<")
        return [word + b"] TJ", b"/Span", b"<</ActualText<FEFF00AD>>>", b"BDC", b"[<" + hyphen, b"EMC"]

    def _space(self) -> bytes:
        """The glyph of a space in the font last used; the font then has one to embed."""
        used = self.stream._old_font
        name = used[0] if used else ""
        if name not in self.spaces:
            font = next((f for f in self.stream._fonts.values() if f.hash == name), None)
            found = fonts.space(font.file_content) if font and not font.bitmap else None
            if font and found:
                font.to_unicode.setdefault(found[0], " ")
                font.widths.setdefault(*found)
            self.spaces[name] = b"<%04x>" % found[0] if found else b""
        return self.spaces[name]
