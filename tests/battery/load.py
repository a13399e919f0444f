"""Group D: inputs that are heavy for their size, and books that are large."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator

import pikepdf
from lxml import etree

from tests.battery.bench import Bench, unpacked, word
from tests.battery.rows import slow

EPUB_ONLY = "title: A Test\nauthor: Ada Example\nlang: en\neditions: [epub]\n"
HEAVY = {
    "brackets": "[" * 40,
    "brackets and words": "[a " * 40,
    "brackets, many": "[" * 5_000,
    "pictures": "![" * 40,
    "links": "[a](" * 400,
    "spans": "[a]{" * 2_000,
    "backticks": " ".join("`" * (n % 60 + 1) for n in range(800)),
    "backticks in a row": "`" * 800,
    "comments": "<!--" * 20_000,
    "tags": "<a " * 20_000,
    "emphasis": "*a **b " * 3_000,
    "underscores": "_" * 20_000,
    "notes": "^[" * 60,
    "quotations": ">" * 2_000 + " deep",
    "lists": "".join(f"{'  ' * n}- a\n" for n in range(400)),
    "lists on one line": "- " * 400 + "a",
    "fences": ":::: {.a}\n" * 400,
    "divisions": "<div>\n\n" * 400,
    "dollars": "$a " * 20_000,
    "tildes": "~a ^b " * 5_000,
    "quotes": "\"'" * 10_000,
    "tables": "|" * 20_000 + "\n" + "|-" * 10_000,
    "references": "[a]: b\n" * 3_000,
    "at signs": "@[" * 200,
}


def row_71_inputs_that_hang_a_reader(b: Bench) -> None:
    for name, text in HEAVY.items():
        root = b.book(f"\n=== manuscript/01.md\n# One\n\n{text}\n\n=== manuscript/book.yaml\n{EPUB_ONLY}")
        run = b.run(root, within_s=30)
        assert "Traceback" not in run.said, name
        assert run.status == 0 or "manuscript/01.md:" in run.said, (name, run.said[:500])
    b.numbers["longest of the inputs that hang a reader"] = f"within 30 s ({len(HEAVY)} inputs)"


@slow
def row_72_ten_thousand_notes(b: Bench) -> None:
    """All of them stand in each format."""
    count, per = 10_000, 200
    parts = []
    for chapter in range(count // per):
        numbers = range(chapter * per, (chapter + 1) * per)
        body = "\n\n".join(f"Call {word(n)}.[^{n}]" for n in numbers)
        notes = "\n".join(f"[^{n}]: Note {word(n * 3)} n{n}x." for n in numbers)
        parts.append(f"\n=== manuscript/{chapter:03}.md\n# Chapter {chapter}\n\n{body}\n\n{notes}\n")
    files = b.builds("".join(parts), within_s=600)
    for edition, words in files.texts():
        found = set(re.findall(r"n(\d+)x", words))
        assert len(found) == count, (edition, len(found))


@slow
def row_73_five_thousand_chapters(b: Bench) -> None:
    """All stand in order in spine, nav and the PDF's outline."""
    count = 5_000
    parts = [f"\n=== manuscript/{n:04}.md\n# Chapter {word(n)} c{n}x\n\nText {word(n * 7)} of it.\n" for n in range(count)]
    yaml = "\n=== manuscript/book.yaml\ntitle: Many\nauthor: Ada Example\nlang: en\nchapters: run-on\n"
    files = b.builds("".join(parts) + yaml, within_s=600)
    wanted = [str(n) for n in range(count)]
    documents = dict(unpacked(files.of("epub")))
    nav = next(d.decode() for n, d in documents.items() if n.endswith("nav.xhtml"))
    assert re.findall(r">Chapter \w+ c(\d+)x<", nav)[:count] == wanted
    opf = etree.fromstring(next(d for n, d in documents.items() if n.endswith(".opf")))
    items = {i.get("id"): i.get("href") for i in opf.iterfind(".//{*}item")}
    spine = [items[r.get("idref")] for r in opf.iterfind(".//{*}itemref")]
    texts = [documents[next(n for n in documents if n.endswith("/" + name))].decode() for name in spine]
    assert [m for t in texts for m in re.findall(r"<h\d[^>]*>(?:<[^>]*>)*Chapter \w+ c(\d+)x", t)][:count] == wanted
    with pikepdf.Pdf.open(io.BytesIO(files.of("pdf"))) as pdf, pdf.open_outline() as outline:
        titles = [m[1] for i in _all(outline.root) if (m := re.search(r"c(\d+)x", i.title))]
        assert titles == wanted


def _all(items: Iterable[pikepdf.OutlineItem]) -> Iterator[pikepdf.OutlineItem]:
    """The items of an outline, those of chapters below the one of the book."""
    for item in items:
        yield item
        yield from _all(item.children)


@slow
def row_74_one_long_text(b: Bench) -> None:
    text = "word " * 2_400_000  # 12 MB, one node
    yaml = "=== manuscript/book.yaml\ntitle: Long\nauthor: Ada Example\nlang: en\neditions: [epub]\n"
    files = b.builds(f"\n=== manuscript/01.md\n# One\n\nBegin {text}end.\n{yaml}", within_s=300)
    inside = b"".join(d for n, d in unpacked(files.of("epub")) if n.endswith(".xhtml"))
    assert inside.count(b"word") >= 2_400_000 and b"end." in inside
