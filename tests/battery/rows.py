"""What a row of the battery is, and the list of all of them."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.battery.bench import Bench

GROUPS = ("editorial", "texts", "names", "yaml", "hostile", "files", "pictures", "drawings", "load",
          "faults", "traces", "same_bytes", "valid", "kept")  # fmt: skip


class NotChecked(Exception):
    """A row that this machine cannot run; it counts as not passed, and says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the battery, its name, and the function that raises when it fails.

    `slow` rows need minutes and run in `python -m tests.battery` only.
    """

    number: int
    name: str
    run: Callable[[Bench], None]
    slow: bool = False


def slow(function: Callable[[Bench], None]) -> Callable[[Bench], None]:
    """Marks a row for the full battery only."""
    function.slow = True  # type: ignore[attr-defined]
    return function


def all_rows() -> tuple[Row, ...]:
    """Every row of every group, by number."""
    return tuple(sorted(_found(), key=lambda row: row.number))


def _found() -> Iterator[Row]:
    for group in GROUPS:
        module = importlib.import_module(f"tests.battery.{group}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if name.startswith("row_") and function.__module__ == module.__name__:
                yield Row(int(name.split("_")[1]), name, function, getattr(function, "slow", False))
