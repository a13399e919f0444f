"""Figures: described for who cannot see them, named for who links to them, the same in every edition."""

from __future__ import annotations

import io
import zipfile

import pytest
from lxml import etree, html

from chapbook.pdftext import page_texts
from chapbook.pipeline import Result, build
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def built() -> Result:
    return build(ROOT / "tests" / "books" / "illustrated", ["epub", "pdf", "html"], jobs=2)


def made(result: Result, edition: str) -> bytes:
    return next(a.data for a in result.artifacts if a.edition == edition)


def epub_pages(result: Result) -> list[etree._Element]:
    with zipfile.ZipFile(io.BytesIO(made(result, "epub"))) as archive:
        return [etree.fromstring(archive.read(n)) for n in archive.namelist() if n.endswith(".xhtml")]


def test_a_picture_leads_to_its_long_description(built: Result) -> None:
    for pages in (epub_pages(built), [html.document_fromstring(made(built, "html").decode())]):
        names = [img.get("aria-details") for page in pages for img in page.iter("{*}img", "img") if img.get("aria-details")]
        assert len(set(names)) == 1
        block = next(e for page in pages for e in page.iter() if e.get("id") == names[0])
        assert "Description of Figure 1" in "".join(block.itertext())
        assert "touches no edge" in "".join(block.itertext())
    web = next(e for e in html.document_fromstring(made(built, "html").decode()).iter("details") if e.get("id") == names[0])
    assert web.get("open") is None


def test_the_pages_print_it(built: Result) -> None:
    text = " ".join(" ".join(page_texts(made(built, "pdf"))).split())
    assert "Description of Figure 1 The square is black." in text


def test_links_without_words_are_named(built: Result) -> None:
    text = " ".join(" ".join(page_texts(made(built, "pdf"))).split())
    assert "Both are in Figure 1 and Table 2, before A deep heading." in text


def test_captions_and_alternatives_are_two_things(built: Result) -> None:
    for page in epub_pages(built):
        for figure in page.iter("{*}figure"):
            caption = "".join(e for c in figure.iter("{*}figcaption") for e in c.itertext())
            assert all(img.get("alt") and img.get("alt") not in caption for img in figure.iter("{*}img"))
    decorative = [img for page in epub_pages(built) for img in page.iter("{*}img") if "decorative" in (img.get("class") or "")]
    assert decorative and all(img.get("alt") == "" for img in decorative)
