"""Group V: the validators of others."""

from __future__ import annotations

import shutil

from tests.battery.bench import Bench
from tests.battery.faults import TEXT
from tests.battery.process import build
from tests.battery.rows import NotChecked
from tests.conftest import CI


def row_87_validators(b: Bench) -> None:
    """EPUBCheck, qpdf and whatever else is on this machine find nothing."""
    for tool in ("java", "qpdf"):
        if not shutil.which(tool):
            raise NotChecked(f"{tool} is not installed")
    root = b.builds(TEXT.format("new")).folder.parent
    done = build(root, "verify", env={"CI": "1" if CI else None}, timeout_s=300)
    lines = done.stdout.split("\n")
    assert done.returncode == 0, done.stdout + done.stderr
    for tool in ("EPUBCheck", "qpdf"):
        assert any(tool in line and "passed" in line for line in lines), done.stdout
