"""The zine: eight pages on one side of a sheet, each where folding needs it; nothing left out unsaid."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from chapbook.compose import zine as composing
from chapbook.errors import ManuscriptError
from chapbook.pipeline import Result, build
from chapbook.verify import verify_artifact
from tests.books_by_hand import BOOK_YAML
from tests.conftest import ROOT
from tests.photocopy import render


@pytest.fixture(scope="module")
def result() -> Result:
    return build(ROOT, ["zine"])


def test_as_many_statements_as_fit_and_the_number_of_the_others(result: Result) -> None:
    assert composing.most(result.book) == 42
    assert verify_artifact(result.book, result.artifacts[0]) == ()
    with pikepdf.Pdf.open(io.BytesIO(result.artifacts[0].data)) as pdf:
        assert len(pdf.pages) == 1
        assert len(pdf.pages[0].obj.Resources.XObject.keys()) == 8  # the sheet is full


def test_what_is_printed_stays_where_a_printer_reaches(result: Result) -> None:
    page = render(result.artifacts[0].data, 0, 72)
    left, top, right, bottom = page.point(lambda v: 255 if v < 200 else 0).getbbox()
    assert min(left, top, page.width - right, page.height - bottom) >= round(7 / 25.4 * 72)


def test_a_page_out_of_its_place_is_found(result: Result) -> None:
    artifact = result.artifacts[0]
    with pikepdf.Pdf.open(io.BytesIO(artifact.data)) as pdf:
        page = pdf.pages[0]
        drawn = page.Contents.read_bytes()
        page.Contents = pdf.make_stream(drawn.replace(b"/P2 ", b"/X ").replace(b"/P7 ", b"/P2 ").replace(b"/X ", b"/P7 "))
        out = io.BytesIO()
        pdf.save(out)
    found = verify_artifact(result.book, replace(artifact, data=out.getvalue()))
    assert "V039" in {d.code for d in found}


@pytest.mark.parametrize(("number", "code"), [(13, "V039"), (7, "V039"), (57, None)])
def test_a_statement_left_out_is_found(result: Result, number: int, code: str | None) -> None:
    """Statement 57 is among those whose number alone is told."""
    claims = tuple(replace(c, note=c.note + " Nobody reads this.") if c.number == number else c for c in result.book.claims)
    found = verify_artifact(replace(result.book, claims=claims), result.artifacts[0])
    assert {d.code for d in found} == ({code} if code else set())


def test_a_wrong_number_of_statements_left_out_is_found(result: Result) -> None:
    ring = next(v for v in result.book.verdicts if v.mark == "ring")
    moved = tuple(replace(c, verdict=ring) if c.number == 51 else c for c in result.book.claims)
    assert "V001" in {d.code for d in verify_artifact(replace(result.book, claims=moved), result.artifacts[0])}


def written(folder: Path, words: int, more: str = "") -> Path:
    (folder / "manuscript").mkdir()
    (folder / "manuscript" / "book.yaml").write_text(BOOK_YAML + more)
    (folder / "manuscript" / "01.md").write_text("# One\n\n" + "A few words stand here. " * (words // 5) + "\n")
    return folder


def test_a_short_text_without_verdicts_stands_whole(tmp_path: Path) -> None:
    assert [a.edition for a in build(written(tmp_path, 300), ["zine"]).artifacts] == ["zine"]


def test_a_text_too_long_is_an_error_or_gives_way_to_its_summary(tmp_path: Path) -> None:
    with pytest.raises(ManuscriptError) as caught:
        build(written(tmp_path, 9000), ["zine"])
    assert "W015" in {d.code for d in caught.value.diagnostics}
    (tmp_path / "manuscript" / "book.yaml").write_text(BOOK_YAML + "handout: {summary: It is about words.}\n")
    assert build(tmp_path, ["zine"]).artifacts[0].extent == 1
