"""The cover wrap: its spine by each service's formula, its boxes, inks and barcode."""

from __future__ import annotations

import io
from dataclasses import replace

import pikepdf
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageChops, ImageStat

from chapbook.binding import SADDLE_STITCHED, SPINE_TEXT_MM, bindings
from chapbook.compose.barcode import MODULES, ean13, modules
from chapbook.compose.style import default_styles
from chapbook.model import Artifact, Book, Trim
from chapbook.pipeline import build, check
from chapbook.services import services
from chapbook.verify import verify_artifact
from chapbook.writers import cover
from tests.conftest import ROOT
from tests.photocopy import render

STYLES = default_styles()
ISBN = "978-3-16-148410-0"  # the example of the ISBN manual
MM = 72 / 25.4


@pytest.fixture(scope="module")
def book() -> Book:
    return check(ROOT / "tests" / "books" / "ledger").book


def artifact(data: bytes, edition: str = "cover") -> Artifact:
    return Artifact("c.pdf", edition, "application/pdf", data, 1, "pages")


def box(data: bytes, name: str) -> list[float]:
    with pikepdf.Pdf.open(io.BytesIO(data)) as pdf:
        x0, y0, x1, y1 = (float(v) for v in pdf.pages[0].obj[f"/{name}"])
    return [x1 - x0, y1 - y0]


# ── measures ─────────────────────────────────────────────────────────────────


def test_kdp_gives_the_example_of_its_own_page(book: Book) -> None:
    """6 × 9 inches, 240 pages of cream paper: 12.850 × 9.250 inches."""
    sized = replace(book, trim=Trim(152.4, 228.6), sheets=replace(book.sheets, paper="cream"))
    made = cover.write(sized, STYLES, 240, services()["kdp-paperback"])
    assert [v / 72 for v in box(made.data, "MediaBox")] == pytest.approx([12.850, 9.250], abs=0.001)
    assert verify_artifact(sized, artifact(made.data, "cover-kdp-paperback")) == ()


def test_spines() -> None:
    assert bindings()["kdp-paperback"].spine_mm(100, "") == pytest.approx(100 * 0.002252 * 25.4)
    assert bindings()["lulu"].spine_mm(222, "") == pytest.approx((222 / 444 + 0.06) * 25.4)
    assert bindings()["ingramspark"].spine_mm(200, "") is None
    assert SADDLE_STITCHED.spine_mm(36, "") == 0


@given(st.integers(1, 828), st.sampled_from(["kdp-paperback", "lulu"]))
def test_text_stands_only_on_a_spine_that_may_have_it(pages: int, name: str) -> None:
    binding = bindings()[name]
    spine = binding.spine_mm(pages, "")
    assert spine is not None
    assert binding.has_text(pages, spine) == (pages >= binding.text_pages and spine >= SPINE_TEXT_MM)
    assert not SADDLE_STITCHED.has_text(pages, 0.0)


def test_a_service_without_a_formula_needs_the_width_from_its_template(book: Book) -> None:
    ingram = services()["ingramspark"]
    assert [d.code for d in cover.known(book, ingram)] == ["W013"]
    given = replace(book, sheets=replace(book.sheets, spine_mm=7.5))
    assert cover.known(given, ingram) == ()
    assert box(cover.write(given, STYLES, 200, ingram).data, "TrimBox")[0] / MM == pytest.approx(2 * 148 + 7.5, abs=0.02)


def test_a_paper_the_service_has_not_is_an_error(book: Book) -> None:
    wrong = replace(book, sheets=replace(book.sheets, paper="creme"))
    assert [d.code for d in cover.write(wrong, STYLES, 100, services()["kdp-paperback"]).notices] == ["W012"]


# ── the saddle-stitched wrap of a build ──────────────────────────────────────


@pytest.fixture(scope="module")
def made(book: Book) -> bytes:
    return cover.write(book, STYLES, 8).data


