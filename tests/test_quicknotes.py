"""Notes laid out once a page are the engine's, with verdicts' marks in them and floats above them."""

from __future__ import annotations

import random
import re
from dataclasses import replace

import pytest

from chapbook.compose import parts
from chapbook.compose.style import default_styles
from chapbook.model import Composition
from chapbook.pipeline import check
from chapbook.writers import quicknotes, weasy
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def chapter() -> Composition:
    """The part of the article that has most of its notes."""
    book, styles = check(ROOT).book, default_styles()
    part = max((p for p in parts.parts(book) if not p.numbers), key=lambda p: p.content.count('class="fn'))
    assert part.content.count('class="fn') > 20
    return parts.compose_part(book, parts.setting(book, styles), part, {})


def varied(chapter: Composition, seed: int) -> Composition:
    """The chapter without some of its paragraphs, on lower pages, with floats that reach down to the notes or do not, and with
    marks whose pieces are placed from outside."""
    chosen = random.Random(seed)
    text = re.sub(r"<p\b.*?</p>", lambda found: found[0] if chosen.random() < 0.6 else "", chapter.documents[0].text, flags=re.DOTALL)
    height, place = chosen.choice((20, 90, 400)), chosen.choice(("relative", "static"))
    css = (f"\n@page {{ margin-bottom: {chosen.randint(20, 70)}mm }}"
           f"\n.author p:nth-of-type(even)::before {{ content: ''; float: right; width: 15mm; height: {height}mm }}"
           f"\n.fn .m {{ position: {place} }}\n")  # fmt: skip
    sheet, *others = chapter.resources
    return replace(chapter, documents=(replace(chapter.documents[0], text=text),),
                   resources=(replace(sheet, data=sheet.data + css.encode()), *others))  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
def test_pages_are_those_of_the_engine(chapter: Composition, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    weasy.warm(lang="en")
    known, once = quicknotes._notes, [0]

    def counted(context: object, area: object) -> list[object] | None:
        notes = known(context, area)
        once[0] += notes is not None
        return notes

    composition = varied(chapter, seed)
    monkeypatch.setattr(quicknotes, "_notes", counted)
    quick = weasy.lay_out(composition)
    assert once[0], "none of the notes was laid out once"
    monkeypatch.setattr(quicknotes, "_notes", lambda _context, _area: None)
    assert weasy.lay_out(composition).pdf == quick.pdf
