"""Pages of the shipped book as pictures: what is printed looks as it was last approved.

References are small grey pictures, 40 pixels an inch. `pytest --accept` makes them anew, and a
person looks at the difference. Beside a failure the page and its difference are kept in
pytest's folder.
"""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageStat

from chapbook.pipeline import build
from tests.conftest import ROOT

HERE = Path(__file__).parent / "visual"
SCALE = 40 / 72
TOLERANCE = 1.0  # mean difference of grey, of 255; a line moved by one is more


@pytest.fixture(scope="module")
def pages() -> list[Image.Image]:
    result = build(ROOT, ["pdf"])
    document = pypdfium2.PdfDocument(result.artifacts[0].data)
    found = [page.render(scale=SCALE).to_pil().convert("L") for page in document]
    document.close()
    return found


def test_extent_is_a_multiple_of_four_without_the_cover(pages: list[Image.Image]) -> None:
    assert len(pages) == 37
    assert (len(pages) - 1) % 4 == 0


def test_no_page_is_without_ink(pages: list[Image.Image]) -> None:
    assert all(page.getextrema()[0] < 200 for page in pages)


def test_pages_look_as_approved(pages: list[Image.Image], accept: bool, tmp_path: Path) -> None:
    if accept:
        HERE.mkdir(exist_ok=True)
        for old in HERE.glob("*.png"):
            old.unlink()
        for number, page in enumerate(pages):
            page.quantize(16).save(HERE / f"page-{number:02}.png", optimize=True)
    wrong = []
    for number, page in enumerate(pages):
        reference = Image.open(HERE / f"page-{number:02}.png").convert("L")
        assert reference.size == page.size
        difference = ImageChops.difference(reference, page)
        if ImageStat.Stat(difference).mean[0] > TOLERANCE:
            wrong.append(number)
            page.save(tmp_path / f"page-{number:02}.png")
            difference.save(tmp_path / f"difference-{number:02}.png")
    assert not wrong, f"pages {wrong} differ; pictures are in {tmp_path}"
    assert len(list(HERE.glob("*.png"))) == len(pages)
