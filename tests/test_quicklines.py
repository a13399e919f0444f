"""Lines made of measured words are the lines that Pango makes, and are made of them in truth."""

from __future__ import annotations

import random
from collections.abc import Iterator
from math import inf
from types import SimpleNamespace
from typing import Any

import pytest
from fontTools.ttLib import TTFont

from chapbook import fonts

STYLES = (
    'font: 10pt "Source Serif Pro"; hyphens: auto; hyphenate-limit-chars: 5 2 3; hyphenate-character: "\\2060-"',
    'font: italic 10.5pt "Source Serif Pro"; hyphens: auto; overflow-wrap: break-word',
    'font: 600 9.3pt "Source Serif Pro"; hyphens: manual; font-variant-caps: small-caps',
    'font: 8pt "Source Sans Pro"; hyphens: none; font-feature-settings: "kern", "lnum"',
)
WORDS = (
    "a I to of “the” and (as they) that’s office waffle fjord Avenue Type VAT AVAILABLE To. You’d 1,250 1914–18 3.5% co-operate "
    "administrative representatives parliamentary commission, considered; recommendations: naïve Łódź façade? “well!” ‘no’ "
    "U.S.A. e.g. and/or half… 5\u00a0billion (p.\u00a0159) Part\u00a0II R&D *note* §\u00a012 — – - ... x"
).split(" ")


def texts(count: int) -> Iterator[str]:
    """Texts of words that kern, turn and are parted in all ways, the same at each run."""
    choice = random.Random(70)
    for _ in range(count):
        text = " ".join(choice.choice(WORDS) for _ in range(choice.randrange(1, 50)))
        yield choice.choice(("", "", "", " ")) + text


@pytest.fixture(scope="module")
def styles() -> list[Any]:
    from chapbook.writers import weasy

    weasy.warm()
    import weasyprint

    body = "".join(f"<p lang=en style='{style}'>x</p>" for style in STYLES)
    document = weasyprint.HTML(string=body).render(font_config=weasy._configured(False, ()))
    found = document.pages[0]._page_box.descendants()
    return [box.style for box in found if type(box).__name__ == "TextBox"]


def test_every_line_is_that_of_the_engine(styles: list[Any]) -> None:
    from weasyprint.text import line_break

    from chapbook.writers import quicklines

    context = SimpleNamespace(dictionaries={})
    assert len(styles) == len(STYLES)
    choice, made = random.Random(1), []
    for index, text in enumerate(texts(900)):
        style = styles[index % len(styles)]
        width = choice.choice((None, inf, choice.uniform(20, 120), *(choice.uniform(60, 500) for _ in range(4))))
        line = quicklines.first_line(text, style, width)
        if line is not None:
            layout, *rest = line_break.split_first_line(text, style, context, width, 0)
            assert line == (layout.text, *rest), (text, width)
            made.append(line)
    assert len(made) > 500
    assert sum(line.resume is None for line in made) > 50
    assert sum(line.resume == line.length for line in made) > 20, "words are parted"


def test_fonts_do_not_reach_over_a_space() -> None:
    """A space is kerned with what stands beside it, as the first of two, and is in no other rule but those of fractions."""
    for face in fonts.faces():
        font = TTFont(face.path)
        space = font.getBestCmap()[0x20]
        for name in ("GSUB", "GPOS"):
            table = font[name].table
            named: dict[int, set[str]] = {}
            for record in table.FeatureList.FeatureRecord:
                for index in record.Feature.LookupListIndex:
                    named.setdefault(index, set()).add(record.FeatureTag)
            for index, lookup in enumerate(table.LookupList.Lookup):
                if named.get(index, {"frac"}) == {"frac"}:
                    continue
                for subtable in (getattr(subtable, "ExtSubTable", subtable) for subtable in lookup.SubTable):
                    where = face.path.name, name, index
                    if type(subtable).__name__ == "PairPos":
                        assert named[index] == {"kern"} and not subtable.ValueFormat2, where
                        continue
                    assert space not in _glyphs(subtable), where
                    assert 0 not in _classes(subtable), where  # the class of all glyphs that no class names


def _classes(subtable: Any) -> set[int]:
    """The classes that the rules of a subtable name."""
    rows = [row for name, rows in vars(subtable).items() if name.endswith("ClassSet") for row in rows if row]
    rules = [rule for row in rows for name, rules in vars(row).items() if name.endswith("ClassRule") for rule in rules]
    lists = [getattr(rule, name, ()) for rule in rules for name in ("Backtrack", "Input", "LookAhead", "Class")]
    return {number for numbers in lists for number in numbers}


def _glyphs(value: Any) -> set[str]:
    """Every glyph that a rule of a font names."""
    if isinstance(value, str):
        return {value}
    if isinstance(value, dict):
        return set(value) | {name for other in value.values() for name in _glyphs(other)}
    if isinstance(value, (list, tuple)):
        return {name for other in value for name in _glyphs(other)}
    return {name for other in vars(value).values() for name in _glyphs(other)} if hasattr(value, "__dict__") else set()


def test_words_are_known_only_where_spaces_are_plain(styles: list[Any]) -> None:
    from chapbook.writers import quickwords

    words = quickwords.words_of(styles[0]) or pytest.fail("no words")
    assert words.of("Type 12", styles[0]) is words
    signs = words.of("12", styles[0]) or pytest.fail("no signs")
    assert signs is not words and signs is words.of("…", styles[0])
    words.learn(styles[0], ["Type", "日", "a\u00adb", "5\u00a0billion"])
    assert words.known["Type"] and words.known["5\u00a0billion"]
    assert words.known["日"] is None and words.known["a\u00adb"] is None
    signs.learn(styles[0], ["12", "x"])
    assert signs.known["12"] and signs.known["x"] is None
    kerned = words.known["Type"]
    assert kerned.before < words.gaps[" "].width, "a space is kerned with T"


def test_words_are_forgotten_when_they_are_many(styles: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    from chapbook.writers import quickwords

    monkeypatch.setattr(quickwords, "MOST", 3)
    words = quickwords.Words(styles[0], "n")
    words.learn(styles[0], ["one", "two", "three", "four"])
    words.learn(styles[0], ["two", "five"])
    assert sorted(words.known) == ["", "five", "two"]


def test_a_line_that_is_all_but_full_is_drawn_by_the_engine(styles: list[Any]) -> None:
    """Its spaces are no wider, and yet runs of their own, which are not kerned."""
    from chapbook.writers import quicklines

    layout = SimpleNamespace(text="from textile. To answer", justification_spacing=0.0005)
    assert quicklines.shown(None, layout, styles[0]) is None
