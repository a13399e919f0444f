"""The ledger, `claims.yaml`: what the check of each claim found."""

from __future__ import annotations

import re
from collections.abc import Mapping

from chapbook import yamltext
from chapbook.diagnostics import Diagnostic, Position
from chapbook.errors import ManuscriptError
from chapbook.fields import nearest
from chapbook.model import Claim, Source, SourceUse, Verdict
from chapbook.yamltext import Value

KEYS = ("id", "verdict", "note", "correction", "attribution", "sources", "checked", "by")
SOURCE_KEYS = ("key", "locator", "quote")
_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


def read_ledger(
    source: Source, verdicts: tuple[Verdict, ...]
) -> tuple[tuple[Claim, ...], tuple[Diagnostic, ...]]:
    """The claims of a ledger in its own order, not yet placed in the text."""
    try:
        top = yamltext.parse(source.text, source.path)
    except ManuscriptError as error:
        return (), error.diagnostics
    entries = top.data
    if isinstance(entries, Mapping):
        entries = entries["claims"].data if "claims" in entries else ()
    found: list[Diagnostic] = []
    claims: dict[str, Claim] = {}
    for entry in entries if isinstance(entries, tuple) else ():
        claim = _claim(entry, verdicts, found)
        if claim is None:
            continue
        if claim.id in claims:
            first = claims[claim.id].position
            found.append(Diagnostic("K002", f"the claim `{claim.id}` stands twice", claim.position,
                                    f"the first is in line {first.line if first else '?'}"))  # fmt: skip
            continue
        claims[claim.id] = claim
    return tuple(claims.values()), tuple(found)


def _claim(entry: Value, verdicts: tuple[Verdict, ...], found: list[Diagnostic]) -> Claim | None:
    if not isinstance(entry.data, Mapping):
        found.append(Diagnostic("K001", "a claim must be a map", entry.position, "- id: …"))
        return None
    for key in entry.data:
        if key not in KEYS:
            found.append(_unknown(key, entry, KEYS))
    texts = {key: _text(entry, key, found) for key in KEYS if key not in ("sources", "verdict")}
    if not texts["id"]:
        found.append(Diagnostic("K001", "a claim has no `id`", entry.position, "add `id: …`"))
        return None
    verdict = _verdict(entry, verdicts, found)
    if verdict is None:
        return None
    value = entry.data.get("sources")
    uses = value.data if value and isinstance(value.data, tuple) else ()
    sources = tuple(use for use in (_use(piece, found) for piece in uses) if use)
    if texts["checked"] and not _DATE.fullmatch(texts["checked"]):
        found.append(Diagnostic("K009", f"`checked: {texts['checked']}` is not a date",
                                entry.data["checked"].position, "write 2026, 2026-11 or 2026-11-24"))  # fmt: skip
    return Claim(texts["id"], verdict, texts["note"], sources, texts["attribution"], texts["checked"],
                 texts["by"], texts["correction"], position=entry.data["id"].position)  # fmt: skip


def _text(entry: Value, key: str, found: list[Diagnostic]) -> str:
    value = entry.data.get(key) if isinstance(entry.data, Mapping) else None
    if value is None or value.is_null:
        return ""
    if not isinstance(value.data, str):
        found.append(Diagnostic("K001", f"`{key}` must be a text", value.position, ""))
        return ""
    return " ".join(value.data.split())


def _verdict(entry: Value, verdicts: tuple[Verdict, ...], found: list[Diagnostic]) -> Verdict | None:
    key = _text(entry, "verdict", found)
    for verdict in verdicts:
        if verdict.key == key:
            return verdict
    known = [v.key for v in verdicts]
    hint = nearest(key, known) or f"one of: {', '.join(known)}"
    message = f"the verdict `{key}` is not known" if key else "a claim has no `verdict`"
    found.append(Diagnostic("K003", message, entry.position, hint))
    return None


def _use(piece: Value, found: list[Diagnostic]) -> SourceUse | None:
    if isinstance(piece.data, str):
        return SourceUse(piece.data)
    if isinstance(piece.data, Mapping):
        for key in piece.data:
            if key not in SOURCE_KEYS:
                found.append(_unknown(key, piece, SOURCE_KEYS))
        key = _text(piece, "key", found)
        if key:
            return SourceUse(key, _text(piece, "locator", found), _text(piece, "quote", found))
    found.append(Diagnostic("K001", "a source must be a citekey or a map with `key`",
                            piece.position, "- key: …"))  # fmt: skip
    return None


def _unknown(key: str, entry: Value, known: tuple[str, ...]) -> Diagnostic:
    places: Mapping[str, Position] = entry.key_positions or {}
    hint = nearest(key, known) or f"known keys: {', '.join(known)}"
    return Diagnostic("K004", f"unknown key `{key}`", places.get(key, entry.position), hint)
