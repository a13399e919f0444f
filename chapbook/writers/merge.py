"""The parts of a book as one PDF: the master of all its PDFs.

Pages follow each other, even ones with their boxes moved to where the margins are mirrored;
running heads and folios are stamped on them as artifacts (ISO 32000-1, 14.8.2.2). Structure
trees, names, bookmarks and fonts become one of each. A link into another part, which its own
part could not have, finds its place.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import unquote

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf

from chapbook.compose.parts import ELSEWHERE
from chapbook.errors import EngineError
from chapbook.model import Face
from chapbook.writers import joined_fonts
from chapbook.writers.screen import VERSION
from chapbook.writers.weasy import Bookmark, Layout

Master: TypeAlias = Pdf

_OPEN = b"q\n"
_UNMARKED = "Q\nq\n1 0 0 1 %.6f 0 cm\n/Head Do\nQ\n"
_MARKED = "Q\n/Artifact <</Type /Pagination /Subtype /Header>> BDC\nq\n1 0 0 1 %.6f 0 cm\n/Head Do\nQ\nEMC\n"
_BOXES = ("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox")
# What belongs to the file and not to its pages: the first part has it as the book has.
_OF_THE_FILE = ("/Lang", "/MarkInfo", "/ViewerPreferences", "/Metadata", "/OutputIntents")


@dataclass(frozen=True, slots=True)
class Placed:
    """A part's layout and the page of the book (from 0) it begins on."""

    layout: Layout
    first: int


@dataclass(slots=True)
class _Source:
    """What the book has of a part: its pages, its places by name, its structure tree (None: none)."""

    placed: Placed
    pages: Sequence[Any]
    places: Mapping[bytes, tuple[Any, Any]]
    tree: Any


def merge(
    parts: Sequence[Placed], furniture: Sequence[tuple[Layout, int]], moved_pt: float, others: tuple[Face, ...] = (),
    *, tagged: bool = True,
) -> Master:  # fmt: skip
    """The master, for its maker to change and save. One part is open at a time: a long book's would fill the memory.

    `furniture` is the running heads page by page: layouts, and how many pages of each to leave out;
    `moved_pt` is how far to the right the text of even pages stands, seen from that of odd
    ones; `others` are the fonts of the system that the book uses. Where it is not `tagged`, the
    layouts are plates, which have nothing that is for screens, and nothing is marked for them.

    Raises: EngineError when a link leads nowhere or a font is not one of the book's.
    """
    book = Pdf.new()
    fonts = joined_fonts.Joined(book)
    sources: list[_Source] = []
    pages: list[Any] = []
    for part in parts:
        with Pdf.open(io.BytesIO(part.layout.pdf)) as pdf:
            pages += _blank_pages(book, pdf, part.first - len(pages))
            sources.append(_taken_in(book, pdf, part, fonts))
            pages += sources[-1].pages
    _bind(book, pages)
    _set_fonts(pages, fonts.object)
    _share_pictures(sources)
    _stamp(book, pages, furniture, fonts, moved_pt, _MARKED if tagged else _UNMARKED)
    fonts.finish(others)
    names = _names(book, sources)
    for source in sources:
        _link(source, names)
    if tagged:
        _structure(book, sources)
        _outline(book, sources)
    return book


def opened(data: bytes) -> Master:
    """A master that was laid out as a whole, or saved."""
    return Pdf.open(io.BytesIO(data))


def saved(master: Master) -> bytes:
    """The bytes of a master, which ends with it."""
    out = io.BytesIO()
    with master:
        master.save(out, min_version=VERSION, static_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable,
        fix_metadata_version=False)
    return out.getvalue()


def _taken_in(book: Pdf, pdf: Pdf, part: Placed, fonts: joined_fonts.Joined) -> _Source:
    """A part's pages, and what goes with them, copied: the part may be closed."""
    _take_fonts(pdf, part.layout, fonts)
    pages = [book.copy_foreign(page.obj) for page in pdf.pages]
    for key in _OF_THE_FILE:
        if part.first == 0 and key in pdf.Root:
            book.Root[key] = _copied(book, pdf, pdf.Root[key])
    places: Any = (pdf.Root.get("/Names") or Dictionary()).get("/Dests")
    return _Source(
        part,
        pages,
        {} if places is None else _named(_copied(book, pdf, places)),
        book.copy_foreign(pdf.Root.StructTreeRoot) if "/StructTreeRoot" in pdf.Root else None,
    )


