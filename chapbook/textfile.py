"""Files of a book as they come: regular files of its own folder, as bytes or as clean text.

Line ends become LF and a byte-order mark goes; everything else in a file is kept, or the file
is refused with its place.
"""

from __future__ import annotations

import re
import stat
import unicodedata
from pathlib import Path

from chapbook import redaction
from chapbook.diagnostics import Diagnostic, Position
from chapbook.model import Source

_BOMS = ((b"\xff\xfe\x00\x00", "UTF-32"), (b"\x00\x00\xfe\xff", "UTF-32"),
         (b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))  # fmt: skip
# Controls, non-characters, bidi overrides (isolates are allowed) and tag characters.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\ufdd0-\ufdef\ufffe\uffff"
    "\U000e0000-\U000e007f]"
)
MAX_BYTES = 20_000_000


def read_text(root: Path, path: str, found: list[Diagnostic], lang: str = "") -> str | None:
    """The text of one file under `root`, LF line ends; None when a diagnostic says why not.

    Words to be redacted are out of it already; `lang` is the book's, for what stands instead.
    """
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
    return redaction.barred(text) if path.endswith(".md") else redaction.replaced(text, lang)


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
            found.append(Diagnostic("F007", f"{path} is not a regular file", Position(path),
                                    "put a file there, or remove it"))  # fmt: skip
            return None
        if state.st_nlink > 1:
            found.append(Diagnostic("F010", f"{path} is a hard link: it stands in another place too",
                                    Position(path), "put a copy of it there"))  # fmt: skip
            return None
        if state.st_size > MAX_BYTES:
            found.append(Diagnostic("F008", f"{path} is larger than {MAX_BYTES // 1_000_000} MB",
                                    Position(path), "split it"))  # fmt: skip
            return None
        return full.read_bytes()
    except OSError as error:
        found.append(Diagnostic("F009", f"cannot be read: {error.strerror}", Position(path),
                                "look at the disk and at the file's rights"))  # fmt: skip
        return None
