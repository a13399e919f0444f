"""Words in scripts whose letters move, join and stack, drawn with the text that they are beside them.

In Devanagari a vowel sign stands before the letter it is spoken after, in Thai marks stand above one another.
A glyph then has no characters of its own, and their order on the line is not that of the text. So each word
is marked with what it says (`/ActualText`, ISO 32000-1, 14.9.4): readers, searches and copies take that.

The second module, beside `tags.py`, that knows WeasyPrint 70.0 from inside: what `draw_first_line` of
`weasyprint.draw.text` does with such a line is done here, while a file is written. A test holds the pictures.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

from chapbook import fonts

# Indic scripts, Thai, Lao, Tibetan, Myanmar, Khmer, Balinese to Lepcha, their extensions; joiners in them.
_MOVING = "\u0900-\u0fff\u1000-\u109f\u1780-\u17ff\u1900-\u1aaf\u1b00-\u1c4f\u1cd0-\u1cff\ua8e0-\ua8ff\ua980-\uaa7f\uaae0-\uaaff"
_WORD = re.compile(f"[{_MOVING}][{_MOVING}\u200c\u200d]*[ \u00a0]*")  # PDFium loses a space by itself
_EMPTY = 0x0FFFFFFF  # PANGO_GLYPH_EMPTY, for a joiner: nothing is drawn


def moving(text: str) -> bool:
    """Whether a text has a word in one of these scripts."""
    return _WORD.search(text) is not None


def words(text: str) -> Iterator[tuple[int, int]]:
    """Where each such word begins and ends in a text, in bytes of UTF-8."""
    for found in _WORD.finditer(text):
        begin = len(text[: found.start()].encode())
        yield begin, begin + len(found[0].encode())


@contextmanager
def words_marked() -> Iterator[None]:
    """While a file is written the engine's function for lines is replaced."""
    from weasyprint.draw import text as drawing

    plain = drawing.draw_first_line
    drawing.draw_first_line = partial(_draw_first_line, plain)
    try:
        yield
    finally:
        drawing.draw_first_line = plain


def _draw_first_line(plain: Callable[..., Any], stream: Any, box: Any, overflow: Any, ellipsis: Any, matrix: Any) -> Any:
    """What stands in for the engine's function, `plain`, which still draws all other lines.

    Lines that run from right to left, and glyphs that are pictures or missing, are left to it too.
    """
    if not moving(box.text) or overflow == "ellipsis" or ellipsis != "none" or box.style["font_size"] < 1e-6:
        return plain(stream, box, overflow, ellipsis, matrix)
    runs = _runs(stream, box)
    if runs is None:
        return plain(stream, box, overflow, ellipsis, matrix)
    stream.set_text_matrix(*matrix.values)
    _draw(stream, box.pango_layout.text, runs)
    return []


@dataclass(frozen=True, slots=True)
class _Run:
    """Glyphs of one font: of each its place in the PDF's array, how far it is raised, and the byte of
    the text it stands for."""

    font: Any
    size: float
    glyphs: list[tuple[str, float, int]]


def _runs(stream: Any, box: Any) -> list[_Run] | None:
    from weasyprint.text.ffi import ffi, pango

    layout = box.pango_layout
    pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
    found = []
    line, _ = layout.get_first_line()
    link, encoded = line.runs, layout.text.encode()
    while link != ffi.NULL:
        run, link = link.data, link.next
        font, size = stream.add_font(run.item.analysis.font)
        if pango.pango_version() < 14802:
            size = box.style["font_size"]
        infos = [run.glyphs.glyphs[index] for index in range(run.glyphs.num_glyphs)]
        if (font.bitmap or font.png or font.svg or font.colr or run.item.analysis.level % 2
                or any(info.glyph > _EMPTY for info in infos)):  # fmt: skip
            return None
        begins = [run.item.offset + run.glyphs.log_clusters[index] for index in range(len(infos))]
        end = run.item.offset + run.item.length
        for info, begin in zip(infos, begins, strict=True):
            after = next((b for b in begins if b > begin), end)
            beside = {other.glyph for other, b in zip(infos, begins, strict=True) if b == begin}
            _learn(stream, run.item.analysis.font, font, size, info, encoded[begin:after].decode(), beside)
        glyphs = [(_shown(font, size, info), info.geometry.y_offset / 1000, begin)
                  for info, begin in zip(infos, begins, strict=True)]  # fmt: skip
        found.append(_Run(font, size, glyphs))
    return found


def _learn(
    stream: Any, pango_font: Any, font: Any, size: float, info: Any, cluster: str, beside: set[int]
) -> None:
    """The font learns what to embed. Every glyph says something (ISO 19005-2, 6.2.11.7.2): its own character
    where it has one, else what is left of its cluster (`beside` are its glyphs); for readers that know no `/ActualText`."""
    from weasyprint.text.ffi import FROM_UNITS, pango

    if info.glyph == _EMPTY:
        return
    if not font.to_unicode.get(info.glyph):
        own = {glyph: c for glyph, c in fonts.glyphs(font.file_content, cluster).items() if glyph in beside}
        left = "".join(c for c in cluster if c not in own.values())
        font.to_unicode[info.glyph] = own.get(info.glyph) or left or cluster
    if info.glyph not in font.widths:
        pango.pango_font_get_glyph_extents(pango_font, info.glyph, stream.ink_rect, stream.logical_rect)
        font.widths[info.glyph] = round(stream.logical_rect.width * 1000 * FROM_UNITS / size)


def _shown(font: Any, size: float, info: Any) -> str:
    """A glyph in an array of TJ, with what makes its width the line's."""
    from weasyprint.text.ffi import FROM_UNITS

    width = info.geometry.width
    if info.glyph == _EMPTY:
        return f">{-width / size}<"
    offset = info.geometry.x_offset / size
    kerning = font.widths[info.glyph] + offset - width * 1000 * FROM_UNITS / size
    before, after = f">{-offset}<" if offset else "", f">{int(kerning)}<" if kerning else ""
    return f"{before}{info.glyph:04x}{after}"


def _draw(stream: Any, text: str, runs: list[_Run]) -> None:
    """Runs of glyphs, each word of them marked, whatever fonts it needs."""
    spans, encoded, last = [*words(text)], text.encode(), None

    def word(glyph: tuple[str, float, int]) -> tuple[int, int] | None:
        return next((span for span in spans if span[0] <= glyph[2] < span[1]), None)

    for run in runs:
        for span, group in groupby(run.glyphs, key=word):
            if last and span != last:
                stream.stream.append(b"EMC")
            if span and span != last:
                said = encoded[slice(*span)].decode().encode("utf-16-be").hex().upper().encode()
                stream.stream += (b"/Span", b"<</ActualText<FEFF%s>>>" % said, b"BDC")
            last = span
            stream.set_font_size(run.font.hash, run.size)
            for up, level in groupby(group, key=lambda glyph: glyph[1]):
                if up:
                    stream.set_text_rise(-up)
                stream.show_text("<" + "".join(glyph for glyph, _, _ in level) + ">")
                if up:
                    stream.set_text_rise(0)
    if last:
        stream.stream.append(b"EMC")
        stream.show_text("<>")  # what is put at the line's end stands outside of the word
