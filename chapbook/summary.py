"""What a build made, as the report tells it: no text of the book, so that it can be kept."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from chapbook.diagnostics import Diagnostic

if TYPE_CHECKING:
    from chapbook.model import Artifact
    from chapbook.pipeline import Result


@dataclass(frozen=True, slots=True)
class Made:
    """One file: as `Artifact`, with its size in bytes and SHA-256 for its data.

    `listed` is whether the report names it; the records of a build are not named.
    """

    name: str
    edition: str
    media_type: str
    extent: int
    unit: Literal["pages", "sides", "documents", "claims", "editions"]
    standard: str
    size: int
    sha256: str
    listed: bool = True


@dataclass(frozen=True, slots=True)
class Summary:
    """What the report says of a build.

    `counts` are sections, notes, claims and sources; `claims` counts by verdict; `coverage` is
    `Coverage` as data, None without one.
    """

    made: tuple[Made, ...]
    diagnostics: tuple[Diagnostic, ...]
    counts: tuple[tuple[str, int], ...]
    claims: Mapping[str, int] = field(default_factory=dict)
    coverage: Mapping[str, object] | None = None


def summary_of(result: Result, records: tuple[Artifact, ...] = ()) -> Summary:
    """The summary of a build, and of the records that were published with it."""
    book = result.book
    counts = (("sections", len(book.sections)), ("notes", len(book.notes)), ("claims", len(book.claims)),
              ("sources", len(book.items)))  # fmt: skip
    claims = {v.key: sum(c.verdict == v for c in book.claims) for v in book.verdicts}
    coverage = dataclasses.asdict(result.coverage) if result.coverage else None
    made = tuple(_made(a, True) for a in result.artifacts) + tuple(_made(a, False) for a in records)
    return Summary(made, result.diagnostics, counts, claims, coverage)


def _made(artifact: Artifact, listed: bool) -> Made:
    return Made(artifact.name, artifact.edition, artifact.media_type, artifact.extent, artifact.unit,
                artifact.standard, len(artifact.data),
                hashlib.sha256(artifact.data).hexdigest(), listed)  # fmt: skip
