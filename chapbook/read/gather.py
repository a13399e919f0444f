"""Step 2, gather: the manuscript's files in reading order, as clean text.

Only regular files of the book's own folder are read. Line ends become LF and a byte-order
mark goes; everything else in a file is kept, or the file is refused with its place.
"""

from __future__ import annotations

import re
import stat
import unicodedata
from pathlib import Path

from chapbook.config import Project
from chapbook.diagnostics import Diagnostic, Position, Severity
from chapbook.errors import ConfigurationError
from chapbook.model import Source

# What editors, file managers and sync tools leave behind; listed, never published.
_LEFTOVER = re.compile(r"^(\.|#)|~$|\.(swp|bak|orig|tmp)$|conflicted copy|\.sync-conflict-")
_BOMS = ((b"\xff\xfe\x00\x00", "UTF-32"), (b"\x00\x00\xfe\xff", "UTF-32"),
         (b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))  # fmt: skip
# Controls, non-characters, bidi overrides (isolates are allowed) and tag characters.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\ufdd0-\ufdef\ufffe\uffff"
    "\U000e0000-\U000e007f]"
)
MAX_BYTES = 20_000_000


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


def read_text(root: Path, path: str, found: list[Diagnostic]) -> str | None:
    """The text of one file under `root`, LF line ends; None when a diagnostic says why not."""
    data = read_bytes(root, path, found)
    if data is None:
        return None
    for mark, name in _BOMS:
        if data.startswith(mark):
            found.append(Diagnostic("T001", f"the file is {name}", Position(path), "save it as UTF-8"))
            return None
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        message = f"byte 0x{data[error.start]:02X} is not UTF-8"
        place = Position(path, line, column)
        found.append(Diagnostic("T002", message, place, "save the file as UTF-8"))
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    source = Source(path, text)
    for match in _FORBIDDEN.finditer(text):
        name = unicodedata.name(match[0], "control character")
        found.append(Diagnostic("T003", f"U+{ord(match[0]):04X} ({name.lower()}) in the text",
                                source.at(match.start()), "delete it"))  # fmt: skip
    return text


def read_bytes(root: Path, path: str, found: list[Diagnostic]) -> bytes | None:
    """The bytes of a regular file of the book; None when a diagnostic says why not."""
    full = root
    for part in Path(path).parts:
        full = full / part
        if full.is_symlink():
            found.append(Diagnostic("F006", f"{path} is or passes a symbolic link", Position(path),
                                    "put the file itself there"))  # fmt: skip
            return None
    try:
        state = full.lstat()
        if not stat.S_ISREG(state.st_mode):
            found.append(Diagnostic("F007", f"{path} is not a regular file", Position(path)))
            return None
        if state.st_size > MAX_BYTES:
            found.append(Diagnostic("F008", f"{path} is larger than {MAX_BYTES // 1_000_000} MB",
                                    Position(path), "split it"))  # fmt: skip
            return None
        return full.read_bytes()
    except OSError as error:
        found.append(Diagnostic("F009", f"cannot be read: {error.strerror}", Position(path)))
        return None
