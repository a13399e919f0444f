"""The seam to pandoc: trees as they come, the text at fault named, styles no longer than they must be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chapbook.errors import EngineError
from chapbook.read import pandoc


def words_of(tree: Any) -> str:
    return "".join(n.get("c", " ") for block in tree["blocks"] for n in block["c"])


def test_trees_come_in_order_while_pandoc_reads() -> None:
    done: list[str] = []
    trees = pandoc.read_markdown(["one", "two", ""], [], meanwhile=lambda: done.append("meanwhile"))
    assert [words_of(tree) for tree in trees] == ["one", "two", ""]
    assert done == ["meanwhile"]


def test_a_text_that_ends_pandoc_is_named_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """One process for all ends at the third text: each is read again by itself, none is given twice."""
    talked: Callable[..., Iterator[bytes]] = pandoc._run

    def run(arguments: Any, text: str, folder: str, warnings: list[str], meanwhile: Any) -> Iterator[bytes]:
        for count, line in enumerate(talked(arguments, text, folder, [], meanwhile)):
            if "heavy" in text and count == text.count("light"):
                raise EngineError("pandoc needs too much memory for it")
            yield line
        warnings.append(f"said of {text.rpartition(chr(10))[2]}")

    monkeypatch.setattr(pandoc, "_run", run)
    warnings: list[str] = []
    trees = list(pandoc.read_markdown(["light 1", "light 2", "heavy", "last"], warnings))
    assert [tree if isinstance(tree, str) else words_of(tree) for tree in trees] == [
        "light 1", "light 2", "pandoc needs too much memory for it", "last"]  # fmt: skip
    assert warnings == ["said of light 1", "said of light 2", "said of last"]


def test_a_style_keeps_its_terms() -> None:
    given = pandoc._slim(b'<style>\n <!-- a\n note -->\n <term name="gap"> </term>\n <if> <text/>\n </if>\n</style>')
    assert given == b'<style><term name="gap"> </term><if><text/></if></style>'
