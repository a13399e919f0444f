"""Sheets of paper: the booklet, folded and read, its ink, its margins; what is wrong is found."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chapbook.compose.pages import Margins
from chapbook.config import configure
from chapbook.editions import DEFAULT, EDITIONS, expanded, is_edition
from chapbook.errors import ConfigurationError
from chapbook.office import office
from chapbook.pipeline import Result, build
from chapbook.verify import verify_artifact
from chapbook.writers import WRITERS
from chapbook.writers.booklet import PAPERS, fit
from tests.books_by_hand import BOOK_YAML
from tests.conftest import ROOT, fonts_for
import itertools

A5 = Margins(21, 26, 17, 21)


@pytest.fixture(scope="module")
def result() -> Result:
    return build(ROOT / "tests" / "books" / "ledger", expanded(["booklet"]))


# ── editions ─────────────────────────────────────────────────────────────────


def test_every_edition_has_a_writer_and_every_writer_a_name() -> None:
    files = {w.edition for w in WRITERS}
    assert set(expanded(EDITIONS)) == files
    assert set(DEFAULT) <= files
    assert all(is_edition(name) for name in EDITIONS)


def test_a_book_names_its_editions(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "manuscript" / "book.yaml"
    path.parent.mkdir()
    path.write_text(BOOK_YAML)
    assert configure(tmp_path).editions == DEFAULT
    path.write_text(BOOK_YAML + "editions: [epub, booklet]\nbooklet: {signature: 24, paper-mm: 0.12}\n")
    project = configure(tmp_path)
    assert project.editions == ("epub", "booklet", "booklet-letter")
    assert (project.sheets.signature, project.sheets.paper_mm) == (24, 0.12)


@pytest.mark.parametrize(("line", "said"), [
    ("editions: [bocklet]", "did you mean `booklet`?"),
    ("booklet: {signature: 6}", "a sheet folded once has four pages"),
    ("booklet: {signature: many}", "write a number from 4 to 96"),
    ("booklet: {creep: 1}", "known keys: signature, paper-mm"),
    ("handout: 2", "handout: {sheets: …}"),
])  # fmt: skip
def test_what_book_yaml_cannot_mean_is_refused(tmp_path, line: str, said: str) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "manuscript" / "book.yaml"
    path.parent.mkdir()
    path.write_text(f"{BOOK_YAML}{line}\n")
    with pytest.raises(ConfigurationError) as caught:
        configure(tmp_path)
    assert [d.hint for d in caught.value.diagnostics] == [said]
    assert caught.value.diagnostics[0].position is not None


# ── the booklet ──────────────────────────────────────────────────────────────


def test_a_booklet_for_each_paper(result: Result) -> None:
    a4, letter = result.artifacts
    for artifact, paper in zip((a4, letter), PAPERS.values(), strict=True):
        with pikepdf.Pdf.open(io.BytesIO(artifact.data)) as pdf:
            assert len(pdf.pages) == artifact.extent
            assert artifact.extent % 2 == 0
            for page in pdf.pages:
                assert [float(v) * 25.4 / 72 for v in list(page.mediabox)[2:]] == pytest.approx(
                    [paper.width_mm, paper.height_mm], abs=0.01)  # fmt: skip
            assert pdf.Root.ViewerPreferences.Duplex == "/DuplexFlipShortEdge"


def test_the_back_stays_at_the_back(result: Result) -> None:
    with pikepdf.Pdf.open(io.BytesIO(result.artifacts[0].data)) as pdf:
        assert sorted(pdf.pages[0].obj.Resources.XObject.keys()) == ["/P1", f"/P{2 * len(pdf.pages)}"]


def test_a_missing_or_misplaced_page_is_found(result: Result) -> None:
    artifact = result.artifacts[0]
    for spoil, code in ((_swapped, "V001"), (_lost, "V037"), (_twice, "V037"), (_renamed, "V037")):
        with pikepdf.Pdf.open(io.BytesIO(artifact.data)) as pdf:
            spoil(pdf)
            out = io.BytesIO()
            pdf.save(out)
        found = verify_artifact(result.book, replace(artifact, data=out.getvalue()))
        assert code in {d.code for d in found}, spoil


def _side(pdf: pikepdf.Pdf) -> pikepdf.Dictionary:
    """The pages of a side with the text's first page and the colophon."""
    return pdf.pages[4].obj.Resources.XObject


