"""The command line as a process of its own, in an environment that a row chooses."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.conftest import ROOT

PYTHON = sys.executable


def command(root: Path, *arguments: str) -> list[str]:
    """The command that builds the book in `root`."""
    return [PYTHON, str(ROOT / "build.py"), *arguments, "--book", str(root)]


def environment(extra: Mapping[str, str | None] | None = None) -> dict[str, str]:
    """This process's environment with changes; None takes a variable away."""
    merged: dict[str, str | None] = {**os.environ, "CHAPBOOK_CACHE": "", **(extra or {})}
    return {name: value for name, value in merged.items() if value is not None}


def build(
    root: Path, *arguments: str, env: Mapping[str, str | None] | None = None, before: Sequence[str] = (),
    prepare: Callable[[], None] | None = None, timeout_s: int = 120, **options: Any,
) -> subprocess.CompletedProcess[str]:  # fmt: skip
    """Build, wait, and give what it said; `before` is a command that runs it (`unshare -n`)."""
    return subprocess.run(
        [*before, *command(root, *arguments)], capture_output=True, text=True, check=False,
        env=environment(env), preexec_fn=prepare, timeout=timeout_s, **options,
    )  # fmt: skip


def start(root: Path, *arguments: str, env: Mapping[str, str | None] | None = None) -> subprocess.Popen[str]:
    """Start a build and go on."""
    return subprocess.Popen(command(root, *arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            text=True, env=environment(env))  # fmt: skip


def snapshot(folder: Path) -> dict[str, bytes]:
    """The files of a folder with their bytes; {} when it is not there."""
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir())} if folder.is_dir() else {}
