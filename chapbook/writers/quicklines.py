"""Lines of words whose widths are known, for WeasyPrint 70.0, as Pango would have made them. See `quick.py`.

To break a paragraph into lines the engine has Pango shape each line some five times over, and once more to
draw it. Where a text is plain, words of one font parted by single spaces, a line's width is the sum of its
words' and spaces', to the unit; it takes the words that fit and a part of the next, as the engine's
`split_first_line` decides it, and its glyphs are theirs. A text with anything else in it, or a line whose end
is a matter of a hair, is left to the engine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from math import inf
from typing import Any, NamedTuple

from chapbook.writers.quickstyle import kept
from chapbook.writers.quickwords import EMPTY, LATIN, LETTER, MOST, Glyph, Word, Words, words_of

_GAP = re.compile("[ \u00a0]")
# Words before which a line may turn, and in which it may not; and the ends of words after which it may.
_TURNED = re.compile(
    f"[\"'\u201c\u2018(\\[]*(?:[{LATIN}0-9]+(?:['\u2019][{LATIN}]+)*|[{LATIN}]+(?:\\.[{LATIN}]+)+|[0-9]+(?:[.,][0-9]+)+)"
    "\u2026?[.,;:!?)\\]\"'\u201d\u2019]*"
).fullmatch
_TURNS = re.compile(f"[{LATIN}0-9.,;:!?\u2026%-]$").search
_RATIO = 4  # the engine's own: characters tried for the width of one
_SHORT = 16  # characters: a narrower column is not tried so
_ENDLESS = 2**21  # pixels: what the engine takes for no width at all
_UNITS = 1024  # Pango's, in a pixel
_HAIR = 64  # of these units
_ROUNDED = 512  # a multiple of it is added to a space in another way
_SHY = "\u00ad"


class Setting(NamedTuple):
    """What a style says of lines: words, the font's size, whether lines turn, where words break that are longer,
    whether and how words are parted."""

    words: Words
    size: float
    turns: bool
    wrap: str
    hyphens: str
    lang: str | None
    limits: tuple[int, int, int]
    hyphen: str


class Line(NamedTuple):
    """A line: its text, its length and where the next begins in bytes (None: nothing is left); its width in pixels."""

    text: str
    length: int
    resume: int | None
    width: float
    height: float
    baseline: float


def setting(style: Any) -> Setting | None:
    """How lines of a style are made of words; None where they are not."""
    known = kept(style)
    if "setting" not in known:
        known["setting"] = _setting(style)
    found: Setting | None = known["setting"]
    return found


def _setting(style: Any) -> Setting | None:
    import pyphen

    if (
        style["white_space"] not in ("normal", "nowrap") or style["word_break"] != "normal" or style["direction"] != "ltr"
        or style["letter_spacing"] not in ("normal", 0) or style["word_spacing"] or style["font_size"] < 1
        or getattr(style["hyphenate_limit_zone"], "value", None) != 0
    ):  # fmt: skip
        return None
    words = words_of(style)
    if words is None:
        return None
    lang = pyphen.language_fallback(style["lang"]) if style["lang"] else None
    return Setting(
        words, style["font_size"], style["white_space"] == "normal", style["overflow_wrap"],
        style["hyphens"], lang, style["hyphenate_limit_chars"], style["hyphenate_character"],
    )  # fmt: skip


def learn(root: Any) -> None:
    """Measure the words of a document's boxes together, which takes a fifth of the time."""
    from weasyprint.formatting_structure.boxes import TextBox

    wanted: dict[Words, tuple[Any, set[str]]] = {}
    for box in root.descendants():
        if isinstance(box, TextBox) and (made := setting(box.style)):
            words = made.words.of(box.text, box.style)
            if words and (tokens := set(box.text.split(" ")).difference(words.known)):
                wanted.setdefault(words, (box.style, set()))[1].update(tokens)
    for words, (style, tokens) in wanted.items():
        words.learn(style, sorted(tokens))


def first_line(text: str, style: Any, max_width: float | None, starts: bool = True, minimum: bool = False) -> Line | None:
    """The first line of a text in a width, as the engine's `split_first_line`; None where it has to be asked."""
    made = setting(style)
    words = made and made.words.of(text, style)
    if made is None or words is None:
        return None
    most, tokens, all_fit, at = inf, [""], True, 0
    if made.turns and max_width is not None and max_width < _ENDLESS:
        most, cut = int(max(0, max_width) * _UNITS), int(max_width / made.size * _RATIO)
        if _SHORT < cut < len(text):
            tokens = text[:cut].split(" ")[:-1]
            if not words.known.keys() >= set(tokens):
                words.learn(style, text.split(" "))  # other lines will ask for the others
            at, tokens, all_fit = _filled(tokens, style, words, most)
    if all_fit:
        tokens = text.split(" ")
        trailing = len(tokens) > 1 and not tokens[-1] and tokens.pop() == ""
        at, tokens, all_fit = _filled(tokens, style, words, most)
        last = words.known[tokens[-1]] if all_fit else None
        if last:
            at += words.gaps[" "].width if trailing else last.outer - last.inner
            return Line(text, len(text.encode()), None, at / _UNITS, words.height, words.baseline) if at <= most else None
    if all_fit or not tokens or not _TURNED(tokens[-1]) or (made.hyphens != "none" and _SHY in text):
        return None
    parts = _parts(tokens[-1], made.lang, *made.limits) if made.hyphens == "auto" and made.lang else ()
    if len(tokens) > 1:
        return _turned(text, tokens, at, parts, style, made, words, most)
    breaks = starts and (made.wrap == "anywhere" or (made.wrap == "break-word" and not minimum))
    return None if breaks else _overflowing(text, parts, style, made, words, most)


