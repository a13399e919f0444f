"""What was measured as docs/performance.md, with the targets, and as a plot."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

HEAD = (
    "| book | words | what | wall s | cpu s | memory of all MB | of one process MB | pages | ÷ pandoc + WeasyPrint |\n"
    "|---|---:|---|---:|---:|---:|---:|---:|---:|"
)
TARGETS = {"small": 0.6, "medium": 0.65, "large": 0.5}
MEMORY = {"medium": 250, "large": 400}
HELP, WARM, EDIT, A_PAGE = 0.08, 0.3, 2.0, 1.3
WATCH = {8: 1.0, 28: 2.0}  # seconds after a save, by the pages of the chapter
COLD, PEER, SAME_PAGE = "Chapbook, cold", "pandoc + WeasyPrint, one PDF", "the same, on the book’s page"
IMPORTED, READ = "engines imported, nothing made", "pandoc, text and citations read"
_COLOURS = {"Chapbook": "#7b2d26", "pandoc": "#9aa0a6"}


@dataclass(frozen=True, slots=True)
class Row:
    """One command on one book: medians; None where it failed. Seconds, megabytes (proportional)."""

    book: str
    words: int
    what: str
    wall: float | None
    cpu: float | None
    tree: float | None
    process: float | None
    pages: int
    ratio: float | None

    def line(self) -> str:
        """The row of the table."""
        words = f"{self.words:,}" if self.words else ""
        if self.wall is None:
            return f"| {self.book} | {words} | {self.what} | failed | | | | | |"
        wall, cpu, ratio = _figure(self.wall, 2), _figure(self.cpu, 2), _figure(self.ratio, 2)
        tree, process = _figure(self.tree, 0), _figure(self.process, 0)
        return f"| {self.book} | {words} | {self.what} | {wall} | {cpu} | {tree} | {process} | {self.pages or ''} | {ratio} |"


def _figure(value: float | None, places: int) -> str:
    return "" if value is None else f"{value:.{places}f}"


def performance(rows: Sequence[Row]) -> dict[str, str]:
    """The files of the report by name."""
    table = "\n".join((HEAD, *(row.line() for row in rows)))
    text = f"""# Performance

Written by `python -m benchmarks.run`, all in one run, pairs in turn, medians. Manuscripts are made by a
seeded generator (`benchmarks/manuscripts.py`), in the proportions of real books; “shipped” is the book of this
repository. Chapbook makes EPUB, tagged PDF, print PDF and HTML, and reads each back to check it; `pandoc +
WeasyPrint` makes one untagged PDF: on WeasyPrint's own page (A4, the style of pandoc’s own template), and once more with the page, the
margins and the type size of the book, which makes about as many pages as the book has. In `watch`, “shown” is when every
format is in the browser, “published” when all are checked and in `dist/`. A resident process
has built the book and rests two seconds before each save. Memory is proportional set size, looked at now and then: pages that
processes share count once.

{_machine()}

![Wall time beside pandoc + WeasyPrint](performance.svg)

## Targets

| what | target | measured | |
|---|---:|---:|---|
{chr(10).join(_targets(rows))}

{chr(10).join(_reasons(rows))}
## All figures

