"""Options and fixtures that all tests share."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CI = bool(os.environ.get("CI"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="write what came out into the fixtures")


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--accept"))


@pytest.fixture
def needs():  # type: ignore[no-untyped-def]
    """`needs("java")`: a program this test runs. In CI a missing one is a failure."""

    def look(program: str) -> str:
        path = shutil.which(program)
        if path is None:
            if CI:
                pytest.fail(f"{program} is not installed; CI must have it")
            pytest.skip(f"NOT CHECKED: {program} is not installed")
        return path

    return look
