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
    rows = [line.split() for line in done.stdout.split("\n") if "SHA256SUMS" in line or ".epub" in line or ".pdf" in line or ".html" in line]
    results = {(row[0], row[1]): " ".join(row[2:]) for row in rows if row}
    good = {"0"} if CI else {"0", "not installed"}
    assert results and set(results.values()) <= good, done.stdout + done.stderr
    for tool in ("EPUBCheck", "qpdf"):
        assert "0" in [found for (name, _), found in results.items() if name == tool], done.stdout
