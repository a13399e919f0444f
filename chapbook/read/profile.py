"""The printing condition a book names, and its ICC profile: from a file, or a known place."""

from __future__ import annotations

from pathlib import Path

from chapbook import printing
from chapbook.config import Project
from chapbook.diagnostics import Diagnostic, Position
from chapbook.printing import Condition, Printing
from chapbook.yamltext import Value


def read_printing(project: Project, found: list[Diagnostic]) -> Printing:
    """What `press-condition` and `press-profile` of book.yaml say.

    A profile that is named must be there; one that is not named is used where it is found.
    """
    named = str(project.options.get("press-condition") or "")
    condition = printing.conditions()[named or printing.STANDARD]
    value = project.options.get("press-profile")
    if not isinstance(value, Value):
        path = printing.installed(condition)
        return Printing(condition, _usable(path, found) if path else None)
    file, place = str(value.data), value.position
    path = next((p for p in _candidates(project, file) if p.is_file()), None)
    if path is None:
        found.append(Diagnostic("C011", f"the profile {file} is not there", place,
                                f"give its path, or leave the key out; {printing.install_hint()}"))  # fmt: skip
        return Printing(condition)
    profile = _usable(path, found, place)
    known = printing.condition_of(path.name)
    if not named and profile is not None:
        condition = known or Condition(printing.CUSTOM, printing.profile_name(profile))
    return Printing(condition, profile)


def profile_in_book(project: Project) -> str:
    """The profile's file relative to the book's folder, "" where the book has none of its own."""
    value = project.options.get("press-profile")
    if not isinstance(value, Value):
        return ""
    path = next((p for p in _candidates(project, str(value.data)) if p.is_file()), None)
    return path.relative_to(project.root).as_posix() if path and path.is_relative_to(project.root) else ""


def _candidates(project: Project, file: str) -> tuple[Path, ...]:
    """Beside book.yaml, in the book's folder, or where an absolute path says."""
    return (project.root / "manuscript" / file, project.root / file)


def _usable(path: Path, found: list[Diagnostic], place: Position | None = None) -> bytes | None:
    """The profile's bytes; a fault is told where the author named the file."""
    try:
        with path.open("rb") as file:
            data = file.read(printing.MAX_BYTES + 1)
    except OSError as error:
        fault = f"it cannot be read ({error.strerror})"
    else:
        fault = printing.fault_of(data)
        if not fault:
            return data
    if place is not None:
        found.append(Diagnostic("C011", f"the profile {path.name} cannot be used: {fault}", place,
                                "name a CMYK output profile (.icc) of your printer"))  # fmt: skip
    return None
