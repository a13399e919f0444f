"""What a book asks of its sheets of paper, in `book.yaml`.

    editions: [epub, pdf, print, html, audit, booklet, handout, cover]     # what a plain build makes
    booklet: {signature: 16, paper-mm: 0.1}         # pages folded into one another; thickness of a leaf
    handout: {sheets: 1, summary: 00-summary.md, sections: [03-money.md]}  # used where all does not fit
    cover: {paper: cream, spine-mm: 5.2}            # the service's paper; a spine its template gives
    qr: sources                                     # a code beside each source's address in print
"""

from __future__ import annotations

from collections.abc import Mapping

from chapbook.editions import DEFAULT, EDITIONS, expanded, is_edition
from chapbook.fields import Fields, nearest, unknown
from chapbook.model import Sheets
from chapbook.office import office

_BOOKLET, _HANDOUT, _COVER = ("signature", "paper-mm"), ("sheets", "summary", "sections"), ("paper", "spine-mm")


def read_editions(fields: Fields) -> tuple[str, ...]:
    """The editions a plain build makes; faults are kept in `fields`."""
    names = fields.texts("editions")
    for name in names:
        if not is_edition(name):
            hint = nearest(name, EDITIONS) or f"one of: {', '.join(EDITIONS)}"
            fields.fault("C004", f"`editions: {name}` is not known", fields.values["editions"].position, hint)
    return expanded(names) or DEFAULT


def read_sheets(fields: Fields) -> Sheets:
    """The settings of booklet, hand-out, cover wrap and codes; faults are kept in `fields`."""
    booklet, handout, cover = (
        _map(fields, key, known)
        for key, known in (("booklet", _BOOKLET), ("handout", _HANDOUT), ("cover", _COVER))
    )
    signature = _number(booklet, "signature", office().signature_pages, 4, 96)
    if signature % 4:
        booklet.fault("C005", f"`signature: {signature:g}` is no multiple of four", booklet.values["signature"].position,
                      "a sheet folded once has four pages")  # fmt: skip
    found = Sheets(
        signature=int(signature),
        paper_mm=_number(booklet, "paper-mm", 0.1, 0.0, 1.0),
        handout_sheets=int(_number(handout, "sheets", 1, 1, 16)),
        summary=handout.text("summary"),
        sections=handout.texts("sections"),
        paper=cover.text("paper"),
        spine_mm=_number(cover, "spine-mm", 0.0, 0.0, 100.0) if cover.text("spine-mm") else None,
        qr_sources=fields.choice("qr", ("sources", "none"), "none") == "sources",
    )
    for inner in (booklet, handout, cover):
        fields.faults.extend(inner.faults)
    return found


def _map(fields: Fields, key: str, known: tuple[str, ...]) -> Fields:
    """The fields of a map in `book.yaml`; none when it is not given."""
    value = fields.values.get(key)
    if value is None or value.is_null:
        return Fields({})
    if not isinstance(value.data, Mapping):
        fields.fault("C003", f"`{key}` must be a map", value.position, f"{key}: {{{known[0]}: …}}")
        return Fields({})
    inner = Fields(value.data)
    for name, item in value.data.items():
        if name not in known:
            inner.faults.append(unknown(name, known, item.position, code="C001", within=key))
    return inner


def _number(fields: Fields, key: str, default: float, least: float, most: float) -> float:
    text = fields.text(key)
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not least <= value <= most:
        hint = f"write a number from {least:g} to {most:g}"
        fields.fault("C005", f"`{key}: {text}` cannot be used", fields.values[key].position, hint)
        return default
    return value