def _copied(book: Pdf, source: Pdf, value: Any) -> Any:
    if not isinstance(value, Object):
        return value
    if value.is_indirect:
        return book.copy_foreign(value)
    return book.get_object(book.copy_foreign(source.make_indirect(value)).objgen)


# ── pages ────────────────────────────────────────────────────────────────────


def font_holders(pdf: Pdf) -> Iterator[Any]:
    """The dictionaries of resources that name fonts: one for all pages, one for each drawing."""
    seen: set[tuple[int, int]] = set()
    queue: list[Any] = [page.obj.get("/Resources") for page in pdf.pages]
    while queue:
        holder = queue.pop()
        if holder is None or (holder.is_indirect and holder.objgen in seen):
            continue
        seen.add(holder.objgen)
        if "/Font" in holder:
            yield holder
        for kind in ("/XObject", "/Pattern"):
            queue.extend(item.get("/Resources") for item in (holder.get(kind) or {}).values())


def _take_fonts(pdf: Pdf, layout: Layout, fonts: joined_fonts.Joined) -> None:
    holders = list(font_holders(pdf))
    fonts.add(holders, layout.fonts)
    for holder in holders:
        del holder.Font


def _set_fonts(pages: Sequence[Any], fonts: Object) -> None:
    seen: set[tuple[int, int]] = set()
    queue: list[Any] = [page.get("/Resources") for page in pages]
    while queue:
        holder = queue.pop()
        if holder is None or (holder.is_indirect and holder.objgen in seen):
            continue
        seen.add(holder.objgen)
        holder.Font = fonts
        for kind in ("/XObject", "/Pattern"):
            queue.extend(item.get("/Resources") for item in (holder.get(kind) or {}).values())


def _share_pictures(sources: Sequence[_Source]) -> None:
    """A picture that several parts show is in the file once."""
    known: dict[bytes, Any] = {}
    for source in sources:
        drawn = source.pages[0].Resources.get("/XObject") or {}
        for name, item in drawn.items():
            if item.get("/Subtype") == Name.Image:
                drawn[name] = known.setdefault(_digest(item), item)


def _digest(picture: Any) -> bytes:
    mask = picture.get("/SMask")
    facts = ascii([(key, str(value)) for key, value in sorted(picture.items()) if key != "/SMask"])
    whole = picture.read_raw_bytes() + (_digest(mask) if mask is not None else b"")
    return hashlib.sha256(facts.encode() + whole).digest()


def _bind(book: Pdf, pages: Sequence[Any]) -> None:
    """The page tree (ISO 32000-1, 7.7.3), in one go: the engine counts all pages for each that is added alone."""
    root = book.Root.Pages
    root.Kids, root.Count = Array(pages), len(pages)
    for page in pages:
        page.Parent = root


def _blank_pages(book: Pdf, pdf: Pdf, count: int) -> list[Any]:
    """Empty pages before a part that must begin on a right page."""
    model, blanks = pdf.pages[0].obj, []
    for _ in range(count):
        blank = Dictionary(Type=Name.Page, Contents=book.make_stream(b""), Resources=Dictionary())
        for box in _BOXES:
            if box in model:
                blank[box] = Array(list(model[box]))
        blanks.append(book.make_indirect(blank))
    return blanks


