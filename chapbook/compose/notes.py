"""What a note says: the verdict in words, the reason, the sources by name and number."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from chapbook.compose.marks import mark
from chapbook.compose.xhtml import element
from chapbook.model import Book, Claim, SourceUse
from chapbook.words import words

Href = Callable[[str], str]


def claim_text(book: Book, claim: Claim, href: Href, *, shown: int | None = None,
               marked: bool = True) -> str:  # fmt: skip
    """The text of a claim's note: mark, verdict, reason, sources.

    `shown` is how many sources are named when there are more than that many and one; None
    names all.
    """
    refs = short_references(book, claim.sources, href, shown)
    if not book.annotated:
        return refs
    sign = mark(claim.verdict) + " " if marked else ""
    stop = words(book.work.lang)["stop"]
    word = element("b", escape(claim.verdict.word, quote=False) + stop,
                   ("class", f"verdict {claim.verdict.slug}"))  # fmt: skip
    reason = f" {escape(claim.note, quote=False)}" if claim.note else ""
    return f"{sign}{word}{reason}{correction(book, claim)}" + (f" {refs}" if refs else "")


def correction(book: Book, claim: Claim) -> str:
    """“ It should read: …” where the ledger says what the text should say."""
    if not claim.correction:
        return ""
    catalogue = words(book.work.lang)
    mended = catalogue.quoted(claim.correction.rstrip(".。") + catalogue["stop"])
    said = escape(catalogue["should-read"].format(words=mended), quote=False)
    return " " + element("span", said, ("class", "correction"))


def spoken(book: Book, claim: Claim) -> str:
    """What a claim's note says before its sources, as plain text; "" where sources only are."""
    if not book.annotated:
        return ""
    label = words(book.work.lang)["should-read"]
    mended = f" {label.format(words=claim.correction)}" if claim.correction else ""
    return f"{claim.verdict.word}. {claim.note}{mended}"


def short_references(
    book: Book, uses: tuple[SourceUse, ...], href: Href, shown: int | None = None
) -> str:
    """Sources by short name and number, each kept whole, closed by a full stop."""
    named = uses
    if shown is not None and len(uses) > shown + 1:
        named = uses[:shown]
    catalogue = words(book.work.lang)
    refs = catalogue["semicolon"].join(_reference(book, use, href) for use in named)
    left = len(uses) - len(named)
    if not refs:
        return ""
    tail = catalogue["comma"] + more(book, left) if left else ""
    return element("span", refs + tail + catalogue["stop"], ("class", "refs"))


def more(book: Book, count: int) -> str:
    """“and two more”."""
    catalogue = words(book.work.lang)
    return catalogue.get(f"more-{count}") or catalogue["more"].format(count=count)


def _reference(book: Book, use: SourceUse, href: Href) -> str:
    item = book.item(use.key)
    name = element("i", escape(item.short, quote=False))
    locator = words(book.work.lang)["comma"] + escape(use.locator, quote=False) if use.locator else ""
    return element("a", f"{name} {item.number}{locator}",
                   ("class", "ref"), ("href", href(f"source-{item.number}")))  # fmt: skip
