"""Where a note's number stands: after the punctuation that closes the words it belongs to."""

from __future__ import annotations

import re
from collections.abc import Callable

from chapbook.tree import Footnote, Inlines, Text

_CLOSING = re.compile(r"^[.,;:!?…”’»)\]]+")


def after_punctuation(content: Inlines, moves: Callable[[Footnote], bool]) -> Inlines:
    """`content` with each note that `moves` set after the closing marks that follow it."""
    out = list(content)
    index = 0
    while index < len(out) - 1:
        note, following = out[index], out[index + 1]
        if isinstance(note, Footnote) and moves(note) and isinstance(following, Text):
            match = _CLOSING.match(following.text)
            if match:
                rest = following.text[match.end() :]
                out[index : index + 2] = [Text(match[0]), note, *([Text(rest)] if rest else [])]
                index += 1
        index += 1
    return merged(tuple(out))


def merged(content: Inlines) -> Inlines:
    """`content` with neighbouring texts joined."""
    out: list[object] = []
    for node in content:
        if isinstance(node, Text) and out and isinstance(last := out[-1], Text):
            out[-1] = Text(last.text + node.text)
        else:
            out.append(node)
    return tuple(out)  # type: ignore[arg-type]



