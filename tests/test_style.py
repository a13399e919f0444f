"""One command checks all: ruff and mypy are tests too."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_ruff() -> None:
    done = run("ruff", "check", "chapbook", "tests", "benchmarks", "build.py")
    assert done.returncode == 0, done.stdout


def test_mypy() -> None:
    done = run("mypy")
    assert done.returncode == 0, done.stdout
