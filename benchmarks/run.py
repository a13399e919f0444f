"""Measure Chapbook beside its peers in one run: `python -m benchmarks.run [sizes]`.

Each round runs every command once, in turn, so that a slow moment of the machine falls on all
of them; figures are medians. The peers make what they make in one command: pandoc an EPUB,
pandoc with WeasyPrint one untagged PDF, pandoc with Typst one PDF. Chapbook makes EPUB, tagged
PDF, print PDF and HTML, each read back and checked. Its own page is A4, in the style of pandoc's template; a
second row of the peer has the page, margins and type size of the book, so that both make as many pages. With all sizes (the default) the result is
written to docs/performance.md and docs/performance.svg; it takes about a quarter of an hour.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from compileall import compile_dir
from pathlib import Path

from benchmarks.manuscripts import SIZES, lengthen, write
from benchmarks.measure import Measure, run
from benchmarks.report import COLD, IMPORTED, PEER, READ, SAME_PAGE, Row, performance
from benchmarks.watching import edits

REPOSITORY = Path(__file__).resolve().parent.parent
ROUNDS = {"small": 5, "shipped": 3, "medium": 2, "large": 1}
WARM, EDIT = "Chapbook, nothing changed", "Chapbook, one edit"
SHOWN, PUBLISHED = "Chapbook watch, {} pages, shown", "Chapbook watch, {} pages, published"
EDITIONS = "epub,pdf,print,html"

PAGE = """@page { size: 148mm 210mm; margin: 21mm 21mm 26mm 17mm; @bottom-center { content: counter(page) } }
html { font-size: 10.5pt; line-height: 14pt }
body { max-width: none; margin: 0; padding: 0; hyphens: auto; text-align: justify }
"""


def main() -> None:
    """Measure the sizes asked for; write the report when all were."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("sizes", nargs="*", default=list(ROUNDS), help=", ".join(ROUNDS))
    options.add_argument("--rounds", type=int, help="rounds of each size (default: more for small books)")
    options.add_argument("--out", type=Path, help="where the report goes (default: docs/, with all sizes)")
    asked = options.parse_args()
    unknown = sorted(set(asked.sizes) - set(ROUNDS))
    if unknown:
        options.error(f"unknown size {unknown[0]}: {', '.join(ROUNDS)}")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    compile_dir(REPOSITORY / "chapbook", quiet=1)  # as an installer does with the peers' modules
    rows: list[Row] = [_help(), _engines()]
    for name in asked.sizes:
        with tempfile.TemporaryDirectory() as scratch:
            rows += _compare(name, Path(scratch), asked.rounds or ROUNDS[name])
    out = asked.out or (REPOSITORY / "docs" if set(asked.sizes) == set(ROUNDS) else None)
    if out:
        out.mkdir(parents=True, exist_ok=True)
        for file, text in performance(rows).items():
            (out / file).write_text(text, "utf-8")


def _help() -> Row:
    """How long `--help` takes: nothing heavy may be imported for it."""
    measures = [run([sys.executable, str(REPOSITORY / "build.py"), "--help"], REPOSITORY) for _ in range(15)]
    return _shown(Row("–", 0, "Chapbook, --help", *_medians(measures), pages=0, ratio=None))


def _engines() -> Row:
    """How long the engines take to be there, started as Chapbook starts them; nothing is made."""
    code = ("from chapbook.writers.starting import quickly\nwith quickly():\n    import weasyprint\n"
            "import brotli, ebooklib.epub, pikepdf, pypdfium2, uharfbuzz, yaml\nfrom PIL import Image")  # fmt: skip
    measures = [run([sys.executable, "-c", code], REPOSITORY) for _ in range(7)]
    return _shown(Row("–", 0, IMPORTED, *_medians(measures), pages=0, ratio=None))


def _compare(name: str, scratch: Path, rounds: int) -> list[Row]:
    book = scratch / "book"
    os.environ["CHAPBOOK_CACHE"] = str(scratch / "store")  # nothing is known from another run
    if name == "shipped":
        for part in ("manuscript", "assets", "styles"):
            shutil.copytree(REPOSITORY / part, book / part)
        words = sum(len(p.read_text("utf-8").split()) for p in sorted((book / "manuscript").glob("*.md")))
    else:
        words = write(next(size for size in SIZES if size.name == name), book)
    commands = _commands(book, scratch)
    taken: dict[str, list[Measure]] = {what: [] for what in commands}
    failed: set[str] = set()
    for _ in range(rounds):
        for what, (prepare, command) in commands.items():
            if what in failed:
                continue
            prepare()
            try:
                taken[what].append(run(command, book))
            except RuntimeError as error:
                print(f"{name}: {what} failed: {str(error)[-300:]}", file=sys.stderr)
                failed.add(what)
    reference = statistics.median(m.wall for m in taken[PEER]) if taken[PEER] else None
    rows = []
    for what, measures in taken.items():
        if what in failed:
            rows.append(_shown(Row(name, words, what, None, None, None, None, pages=0, ratio=None)))
            continue
        wall, *others = _medians(measures)
        ratio = wall / reference if reference else None
        rows.append(_shown(Row(name, words, what, wall, *others, pages=_pages(what, scratch), ratio=ratio)))
    return rows + (_watched(name, words, book) if name == "medium" else [])