def _swapped(pdf: pikepdf.Pdf) -> None:
    forms = _side(pdf)
    one, other = sorted(forms.keys())
    forms[one], forms[other] = forms[other], forms[one]


def _twice(pdf: pikepdf.Pdf) -> None:
    forms = _side(pdf)
    one, other = sorted(forms.keys())
    forms[one] = forms[other]


def _renamed(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[4]
    one, other = (name.encode() for name in sorted(page.obj.Resources.XObject.keys()))
    drawn = page.Contents.read_bytes()
    page.Contents = pdf.make_stream(drawn.replace(one, b"/X").replace(other, one).replace(b"/X", other))


def _lost(pdf: pikepdf.Pdf) -> None:
    pdf.pages[4].Contents = pdf.make_stream(b"")


def test_colour_is_found(result: Result) -> None:
    artifact = result.artifacts[0]
    with pikepdf.Pdf.open(io.BytesIO(artifact.data)) as pdf:
        page = pdf.pages[0]
        page.Contents = pdf.make_stream(b"1 0 0 rg 0 0 10 10 re f " + page.Contents.read_bytes())
        out = io.BytesIO()
        pdf.save(out, compress_streams=False)
    found = verify_artifact(result.book, replace(artifact, data=out.getvalue()))
    assert "V036" in {d.code for d in found}


def test_inner_sheets_move_towards_the_fold(result: Result) -> None:
    with pikepdf.Pdf.open(io.BytesIO(result.artifacts[0].data)) as pdf:
        rights = [float(m[1]) for page in list(pdf.pages)[::2]
                  if (m := re.search(rb"q [1-9][\d.]+ 0 .* ([\d.-]+) [\d.-]+ cm", page.Contents.read_bytes()))]  # fmt: skip
    assert len(rights) == 3
    step = 0.1 * 72 / 25.4
    assert [b - a for a, b in itertools.pairwise(rights)] == pytest.approx([-step] * 2, abs=0.001)


def test_a_book_written_from_right_to_left_opens_from_its_right() -> None:
    fonts_for("arabic")
    arabic = build(ROOT / "tests" / "books" / "arabic", expanded(["booklet", "cover", "handout", "zine"]))
    booklet = next(a for a in arabic.artifacts if a.edition == "booklet")
    with pikepdf.Pdf.open(io.BytesIO(booklet.data)) as pdf:
        placed = re.findall(rb"q ([\d.]+) 0 .* (/P\d+) Do", pdf.pages[0].Contents.read_bytes())
    assert [name for left, name in placed if float(left) == 0] == [b"/P1"]


# ── how a page stands on its half ────────────────────────────────────────────


def test_a5_stands_at_full_size_on_both_papers() -> None:
    for paper in PAPERS.values():
        assert fit(148, 210, A5, paper, office().at_fold_mm(16)).scale == 1


@given(st.floats(90, 230), st.floats(140, 300), st.sampled_from(list(PAPERS)), st.floats(10, 25))
def test_what_is_printed_stays_where_a_printer_reaches(width: float, height: float, name: str, margin: float) -> None:
    paper, page = PAPERS[name], Margins(margin, margin, margin, margin)
    at = fit(width, height, page, paper, 8.0)
    half = paper.width_mm / 2
    assert at.scale <= 1
    outer = half - at.inner_mm - width * at.scale + margin * at.scale
    head = paper.height_mm - at.foot_mm - height * at.scale + margin * at.scale
    if at.scale == 1:
        assert min(outer, at.foot_mm + margin, head) >= office().edge_mm - 1e-9
        assert at.inner_mm + margin >= 8 - 1e-9
    else:
        assert at.inner_mm == 0
        assert width * at.scale <= half + 1e-9
        assert height * at.scale <= paper.height_mm + 1e-9