{table}
"""
    return {"performance.md": text, "performance.svg": _plot(rows)}


def _targets(rows: Sequence[Row]) -> Iterator[str]:
    by = {(row.book, row.what): row for row in rows}

    def line(what: str, target: float, measured: float | None, unit: str) -> str:
        if measured is None:
            return f"| {what} | ≤ {target:g}{unit} | not measured | |"
        said = "reached" if measured <= target else "missed"
        return f"| {what} | ≤ {target:g}{unit} | {measured:.2f}{unit} | {said} |"

    def of(book: str, what: str, key: str) -> float | None:
        row = by.get((book, what))
        return getattr(row, key) if row else None

    yield line("`--help`", HELP, of("–", "Chapbook, --help", "wall"), " s")
    for book, target in TARGETS.items():
        yield line(f"{book}, cold, ÷ pandoc + WeasyPrint", target, of(book, COLD, "ratio"), "")
        yield line(f"{book}, cold, ÷ the same on the book’s page", target, _divided(of, book), "")
    for book, limit in MEMORY.items():
        yield line(f"{book}, memory of one process", limit, of(book, COLD, "process"), " MB")
    medium, large = by.get(("medium", COLD)), by.get(("large", COLD))
    if medium and large and medium.wall and large.wall and medium.pages and large.pages:
        growth = (large.wall / large.pages) / (medium.wall / medium.pages)
        yield line("time a page, large ÷ medium", A_PAGE, growth, "")
    yield line("medium, nothing changed", WARM, of("medium", "Chapbook, nothing changed", "wall"), " s")
    yield line("medium, one edit, a new process", EDIT, of("medium", "Chapbook, one edit", "wall"), " s")
    for pages, target in WATCH.items():
        for seen in ("shown", "published"):
            yield line(f"medium, one edit, watch, {pages} pages, {seen}", target, of("medium", f"Chapbook watch, {pages} pages, {seen}", "wall"), " s")


def _reasons(rows: Sequence[Row]) -> Iterator[str]:
    """Why targets are missed, where they are."""
    by = {(row.book, row.what): row for row in rows}
    small, peer, read = (by.get(("small", what)) for what in (COLD, PEER, READ))
    engines, processors = by.get(("–", IMPORTED)), os.cpu_count() or 1
    if small and small.wall and small.cpu and peer and peer.wall and read and read.cpu and engines and engines.cpu:
        room = TARGETS["small"] * peer.wall
        if small.wall > room:
            yield (f"**Why the small book is over its target.** {TARGETS['small']:g} of the peer’s {peer.wall:.2f} s are {room:.2f} s: "
                   f"{room * processors:.2f} CPU seconds on {processors} processors that never wait. Chapbook takes {small.cpu:.2f}. The engines have "
                   f"to be there ({engines.cpu:.2f}), pandoc has to read the text and set the citations ({read.cpu:.2f}), and {small.pages} pages "
                   "have to be laid out and drawn by the same engine as the peer’s. What is left would have to hold all else: the tags, the second PDF, EPUB, HTML "
                   "and the reading back of each file, with no moment in which a processor waits.\n")  # fmt: skip
    late = by.get(("medium", "Chapbook watch, 8 pages, published"))
    if late and late.wall and late.wall > WATCH[8]:
        yield ("**Why `watch` publishes later than it shows.** Whatever the edit, each file is read back whole, by another reader than the one that "
               "wrote it, before it replaces the one before.\n")  # fmt: skip


def _divided(of: Callable[[str, str, str], float | None], book: str) -> float | None:
    ours, theirs = of(book, COLD, "wall"), of(book, SAME_PAGE, "wall")
    return ours / theirs if ours and theirs else None


def _machine() -> str:
    model = next((line.partition(":")[2].strip() for line in _read("/proc/cpuinfo") if line.startswith("model name")), "")
    memory = next((int(line.split()[1]) // 1_048_576 for line in _read("/proc/meminfo") if "MemTotal" in line), 0)
    load = os.getloadavg()[0]
    tools = ", ".join(f"{name} {_version(name)}" for name in ("weasyprint", "pypandoc_binary", "pikepdf", "typst"))
    return (f"Machine: {model or platform.machine()}, {os.cpu_count()} processors, {memory} GB, {platform.system()}, "
            f"Python {platform.python_version()}; {tools}. Load when it ended: {load:.1f}.")  # fmt: skip


def _read(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).is_file() else []


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _plot(rows: Sequence[Row]) -> str:
    """Bars of wall time for each book, as parts of what pandoc + WeasyPrint took."""
    shown = [row for row in rows if row.ratio is not None]
    longest = max((row.ratio or 0.0 for row in shown), default=1.0)
    y, book, bars = 14, "", []
    for row in shown:
        if row.book != book:
            book, y = row.book, y + 26
            bars.append(f'<text x="8" y="{y - 6}" font-weight="bold">{escape(book)}, {row.words:,} words</text>')
        width = 430 * (row.ratio or 0.0) / longest
        colour = _COLOURS["Chapbook" if row.what.startswith("Chapbook") else "pandoc"]
        bars.append(f'<text x="212" y="{y + 11}" text-anchor="end">{escape(row.what)}</text>'
                    f'<rect x="220" y="{y}" width="{width:.1f}" height="14" fill="{colour}"/>'
                    f'<text x="{226 + width:.1f}" y="{y + 11}">{row.ratio:.2f} · {row.wall:.2f} s</text>')  # fmt: skip
        y += 19
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 {y + 12}" font-family="sans-serif" font-size="12" '
            f'role="img"><title>Wall time, pandoc + WeasyPrint is 1</title><rect width="760" height="{y + 12}" fill="#fff"/>'
            f"{''.join(bars)}</svg>\n")  # fmt: skip
