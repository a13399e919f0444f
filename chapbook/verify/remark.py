"""What a validator of others says of a file: a place in it and a finding."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark: `place` is as near as the tool names it (file:line:column, a selector, a page),
    "" when it names none; `code` is the tool's own name of its rule; `hint` is "" without one."""

    place: str
    code: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        head = f"{self.place}: " if self.place else ""
        return f"{head}{self.code}: {self.message}"

    def as_data(self) -> dict[str, str]:
        """The remark for machines (`--json`)."""
        return {"place": self.place, "code": self.code, "message": self.message, "hint": self.hint}
