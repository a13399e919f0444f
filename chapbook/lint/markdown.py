"""Rules about Markdown that pandoc would lose or turn into something else without a word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from chapbook.diagnostics import Diagnostic, Position, Severity
from chapbook.lint.view import View
from chapbook.read.mask import fences
from chapbook.read.spoken import bare_words
from chapbook.tree import Text

_DIV = re.compile(r"^(?P<colons>:{3,})[ \t]*(?P<rest>\S?.*)$", re.MULTILINE)
_YAML = re.compile(r"^---[ \t]*\n(?P<body>(?:[ \t]*[\w-]+:.*\n|[ \t]+.*\n|[ \t]*#.*\n)+)(?:---|\.\.\.)[ \t]*$",
                   re.MULTILINE)  # fmt: skip
_RAW = re.compile(r"\{=\w+\}")
_BRACKETS = re.compile(r"(?<![\\!\]])\[(?P<text>[^\[\]\n]{1,200})(?<!\\)\]\[(?P<ref>[^\[\]\n]{0,80})\]")
_DEFINITION = re.compile(r"^ {0,3}\[([^\]\n^][^\]\n]*)\]:", re.MULTILINE)
_ITEM = re.compile(r"^ {0,3}\(?(?P<number>\d{1,9}|[a-z])[.)][ \t]+\S")
_BORDER = re.compile(r"[ \t]*\+(?:[-=:]+\+)+[ \t]*$")
_PATH = re.compile(r"(?<!\w)[A-Za-z]:(?:\\\w+)*\\(?:[^\w\n\\]|_|$)|(?<![\\\w])\\\\\w[\w.-]*\\\w+", re.MULTILINE)
_BLOCK_TAG = re.compile(r"(?i)(?<!\\)</?(?:div|section|article|aside|p|ul|ol|li|dl|table|blockquote|pre|figure|h[1-6])\b[^>|]*>")
_TAG_IN_BRACKETS = re.compile(r"(?<!\\)\[(?:[^\[\]\n]|\n(?!\n)){0,400}?(?P<tag>" + _BLOCK_TAG.pattern.removeprefix("(?i)")
                              + r")(?:[^\[\]\n]|\n(?!\n)){0,400}(?<!\\)\][({\[]", re.IGNORECASE)  # fmt: skip
_RULE_LINE = re.compile(r"^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:(?:\|[ \t]*:?-+:?[ \t]*)+\|?|\|)[ \t]*$")


def unclosed(view: View) -> Iterator[Diagnostic]:
    """A fence or a ::: that runs to the end of the file takes the rest with it."""
    for source, masked in view.texts():
        for first, _last, closed in fences(source.text):
            if not closed:
                yield Diagnostic("M001", "the code block opened here is never closed",
                                 Position(source.path, first + 1), "add a line of ``` after it")  # fmt: skip
        open_divs: list[int] = []
        for match in _DIV.finditer(masked) if ":::" in masked else ():
            if match["rest"].strip():
                open_divs.append(match.start())
            elif open_divs:
                open_divs.pop()
            else:
                yield Diagnostic("M002", "::: closes nothing here", source.at(match.start()),
                                 "remove it, or open the block with ::: {.name}")  # fmt: skip
        for offset in open_divs:
            yield Diagnostic("M002", "the ::: block opened here is never closed",
                             source.at(offset), "add a line ::: after it")  # fmt: skip


def lost_metadata(view: View) -> Iterator[Diagnostic]:
    """A section's file holds text only: metadata belongs to book.yaml."""
    for source, masked in view.texts():
        for match in _YAML.finditer(masked) if masked.startswith("---") or "\n---" in masked else ():
            key = match["body"].strip().partition(":")[0]
            yield Diagnostic("M003", f"a block of metadata (`{key}`) in a section", source.at(match.start()),
                             "move it to manuscript/book.yaml")  # fmt: skip
        if masked.startswith("% "):
            yield Diagnostic("M004", "a title block (%) in a section", Position(source.path),
                             "begin with `# Title`; the book's title stands in book.yaml")  # fmt: skip


def lost_markup(view: View) -> Iterator[Diagnostic]:
    """A raw block for one format would be missing in the others."""
    for source, masked in view.texts():
        for match in _RAW.finditer(masked) if "{=" in masked else ():
            yield Diagnostic("M005", f"raw text for one format ({match[0]})",
                             source.at(match.start()), "write it in Markdown")  # fmt: skip
        for first, _last, _ in fences(source.text):
            line = source.text.split("\n")[first]
            if _RAW.search(line):
                yield Diagnostic("M005", f"a raw block for one format: {line.strip()}",
                                 Position(source.path, first + 1), "write it in Markdown")  # fmt: skip


