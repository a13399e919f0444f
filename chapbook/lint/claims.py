"""Rules about claims, the ledger and the sources."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from chapbook.diagnostics import Diagnostic, Position, Severity
from chapbook.lint.view import View
from chapbook.passes.claims import is_claim
from chapbook.tree import Citation, Footnote, Span
from chapbook.walking import walk


def _nearest(word: str, known: Iterable[str], fallback: str) -> str:
    close = difflib.get_close_matches(word, list(known), 1)
    return f"did you mean `{close[0]}`?" if close else fallback


def claims_and_ledger(view: View) -> Iterator[Diagnostic]:
    """Each marked claim has an entry, each entry a claim; a claim has an identifier."""
    ledger = {claim.id: claim for claim in view.book.claims}
    marked: dict[str, Position] = {}
    for section, node in view.each(Span):
        if not is_claim(node):
            continue
        name = node.attr.id
        place = view.place(section, f"#{name}" if name else ".claim")
        if not name:
            yield Diagnostic("K005", "a claim without an identifier", place,
                             "write [words]{.claim #economy-7}")  # fmt: skip
        elif name not in ledger:
            yield Diagnostic("K006", f"the claim #{name} has no entry in the ledger", place,
                             _nearest(name, ledger, "add it to claims.yaml"))  # fmt: skip
        marked[name] = place
    for name, claim in ledger.items():
        if name not in marked:
            yield Diagnostic("K007", f"the claim `{name}` is not marked in the text", claim.position,
                             _nearest(name, marked, f"write [words]{{.claim #{name}}}"))  # fmt: skip


def claims_in_place(view: View) -> Iterator[Diagnostic]:
    """A claim inside a note or inside another claim could have no note of its own."""
    for section, node in view.nodes:
        if isinstance(node, Footnote):
            inner = node.blocks
        elif isinstance(node, Span) and is_claim(node):
            inner = node.content  # type: ignore[assignment]
        else:
            continue
        for found in walk(inner):
            if isinstance(found, Span) and is_claim(found):
                yield Diagnostic("K008", f"the claim #{found.attr.id} stands inside a note or claim",
                                 view.place(section, f"#{found.attr.id}"),
                                 "mark words of the running text")  # fmt: skip


def sources_known(view: View) -> Iterator[Diagnostic]:
    """Every citekey, in the text and in the ledger, is that of a source."""
    known = {item.key for item in view.book.items}
    fallback = "add it to the bibliography" if known else "book.yaml names no bibliography"
    for section, citation in view.each(Citation):
        if citation.key not in known:
            yield Diagnostic("B007", f"no source has the key @{citation.key}",
                             view.place(section, f"@{citation.key}"),
                             _nearest(citation.key, known, fallback))  # fmt: skip
    for claim in view.book.claims:
        for use in claim.sources:
            if use.key not in known:
                yield Diagnostic("B007", f"no source has the key `{use.key}`", claim.position,
                                 _nearest(use.key, known, fallback))  # fmt: skip


def sources_used(view: View) -> Iterator[Diagnostic]:
    """A source nothing rests on is not printed."""
    used = {use.key for claim in view.book.claims for use in claim.sources}
    used |= {citation.key for _, citation in view.each(Citation)}
    for item in view.book.items:
        if item.key not in used:
            yield Diagnostic("B008", f"the source `{item.key}` is never used", item.position,
                             "cite it or remove it; it is not printed", Severity.WARNING)  # fmt: skip
