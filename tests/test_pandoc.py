"""The seam to pandoc: trees as they come, the text at fault named, styles no longer than they must be."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from chapbook.errors import EngineError
from chapbook.pipeline import Result, check
from chapbook.read import pandoc
from chapbook.store import Store
from tests.books_by_hand import unfold
from tests.conftest import ROOT


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


def texts_read(root: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], Result]:
    """The texts that pandoc was given for a check, and the check."""
    given: list[str] = []
    ask = pandoc.read_markdown

    def asked(texts: Sequence[str], *rest: Any, **named: Any) -> Any:
        given.extend(texts)
        return ask(texts, *rest, **named)

    with monkeypatch.context() as patch:
        patch.setattr(pandoc, "read_markdown", asked)
        return given, check(root, store=store)


@pytest.mark.parametrize("name", ["illustrated", "ledger", "many-scripts", "scholarly"])
def test_a_book_read_before_is_the_same_book(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its tree, its findings, and its citations, without pandoc; after an edit one file is read."""
    root = tmp_path / "book"
    shutil.copytree(ROOT / "tests" / "books" / name, root)
    store = Store(tmp_path / "store", "tools")
    files, first = texts_read(root, store, monkeypatch)
    monkeypatch.setattr(pandoc, "cite", None)
    none, again = texts_read(root, store, monkeypatch)
    assert files and not none
    assert again == first
    path = next(p for p in sorted((root / "manuscript").glob("*.md")) if p.read_text("utf-8") in files)
    path.write_text(path.read_text("utf-8") + "\nOne sentence more.\n", "utf-8")
    edited, _ = texts_read(root, store, monkeypatch)
    assert edited == [path.read_text("utf-8")]


def test_findings_of_reading_are_told_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, store = unfold(FINDING, tmp_path / "book"), Store(tmp_path / "store", "tools")
    _, first = texts_read(root, store, monkeypatch)
    none, again = texts_read(root, store, monkeypatch)
    assert [d.code for d in first.diagnostics] == ["H004"]
    assert not none and again.diagnostics == first.diagnostics


@pytest.mark.parametrize("hidden", ["at-risk: true", "redacted"])
def test_a_book_that_hides_something_leaves_nothing(hidden: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = FINDING.replace("lang: en", "lang: en\nat-risk: true") if ":" in hidden else FINDING + "\nBy [Maria]{.redact}.\n"
    root, store = unfold(text, tmp_path / "book"), Store(tmp_path / "store", "tools")
    for _ in range(2):
        files, _ = texts_read(root, store, monkeypatch)
        assert files
    assert not list(store.folder.rglob("*"))


FINDING = """
=== manuscript/book.yaml
title: A book
author: Ada Example
lang: en
date: 2026
=== manuscript/01.md
# One

A word <span contextmenu="x">with an attribute</span> that is not read.
"""