def _filled(tokens: list[str], style: Any, words: Words, most: float) -> tuple[int, list[str], bool]:
    """How far words reach in a line, before a space; these words with the one that is too much; whether there is none.

    No words: the engine has to be asked.
    """
    known = words.known
    if not known.keys() >= set(tokens):
        words.learn(style, tokens)
    at = 0
    for index, token in enumerate(tokens):
        word = known[token]
        if word is None:
            if token or index:
                return 0, [], False
            continue  # a space begins the text
        begin = at + word.before if index else at
        inner, outer = begin + word.inner, begin + word.outer
        if inner > most or outer > most:
            clear = inner > most and outer > most
            return at, tokens[: index + 1] if clear else [], False
        at = inner
    return at, tokens, True


def _turned(
    text: str, tokens: list[str], at: int, parts: Sequence[str], style: Any, made: Setting, words: Words, most: float
) -> Line | None:
    """The line that ends in or before the last of the words, which is too much."""
    line = text[: sum(map(len, tokens)) + len(tokens) - 2 - len(tokens[-1])]
    last = words.known[tokens[-2]]
    if last is None or not _TURNS(tokens[-2]) or not LETTER(line):
        return None
    end = at - last.inner + last.outer
    if parts and most - max(at, end) < _HAIR:
        return None
    for part in parts:
        piece = _piece(part, parts, style, made)
        if piece is None:
            return None
        if (width := at + piece.before + piece.outer) <= most:
            length = len(f"{line} {part}".encode())
            return Line(f"{line} {part}{made.hyphen}", length, length, width / _UNITS, words.height, words.baseline)
    length = len(line.encode())
    return Line(line, length, length + 1, end / _UNITS, words.height, words.baseline)


def _overflowing(text: str, parts: Sequence[str], style: Any, made: Setting, words: Words, most: float) -> Line | None:
    """The line of a word that is too long for it, or of the longest of its parts that is not, or of the shortest."""
    first, _, after = text.partition(" ")
    if after and not (_TURNS(first) and _TURNED(after.partition(" ")[0])):
        return None
    for part in parts:
        piece = _piece(part, parts, style, made)
        if piece is None:
            return None
        if piece.outer <= most or part == parts[-1]:
            length = len(part.encode())
            return Line(part + made.hyphen, length, length, piece.outer / _UNITS, words.height, words.baseline)
    word, length = words.known[first], len(first.encode())
    if word is None or (LETTER(text) and not LETTER(first)):
        return None
    return Line(first, length, length + 1 if after else None, word.outer / _UNITS, words.height, words.baseline)


def _piece(part: str, parts: Sequence[str], style: Any, made: Setting) -> Word | None:
    """A part of a word with its hyphen."""
    piece, words = part + made.hyphen, made.words
    if piece not in words.known:
        words.learn(style, [part + made.hyphen for part in parts])
    return words.known[piece]


@lru_cache(maxsize=MOST)
def _parts(word: str, lang: str, total: int, left: int, right: int) -> tuple[str, ...]:
    """The beginnings of a word that may stand at a line's end, the longest first."""
    import pyphen
    from weasyprint.text.line_break import get_next_word_boundaries

    rest, at = word, 0
    while rest and (found := get_next_word_boundaries(rest, lang)):
        begin, end = found
        if end - begin >= total:
            before = word[: at + begin]
            return tuple(before + start for start, _ in pyphen.Pyphen(lang=lang, left=left, right=right).iterate(rest[begin:end]))
        rest, at = rest[end:], at + end
    return ()


