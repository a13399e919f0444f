"""Catalogues: every language has every word, the same names to fill in, and its own plurals."""

from __future__ import annotations

import re
import tomllib
from string import Formatter

import pytest

from chapbook.words import BASE, CLASSES, TAGS, plural, quotes, tag_of, words
from tests.conftest import ROOT

FOLDER = ROOT / "chapbook" / "catalogues"
OTHERS = [tag for tag in TAGS if tag != BASE]
# Words that are spelled the same as in English, and are meant to be.
ALIKE = {
    "fr": {"section", "figure", "figure-label", "note", "notes", "notes-used", "notes-used.one", "page-break", "source", "sources",
           "sources-numbered", "sources-numbered.one", "verdict", "audit-sources"},
}  # fmt: skip
LATIN = re.compile(r"[A-Za-z]{3,}")
NAMES = {"ISBN", "EPUB", "https", "MathML"}


def read(tag: str) -> dict[str, str]:
    found: dict[str, str] = tomllib.loads((FOLDER / f"{tag}.toml").read_text("utf-8"))
    return found


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def plurals() -> set[str]:
    return {key.removesuffix(".one") for key in read(BASE) if key.endswith(".one")}


def test_every_catalogue_is_named() -> None:
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(TAGS)


@pytest.mark.parametrize("tag", OTHERS)
def test_nothing_is_untranslated(tag: str) -> None:
    base, own = read(BASE), read(tag)
    wanted = {key for key in base if not key.endswith(".one")}
    wanted |= {f"{key}.{name}" for key in plurals() for name in CLASSES.get(tag, ("one",))}
    assert sorted(wanted - own.keys()) == [], "untranslated"
    assert sorted(own.keys() - wanted) == [], "known to no one"


@pytest.mark.parametrize("tag", TAGS)
def test_names_to_fill_in_are_the_same(tag: str) -> None:
    base = read(BASE)
    for key, text in read(tag).items():
        assert fields(text) == fields(base[key if key in base else key.partition(".")[0]]), key


@pytest.mark.parametrize("tag", OTHERS)
def test_no_english_is_left(tag: str) -> None:
    base = read(BASE)
    for key, text in read(tag).items():
        english = base.get(key)
        if LATIN.search(re.sub(r"\{\w+\}", "", text)) and key not in ALIKE.get(tag, set()):
            left = set(LATIN.findall(re.sub(r"\{\w+\}", "", text))) - NAMES
            assert not left or text != english, f"{key}: {text}"
            assert not left or tag in ("es", "fr"), f"{key}: {text}"


def test_dates() -> None:
    day = (2021, 7, 29)
    assert [words(tag).date(day) for tag in ("en", "fr", "es", "ko", "zh-TW", "ja")] == [
        "29 July 2021", "29 juillet 2021", "29 de julio de 2021", "2021년 7월 29일", "2021年7月29日", "2021年7月29日",
    ]  # fmt: skip
    assert words("fr").date((2021, 8, 1)) == "1er août 2021"
    assert words("en").iso_date("2026-11") == "November 2026"


def test_plurals() -> None:
    assert [plural("ar", n) for n in (0, 1, 2, 3, 10, 11, 99, 100, 103, 111)] == [
        "zero", "one", "two", "few", "few", "many", "many", "other", "few", "many",
    ]  # fmt: skip
    assert plural("fr", 0) == "one" and plural("en", 0) == "other" and plural("ko", 1) == "other"
    assert words("en").counted("notes-used", 1, numbers="3") == "Note 3."
    assert words("ko").counted("notes-used", 1, numbers="3") == "주 3."


def test_tags_and_marks() -> None:
    assert [tag_of(lang) for lang in ("zh", "zh-TW", "zh-Hant-HK", "zh-CN", "de", "en-GB", "ar-EG")] == [
        "zh-Hans", "zh-Hant", "zh-Hant", "zh-Hans", "en", "en", "ar",
    ]  # fmt: skip
    assert quotes("zh-TW")[0] == "「" and quotes("zh")[0] == "“" and quotes("xx")[0] == "“"
    assert words("ja").quoted("彼は“はい”と言った") == "「彼は『はい』と言った」"
    assert words("fr").listed(("a", "b", "c")) == "a, b et c"
