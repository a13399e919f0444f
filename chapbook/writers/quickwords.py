"""Words whose widths are known, for WeasyPrint 70.0: Pango is asked once a word. `quicklines.py` makes lines of them.

What a word measures depends on what is beside it only by kerning with a space: it is measured before a space
and alone, a space before each word, between words of its script. `tests/test_quicklines.py` holds that the
fonts of the book have no more than that; no words are known in other fonts, or where Pango widens a space in
a way that is not foreseen here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from chapbook import fonts

GLYPH = 5  # 32-bit numbers in a PangoGlyphInfo: glyph, width, x offset, y offset, attributes
EMPTY = 0x0FFFFFFF  # PANGO_GLYPH_EMPTY, for a joiner; numbers above it stand for characters without a glyph
LATIN = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
LETTER = re.compile(f"[{LATIN}]").search  # in a text with one, all signs and figures are taken for Latin
MOST = 20_000  # words that are kept

_WORD = re.compile("[!-~\u00a0-\u00ac\u00ae-\u024f\u2010-\u2027\u2030-\u205e\u2060\u20ac]+").fullmatch
_FAMILIES = {fonts.SERIF, fonts.SANS, fonts.MONO}
_LETTERS, _SIGN = "n", "0"
_SPREAD = 1501  # how much wider a space is made, in Pango's units, 1024 a pixel: an odd number
_TOGETHER = 50  # words measured in one text
_FONT = (
    "font_family", "font_style", "font_stretch", "font_weight", "font_size", "font_kerning", "font_variant_ligatures",
    "font_variant_position", "font_variant_caps", "font_variant_numeric", "font_variant_alternates",
    "font_variant_east_asian", "font_feature_settings", "font_variation_settings", "font_language_override", "lang",
    "overflow_wrap",
)  # fmt: skip


class Glyph(NamedTuple):
    """A glyph of a shaped text: its number, its width, how far it is moved along the line, what it stands for."""

    number: int
    width: int
    moved: int
    said: str


class Run(NamedTuple):
    """Glyphs of one font, and which is the first of those that stand for what begins at a byte of the text, and the end."""

    font: Any
    glyphs: list[Glyph]
    first: dict[int, int]


class Word(NamedTuple):
    """A word's width before a space and at a line's end, of the space before it, and its glyphs in both places."""

    before: int
    inner: int
    outer: int
    inside: list[Glyph]
    ending: list[Glyph]


def words_of(style: Any) -> Words | None:
    """Words in the font of a style; None where they are not known."""
    every = style.font_config.__dict__.setdefault("words", {})
    key = str([style[name] for name in _FONT])
    if "frac" in key:  # fractions reach over spaces
        return None
    if key not in every:
        words = Words(style, _LETTERS)
        every[key] = words if words.font else None
    found: Words | None = every[key]
    return found


class Words:
    """The words of one font in one size and language, as far as they were asked for."""

    def __init__(self, style: Any, carrier: str) -> None:
        from weasyprint.text.ffi import FROM_UNITS, ffi, pango
        from weasyprint.text.fonts import get_pango_font_key
        from weasyprint.text.line_break import line_size

        self.carrier = carrier  # stands at both ends of what is measured
        self._signs: list[Words | None] = []
        self.known: dict[str, Word | None] = {"": None}
        self.gaps: dict[str, Glyph] = {}
        self.widths: dict[int, int] = {}  # of glyphs, in thousandths of the size
        self.drawn: dict[int, str] = {}  # words by the address of their glyphs, as they stand in a PDF
        self.layout, runs = _set(style, f"{carrier} {carrier}")  # the font is the layout's, and lives with it
        line, _ = self.layout.get_first_line()
        self.height = line_size(line, style)[1]
        self.baseline = pango.pango_layout_get_baseline(self.layout.layout) * FROM_UNITS
        self.font = runs[0].font if runs else None
        if self.font:
            self.key, description, self.size = get_pango_font_key(self.font)
            family = ffi.string(pango.pango_font_description_get_family(description)).decode()
            if family not in _FAMILIES or not self._parted(style):
                self.font = None

    def of(self, text: str, style: Any) -> Words | None:
        """Those that a text is made of: a text without letters has figures and signs that stand in another way; None where
        these have another font."""
        if LETTER(text):
            return self
        if not self._signs:
            signs = Words(style, _SIGN)
            self._signs.append(signs if signs.font == self.font else None)
        return self._signs[0]

    def _parted(self, style: Any) -> bool:
        """Learn what spaces are; whether they are widened as is foreseen at both ends and inside of a text."""
        n, middle = self.carrier, _SPREAD // 2
        runs = self._spread(style, f" {n} {n}\u00a0{n} ")
        if not runs or [len(run) for run in runs] != [1] * 7:
            return False
        for (wide,), gap, moved in zip(runs[::2], "  \u00a0 ", (0, middle, middle, _SPREAD), strict=True):
            glyph = wide._replace(width=wide.width - _SPREAD, moved=0)
            if wide.moved != moved or self.gaps.setdefault(gap, glyph) != glyph:
                return False
        return True

    def _spread(self, style: Any, text: str) -> list[list[Glyph]] | None:
        """The runs of a text with wider spaces: words and spaces by themselves."""
        _, runs = _set(style, text, _SPREAD)
        if not runs or any(run.font != self.font for run in runs):
            return None
        return [run.glyphs for run in runs]

    def learn(self, style: Any, words: Sequence[str]) -> None:
        """Measure words that are not known; `known` has None for one that cannot be."""
        new = [word for word in dict.fromkeys(words) if word not in self.known]
        if len(self.known) > MOST:
            wanted = {word: self.known[word] for word in words if word in self.known}
            self.known.clear()
            self.drawn.clear()
            self.known.update({"": None, **wanted})
        self.known.update(dict.fromkeys(new))
        new = [word for word in new if _WORD(word) and (self.carrier == _LETTERS or not LETTER(word))]
        plain = [word for word in new if "\u00a0" not in word]
        for some in (plain[at : at + _TOGETHER] for at in range(0, len(plain), _TOGETHER)):
            if not self._measured(style, some):
                for word in some:
                    self._measured(style, [word])
        for word in new:
            if "\u00a0" in word:
                self._measured_whole(style, word)

    def _measured(self, style: Any, words: list[str]) -> bool:
        """Whether words could be measured in a text of them all."""
        text = " ".join((self.carrier, *words, self.carrier))
        runs, alone = _set(style, text)[1], self._spread(style, text)
        if not runs or len(runs) > 1 or runs[0].font != self.font or not alone or len(alone) != 2 * len(words) + 3:
            return False
        at = 2
        for word, ending in zip(words, alone[2::2], strict=False):
            end = at + len(word.encode())
            inside = _between(runs[0], at, end)
            whole = inside and "".join(glyph.said for glyph in ending) == word
            if not inside or not whole or not self._keep(word, runs[0], at, inside, ending):
                return False
            at = end + 1
        return True

    def _measured_whole(self, style: Any, word: str) -> None:
        """Measure a word with spaces in it that do not break."""
        before = f"{self.carrier} {word}"
        inner, outer = _set(style, f"{before} {self.carrier}")[1], _set(style, before)[1]
        if not inner or not outer or len(inner) > 1 or len(outer) > 1 or {inner[0].font, outer[0].font} != {self.font}:
            return
        end = 2 + len(word.encode())
        inside, ending = _between(inner[0], 2, end), _between(outer[0], 2, end)
        if inside and ending:
            self._keep(word, inner[0], 2, inside, ending)

    def _keep(self, word: str, run: Run, at: int, inside: list[Glyph], ending: list[Glyph]) -> bool:
        before = _between(run, at - 1, at)
        if before is None or len(before) > 1 or before[0].moved or before[0].number != self.gaps[" "].number:
            return False
        self.known[word] = Word(before[0].width, _width(inside), _width(ending), inside, ending)
        return True


def _between(run: Run, begin: int, end: int) -> list[Glyph] | None:
    """The glyphs of some bytes of a text; None where they are not theirs alone."""
    if begin not in run.first or end not in run.first:
        return None
    return run.glyphs[run.first[begin] : run.first[end]]


def _width(glyphs: Iterable[Glyph]) -> int:
    return sum(glyph.width for glyph in glyphs)


def _set(style: Any, text: str, wider: int = 0) -> tuple[Any, list[Run] | None]:
    from weasyprint.text.ffi import TO_UNITS
    from weasyprint.text.line_break import Layout

    layout = Layout(style, wider / TO_UNITS)
    layout.set_text(text, justify=True)
    return layout, _shaped(layout)


def _shaped(layout: Any) -> list[Run] | None:
    """The glyphs of a layout's first line; None when one is above or below the line, missing, or set from the right."""
    from weasyprint.text.ffi import ffi

    text = layout.text.encode()
    link = layout.get_first_line()[0].runs
    found = []
    while link:
        run, link = link.data, link.next
        string, item = run.glyphs, run.item
        count = string.num_glyphs
        numbers = memoryview(ffi.buffer(string.glyphs, count * GLYPH * 4)).cast("i").tolist()
        if any(numbers[3::GLYPH]) or max(numbers[0::GLYPH], default=0) > EMPTY or item.analysis.level % 2:
            return None
        begins = [item.offset + at for at in ffi.unpack(string.log_clusters, count)]
        ends = [*begins[1:], item.offset + item.length]
        said = [text[begin:end].decode() for begin, end in zip(begins, ends, strict=True)]
        glyphs = zip(numbers[0::GLYPH], numbers[1::GLYPH], numbers[2::GLYPH], said, strict=True)
        first = dict(zip(reversed([*begins, item.offset + item.length]), range(count, -1, -1), strict=True))
        found.append(Run(item.analysis.font, [Glyph(*glyph) for glyph in glyphs], first))
    return found
