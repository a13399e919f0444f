"""The sources: CSL items from CSL YAML, CSL JSON (Zotero) or BibTeX."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from chapbook import yamltext
from chapbook.diagnostics import Diagnostic, Position
from chapbook.errors import EngineError, ManuscriptError
from chapbook.model import Item, Source
from chapbook.read import pandoc
from chapbook.yamltext import Value

Convert = Callable[[str, str, str], str]  # a text, its format, the wanted one
MAX_ENTRY_BYTES = 1_000_000
_DATES = {"issued", "accessed", "original-date", "event-date", "available-date", "submitted"}
_ENDED = re.compile(r'\s*[",]')
_ADDRESS = re.compile(r"(?i)(https?://|doi:|10\.\d{4,}/)")


def read_bibliography(
    source: Source, convert: Convert = pandoc.convert
) -> tuple[tuple[Item, ...], tuple[Diagnostic, ...]]:
    """The items of one bibliography file in its own order; `convert` turns one format into another."""
    try:
        if source.path.endswith(".bib"):
            pairs = _from_bibtex(source, convert)
        elif source.path.endswith(".json"):
            pairs = _from_json(source)
        else:
            pairs = _from_yaml(source)
    except ManuscriptError as error:
        return (), error.diagnostics
    found: list[Diagnostic] = []
    items: dict[str, Item] = {}
    for data, place in pairs:
        key = str(data.get("id", "")).strip()
        if not key:
            found.append(Diagnostic("B001", "a source has no `id`", place, "add `id: …`"))
        elif key in items:
            found.append(Diagnostic("B002", f"the source `{key}` stands twice", place,
                                    f"the first is in {items[key].position}"))  # fmt: skip
        elif (size := len(json.dumps(data))) > MAX_ENTRY_BYTES:
            found.append(Diagnostic("B012", f"the source `{key}` has {size // 1000} kB", place,
                                    "keep what a reader needs to find it"))  # fmt: skip
        else:
            _check_address(data, place, found)
            items[key] = Item(key, MappingProxyType(data), short_name(data), place)
    return tuple(items.values()), tuple(found)


def _check_address(data: Mapping[str, Any], place: Position, found: list[Diagnostic]) -> None:
    url = data.get("URL")
    if url and not _ADDRESS.match(str(url)):
        found.append(Diagnostic("B003", f"`URL: {url}` is not a web address", place,
                                "write https://… or leave it out"))  # fmt: skip


def short_name(data: Mapping[str, Any]) -> str:
    """The name notes print: `custom.short`, else the first author's, else the publisher's."""
    custom = data.get("custom")
    if isinstance(custom, Mapping) and custom.get("short"):
        return str(custom["short"])
    authors = data.get("author") or data.get("editor") or ()
    for author in authors:
        if isinstance(author, Mapping):
            return str(author.get("family") or author.get("literal") or "")
    return str(data.get("container-title") or data.get("publisher") or data.get("title") or "")


def _from_yaml(source: Source) -> list[tuple[dict[str, Any], Position]]:
    top = yamltext.parse(source.text, source.path)
    entries = top.data
    if isinstance(entries, Mapping):
        entries = entries["references"].data if "references" in entries else ()
    if not isinstance(entries, tuple):
        raise ManuscriptError([Diagnostic("B004", "no list of sources", top.position,
                                          "write `references:` and a list under it")])  # fmt: skip
    pairs = []
    for entry in entries:
        data = _plain(entry)
        if not isinstance(data, dict):
            raise ManuscriptError([Diagnostic("B004", "a source must be a map", entry.position)])
        for key in _DATES & data.keys():
            data[key] = _date(data[key])
        pairs.append((data, entry.position))
    return pairs


def _plain(value: Value) -> Any:
    """A YAML value as JSON has it; texts stay texts, `true` and `false` typed bare are not."""
    if isinstance(value.data, tuple):
        return [_plain(piece) for piece in value.data]
    if isinstance(value.data, Mapping):
        return {key: _plain(piece) for key, piece in value.data.items() if not piece.is_null}
    if value.plain and value.data in ("true", "false"):
        return value.data == "true"
    return value.data


def _date(value: Any) -> Any:
    """A date as CSL-JSON has it; an ISO date typed as text is read, anything else is kept."""
    if isinstance(value, str):
        if re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", value):
            return {"date-parts": [[int(part) for part in value.split("-")]]}
        return {"literal": value}
    if isinstance(value, dict) and "date-parts" in value:
        parts = [[int(p) for p in date] for date in value["date-parts"]]
        return {**value, "date-parts": parts}
    return value


def _from_json(source: Source) -> list[tuple[dict[str, Any], Position]]:
    try:
        entries = json.loads(source.text)
    except json.JSONDecodeError as error:
        place = Position(source.path, error.lineno, error.colno)
        found = Diagnostic("B005", f"not valid JSON: {error.msg}", place, "export it again")
        raise ManuscriptError([found]) from error
    if isinstance(entries, dict):
        entries = entries.get("items", [])
    return [(dict(e), _place_of(source, str(e.get("id", "")))) for e in entries]


def _from_bibtex(source: Source, convert: Convert) -> list[tuple[dict[str, Any], Position]]:
    try:
        entries = json.loads(convert(source.text, "biblatex", "csljson"))
    except EngineError as error:
        match = re.search(r"line (\d+)", error.message)
        place = Position(source.path, int(match[1]) if match else 1)
        found = Diagnostic("B006", "not valid BibTeX", place, error.message.split("\n")[-1])
        raise ManuscriptError([found]) from error
    return [(dict(e), _place_of(source, str(e.get("id", "")))) for e in entries]


def _place_of(source: Source, key: str) -> Position:
    """Where a key stands in quotation marks, or between a brace and a comma."""
    at = source.text.find(key) if key else -1
    while at >= 0:
        before = source.text[:at].rstrip() if source.text[at - 1 : at].isspace() else source.text[:at]
        if before[-1:] in ('"', "{") and _ENDED.match(source.text, at + len(key)):
            return source.at(len(before))
        at = source.text.find(key, at + 1)
    return Position(source.path)
