"""The words of the furniture: what the editions say that nobody wrote in the manuscript.

One catalogue a language, `catalogues/<tag>.toml`; English has every key and stands in where a
translation is missing. Quotation marks are a table here, for more languages than there are
catalogues.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

BASE = "en"
TAGS = ("en", "ko", "zh-Hans", "zh-Hant", "ja", "es", "fr", "ar")

_NBSP = "\u00a0"
# language → (double open, double close, single open, single close)
_QUOTES: dict[str, tuple[str, str, str, str]] = {
    "en": ("“", "”", "‘", "’"),
    "de": ("„", "“", "‚", "‘"),
    "fr": (f"«{_NBSP}", f"{_NBSP}»", "“", "”"),
    "es": ("«", "»", "“", "”"),
    "it": ("«", "»", "“", "”"),
    "pt": ("«", "»", "“", "”"),
    "ru": ("«", "»", "„", "“"),
    "ja": ("「", "」", "『", "』"),
    "zh": ("“", "”", "‘", "’"),
    "zh-Hant": ("「", "」", "『", "』"),
    "ko": ("“", "”", "‘", "’"),
    "ar": ("«", "»", "“", "”"),
    "he": ("”", "”", "’", "’"),
}
_TRADITIONAL = {"TW", "HK", "MO"}  # regions that write Chinese in the traditional script


@dataclass(frozen=True, slots=True)
class Catalogue(Mapping[str, str]):
    """The words for a book in `lang`; `tag` names the language they are in."""

    lang: str
    tag: str
    own: Mapping[str, str]
    base: Mapping[str, str]

    def __getitem__(self, key: str) -> str:
        return self.own[key] if key in self.own else self.base[key]

    def __iter__(self) -> Iterator[str]:
        return iter({**self.base, **self.own})

    def __len__(self) -> int:
        return len({**self.base, **self.own})

    def counted(self, key: str, number: int, **values: object) -> str:
        """The form of `key` for a number, filled in; the number is `{count}` too."""
        form = f"{key}.{plural(self.tag, number)}"
        return (self[form] if form in self else self[key]).format(count=number, **values)

    def date(self, parts: Sequence[int]) -> str:
        """A date as a reader says it: 2021, July 2021, 29 July 2021."""
        form = ("date-year", "date-month", "date-day")[min(len(parts), 3) - 1]
        if len(parts) > 2 and parts[2] == 1:
            form = "date-first"
        month = self[f"month-{parts[1]}"] if len(parts) > 1 else ""
        return self[form].format(year=parts[0], month=month, day=parts[2] if len(parts) > 2 else "")

    def iso_date(self, date: str) -> str:
        """A date of the book (ISO 8601) in words."""
        return self.date(tuple(int(part) for part in date.split("-")))

    def listed(self, names: Sequence[str]) -> str:
        """“one, two and three”."""
        if len(names) < 2:
            return "".join(names)
        return f"{self['comma'].join(names[:-1])}{self['and']}{names[-1]}"

    def quoted(self, text: str) -> str:
        """Words in the language's quotation marks; double ones inside become single ones."""
        before, after, inner_before, inner_after = quotes(self.tag)
        for mark in {"“", before.strip()}:
            text = text.replace(mark, inner_before)
        for mark in {"”", after.strip()}:
            text = text.replace(mark, inner_after)
        return f"{before}{text}{after}"


@cache
def words(lang: str) -> Catalogue:
    """The catalogue for a language (BCP 47); English where there is none yet."""
    tag = tag_of(lang)
    return Catalogue(lang, tag, _read(tag), _read(BASE))


def tag_of(lang: str) -> str:
    """The catalogue that serves a language: `zh-TW` → `zh-Hant`; "en" where there is none."""
    language, *rest = lang.split("-")
    if language == "zh":
        return "zh-Hant" if "Hant" in rest or _TRADITIONAL & set(rest) else "zh-Hans"
    return language if language in TAGS else BASE


def quotes(lang: str) -> tuple[str, str, str, str]:
    """Double open and close, single open and close; English ones for a language not known."""
    language = lang.partition("-")[0]
    tag = tag_of(lang) if language == "zh" else language
    return _QUOTES.get(tag) or _QUOTES.get(language) or _QUOTES["en"]


_RIGHT_TO_LEFT = {"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"}
_RTL_SCRIPTS = {"Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm"}


def direction(lang: str) -> str:
    """The way a language is written: "rtl" or "ltr", by its script where the tag names one."""
    language, *rest = lang.split("-")
    scripts = [part for part in rest if len(part) == 4 and part.istitle()]
    rtl = scripts[0] in _RTL_SCRIPTS if scripts else language in _RIGHT_TO_LEFT
    return "rtl" if rtl else "ltr"


def plural(lang: str, number: int) -> str:
    """The class of a whole number (Unicode CLDR, plural rules): one, two, few, many, zero, other."""
    language = lang.partition("-")[0]
    if language == "ar":
        if number in (0, 1, 2):
            return ("zero", "one", "two")[number]
        if 3 <= number % 100 <= 10:
            return "few"
        return "many" if number % 100 >= 11 else "other"
    if language == "fr":
        return "one" if number in (0, 1) else "other"
    if language in ("ko", "zh", "ja"):
        return "other"
    return "one" if number == 1 else "other"


CLASSES = {"ar": ("zero", "one", "two", "few", "many"), "ko": (), "zh-Hans": (), "zh-Hant": (), "ja": ()}


@cache
def _read(tag: str) -> Mapping[str, str]:
    found: Mapping[str, str] = tomllib.loads(
        (files("chapbook") / "catalogues" / f"{tag}.toml").read_text("utf-8")
    )
    return found
