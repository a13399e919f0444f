"""The hand-out: all it promises, in a size a reader can read, with a code a camera can."""

from __future__ import annotations

import ctypes
import subprocess
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from chapbook.compose import handout as composing
from chapbook.compose.handout import STEPS
from chapbook.compose.qr import modules
from chapbook.compose.style import default_styles
from chapbook.errors import ManuscriptError
from chapbook.model import Artifact, Book
from chapbook.pipeline import build, check
from chapbook.verify import verify_artifact
from chapbook.writers import handout
from tests.books_by_hand import BOOK_YAML
from tests.conftest import ROOT
from tests.photocopy import photocopied, read_codes, render

ADDRESS = "https://example.org/a-book"


@pytest.fixture(scope="module")
def book() -> Book:
    return check(ROOT).book


@pytest.fixture(scope="module")
def sheets(book: Book) -> dict[str, Artifact]:
    found = {}
    for edition in composing.PAPERS:
        data, pages, notices = handout.write(book, default_styles(), edition)
        assert not notices
        found[edition] = Artifact(edition, edition, "application/pdf", data, pages, "pages")
    return found


def test_the_whole_article_fits_one_sheet_of_each_paper(book: Book, sheets: dict[str, Artifact]) -> None:
    for artifact in sheets.values():
        assert artifact.extent == 2
        assert verify_artifact(book, artifact) == ()


def test_no_type_is_under_seven_and_a_half_points(sheets: dict[str, Artifact]) -> None:
    for artifact in sheets.values():
        document = pypdfium2.PdfDocument(artifact.data)
        for page in document:
            text = page.get_textpage()
            sizes = set()
            for index in range(text.count_chars()):
                matrix = pdfium.FS_MATRIX()
                pdfium.FPDFText_GetMatrix(text, index, ctypes.byref(matrix))
                if chr(pdfium.FPDFText_GetUnicode(text, index)).strip():
                    sizes.add(round(pdfium.FPDFText_GetFontSize(text, index) * abs(matrix.a), 1))
            assert min(sizes) >= 7.5
        document.close()


def test_the_margins_can_be_printed(sheets: dict[str, Artifact]) -> None:
    safe = round(7 / 25.4 * 72)
    for artifact in sheets.values():
        for number in range(artifact.extent):
            page = render(artifact.data, number, 72)
            left, top, right, bottom = page.point(lambda v: 255 if v < 200 else 0).getbbox()
            assert min(left, top, page.width - right, page.height - bottom) >= safe


def test_a_copier_needs_black_alone(sheets: dict[str, Artifact], tmp_path: Path, needs) -> None:  # type: ignore[no-untyped-def]
    """Ghostscript's own measure of the four plates."""
    path = tmp_path / "handout.pdf"
    path.write_bytes(sheets["handout"].data)
    command = [needs("gs"), "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=inkcov", "-r72", "-o", "-", str(path)]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip().splitlines()
    plates = [[float(v) for v in line.split()[:4]] for line in lines]
    assert len(plates) == 2
    assert all(plate[:3] == [0, 0, 0] and 0.02 < plate[3] < 0.4 for plate in plates)


def test_a_lost_word_is_found(book: Book, sheets: dict[str, Artifact]) -> None:
    claims = tuple(replace(c, note=c.note.replace("KOTRA", "KOTRA not")) for c in book.claims)
    notes = tuple(replace(n, claim=claims[i]) for i, n in enumerate(book.notes))
    found = verify_artifact(replace(book, claims=claims, notes=notes), sheets["handout"])
    assert {d.code for d in found} == {"V001"}
    assert any("note 8" in d.message for d in found)


# ── the code ─────────────────────────────────────────────────────────────────


def test_without_an_address_there_is_no_code(book: Book, sheets: dict[str, Artifact]) -> None:
    assert not book.imprint.address
    assert read_codes(render(sheets["handout"].data, 0, 300)) == []


def test_the_code_is_read_from_the_page_and_from_a_photocopy(book: Book) -> None:
    addressed = replace(book, imprint=replace(book.imprint, address=ADDRESS))
    data, pages, _ = handout.write(addressed, default_styles(), "handout")
    assert pages == 2
    assert read_codes(render(data, 0, 300)) == [ADDRESS]
    assert read_codes(photocopied(render(data, 0, 150))) == [ADDRESS]
    document = pypdfium2.PdfDocument(data)
    assert "example.org/a-book" in document[0].get_textpage().get_text_range()
    document.close()


def test_a_code_is_square_and_of_the_level_asked_for() -> None:
    sides = [len(modules("x" * 60, level)) for level in ("L", "M", "Q", "H")]
    assert sides == sorted(sides)
    assert len(set(sides)) > 2
    assert all(len(row) == len(modules("x", "M")) for row in modules("x", "M"))


# ── what fits ────────────────────────────────────────────────────────────────


class Layouts:
    """Layouts of a text that would just fill the sheets at some size."""

    def __init__(self, area: float) -> None:
        self.area, self.tried = area, 0

    def __call__(self, sizes: composing.Sizes) -> handout.Trial:
        self.tried += 1
        fill = (sizes.text * sizes.text_leading + sizes.note * sizes.note_leading) / self.area
        return handout.Trial(None, fill, fill - 1)  # type: ignore[arg-type]


@pytest.mark.parametrize("area", range(100, 420, 7))
def test_the_largest_size_that_fits_is_found_in_a_few_layouts(area: int) -> None:
    for first in (0, 5, len(STEPS) - 1):
        layouts = Layouts(area)
        step, trial = handout.largest(layouts, first)
        fitting = [i for i, s in enumerate(STEPS) if s.text * s.text_leading + s.note * s.note_leading <= area]
        assert step == min(fitting, default=len(STEPS) - 1)
        assert (trial.fill <= 1) == bool(fitting)
        assert layouts.tried <= 3


def written(folder: Path, sections: int, more: str = "") -> Path:
    (folder / "manuscript").mkdir(exist_ok=True)
    (folder / "manuscript" / "book.yaml").write_text(BOOK_YAML + more)
    for number in range(sections):
        text = f"# Part {number}\n\n" + "Many words stand here in a row. " * 220 + "\n"
        (folder / "manuscript" / f"{number:02}.md").write_text(text)
    return folder


def test_too_long_a_text_is_an_error_that_says_by_how_many_lines(tmp_path: Path) -> None:
    with pytest.raises(ManuscriptError) as caught:
        build(written(tmp_path, 5), ["handout"])
    said = [d for d in caught.value.diagnostics if d.code == "W010"]
    assert len(said) == 1
    lines = int(said[0].message.split("is ")[1].split(" lines")[0])
    assert 40 < lines < 1000
    assert "summary" in said[0].hint


def test_a_summary_and_chosen_sections_stand_for_the_whole(tmp_path: Path) -> None:
    more = "handout: {sheets: 1, summary: It is about words., sections: [01.md]}\n"
    result = build(written(tmp_path, 5, more), ["handout"])
    document = pypdfium2.PdfDocument(result.artifacts[0].data)
    text = " ".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    assert "It is about words." in text
    assert "Part 1" in text and "Part 2" not in text
    assert "the full edition has the rest" in text


def test_a_section_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ManuscriptError) as caught:
        build(written(tmp_path, 1, "handout: {sections: [07.md]}\n"), ["handout"])
    assert [d.code for d in caught.value.diagnostics] == ["W011"]


def test_sheets_can_be_added(tmp_path: Path) -> None:
    assert build(written(tmp_path, 5, "handout: {sheets: 3}\n"), ["handout"]).artifacts[0].extent <= 6
