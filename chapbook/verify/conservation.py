"""Nothing is lost: every passage of the book stands in the artifact, whole and in order.

In EPUB and HTML a passage's tokens stand side by side. On pages a word may be divided at a
line's end and a passage may be interrupted where a page ends, by notes and running heads; no
other difference is let through.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set

from chapbook.diagnostics import Diagnostic
from chapbook.verify.bidi import gathered, joined, mixed
from chapbook.verify.extract import NOWHERE, Stream, between
from chapbook.verify.finding import HINT
from chapbook.verify.passages import Passage, Tokens

_REACH = 2500  # tokens of notes and furniture that may stand between two parts of a passage
TOP = 40  # tokens of running head or table head that may stand over the rest of a passage
_LINES = 48  # tokens that are compared at once
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
    at, lost = start, _Lost()
    while (at := _next(stream, wanted[0], at)) >= 0 and not (near and at - start > _REACH):
        marks: list[tuple[int, int]] = []
        begun = not solid or _matches(wanted[:2], stream.tokens, at)
        end = _follow(wanted, stream, at, marks, lost) if begun else None
        if end is not None:
            for first, last in marks:
                used[first:last] = b"\1" * (last - first)
            return end
        at += 1
    return None


def _find(wanted: Tokens, stream: Stream, start: int, paged: bool) -> int | None:
    """Where a passage ends in the stream, looking from `start`; None when it is not there."""
    if not paged:
        return _side_by_side(wanted, stream.tokens, start)
    if mixed(wanted, stream):
        return gathered(wanted, stream, start, bytearray(len(stream.tokens)))
    first = wanted[0]
    at, lost = start, _Lost()
    while (at := _next(stream, first, at)) >= 0:
        # a note's number may be called, or stand in the text, at the end of the page before it
        begun = not first.isdigit() or _matches(wanted[:2], stream.tokens, at)
        end = _follow(wanted, stream, at, [], lost) if begun else None
        if end is not None:
            return end
        at += 1
    return None


def _side_by_side(wanted: Tokens, tokens: Tokens, start: int) -> int | None:
    at = start - 1
    while True:
        try:
            at = tokens.index(wanted[0], at + 1)
        except ValueError:
            return None
        if tokens[at : at + len(wanted)] == wanted:
            return at + len(wanted)


def _next(stream: Stream, word: str, start: int) -> int:
    """The next place where a passage that begins with `word` may begin."""
    exact = stream.first(word, start)
    end = start + _REACH if exact < 0 else min(exact, start + _REACH)
    if start >= end or not (parts := stream.parts(word)):
        return exact
    divided = sorted(at for places in parts for at in _divisions(word, stream.tokens, between(places, start, end)))
    return next((at for at in divided if _pieces(word, stream.tokens, at)), exact)


def _divisions(word: str, tokens: Tokens, places: Sequence[int]) -> Iterator[int]:
    """Those of the places of a part of a word after which it goes on."""
    last = len(tokens) - 1
    return (at for at in places if at < last and word.startswith(tokens[at + 1], len(tokens[at])))


def _pieces(word: str, tokens: Tokens, at: int) -> int:
    """In how many tokens a word stands here that a narrow column divides; 0 when it does not."""
    joined, count = "", 0
    while at + count < len(tokens) and len(joined) < len(word):
        joined += tokens[at + count]
        count += 1
        if not word.startswith(joined):
            return 0
    return count if joined == word else 0


class _Lost(dict[tuple[int, int], int]):
    """Up to where the rest of a passage was looked for in vain, by how much of it was taken and by the page's end.

    A passage that seems to begin in many places of a page is looked for after that page once.
    """

    after: Set[str] | None = None  # what can stand after its first word, when it was begun before


def _follow(wanted: Tokens, stream: Stream, at: int, marks: list[tuple[int, int]], lost: _Lost) -> int | None:
    """Where a passage ends that begins here; `marks` gets the first and the end of each run of its tokens."""
    tokens = stream.tokens
    taken = 0
    if lost.after is None:
        lost.after = {*beginnings(wanted[1:])} if len(wanted) > 1 else frozenset()
    elif lost.after and tokens[at] == wanted[0] and at + 1 < len(tokens) and tokens[at + 1] not in lost.after:
        taken = 1  # at once: begun again, as on most pages a common word does, it does not go on here
        resumed = _resume(wanted, taken, stream, at + 1, lost)
        if resumed is None or tokens[resumed - 1] == wanted[0]:
            return None
        marks.append((at, at + 1))
        at = resumed
    while taken < len(wanted):
        if run := _alike(wanted, taken, tokens, at):
            marks.append((at, at + run))
            taken, at = taken + run, at + run
            if run == _LINES or taken == len(wanted):
                continue
        step = _step(wanted, taken, tokens, at)
        if step:
            marks.append((at, at + step[1]))
            taken, at = taken + step[0], at + step[1]
            continue
        divided = _divided(wanted, taken, stream, at)
        if divided is not None:
            marks += ((at, at + 1), (divided - 1, divided))
            taken, at = taken + 1, divided
            continue
        resumed = _resume(wanted, taken, stream, at, lost) if taken else None
        if resumed is None or tokens[resumed - taken : resumed] == wanted[:taken]:
            return None  # not here, or not yet: all of it stands on the later page
        at = resumed
    return at


def _alike(wanted: Tokens, taken: int, tokens: Tokens, at: int) -> int:
    """How many tokens of a passage, up to a few lines of it, stand here as they are."""
    ours, theirs = wanted[taken : taken + _LINES], tokens[at : at + _LINES]
    if ours == theirs:
        return len(ours)
    run = 0
    for our, their in zip(ours, theirs, strict=False):
        if our != their:
            break
        run += 1
    return run


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


def _resume(wanted: Tokens, taken: int, stream: Stream, at: int, lost: _Lost) -> int | None:
    """Where a passage goes on after a page's end: on the next page that has any of it."""
    first = stream.after(at - 1)
    short = len(wanted) - taken < _PROBE  # a few words may stand anywhere: only at a page's top
    far = first + (TOP + 1 if short else _REACH)  # from here and from all that stands before on this page
    known = lost.get((taken, first), first)
    if known >= far:
        return None
    found = _beginning(wanted[taken : taken + _PROBE], stream, known, far)
    lost[taken, first] = far if found is None else found
    return found if found is not None and found < at + _REACH else None


