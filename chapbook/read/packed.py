"""The text tree as JSON and back: short lists, so that reading a book again is a matter of moments.

A node is a list that begins with a number, which says what it is; its fields follow in order. A
tuple is a list that begins with no number: tuples of nodes hold nodes and tuples only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chapbook.tree import NO_ATTR, Attr
from chapbook.walking import CHILD_FIELDS, FIELDS

_CODES = {kind: code for code, kind in enumerate(FIELDS)}


def packed(part: Any) -> Any:
    """A node, or any nesting of tuples, as lists, texts and numbers."""
    kind = type(part)
    if kind is tuple:
        return [packed(piece) for piece in part]
    code = _CODES.get(kind)
    if code is None:
        return part
    children = CHILD_FIELDS[kind]
    values = ((name, getattr(part, name)) for name in FIELDS[kind])
    return [code, *(packed(v) if name in children else _plain(v) for name, v in values)]


def _plain(value: Any) -> Any:
    if isinstance(value, Attr):
        return [value.id, value.classes, value.pairs] if value != NO_ATTR else []
    return value


def unpacked(data: Any) -> Any:
    """The tuple `packed` was given."""
    return tuple([_node(piece) if piece and type(piece[0]) is int else unpacked(piece) for piece in data])


def _node(data: Any) -> Any:
    kind, readers = _READERS[data[0]]
    return kind(*[read(value) if read else value for read, value in zip(readers, data[1:], strict=True)])


def _attr(data: Any) -> Attr:
    return Attr(data[0], tuple(data[1]), tuple([(key, value) for key, value in data[2]])) if data else NO_ATTR


def _reader(kind: type, name: str) -> Callable[[Any], Any] | None:
    if name in CHILD_FIELDS[kind]:
        return unpacked
    readers: dict[str, Callable[[Any], Any]] = {"attr": _attr, "aligns": tuple, "widths": tuple, "tasks": tuple}
    return readers.get(name)


_READERS = [(kind, tuple(_reader(kind, name) for name in names)) for kind, names in FIELDS.items()]
