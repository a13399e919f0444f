"""Rules about coverage: which checkable sentences stand without a source, which checks are old."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from chapbook.diagnostics import Diagnostic, Severity
from chapbook.lint.sentences import Sentence
from chapbook.lint.view import View
from chapbook.model import Book
from chapbook.policy import Coverage, is_stale


def _level(book: Book) -> str:
    return book.policy.coverage or ("warn" if book.claims or book.items else "ignore")


def uncovered(view: View) -> Iterator[Diagnostic]:
    """A checkable sentence without claim or citation; an exemption that exempts nothing."""
    level = _level(view.book)
    used: set[str] = set()
    for sentence in view.sentences:
        exempt = next((e for e in view.book.policy.exempt if e.text in sentence.text), None)
        if sentence.covered:
            continue
        if exempt:
            used.add(exempt.text)
        elif level != "ignore":
            shown = sentence.text if len(sentence.text) < 90 else f"{sentence.text[:87]}…"
            yield Diagnostic("K010", f"“{sentence.signal}” stands outside any claim or citation: {shown}",
                             view.place(sentence.section, _needle(sentence)),
                             "mark a claim, cite a source, or list it under `claims: ignore` with a reason",
                             Severity.ERROR if level == "error" else Severity.WARNING)  # fmt: skip
    for exempt in view.book.policy.exempt:
        if exempt.text not in used:
            yield Diagnostic("K011", f"no uncovered sentence has the ignored words “{exempt.text}”",
                             exempt.position, "remove it, or correct its words", Severity.WARNING)  # fmt: skip


def _needle(sentence: Sentence) -> str:
    """Words by which the sentence is found in the source: its first few, as far as plain."""
    return " ".join(sentence.text.split()[:3])





def stale_checks(view: View) -> Iterator[Diagnostic]:
    """A check older than the book's limit."""
    policy = view.book.policy
    refused = policy.released and "stale" in policy.refused
    for claim in view.book.claims:
        if is_stale(claim, policy):
            age = f"was checked {claim.checked}" if claim.checked else "has no date of its check"
            yield Diagnostic("K012", f"the claim `{claim.id}` {age}; the edition is of {policy.edition}",
                             claim.position, f"check it again: the limit is {policy.fresh_months} months",
                             Severity.ERROR if refused else Severity.WARNING)  # fmt: skip


def release_gate(view: View) -> Iterator[Diagnostic]:
    """What `build --release` refuses: unchecked claims, contradictions the reader is not told."""
    policy = view.book.policy
    if not policy.released:
        return
    for claim in view.book.claims:
        if claim.verdict.key == "unchecked" and "unchecked" in policy.refused:
            yield Diagnostic("K013", f"the claim `{claim.id}` is unchecked", claim.position,
                             "check it, or leave --release out")  # fmt: skip
        told = policy.printed == "annotated" and (claim.note or claim.correction)
        if claim.verdict.key == "contradicted" and not told and "unprinted" in policy.refused:
            yield Diagnostic("K014", f"the claim `{claim.id}` is contradicted and no note says so",
                             claim.position, "add `note` or `correction`, with `print: annotated`")  # fmt: skip


def coverage(view: View) -> Coverage:
    """The figures of `chapbook check`."""
    book, found = view.book, view.sentences
    exempt = [e.text for e in book.policy.exempt]
    ignored = sum(not s.covered and any(text in s.text for text in exempt) for s in found)
    kinds = Counter(_kind(item.data) for item in book.items)
    stale = tuple(claim.id for claim in book.claims if is_stale(claim, book.policy))
    return Coverage(len(found), sum(s.covered for s in found), ignored, stale, tuple(sorted(kinds.items())))


def _kind(data: Mapping[str, object]) -> str:
    """What the house says of a source (`custom: {kind: primary}`), else its CSL type."""
    custom = data.get("custom")
    kind = custom.get("kind") if isinstance(custom, Mapping) else None
    return str(kind or data.get("type") or "other")
