"""Running heads laid out in quires are those of the book laid out as one."""

from __future__ import annotations

import pytest

from chapbook.compose import furniture
from chapbook.compose.furniture import LEAD, Leaf, quires
from chapbook.compose.style import default_styles
from chapbook.pipeline import check
from chapbook.writers import bodies
from tests.test_books import BOOKS


@pytest.mark.parametrize("name", ["scholarly", "arabic", "ledger"])
def test_a_book_in_quires_has_the_heads_of_one_in_one(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    result = check(BOOKS[name])
    styles = result.project.styles or default_styles()
    made = []
    for leaves in (4, 10_000):
        monkeypatch.setattr(furniture, "LEAVES", leaves)
        made.append(bodies.lay_out_book(result.book, styles, 1, lambda _step, _what: None))
    assert made[0].pages >= 8
    assert made[0] == made[1]


def test_the_headings_in_force_stand_before_a_quire(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(furniture, "LEAVES", 2)
    leaves = [Leaf(("<h2>One</h2>", "<h3>Below</h3>")), Leaf(("<h2>Two</h2>",)), Leaf(), Leaf(("<h2>Three</h2>",)), Leaf()]
    found = list(quires("", leaves))
    assert [quire.first for quire in found] == [0, 2, 4]
    assert [quire.pages for quire in found] == [2, 2 + LEAD, 1 + LEAD]
    assert [quire.before for quire in found] == [
        (), ("<h3>Below</h3>", "<h2>Two</h2>"), ("<h3>Below</h3>", "<h2>Three</h2>")]  # fmt: skip


@pytest.mark.parametrize("css, count", [
    ("@page cover { counter-increment: page 0 } @page inside{counter-increment:page 0;margin:0}", 3),
    ("h2 { counter-increment: chapter }", 1), ("@page { @top-left { content: counter(pages) } }", 1),
    ("@page :nth(3) { margin: 0 }", 1), ("@page cover { counter-increment: page 1 }", 1),
])  # fmt: skip
def test_a_sheet_that_counts_in_ways_of_its_own_makes_one_quire(css: str, count: int) -> None:
    assert len(list(quires(css, [Leaf()] * 150))) == count
