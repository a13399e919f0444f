"""The laws of folding, for every booklet of 1 to 200 pages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chapbook.imposition import ZINE, Side, blanks, creep_mm, folded, impose, letters, signatures

PAGES = st.integers(1, 200)
MOST = st.integers(1, 12).map(lambda n: 4 * n)


def booklet(pages: int, most: int) -> tuple[Side, ...]:
    return impose(signatures(pages + blanks(pages), most))


@given(PAGES, MOST)
def test_every_page_stands_once(pages: int, most: int) -> None:
    sides = booklet(pages, most)
    placed = sorted(page for side in sides for page in (side.left, side.right))
    assert placed == list(range(1, pages + blanks(pages) + 1))


@given(PAGES, MOST)
def test_folding_brings_the_pages_into_their_order(pages: int, most: int) -> None:
    assert folded(booklet(pages, most)) == tuple(range(1, pages + blanks(pages) + 1))


@given(PAGES, MOST)
def test_a_booklet_bound_on_the_right_is_the_mirror_of_one_bound_on_the_left(pages: int, most: int) -> None:
    whole = signatures(pages + blanks(pages), most)
    sides = impose(whole, backwards=True)
    assert [(s.left, s.right) for s in sides] == [(s.right, s.left) for s in impose(whole)]
    assert folded(sides, backwards=True) == tuple(range(1, sum(whole) + 1))


@given(PAGES, MOST)
def test_even_pages_are_left_and_odd_pages_right(pages: int, most: int) -> None:
    assert all(side.left % 2 == 0 and side.right % 2 == 1 for side in booklet(pages, most))


@given(PAGES, MOST)
def test_two_leaves_of_a_sheet_back_each_other(pages: int, most: int) -> None:
    """Flipped on the short edge, the left of one side is behind the right of the other."""
    sides = booklet(pages, most)
    for outside, inside in zip(sides[::2], sides[1::2], strict=True):
        assert (outside.front, inside.front) == (True, False)
        assert inside.left == outside.right + 1
        assert inside.right == outside.left - 1


@given(PAGES, MOST)
def test_signatures_are_alike_and_none_too_thick(pages: int, most: int) -> None:
    whole = pages + blanks(pages)
    sizes = signatures(whole, most)
    assert sum(sizes) == whole
    assert max(sizes) <= most
    assert max(sizes) - min(sizes) <= 4
    assert list(sizes) == sorted(sizes, reverse=True)
    assert len(sizes) == -(-whole // most)  # not one more than needed


@given(PAGES, MOST)
def test_creep_grows_towards_the_middle_of_a_signature(pages: int, most: int) -> None:
    for side in booklet(pages, most):
        assert creep_mm(side, 0.1) == pytest.approx(0.1 * (side.sheet - 1))


def test_one_sheet() -> None:
    assert impose((4,)) == (Side(1, 1, True, 4, 1), Side(1, 1, False, 2, 3))


def test_sixteen_pages() -> None:
    assert [(s.left, s.right) for s in impose((16,))] == [
        (16, 1), (2, 15), (14, 3), (4, 13), (12, 5), (6, 11), (10, 7), (8, 9)]  # fmt: skip


def test_names_of_signatures() -> None:
    assert [letters(n) for n in (1, 2, 26, 27, 52, 53)] == ["A", "B", "Z", "AA", "AZ", "BA"]


def test_what_fills_no_sheet_is_refused() -> None:
    for pages, most in ((6, 16), (8, 6), (8, 0)):
        with pytest.raises(ValueError, match="pages"):
            signatures(pages, most)
    assert signatures(0, 16) == ()


def test_the_sheet_folded_and_cut_reads_in_its_order() -> None:
    """The cut lets both rows open to a cross of four leaves; the outer columns hold together.

    Around the cross stand, face by face, the lower row from the left and the upper row from the
    right; the leaves are made of the second and third of it, the fourth and fifth, and so on.
    """
    at = {(panel.column, panel.row): panel for panel in ZINE}
    around = [at[column, 0] for column in range(4)] + [at[column, 1] for column in (3, 2, 1, 0)]
    start = next(i for i, panel in enumerate(around) if panel.page == 1)
    assert [panel.page for panel in (around + around)[start : start + 8]] == list(range(1, 9))
    leaves = {frozenset((around[i].page, around[(i + 1) % 8].page)) for i in (1, 3, 5, 7)}
    assert leaves == {frozenset(pair) for pair in ((1, 2), (3, 4), (5, 6), (7, 8))}
    assert all(panel.turned == (panel.row == 1) for panel in ZINE)
