"""`manuscript/sources.lock`: what was seen of each source, for builds that never ask the network.

    {"version": 1, "sources": {"yonhap-2020": {"url": …, "seen": "2026-11-24", …}}}

JSON with sorted keys, so that a change of one source is a change of a few lines.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from chapbook.diagnostics import Diagnostic, Position
from chapbook.errors import ManuscriptError

NAME = "manuscript/sources.lock"


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a source's address; "" and 0 where nothing is.

    `status` is the last answer (HTTP), 0 when none came; `problem` says why in words. `moved`
    is where the address leads now, `archive` an archived copy the editors chose, `proposed`
    one that an archive offered. `snapshot` is a kept copy, relative to the book, with its
    SHA-256 in hexadecimal. `seen` is the last day it answered, or the month a stored copy of it
    was read; `asked` the last day it was asked (ISO 8601).
    """

    url: str = ""
    status: int = 0
    problem: str = ""
    moved: str = ""
    archive: str = ""
    proposed: str = ""
    snapshot: str = ""
    sha256: str = ""
    seen: str = ""
    asked: str = ""


_NAMES = {f.name for f in fields(Seen)}


def parse_lock(text: str, path: str = NAME) -> dict[str, Seen]:
    """The sources of a lock by citekey.

    Raises: ManuscriptError (B011) when it is none.
    """
    try:
        data = json.loads(text)
        sources = data["sources"]
        return {key: _seen(entry) for key, entry in sources.items()}
    except json.JSONDecodeError as error:
        place = Position(path, error.lineno, error.colno)
        raise ManuscriptError([_broken(f"not valid JSON: {error.msg}", place)]) from error
    except ValueError as error:
        raise ManuscriptError([_broken(f"not a lock of sources: {error}", Position(path))]) from error
    except (KeyError, TypeError, AttributeError) as error:
        raise ManuscriptError([_broken("not a lock of sources", Position(path))]) from error


def _seen(entry: Mapping[str, Any]) -> Seen:
    unknown = sorted(set(entry) - _NAMES)
    if unknown:
        raise ValueError(f"unknown key `{unknown[0]}`")
    for name, value in entry.items():
        if not isinstance(value, int if name == "status" else str):
            raise ValueError(f"`{name}` has the wrong type")
    return Seen(**entry)


def _broken(message: str, place: Position) -> Diagnostic:
    return Diagnostic("B011", message, place, "restore it, or delete it and run `chapbook sources check`")


def format_lock(sources: Mapping[str, Seen]) -> str:
    """A lock as text; empty fields are left out."""
    data = {key: {n: v for n, v in asdict(seen).items() if v} for key, seen in sources.items()}
    return json.dumps({"version": 1, "sources": data}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def load_lock(root: Path) -> dict[str, Seen]:
    """The lock of a book; empty when there is none. Raises: ManuscriptError."""
    path = root / NAME
    return parse_lock(path.read_text("utf-8")) if path.is_file() else {}
