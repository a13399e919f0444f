"""Colour spaces (ISO 32000-1, 8.6): what a colour is given in, and the ink it lays down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pikepdf
from pikepdf import Array, Dictionary, Name, Object

_DEVICE = {"/DeviceGray": 1, "/DeviceRGB": 3, "/DeviceCMYK": 4, "/G": 1, "/RGB": 3, "/CMYK": 4}
_LONG = {"/G": "DeviceGray", "/RGB": "DeviceRGB", "/CMYK": "DeviceCMYK", "/I": "Indexed"}
_DEEPEST = 6

Inks = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Space:
    """A colour space: its family, how many values it takes, and what it is built on.

    `names` are the colorants of Separation and DeviceN; `base` that of Indexed, the alternate
    of ICCBased, Separation and DeviceN.
    """

    family: str
    values: int
    names: tuple[str, ...] = ()
    base: Space | None = None

    def shown(self) -> str:
        """The space for a message: ICCBased (3 values), Separation Gold."""
        if self.names:
            return f"{self.family} {', '.join(self.names)}"
        if self.family == "ICCBased":
            return f"ICCBased ({self.values} values)"
        return f"Indexed {self.base.shown()}" if self.family == "Indexed" and self.base else self.family

    def device(self) -> str:
        """The family a printer's rule is about: that of the base of an Indexed space."""
        return self.base.device() if self.family == "Indexed" and self.base else self.family


GREY = Space("DeviceGray", 1)
PATTERN = Space("Pattern", 0)


def space_of(value: Object | None, resources: Object | None, depth: int = 0) -> Space:
    """The space of a name or an array; an unknown one keeps its own name."""
    if value is None or depth > _DEEPEST:
        return Space("unknown", 0)
    if isinstance(value, Name):
        name = str(value)
        if name in _DEVICE:
            return Space(_LONG.get(name, name[1:]), _DEVICE[name])
        if name == "/Pattern":
            return PATTERN
        named = _resource(resources, "/ColorSpace", name)
        return space_of(named, resources, depth + 1) if named is not None else Space(name[1:], 0)
    if not isinstance(value, Array) or not len(value):
        return Space("unknown", 0)
    family = _LONG.get(str(value[0]), str(value[0])[1:])
    if family == "ICCBased" and len(value) > 1 and isinstance(value[1], pikepdf.Stream):
        return Space(family, int(value[1].get("/N", 0)))
    if family == "Indexed" and len(value) > 1:
        return Space(family, 1, (), space_of(value[1], resources, depth + 1))
    if family == "Separation" and len(value) > 2:
        return Space(family, 1, (str(value[1])[1:],), space_of(value[2], resources, depth + 1))
    if family == "DeviceN" and len(value) > 2:
        names = tuple(str(n)[1:] for n in value[1])
        return Space(family, len(names), names, space_of(value[2], resources, depth + 1))
    if family == "Pattern":
        return PATTERN
    if family in ("Lab", "CalRGB"):
        return Space(family, 3)
    return Space(family, _DEVICE.get(f"/{family}", 1))


def _resource(resources: Object | None, kind: str, name: str) -> Object | None:
    found = resources.get(kind) if isinstance(resources, Dictionary) else None
    return found.get(name) if isinstance(found, Dictionary) else None


resource = _resource
_PROCESS = {"Cyan": 0, "Magenta": 1, "Yellow": 2, "Black": 3}


def inks_of(space: Space, values: Sequence[float]) -> Inks | None:
    """The four inks of a colour; None where they depend on the printer's conversion.

    A spot colour counts as one more ink, told in `total`.
    """
    if len(values) < max(1, space.values):
        return None
    if space.family == "DeviceCMYK" or (space.family == "ICCBased" and space.values == 4):
        return values[0], values[1], values[2], values[3]
    if space.family in ("DeviceGray", "CalGray") or (space.family == "ICCBased" and space.values == 1):
        return 0.0, 0.0, 0.0, 1.0 - values[0]
    if space.family in ("Separation", "DeviceN"):
        out = [0.0, 0.0, 0.0, 0.0]
        for name, value in zip(space.names, values, strict=False):
            if name == "All":
                return (value,) * 4
            if name in _PROCESS:
                out[_PROCESS[name]] += value
        return out[0], out[1], out[2], out[3]
    return None


def total(space: Space, values: Sequence[float]) -> float | None:
    """The sum of all inks of a colour, spot colours too, from 0; None where it is not known."""
    inks = inks_of(space, values)
    if inks is None:
        return None
    spots = sum(v for n, v in zip(space.names, values, strict=False) if n not in _PROCESS and n not in ("All", "None"))
    return sum(inks) + spots
