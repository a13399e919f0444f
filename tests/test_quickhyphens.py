"""Hyphenation patterns read when they are asked for are those that Pyphen reads at once."""

from __future__ import annotations

import random

import pyphen
import pytest

from chapbook.writers import quickhyphens

# English; words written otherwise when parted; letters by number; letters beyond Latin; the largest but one
LANGUAGES = ("en_GB", "en_US", "hu_HU", "ca", "af_ZA", "ru_RU", "lv_LV", "de_DE")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_is_parted_where_pyphen_parts_it(language: str) -> None:
    path = pyphen.LANGUAGES[language]
    plain, quick = quickhyphens._PLAIN(path), quickhyphens.Hyphens(path)
    assert quick.maxlen == plain.maxlen
    chosen, pieces = random.Random(language), sorted(plain.patterns)
    for _ in range(1000):
        word = "".join(chosen.choices(pieces, k=3)).replace(".", "")
        word = word.upper() if chosen.random() < 0.1 else word
        expected, found = plain.positions(word), quick.positions(word)
        assert (word, [(at, at.data) for at in found]) == (word, [(at, at.data) for at in expected])
        assert quick.positions(word) is found  # it remembers
    assert quick.patterns.items() <= plain.patterns.items()
    letters = quick.unread.keys() | quick.patterns.keys()
    assert letters == plain.patterns.keys()


def test_the_engine_parts_words_by_it() -> None:
    from chapbook.writers import weasy

    weasy.warm(lang="en")
    assert pyphen.HyphDict is quickhyphens.Hyphens
    assert isinstance(pyphen.Pyphen(lang="en_GB").hd, quickhyphens.Hyphens)
