"""A frame with room: what it calls has the same values and errors, and deep loops need no new memory."""

from __future__ import annotations

import resource
from collections.abc import Callable

import pytest

from chapbook.roomy import roomy


def test_values_and_errors_pass_through() -> None:
    @roomy
    def halved(number: int, *, by: int = 2) -> float:
        return number / by

    assert halved(6) == 3 and halved(6, by=3) == 2 and halved.__name__ == "halved"
    with pytest.raises(ZeroDivisionError):
        halved(1, by=0)


def test_no_call_takes_memory_from_the_system() -> None:
    """At some depth of calls a chunk ends; with room none does. Where none ever does, the module may go."""

    def deep(depth: int) -> None:
        if depth:
            deep(depth - 1)
            return
        for _ in range(50):
            leaf()

    def leaf() -> None:
        pass

    def faults(work: Callable[[int], None], depth: int) -> int:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        work(depth)
        return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

    def worst(depth: int) -> None:
        deep(depth)

    def all_depths() -> list[int]:
        deep(400)
        return [faults(worst, depth) for depth in range(400)]

    assert max(roomy(all_depths)()) < 50 <= max(all_depths())
