"""Measure Chapbook beside pandoc + WeasyPrint in one run: `python -m benchmarks.run [sizes]`.

Each round runs every command once, in turn, so that a slow moment of the machine falls on all
of them; the table has medians. The peers make what they make in one command: pandoc an EPUB,
pandoc with WeasyPrint one untagged PDF. Chapbook makes all its editions, verified.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.manuscripts import SIZES, write
from benchmarks.measure import Measure, run

REPOSITORY = Path(__file__).resolve().parent.parent
NAMES = (*(size.name for size in SIZES), "shipped")


def main() -> None:
    """Print the table of every size asked for."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("sizes", nargs="*", default=["small", "shipped"], help=", ".join(NAMES))
    options.add_argument("--rounds", type=int, default=3)
    asked = options.parse_args()
    unknown = sorted(set(asked.sizes) - set(NAMES))
    if unknown:
        options.error(f"unknown size {unknown[0]}: {', '.join(NAMES)}")
    print("| book | words | what | wall s | cpu s | tree MB | process MB | wall ÷ pandoc + WeasyPrint |")
    print("|---|---:|---|---:|---:|---:|---:|---:|")
    for name in asked.sizes:
        with tempfile.TemporaryDirectory() as scratch:
            _compare(name, Path(scratch), asked.rounds)


def _compare(name: str, scratch: Path, rounds: int) -> None:
    book = scratch / "book"
    if name == "shipped":
        for part in ("manuscript", "assets", "styles"):
            shutil.copytree(REPOSITORY / part, book / part)
        words = sum(len(p.read_text().split()) for p in sorted((book / "manuscript").glob("*.md")))
    else:
        words = write(next(size for size in SIZES if size.name == name), book)
    commands = _commands(book, scratch)
    taken: dict[str, list[Measure]] = {what: [] for what in commands}
    for _ in range(rounds):
        for what, command in commands.items():
            taken[what].append(run(command, book))
    reference = statistics.median(m.wall for m in taken["pandoc + WeasyPrint, one PDF"])
    for what, measures in taken.items():
        row = [statistics.median(getattr(m, key) for m in measures) for key in ("wall", "cpu", "tree", "process")]
        print(f"| {name} | {words:,} | {what} | {row[0]:.2f} | {row[1]:.2f} | {row[2]:.0f} | {row[3]:.0f} "
              f"| {row[0] / reference:.2f} |", flush=True)  # fmt: skip


def _commands(book: Path, scratch: Path) -> dict[str, Sequence[str]]:
    import pypandoc

    pandoc = pypandoc.get_pandoc_path()
    chapters = [str(p) for p in sorted((book / "manuscript").glob("*.md"))]
    metadata = ["--metadata-file", str(book / "manuscript" / "book.yaml"), "--citeproc",
                "--bibliography", str(book / "manuscript" / "sources.yaml"), "--file-scope", "--toc"]  # fmt: skip
    weasyprint = str(Path(sys.executable).with_name("weasyprint"))
    chapbook = [sys.executable, str(REPOSITORY / "build.py"), "--book", str(book), "--out", str(scratch / "dist")]
    return {
        "Chapbook, all editions": [*chapbook, "--no-cache"],
        "pandoc, EPUB": [pandoc, *chapters, *metadata, "-o", str(scratch / "peer.epub")],
        "pandoc + WeasyPrint, one PDF": [
            pandoc, *chapters, *metadata, f"--pdf-engine={weasyprint}", "-o", str(scratch / "peer.pdf")],
    }  # fmt: skip


if __name__ == "__main__":
    main()
