"""What is kept of the sources: archive addresses, and snapshots to hold quotations against."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from chapbook.diagnostics import Diagnostic, Position, Severity
from chapbook.errors import ManuscriptError
from chapbook.lock import NAME, Seen, load_lock
from chapbook.model import Claim, Item
from chapbook.pdftext import page_texts
from chapbook.textfile import read_bytes

_SAME = str.maketrans({"‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
                       "–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-", "\u00ad": ""})  # fmt: skip


def with_archives(
    root: Path, items: tuple[Item, ...], found: list[Diagnostic]
) -> tuple[tuple[Item, ...], Mapping[str, Seen]]:
    """The items with the archive addresses of the lock, and the lock."""
    try:
        lock = load_lock(root)
    except ManuscriptError as error:
        found.extend(error.diagnostics)
        return items, {}
    known = {item.key for item in items}
    for key in sorted(set(lock) - known):
        found.append(Diagnostic("B009", f"the lock has `{key}`, which is no source", Position(NAME),
                                "run `chapbook sources check`, which drops it", Severity.WARNING))  # fmt: skip
    return tuple(replace(i, archive=lock[i.key].archive) if i.key in lock else i for i in items), lock


def check_quotes(
    root: Path, claims: Iterable[Claim], lock: Mapping[str, Seen], found: list[Diagnostic]
) -> None:
    """Every quotation of the ledger stands in its source's snapshot, where one is kept."""
    texts: dict[str, str | None] = {}
    for claim in claims:
        for use in claim.sources:
            seen = lock.get(use.key)
            if not use.quote or seen is None or not seen.snapshot:
                continue
            if use.key not in texts:
                texts[use.key] = _snapshot_text(root, use.key, seen, found)
            text = texts[use.key]
            if text is not None and not quoted_in(use.quote, text):
                shown = use.quote if len(use.quote) < 60 else f"{use.quote[:57]}…"
                found.append(Diagnostic("K015", f"“{shown}” does not stand in {seen.snapshot}",
                                        claim.position, "quote the source's own words, with … for gaps"))  # fmt: skip


def _snapshot_text(root: Path, key: str, seen: Seen, found: list[Diagnostic]) -> str | None:
    problems: list[Diagnostic] = []
    data = read_bytes(root, seen.snapshot, problems)
    if data is None or hashlib.sha256(data).hexdigest() != seen.sha256:
        said = "is not there" if data is None else "is not the file that was kept (SHA-256 differs)"
        found.append(Diagnostic("B010", f"the snapshot {seen.snapshot} of `{key}` {said}", Position(NAME),
                                "restore it, or keep it anew with `chapbook sources check --keep`"))  # fmt: skip
        return None
    return normalised(text_of(seen.snapshot, data))


def text_of(name: str, data: bytes) -> str:
    """The words of a snapshot: PDF, HTML or plain text; "" where a PDF has none."""
    if name.endswith(".pdf"):
        try:
            return "\n".join(page_texts(data))
        except ValueError:
            return ""
    if name.endswith((".html", ".htm")):
        from lxml import html

        document = html.document_fromstring(_decoded(data) or "<p></p>")
        for element in document.xpath("//script | //style | //template"):
            element.drop_tree()
        return " ".join(document.itertext())
    return data.decode("utf-8", "replace")


def _decoded(data: bytes) -> str | bytes:
    """UTF-8 where it is that, whatever the page forgot to say; else bytes for lxml to guess."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return data
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", text)


def normalised(text: str) -> str:
    """Text with one kind of space, quotation mark and dash."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_SAME).split())


def quoted_in(quote: str, text: str) -> bool:
    """Whether the parts of a quotation (parted by …) stand in `text` in their order."""
    at = 0
    for part in re.split(r"\[?(?:\.\.\.|…)\]?", quote):
        wanted = normalised(part)
        at = text.find(wanted, at)
        if at < 0:
            return False
        at += len(wanted)
    return True
