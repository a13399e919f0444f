"""What the preflight says: a finding with its page and place, what is asked, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Weight(Enum):
    """How much a finding weighs.

    An error is what the service says it does not take; UNPROVED is what cannot be known from
    the file with what there is; a warning is left to a person's eye.
    """

    ERROR = "error"
    UNPROVED = "not proved"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding; `page` counts from 1, 0 is the file; `place` is "" where the page is enough."""

    code: str
    found: str
    asks: str
    mend: str
    page: int = 0
    place: str = ""
    weight: Weight = Weight.ERROR

    def where(self) -> str:
        """Page and place for a person."""
        if not self.page:
            return self.place or "the file"
        return f"page {self.page}, {self.place}" if self.place else f"page {self.page}"

    def as_data(self) -> dict[str, object]:
        """The finding for machines (`--json`)."""
        return {"code": self.code, "weight": self.weight.value, "page": self.page or None,
                "place": self.place or None, "found": self.found, "asks": self.asks, "mend": self.mend}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one rule said; `asked` is false where the service asks nothing of the kind."""

    rule: str
    asked: bool
    findings: tuple[Finding, ...] = ()
