"""Room on the interpreter's stack for work that calls deep, again and again.

CPython (3.11 to 3.14) keeps the frames of Python functions in chunks of 16 KiB. Where a chunk ends in the middle
of a loop, each call there asks the system for a new one and each return gives it back: laying
out a book, deep in boxes in boxes, spent a fifth of its time so. A frame that says it needs
much makes a chunk of the next power of two, and all that it calls shares what is left of it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_SLOTS = 70_000  # of 8 bytes: a little over half of 1 MiB, which the chunk then has


def roomy(work: Callable[P, T]) -> Callable[P, T]:
    """The same function, called with room for the frames of what it calls (not in other threads)."""

    def wide(*given: P.args, **named: P.kwargs) -> T:
        return work(*given, **named)

    wide.__code__ = wide.__code__.replace(co_stacksize=_SLOTS)
    return wraps(work)(wide)
