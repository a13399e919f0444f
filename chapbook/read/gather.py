"""Step 2, gather: the manuscript's files in reading order, as clean text.

Only regular files of the book's own folder are read. Line ends become LF and a byte-order
mark goes; everything else in a file is kept, or the file is refused with its place.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from chapbook.config import Project
from chapbook.diagnostics import Diagnostic, Position, Severity
from chapbook.errors import ConfigurationError
from chapbook.model import Source
from chapbook.textfile import read_text

# What editors, file managers and sync tools leave behind; listed, never published.
_LEFTOVER = re.compile(r"^(\.|#)|~$|\.(swp|bak|orig|tmp)$|conflicted copy|\.sync-conflict-")


def gather(project: Project) -> tuple[tuple[Source, ...], tuple[Diagnostic, ...]]:
    """The Markdown files of `project` in reading order, and what is wrong with them.

    Raises: ConfigurationError when `manuscript/` is not a folder.
    """
    folder = project.root / "manuscript"
    if not folder.is_dir():
        raise ConfigurationError("manuscript/ is not there", hint="choose the book with --book DIR")
    found: list[Diagnostic] = []
    names = project.files or _in_name_order(folder, found)
    sources = []
    for name in names:
        path = f"manuscript/{name}"
        if project.files and not (folder / name).is_file():
            found.append(Diagnostic("F001", f"{path} is listed in book.yaml and not there",
                                    Position("manuscript/book.yaml"), "mend `files`"))  # fmt: skip
            continue
        text = read_text(project.root, path, found)
        if text is not None:
            sources.append(Source(path, text))
    if not sources and not found:
        found.append(Diagnostic("F002", "the manuscript has no section", Position("manuscript"),
                                "add a file such as manuscript/01-first.md"))  # fmt: skip
    return tuple(sources), tuple(found)


def _in_name_order(folder: Path, found: list[Diagnostic]) -> tuple[str, ...]:
    names: list[str] = []
    seen: dict[str, str] = {}
    for name in sorted(path.name for path in folder.iterdir()):
        shown = ascii(name)[1:-1] if not name.isprintable() else name
        place = Position(f"manuscript/{shown}")
        if _LEFTOVER.search(name):
            if ".md" in name:
                found.append(Diagnostic("F003", "left over by another program; not published",
                                        place, "remove it", Severity.WARNING))  # fmt: skip
            continue
        if not name.endswith(".md"):
            continue
        if name.startswith("-") or not name.isprintable() or ":" in name or "\\" in name:
            found.append(Diagnostic("F004", f"the file name {shown!r} is not safe everywhere",
                                    place, "rename it: letters, digits, - and _"))  # fmt: skip
            continue
        twin = unicodedata.normalize("NFC", name).casefold()
        if twin in seen:
            found.append(Diagnostic("F005", f"differs from {seen[twin]} only in letter case or form",
                                    place, "rename one of the two"))  # fmt: skip
            continue
        seen[twin] = name
        names.append(name)
    return tuple(names)
