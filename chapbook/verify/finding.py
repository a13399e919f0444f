"""The form of a finding about a finished file: the fault is the toolchain's, not the author's."""

from __future__ import annotations

from chapbook.diagnostics import Diagnostic, Position

HINT = "this is a fault of the toolchain: report it"


def fault(code: str, message: str, edition: str, place: Position | None = None) -> Diagnostic:
    """A finding about one edition's file; `place` is in the manuscript, None where none is meant."""
    return Diagnostic(code, f"{message} ({edition})", place, HINT)
