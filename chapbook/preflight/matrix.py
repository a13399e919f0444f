"""Matrices and rectangles of PDF (ISO 32000-1, 8.3.3), in points."""

from __future__ import annotations

import math

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]  # left, bottom, right, top

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def times(m: Matrix, n: Matrix) -> Matrix:
    """First `m`, then `n`: how `cm` and `Do` put a matrix before the current one."""
    return (
        m[0] * n[0] + m[1] * n[2], m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2], m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4], m[4] * n[1] + m[5] * n[3] + n[5],
    )  # fmt: skip


def through(m: Matrix, box: Box) -> Box:
    """The upright box around a box that went through a matrix."""
    corners = [(x * m[0] + y * m[2] + m[4], x * m[1] + y * m[3] + m[5])
               for x in (box[0], box[2]) for y in (box[1], box[3])]  # fmt: skip
    xs, ys = [c[0] for c in corners], [c[1] for c in corners]
    return min(xs), min(ys), max(xs), max(ys)


def across(m: Matrix) -> float:
    """How long a unit along x becomes."""
    return math.hypot(m[0], m[1])


def upright(m: Matrix) -> float:
    """How long a unit along y becomes."""
    return math.hypot(m[2], m[3])
