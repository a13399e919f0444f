"""How a book treats its claims: `claims:` in `book.yaml`.

    claims:
      file: claims.yaml
      print: annotated            # or sources-only: notes name the sources and no verdict
      coverage: warn              # or error, ignore: checkable sentences without claim or citation
      fresh: 12 months            # a check older than this on the edition's date is stale
      release: [unchecked, stale, unprinted]      # what `build --release` refuses
      ignore:
        - {text: some words of the sentence, reason: why it needs no source}
      verdicts:
        misleading: {word: Misleading, gloss: True words that give a false picture., mark: square}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from chapbook.diagnostics import Position
from chapbook.fields import Fields, unknown
from chapbook.model import MARKS, Claim, Exempt, Policy, Verdict
from chapbook.words import words
from chapbook.yamltext import Value

KEYS = ("file", "print", "coverage", "fresh", "release", "ignore", "verdicts")
REFUSALS = ("unchecked", "stale", "unprinted")
STANDARD = (
    ("supported", "disc"),
    ("partly supported", "half"),
    ("no source found", "ring"),
    ("contradicted", "cross"),
    ("unchecked", "dash"),
)
_FRESH = re.compile(r"(\d{1,3}) months?")


def standard_verdicts(lang: str) -> tuple[Verdict, ...]:
    """The five verdicts every ledger may give, in the book's language."""
    catalogue = words(lang)
    return tuple(
        Verdict(key, catalogue[f"verdict: {key}"], catalogue[f"gloss: {key}"], mark)
        for key, mark in STANDARD
    )


def vocabulary(policy: Policy, lang: str) -> tuple[Verdict, ...]:
    """All verdicts a book knows: the standard ones, reworded or added to by the book's own."""
    own = {verdict.key: verdict for verdict in policy.verdicts}
    standard = tuple(own.pop(v.key, v) for v in standard_verdicts(lang))
    return (*standard, *own.values())


def read_policy(fields: Fields, lang: str, edition: str) -> Policy:
    """The policy a `claims:` map gives; faults are kept in `fields`."""
    for key, value in fields.values.items():
        if key not in KEYS:
            fields.faults.append(unknown(key, KEYS, value.position, code="C001", within="claims"))
    printed = fields.choice("print", ("annotated", "sources-only"), "annotated")
    return Policy(
        printed="annotated" if printed == "annotated" else "sources-only",
        coverage=fields.choice("coverage", ("warn", "error", "ignore"), ""),
        fresh_months=_fresh(fields, edition),
        refused=_refused(fields),
        exempt=_exempt(fields),
        verdicts=_verdicts(fields, lang),
        edition=edition,
    )


def _fresh(fields: Fields, edition: str) -> int | None:
    text = fields.matching("fresh", _FRESH, "12 months")
    if not text:
        return None
    if not edition:
        place = fields.values["fresh"].position
        fields.fault("C007", "`claims: fresh` needs the edition's `date`", place, "add `date: 2026-11`")
    return int(text.split()[0])


def _refused(fields: Fields) -> tuple[str, ...]:
    if "release" not in fields.values:
        return REFUSALS
    given = fields.texts("release")
    for word in given:
        if word not in REFUSALS:
            fields.fault("C004", f"`claims: release: {word}` is not known",
                         fields.values["release"].position, f"any of: {', '.join(REFUSALS)}")  # fmt: skip
    return given


def _pieces(fields: Fields, key: str) -> tuple[Value, ...]:
    value = fields.values.get(key)
    if value is None or value.is_null:
        return ()
    if isinstance(value.data, tuple):
        return value.data
    fields.fault("C003", f"`claims: {key}` must be a list", value.position, f"{key}: [...]")
    return ()


def _exempt(fields: Fields) -> tuple[Exempt, ...]:
    out = []
    for piece in _pieces(fields, "ignore"):
        inner = _map(fields, piece, ("text", "reason"), "ignore")
        text, reason = inner.text("text"), inner.text("reason")
        fields.faults.extend(inner.faults)
        if text and reason:
            out.append(Exempt(text, reason, piece.position))
        else:
            fields.fault("C008", "what is ignored needs `text` and `reason`", piece.position,
                         "- {text: words of the sentence, reason: why}")  # fmt: skip
    return tuple(out)


def _map(fields: Fields, value: Value, known: tuple[str, ...], within: str) -> Fields:
    data = value.data if isinstance(value.data, Mapping) else {}
    for key in data:
        if key not in known:
            fields.faults.append(unknown(key, known, _key_place(value, key), code="C001", within=within))
    return Fields(data)


def _key_place(value: Value, key: str) -> Position:
    return (value.key_positions or {}).get(key, value.position)


def _verdicts(fields: Fields, lang: str) -> tuple[Verdict, ...]:
    value = fields.values.get("verdicts")
    entries = value.data if value and isinstance(value.data, Mapping) else {}
    standard = {v.key: v for v in standard_verdicts(lang)}
    out = []
    for key, entry in entries.items():
        inner = _map(fields, entry, ("word", "gloss", "mark"), f"verdicts: {key}")
        before = standard.get(key)
        mark = inner.choice("mark", MARKS, before.mark if before else "square")
        word = _worded(inner, "word", lang) or (before.word if before else key.capitalize())
        gloss = _worded(inner, "gloss", lang) or (before.gloss if before else "")
        fields.faults.extend(inner.faults)
        out.append(Verdict(key, word, gloss, mark))
    return tuple(out)


def _worded(fields: Fields, key: str, lang: str) -> str:
    """A text, or a map of languages to texts: `word: {en: Misleading, fr: Trompeur}`."""
    value = fields.values.get(key)
    if value is None or not isinstance(value.data, Mapping):
        return fields.text(key)
    inner = Fields(value.data)
    text = inner.text(lang) or inner.text(lang.partition("-")[0])
    fields.faults.extend(inner.faults)
    return text


@dataclass(frozen=True, slots=True)
class Coverage:
    """The state of a book's claims, for `chapbook check`.

    `ignored` are sentences the book exempts with a reason; `stale` the ids of old checks;
    `kinds` counts the sources in use by kind.
    """

    sentences: int
    covered: int
    ignored: int
    stale: tuple[str, ...]
    kinds: tuple[tuple[str, int], ...]


def is_stale(claim: Claim, policy: Policy) -> bool:
    """Whether a check is older than the book allows on the date of the edition, or undated."""
    if policy.fresh_months is None or claim.verdict.key == "unchecked" or not policy.edition:
        return False
    if not claim.checked:
        return True
    return _months(policy.edition, 12) - _months(claim.checked, 1) > policy.fresh_months


def _months(date: str, missing: int) -> int:
    year, _, rest = date.partition("-")
    return int(year) * 12 + int(rest[:2] or missing)
