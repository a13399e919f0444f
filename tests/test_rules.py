"""One folder for each code: a small book that has the fault, and what is said of it.

`pytest --accept` writes what was said; a person reads the difference. A code without a folder,
or a folder whose code is never given, fails.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chapbook.diagnostics import Diagnostic, in_order
from chapbook.errors import ConfigurationError, ManuscriptError
from chapbook.pipeline import check
from tests.books_by_hand import unfold
from tests.conftest import ROOT

HERE = Path(__file__).parent / "rules"
CASES = sorted(HERE.iterdir())
# Findings that a text fixture cannot hold; tests/test_gather.py has them.
ELSEWHERE = {"T001", "T002", "F006", "F007", "F008", "F009", "F010", "F012", "B012", "C010", "Y005", "Y006", "I004", "I005", "I006",
             "R001", "R002", "H006", "B006", "K007"}  # fmt: skip


def said(folder: Path) -> tuple[Diagnostic, ...]:
    try:
        return check(folder, release=(folder / "options").is_file()).diagnostics
    except (ManuscriptError, ConfigurationError) as error:
        return in_order(error.diagnostics)


@pytest.mark.parametrize("case", CASES, ids=lambda p: p.name)
def test_rule(case: Path, tmp_path: Path, accept: bool) -> None:
    path = case / "case.txt"
    before, _, wanted = path.read_text("utf-8").partition("=== findings\n")
    findings = said(unfold("\n" + before.removesuffix("\n"), tmp_path))
    got = "".join(f"{finding}\n" for finding in findings)
    if accept:
        path.write_text(f"{before}=== findings\n{got}", "utf-8")
    assert got == wanted or accept
    assert case.name in {f.code for f in findings}
    assert all(f.hint for f in findings if f.code[0] not in "FI"), "a finding without a hint"


def test_every_code_has_its_folder() -> None:
    given: set[str] = set()
    for path in sorted((ROOT / "chapbook").rglob("*.py")):
        if not {"verify", "writers", "preflight"} & set(path.parts) and path.name != "record.py":
            given |= set(re.findall(r"\"([A-Z]\d{3})\"", path.read_text("utf-8")))
    assert given - {p.name for p in CASES} == ELSEWHERE
