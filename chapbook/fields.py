"""Values of a YAML map as typed fields: one question a method, every fault collected."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from chapbook.diagnostics import Diagnostic, Position
from chapbook.yamltext import Value


class Fields:
    """The values of a YAML map, taken one by one; faults are collected in `faults`."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self.values = values
        self.faults: list[Diagnostic] = []

    def fault(self, code: str, message: str, place: Position, hint: str = "") -> None:
        """Keep a finding."""
        self.faults.append(Diagnostic(code, message, place, hint))

    def text(self, key: str) -> str:
        """A text in one line; "" when it is not given."""
        value = self.values.get(key)
        if value is None or value.is_null:
            return ""
        if not isinstance(value.data, str):
            self.fault("C003", f"`{key}` must be a text", value.position, f"write `{key}: …`")
            return ""
        return " ".join(value.data.split())

    def texts(self, key: str) -> tuple[str, ...]:
        """A text or a list of texts; () when it is not given."""
        value = self.values.get(key)
        if value is None or value.is_null:
            return ()
        pieces = value.data if isinstance(value.data, tuple) else (value,)
        out = []
        for piece in pieces:
            data = piece.data
            if isinstance(data, Mapping) and isinstance(name := data.get("name"), Value):
                data = name.data  # pandoc's `author: [{name: …}]`
            if isinstance(data, str) and data.strip():
                out.append(" ".join(data.split()))
            else:
                self.fault("C003", f"`{key}` must be a text or a list of texts", piece.position,
                           f"write `{key}: …`")  # fmt: skip
        return tuple(out)

    def choice(self, key: str, allowed: tuple[str, ...], default: str) -> str:
        """One of a few words; `default` when it is not given."""
        text = self.text(key)
        if not text or text in allowed:
            return text or default
        hint = nearest(text, allowed) or f"one of: {', '.join(allowed)}"
        self.fault("C004", f"`{key}: {text}` is not known", self.values[key].position, hint)
        return default

    def choices(self, key: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
        """Some of a few words, each once; () when none is given."""
        texts = self.texts(key)
        for text in texts:
            if text not in allowed:
                hint = nearest(text, allowed) or f"some of: {', '.join(allowed)}"
                self.fault("C004", f"`{key}: {text}` is not known", self.values[key].position, hint)
        return tuple(text for text in dict.fromkeys(texts) if text in allowed)

    def matching(self, key: str, pattern: re.Pattern[str], example: str) -> str:
        """A text of a form; "" when it is not given or not of that form."""
        text = self.text(key)
        if text and not pattern.fullmatch(text):
            place = self.values[key].position
            self.fault("C005", f"`{key}: {text}` cannot be read", place, f"write it as {example}")
            return ""
        return text


def nearest(word: str, known: Iterable[str]) -> str:
    """“did you mean …?” for a word close to a known one, else ""."""
    import difflib  # only who errs waits for it

    close = difflib.get_close_matches(word, list(known), 1, 0.6)
    return f"did you mean `{close[0]}`?" if close else ""


def unknown(key: str, known: Iterable[str], place: Position, *, code: str, within: str = "") -> Diagnostic:
    """The finding for a key that is none of the known ones."""
    names = tuple(known)
    shown = f"{within}: {key}" if within else key
    hint = nearest(key, names) or f"known keys: {', '.join(names)}"
    return Diagnostic(code, f"unknown key `{shown}`", place, hint)
