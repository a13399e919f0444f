"""Words that must not be published: `[Maria]{.redact}` is taken out before anything else sees it.

Where a text file is read, the words become bars of the same length, so that places stay true
and no identifier, index, message or cache can hold them; where the text is made, the bars
become the catalogue's words, so that no length is told.
"""

from __future__ import annotations

import re
from typing import Any

from chapbook.words import words

BAR = "█"
_INNER = r"(?:(?!\n[ \t]*\n)[^\[\]]|\[[^\[\]]*\])*"
_REDACTED = re.compile(rf"\[(?P<words>{_INNER})\]\{{(?P<marks>[^{{}}\n]*\.redact(?![\w-])[^{{}}\n]*)\}}")
_BARS = re.compile(rf"\[[{BAR}\s]*\]\{{\.redact *\}}")
_LANG = re.compile(r"^lang:\s*['\"]?([\w-]+)", re.MULTILINE)


def secrets(text: str) -> tuple[str, ...]:
    """The words taken out of a text as its author wrote them, spaces made one, without * and _."""
    found = (" ".join(re.sub(r"[*_`\\]", "", match["words"]).split()) for match in _REDACTED.finditer(text))
    return tuple(dict.fromkeys(secret for secret in found if secret))


def barred(text: str) -> str:
    """A section's text with bars for the words, of the same length; marks beside `.redact` go too."""

    def bars(match: re.Match[str]) -> str:
        marks = ".redact".ljust(len(match["marks"]))
        bar = re.sub(r"[^\n]", BAR, match["words"])
        return f"[{bar}]{{{marks}}}"

    return _REDACTED.sub(bars, text) if ".redact" in text else text


def replaced(text: str, lang: str = "") -> str:
    """Another file's text (sources, ledger, book.yaml) with the catalogue's words for the words.

    `lang` "" means the one a `lang:` line of the text names, else English.
    """
    if ".redact" not in text:
        return text
    named = _LANG.search(text)
    return _REDACTED.sub(words(lang or (named[1] if named else "en"))["redacted"], text)


def without_bars(tree: Any, lang: str) -> Any:
    """pandoc's tree with the catalogue's words for bars in code, attributes and titles."""
    if isinstance(tree, str):
        return _BARS.sub(words(lang)["redacted"], tree) if BAR in tree else tree
    if isinstance(tree, list):
        return [without_bars(piece, lang) for piece in tree]
    if isinstance(tree, dict):
        return {key: without_bars(value, lang) for key, value in tree.items()}
    return tree
