"""YAML as the author typed it: every scalar a string, every value with its place.

Nothing is guessed (`no` stays "no", `007` stays "007") and nothing is followed: anchors,
aliases and tags are refused, so a file cannot grow or make objects. The parser is libyaml
through PyYAML's events; the tree is ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from chapbook.diagnostics import Diagnostic, Position
from chapbook.errors import ManuscriptError

MAX_BYTES = 5_000_000
MAX_DEPTH = 50


@dataclass(frozen=True, slots=True)
class Value:
    """A YAML value and its place: a string, a sequence, or a mapping with ordered keys.

    `plain` is true for a scalar without quotes, where `null`, `true` or `12` were typed.
    """

    data: str | tuple[Value, ...] | Mapping[str, Value]
    position: Position
    plain: bool = False
    key_positions: Mapping[str, Position] | None = None

    @property
    def is_null(self) -> bool:
        """Whether nothing was typed, or YAML's own word for nothing."""
        return self.plain and self.data in ("", "~", "null", "Null", "NULL")


class _Reader:
    def __init__(self, events: Iterator[yaml.Event], path: str) -> None:
        self.events = events
        self.path = path
        self.depth = 0

    def at(self, event: yaml.Event) -> Position:
        return _place(event.start_mark, self.path)

    def value(self, event: yaml.Event) -> Value:
        place = self.at(event)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _refusal("Y003", "anchors and aliases are not read", place, "write it out")
        tag = getattr(event, "tag", None)
        if tag not in (None, "!"):
            raise _refusal("Y004", f"the tag {tag} is not read", place, "leave the tag out")
        if isinstance(event, yaml.ScalarEvent):
            return Value(event.value, place, plain=not event.style)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _refusal("Y007", f"values stand more than {MAX_DEPTH} deep", place, "write it flat")
        found = (Value(tuple(self.items()), place) if isinstance(event, yaml.SequenceStartEvent)
                 else self.mapping(place))  # fmt: skip
        self.depth -= 1
        return found

    def items(self) -> Iterator[Value]:
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            yield self.value(event)

    def mapping(self, place: Position) -> Value:
        pairs: dict[str, Value] = {}
        places: dict[str, Position] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.value(event)
            if not isinstance(key.data, str):
                raise _refusal("Y005", "a key must be a word", key.position, "write `key: value`")
            if key.data in pairs:
                first = places[key.data]
                raise _refusal(
                    "Y002",
                    f"`{key.data}` stands twice (first in line {first.line})",
                    key.position,
                    "keep one of the two",
                )
            places[key.data] = key.position
            pairs[key.data] = self.value(next(self.events))
        return Value(pairs, place, key_positions=places)


def _place(mark: Any, path: str) -> Position:
    return Position(path, mark.line + 1, mark.column + 1) if mark else Position(path)


def _refusal(code: str, message: str, place: Position, hint: str) -> ManuscriptError:
    return ManuscriptError([Diagnostic(code, message, place, hint)])


def parse(text: str, path: str) -> Value:
    """The one document of a YAML text; `path` is for messages.

    Raises: ManuscriptError with one diagnostic (Y001–Y007) and its place.
    """
    if len(text) > MAX_BYTES:
        limit = f"{MAX_BYTES // 1_000_000} MB"
        raise _refusal("Y006", f"the file is larger than {limit}", Position(path), "split it")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    events = iter(yaml.parse(text, Loader=loader))
    try:
        for event in events:
            if isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent):
                continue
            if isinstance(event, yaml.StreamEndEvent):
                break
            value = _Reader(events, path).value(event)
            next(events)  # the document's end
            if not isinstance(after := next(events), yaml.StreamEndEvent):
                place = _place(after.start_mark, path)
                raise _refusal("Y001", "a second document begins here", place, "keep one document")
            return value
    except yaml.MarkedYAMLError as error:
        place = _place(error.problem_mark or error.context_mark, path)
        problem = error.problem or error.context or "it cannot be read"
        hint = "check quotes, colons and indentation; indent with spaces, never tabs"
        raise _refusal("Y001", f"not valid YAML: {problem}", place, hint) from error
    except yaml.YAMLError as error:
        raise _refusal("Y001", f"not valid YAML: {error}", Position(path), "") from error
    return Value({}, Position(path))
