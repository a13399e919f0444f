"""The README's pictures: each is there, each has words, and together they are small."""

from __future__ import annotations

import re

from PIL import Image

from tests.conftest import ROOT

FOLDER = ROOT / "docs" / "pictures"
LARGEST = 400_000  # bytes of all together


def test_every_picture_is_shown_with_words_and_none_is_left_over() -> None:
    shown = re.findall(r"!\[(.*?)\]\(docs/pictures/(.*?)\)", (ROOT / "README.md").read_text("utf-8"))
    assert {name for _, name in shown} == {path.name for path in FOLDER.glob("*.png")}
    assert all(len(words) > 30 for words, _ in shown)


def test_they_are_small_and_carry_no_metadata() -> None:
    paths = list(FOLDER.glob("*.png"))
    assert sum(path.stat().st_size for path in paths) < LARGEST
    for path in paths:
        with Image.open(path) as picture:
            assert not picture.text  # type: ignore[attr-defined]
