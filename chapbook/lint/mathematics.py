"""Rule about mathematics: what the pages cannot draw."""

from __future__ import annotations

from collections.abc import Iterator

from chapbook import mathematics
from chapbook.diagnostics import Diagnostic
from chapbook.lint.view import View
from chapbook.tree import Math


def drawable(view: View) -> Iterator[Diagnostic]:
    """A formula with a character the font of the drawings lacks, or one that cannot be drawn."""
    for section, node in view.each(Math):
        if not node.mathml:
            continue
        problem = ""
        if missing := mathematics.lacking(node.mathml):
            problem = f"no glyph for {missing[0]} U+{ord(missing[0]):04X}"
        else:
            try:
                mathematics.drawn(node.mathml)
            except ValueError as error:
                problem = str(error)
        if problem:
            yield Diagnostic("E002", f"the formula {mathematics.said(node.tex)[:60]} cannot be drawn: {problem}",
                             view.place(section, node.tex), "write it with other commands, or in words")  # fmt: skip
