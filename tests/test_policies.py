"""Policies on claims, seen in what is published."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from chapbook.errors import ManuscriptError
from chapbook.lint.coverage import coverage
from chapbook.lint.sentences import sentences
from chapbook.lint.view import View
from chapbook.model import Artifact
from chapbook.pipeline import build, check
from chapbook.verify.reading import read_epub, read_html
from tests.books_by_hand import unfold
from tests.conftest import ROOT

LEDGER = ROOT / "tests/books/ledger"


@pytest.fixture(scope="module")
def made() -> dict[str, Artifact]:
    return {a.edition: a for a in build(LEDGER, jobs=2).artifacts}


def test_a_correction_and_a_verdict_of_the_books_own(made: dict[str, Artifact]) -> None:
    notes = read_epub(made["epub"].data).notes
    assert notes[4].text == "Contradicted. The census counts people in them. It should read: “Most houses stood empty.”"
    assert notes[6].text.startswith("Misleading.") and notes[7].text == "Unchecked."


def test_an_archived_copy_stands_beside_the_address(made: dict[str, Artifact]) -> None:
    for reading in (read_epub(made["epub"].data), read_html(made["html"].data)):
        assert "Archived copy: web.archive.org/web/1999/" in reading.sources[1].text


def test_the_ledger_as_data(made: dict[str, Artifact]) -> None:
    data = json.loads(made["claims-json"].data)
    river = data["claims"][0]
    assert river["page"] == 3 and river["by"] == "B. Checker" and river["checked"] == "2026-05-02"
    assert river["sources"][0]["quote"] == "rose by 3.1 metres … in one night"
    rows = list(csv.DictReader(io.StringIO(made["claims-csv"].data.decode())))
    assert [row["verdict"] for row in rows][-1] == "unchecked" and len(rows) == 6
    page = made["audit"].data.decode()
    assert page.count('<tr id="') == 6 and "rose by 3.1 metres" in page and "<script" not in page


def test_a_cell_that_a_spreadsheet_would_run() -> None:
    from chapbook.writers.claims import _harmless

    assert [_harmless(cell) for cell in ("=1+1", "@x", "-5 percent", "-x", "words")] == [
        "'=1+1", "'@x", "-5 percent", "'-x", "words"]  # fmt: skip


def test_sources_only(tmp_path: Path) -> None:
    text = """
=== manuscript/book.yaml
title: A Test
author: Ada
lang: en
claims: {print: sources-only}
=== manuscript/01.md
# One

[It rose]{.claim #a} and [it fell]{.claim #b}.
=== manuscript/02.md
# Colophon {.colophon}

Set by hand.
=== manuscript/claims.yaml
- {id: a, verdict: contradicted, note: It did not., sources: [s]}
- {id: b, verdict: no source found, note: Nobody says so.}
=== manuscript/sources.yaml
- {id: s, type: report, title: A Report, publisher: The Office}
"""
    result = build(unfold(text, tmp_path), jobs=1)
    artifacts = {a.edition: a for a in result.artifacts}
    page = artifacts["html"].data.decode()
    assert "It did not" not in page and "Contradicted" not in page
    assert len(result.book.notes) == 1 and len(result.book.claims) == 2
    assert "verdicts are not printed in this edition" in page
    with pytest.raises(ManuscriptError) as caught:
        check(tmp_path, release=True)
    assert [d.code for d in caught.value.diagnostics if d.code[0] == "K"] == ["K014"]


def test_a_release_says_so(tmp_path: Path) -> None:
    text = """
=== manuscript/01.md
# One

[It rose]{.claim #a}.
=== manuscript/02.md
# Colophon {.colophon}

Set by hand.
=== manuscript/claims.yaml
- {id: a, verdict: contradicted, note: It did not.}
"""
    result = build(unfold(text, tmp_path), ("html",), jobs=1, release=True)
    assert "Released under the rule that refuses unchecked statements, stale checks and" in result.artifacts[0].data.decode()


def test_the_shipped_book_is_covered() -> None:
    found = check(ROOT)
    assert len(found.book.claims) == 58 and found.coverage is not None
    assert found.coverage.sentences == found.coverage.covered + found.coverage.ignored
    assert not found.coverage.stale
    check(ROOT, release=True)


def test_what_is_checkable(tmp_path: Path) -> None:
    text = """
=== manuscript/01.md
# One

In 1999 it began. Nothing here. According to some, yes. The most remote place.
See Chapter 3 and Figure 2. The U.S. Army had 3 men, Mr. Kim said.

| Place | Tons |
|---|---|
| A | 3 |

`x = 3` is code.
=== manuscript/02.md
# Note {.editors-note}

We counted 58.
"""
    book = check(unfold(text, tmp_path)).book
    assert [s.signal for s in sentences(book)] == ["1999", "According to", "The most", "3", "3"]
    assert coverage(View(book)).sentences == 5