def shown(stream: Any, layout: Any, style: Any) -> tuple[Any, float, str] | None:
    """A line as it is drawn: its font, its size, and what stands in the array of TJ; None where the engine has to be asked."""
    made, text = setting(style), layout.text
    wider = int(layout.justification_spacing * _UNITS)
    hair = not wider and layout.justification_spacing  # spaces are parted from words, and not kerned, but no wider
    if made is None or hair or wider < 0 or (wider and (not wider % _ROUNDED or "\u00a0" in (text[0], text[-1]))):
        return None
    words = made.words.of(text, style)
    if words is None:
        return None
    tokens = _GAP.split(text) if wider and "\u00a0" in text else text.split(" ")
    inner = tokens[not tokens[0] : len(tokens) - (not tokens[-1])]
    if not words.known.keys() >= set(inner):
        words.learn(style, inner)
    if not inner or not all(map(words.known.get, inner)):
        return None
    font = stream._fonts.get(words.key) or stream.add_font(words.font)[0]
    if font.bitmap or font.png or font.svg or font.colr:
        return None
    known = font.__dict__.setdefault("said", {})
    said = known.get(words) or known.setdefault(words, _Said(words, font, stream))
    return font, words.size, said.spread(text, tokens, wider) if wider else said.line(tokens)


class _Said:
    """Words as they are drawn with a font of a document, which learns what to embed."""

    def __init__(self, words: Words, font: Any, stream: Any) -> None:
        self.words, self.font, self.stream = words, font, stream
        self.alone: dict[str, str] = {}
        self.inside: dict[str, str] = {"": ""}
        self.ending: dict[str, str] = {"": ""}
        self.spaces: dict[int, str] = {}
        self.learnt: set[int] = set()
        self.natural = True  # every glyph has the width in the font that it has in this size: what was drawn serves again

    def spread(self, text: str, tokens: list[str], wider: int) -> str:
        """A line with wider spaces: each of them, and each word, is a run."""
        pieces, place, middle = [self._alone(tokens[0])], len(tokens[0]), ""
        for token in tokens[1:]:
            gap, inner = text[place], place and token
            if inner and gap == " ":
                middle = middle or self._wide(gap, wider, wider // 2)  # not before: the font learns from the first
                pieces.append(middle)
            else:
                pieces.append(self._wide(gap, wider, wider // 2 if inner else wider if place else 0))
            pieces.append(self._alone(token))
            place += len(token) + 1
        return "".join(pieces)

    def _alone(self, token: str) -> str:
        known = self.alone.get(token)
        if known is None:
            word = self.words.known[token]
            known = self.alone[token] = _closed(self._glyphs(word.ending)) if word else ""
        return known

    def _wide(self, gap: str, wider: int, moved: int) -> str:
        glyph = self.words.gaps[gap]
        return _closed(self._glyph(glyph._replace(width=glyph.width + wider, moved=moved)))

    def line(self, tokens: list[str]) -> str:
        """A line that is one run."""
        pieces, last = [], len(tokens) - 1
        for index, token in enumerate(tokens):
            word = self.words.known[token]
            if index:
                pieces.append(self._space(word.before if word else self.words.gaps[" "].width))
            known = self.ending if index == last else self.inside
            if word and token not in known:
                known[token] = self._glyphs(word.ending if index == last else word.inside)
            pieces.append(known[token])
        return _closed("".join(pieces))

    def _space(self, width: int) -> str:
        if width not in self.spaces:
            self.spaces[width] = self._glyph(self.words.gaps[" "]._replace(width=width))
        return self.spaces[width]

    def _glyphs(self, glyphs: Sequence[Glyph]) -> str:
        for glyph in glyphs:
            if glyph.number not in self.learnt:
                self._learn(glyph)
        drawn = self.words.drawn
        known = drawn.get(id(glyphs)) if self.natural else None
        if known is None:
            known = "".join([self._shown(glyph) for glyph in glyphs])
            if self.natural:
                drawn[id(glyphs)] = known
        return known

    def _glyph(self, glyph: Glyph) -> str:
        if glyph.number not in self.learnt:
            self._learn(glyph)
        return self._shown(glyph)

    def _learn(self, glyph: Glyph) -> None:
        """What to embed of the font, and what a glyph says where it stands first."""
        from weasyprint.text.ffi import FROM_UNITS, pango

        self.learnt.add(glyph.number)
        if glyph.number == EMPTY:
            return
        widths, stream = self.words.widths, self.stream
        if glyph.number not in widths:
            pango.pango_font_get_glyph_extents(self.words.font, glyph.number, stream.ink_rect, stream.logical_rect)
            widths[glyph.number] = round(stream.logical_rect.width * 1000 * FROM_UNITS / self.words.size)
        self.font.to_unicode.setdefault(glyph.number, glyph.said)
        if self.font.widths.setdefault(glyph.number, widths[glyph.number]) != widths[glyph.number]:
            self.natural = False

    def _shown(self, glyph: Glyph) -> str:
        """How a glyph is shown, with what makes its width the line's."""
        number, width, moved, _ = glyph
        size = self.words.size
        if number == EMPTY:
            return f">{-width / size}<"
        offset = moved / size
        kerning = self.font.widths[number] + offset - width * 1000 * (1 / _UNITS) / size
        before, after = f">{-offset}<" if offset else "", f">{int(kerning)}<" if kerning else ""
        return f"{before}{number:04x}{after}"


def _closed(shown: str) -> str:
    return f"<{shown[:-1]}" if shown[-1:] == "<" else f"<{shown}>"
