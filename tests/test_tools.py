"""Validators of others: each finds a fault put there for it, and a missing one is said to be missing."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from chapbook import cli
from chapbook.pipeline import build
from chapbook.verify import installed
from chapbook.verify.tools import TOOLS, run_tools
from tests.conftest import ROOT

NeedsTool = Callable[[str], None]
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Page</title></head>
<body><main><h1>Page</h1>{}</main></body></html>"""


@pytest.fixture(scope="module")
def epub() -> bytes:
    return build(ROOT / "tests" / "books" / "minimal", ["epub"]).artifacts[0].data


def changed(data: bytes, before: str, after: str) -> bytes:
    """An EPUB with the first such words of its documents changed."""
    out, done = io.BytesIO(), False
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            if not done and info.filename.endswith(".xhtml") and before.encode() in content:
                content, done = content.replace(before.encode(), after.encode(), 1), True
            new.writestr(info, content)
    assert done
    return out.getvalue()


@pytest.mark.parametrize(
    ("tool", "before", "after", "said"),
    [
        ("EPUBCheck", "</section>", '<a href="nowhere.xhtml">x</a></section>', "RSC-007"),
        ("Ace", ' alt="', ' data-was="', "image-alt"),
        ("Ace", "<title>", '<meta http-equiv="refresh" content="9"/><title>', "meta-refresh"),
    ],
)
def test_a_fault_of_an_epub_is_found(
    epub: bytes, tmp_path: Path, needs_tool: NeedsTool, tool: str, before: str, after: str, said: str
) -> None:
    needs_tool(tool)
    path = tmp_path / "book.epub"
    path.write_bytes(changed(epub, before, after))
    (result,) = run_tools(path, [tool])
    assert result.status == "failed"
    assert said in {remark.code for remark in result.remarks}
    assert all(".xhtml" in remark.place for remark in result.remarks if remark.code == said)


@pytest.mark.parametrize(
    ("tool", "inner", "said"),
    [
        ("Nu", '<p id="a">x</p><p id="a">y</p>', "Duplicate ID"),
        ("Nu", '<p style="colour: red">x</p>', "colour"),
        ("axe", '<p style="color: #aaa; background: #fff">Pale words.</p>', "contrast"),
        ("axe", '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">', "alternat"),
    ],
)
def test_a_fault_of_a_page_is_found(
    tmp_path: Path, needs_tool: NeedsTool, tool: str, inner: str, said: str
) -> None:
    needs_tool(tool)
    path = tmp_path / "book.html"
    path.write_text(PAGE.format(inner), "utf-8")
    (result,) = run_tools(path, [tool])
    assert any(said in remark.message for remark in result.remarks), result
    path.write_text(PAGE.format("<p>Nothing is wrong.</p>"), "utf-8")
    (result,) = run_tools(path, [tool])
    assert result.status == "passed", result


def test_a_fault_of_a_tagged_pdf_is_found(tmp_path: Path, needs_tool: NeedsTool) -> None:
    needs_tool("veraPDF")
    data = build(ROOT / "tests" / "books" / "minimal", ["pdf"]).artifacts[0].data
    path = tmp_path / "book.pdf"
    with pikepdf.Pdf.open(io.BytesIO(data)) as pdf:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") == pikepdf.Name.Figure:
                del item["/Alt"]
        del pdf.Root["/OutputIntents"]
        pdf.save(path)
    (result,) = run_tools(path, ["veraPDF"])
    assert {r.code.partition(":")[0] for r in result.remarks} == {"ISO 14289-1", "ISO 19005-2"}
    path.write_bytes(data.replace(b"pdfuaid", b"xxxuaid").replace(b"pdfaid", b"xxxxid"))
    assert run_tools(path, ["veraPDF"]) == ()


def test_a_broken_pdf_is_found(tmp_path: Path, needs_tool: NeedsTool) -> None:
    needs_tool("qpdf")
    path = tmp_path / "book.pdf"
    path.write_bytes(b"%PDF-1.7\n%%EOF\n")
    (result,) = run_tools(path, ["qpdf"])
    assert result.status == "failed"


def test_a_missing_tool_fails_in_ci_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "book.epub"
    path.write_bytes(b"")
    monkeypatch.setenv("CHAPBOOK_EPUBCHECK", str(tmp_path / "no.jar"))
    monkeypatch.delenv("CI", raising=False)
    assert [r.status for r in run_tools(path, ["EPUBCheck"])] == ["not installed"]
    monkeypatch.setenv("CI", "true")
    (result,) = run_tools(path, ["EPUBCheck"])
    assert result.status == "failed"
    assert "EPUBCheck is not installed" in result.remarks[0].message


def test_every_file_a_reader_gets_has_a_tool() -> None:
    assert {tool.ending for tool in TOOLS} == {".epub", ".html", ".pdf"}


def test_tools_are_found_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "lib"
    jar = folder / "vnu-jar" / "build" / "dist" / "vnu.jar"
    jar.parent.mkdir(parents=True)
    jar.touch()
    monkeypatch.setenv("NODE_PATH", str(folder))
    assert installed.vnu_jar() == jar
    monkeypatch.setenv("CHAPBOOK_AXE", str(jar))
    assert installed.axe_script() == jar
    monkeypatch.setenv("CHAPBOOK_CHROMIUM", str(tmp_path / "none"))
    assert installed.chromium() is None


def test_verify_prints_one_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], needs_tool: NeedsTool
) -> None:
    needs_tool("qpdf")
    (tmp_path / "book.pdf").write_bytes(b"%PDF-1.7\n%%EOF\n")
    assert cli.main(["verify", "--out", str(tmp_path)]) == 3
    shown = capsys.readouterr().out
    head, counts = shown.split("\n\n")
    assert head.split("\n")[0].split() == ["tool", "file", "place", "finding"]
    assert counts.split("\n")[2].split()[:2] == ["qpdf", "book.pdf"]
    assert cli.main(["verify", "--out", str(tmp_path), "--json"]) == 3
    data = json.loads(capsys.readouterr().out)
    assert data["tools"][0]["findings"][0]["message"]
