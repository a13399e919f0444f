"""Laws that hold for every book, on books made by chance."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chapbook.compose import epub as composing
from chapbook.compose.style import default_styles
from chapbook.diagnostics import Position
from chapbook.model import Book
from chapbook.passes.calls import after_punctuation
from chapbook.passes.typography import _hand
from chapbook.pipeline import check
from chapbook.read.mask import mask
from chapbook.tree import Footnote, Span, Text
from chapbook.walking import attr_of, plain_text, rewrite, walk
from chapbook.verify.passages import tokens
from chapbook.writers import epub
from tests.books_by_hand import unfold

WORDS = st.sampled_from(["alpha", "beta", "gamma", "Delta", "epsilon", "zeta", "Pyongyang", "the", "of", "2019", "5", "percent"])
# A line that begins with a number and a full stop is a list in Markdown: sentences begin with words.
SENTENCE = st.lists(WORDS, min_size=1, max_size=9).map(lambda ws: "So " + " ".join(ws) + ".")
STYLED = st.tuples(st.sampled_from(("*{}*", "**{}**", "[{}]{{.x}}", "{}", "“{}”")), SENTENCE).map(
    lambda pair: pair[0].format(pair[1])
)
PARAGRAPH = st.lists(STYLED, min_size=1, max_size=4).map(" ".join)
BLOCK = st.one_of(PARAGRAPH, PARAGRAPH.map(lambda p: f"> {p}"), PARAGRAPH.map(lambda p: f"- {p}\n- more"))


@st.composite
def section(draw: st.DrawFn) -> str:
    """A section with headings, blocks and notes whose labels repeat from file to file."""
    parts = ["# " + draw(SENTENCE)]
    notes = []
    for index in range(draw(st.integers(1, 4))):
        block = draw(BLOCK)
        if draw(st.booleans()):
            block += f"[^{index}]"
            notes.append(f"[^{index}]: {draw(PARAGRAPH)}")
        parts.append(block)
    return "\n\n".join(parts + notes)


BOOKS = st.lists(section(), min_size=1, max_size=3)
MODEST = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def book_of(sections: list[str]) -> Book:
    with tempfile.TemporaryDirectory() as folder:
        text = "".join(f"\n=== manuscript/{i:02}.md\n{s}\n" for i, s in enumerate(sections))
        return check(unfold(text, Path(folder))).book


def words_of(markdown: str) -> list[str]:
    return list(tokens(re.sub(r"\{\.x\}|\[\^\d\]:?", " ", markdown)))


@MODEST
@given(BOOKS)
def test_words_are_kept_and_in_order(sections: list[str]) -> None:
    book = book_of(sections)
    for section, source in zip(book.sections, sections, strict=True):
        body, _, _ = source.partition("\n\n[^")
        assert list(tokens(plain_text((section.title,)) + " " + plain_text(section.blocks))) == words_of(body)
    written = [w for s in sections for w in words_of("[^" + s.partition("\n\n[^")[2]) if "\n\n[^" in s]
    assert [w for n in book.notes for w in tokens(plain_text(n.blocks))] == written


@MODEST
@given(BOOKS)
def test_identifiers_are_unique_and_notes_count_on(sections: list[str]) -> None:
    book = book_of(sections)
    ids = [s.id for s in book.sections]
    ids += [attr_of(n).id for s in book.sections for n in walk(s.blocks) if attr_of(n).id]
    assert len(ids) == len(set(ids))
    assert [n.number for n in book.notes] == list(range(1, len(book.notes) + 1))


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(BOOKS)
def test_call_note_and_way_back_meet_and_bytes_are_the_same(sections: list[str]) -> None:
    book = book_of(sections)
    composition = composing.compose(book, default_styles())
    text = "".join(d.text for d in composition.documents)
    for note in book.notes:
        assert text.count(f'href="#{note.id}"') == text.count(f'id="{note.id}"') == 1
        assert text.count(f'href="#{note.ref_id}"') == text.count(f'id="{note.ref_id}"') == 1
    assert epub.write(composition) == epub.write(composing.compose(book_of(sections), default_styles()))


@given(st.text(st.sampled_from("ab 15.,;:“”‘’–pDrpercent$%\n"), max_size=60))
def test_typography_changes_spaces_only(text: str) -> None:
    for lang in ("en", "fr", "de"):
        set_text = _hand(lang).text(text)
        assert set_text.replace("\u00a0", "").replace(" ", "") == text.replace(" ", "")
        assert _hand(lang).text(set_text) == set_text


@given(st.text(st.sampled_from("a`~\n <!->*"), max_size=80))
def test_a_mask_keeps_every_offset(text: str) -> None:
    masked = mask(text)
    assert len(masked) == len(text)
    assert [i for i, c in enumerate(text) if c == "\n"] == [i for i, c in enumerate(masked) if c == "\n"]


@given(st.lists(st.sampled_from(("note", ".", ", and", " words", "”")), max_size=8))
def test_a_call_moves_over_marks_and_nothing_is_lost(pieces: list[str]) -> None:
    content = tuple(Footnote((), "claim", "c") if p == "note" else Text(p) for p in pieces)
    moved = after_punctuation(content, lambda note: True)
    assert plain_text(moved) == plain_text(content)
    assert sum(isinstance(n, Footnote) for n in moved) == pieces.count("note")


@given(st.text(max_size=30))
def test_rewriting_with_nothing_to_do_shares_the_tree(text: str) -> None:
    tree = (Span((Text(text),)), Text("x"))
    assert rewrite(tree, lambda node: node) is tree


def test_places_are_shown_as_path_line_column() -> None:
    assert str(Position("manuscript/01.md", 4, 12)) == "manuscript/01.md:4:12"
