"""Mends of WeasyPrint 70.0: the private names this module touches are those of that version.

A text that ends in a space, stands before an inline element, and fits its line but for that
space, is broken after its first word: the line holds “break” and nothing else. The width is
asked with the space, which nobody sees at a line's end; asked again without it, the text fits.
"""

from __future__ import annotations

from math import inf
from typing import Any

_COLLAPSING = ("normal", "pre-line")
_WIDEST = 5  # characters in an em, on the safe side: longer texts have more than one line


def mend() -> None:
    """Put the mends in place; a second call changes nothing."""
    from weasyprint.layout import inline

    split = inline.split_first_line
    if getattr(split, "mended", False):
        return

    def split_first_line(
        text: str, style: Any, context: Any, max_width: float | None, *more: Any, **named: Any
    ) -> tuple[Any, int, int | None, float, float, float]:
        made: tuple[Any, int, int | None, float, float, float]
        made = split(text, style, context, max_width, *more, **named)
        bare = text.rstrip(" ")
        fits = (
            made[2] is None or max_width in (None, inf) or bare == text or not bare
            or style["white_space"] not in _COLLAPSING
            or len(text) * style["font_size"] > max_width * _WIDEST
        )  # fmt: skip
        if fits:
            return made
        layout, length, resume, width, height, baseline = split(
            bare, style, context, max_width, *more, **named
        )
        if resume is not None:
            return made
        return layout, length, len(text.encode()), width, height, baseline

    split_first_line.mended = True  # type: ignore[attr-defined]
    inline.split_first_line = split_first_line
