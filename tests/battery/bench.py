"""The bench on which a row is tried: small books, runs of the command line, what came out.

A run calls `chapbook.cli.main` in this process, which is the whole way a user goes, and holds
the rules of every row: no traceback, a place and a hint in every message, `dist/` unchanged
when the exit status is not 0, and a limit of time.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import signal
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import FrameType
from unittest import mock

import pikepdf
from lxml import etree, html

from chapbook import cli
from chapbook.pdftext import page_texts
from chapbook.verify.extract import HUGE
from tests.books_by_hand import unfold

LIMIT_S = 60
_APART = ("p", "li", "dt", "dd", "td", "th", "div", "br", "pre", "figcaption", "caption", "summary", "h1", "h2", "h3", "h4")
OLD = b"the old edition"
_MESSAGE = re.compile(r"^(?P<path>[^\n]+?):(?P<line>\d+):(?P<column>\d+): error (?P<code>[A-Z]\d{3}): ", re.M)


@dataclass(frozen=True, slots=True)
class Run:
    """What one run said and how it ended; `seconds` is wall time."""

    status: int
    said: str
    seconds: float


@dataclass(frozen=True)
class Files:
    """The files of a build by their edition, and the warnings of the run."""

    folder: Path
    warnings: str = ""

    @cached_property
    def data(self) -> dict[str, bytes]:
        """Every file by its name."""
        return {p.name: p.read_bytes() for p in sorted(self.folder.iterdir()) if p.is_file()}

    def of(self, edition: str) -> bytes:
        """The bytes of an edition: epub, html, pdf or print."""
        endings = {"epub": ".epub", "html": ".html", "pdf": ".pdf", "print": "-print.pdf"}
        names = [n for n in self.data if n.endswith(endings[edition]) and "-audit" not in n
                 and (edition == "print") == n.endswith("-print.pdf")]  # fmt: skip
        assert len(names) == 1, (edition, sorted(self.data))
        return self.data[names[0]]

    def text(self, edition: str) -> str:
        """The words of an edition, spaces made one; words divided at line ends are joined."""
        data = self.of(edition)
        if edition in ("pdf", "print"):
            text = "\n".join(page_texts(data))
            text = re.sub("[-\u00ad\ufffe\u2010]\\s*\n\\s*", "", text.replace("\r", ""))
        elif edition == "html":
            text = _words(html.document_fromstring(data.decode()))
        else:
            text = " ".join(_words(etree.fromstring(d, HUGE)) for n, d in unpacked(data) if n.endswith(".xhtml"))
        return " ".join(text.replace("\u00a0", " ").split())

    def texts(self) -> Iterator[tuple[str, str]]:
        """The words of the four editions that were made."""
        for edition in ("epub", "html", "pdf", "print"):
            with contextlib.suppress(AssertionError):
                yield edition, self.text(edition)

    def every_byte(self) -> Iterator[tuple[str, bytes]]:
        """Every file, and all it has inside, decompressed."""
        for name, data in self.data.items():
            yield name, data
            for inner, content in unpacked(data):
                yield f"{name}: {inner}", content

    def xhtml(self) -> dict[str, str]:
        """The documents of the EPUB by name."""
        return {n: d.decode() for n, d in unpacked(self.of("epub")) if n.endswith(".xhtml")}


def _words(root: etree._Element) -> str:
    for element in root.iter("style", "{*}style", "script", "{*}script"):
        element.text = ""
    for formula in list(root.iter("math", "{*}math")):  # drawn on pages, where it has no words
        tail = formula.tail
        formula.clear()
        formula.tail = tail
    for element in root.iter(*(f"{space}{tag}" for tag in _APART for space in ("", "{*}"))):
        element.tail = f" {element.tail or ''}"
    return " ".join("".join(root.itertext()).split())


def unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The parts of a zip, or the decoded streams and texts of a PDF."""
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                yield info.filename, archive.read(info)
    elif data[:5] == b"%PDF-":
        with pikepdf.Pdf.open(io.BytesIO(data)) as pdf:
            for item in pdf.objects:
                if isinstance(item, pikepdf.Stream) and item.get("/Subtype") != pikepdf.Name.Image:
                    yield f"object {item.objgen[0]}", item.read_bytes()
                if isinstance(item, pikepdf.Dictionary | pikepdf.Array):
                    yield f"object {item.objgen[0]}", "\n".join(_strings(item)).encode()


def _strings(item: pikepdf.Object) -> Iterator[str]:
    values = item.values() if isinstance(item, pikepdf.Dictionary) else list(item)
    for value in values:
        if isinstance(value, pikepdf.String):
            yield str(value)
        elif isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect:
            yield from _strings(value)


