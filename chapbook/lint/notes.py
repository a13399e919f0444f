"""Rules about footnotes: each label one text, each text one call."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from chapbook.diagnostics import Diagnostic
from chapbook.lint.view import View
from chapbook.tree import Footnote
from chapbook.walking import walk

_DEFINITION = re.compile(r"^ {0,3}\[\^(?P<label>[^\]\s]+)\]:", re.MULTILINE)
_CALL = re.compile(r"\[\^(?<!\\\[\^)(?P<label>[^\]\s]+)\](?!:)")  # what it looks for stands first: searched fast


def note_labels(view: View) -> Iterator[Diagnostic]:
    """Calls without a text, texts without a call, and a label with two texts."""
    for source, masked in view.texts():
        texts: dict[str, list[int]] = defaultdict(list)
        for match in _DEFINITION.finditer(masked):
            texts[match["label"]].append(match.start())
        calls = [(m["label"], m.start()) for m in _CALL.finditer(masked)]
        for label, offset in calls:
            if label not in texts:
                yield Diagnostic("N001", f"the note [^{label}] has no text", source.at(offset),
                                 f"add [^{label}]: text, in the same file")  # fmt: skip
        called = {label for label, _ in calls}
        for label, offsets in texts.items():
            if label not in called:
                yield Diagnostic("N002", f"the note [^{label}] is never called",
                                 source.at(offsets[0]), f"write [^{label}] in the text")  # fmt: skip
            for offset in offsets[1:]:
                first = source.at(offsets[0]).line
                yield Diagnostic("N003", f"the label [^{label}] has a text in line {first} already",
                                 source.at(offset), "give this one another label")  # fmt: skip


def notes_in_notes(view: View) -> Iterator[Diagnostic]:
    """pandoc drops the inner note without a word."""
    for source, masked in view.texts():
        for match in _DEFINITION.finditer(masked):
            end = masked.find("\n\n", match.end())
            paragraph = masked[match.end() : end if end >= 0 else None]
            inner = _CALL.search(paragraph)
            if inner:
                yield Diagnostic("N004", f"the note [^{match['label']}] calls another note",
                                 source.at(match.end() + inner.start()), "join the two notes")  # fmt: skip
    for section, note in view.each(Footnote):
        if any(isinstance(n, Footnote) for n in walk(note.blocks)):
            yield Diagnostic("N004", "a note inside a note", section.position, "join the two notes")