def _divided(wanted: Tokens, taken: int, stream: Stream, at: int) -> int | None:
    """Where a passage goes on after a word divided by a page's end."""
    if at >= len(stream.tokens):
        return None
    word, part = wanted[taken], stream.tokens[at]
    if not word.startswith(part) or part == word:
        return None
    rest = (word[len(part) :], *wanted[taken + 1 : taken + _PROBE])
    begun = _beginning(rest, stream, stream.after(at), at + _REACH)
    return None if begun is None else begun + 1


def _beginning(wanted: Tokens, stream: Stream, start: int, end: int) -> int | None:
    """Where a few tokens stand first, from `start` and before `end`: as they are, divided or run together."""
    if start >= end:
        return None
    word, rest, tokens, best = wanted[0], wanted[1:], stream.tokens, end
    whole: Iterable[int] = between(stream.places.get(word, NOWHERE), start, best)
    if rest and whole:
        after, last = {*beginnings(rest)}, len(tokens) - 1
        whole = (at for at in whole if at < last and tokens[at + 1] in after)
    best = next((at for at in whole if _matches(wanted, tokens, at)), best)
    for places in stream.parts(word):
        divided = _divisions(word, tokens, between(places, start, best))
        best = next((at for at in divided if _matches(wanted, tokens, at)), best)
    if rest and (together := stream.places.get(word + rest[0])):
        best = next((at for at in between(together, start, best) if _matches(wanted, tokens, at)), best)
    return best if best < end else None


def beginnings(wanted: Tokens) -> list[str]:
    """The tokens that a passage can begin with: its first word, a part of it, or it run together with the next."""
    word = wanted[0]
    return [word[: length + 1] for length in range(len(word))] + [word + other for other in wanted[1:2]]


def stands(wanted: Tokens, tokens: Tokens, at: int) -> int | None:
    """Where a passage that begins here and stands in one piece ends; None when it does not."""
    taken = 0
    while taken < len(wanted):
        step = _step(wanted, taken, tokens, at)
        if step is None:
            return None
        taken, at = taken + step[0], at + step[1]
    return at


def _matches(wanted: Tokens, tokens: Tokens, at: int) -> bool:
    """Whether a few tokens of a passage stand here."""
    return stands(wanted, tokens, at) is not None
