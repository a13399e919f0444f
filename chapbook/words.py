"""The words of the furniture: what the editions say that nobody wrote in the manuscript."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_ENGLISH = {
    "verdict: supported": "Supported",
    "verdict: partly supported": "Partly supported",
    "verdict: no source found": "No source found",
    "verdict: contradicted": "Contradicted",
    "verdict: unchecked": "Unchecked",
    "gloss: supported": "Good sources say the same.",
    "gloss: partly supported": "True in part, or true once; the note says which.",
    "gloss: no source found": "We looked and found nobody who says so.",
    "gloss: contradicted": "Good sources say otherwise.",
    "gloss: unchecked": "Nobody has checked it yet.",
    "all-sections": "All",
    "all-notes": "Notes",
    "audit-title": "Every claim and its check: {title}",
    "audit-intro": "{count} statements of the text were checked against {sources} published sources: {counts}.",
    "audit-show": "Show",
    "audit-all": "All",
    "audit-number": "No.",
    "audit-text": "The text says",
    "audit-found": "The check found",
    "audit-sources": "Sources",
    "audit-where": "Where, when",
    "audit-checked": "Checked {date}",
    "audit-by": "by {by}",
    "text-says": "The text",
    "back": "back",
    "back-to-text": "Back to the text",
    "claims": "Claims and verdicts",
    "claims-intro": "The author’s words, one statement a row, with the number of its note, the verdict, "
                    "the reason for it and the sources.",
    "close": "Close",
    "contents": "Contents",
    "cover": "Cover",
    "cover-alt": "Cover: {title}, by {authors}",
    "cover-alt-claims": "Each mark is one statement, each row one section: {counts}.",
    "date": "Edition of",
    "figure": "Figure",
    "identifier": "Identifier",
    "landmarks": "Landmarks",
    "more": "and {count} more",
    "more-2": "and two more",
    "more-3": "and three more",
    "more-4": "and four more",
    "more-5": "and five more",
    "more-6": "and six more",
    "more-7": "and seven more",
    "none": "none",
    "note": "Note",
    "notes": "Notes",
    "opens-note": "Each number opens its note.",
    "page": "p.",
    "section": "Section",
    "should-read": "It should read",
    "skip": "Skip to the text",
    "source": "Source",
    "sources": "Sources",
    "sources-intro": "In the order in which the notes first use them. Addresses are given without "
                     "https://; the figures after “Notes” are the notes that rest on the source.",
    "sources-intro-listed": "In the order of the alphabet; the figures after “Notes” are the notes that rest "
                            "on the source.",
    "start": "Start of the text",
    "statement": "statement",
    "statements": "statements",
    "states": "What it states:",
    "summary": "The verdicts in summary",
    "summary-intro": "{count} statements were checked, one by one, against published sources.",
    "by-section": "By section",
    "chart-alt": "Bar of {count} statements: {counts}.",
    "archived": "Archived copy",
    "pages-of": "pages {pages}",
    "page-of": "page {pages}",
    "sources-of": "Sources of this chapter",
    "policy-annotated": "Every statement that was checked is printed with its verdict, the reason for it and its "
                        "sources, whatever the verdict.",
    "policy-sources-only": "Notes name the sources of a statement; verdicts are not printed in this edition.",
    "policy-fresh": "No check is older than {months} months on the date of this edition.",
    "policy-stale": "{count} checks are older than {months} months on the date of this edition.",
    "policy-released": "Released under the rule that refuses {refused}.",
    "refuses-unchecked": "unchecked statements",
    "refuses-stale": "stale checks",
    "refuses-unprinted": "contradictions of which the reader is not told",
    "and": "and",
    "table": "Table",
    "text": "Text",
    "title-page": "Title page",
    "undated": "undated",
    "verdict": "Verdict",
    "web-intro": "The author’s words stand as written. Editors checked {count} statements in "
                 "them: {counts}.",
}  # fmt: skip

_CATALOGUES: dict[str, Mapping[str, str]] = {"en": MappingProxyType(_ENGLISH)}
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December")  # fmt: skip


def words(lang: str) -> Mapping[str, str]:
    """The catalogue for a language; English where there is none yet."""
    return _CATALOGUES.get(lang.partition("-")[0], _CATALOGUES["en"])


def date_in_words(parts: tuple[int, ...]) -> str:
    """A date as a reader says it: 2021, July 2021, 29 July 2021."""
    named = [MONTHS[parts[1] - 1]] if len(parts) > 1 else []
    day = [str(parts[2])] if len(parts) > 2 else []
    return " ".join((*day, *named, str(parts[0])))
