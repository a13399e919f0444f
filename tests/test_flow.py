"""Works that need each other's results."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from chapbook.errors import EngineError
from chapbook.writers.flow import Results, Task, carry_out


def _joined(results: Results) -> str:
    return f"{results['a']}{results['b']}"


TASKS = (
    Task("a", lambda _: "a"),
    Task("b", lambda results: results["a"] + "b", ("a",)),
    Task("c", lambda _: "c"),
    Task("d", _joined, ("a", "b")),
)


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_each_has_what_it_needs_and_results_are_in_order(jobs: int) -> None:
    told: list[str] = []
    results = carry_out(TASKS, jobs, lambda name, results: told.append(f"{name} of {len(results)}"), known={"z": 0})
    assert list(results.items()) == [("z", 0), ("a", "a"), ("b", "ab"), ("c", "c"), ("d", "aab")]
    assert len(told) == 4
    assert told[-1].endswith("of 5")


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_first_error_counts_and_what_needs_it_is_not_begun(jobs: int) -> None:
    def fail(number: int) -> None:
        raise EngineError(f"number {number}")

    tasks = [Task("late", lambda _: (time.sleep(0.05), fail(1))), Task("early", lambda _: fail(2)),
             Task("never", lambda _: os._exit(7), ("late",))]  # fmt: skip
    with pytest.raises(EngineError, match="number 1"):
        carry_out(tasks, jobs)


def test_a_child_that_dies_is_an_error() -> None:
    with pytest.raises(EngineError, match="child process"):
        carry_out([Task("a", lambda _: os._exit(7)), Task("b", lambda _: 1)], 2)


def test_as_many_as_the_jobs_are_at_work_and_no_more(tmp_path: Path) -> None:
    def meets(name: str, other: str) -> Task:
        def work(_: Results) -> tuple[float, float]:
            began = time.monotonic()
            (tmp_path / name).touch()
            while not (tmp_path / other).exists():
                assert time.monotonic() < began + 20, "it is alone"
                time.sleep(0.002)
            time.sleep(0.02)
            return began, time.monotonic()

        return Task(name, work)

    spans = carry_out([meets("a", "b"), meets("b", "a"), meets("c", "d"), meets("d", "c")], 2).values()
    assert max(sum(began <= at < ended for began, ended in spans) for at, _ in spans) == 2


def _who(task: str) -> Task:
    return Task(task, lambda _: os.getpid())


@pytest.mark.parametrize("jobs", [2, 3])
def test_what_goes_along_is_done_by_who_did_what_it_needs(jobs: int) -> None:
    tasks = [_who("a"), _who("b"),
             Task("c", lambda results: (results["a"], os.getpid()), ("a",), along=True),
             Task("d", lambda results: (results["a"], results["b"], os.getpid()), ("a", "b"), along=True),
             Task("e", lambda results: (*results["c"], os.getpid()), ("a", "c"), along=True)]  # fmt: skip
    results = carry_out(tasks, jobs)
    assert list(results) == ["a", "b", "c", "d", "e"]
    assert results["c"] == (results["a"], results["a"])
    assert results["d"][:2] == (results["a"], results["b"])
    assert results["e"][:2] == (results["a"], results["a"])


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_goes_along_with_a_failure_is_left_out(jobs: int) -> None:
    def fail(_: Results) -> None:
        raise EngineError("number 1")

    told: list[str] = []
    tasks = [Task("a", fail), Task("b", lambda _: os._exit(7), ("a",), along=True), Task("c", lambda _: 1)]
    with pytest.raises(EngineError, match="number 1"):
        carry_out(tasks, jobs, lambda name, _results: told.append(name))
    assert told == (["c"] if jobs > 1 else [])


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_is_done_here_is_done_by_this_process_while_others_work(jobs: int) -> None:
    tasks = [Task("heads", lambda _: os.getpid(), here=True), _who("other"),
             Task("both", lambda results: [results["heads"], results["other"]], ("heads", "other"))]  # fmt: skip
    results = carry_out(tasks, jobs)
    assert results["heads"] == os.getpid()
    assert (results["other"] == os.getpid()) == (jobs == 1)
    assert results["both"] == [results["heads"], results["other"]]


def test_a_failure_here_counts_as_one_of_a_child() -> None:
    def fail(_: Results) -> None:
        raise EngineError("number 1")

    told: list[str] = []
    tasks = [Task("a", fail, here=True), Task("b", lambda _: 1, ("a",)), Task("c", lambda _: 1)]
    with pytest.raises(EngineError, match="number 1"):
        carry_out(tasks, 2, lambda name, _results: told.append(name))
    assert told == ["c"]
