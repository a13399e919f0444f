"""The seam to pandoc: trees as they come, the text at fault named, styles no longer than they must be."""

from __future__ import annotations

import json
import shutil
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from chapbook.errors import EngineError
from chapbook.pipeline import Result, check
from chapbook.model import Source
from chapbook.read import pandoc
from chapbook.read.from_pandoc import read_blocks
from chapbook.read.report import Report
from chapbook.read.talk import Talk
from chapbook.store import Store
from chapbook.walking import plain_text
from tests.books_by_hand import unfold
from tests.conftest import ROOT


def words_of(tree: Any) -> str:
    return "".join(n["c"] for block in tree["blocks"] for n in block["c"])


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_trees_come_in_order_while_pandoc_reads(jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pandoc, "_MUCH", 0)
    done: list[str] = []
    trees = pandoc.read_markdown(["one", "two", "", "four"], [], meanwhile=lambda: done.append("meanwhile"), jobs=jobs)
    assert [words_of(tree) for tree in trees] == ["one", "two", "", "four"]
    assert done == ["meanwhile"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_text_that_ends_pandoc_is_named_and_no_other(jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process that reads it ends: each of its texts is read again by itself, none is given twice."""
    monkeypatch.setattr(pandoc, "_MUCH", 0)
    lines = Talk.lines

    def ending(self: Talk) -> Iterator[bytes]:
        for count, line in enumerate(lines(self)):
            if b"heavy" in self.data and count == self.data.count(b"light"):
                raise EngineError("pandoc needs too much memory for it")
            yield line
        self.warnings.append(f"said of {self.data.split()[-1].decode()}")

    monkeypatch.setattr(Talk, "lines", ending)
    warnings: list[str] = []
    trees = list(pandoc.read_markdown(["light", "light", "heavy", "last"], warnings, jobs=jobs))
    assert [tree if isinstance(tree, str) else words_of(tree) for tree in trees] == [
        "light", "light", "pandoc needs too much memory for it", "last"]  # fmt: skip
    assert warnings == ["said of light", "said of light", "said of last"]


def test_a_signal_is_not_heard_by_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """What must not be disturbed blocks signals here; a thread that did not would be sent them."""
    masks: list[set[Any]] = []
    say = Talk._say

    def saying(self: Talk) -> None:
        masks.append(signal.pthread_sigmask(signal.SIG_BLOCK, []))
        say(self)

    monkeypatch.setattr(Talk, "_say", saying)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [])
    assert len(list(pandoc.read_markdown(["one"], []))) == 1
    assert {signal.SIGINT, signal.SIGTERM} <= masks[0]
    assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == before


def test_words_in_a_row_are_one_text() -> None:
    """The tree says the same, whatever stands beside the words."""
    text = 'He said: "a\\\\ b" and\nso on *em ph* `c "d"` <br> end\\\nof it[^1] and "\\"}," [x y](z "t").\n\n[^1]: A note.\n'
    (tree,) = pandoc.read_markdown([text], [])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pandoc, "_JOINS", ())
        (plain,) = pandoc.read_markdown([text], [])
    assert isinstance(tree, dict) and isinstance(plain, dict)
    assert len(json.dumps(tree)) < len(json.dumps(plain))
    one, other = (read_blocks(t["blocks"], Report(Source("a.md", text))) for t in (tree, plain))
    assert one == other and "a\\ b" in plain_text(one)


def test_a_style_keeps_its_terms() -> None:
    given = pandoc._slim(b'<style>\n <!-- a\n note -->\n <term name="gap"> </term>\n <if>\n  <text/>\n </if>\n</style>')
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
