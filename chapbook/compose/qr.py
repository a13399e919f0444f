"""Codes a camera reads (ISO/IEC 18004): drawn as black squares in millimetres, for print.

The address always stands beside a code in print; a code adds nothing a reader cannot type.
"""

from __future__ import annotations

from typing import Literal

import segno

MODULE_MM = 0.495  # a module well above the least a copied page keeps (0.396)
QUIET = 4  # modules of white on every side

Level = Literal["L", "M", "Q", "H"]


def modules(text: str, level: Level) -> tuple[tuple[bool, ...], ...]:
    """The code's modules, row by row, true where black; without its quiet zone."""
    code = segno.make_qr(text, error=level, boost_error=False)
    return tuple(tuple(bool(cell) for cell in row) for row in code.matrix)


def qr_svg(text: str, level: Level) -> str:
    """A code with its quiet zone as SVG; its size is given in millimetres."""
    rows = modules(text, level)
    side = len(rows) + 2 * QUIET
    path = "".join(
        f"M{x + QUIET} {y + QUIET}h{length}v1h-{length}z"
        for y, row in enumerate(rows)
        for x, length in _runs(row)
    )
    size = f"{side * MODULE_MM:g}mm"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="{size}" height="{size}">'
        f'<path d="{path}" fill="#000000"/></svg>'
    )


def _runs(row: tuple[bool, ...]) -> list[tuple[int, int]]:
    """Where black begins in a row, and how many modules it lasts."""
    runs: list[tuple[int, int]] = []
    for x, black in enumerate(row):
        if not black:
            continue
        if runs and sum(runs[-1]) == x:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((x, 1))
    return runs
