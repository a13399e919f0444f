"""The ledger as data for others: `claims.json` and `claims.csv`."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from typing import Any

from chapbook.identifier import identifier_of
from chapbook.model import Book, Claim
from chapbook.walking import plain_text

COLUMNS = ("number", "id", "section", "text", "verdict", "note", "correction", "attribution", "sources",
           "addresses", "checked", "by", "page")  # fmt: skip
# A spreadsheet would run a cell that begins so (CWE-1236).
_FORMULA = re.compile(r"^(?:[=+@\t\r]|-(?!\d))")


def as_json(book: Book, folios: Mapping[str, int]) -> bytes:
    """Every claim with all that the ledger says, and the printed page of its note."""
    data = {
        "title": book.work.title,
        "identifier": identifier_of(book.work),
        "edition": book.work.date,
        "verdicts": {v.key: {"word": v.word, "meaning": v.gloss} for v in book.verdicts},
        "claims": [_claim(book, claim, folios) for claim in book.claims],
    }
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def _claim(book: Book, claim: Claim, folios: Mapping[str, int]) -> dict[str, Any]:
    sources = []
    for use in claim.sources:
        item = book.item(use.key)
        one = {"number": item.number, "key": item.key, "name": item.short, "locator": use.locator,
               "quote": use.quote, "title": item.data.get("title", ""), "address": item.data.get("URL", ""),
               "archive": item.archive}  # fmt: skip
        sources.append({key: value for key, value in one.items() if value})
    one_claim = {
        "number": claim.number, "id": claim.id, "section": plain_text(book.section(claim.section_id).title),
        "text": plain_text(claim.words), "verdict": claim.verdict.key, "note": claim.note,
        "correction": claim.correction, "attribution": claim.attribution, "sources": sources,
        "checked": claim.checked, "by": claim.by, "page": folios.get(claim.id, 0),
    }  # fmt: skip
    return {key: _plain(value) for key, value in one_claim.items() if value or key == "sources"}


def _plain(value: Any) -> Any:
    """A text as others type it: the page's no-break spaces are ours."""
    return value.replace("\u00a0", " ").replace("\u202f", " ") if isinstance(value, str) else value


def as_csv(book: Book, folios: Mapping[str, int]) -> bytes:
    """The same in rows (RFC 4180, UTF-8); several sources in one cell are parted by semicolons."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for claim in book.claims:
        data = _claim(book, claim, folios)
        data["addresses"] = "; ".join(str(s["address"]) for s in data["sources"] if "address" in s)
        data["sources"] = "; ".join(f"{s['name']} {s['number']}" for s in data["sources"])
        writer.writerow(_harmless(str(data.get(column, ""))) for column in COLUMNS)
    return out.getvalue().encode()


def _harmless(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell
