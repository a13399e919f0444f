"""Passages in two directions on a page.

Text that runs both ways on one line comes back from a PDF in the order in which it stands on
the page, and every reader of PDFs puts it together in its own way. Of such a passage each word
must be there, of Arabic and Hebrew words each letter; the order is proved in EPUB and HTML. A
passage in one direction is held to its order on pages too.
"""

from __future__ import annotations

import re

from chapbook.verify.extract import Stream
from chapbook.verify.passages import Tokens, direction_of, letters_of

_NEAR = 30  # tokens that may stand among those of a passage on one page: its notes' numbers, a head
_REACH = 2500  # tokens of notes and furniture that may stand between two parts of a passage


# Where one glyph stands for lam and alef, PDFium gives its two letters back in the other order.
_LAM_ALEF = re.compile("\u0644([\u0622\u0623\u0625\u0627])")


def joined(wanted: Tokens) -> Tokens:
    """A passage as PDFium reads it from a font that has a glyph for lam and alef."""
    return tuple(_LAM_ALEF.sub("\\1\u0644", token) for token in wanted)


def mixed(wanted: Tokens, stream: Stream) -> bool:
    """Whether a passage has words of both directions, or of another one than the file it stands in.

    In a file that says it is read from right to left PDFium turns the words of every line round.
    """
    found = set(map(direction_of, wanted))
    return {"R", "L"} <= found or ("L" in found and stream.leftward)


def gathered(wanted: Tokens, stream: Stream, start: int, used: bytearray) -> int | None:
    """Where the words of a passage end that stand together, looking from `start`; None when one
    is missing. Marks in `used` the tokens of the stream that are its own.

    Together is within a few tokens; where there is no such place, within a page's notes and
    furniture.
    """
    tokens, wanted = stream.letters, tuple(map(letters_of, wanted))
    own = set(wanted)
    for reach in (_NEAR, _REACH):
        for first in (i for i in range(start, len(tokens)) if tokens[i] in own and not used[i]):
            taken = _taken(wanted, tokens, first, first + len(wanted) + reach, used)
            if taken:
                for index in taken:
                    used[index] = 1
                return max(taken) + 1
    return None


def _taken(wanted: Tokens, tokens: Tokens, first: int, end: int, used: bytearray) -> list[int]:
    """A place in a stretch of the stream for each word, or [] when one has none."""
    places: dict[str, list[int]] = {}
    for index in range(first, min(len(tokens), end)):
        if not used[index]:
            places.setdefault(tokens[index], []).append(index)
    taken: list[int] = []
    for token in wanted:
        whole = places.get(token)
        if whole:
            taken.append(whole.pop(0))
            continue
        parts = _parts(token, tokens, places)
        if parts is None:
            return []
        taken.extend(parts)
    return taken


def _parts(token: str, tokens: Tokens, places: dict[str, list[int]]) -> tuple[int, int] | None:
    """A word divided in two, by a line's end or a mark over a letter: two tokens in a row, in either order."""
    whole = letters_of(token)
    for one, found in places.items():
        if len(one) >= len(token):
            continue
        for index in found:
            for other in (index + 1, index - 1):
                if not 0 <= other < len(tokens) or other not in places.get(tokens[other], []):
                    continue
                pair = (one + tokens[other], tokens[other] + one)
                if token in pair or whole in map(letters_of, pair):
                    places[one].remove(index)
                    places[tokens[other]].remove(other)
                    return index, other
    return None
