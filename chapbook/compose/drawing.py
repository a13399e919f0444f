"""Filled outlines in millimetres: the marks of the verdicts, as SVG and as pixels.

Cover and chart are made of these, so that no font and no engine's strokes are needed where a
drawing goes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from chapbook.compose.style import number

if TYPE_CHECKING:
    from PIL.Image import Image as PixelImage

_CIRCLE = 0.5522847498  # how far the handles of a quarter circle reach

Segment = tuple[str, tuple[float, ...]]  # M, L, C or Z and its coordinates


@dataclass(frozen=True, slots=True)
class Shape:
    """A filled outline in millimetres from the top left of the trim; even-odd fill."""

    segments: tuple[Segment, ...]


# ── marks ────────────────────────────────────────────────────────────────────


def mark_shapes(kind: str, x: float, y: float, styles: Path, scale: float) -> Iterator[Shape]:
    """A verdict's mark around a point; its measures are the cover's, times `scale`."""

    def mm(name: str) -> float:
        return number(styles, "cover_mm", name) * scale

    radius = mm("mark-radius")
    if kind == "disc":
        yield Shape(_circle(x, y, radius))
    elif kind == "cross":
        for angle in (45, -45):
            yield Shape(_bar(x, y, mm("cross-reach") * math.sqrt(2), mm("cross-bar") / 2, angle))
    elif kind == "dash":
        yield Shape(_bar(x, y, radius, mm("cross-bar") / 2, 0))
    elif kind == "square":
        side = radius * 0.886  # as much ink as the ring
        yield Shape((*_bar(x, y, side, side, 0), *_bar(x, y, side - mm("mark-ring"), side - mm("mark-ring"), 0)))
    else:
        inner = radius - mm("mark-ring")
        yield Shape((*_circle(x, y, radius), *_circle(x, y, inner)))
        if kind == "half":
            yield Shape(_half(x, y, inner))


def _circle(x: float, y: float, r: float) -> tuple[Segment, ...]:
    k = r * _CIRCLE
    return (
        ("M", (x + r, y)),
        ("C", (x + r, y + k, x + k, y + r, x, y + r)),
        ("C", (x - k, y + r, x - r, y + k, x - r, y)),
        ("C", (x - r, y - k, x - k, y - r, x, y - r)),
        ("C", (x + k, y - r, x + r, y - k, x + r, y)),
        ("Z", ()),
    )


def _half(x: float, y: float, r: float) -> tuple[Segment, ...]:
    """The left half of a disc; a hair wider, so that no light falls between it and its ring."""
    r *= 1.02
    k = r * _CIRCLE
    return (
        ("M", (x, y + r)),
        ("C", (x - k, y + r, x - r, y + k, x - r, y)),
        ("C", (x - r, y - k, x - k, y - r, x, y - r)),
        ("Z", ()),
    )


def _bar(x: float, y: float, reach: float, half: float, angle: float) -> tuple[Segment, ...]:
    turn = math.radians(angle)
    cos, sin = math.cos(turn), math.sin(turn)
    corners = [(-reach, -half), (reach, -half), (reach, half), (-reach, half)]
    points = [(x + a * cos - b * sin, y + a * sin + b * cos) for a, b in corners]
    return (("M", points[0]), *(("L", p) for p in points[1:]), ("Z", ()))


def scaled(shape: Shape, scale: float) -> Shape:
    """A shape larger or smaller, from the origin."""
    if scale == 1:
        return shape
    return Shape(tuple((op, tuple(v * scale for v in p)) for op, p in shape.segments))


def svg_path(shape: Shape) -> str:
    """A shape as the data of an SVG path."""
    return "".join(op + " ".join(f"{v:.3f}" for v in p) for op, p in shape.segments)


def ink_in(ink: PixelImage, polygons: list[list[tuple[float, float]]]) -> None:
    """Add one even-odd shape to a bitmap: drawn twice as large, as its polygons are, and brought down in the box it stands in.

    A pixel has 0 to 255 in steps of a quarter, by how many of its four are in the shape.
    """
    from PIL import Image, ImageChops, ImageDraw

    if not polygons:
        return
    xs, ys = zip(*(point for polygon in polygons for point in polygon), strict=True)
    left, top = 2 * math.floor(min(xs) / 2), 2 * math.floor(min(ys) / 2)
    size = (2 * math.ceil((max(xs) - left) / 2) + 2, 2 * math.ceil((max(ys) - top) / 2) + 2)
    shape = Image.new("1", size, 0)
    for polygon in polygons:
        piece = Image.new("1", size, 0)
        ImageDraw.Draw(piece).polygon([(x - left, y - top) for x, y in polygon], fill=1)
        shape = ImageChops.logical_xor(shape, piece)
    drawn = shape.convert("L").reduce(2)
    at = left // 2, top // 2
    ink.paste(ImageChops.add(ink.crop((*at, at[0] + drawn.width, at[1] + drawn.height)), drawn), at)


def polygons(shape: Shape, scale: float) -> Iterator[list[tuple[float, float]]]:
    """A shape as polygons, curves in eight steps."""
    points: list[tuple[float, float]] = []
    for op, p in shape.segments:
        if op == "Z":
            if len(points) > 2:
                yield [(x * scale, y * scale) for x, y in points]
            points = []
        elif op == "C":
            x0, y0 = points[-1]
            for step in range(1, 9):
                t = step / 8
                u = 1 - t
                a, b, c, d = u**3, 3 * u * u * t, 3 * u * t * t, t**3
                points.append((a * x0 + b * p[0] + c * p[2] + d * p[4],
                               a * y0 + b * p[1] + c * p[3] + d * p[5]))  # fmt: skip
        else:
            points.append((p[0], p[1]))