def _stamp(
    book: Pdf, pages: Sequence[Any], furniture: Sequence[tuple[Layout, int]], fonts: joined_fonts.Joined,
    moved_pt: float, drawing: str,
) -> None:  # fmt: skip
    """Mirror even pages; draw each page's head, in the margins of the page it is made for."""
    before = book.make_indirect(pikepdf.Stream(book, _OPEN))
    shift = {False: 0.0, True: -moved_pt}
    after = {left: book.make_indirect(pikepdf.Stream(book, (drawing % x).encode())) for left, x in shift.items()}
    moved: dict[bytes, Any] = {}
    resources: dict[bytes, Any] = {}  # most heads, of all quires, have the same
    number = 0
    for layout, lead in furniture:
        with Pdf.open(io.BytesIO(layout.pdf)) as pdf:
            _take_fonts(pdf, layout, fonts)
            for head in list(pdf.pages)[lead:]:
                page, left = pages[number], number % 2 == 1
                if left:
                    _move(page, -moved_pt, moved)
                if _draws(head):
                    own = head.obj.Resources.get("/ExtGState")
                    named = b"" if own is None else own.unparse(resolved=True)
                    if named not in resources or b" R" in named:
                        resources[named] = _resources(book, pdf, own, fonts)
                    _draw(page, _form(book, head, resources[named]), [before, page.Contents, after[left]])
                number += 1
    assert number == len(pages)


def _resources(book: Pdf, pdf: Pdf, own: Any, fonts: joined_fonts.Joined) -> Object:
    """What a head's content names: fonts, and states where a mark has an opacity of its own."""
    states = {} if own is None else {"ExtGState": _copied(book, pdf, own)}
    return book.make_indirect(Dictionary(Font=fonts.object, **states))


def _form(book: Pdf, head: Any, resources: Object) -> Object:
    """A page as a form; a plain one's content stays compressed as it is."""
    if isinstance(head.obj.Contents, Array) or "/Group" in head.obj:
        form: Any = book.copy_foreign(head.as_form_xobject())
    else:
        form = book.copy_foreign(head.obj.Contents)
        form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array(list(head.trimbox))
    form.Resources = resources
    return form  # type: ignore[no-any-return]


def _draw(page: Any, head: Object, contents: Sequence[Any]) -> None:
    resources = Dictionary(dict(page.Resources.items()))
    resources.XObject = Dictionary({**dict((resources.get("/XObject") or {}).items()), "/Head": head})
    page.Resources = resources
    page.Contents = Array(contents)


def _draws(head: Any) -> bool:
    return b"Tf" in head.obj.Contents.read_bytes()


def _move(page: Any, x: float, known: dict[bytes, Any]) -> None:
    """Boxes to the right; `known` has those that were moved before."""
    for box in _BOXES:
        if box in page:
            written = page[box].unparse()
            if written not in known:
                left, bottom, right, top = (float(v) for v in page[box])
                known[written] = Array([_points(left + x), _points(bottom), _points(right + x), _points(top)])
            page[box] = known[written]


def _points(value: float) -> Any:
    from decimal import Decimal

    return Decimal(f"{value:.6f}").normalize() + 0


# ── names, links, bookmarks ──────────────────────────────────────────────────


def _names(book: Pdf, sources: Sequence[_Source]) -> Mapping[str, Object]:
    """Every place with a name, as a name tree; the first of a name counts. The names as written."""
    places: dict[bytes, tuple[Any, Any]] = {}
    for source in sources:
        places = {**source.places, **places}
    if places:
        book.Root.Names = Dictionary(Dests=_name_tree(book, places))
    return {str(name): name for name, _ in places.values()}


def _name_tree(book: Pdf, entries: Mapping[bytes, tuple[Any, Any]]) -> Object:
    """A name tree (ISO 32000-1, 7.9.6): in the order of the names' bytes, each as it was written."""
    flat = [item for name in sorted(entries) for item in entries[name]]
    return book.make_indirect(Dictionary(Names=Array(flat)))


def _link(source: _Source, names: Mapping[str, Object]) -> None:
    """Links into other parts lead there by name."""
    for page in source.pages:
        for annotation in page.get("/Annots", ()):
            action = annotation.get("/A")
            if action is None or not str(action.get("/URI", "")).startswith(ELSEWHERE):
                continue
            address = str(action.URI)
            name = unquote(address.removeprefix(ELSEWHERE))
            if name not in names:
                raise EngineError(f"a link leads to #{name}, which is nowhere in the book")
            del annotation.A
            annotation.Dest = names[name]
            if str(annotation.get("/Contents", "")) == address:
                annotation.Contents = names[name]


