"""The quick rows of the battery; `python -m tests.battery` runs all 90."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.battery.bench import Bench
from tests.battery.rows import NotChecked, Row, all_rows
from tests.conftest import CI


@pytest.mark.parametrize("row", [r for r in all_rows() if not r.slow], ids=lambda r: r.name)
def test_row(row: Row, tmp_path: Path) -> None:
    try:
        row.run(Bench(tmp_path))
    except NotChecked as reason:
        if CI:
            raise
        pytest.skip(f"NOT CHECKED: {reason}")


def test_ninety_rows() -> None:
    assert [row.number for row in all_rows()] == list(range(1, 91))
