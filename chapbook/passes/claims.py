"""Pass 5, claims: each claim marked in the text gets its ledger entry and a note after it."""

from __future__ import annotations

from dataclasses import fields, replace

from chapbook.model import Book, Claim, Section
from chapbook.passes.calls import after_punctuation
from chapbook.tree import Details, Footnote, Inlines, Node, Span
from chapbook.walking import HOLDING, rewrite


def is_claim(node: object) -> bool:
    """Whether a node marks a claim: `[words]{.claim #id}`."""
    return isinstance(node, Span) and "claim" in node.attr.classes


def claims(book: Book) -> Book:
    """Claims in the order of the text, with the author's words; entries without text stay out.

    Where notes name sources only, a claim without a source has nothing to say and gets no note.
    """
    silent = book.policy.printed == "sources-only"
    ledger = {claim.id: claim for claim in book.claims}
    placed: list[Claim] = []
    sections = tuple(_annotated(section, ledger, placed, silent) for section in book.sections)
    return replace(book, sections=sections, claims=tuple(placed))


def _annotated(section: Section, ledger: dict[str, Claim], placed: list[Claim], silent: bool) -> Section:
    def annotate(node: Node) -> object:
        if isinstance(node, Span) and is_claim(node) and node.attr.id in ledger:
            claim = ledger[node.attr.id]
            placed.append(replace(claim, section_id=section.id, words=node.content))
            if silent and not claim.sources:
                return node
            return (node, Footnote((), "claim", claim.id))
        return node

    def settle(node: Node) -> object:
        changed = {
            f.name: after_punctuation(value, lambda note: note.kind == "claim")
            for f in fields(node)
            if f.name in ("content", "summary") and isinstance(value := getattr(node, f.name), tuple)
        }
        return replace(node, **changed) if changed else node  # type: ignore[arg-type]

    title: Inlines = rewrite(section.title, annotate, of={Span})
    blocks = rewrite(section.blocks, annotate, of={Span})
    if not any(claim.section_id == section.id for claim in placed):
        return section
    return replace(section, title=title, blocks=rewrite(blocks, settle, of=HOLDING | {Details}))
