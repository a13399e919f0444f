"""Citations in any style are those that pandoc's own citeproc writes for the same text.

The whole book is one run: names are told apart and notes shortened across chapters. pandoc is
given the chapters as one document; what it writes for each citation must be what we print.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pypandoc
import pytest

from chapbook.model import Book
from chapbook.passes.citations import default_style
from chapbook.pipeline import check
from chapbook.walking import plain_text
from tests.books_by_hand import unfold
from tests.conftest import ROOT

ZOTERO = ROOT / "tests/books/zotero/manuscript"
TEXT = """
=== manuscript/01.md
# One

A book says so [@smithHistory2019, p. 33]. An article too
[see @leeMargins2020, pp. 101--103; also @smithAtlas2019, ch. 2].
The same again [@smithHistory2019, p. 40]. And again [@smithHistory2019, p. 41].

=== manuscript/02.md
# Two

Later, the article [@leeMargins2020, fig. 3]. Then a report [@bureauReport2021; @smithAtlas2019].
And the report once more [@bureauReport2021, p. 9].
"""


def squeezed(text: str) -> str:
    """Text as two programs must agree on it: one kind of space, quotation mark and dash."""
    for one, other in (("’", "'"), ("‘", "'"), ("“", '"'), ("”", '"'), ("\u2060", ""), ("–", "-")):
        text = text.replace(one, other)
    return " ".join(text.split())


def ours(folder: Path, style: bytes) -> Book:
    unfold(TEXT, folder)
    (folder / "manuscript/sources.json").write_bytes((ZOTERO / "export.json").read_bytes())
    (folder / "manuscript/style.csl").write_bytes(style)
    (folder / "manuscript/book.yaml").write_text(
        "title: A Test\nauthor: Ada\nlang: en-US\ncsl: style.csl\nclaims: {coverage: ignore}\n")  # fmt: skip
    return check(folder).book


def pandocs(folder: Path) -> dict[str, list[str]]:
    """pandoc's notes and paragraphs, as plain text."""
    manuscript = folder / "manuscript"
    text = "\n\n".join(p.read_text() for p in sorted(manuscript.glob("*.md")))
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), "--citeproc", "--csl", manuscript / "style.csl", "--bibliography",
         manuscript / "sources.json", "-M", "lang=en-US", "-M", "suppress-bibliography=true", "-t", "json"],
        input=text, capture_output=True, text=True, check=True)  # fmt: skip
    found: dict[str, list[str]] = {"notes": [], "paragraphs": []}

    def words(node: object) -> str:
        if isinstance(node, list):
            return "".join(words(n) for n in node)
        if not isinstance(node, dict):
            return ""
        kind, content = node.get("t"), node.get("c")
        if kind == "Str":
            return str(content)
        if kind in ("Space", "SoftBreak"):
            return " "
        if kind == "Note":
            found["notes"].append(words(content))
            return ""
        if kind == "Quoted":
            return '"' + words(content[1]) + '"'
        if kind in ("Span", "Link", "Cite"):
            return words(content[1])
        return words(content)

    for block in json.loads(done.stdout)["blocks"]:
        text = words(block)
        if block["t"] == "Para":
            found["paragraphs"].append(text)
    return found


def test_notes_are_citeprocs(tmp_path: Path) -> None:
    book = ours(tmp_path, default_style())
    got = [squeezed(" ".join(plain_text(b) for b in note.blocks)) for note in book.notes]
    wanted = [squeezed(text) for text in pandocs(tmp_path)["notes"]]
    assert len(got) == 7
    assert got == wanted
    assert got[2].startswith("Smith, ") and "Jane" not in got[2], "a repeated note has the short form"
    assert ";" in got[1], "two sources in one note"


def test_author_and_date_are_citeprocs(tmp_path: Path) -> None:
    book = ours(tmp_path, (ZOTERO / "author-date.csl").read_bytes())
    assert not book.notes
    got = [squeezed(plain_text(block)) for section in book.sections for block in section.blocks]
    wanted = [squeezed(text) for text in pandocs(tmp_path)["paragraphs"]]
    assert got == wanted
    assert any("2019a" in text for text in got), "two books of one author and year are told apart"
    listed = [plain_text(item.entry) for item in book.items]
    assert listed == sorted(listed, key=str.casefold)


@pytest.mark.parametrize("ending", ["yaml", "bib"])
def test_other_forms_of_the_bibliography(tmp_path: Path, ending: str) -> None:
    files = {
        "yaml": "references:\n- {id: lee, type: book, title: On Trade, author: [{family: Lee}], issued: 2019}\n",
        "bib": "@book{lee, title={On Trade}, author={Lee}, year={2019}}\n",
    }
    book = check(unfold(f"\n=== manuscript/01.md\n# One\n\nSaid [@lee, p. 3].\n=== manuscript/sources.{ending}\n{files[ending]}", tmp_path)).book
    note = " ".join(plain_text(b) for b in book.notes[0].blocks)
    assert re.search(r"Lee, On Trade \(.*2019\), 3", note), note


def test_a_list_after_each_chapter() -> None:
    from chapbook.compose import epub
    from chapbook.compose.style import default_styles

    book = check(ROOT / "tests/books/zotero").book
    texts = [d.text for d in epub.compose(book, default_styles()).documents]
    one, two = (next(t for t in texts if f"<title>{name}</title>" in t) for name in ("One", "Two"))
    assert one.count("chapter-sources") == two.count("chapter-sources") == 1
    assert "Bureau of Examples" in two and "Smith" not in two.partition("chapter-sources")[2]
    assert all(name in one.partition("chapter-sources")[2] for name in ("Smith", "Lee", "Bureau"))
