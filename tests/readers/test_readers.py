"""The EPUB in real reading systems, the screen PDF's structure in PDF.js.

foliate-js and epub.js run in Chromium: the book is opened, its whole spine walked, a note called
and left again, and pictures are held against those approved (`pytest --accept`, and look at them).
MuPDF and calibre read the words.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from chapbook import fonts
from chapbook.model import Artifact, Book
from chapbook.pipeline import Result, build
from chapbook.verify.browser import SWITCHES
from chapbook.verify.passages import of_note, of_section, tokens
from tests.conftest import ROOT, Needs, NodeFile
from tests.readers.compare import HERE, difference
from tests.readers.serve import served

PAGES = Path(__file__).parent
READERS = ("foliate", "epubjs")
NEEDED = {"foliate": "foliate-js/view.js", "epubjs": "epubjs/dist/epub.min.js"}
SIZE = {"width": 600, "height": 800}
# The reader's choice of a font: the same letters on every machine.
FACES = "".join(
    '@font-face { font-family: "Test Serif"; src: url("BASE/serif-' + name + '.ttf"); font-' + style + " }"
    for name, style in (("400", "weight: 400"), ("400i", "style: italic"), ("600", "weight: 600"))
) + '* { font-family: "Test Serif" !important }'  # fmt: skip


@pytest.fixture(scope="module")
def built() -> Result:
    return build(ROOT, ["epub", "pdf"], jobs=2)


def one(result: Result, edition: str) -> Artifact:
    return next(a for a in result.artifacts if a.edition == edition)


@pytest.fixture(scope="module")
def address(built: Result, node_file: NodeFile) -> Iterator[str]:
    node = node_file("epubjs/dist/epub.min.js").parents[2]
    files = {"/book.epub": one(built, "epub").data, "/book.pdf": one(built, "pdf").data}
    for face in fonts.faces():
        if face.family == fonts.SERIF and (face.weight, face.italic) != (600, True):
            files[f"/serif-{face.weight}{'i' if face.italic else ''}.ttf"] = fonts.static(face)
    with served(files, {"node": node, "pages": PAGES}) as found:
        yield found


@pytest.fixture(scope="module")
def browser(needs: Needs) -> Iterator[Browser]:
    path = needs("chromium")
    # A layout in this process leaves word of the book's fonts alone; a reader has those of the system.
    environment = {name: value for name, value in os.environ.items() if name != "FONTCONFIG_FILE"}
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path, args=[*SWITCHES, "--font-render-hinting=none"], env=environment
        )
        yield chromium
        chromium.close()


class Reader:
    """A reading system with the book open."""

    def __init__(self, name: str, page: Page, about: dict[str, Any]) -> None:
        self.name, self.page, self.about = name, page, about

    def do(self, call: str, *arguments: object) -> Any:
        return self.page.evaluate(f"([...given]) => reader.{call}(...given)", list(arguments))


@pytest.fixture(scope="module", params=READERS)
def reader(request: pytest.FixtureRequest, browser: Browser, address: str, node_file: NodeFile) -> Iterator[Reader]:
    name = request.param
    node_file(NEEDED[name])
    page = browser.new_page(viewport=SIZE, color_scheme="light", reduced_motion="reduce")  # type: ignore[arg-type]
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{address}/pages/{name}.html")
    page.wait_for_function("window.ready")
    about = page.evaluate("fonts => reader.open(fonts)", FACES.replace("BASE", address))
    yield Reader(name, page, about)
    page.close()
    assert not said


def test_the_whole_spine_is_there_to_read(built: Result, reader: Reader) -> None:
    book = built.book
    words: list[str] = []
    for index in range(len(reader.about["sections"])):
        there = reader.do("goTo", index)
        assert there["index"] == index
        words.extend(tokens(there["text"]))
    assert len(reader.about["sections"]) == one(built, "epub").extent
    joined = " ".join(words)
    for section in book.sections:
        for passage in of_section(section):
            assert " ".join(passage.tokens) in joined, passage.name
    for note in book.notes:
        assert " ".join(next(of_note(book, note)).tokens) in joined


def test_contents_and_pages_are_known_to_the_reader(built: Result, reader: Reader) -> None:
    assert "Economic Relations" in reader.about["toc"]
    labels = [label for label, _ in reader.about["pages"]]
    assert labels == [str(n) for n in range(1, len(labels) + 1)]
    assert len(labels) >= 36
    if reader.name == "foliate":  # epub.js keeps the addresses of a page list as positions it does not know
        there = reader.do("goTo", reader.about["pages"][6][1])
        assert "s004" in reader.about["sections"][there["index"]]
        assert reader.do("visible", "#Page-7")


def chapter(reader: Reader) -> int:
    return next(i for i, name in enumerate(reader.about["sections"]) if "s003" in name)


def test_a_note_is_called_and_leads_back(reader: Reader) -> None:
    where = chapter(reader)
    reader.do("goTo", where)
    reader.do("click", "#noteref-3")
    if reader.name == "foliate":
        reader.page.wait_for_function("window.noteShown")
        shown = reader.page.evaluate("window.noteShown")
        assert shown["type"] == "footnote"
        assert shown["text"].startswith("Note 3.")
        reader.do("back", "a.back")
        reader.page.wait_for_function("window.lastLink?.includes('noteref-3')")
        reader.do("close")
    else:
        assert reader.do("visible", "#note-3")
        reader.do("click", "#note-3 a.back")
    assert reader.do("where") == where
    assert reader.do("visible", "#noteref-3")


def test_it_looks_as_approved(reader: Reader, accept: bool, tmp_path: Path) -> None:
    wrong = []

    def look(what: str) -> None:
        reader.page.wait_for_timeout(400)
        shot = reader.page.screenshot(animations="disabled")
        wrong.append(difference(f"{reader.name}-{what}", shot, accept, tmp_path / "report"))

    for what, wanted in (("cover", "cover"), ("title", "title-page"), ("contents", "nav"), ("chapter", "s003"),
                         ("summary", "verdict-summary"), ("claims", "claims-and"), ("sources", "sources")):  # fmt: skip
        reader.do("goTo", next(i for i, name in enumerate(reader.about["sections"]) if wanted in name))
        look(what)
    reader.do("goTo", chapter(reader))
    reader.do("click", "#noteref-3")
    look("note")
    if reader.name == "foliate":
        reader.do("close")
    assert not [said for said in wrong if said]


def test_every_picture_belongs_to_a_reader() -> None:
    assert {path.stem.partition("-")[0] for path in HERE.glob("*.png")} == set(READERS)
    assert len(list(HERE.glob("*.png"))) == 2 * 8


# ── readers without a browser ────────────────────────────────────────────────


def letters(text: str) -> str:
    """Letters alone: a line may end with a hyphen of the word's or of the line's."""
    return "".join(c for c in text if c.isalpha())


def held(book: Book, text: str) -> None:
    """Every passage of the book and every note stands in a text, in order."""
    whole, at = letters(text), 0
    for section in book.sections:
        for passage in of_section(section):
            found = whole.find(letters("".join(passage.tokens)), at)
            assert found >= 0, (passage.name, " ".join(passage.tokens)[:80])
            at = found
    for note in book.notes:
        assert letters("".join(next(of_note(book, note)).tokens)) in whole, note.id


# Of itself: Debian's has no colour profiles, and MuPDF knows EPUB 3 under its first number only.
MUPDF_SAYS = {"warning: ICC support is not available", "warning: unknown epub version: 3.0"}


def test_mupdf_reads_it(built: Result, needs: Needs, tmp_path: Path) -> None:
    path = tmp_path / "book.epub"
    path.write_bytes(one(built, "epub").data)
    done = subprocess.run([needs("mutool"), "draw", "-q", "-F", "txt", "-o", "-", str(path)],
                          capture_output=True, text=True, check=True)  # fmt: skip
    assert set(done.stderr.strip().splitlines()) <= MUPDF_SAYS
    assert "Landmarks" not in done.stdout, "a hidden nav is shown"
    assert "Pages of the print edition" not in done.stdout
    held(built.book, done.stdout)


def test_calibre_converts_it(built: Result, needs: Needs, tmp_path: Path) -> None:
    path, out = tmp_path / "book.epub", tmp_path / "book.txt"
    path.write_bytes(one(built, "epub").data)
    done = subprocess.run([needs("ebook-convert"), str(path), str(out), "--txt-output-formatting=plain"],
                          capture_output=True, text=True, check=False, env=_headless(tmp_path))  # fmt: skip
    assert done.returncode == 0, done.stderr[-500:]
    held(built.book, out.read_text("utf-8"))


def _headless(folder: Path) -> dict[str, str]:
    return {**os.environ, "QT_QPA_PLATFORM": "offscreen", "CALIBRE_CONFIG_DIRECTORY": str(folder / "calibre"),
            "QTWEBENGINE_DISABLE_SANDBOX": "1", "XDG_RUNTIME_DIR": str(folder)}  # fmt: skip


# ── PDF.js ───────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def structure(browser: Browser, address: str, node_file: NodeFile) -> dict[str, Any]:
    node_file("pdfjs-dist/build/pdf.mjs")
    page = browser.new_page()
    page.goto(f"{address}/pages/pdfjs.html")
    page.wait_for_function("window.ready")
    found: dict[str, Any] = page.evaluate("read()")
    page.close()
    return found


def nodes(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield tree
    for child in tree.get("children", ()):
        yield from nodes(child)


def test_pdfjs_knows_what_things_are(structure: dict[str, Any]) -> None:
    assert structure["mark"]["Marked"] is True
    every = [node for page in structure["pages"] if page["tree"] for node in nodes(page["tree"])]
    roles = {node.get("role") for node in every}
    assert {"Root", "Document", "H1", "P", "Link", "Note", "Lbl", "Table", "TR", "TH", "TD", "TOC", "TOCI", "L", "LI"} <= roles
    assert all(page["tree"] for page in structure["pages"])
    assert all(node["alt"] for node in every if node.get("role") == "Figure")
    assert structure["labels"][1:4] == ["1", "2", "3"]
    assert "Economic Relations" in structure["outline"]


def test_pdfjs_reads_the_words_in_order(built: Result, structure: dict[str, Any]) -> None:
    """The words by the structure alone: running heads are not among them."""
    said = "".join(node.get("text", "") + ("\n" if node.get("role") in ("P", "H1", "H2", "LI", "TD") else "")
                   for page in structure["pages"] if page["tree"] for node in nodes(page["tree"]))  # fmt: skip
    whole, at = letters(said), 0
    for section in built.book.sections[2:12]:
        first = letters("".join(next(of_section(section)).tokens))
        found = whole.find(first, at)
        assert found >= 0, first
        at = found
    # In the contents, over its section, in the summary and over its claims: no running head is read out.
    assert whole.count("EconomicRelations") <= 5