def test_boxes_inks_and_words(book: Book, made: bytes) -> None:
    assert verify_artifact(book, artifact(made)) == ()
    assert [v / MM for v in box(made, "TrimBox")] == pytest.approx([296, 210], abs=0.02)
    assert [v / MM for v in box(made, "BleedBox")] == pytest.approx([302, 216], abs=0.02)
    with pikepdf.Pdf.open(io.BytesIO(made)) as pdf:
        assert "/OutputIntents" in pdf.Root
        assert str(pdf.docinfo["/GTS_PDFXVersion"]).startswith("PDF/X-1a")


def test_the_same_bytes_twice(book: Book, made: bytes) -> None:
    assert cover.write(book, STYLES, 8).data == made


def test_a_colour_or_a_lost_word_is_found(book: Book, made: bytes) -> None:
    with pikepdf.Pdf.open(io.BytesIO(made)) as pdf:
        page = pdf.pages[0]
        page.Contents = pdf.make_stream(page.Contents.read_bytes() + b" 1 0 0 rg 0 0 9 9 re f")
        out = io.BytesIO()
        pdf.save(out)
    assert "V036" in {d.code for d in verify_artifact(book, artifact(out.getvalue()))}
    other = replace(book, work=replace(book.work, description="Nobody wrote this."))
    assert "V001" in {d.code for d in verify_artifact(other, artifact(made))}


def test_the_front_is_the_cover_of_every_edition() -> None:
    result = build(ROOT / "tests" / "books" / "ledger", ["print", "cover"])
    printed, wrapped = (render(a.data, 0, 72) for a in result.artifacts)
    width, height = round(148 * MM), round(210 * MM)
    slug = 10 * MM  # bleed, gap, marks and their slug
    one = printed.crop((round(slug), round(slug), round(slug) + width - 2, round(slug) + height - 2))
    left = round(slug + 148 * MM)
    other = wrapped.crop((left, round(slug), left + width - 2, round(slug) + height - 2))
    assert ImageStat.Stat(ImageChops.difference(one, other)).mean[0] < 4
    assert ImageStat.Stat(one).stddev[0] > 10


# ── the barcode ──────────────────────────────────────────────────────────────


def test_the_isbn_is_read_from_the_cover(book: Book) -> None:
    numbered = replace(book, imprint=replace(book.imprint, isbn_print=ISBN))
    for pages, service in ((8, None), (120, services()["kdp-paperback"])):
        data = cover.write(numbered, STYLES, pages, service).data
        codes = zxingcpp.read_barcodes(render(data, 0, 300))
        assert [code.text for code in codes] == ["9783161484100"]


def test_without_an_isbn_there_is_an_area_only_where_a_service_needs_it(book: Book) -> None:
    assert cover.flat(book, 8, None)[0].area is None
    area = cover.flat(book, 100, services()["kdp-paperback"])[0].area
    assert area is not None
    assert (area.width_mm, area.height_mm) == pytest.approx((50.8, 30.48))


def test_what_is_no_isbn_is_an_error(book: Book) -> None:
    wrong = replace(book, imprint=replace(book.imprint, isbn_print="978-3-16-148410-1"))
    assert [d.code for d in cover.write(wrong, STYLES, 8).notices] == ["W014"]


def test_digits_of_an_isbn() -> None:
    assert ean13(ISBN) == "9783161484100"
    assert ean13("ISBN 3-16-148410-X") == "9783161484100"
    for text in ("978-3-16-148410-1", "3-16-148410-0", "4006381333931", "abc", ""):
        with pytest.raises(ValueError, match="ISBN"):
            ean13(text)


@given(st.integers(0, 10**9 - 1))
def test_every_code_has_its_guards_and_ninety_five_modules(number: int) -> None:
    digits = f"978{number:09}"
    code = modules(digits + str(-sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits)) % 10))
    assert len(code) == MODULES
    assert (code[:3], code[45:50], code[-3:]) == ("101", "01010", "101")