def _watched(name: str, words: int, book: Path) -> list[Row]:
    """A resident process after an edit in a chapter of about 8 pages, and in one of about 28."""
    size = next(size for size in SIZES if size.name == name)
    rows = []
    for pages in (8, 28):
        chapter = sorted((book / "manuscript").glob("*.md"))[size.chapters // 2] if pages == 8 else lengthen(size, book)
        for what, seconds in zip((SHOWN, PUBLISHED), edits(book, chapter, EDITIONS), strict=True):
            rows.append(_shown(Row(name, words, what.format(pages), seconds, None, None, None, pages=0, ratio=None)))
    return rows


def _shown(row: Row) -> Row:
    print(row.line(), flush=True)
    return row


def _medians(measures: Sequence[Measure]) -> tuple[float, float, float, float]:
    wall, cpu, tree, process = (
        statistics.median(getattr(m, key) for m in measures) for key in ("wall", "cpu", "tree", "process")
    )
    return wall, cpu, tree, process


def _pages(what: str, scratch: Path) -> int:
    """The pages of the PDF a command made; 0 for one that makes none."""
    import pypdfium2

    name = "dist" if what.startswith("Chapbook") else "typst.pdf" if "Typst" in what else "peer.pdf"
    found = sorted((scratch / name).glob("*.pdf"), key=lambda p: len(p.name)) if name == "dist" else [scratch / name]
    if SAME_PAGE in what:
        found = [scratch / "same.pdf"]
    if "EPUB" in what or what == READ or not found or not found[0].is_file():
        return 0
    document = pypdfium2.PdfDocument(found[0])
    try:
        return len(document)
    finally:
        document.close()


def _commands(book: Path, scratch: Path) -> dict[str, tuple[Callable[[], None], Sequence[str]]]:
    """What is measured, in turn: what is done before the clock starts, and the command."""
    import pypandoc

    pandoc = str(pypandoc.get_pandoc_path())
    chapters = [str(p) for p in sorted((book / "manuscript").glob("*.md"))]
    metadata = ["--metadata-file", str(book / "manuscript" / "book.yaml"), "--citeproc",
                "--bibliography", str(book / "manuscript" / "sources.yaml"), "--file-scope", "--toc"]  # fmt: skip
    weasyprint = str(Path(sys.executable).with_name("weasyprint"))
    chapbook = [sys.executable, str(REPOSITORY / "build.py"), "--book", str(book), "--out", str(scratch / "dist"),
                "--only", EDITIONS]  # fmt: skip
    edited = Path(chapters[len(chapters) // 2])
    (scratch / "page.css").write_text(PAGE)

    def nothing() -> None:
        pass

    def primed() -> None:
        run(chapbook, book)

    def edit() -> None:
        with edited.open("a", encoding="utf-8") as file:
            file.write("\nOne sentence more, after the last.\n")

    commands: dict[str, tuple[Callable[[], None], Sequence[str]]] = {
        COLD: (nothing, [*chapbook, "--no-cache"]),
        READ: (nothing, [pandoc, *chapters, *metadata, "-t", "json", "-o", str(scratch / "peer.json")]),
        "pandoc, EPUB": (nothing, [pandoc, *chapters, *metadata, "-o", str(scratch / "peer.epub")]),
        PEER: (nothing, [pandoc, *chapters, *metadata, f"--pdf-engine={weasyprint}", "-o", str(scratch / "peer.pdf")]),
        SAME_PAGE: (nothing, [pandoc, *chapters, *metadata, f"--pdf-engine={weasyprint}", "--css", str(scratch / "page.css"),
                              "-o", str(scratch / "same.pdf")]),
        WARM: (primed, chapbook),
        EDIT: (edit, chapbook),
    }  # fmt: skip
    if _installed("typst"):
        commands["pandoc + Typst, one PDF"] = (
            nothing, [sys.executable, str(REPOSITORY / "benchmarks" / "typst_pdf.py"), str(scratch), pandoc, *chapters, *metadata])  # fmt: skip
    return commands


def _installed(name: str) -> bool:
    from importlib.util import find_spec

    return find_spec(name) is not None


if __name__ == "__main__":
    main()
