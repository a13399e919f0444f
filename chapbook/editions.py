"""The names of the editions: what may be asked for, what a plain build makes, what goes together."""

from __future__ import annotations

from collections.abc import Iterable

LEDGER = ("audit", "claims-json", "claims-csv")  # made where the book has claims
DEFAULT = ("epub", "pdf", "print", "html", *LEDGER)
QUIET = ("epub", "pdf", "print", "html")  # what can be made neutral for a book at risk
EDITIONS = ("epub", "pdf", "print", "html", "audit", "booklet", "handout", "cover", "zine")

PAGED = ("pdf", "print", "booklet", "booklet-letter")  # of the book's pages

# One name for several files, and other names for one.
_TOGETHER: dict[str, tuple[str, ...]] = {
    "screen": ("pdf",),
    "press": ("print",),
    "web": ("html",),
    "audit": LEDGER,
    "booklet": ("booklet", "booklet-letter"),
    "handout": ("handout", "handout-letter"),
    "zine": ("zine", "zine-letter"),
}


def is_edition(name: str) -> bool:
    """Whether an edition can be asked for by this name."""
    return name in EDITIONS or name in _TOGETHER


def has_pages(names: Iterable[str]) -> bool:
    """Whether a book of these editions has pages whose numbers other editions can name."""
    return bool(set(PAGED) & set(names))


def expanded(names: Iterable[str]) -> tuple[str, ...]:
    """The files' editions that names stand for, each once: `booklet` is one for A4 and one for Letter."""
    return tuple(dict.fromkeys(e for name in names for e in _TOGETHER.get(name, (name,))))
