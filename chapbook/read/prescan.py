"""A look at a file before pandoc reads it: what would keep it, or us, busy for hours.

A few bytes are enough: ten open brackets in a row take pandoc seconds, twenty take minutes,
and a tree some thousand levels deep is deeper than Python can walk. Nobody means such text; it
is refused with its place. The limits are far beyond what books hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from chapbook.diagnostics import Diagnostic
from chapbook.model import Source
from chapbook.read.mask import mask

MAX_BRACKETS = 7  # each more doubles pandoc's time and worse
MAX_TAGS = 300  # `<word` without a `>` in one paragraph: quadratic
MAX_QUOTED = 20
MAX_LISTS = 20
MAX_DIVISIONS = 30
_PARAGRAPH = re.compile(r"(?:[^\n]+\n?)+")
_BRACKET = re.compile(r"\\.|!?\[|\]\(|\]|\)", re.DOTALL)
_TAG = re.compile(r"<[A-Za-z/!?][^<>]*(?P<end>>?)")
_QUOTED = re.compile(rf"^(?:[ \t]*>){{{MAX_QUOTED + 1}}}", re.MULTILINE)
_ITEM = re.compile(r"^(?P<indent>[ \t]*)(?P<items>(?:(?:[-*+]|\(?\w{1,3}[.)])[ \t]+)+)\S", re.MULTILINE)
_DIVISION = re.compile(r"^[ \t]*(?::{3,}[ \t]*(?P<name>\S)?|<(?P<close>/)?div\b)", re.MULTILINE)


def prescan(source: Source) -> tuple[Diagnostic, ...]:
    """What in a file stops us from giving it to pandoc; () when nothing does."""
    comments = tuple(_comments(source))
    return comments or tuple(_heavy(source))


def _comments(source: Source) -> Iterator[Diagnostic]:
    """A comment that never ends takes the rest of the file with it."""
    text = mask(source.text, comments=False)
    at = 0
    while (start := text.find("<!--", at)) >= 0:
        end = text.find("-->", start + 4)
        if end < 0:
            if start == 0 or text[start - 1] != "\\":
                yield Diagnostic("R003", "the comment opened here is never closed", source.at(start),
                                 "add --> at its end, or write \\<!-- for the signs")  # fmt: skip
            return
        at = end + 3


def _heavy(source: Source) -> Iterator[Diagnostic]:
    masked = mask(source.text)
    for paragraph in _PARAGRAPH.finditer(masked):
        if paragraph[0].count("[") > MAX_BRACKETS:
            yield from _brackets(source, paragraph)
        if paragraph[0].count("<") <= MAX_TAGS:
            continue
        loose = [tag.start() for tag in _TAG.finditer(paragraph[0]) if not tag["end"]]
        if len(loose) > MAX_TAGS:
            yield _refused(source, paragraph.start() + loose[0], f"more than {MAX_TAGS} signs < without a >",
                           "write \\< for the sign")  # fmt: skip
    if match := _QUOTED.search(masked):
        yield _refused(source, match.start(), f"a quotation more than {MAX_QUOTED} deep", "write it flat")
    yield from _lists(source, masked)
    yield from _divisions(source, masked)


def _brackets(source: Source, paragraph: re.Match[str]) -> Iterator[Diagnostic]:
    opened: list[int] = []
    for sign in _BRACKET.finditer(paragraph[0]):
        if sign[0].endswith("["):
            opened.append(sign.start())
        elif sign[0] == "](":  # the address may be left open too
            opened[-1:] = [sign.start()]
        elif sign[0] in "])" and opened:
            opened.pop()
        if len(opened) > MAX_BRACKETS:
            yield _refused(source, paragraph.start() + opened[0], f"more than {MAX_BRACKETS} brackets open at once",
                           "close them, or write \\[ for a bracket that is text")  # fmt: skip
            return


def _lists(source: Source, masked: str) -> Iterator[Diagnostic]:
    """Lists inside lists, by indentation or on one line."""
    indents: list[int] = []
    for match in _ITEM.finditer(masked):
        indent = len(match["indent"].expandtabs(4))
        while indents and indents[-1] >= indent:
            indents.pop()
        indents.append(indent)
        if len(indents) + len(match["items"].split()) - 1 > MAX_LISTS:
            yield _refused(source, match.start(), f"lists more than {MAX_LISTS} deep", "write them flat")
            return


def _divisions(source: Source, masked: str) -> Iterator[Diagnostic]:
    depth = 0
    for match in _DIVISION.finditer(masked):
        opens = bool(match["name"]) or (not match["close"] and match[0].lstrip().startswith("<"))
        depth = depth + 1 if opens else max(0, depth - 1)
        if depth > MAX_DIVISIONS:
            yield _refused(source, match.start(), f"blocks more than {MAX_DIVISIONS} deep", "write them flat")
            return


def _refused(source: Source, offset: int, what: str, hint: str) -> Diagnostic:
    return Diagnostic("R004", f"{what}: reading it would not end", source.at(offset), hint)
