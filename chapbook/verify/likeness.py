"""Whether two pictures show the same, where their colours may not be the same.

A print PDF has its pictures in inks, through a profile and coded anew; pixel for pixel they are
other pictures. What stays is where it is light and where it is dark: both are brought down to
few points of light, and these must rise and fall together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_POINTS = 24  # across and down
_TOGETHER = 0.9  # least correlation; the same picture through a profile has 0.97 and more
_FLAT = 3.0  # standard deviation (of 255) under which a picture has nothing that rises and falls


@dataclass(frozen=True, slots=True)
class Likeness:
    """The size of a picture in pixels, and its lights row by row (0 to 255)."""

    size: tuple[int, int]
    lights: bytes


def likeness(picture: Any) -> Likeness:
    """Of a Pillow image; what is transparent lies on white paper."""
    from PIL import Image

    flat = picture
    if picture.mode in ("P", "LA", "PA", "RGBA"):
        whole = picture.convert("RGBA")
        flat = Image.new("RGB", picture.size, (255, 255, 255))
        flat.paste(whole, mask=whole.getchannel("A"))
    small = flat.convert("RGB").convert("L").resize((_POINTS, _POINTS), Image.Resampling.BOX)
    return Likeness(picture.size, small.tobytes())


def alike(one: Likeness, other: Likeness) -> bool:
    """Whether both show the same: one size, and lights that rise and fall together."""
    if one.size != other.size:
        return False
    ours, theirs = _centred(one.lights), _centred(other.lights)
    spread = [(sum(v * v for v in values) / len(values)) ** 0.5 for values in (ours, theirs)]
    if min(spread) < _FLAT:
        return bool(max(spread) < 2 * _FLAT)
    together = sum(a * b for a, b in zip(ours, theirs, strict=True)) / len(ours)
    return bool(together >= _TOGETHER * spread[0] * spread[1])


def _centred(lights: bytes) -> list[float]:
    mean = sum(lights) / len(lights)
    return [value - mean for value in lights]
