"""Nothing is lost: every passage of the book stands in the artifact, whole and in order.

In EPUB and HTML a passage's tokens stand side by side. On pages a word may be divided at a
line's end and a passage may be interrupted where a page ends, by notes and running heads; no
other difference is let through.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from chapbook.diagnostics import Diagnostic
from chapbook.verify.bidi import gathered, joined, mixed
from chapbook.verify.extract import Stream
from chapbook.verify.finding import HINT
from chapbook.verify.passages import Passage, Tokens

_REACH = 2500  # tokens of notes and furniture that may stand between two parts of a passage
TOP = 40  # tokens of running head or table head that may stand over the rest of a passage
_PROBE = 5  # tokens by which a beginning, or a continuation after a page's end, is known


def missing(passages: Iterable[Passage], stream: Stream, edition: str, *, paged: bool) -> tuple[Diagnostic, ...]:
    """A diagnostic for each passage that does not stand in the stream in its order."""
    found = []
    begin = position = 0
    row: object = None
    for passage in passages:
        if passage.row is None or passage.row is not row:
            begin, row = position, passage.row
        end = _find(passage.tokens, stream, position, paged)
        if end is None and paged and begin < position:  # cells of a row that goes over a page's end
            end = _find(passage.tokens, stream, begin, paged)
        if end is None and paged and (other := joined(passage.tokens)) != passage.tokens:
            end = _find(other, stream, position, paged)
        if end is None:
            elsewhere = _find(passage.tokens, stream, 0, paged)
            word = "is out of order in" if elsewhere is not None else "is not whole in"
            shown = " ".join(passage.tokens[:12]) + (" …" if len(passage.tokens) > 12 else "")
            found.append(Diagnostic("V001", f"{passage.name}: “{shown}” {word} the {edition} edition",
                                    passage.place, HINT))  # fmt: skip
        else:
            position = max(position, end)
    return tuple(found)


def follow(
    wanted: Tokens, stream: Stream, start: int, used: bytearray, *, near: bool = False, solid: bool = False
) -> int | None:
    """Where a passage on pages ends, looking from `start`; None when it is not there.

    Marks in `used` the tokens of the stream that are its own. `near` looks within a page's
    furniture only. `solid` is for what begins with a number: its first word stands beside it
    (the call 7 at the end of a page is not the beginning of note 7).
    """
    if mixed(wanted, stream):
        return gathered(wanted, stream, start, used)
    end = _followed(wanted, stream, start, used, near, solid)
    if end is None and (other := joined(wanted)) != wanted:
        return _followed(other, stream, start, used, near, solid)
    return end


def _followed(
    wanted: Tokens, stream: Stream, start: int, used: bytearray, near: bool, solid: bool
) -> int | None:
    at = start
    while (at := _next(stream.tokens, wanted[0], at, True)) >= 0 and not (near and at - start > _REACH):
        marks: list[int] = []
        begun = not solid or _matches(wanted[:2], 0, stream.tokens, at)
        end = _follow(wanted, stream, at, True, marks) if begun else None
        if end is not None:
            for index in marks:
                used[index] = 1
            return end
        at += 1
    return None


def _find(wanted: Tokens, stream: Stream, start: int, paged: bool) -> int | None:
    """Where a passage ends in the stream, looking from `start`; None when it is not there."""
    if paged and mixed(wanted, stream):
        return gathered(wanted, stream, start, bytearray(len(stream.tokens)))
    tokens = stream.tokens
    first = wanted[0]
    at = start
    while True:
        at = _next(tokens, first, at, paged)
        if at < 0:
            return None
        # a note's number may be called, or stand in the text, at the end of the page before it
        begun = not paged or not first.isdigit() or _matches(wanted[:2], 0, tokens, at)
        end = _follow(wanted, stream, at, paged) if begun else None
        if end is not None:
            return end
        at += 1


def _next(tokens: Tokens, word: str, start: int, paged: bool) -> int:
    """The next place where a passage that begins with `word` may begin."""
    try:
        exact = tokens.index(word, start)
    except ValueError:
        exact = -1
    if not paged or exact == start:
        return exact
    end = min(len(tokens), start + _REACH) if exact < 0 else min(exact, start + _REACH)
    for index in range(start, end):
        if word.startswith(tokens[index]) and _pieces(word, tokens, index):
            return index
    return exact


def _pieces(word: str, tokens: Tokens, at: int) -> int:
    """In how many tokens a word stands here that a narrow column divides; 0 when it does not."""
    joined, count = "", 0
    while at + count < len(tokens) and len(joined) < len(word):
        joined += tokens[at + count]
        count += 1
        if not word.startswith(joined):
            return 0
    return count if joined == word else 0


def _follow(
    wanted: Tokens, stream: Stream, at: int, paged: bool, marks: list[int] | None = None
) -> int | None:
    if not paged:
        end = at + len(wanted)
        return end if stream.tokens[at:end] == wanted else None
    own = marks if marks is not None else []
    taken = 0
    while taken < len(wanted):
        step = _step(wanted, taken, stream.tokens, at)
        if step:
            own.extend(range(at, at + step[1]))
            taken, at = taken + step[0], at + step[1]
            continue
        divided = _divided(wanted, taken, stream, at)
        if divided is not None:
            own.extend((at, divided - 1))
            taken, at = taken + 1, divided
            continue
        resumed = _resume(wanted, taken, stream, at) if taken else None
        if resumed is None or stream.tokens[resumed - taken : resumed] == wanted[:taken]:
            return None  # not here, or not yet: all of it stands on the later page
        at = resumed
    return at


def _step(wanted: Tokens, taken: int, tokens: Tokens, at: int) -> tuple[int, int] | None:
    """One token more: as it is, divided in parts, or run together with the next."""
    if at >= len(tokens):
        return None
    word = wanted[taken]
    if tokens[at] == word:
        return 1, 1
    if count := _pieces(word, tokens, at):
        return 1, count
    # “2020” and the call 7 can come back as 20207
    if taken + 1 < len(wanted) and tokens[at] == word + wanted[taken + 1]:
        return 2, 1
    return None


def _resume(wanted: Tokens, taken: int, stream: Stream, at: int) -> int | None:
    """Where a passage goes on after a page's end: on the next page that has any of it."""
    first = bisect_right(stream.pages, stream.pages[at - 1], at)  # pages are in order
    short = len(wanted) - taken < _PROBE  # a few words may stand anywhere: only at a page's top
    last = min(len(stream.tokens), at + _REACH, first + TOP + 1 if short else at + _REACH)
    word = wanted[taken]
    letter = word[0]
    for index, token in enumerate(stream.tokens[first:last], start=first):
        if token[0] != letter:  # most are not: look no further
            continue
        if (word.startswith(token) or token.startswith(word)) and _matches(wanted, taken, stream.tokens, index):
            return index
    return None


