"""Passes as text: a small manuscript, and what the whole table of passes makes of it.

A fixture is one file, tests/passes/<pass>/<case>.txt: the files of a book, then `=== after`.
`pytest --accept` writes what came out; a person reads the difference.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from chapbook.passes import PASSES
from chapbook.pipeline import check
from tests.books_by_hand import unfold
from tests.outline import outline

HERE = Path(__file__).parent / "passes"
CASES = sorted(HERE.glob("*/*.txt"))


@pytest.mark.parametrize("case", CASES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_pass(case: Path, tmp_path: Path, accept: bool) -> None:
    before, _, wanted = case.read_text("utf-8").partition("\n=== after\n")
    got = outline(check(unfold("\n" + before, tmp_path)).book)
    if accept:
        case.write_text(f"{before}\n=== after\n{got}", "utf-8")
    else:
        assert got == wanted


def test_every_pass_has_a_fixture() -> None:
    assert {name for name, _ in PASSES} == {p.parent.name for p in CASES}
