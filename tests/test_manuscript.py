"""The shipped book: the author's words word for word, the ledger's facts as they were found."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from chapbook.model import Book
from chapbook.pipeline import check
from chapbook.walking import plain_text
from tests.conftest import ROOT

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture(scope="module")
def book() -> Book:
    return check(ROOT).book


def words(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


def test_the_article_stands_word_for_word(book: Book) -> None:
    article = (FIXTURES / "article.txt").read_text("utf-8")
    title, _, body = article.partition("\n")
    assert book.work.title == title
    printed = []
    for section in book.sections:
        if section.role.name == "chapter":
            printed.append(plain_text(section.title))
            printed.append(plain_text(section.blocks))
    printed.append(plain_text(book.section("about-the-author").blocks))
    assert words(" ".join(printed)) == words(body)


def test_the_ledger_says_what_was_found(book: Book) -> None:
    facts = json.loads((FIXTURES / "ledger-facts.json").read_text("utf-8"))
    assert {c.id: [c.verdict.key, [u.key for u in c.sources]] for c in book.claims} == facts
    counts = Counter(c.verdict.key for c in book.claims)
    assert counts == {"supported": 16, "partly supported": 17, "no source found": 19, "contradicted": 6}
    assert [c.number for c in book.claims] == list(range(1, 59))


def test_every_source_is_used_and_numbered_by_first_use(book: Book) -> None:
    assert [item.number for item in book.items] == list(range(1, 117))
    firsts = [item.used_by[0] for item in book.items]
    assert firsts == sorted(firsts)


def test_notes_are_set_for_the_page(book: Book) -> None:
    for claim in book.claims:
        assert not re.search(r"[\"']|\d{4}-\d{2}|\b(?:WORLD|TRADE|DOWN)\b", claim.note), claim.id
    for item in book.items:
        assert not re.search(r"(?<!\w)'|\bASKED\b|\bSELL\b", str(item.data["annote"])), item.key


def test_nothing_unknown_is_invented() -> None:
    for path in sorted((ROOT / "manuscript").glob("*.md")):
        text = re.sub(r"\[[^\]]*\]\{\.claim[^}]*\}", "", path.read_text("utf-8"))
        assert "[" not in text, path.name
    yaml = (ROOT / "manuscript" / "book.yaml").read_text("utf-8")
    assert not re.search(r"^(isbn|publisher|address)", yaml, re.MULTILINE)
