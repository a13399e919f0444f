"""Mathematics: MathML in EPUB and HTML, a drawing with its TeX in the PDF, the same in all."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from lxml import etree

from chapbook.mathematics import clean, drawn, lacking
from chapbook.model import Artifact
from chapbook.pipeline import Result, build
from chapbook.tree import Math
from chapbook.walking import walk
from chapbook.verify.parity import compare
from chapbook.verify.reading import pdf_alts
from tests.conftest import ROOT

MATHML = '<math xmlns="http://www.w3.org/1998/Math/MathML" display="inline"><semantics>{}</semantics></math>'


@pytest.fixture(scope="module")
def built() -> Result:
    return build(ROOT / "tests" / "books" / "illustrated", ["epub", "pdf", "print", "html"], jobs=2)


def made(result: Result, edition: str) -> Artifact:
    return next(a for a in result.artifacts if a.edition == edition)


def formulas(result: Result) -> list[str]:
    parts = (tuple(s.blocks for s in result.book.sections), tuple(n.blocks for n in result.book.notes))
    return [" ".join(node.tex.split()) for node in walk(parts) if isinstance(node, Math)]


def test_every_formula_is_in_every_edition(built: Result) -> None:
    wanted = formulas(built)
    assert len(wanted) > 10
    with zipfile.ZipFile(io.BytesIO(made(built, "epub").data)) as archive:
        pages = [archive.read(n) for n in sorted(archive.namelist()) if n.endswith(".xhtml")]
    epub = [m.get("alttext") for p in pages for m in etree.fromstring(p).iter("{*}math")]
    assert sorted(epub) == sorted(wanted)
    html = re.findall(r'<math [^>]*alttext="([^"]*)"', made(built, "html").data.decode())
    assert len(html) == len(wanted)
    assert set(wanted) <= pdf_alts(made(built, "pdf").data)


def test_documents_with_mathml_say_so(built: Result) -> None:
    with zipfile.ZipFile(io.BytesIO(made(built, "epub").data)) as archive:
        package = etree.fromstring(archive.read(next(n for n in archive.namelist() if n.endswith(".opf"))))
        folder = next(n for n in archive.namelist() if n.endswith(".opf")).rpartition("/")[0]
        for item in package.iter("{*}item"):
            if item.get("media-type") == "application/xhtml+xml":
                holds = b"<math " in archive.read(f"{folder}/{item.get('href')}")
                assert holds == ("mathml" in (item.get("properties") or "").split()), item.get("href")


def test_formulas_of_the_pages_are_tagged(built: Result) -> None:
    import pikepdf

    with pikepdf.Pdf.open(io.BytesIO(made(built, "pdf").data)) as pdf:
        kinds = [str(o.Alt) for o in pdf.objects
                 if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/Formula" and "/Alt" in o]  # fmt: skip
    assert sorted(kinds) == sorted(formulas(built))


def test_another_formula_is_a_difference(built: Result) -> None:
    html = made(built, "html")
    wrong = Artifact(html.name, html.edition, html.media_type,
                     html.data.replace(b'alttext="\\pi r^2"', b'alttext="\\pi r^3"'), html.extent, html.unit)  # fmt: skip
    assert wrong.data != html.data
    _, differences = compare(built.book, (made(built, "epub"), wrong))
    assert any(d.code == "V040" for d in differences)


def test_mathml_is_cleaned() -> None:
    kept = clean(MATHML.format('<mi style="color: red" onclick="x()">a</mi><annotation>a</annotation>'), "a\n b")
    assert kept == (
        '<math xmlns="http://www.w3.org/1998/Math/MathML" display="inline" alttext="a b"><mi>a</mi></math>'
    )
    assert clean(MATHML.format("<maction>a</maction>"), "a") == ""
    assert clean('<span class="math">a</span>', "a") == ""
    assert clean("<math", "a") == ""
    assert "<mo>^</mo>" in clean(MATHML.format("<mover><mi>x</mi><mo>\u0302</mo></mover>"), "x")


def test_drawings_stand_on_the_line_and_are_the_same_twice() -> None:
    markup = clean(MATHML.format("<mfrac><mi>a</mi><mi>b</mi></mfrac>"), "x")
    first = drawn(markup)
    drawn.cache_clear()
    assert drawn(markup) == first
    assert 0 < first.depth < first.height and 0.2 < first.width < 2
    assert "<path" in first.svg and "<text" not in first.svg
    less = clean(MATHML.format("<mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow>"), "x")
    assert drawn(less).svg.count("<path") == 3
    assert lacking(clean(MATHML.format("<mtext>a 물</mtext>"), "x")) == "물"
