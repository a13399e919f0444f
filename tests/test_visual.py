"""Pages and sheets of the shipped book as pictures: what is printed looks as it was last approved.

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


SHEETS = {"booklet": (0, 1, 6, 19), "booklet-letter": (2,), "cover": (0,), "handout": (0, 1), "handout-letter": (1,), "zine": (0,)}


@pytest.fixture(scope="module")
def artifacts() -> dict[str, bytes]:
    return {a.edition: a.data for a in build(ROOT, ["pdf", *SHEETS]).artifacts}


@pytest.fixture(scope="module")
def pages(artifacts: dict[str, bytes]) -> list[Image.Image]:
    return drawn(artifacts["pdf"])


def drawn(data: bytes) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(data)
    found = [page.render(scale=SCALE).to_pil().convert("L") for page in document]
    document.close()
    return found


def test_extent_is_a_multiple_of_four_without_the_cover(pages: list[Image.Image]) -> None:
    assert len(pages) == 37
    assert (len(pages) - 1) % 4 == 0


def test_no_page_is_without_ink(pages: list[Image.Image]) -> None:
    assert all(page.getextrema()[0] < 200 for page in pages)


def test_pages_look_as_approved(pages: list[Image.Image], accept: bool, tmp_path: Path) -> None:
    held({f"page-{number:02}": page for number, page in enumerate(pages)}, HERE, accept, tmp_path)


def test_sheets_look_as_approved(artifacts: dict[str, bytes], accept: bool, tmp_path: Path) -> None:
    """The outside and the inside of the first sheet, one of the middle, the last; cover, hand-outs, zine."""
    shown = {f"{edition}-{number:02}": drawn(artifacts[edition])[number] for edition, numbers in SHEETS.items() for number in numbers}
    held(shown, HERE / "sheets", accept, tmp_path)


def held(pictures: dict[str, Image.Image], folder: Path, accept: bool, tmp_path: Path) -> None:
    """Pictures against those approved; with `accept` they become the approved ones."""
    if accept:
        folder.mkdir(exist_ok=True)
        for old in folder.glob("*.png"):
            old.unlink()
        for name, picture in pictures.items():
            picture.quantize(64).save(folder / f"{name}.png", optimize=True)
    wrong = []
    for name, picture in pictures.items():
        reference = Image.open(folder / f"{name}.png").convert("L")
        assert reference.size == picture.size
        difference = ImageChops.difference(reference, picture)
        if ImageStat.Stat(difference).mean[0] > TOLERANCE:
            wrong.append(name)
            picture.save(tmp_path / f"{name}.png")
            difference.save(tmp_path / f"difference-{name}.png")
    assert not wrong, f"{', '.join(wrong)} differ; pictures are in {tmp_path}"
    assert len(list(folder.glob("*.png"))) == len(pictures)
