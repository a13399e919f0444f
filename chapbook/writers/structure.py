"""The structure of a page document as a tree, and that tree as objects of a PDF.

One node stands for one element of the text, however many lines and pages it takes: what is
drawn (`Run`) comes to its node wherever it was set. The tree is in the order of reading; a
note follows the block that calls it. Kinds are the standard structure types of ISO 32000-1,
14.8.4; what they may hold follows ISO 14289-1 (PDF/UA-1).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pydyf

GROUPING = frozenset({"Document", "Part", "Art", "Sect", "Div", "BlockQuote", "Note"})
BLOCK = frozenset({"P", "H1", "H2", "H3", "H4", "H5", "H6"})
INLINE = frozenset({"Span", "Quote", "Code", "Link", "Reference", "Formula"})
_NEVER_EMPTY = frozenset({"TD", "TH"})  # a table is regular only with its empty cells


def string(text: str) -> str:
    """A text string as it is written in a PDF (ISO 32000-1, 7.9.2.2)."""
    return bytes(pydyf.String(text).data).decode("ascii")


@dataclass(slots=True, eq=False)
class Run:
    """Something drawn at one go: a piece of a line, or a picture.

    `page` counts from 0; `mcid` is its number in the page's stream, None until it is drawn;
    `space` says that a space follows which the line's end swallowed; `divided` that it ends
    with a hyphen which is no part of the word.
    """

    page: int
    text: str
    mcid: int | None = None
    space: bool = False
    divided: bool = False


@dataclass(slots=True, eq=False)
class Node:
    """One structure element.

    `lang`, `alt`, `id` and `title` are "" where there is none; `attributes` is the inside of
    its `/A` dictionary; `boxes` are what link annotations belong to, with their pages (from 0);
    `after` are nodes that follow it in reading though they were called inside it.
    """

    kind: str
    parent: Node | None = None
    kids: list[Node | Run] = field(default_factory=list)
    after: list[Node] = field(default_factory=list)
    lang: str = ""
    alt: str = ""
    title: str = ""
    id: str = ""
    attributes: str = ""
    boxes: list[tuple[Any, int]] = field(default_factory=list)
    unnamed: bool = False

    def child(self, kind: str, **more: Any) -> Node:
        """A new node of a kind inside this one, where such a node may stand."""
        host = self
        if kind in INLINE:
            host = self.line()
        elif self.kind == "LI" and kind not in ("Lbl", "LBody"):
            host = self.body()
        node = Node(kind, host, **more)
        host.kids.append(node)
        return node

    def line(self) -> Node:
        """The node that takes text: groups hold it in paragraphs, list items in their body."""
        if self.kind == "LI":
            return self.body()
        if self.kind not in GROUPING:
            return self
        last = self.kids[-1] if self.kids else None
        if isinstance(last, Node) and last.unnamed:
            return last
        return self.child("P", unnamed=True)

    def body(self) -> Node:
        """The body of a list item."""
        for kid in self.kids:
            if isinstance(kid, Node) and kid.kind == "LBody":
                return kid
        return self.child("LBody")

    def label(self) -> Node:
        """The label of a list item or a note, before all else in it."""
        first = self.kids[0] if self.kids else None
        if isinstance(first, Node) and first.kind == "Lbl":
            return first
        node = Node("Lbl", self)
        self.kids.insert(0, node)
        return node

    def nearest(self, *kinds: str) -> Node | None:
        """This node or the nearest above it of one of the kinds."""
        node: Node | None = self
        while node is not None and node.kind not in kinds:
            node = node.parent
        return node

    def release(self) -> None:
        """Forget what is above and what was drawn: the tree is written, and may go."""
        nodes = [self]
        while nodes:
            node = nodes.pop()
            nodes += (kid for kid in (*node.kids, *node.after) if isinstance(kid, Node))
            node.parent, node.kids, node.after, node.boxes = None, [], [], []

    def note(self) -> Node:
        """A note called here: it is read after the block that the call stands in."""
        host = self.nearest(*BLOCK) or self.line()
        node = Node("Note", host.parent if host.kind in BLOCK else host)
        (host.after if host.kind in BLOCK else host.kids).append(node)
        return node

    def runs(self) -> Iterator[Run]:
        """What is drawn for this node and inside it."""
        for kid in self.kids:
            if isinstance(kid, Run):
                yield kid
            else:
                yield from kid.runs()

    def said(self) -> str:
        """Its words in one line: of a picture, what stands for it."""
        if self.alt:
            return self.alt
        pieces = []
        for kid in self.kids:
            if isinstance(kid, Node):
                pieces.append(kid.said() + " ")
            else:
                pieces.append(kid.text + (" " if kid.space else ""))
        return " ".join("".join(pieces).split())


def settled(node: Node) -> list[Node | Run]:
    """A node with what follows it, without what turned out empty; links to nowhere are text."""
    kids: list[Node | Run] = []
    for kid in node.kids:
        if isinstance(kid, Node):
            kids.extend(settled(kid))
        elif kid.mcid is not None:
            kids.append(kid)
    node.kids = kids
    node.boxes = [pair for pair in node.boxes if pair[0].link_annotation is not None]
    leads = node.boxes if node.kind == "Link" else [k for k in kids if isinstance(k, Node) and k.kind == "Link"]
    if node.kind in ("Link", "Reference") and not leads:
        out = kids
    else:
        out = [node] if kids or node.boxes or node.kind in _NEVER_EMPTY else []
    for follower in node.after:
        out = [*out, *settled(follower)]
    return out


# ── objects ──────────────────────────────────────────────────────────────────


class _Element(pydyf.Object):  # type: ignore[misc]
    """A finished object: its bytes are written as they are."""

    data = b""


class Drawn:
    """The tree as objects of a PDF: structure elements, parent tree, identifiers."""

    def __init__(self, pdf: Any, marks: Sequence[int]) -> None:
        """`marks` is how many marked pieces each page has."""
        self.pdf = pdf
        self.pages = [ref.decode() for ref in pdf.page_references]
        self.owners: list[list[str]] = [["null"] * count for count in marks]
        self.annotations: list[tuple[Any, str]] = []
        self.ids: list[tuple[bytes, str]] = []

    def add(self, root: Node) -> None:
        """Write the document node and all below it, and name it in the catalog."""
        settled(root)
        top, parents = _Element(), _Element()
        self.pdf.add_object(top)
        self.pdf.add_object(parents)
        document = self._element(root, _ref(top))
        nums = [f"{page} [{' '.join(owners)}]" for page, owners in enumerate(self.owners)]
        for index, (annotation, owner) in enumerate(self.annotations, start=len(nums)):
            annotation["StructParent"] = index
            nums.append(f"{index} {owner}")
        parents.data = f"<</Nums[{' '.join(nums)}]>>".encode()
        names = b" ".join(name + b" " + ref.encode() for name, ref in sorted(self.ids))
        top.data = (
            f"<</Type/StructTreeRoot/K[{document}]/ParentTree {_ref(parents)}/ParentTreeNextKey {len(nums)}".encode()
            + (b"/IDTree<</Names[" + names + b"]>>" if names else b"") + b">>"
        )  # fmt: skip
        self.pdf.catalog["StructTreeRoot"] = top.reference

    def _element(self, node: Node, parent: str) -> str:
        item = _Element()
        self.pdf.add_object(item)
        own = _ref(item)
        page = next((kid.page for kid in node.kids if isinstance(kid, Run)), None)
        kids = [self._object(box, number, own, node) for box, number in node.boxes]
        for kid in node.kids:
            if isinstance(kid, Node):
                kids.append(self._element(kid, own))
                continue
            assert kid.mcid is not None
            self.owners[kid.page][kid.mcid] = own
            kids.append(str(kid.mcid) if kid.page == page else
                        f"<</Type/MCR/Pg {self.pages[kid.page]}/MCID {kid.mcid}>>")  # fmt: skip
        parts = [f"<</Type/StructElem/S/{node.kind}/P {parent}".encode()]
        if page is not None:
            parts.append(f"/Pg {self.pages[page]}".encode())
        for key, value in (("Alt", node.alt), ("Lang", node.lang), ("ID", node.id)):
            if value:
                parts.append(f"/{key}".encode() + pydyf.String(value).data)
        if node.id:
            self.ids.append((pydyf.String(node.id).data, own))
        if node.attributes:
            parts.append(f"/A<<{node.attributes}>>".encode())
        parts.append(f"/K[{' '.join(kids)}]>>".encode())
        item.data = b"".join(parts)
        return own

    def _object(self, box: Any, page: int, own: str, node: Node) -> str:
        """A link's annotation, told by its words (ISO 14289-1, 7.18.5) and printable."""
        annotation = box.link_annotation
        annotation["Contents"] = pydyf.String(node.title or node.said() or node.alt)
        annotation["F"] = 4
        self.annotations.append((annotation, own))
        return f"<</Type/OBJR/Pg {self.pages[page]}/Obj {annotation.reference.decode()}>>"


def _ref(item: Any) -> str:
    return str(item.reference.decode())
