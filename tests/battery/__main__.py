"""`python -m tests.battery [ROW …] [--quick]`: run the battery and say the numbers of a release."""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
import traceback
from pathlib import Path

import pytest

from tests.battery.bench import Bench
from tests.battery.rows import NotChecked, Row, all_rows


def main() -> int:
    """Run the rows asked for (all when none are named); 0 when all passed."""
    parser = argparse.ArgumentParser(prog="python -m tests.battery")
    parser.add_argument("rows", nargs="*", type=int, help="numbers of rows (default: all 90)")
    parser.add_argument("--quick", action="store_true", help="leave out the rows that need minutes")
    parser.add_argument("--messages", action="store_true", help="print what a user is told")
    options = parser.parse_args()
    wanted = [r for r in all_rows() if (not options.rows or r.number in options.rows) and not (options.quick and r.slow)]
    started = time.monotonic()
    passed, numbers, builds = 0, {}, []
    for row in wanted:
        with tempfile.TemporaryDirectory(prefix="battery-") as folder:
            bench = Bench(Path(folder))
            said, seconds = _try(row, bench)
        passed += not said
        numbers.update(bench.numbers)
        builds += bench.builds_s
        print(f"{row.number:3}  {'passed' if not said else 'FAILED':7} {seconds:6.1f} s  {row.name[7:].replace('_', ' ')}", flush=True)
        if said:
            print("     " + said.strip().replace("\n", "\n     "), flush=True)
        if options.messages:
            for message in dict.fromkeys(bench.messages):
                print(f"       {message}")
    print(f"\nrows passed: {passed} of {len(wanted)}")
    for name, value in numbers.items():
        print(f"{name}: {value}")
    if builds:
        print(f"builds: {len(builds)}; median {statistics.median(builds):.2f} s, longest {max(builds):.1f} s")
    print(f"time: {(time.monotonic() - started) / 60:.1f} min")
    return 0 if passed == len(wanted) else 1


def _try(row: Row, bench: Bench) -> tuple[str, float]:
    """What went wrong with a row, "" when nothing; and the seconds it took."""
    started = time.monotonic()
    try:
        row.run(bench)
        said = ""
    except NotChecked as error:
        said = f"NOT CHECKED: {error}"
    except (Exception, SystemExit, pytest.skip.Exception, pytest.fail.Exception) as error:  # noqa: BLE001 - a row may fail in any way; the others still run
        last = traceback.extract_tb(error.__traceback__)
        where = next((f"{Path(f.filename).name}:{f.lineno}" for f in reversed(last) if "battery" in f.filename), "")
        said = f"{type(error).__name__} at {where}: {str(error)[:1500]}"
    return said, time.monotonic() - started


if __name__ == "__main__":
    sys.exit(main())
