"""Works that need each other's results: each is begun as soon as what it needs is there.

The master is put together while EPUB and HTML are finished; a file is checked as soon as it is
written, whatever is still being made. A work is done in a forked child, which has the results of
those before it for nothing. With one job all are done in this process, one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

from chapbook.errors import ChapbookError
from chapbook.writers.aside import Children, workers

Results = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Task:
    """A work by name; it is given the results of all that is done, and those of `after` are among them."""

    name: str
    work: Callable[[Results], Any]
    after: tuple[str, ...] = ()


def carry_out(
    tasks: Sequence[Task],
    jobs: int,
    done: Callable[[str, Results], None] = lambda _name, _results: None,
    known: Results = MappingProxyType({}),
) -> dict[str, Any]:
    """What each task returned, by name and in order, after what was `known` before. What it needs stands before it; of those that are ready the first is begun.

    `done` is called here after each task, with the results so far. Raises: the ChapbookError of the first task
    that failed; EngineError when a child dies.
    """
    results = dict(known)
    if workers(jobs) <= 1:
        for task in tasks:
            results[task.name] = task.work(results)
            done(task.name, results)
        return results
    faults: dict[str, ChapbookError] = {}
    waiting = list(range(len(tasks)))
    works = [partial(task.work, results) for task in tasks]
    with Children() as children:

        def begin() -> None:
            """Fork what is ready, as long as there is room."""
            for index in list(waiting):
                if len(children.missing) < workers(jobs) and all(name in results for name in tasks[index].after):
                    waiting.remove(index)
                    children.begin(works, [index], 1)

        begin()
        for index, result in children.heard():
            if isinstance(result, ChapbookError):
                faults[tasks[index].name] = result
            else:
                results[tasks[index].name] = result
                done(tasks[index].name, results)
            begin()
    for task in tasks:
        if task.name in faults:
            raise faults[task.name]
    return {**known, **{task.name: results[task.name] for task in tasks}}
