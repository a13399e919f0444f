"""Golden books: each is built whole, twice, and every validator looks at it."""

from __future__ import annotations

import io
import subprocess
import zipfile
from pathlib import Path

import pikepdf
import pytest

from chapbook.editions import DEFAULT
from chapbook.model import Artifact
from chapbook.pipeline import Result, build
from chapbook.verify.tools import TOOLS, run_tools
from tests.conftest import ROOT, fonts_for
from tests.structure_tree import pages_of, tree_of

BOOKS = {path.name: path for path in sorted((ROOT / "tests" / "books").iterdir())} | {"shipped": ROOT}


@pytest.fixture(scope="module", params=BOOKS, ids=str)
def built(request: pytest.FixtureRequest) -> Result:
    fonts_for(request.param)
    return build(BOOKS[request.param], jobs=2)


def one(result: Result, edition: str) -> Artifact:
    return next(a for a in result.artifacts if a.edition == edition)


def test_files(built: Result) -> None:
    ledger = ["audit", "claims-json", "claims-csv"] if built.book.claims else []
    more = [e for e in built.project.editions if e not in DEFAULT]
    assert [a.edition for a in built.artifacts] == ["epub", "pdf", "print", "html", *ledger, *more, "parity"]
    assert all(a.name.isascii() for a in built.artifacts)


def test_same_bytes_twice_and_with_one_job(built: Result) -> None:
    again = build(built.project.root, jobs=1)
    for first, second in zip(built.artifacts, again.artifacts, strict=True):
        assert first.data == second.data, first.name


@pytest.mark.parametrize("tool", [tool.name for tool in TOOLS])
def test_external_validators(built: Result, tool: str, tmp_path: Path, needs_tool) -> None:  # type: ignore[no-untyped-def]
    needs_tool(tool)
    for artifact in built.artifacts:
        path = tmp_path / artifact.name
        path.write_bytes(artifact.data)
        for result in run_tools(path, [tool]):
            assert result.status == "passed", [f"{result.file}: {remark}" for remark in result.remarks]


def test_the_structure_of_the_screen_pdf(built: Result) -> None:
    data = one(built, "pdf").data
    root, pages = tree_of(data), pages_of(data)
    assert not [page.unmarked for page in pages if page.unmarked]
    notes = [f"note-{n.number}" for n in built.book.notes]
    assert [e.get("/ID") for e in root.all("Note")] == notes
    leading = {str(a.get("/Dest", "")) for e in root.all("Reference") for k in e.all("Link") for a in k.links}
    assert set(notes) <= leading
    assert all(e.outline()[1][0][0] == "Lbl" for e in root.all("Note"))
    heads = [e.get("/ID") for e in root.all("TH")]
    assert len(set(heads)) == len(heads)
    assert all(e.get("/Alt") for kind in ("Figure", "Formula") for e in root.all(kind))
    for element in root.all("Link"):
        for said in (str(a.Contents) for a in element.links):
            assert said and ("://" not in said or said == element.text.strip())
    assert any(root.all("TOCI"))


def test_the_archive_is_settled(built: Result) -> None:
    with zipfile.ZipFile(io.BytesIO(one(built, "epub").data)) as archive:
        infos = archive.infolist()
        assert infos[0].filename == "mimetype"
        assert infos[0].compress_type == zipfile.ZIP_STORED
        assert {i.date_time for i in infos} == {(1980, 1, 1, 0, 0, 0)}
        assert not any(b"<script" in archive.read(i) for i in infos)


def test_print_pages_have_trim_and_bleed(built: Result) -> None:
    trim = built.book.trim
    with pikepdf.Pdf.open(io.BytesIO(one(built, "print").data)) as pdf:
        for page in pdf.pages:
            width = float(page.trimbox[2]) - float(page.trimbox[0])
            assert abs(width - trim.width_mm * 72 / 25.4) < 0.1
            assert "/Annots" not in page.obj
        assert "/StructTreeRoot" not in pdf.Root
        assert len({page.obj.Resources.XObject.CropMarks.objgen for page in pdf.pages}) == 1


def test_notes_have_one_number_everywhere(built: Result) -> None:
    assert [n.number for n in built.book.notes] == list(range(1, len(built.book.notes) + 1))


def test_no_dates_of_a_machine_and_no_tools_in_the_pdfs(built: Result) -> None:
    said = {"/Title", "/Author", "/Subject", "/Keywords"}
    of_pdfx = {"/Trapped", "/GTS_PDFXVersion", "/CreationDate", "/ModDate"}
    for edition, more in (("pdf", set()), ("print", of_pdfx)):
        with pikepdf.Pdf.open(io.BytesIO(one(built, edition).data)) as pdf:
            assert set(pdf.docinfo.keys()) <= said | more
            for key in {"/CreationDate", "/ModDate"} & set(pdf.docinfo.keys()):  # the edition's
                assert str(pdf.docinfo[key])[2:].startswith(built.book.work.date.replace("-", ""))
                assert str(pdf.docinfo[key]).endswith("000000Z")


def test_qpdf_is_there_in_ci(needs) -> None:  # type: ignore[no-untyped-def]
    assert subprocess.run([needs("qpdf"), "--version"], capture_output=True, check=False).returncode == 0
