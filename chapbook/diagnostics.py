"""Findings about the author's text: data with a place, never exceptions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Severity(Enum):
    """How much a finding weighs: an error stops the build, a warning is listed."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a file: path relative to the book, POSIX; line and column from 1."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: a stable code, what is wrong, where, and how to mend it.

    `position` is None only where no file is concerned (a tool's own finding).
    """

    code: str
    message: str
    position: Position | None = None
    hint: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        place = f"{self.position}: " if self.position else ""
        head = f"{place}{self.severity.value} {self.code}: {self.message}"
        return f"{head}\n  hint: {self.hint}" if self.hint else head

    def as_data(self) -> dict[str, object]:
        """The finding for machines (`--json`)."""
        where = self.position
        return {
            "code": self.code,
            "severity": self.severity.value,
            "message": self.message,
            "hint": self.hint or None,
            "path": where.path if where else None,
            "line": where.line if where else None,
            "column": where.column if where else None,
        }


def from_data(data: Mapping[str, Any]) -> Diagnostic:
    """A finding read back from `as_data`."""
    place = Position(data["path"], data["line"], data["column"]) if data["path"] else None
    return Diagnostic(data["code"], data["message"], place, data["hint"] or "", Severity(data["severity"]))


def errors(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Those findings that stop a build."""
    return tuple(d for d in found if d.severity is Severity.ERROR)


def in_order(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Findings without repeats, by place in the manuscript, then code."""
    unique = dict.fromkeys(found)
    return tuple(sorted(unique, key=lambda d: (d.position or Position("~"), d.code, d.message)))