def word(number: int) -> str:
    """A word of letters for a number, each another: no page of a test is like the next."""
    syllables = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]
    out = ""
    number += 70
    while number:
        number, place = divmod(number, len(syllables))
        out += syllables[place]
    return out


class TooLong(Exception):
    """A run took longer than its row allows."""


@dataclass
class Bench:
    """A folder for the books of one row; `numbers` and `builds_s` go into the report."""

    folder: Path
    numbers: dict[str, str] = field(default_factory=dict)
    builds_s: list[float] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    _count: int = 0

    def book(self, text: str, **files: bytes) -> Path:
        """A book of one chapter (`text`), or of the files that `text` names (`=== path`).

        `files` are pictures by name, put under assets/: `x_png=b"…"`.
        """
        self._count += 1
        root = self.folder / f"book-{self._count}"
        whole = text if text.startswith("\n=== ") else f"\n=== manuscript/01.md\n{text}"
        unfold(whole, root)
        for name, data in files.items():
            path = root / "assets" / re.sub(r"_(?=[a-z]+$)", ".", name)
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
        return root

    def run(self, root: Path, *arguments: str, within_s: int = LIMIT_S) -> Run:
        """Run the command line on a book; raises TooLong after `within_s`."""
        said, table = io.StringIO(), io.StringIO()
        started = time.monotonic()
        before = signal.signal(signal.SIGALRM, _too_long)
        signal.alarm(within_s)
        try:
            nothing_kept = mock.patch.dict(os.environ, {"CHAPBOOK_CACHE": ""})  # each run is a cold one
            with nothing_kept, contextlib.redirect_stderr(said), contextlib.redirect_stdout(table):
                status = cli.main([*arguments, "--book", str(root)])
        finally:
            signal.alarm(0)
            signal.signal(signal.SIGALRM, before)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
        return Run(status, said.getvalue() + table.getvalue(), time.monotonic() - started)

    def refuses(
        self, text: str | Path, place: str, *words: str, within_s: int = LIMIT_S, **files: bytes
    ) -> Run:
        """The book is refused at `place` (`01.md:3`, or a path as it is said) naming `words`."""
        root = text if isinstance(text, Path) else self.book(text, **files)
        dist = root / "dist"
        dist.mkdir(exist_ok=True)
        (dist / "old.epub").write_bytes(OLD)
        run = self.run(root, within_s=within_s)
        assert run.status in (3, 4, 5), f"exit {run.status} where a refusal was due: {run.said}"
        assert "Traceback" not in run.said
        assert {p.name: p.read_bytes() for p in dist.iterdir()} == {"old.epub": OLD}, "dist/ changed"
        errors = [line for line in run.said.split("\n") if ": error " in line or line.startswith("chapbook: ")]
        fits = [line for line in errors if line.startswith((place, f"manuscript/{place}"))
                and all(word in line for word in words)]  # fmt: skip
        assert fits, f"no error at {place} naming {words}: {run.said}"
        assert "hint:" in run.said, run.said
        self.messages.append(fits[0])
        return run

    def builds(
        self, text: str | Path, *, only: str = "", within_s: int = LIMIT_S, warns: str = "", **files: bytes
    ) -> Files:
        """The book is built; its files. `warns` must be said in a warning."""
        root = text if isinstance(text, Path) else self.book(text, **files)
        run = self.run(root, *(("--only", only) if only else ()), within_s=within_s)
        assert run.status == 0, f"exit {run.status}: {run.said[:3000]}"
        assert "Traceback" not in run.said
        assert warns in run.said, f"no warning {warns!r}: {run.said}"
        self.builds_s.append(run.seconds)
        return Files(root / "dist", run.said)

    def either(self, text: str, place: str, *kept: str, **files: bytes) -> None:
        """Refused at `place`, or built with every one of `kept` in every edition."""
        root = self.book(text, **files)
        run = self.run(root)
        assert "Traceback" not in run.said
        if run.status:
            assert f"{place}" in run.said and "error" in run.said, run.said
            assert not (root / "dist").exists()
            self.messages.append(run.said.split("\n")[0])
            return
        self.builds_s.append(run.seconds)
        for edition, words in Files(root / "dist").texts():
            for word in kept:
                assert word in words, f"{word!r} is not in the {edition}: {words[:1500]}"


def _too_long(_number: int, _frame: FrameType | None) -> None:
    raise TooLong("the run took longer than its row allows")
