"""Options and fixtures that all tests share."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from chapbook.verify import installed
from chapbook.verify.tools import TOOLS

ROOT = Path(__file__).parents[1]
CI = bool(os.environ.get("CI"))

settings.register_profile("chapbook", deadline=None)  # a busy machine is no fault of a law
settings.load_profile("chapbook")

Needs = Callable[[str], str]
NodeFile = Callable[[str], Path]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="write what came out into the fixtures")


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--accept"))


def absent(what: str) -> None:
    """In CI what is missing is a failure; elsewhere the test says aloud that it did not look."""
    if CI:
        pytest.fail(f"{what} is not installed; CI must have it")
    pytest.skip(f"NOT CHECKED: {what} is not installed")


@pytest.fixture(scope="session")
def needs() -> Needs:
    """`needs("mutool")`: a program this test runs, or "chromium"; its path."""

    def look(program: str) -> str:
        path = installed.chromium() if program == "chromium" else shutil.which(program)
        if path is None:
            absent(program)
        return str(path)

    return look


@pytest.fixture(scope="session")
def needs_tool() -> Callable[[str], None]:
    """`needs_tool("Ace")`: a validator of `chapbook verify` that this test calls."""

    def look(name: str) -> None:
        tool = next(t for t in TOOLS if t.name == name)
        if lack := tool.lacks():
            absent(lack)

    return look


@pytest.fixture(scope="session")
def node_file() -> NodeFile:
    """`node_file("axe-core/axe.min.js")`: a file of a package of `tests/node`; its path."""

    def look(name: str) -> Path:
        path = installed.node_file(name)
        if path is None:
            absent(f"{name.rpartition('/')[0]} (npm ci --prefix tests/node)")
        assert path
        return path

    return look


# What the golden books in other scripts need of the system (scripts.toml).
BOOK_FONTS = {
    "korean": ("NanumMyeongjo.ttf", "NanumGothic.ttf", "DroidSansFallbackFull.ttf"),
    "arabic": ("Amiri-Regular.ttf",),
    "many-scripts": ("NanumMyeongjo.ttf", "uming.ttc", "ipaexm.ttf", "DroidSansFallbackFull.ttf", "Amiri-Regular.ttf",
                     "DejaVuSans.ttf", "Lohit-Devanagari.ttf"),
}  # fmt: skip


def fonts_for(book: str) -> None:
    """The fonts of a golden book. In CI a missing one is a failure."""
    from chapbook.scripts import _installed

    missing = [name for name in BOOK_FONTS.get(book, ()) if name not in _installed()]
    if missing and CI:
        pytest.fail(f"fonts are not installed; CI must have them: {', '.join(missing)}")
    if missing:
        pytest.skip(f"NOT CHECKED: fonts are not installed: {', '.join(missing)}")