def literal_brackets(view: View) -> Iterator[Diagnostic]:
    """`[text][ref]` that is still in the text after reading names no link."""
    for section in view.book.sections:
        written = view.reports[section.source.path].masked
        if "][" not in written:
            continue
        if not any("][" in text for text in bare_words((section.title, section.blocks), {Text})):
            continue
        found = list(_BRACKETS.finditer(written))
        defined = {name.casefold() for name in _DEFINITION.findall(written)}
        for match in found:
            name = " ".join((match["ref"] or match["text"]).split())
            if name.casefold() not in defined:
                yield Diagnostic("M006", f"{match[0]} names no link", section.source.at(match.start()),
                                 f"add a line [{name}]: address, or write \\[ for a bracket")  # fmt: skip


def renumbered_lists(view: View) -> Iterator[Diagnostic]:
    """`5. 7. 9.` would be printed 5, 6, 7; `1. 1. 1.` is a common way to let it count."""
    for source, masked in view.texts():
        run: list[tuple[int, int]] = []
        for number, line in enumerate([*masked.split("\n"), ""], start=1):
            match = _ITEM.match(line)
            if match:
                name = match["number"]
                run.append((number, int(name) if name.isdigit() else ord(name) - ord("a") + 1))
            elif run and line.strip() and not line.startswith((" ", "\t")):
                run = []
            if len(run) > 1 and match:
                (_, before), (_, now) = run[-2:]
                first = run[0][1]
                if now not in (before + 1, first, 1, 0):
                    said = [str(n) if match["number"].isdigit() else chr(96 + n) for n in (now, before, before + 1)]
                    yield Diagnostic("M007", f"{said[0]}. after {said[1]}. would be printed {said[2]}.",
                                     Position(source.path, number),
                                     "number the items one by one", Severity.ERROR)  # fmt: skip
                    run = []


def table_rows(view: View) -> Iterator[Diagnostic]:
    """A row with more cells than its table's head loses the rest; one with fewer may have lost some."""
    for source, masked in view.texts():
        lines = masked.split("\n")
        for index, line in enumerate(lines):
            if index == 0 or "|" not in line or not _RULE_LINE.match(line) or "|" not in lines[index - 1]:
                continue
            columns = _cells(line)
            for offset, row in ((index, lines[index - 1]), *enumerate(lines[index + 1 :], start=index + 2)):
                if "|" not in row:
                    break
                if match := _BLOCK_TAG.search(row):
                    yield Diagnostic("M011", f"{match[0]} in a cell: what follows it would be lost",
                                     Position(source.path, offset, match.start() + 1),
                                     "keep blocks of HTML out of tables, or write \\< for the sign")  # fmt: skip
                if (count := _cells(row)) != columns:
                    said = f"{count} cell{'s' * (count != 1)} in a table of {columns} column{'s' * (columns != 1)}"
                    hint = "write \\| for a bar in the text" if count > columns else "write | | for an empty cell"
                    yield Diagnostic("M008", said, Position(source.path, offset), hint)


def blocks_in_brackets(view: View) -> Iterator[Diagnostic]:
    """A block of HTML inside a link ends it for pandoc, and what follows in the brackets is gone."""
    for source, masked in view.texts():
        for match in _TAG_IN_BRACKETS.finditer(masked) if "<" in masked else ():
            yield Diagnostic("M012", f"{match['tag']} inside brackets: what follows it would be lost",
                             source.at(match.start("tag")), "move it out of the link, or write \\< for the sign")  # fmt: skip


def _cells(row: str) -> int:
    inner = re.sub(r"\\\|", "  ", row.strip())
    return inner.removeprefix("|").removesuffix("|").count("|") + 1


def grid_tables(view: View) -> Iterator[Diagnostic]:
    """A grid whose lines do not meet is no table for pandoc: its drawing would be printed."""
    for source, masked in view.texts():
        lines = masked.split("\n")
        at = 0
        while at < len(lines):
            if not _BORDER.match(lines[at]):
                at += 1
                continue
            end = at
            while end < len(lines) and lines[end].strip()[:1] in ("+", "|"):
                end += 1
            yield from _grid(source.path, at, [line.strip() for line in lines[at:end]])
            at = end


def _grid(path: str, first: int, rows: list[str]) -> Iterator[Diagnostic]:
    width = _columns(rows[0])
    for number, row in enumerate(rows, start=first + 1):
        if _columns(row) != width or row[-1] not in "+|":
            yield Diagnostic("M009", "this line of a grid table does not end where the others do",
                             Position(path, number), "let + and | stand under one another")  # fmt: skip
            return
    if not _BORDER.match(rows[-1]):
        yield Diagnostic("M009", "the grid table that begins here has no line +---+ at its end",
                         Position(path, first + 1), f"add {rows[0][:40]}")  # fmt: skip


def _columns(row: str) -> int:
    """The width of a line on the screen, where an East Asian character takes two columns."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else not unicodedata.combining(c) for c in row)


def lost_backslashes(view: View) -> Iterator[Diagnostic]:
    """`C:\\ ` and `\\\\host`: a backslash that Markdown takes for itself."""
    for source, masked in view.texts():
        for match in _PATH.finditer(masked) if "\\" in masked else ():
            yield Diagnostic("M010", f"a backslash of {match[0].strip()} would not be printed",
                             source.at(match.start()), "write each backslash twice, or put the path in `code`")  # fmt: skip