@dataclass(slots=True)
class _Entry:
    level: int
    item: Any
    children: list[_Entry]


def _outline(book: Pdf, sources: Sequence[_Source]) -> None:
    """The bookmarks of all parts as one outline (ISO 32000-1, 12.3.3)."""
    root = _Entry(0, book.make_indirect(Dictionary(Type=Name.Outlines)), [])
    above = [root]
    for source in sources:
        for mark in source.placed.layout.bookmarks:
            while above[-1].level >= mark.level:
                above.pop()
            entry = _Entry(mark.level, book.make_indirect(_bookmark(source, mark)), [])
            above[-1].children.append(entry)
            above.append(entry)
    if root.children:
        _hang(root)
        book.Root.Outlines = root.item


def _bookmark(source: _Source, mark: Bookmark) -> Dictionary:
    page = source.pages[mark.page - 1]
    place = Array([page, Name.XYZ, _points(mark.x), _points(mark.y), 0])
    return Dictionary(Title=pikepdf.String(mark.label), Dest=place)


def _hang(entry: _Entry) -> int:
    """Connect an entry with what is below it; how many entries that is."""
    if not entry.children:
        return 0
    items = [child.item for child in entry.children]
    for index, child in enumerate(entry.children):
        child.item.Parent = entry.item
        if index:
            child.item.Prev = items[index - 1]
            items[index - 1].Next = child.item
    entry.item.First, entry.item.Last = items[0], items[-1]
    count = len(items) + sum(_hang(child) for child in entry.children)
    entry.item.Count = count
    return count


# ── structure ────────────────────────────────────────────────────────────────


def _structure(book: Pdf, sources: Sequence[_Source]) -> None:
    """One structure tree (ISO 32000-1, 14.7): one document, the keys of each part after the last's."""
    kids: list[Any] = []
    numbers: list[Any] = []
    identified: dict[bytes, tuple[Any, Any]] = {}
    whole: Any = None
    for source in sources:
        tree = source.tree
        document = tree.K[0] if isinstance(tree.K, Array) else tree.K
        if whole is None:
            root, whole = tree, document
        for kid in document.K:
            kid.P = whole
            kids.append(kid)
        identified |= _named(tree.get("/IDTree"))
        renamed: dict[int, int] = {}
        for old, value in _numbered(tree.ParentTree):
            renamed[old] = len(numbers) // 2
            numbers += [len(numbers) // 2, value]
        _renumber(source, renamed)
    whole.K = Array(kids)
    root.K = Array([whole])
    root.ParentTree = book.make_indirect(Dictionary(Nums=Array(numbers)))
    root.ParentTreeNextKey = len(numbers) // 2
    if identified:
        root.IDTree = _name_tree(book, identified)
    book.Root.StructTreeRoot = root


def _named(tree: Any) -> dict[bytes, tuple[Any, Any]]:
    """The entries of a name tree by the bytes of their names."""
    if tree is None:
        return {}
    items = list(tree.get("/Names", ()))
    found = {bytes(name): (name, value) for name, value in zip(items[::2], items[1::2], strict=True)}
    for kid in tree.get("/Kids", ()):
        found |= _named(kid)
    return found


def _numbered(tree: Any) -> Iterator[tuple[int, Any]]:
    """The entries of a number tree."""
    items = list(tree.get("/Nums", ()))
    yield from zip(map(int, items[::2]), items[1::2], strict=True)
    for kid in tree.get("/Kids", ()):
        yield from _numbered(kid)


def _renumber(source: _Source, renamed: Mapping[int, int]) -> None:
    for page in source.pages:
        if "/StructParents" in page:
            page.StructParents = renamed[int(page.StructParents)]
        for annotation in page.get("/Annots", ()):
            if "/StructParent" in annotation:
                annotation.StructParent = renamed[int(annotation.StructParent)]
