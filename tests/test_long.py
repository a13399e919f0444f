"""A long book: the medium manuscript of the benchmarks, of 40 chapters and 330 pages."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from benchmarks.manuscripts import SIZES, write
from chapbook.pipeline import Result, build
from chapbook.store import Store
from chapbook.toolchain import toolchain
from chapbook.verify.tools import run_tools

NeedsTool = Callable[[str], None]
EDITIONS = ("epub", "pdf", "print", "html")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("long")
    write(SIZES[1], root)
    return root


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("store"), toolchain())


@pytest.fixture(scope="module")
def made(book: Path, store: Store) -> Result:
    return build(book, EDITIONS, 2, store=store)


@pytest.mark.parametrize("tool", ["veraPDF", "qpdf"])
def test_what_was_put_together_is_sound(tool: str, made: Result, tmp_path: Path, needs_tool: NeedsTool) -> None:
    needs_tool(tool)
    (screen,) = (a for a in made.artifacts if a.edition == "pdf")
    path = tmp_path / screen.name
    path.write_bytes(screen.data)
    (result,) = run_tools(path, [tool])
    assert result.status == "passed", result


def test_an_edit_makes_the_bytes_that_a_build_anew_makes(made: Result, book: Path, store: Store) -> None:
    chapter = book / "manuscript" / "021-chapter.md"
    chapter.write_text(chapter.read_text() + "\nA sentence more, with an Ωmega that no other has.\n")
    edited, anew = (build(book, EDITIONS, 2, store=kept) for kept in (store, None))
    digests = [{a.name: sha256(a.data).hexdigest() for a in result.artifacts} for result in (made, edited, anew)]
    assert digests[1] == digests[2]
    assert all(digests[0][name] != digests[1][name] for name in digests[1])
