"""Which sentences a hostile reader could ask a source for, and which have one.

A sentence is checkable when it has a number, a sum, a share, a superlative or names an
authority; it is covered when a claim, a citation or a note stands in it. Sentences are those
of the author; what the editors write is theirs to answer for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from chapbook.diagnostics import Diagnostic, Severity
from chapbook.lint.view import View
from chapbook.model import Book, Claim, Policy, Section, Voice
from chapbook.passes.claims import is_claim
from chapbook.tree import (
    Block, Blocks, Cite, Code, CodeBlock, Footnote, Heading, Inline, Inlines, Math, Para, Span, Table, Text,
    content_of, plain_text, walk,
)  # fmt: skip

_NOTE = "\ue000"  # stands where a claim ends, or a citation or note is called
_OPAQUE = "\ue001"  # code and formulas: not prose

_NUMBER = r"(?<![\w.-])[$€£¥₩]?\d(?:[\d,.]*\d)?(?:\s?(?:%|percent|per cent|million|billion|trillion))?"
_ENGLISH = (
    r"\b(?:hundreds?|thousands?|millions?|billions?|trillions?|dozens?|percent|per cent)\b"
    r"|\bhalf (?:of|the)\b"
    r"|\bthe (?:\w+ )?(?:most|least|largest|biggest|greatest|smallest|highest|lowest|fastest|oldest"
    r"|youngest|richest|poorest|longest|shortest|strongest|weakest|worst|heaviest|deadliest)\b"
    r"|\b(?:largest|biggest|deadliest)\b"
    r"|\baccording to\b"
)
# A number that names a part of this book or a list is no statement of fact.
_INNER = re.compile(r"\b(?:Chapters?|Sections?|Parts?|Figures?|Tables?|Listings?|Notes?|Pages?|p\.|pp\.)[\s\u00a0]+\d[\d.–-]*", re.IGNORECASE)
_END = re.compile(rf"(?<=[.!?…])(?:[\"”’)\]{_NOTE}])*\s+(?=[\"“‘(]?[A-Z0-9ÀÁÂÄÆÇÈÉÊËÍÎÏÑÓÔÖØÚÛÜ])")
_ABBREVIATED = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|St|No|vs|cf|ca|e\.g|i\.e|U\.S|U\.N|U\.K|Gen|Col|Sen|Rep|Prof|Inc|Ltd|Co)|\b[A-Z])\.$")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A checkable sentence: its section, its words, what makes it checkable, whether covered."""

    section: Section
    text: str
    signal: str
    covered: bool


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


@cache
def _signals(lang: str) -> re.Pattern[str]:
    english = f"|{_ENGLISH}" if lang.startswith("en") else ""
    return re.compile(_NUMBER + english, re.IGNORECASE)


def sentences(book: Book) -> Iterator[Sentence]:
    """The checkable sentences of the author's sections, in reading order."""
    for section in book.sections:
        if section.role.voice is not Voice.AUTHOR:
            continue
        signals = _signals(section.lang or book.work.lang)
        for text in _units(section.blocks):
            for sentence in _split(text):
                shown = sentence.replace(_NOTE, "").replace(_OPAQUE, "")
                found = signals.search(_INNER.sub(" ", shown))
                if found:
                    yield Sentence(section, " ".join(shown.split()), found[0].strip(), _NOTE in sentence)


def _units(blocks: Blocks) -> Iterator[str]:
    """Paragraphs, and tables whole: a source in a table's caption covers its cells."""
    for node in _outer(blocks):
        if isinstance(node, Table):
            parts = [_flat(n.content) for n in walk(node) if isinstance(n, Para)]
            yield ", ".join(p.replace(". ", ", ") for p in parts)
        elif isinstance(node, Para):
            yield _flat(node.content)


def _outer(part: object) -> Iterator[Block]:
    """Paragraphs and tables, not those inside a table, a note or code."""
    if isinstance(part, tuple):
        for piece in part:
            yield from _outer(piece)
    elif isinstance(part, Para | Table):
        yield part
    elif not isinstance(part, Heading | CodeBlock) and hasattr(part, "__dataclass_fields__"):
        for name in part.__dataclass_fields__:
            value = getattr(part, name)
            if isinstance(value, tuple):
                yield from _outer(value)


def _flat(content: Inlines) -> str:
    return "".join(_piece(node) for node in content)


def _piece(node: Inline) -> str:
    if isinstance(node, Text):
        return node.text
    if isinstance(node, Cite | Footnote):
        return _NOTE
    if isinstance(node, Code | Math):
        return _OPAQUE
    inner = content_of(node)
    if inner is None:
        return plain_text(node)
    return _flat(inner) + (_NOTE if isinstance(node, Span) and is_claim(node) else "")


def _split(text: str) -> Iterator[str]:
    """Sentences; an abbreviation does not end one. A note after the full stop belongs to it."""
    start = 0
    for match in _END.finditer(text):
        if not _ABBREVIATED.search(text[start : match.start()]):
            yield text[start : match.end()]
            start = match.end()
    yield text[start:]


# ── rules ────────────────────────────────────────────────────────────────────


def _level(book: Book) -> str:
    return book.policy.coverage or ("warn" if book.claims or book.items else "ignore")


def uncovered(view: View) -> Iterator[Diagnostic]:
    """A checkable sentence without claim or citation; an exemption that exempts nothing."""
    level = _level(view.book)
    used: set[str] = set()
    for sentence in sentences(view.book):
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


def _months(date: str, missing: int) -> int:
    year, _, rest = date.partition("-")
    return int(year) * 12 + int(rest[:2] or missing)


def is_stale(claim: Claim, policy: Policy) -> bool:
    """Whether a check is older than the book allows on the date of the edition, or undated."""
    if policy.fresh_months is None or claim.verdict.key == "unchecked" or not policy.edition:
        return False
    if not claim.checked:
        return True
    return _months(policy.edition, 12) - _months(claim.checked, 1) > policy.fresh_months


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


def coverage(book: Book) -> Coverage:
    """The figures of `chapbook check`."""
    found = tuple(sentences(book))
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
