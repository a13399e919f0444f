"""Printing conditions and their ICC profiles: how paper and ink of a press behave, as data.

A condition of the ICC's registry can be named in a file without its profile; a profile is
embedded where the book names one, or where one of the known places has it.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from chapbook import yamltext
from chapbook.yamltext import Value

STANDARD = "FOGRA39"  # the condition of a book that names none
CUSTOM = "Custom"  # ISO 32000-1, table 365: the condition of a profile that no registry names
MAX_BYTES = 8_000_000


@dataclass(frozen=True, slots=True)
class Condition:
    """A printing condition: its registered name, its title, the names of its profiles' files."""

    name: str
    title: str
    files: tuple[str, ...] = ()

    @property
    def registered(self) -> bool:
        """Whether the name alone says what is meant."""
        return self.name != CUSTOM


@dataclass(frozen=True, slots=True)
class Printing:
    """What a book is printed on: the condition, and its profile (None where there is none)."""

    condition: Condition
    profile: bytes | None = None


@cache
def _data() -> Mapping[str, Value]:
    text = (files("chapbook") / "printing-conditions.yaml").read_text("utf-8")
    data = yamltext.parse(text, "chapbook/printing-conditions.yaml").data
    assert isinstance(data, Mapping)
    return data


def _texts(value: Value) -> tuple[str, ...]:
    return tuple(str(piece.data) for piece in value.data) if isinstance(value.data, tuple) else ()


@cache
def conditions() -> Mapping[str, Condition]:
    """All registered conditions by name."""
    data = _data()["conditions"].data
    assert isinstance(data, Mapping)
    found = {}
    for name, value in data.items():
        assert isinstance(value.data, Mapping)
        found[name] = Condition(name, str(value.data["title"].data), _texts(value.data["files"]))
    return found


def registry() -> str:
    """The registry's name as PDF/X writes it."""
    return str(_data()["registry"].data)


def install_hint() -> str:
    """How to come by a profile."""
    return str(_data()["install"].data)


def installed(condition: Condition, folders: tuple[str, ...] | None = None) -> Path | None:
    """A profile of the condition in one of the known places, None where there is none."""
    for folder in folders if folders is not None else _texts(_data()["folders"]):
        for name in condition.files:
            path = Path(folder) / name
            if path.is_file():
                return path
    return None


def condition_of(file_name: str) -> Condition | None:
    """The condition whose profile has this name, None when no condition's has."""
    return next((c for c in conditions().values() if file_name in c.files), None)


def fault_of(profile: bytes) -> str:
    """Why these bytes are no output profile for CMYK (ICC.1:2004-10, 7.2), "" when they are."""
    if len(profile) > MAX_BYTES:
        return "it is too large for a profile"
    if len(profile) < 132 or profile[36:40] != b"acsp":
        return "it is no ICC profile"
    if int.from_bytes(profile[:4], "big") != len(profile):
        return "it is cut short or has something added"
    if profile[12:16] != b"prtr":
        return "it is not the profile of a printer (class prtr)"
    if profile[16:20] != b"CMYK":
        return "it is not for CMYK"
    if profile[8] > 4:
        return "its version is newer than 4"
    return ""


def profile_name(profile: bytes) -> str:
    """The profile's own description."""
    from PIL import ImageCms

    return str(ImageCms.ImageCmsProfile(io.BytesIO(profile)).profile.profile_description or "").strip()
