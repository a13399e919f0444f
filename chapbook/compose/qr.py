"""Codes a camera reads (ISO/IEC 18004): drawn as black squares in millimetres, for print.

The address always stands beside a code in print; a code adds nothing a reader cannot type.
"""

from __future__ import annotations

from chapbook.office import office


def modules(text: str, level: str) -> tuple[tuple[bool, ...], ...]:
    """The code's modules, row by row, true where black; without its quiet zone.

    `level` is L, M, Q or H: 7, 15, 25 or 30 percent of the code may be lost.
    """
    import segno  # few books have a code

    code = segno.make_qr(text, error=level, boost_error=False)
    return tuple(tuple(bool(cell) for cell in row) for row in code.matrix)


def qr_svg(text: str, *, copied: bool) -> str:
    """A code with its quiet zone as SVG; its size is given in millimetres.

    `copied` is for a sheet that will be photocopied: more of it may then be lost.
    """
    numbers = office()
    quiet = numbers.quiet_modules
    rows = modules(text, numbers.level_copied if copied else numbers.level_clean)
    side = len(rows) + 2 * quiet
    path = "".join(
        f"M{x + quiet} {y + quiet}h{length}v1h-{length}z"
        for y, row in enumerate(rows)
        for x, length in _runs(row)
    )
    size = f"{side * numbers.module_mm:g}mm"
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
