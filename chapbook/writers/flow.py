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

from chapbook.errors import ChapbookError, EngineError
from chapbook.writers.aside import Children, attempt, workers

Results = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Task:
    """A work by name; it is given the results of all that is done, and those of `after` are among them.

    One that goes `along` is brief: where all but one of what it needs is done, the child that does this goes on with it.
    One that is done `here` is brief too, needs nothing, and is better done by this process, which knows how; it comes first.
    """

    name: str
    work: Callable[[Results], Any]
    after: tuple[str, ...] = ()
    along: bool = False
    here: bool = False


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
    works = [partial(_do, task, results) for task in tasks]
    lasts: list[int] = []  # what each child does last
    with Children() as children:

        def begin(most: int) -> None:
            """Fork what is ready, as long as there is room: so many children at most."""
            for index in list(waiting):
                busy = sum(last in children.missing for last in lasts)
                if index in waiting and busy < most and results.keys() >= {*tasks[index].after}:
                    known = {*results, tasks[index].name}
                    row = [index, *(i for i in waiting if i != index and tasks[i].along and known >= {*tasks[i].after})]
                    waiting[:] = [i for i in waiting if i not in row]
                    lasts.append(row[-1])
                    children.begin(works, row, 1)

        def heard(index: int, result: Any) -> None:
            if isinstance(result, ChapbookError):
                faults[tasks[index].name] = result
            else:
                results[tasks[index].name] = result
                done(tasks[index].name, results)

        own = [index for index in waiting if tasks[index].here]
        waiting = [index for index in waiting if index not in own]
        begin(workers(jobs) - bool(own))
        for index in own:
            heard(index, attempt(works[index]))
        begin(workers(jobs))
        for index, result in children.heard():
            heard(index, result)
            begin(workers(jobs))
    for task in tasks:
        if task.name in faults:
            raise faults[task.name]
    return {**known, **{task.name: results[task.name] for task in tasks}}


def _do(task: Task, results: dict[str, Any]) -> Any:
    """What a task returns, in a child; the tasks that go along find it among the results. Raises: EngineError when what it needs failed."""
    if not results.keys() >= {*task.after}:
        raise EngineError(f"{task.name} has to be left out")
    results[task.name] = task.work(results)
    return results[task.name]
