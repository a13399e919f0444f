"""The words a book takes out, read once more to prove that they stand nowhere else.

They live in the pipeline for the length of a run, never in the `Book`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from chapbook import redaction
from chapbook.diagnostics import Diagnostic
from chapbook.model import Source
from chapbook.textfile import read_bytes

_SHORT = 3  # letters: a shorter word stands in others by chance


def secrets(root: Path, paths: Iterable[str]) -> tuple[str, ...]:
    """What is taken out of the files at `paths`, the longest first."""
    found = {secret for text in _texts(root, paths) for secret in redaction.secrets(text.text)}
    return tuple(sorted(found, key=lambda s: (-len(s), s)))


def in_the_open(root: Path, paths: Iterable[str], taken: tuple[str, ...]) -> Iterator[Diagnostic]:
    """A finding for each place where words that are taken out elsewhere stand to be printed."""
    spaced = (r"[\s*_]+".join(map(re.escape, secret.split())) for secret in taken if len(secret) >= _SHORT)
    patterns = [re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE) for words in spaced]
    for source in _texts(root, paths) if patterns else ():
        text = redaction.barred(source.text)
        for pattern in patterns:
            for match in pattern.finditer(text):
                yield Diagnostic("P001", "words that are redacted elsewhere stand here in the open",
                                 source.at(match.start()), "write [words]{.redact} here too")  # fmt: skip


def _texts(root: Path, paths: Iterable[str]) -> Iterator[Source]:
    for path in paths:
        data = read_bytes(root, path, [])
        if data is not None:
            text = data.decode("utf-8", "replace").removeprefix("\ufeff")
            yield Source(path, text.replace("\r\n", "\n").replace("\r", "\n"))
