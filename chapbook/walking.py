"""Going through the text tree: every node of it, a tree changed, the words of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import fields, replace
from typing import Any, TypeVar

from chapbook.tree import (
    NO_ATTR, Anchor, Attr, BlockQuote, BulletList, Cell, Citation, Cite, Code, CodeBlock, DefinitionList,
    Details, Div, Figure, Footnote, Heading, Image, Inlines, LineBlock, LineBreak, Link, Math, Node, NoteRef,
    OrderedList, Para, Quoted, Rule, Span, Styled, Table, Text,
)  # fmt: skip

_NODE_TYPES = (
    Text, LineBreak, Styled, Quoted, Cite, Code, Math, Link, Image, Footnote, NoteRef, Anchor,
    Span, Para, Heading, CodeBlock, BlockQuote, OrderedList, BulletList, DefinitionList, Rule,
    Table, Figure, Div, Details, LineBlock, Citation, Cell,
)  # fmt: skip
_CHILD_NAMES = {"content", "blocks", "items", "lines", "caption", "summary", "head", "bodies", "foot",
                "citations", "prefix", "suffix"}  # fmt: skip
FIELDS: dict[type, tuple[str, ...]] = {t: tuple(f.name for f in fields(t)) for t in _NODE_TYPES}
# What each type holds, all of them tuples; () for a leaf. A type that is not here is no node.
CHILD_FIELDS: dict[type, tuple[str, ...]] = {
    t: tuple(name for name in names if name in _CHILD_NAMES) for t, names in FIELDS.items()
}
_BACKWARDS = {t: names[::-1] for t, names in CHILD_FIELDS.items()}
# What has inline content of its own, and what can carry attributes.
HOLDING = frozenset(t for t, names in FIELDS.items() if "content" in names)
CARRYING = frozenset(t for t, names in FIELDS.items() if "attr" in names)

T = TypeVar("T")


def walk(part: object, of: Set[type] = CHILD_FIELDS.keys()) -> Iterator[Node]:
    """Every node of `part` (a node or any nesting of tuples), parents first, in reading order; those `of` some types."""
    waiting: list[Any] = [part]  # the last is the next
    while waiting:
        node = waiting.pop()
        kind = type(node)
        if kind is tuple:
            waiting += node[::-1]
            continue
        if kind in of:
            yield node
        for name in _BACKWARDS.get(kind, ()):
            waiting += getattr(node, name)[::-1]


def inside(node: object) -> tuple[object, ...]:
    """What a node holds, in reading order: tuples of nodes; () for a leaf, and for what is no node."""
    return tuple(getattr(node, name) for name in CHILD_FIELDS.get(type(node), ()))


def rewrite(
    part: T, change: Callable[[Node], object], enter: Callable[[Node], None] | None = None,
    of: Set[type] = CHILD_FIELDS.keys(),
) -> T:  # fmt: skip
    """`part` with `change` applied to every node, children first.

    `change` returns a node, or a tuple of nodes that takes its place in the surrounding
    tuple. A node that comes back as it was is kept, so unchanged trees are shared. `enter` is
    told of each node before its children. Both are asked about nodes `of` these types only.
    """
    changed: Any = _rewrite_all((part,), change, enter, of)
    found: T = changed[0] if len(changed) == 1 else changed
    return found


def _rewrite_all(
    part: tuple[object, ...], change: Callable[[Any], object], enter: Callable[[Any], None] | None, of: Set[type]
) -> tuple[object, ...]:
    out: list[object] | None = None  # None as long as nothing changed
    for index, piece in enumerate(part):
        kind = type(piece)
        new: object = piece
        if type(piece) is tuple:
            new = _rewrite_all(piece, change, enter, of)
        elif (names := CHILD_FIELDS.get(kind)) is not None:
            told = kind in of
            if told and enter:
                enter(piece)
            for name in names:
                old = getattr(piece, name)
                if old and (fresh := _rewrite_all(old, change, enter, of)) is not old:
                    new = _with(new, {name: fresh})
            if told:
                new = change(new)
        if out is None:
            if new is piece:
                continue
            out = list(part[:index])
        if kind is not tuple and type(new) is tuple:
            out += new
        else:
            out.append(new)
    return part if out is None else tuple(out)


def _with(node: Any, fresh: Mapping[str, object]) -> Any:
    """`dataclasses.replace`, which takes four times as long."""
    kind = type(node)
    return kind(*[fresh[name] if name in fresh else getattr(node, name) for name in FIELDS[kind]])


def content_of(node: Node) -> Inlines | None:
    """The inline content of a node; None for a node that holds none of its own."""
    content = getattr(node, "content", None)
    return content if isinstance(content, tuple) else None


def with_content(node: Node, content: Inlines) -> Node:
    """A node that `content_of` has content for, with other content."""
    changed: Node = _with(node, {"content": content})
    return changed


def attr_of(node: object) -> Attr:
    """The attributes of a node; empty for one that cannot carry any."""
    attr = getattr(node, "attr", NO_ATTR)
    return attr if isinstance(attr, Attr) else NO_ATTR


def with_id(node: Node, name: str) -> Node:
    """A node that carries attributes, with another identifier."""
    changed: Node = _with(node, {"attr": replace(attr_of(node), id=name)})
    return changed


def plain_text(part: object, *, notes: bool = False, alts: bool = True) -> str:
    """The words of `part` in reading order.

    Note numbers only when `notes` is true, alternatives of pictures and mathematics when `alts` is.
    """
    out: list[str] = []
    _plain(part, notes, alts, out.append)
    return "".join(out)


def _plain(part: Any, notes: bool, alts: bool, say: Callable[[str], None]) -> None:
    if type(part) in _OPEN:  # as nearly all nodes that are no texts
        part = part.content
    match part:
        case tuple():
            for piece in part:
                if type(piece) is Text:
                    say(piece.text)
                    continue
                _plain(piece, notes, alts, say)
                if type(piece) in _BLOCK_TYPES:
                    say("\n")
        case Text(text=text) | Code(text=text) | CodeBlock(text=text):
            say(text)
        case Math(tex=tex):
            say(tex if alts else "")
        case Image(alt=alt):
            say(alt if alts else "")
        case LineBreak():
            say(" ")
        case NoteRef(number=number):
            say(str(number) if notes else "")
        case Quoted(double=double, content=content):
            say("“" if double else "‘")
            _plain(content, notes, alts, say)
            say("”" if double else "’")
        case Footnote() | Cite() | Anchor() | Rule():
            return
        case LineBlock(lines=lines):
            for line in lines:
                _plain(line, notes, alts, say)
                say("\n")
        case DefinitionList(items=items):
            for term, definitions in items:
                _plain(term, notes, alts, say)
                say("\n")
                _plain(definitions, notes, alts, say)
        case _:
            for name in CHILD_FIELDS.get(type(part), ()):
                _plain(getattr(part, name), notes, alts, say)


_BLOCK_TYPES = {
    Para, Heading, CodeBlock, BlockQuote, OrderedList, BulletList, DefinitionList, Rule,
    Table, Figure, Div, Details, LineBlock, Cell,
}  # fmt: skip
_OPEN = HOLDING - {Quoted}  # their words are those of their content