def _divided(wanted: Tokens, taken: int, stream: Stream, at: int) -> int | None:
    """Where a passage goes on after a word divided by a page's end."""
    if at >= len(stream.tokens):
        return None
    word, part = wanted[taken], stream.tokens[at]
    if not word.startswith(part) or part == word:
        return None
    left = word[len(part) :]
    rest = (left, *wanted[taken + 1 : taken + _PROBE])
    first = bisect_right(stream.pages, stream.pages[at], at)  # pages are in order
    for index, token in enumerate(stream.tokens[first : at + _REACH], start=first):
        if token[0] == left[0] and (left.startswith(token) or token.startswith(left)) and _matches(rest, 0, stream.tokens, index):
            return index + 1
    return None


def stands(wanted: Tokens, tokens: Tokens, at: int) -> int | None:
    """Where a passage that begins here and stands in one piece ends; None when it does not."""
    taken = 0
    while taken < len(wanted):
        step = _step(wanted, taken, tokens, at)
        if step is None:
            return None
        taken, at = taken + step[0], at + step[1]
    return at


def _matches(wanted: Tokens, taken: int, tokens: Tokens, at: int) -> bool:
    """Whether the next few tokens of a passage stand here."""
    return stands(wanted[taken : taken + _PROBE], tokens, at) is not None
