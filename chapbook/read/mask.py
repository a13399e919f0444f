"""A source with its code and comments blanked, for rules and look-ups that read raw text.

The result has the same length and the same line breaks, so offsets stay true.
"""

from __future__ import annotations

import re
from functools import lru_cache

_FENCE = re.compile(r"^(?P<lead>[ \t>]*(?:[-*+]|\d+[.)])?[ \t]*)(?P<fence>`{3,}|~{3,})(?P<info>[^\n]*)$")
_SPAN = re.compile(r"(?<![`\\])(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_NOT_BREAK = re.compile(r"[^\n]")


@lru_cache(maxsize=256)  # asked before a file is read, while it is, and by the rules
def mask(text: str, *, comments: bool = True) -> str:
    """`text` with code blocks, code spans and (unless told otherwise) comments as spaces."""
    out = _mask_fences(text)
    out = _in_paragraphs(_SPAN, out) if "`" in out else out
    return _COMMENT.sub(_blank, out) if comments and "-->" in out else out


def _blank(match: re.Match[str]) -> str:
    return _NOT_BREAK.sub(" ", match[0])


def _in_paragraphs(pattern: re.Pattern[str], text: str) -> str:
    """A code span never passes an empty line, so each paragraph is looked at for itself."""
    pieces = re.split(r"(\n[ \t]*\n)", text)
    return "".join(pattern.sub(_blank, piece) if "`" in piece else piece for piece in pieces)


@lru_cache(maxsize=256)
def fences(text: str) -> tuple[tuple[int, int, bool], ...]:
    """Fenced code blocks as (first line, last line, closed), lines from 0."""
    if "```" not in text and "~~~" not in text:
        return ()
    found: list[tuple[int, int, bool]] = []
    start, fence = -1, ""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        match = _FENCE.match(line) if "```" in line or "~~~" in line else None
        if start < 0:
            if match and not (match["fence"][0] == "`" and "`" in match["info"]):
                start, fence = number, match["fence"]
        elif match and match["fence"].startswith(fence) and not match["info"].strip():
            found.append((start, number, True))
            start = -1
    if start >= 0:
        found.append((start, len(lines) - 1, False))
    return tuple(found)


def _mask_fences(text: str) -> str:
    lines = text.split("\n")
    for first, last, _ in fences(text):
        for number in range(first, last + 1):
            lines[number] = " " * len(lines[number])
    return "\n".join(lines)
