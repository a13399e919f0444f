"""Rules about single characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from chapbook.diagnostics import Diagnostic, Severity
from chapbook.lint.view import View

_SIGNS = "\u00ad\u200b\ufeff"
_HIDDEN = re.compile(f"[{_SIGNS}]")


def hidden_characters(view: View) -> Iterator[Diagnostic]:
    """Soft hyphens and zero-width spaces inside words spoil searching and copying."""
    for report in view.reports.values():
        text = report.source.text
        for match in _HIDDEN.finditer(text) if any(sign in text for sign in _SIGNS) else ():
            name = unicodedata.name(match[0]).lower()
            yield Diagnostic("T004", f"U+{ord(match[0]):04X} ({name}) in the text",
                             report.source.at(match.start()),
                             "delete it unless you mean it", Severity.WARNING)  # fmt: skip
