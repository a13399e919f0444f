"""What a person sees at the terminal, and what a machine reads with `--json`.

Findings go to standard error, the table to standard output. Progress is one line that
rewrites itself, shown only at a terminal.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chapbook.diagnostics import Diagnostic, Severity, in_order
from chapbook.errors import ChapbookError
from chapbook.summary import Summary, summary_of

if TYPE_CHECKING:
    from chapbook.pipeline import Progress, Result
    from chapbook.doctor import Finding
    from chapbook.policy import Coverage
    from chapbook.network.verbs import Row
    from chapbook.preflight import Finding as Remark
    from chapbook.preflight import Outcome
    from chapbook.services import Service
    from chapbook.verify.tools import ToolResult
    from chapbook.watch.session import Told

_STEPS = ("configure", "gather", "read", "lint", "transform", "compose", "write", "verify", "publish")


@contextlib.contextmanager
def progress(*, quiet: bool = False) -> Iterator[Progress]:
    """A progress line at a terminal; nothing when output is piped."""
    shown = sys.stderr.isatty() and not quiet

    def show(step: str, what: str) -> None:
        if shown:
            place = _STEPS.index(step) + 1 if step in _STEPS else len(_STEPS)
            bar = "━" * (2 * place) + "─" * (2 * (len(_STEPS) - place))
            print(f"\r\033[K{bar} {step}: {what}", end="", file=sys.stderr, flush=True)

    try:
        yield show
    finally:
        if shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


def table(rows: Sequence[Sequence[str]], right: frozenset[int] = frozenset()) -> str:
    """Rows as columns of equal width; the first row is the head. `right` aligns numbers."""
    widths = [max(_width(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for number, row in enumerate(rows):
        cells = []
        for column, text in enumerate(row):
            gap = " " * (widths[column] - _width(text))
            cells.append(gap + text if column in right else text + gap)
        lines.append("  ".join(cells).rstrip())
        if number == 0:
            lines.append("  ".join("─" * width for width in widths))
    return "\n".join(lines)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def success(known: Summary, out: Path, seconds: float, why: str = "", *, as_json: bool) -> None:
    """The end of a build: warnings, then a table of what was made; `why` is what was made anew, "" for all."""
    if as_json:
        print(_as_json(known, "done", why))
        return
    _findings(known.diagnostics)
    rows = [("file", "extent", "size", "checks")]
    for made in known.made:
        if made.listed:
            rows.append((made.name, _count(made.extent, made.unit), _size(made.size),
                         f"passed; {made.standard}" if made.standard else "passed"))  # fmt: skip
    print(table(rows, frozenset({1, 2})))
    said = [_count(count, name) for name, count in known.counts if count]
    ends = [", ".join(said), _warnings(known.diagnostics), *([why] if why else []), f"{seconds:.1f} s", f"in {_short(out)}"]
    print("\n" + "; ".join(ends))


def watching(address: str) -> None:
    """The beginning of `watch`."""
    print(f"the book is at {address}\nat every save it is made anew; Ctrl-C ends it", flush=True)


def rebuilt(told: Told) -> None:
    """A build of `watch`, in one line after its findings."""
    paths = ", ".join(told.changed[:3]) + (f" and {len(told.changed) - 3} more" if len(told.changed) > 3 else "")
    said = f"{paths or 'all'}: "
    if told.error is not None:
        failure(told.error, as_json=False)
        said += "not built"
    elif told.outcome is not None:
        _findings(told.outcome.diagnostics)
        said += "built"
    print(f"{said}; {told.seconds:.1f} s", flush=True)


def checked(result: Result, *, as_json: bool) -> None:
    """The end of a check."""
    if as_json:
        print(_as_json(summary_of(result), "checked"))
        return
    _findings(result.diagnostics)
    book = result.book
    counts = [("verdict", "claims")]
    for verdict in book.verdicts:
        counts.append((verdict.word, str(sum(c.verdict == verdict for c in book.claims))))
    if book.claims:
        print(table(counts, frozenset({1})), end="\n\n")
    if result.coverage and (book.claims or book.items):
        print(table([("coverage", "count"), *_covered(result.coverage)], frozenset({1})), end="\n\n")
    print(f"{len(book.sections)} sections, {len(book.notes)} notes, {len(book.items)} sources; "
          f"{_warnings(result.diagnostics)}")  # fmt: skip


def _covered(coverage: Coverage) -> list[tuple[str, str]]:
    """Rows for a reader: sentences, sources by kind, stale checks."""
    bare = coverage.sentences - coverage.covered - coverage.ignored
    rows = [("checkable sentences", coverage.sentences), ("· with claim, citation or note", coverage.covered),
            ("· ignored with a reason", coverage.ignored), ("· uncovered", bare)]  # fmt: skip
    rows += [(f"sources: {kind}", count) for kind, count in coverage.kinds]
    rows.append(("stale checks", len(coverage.stale)))
    return [(name, str(count)) for name, count in rows]


def verified(results: Sequence[ToolResult], out: Path, *, as_json: bool) -> int:
    """The end of `verify`: every remark in one table, then how many by tool and file; the exit status."""
    failed = any(r.status == "failed" for r in results)
    if as_json:
        data = [{"tool": r.tool, "file": r.file, "status": r.status,
                 "findings": [remark.as_data() for remark in r.remarks]} for r in results]  # fmt: skip
        print(json.dumps({"status": "failed" if failed else "done", "tools": data}, indent=1))
        return 3 if failed else 0
    if not results:
        print(f"nothing to verify in {_short(out)}; run `python build.py` first", file=sys.stderr)
        return 4
    remarks = [(r.tool, r.file, remark) for r in results for remark in r.remarks]
    if remarks:
        rows = [(tool, file, m.place, f"{m.code}: {m.message}") for tool, file, m in remarks]
        print(table([("tool", "file", "place", "finding"), *rows]), end="\n\n")
    print(table([("tool", "file", "findings"), *((r.tool, r.file, _tally(r)) for r in results)], frozenset({2})))
    return 3 if failed else 0


def _tally(result: ToolResult) -> str:
    return str(len(result.remarks)) if result.status != "not installed" else "not installed"


def asked(rows: Sequence[Row], *, as_json: bool) -> int:
    """The end of `sources`; 0: what is found is for a person to judge."""
    if as_json:
        print(json.dumps([dataclasses.asdict(row) for row in rows], ensure_ascii=False, indent=1))
    else:
        print(table([("source", "found"), *((row.key, row.found) for row in rows)]))
    return 0


def preflighted(outcomes: Sequence[Outcome], name: str, service: Service, *, as_json: bool) -> int:
    """The end of `preflight`; 3 when the service would refuse the file."""
    found = [f for outcome in outcomes for f in outcome.findings]
    refused = any(f.weight.value == "error" for f in found)
    status = "refused" if refused else ("not proved" if any(f.weight.value == "not proved" for f in found) else "clean")
    if as_json:
        data = {"status": status, "file": name, "service": service.name, "seen": service.seen, "checked": service.checked,
                "rules": [{"rule": o.rule, "asked": o.asked, "findings": [f.as_data() for f in o.findings]}
                          for o in outcomes]}  # fmt: skip
        print(json.dumps(data, ensure_ascii=False, indent=1))
        return 3 if refused else 0
    for outcome in outcomes:
        _said(outcome.findings, service)
    rows = [("rule", "result")]
    rows += [(o.rule, _count(len(o.findings), "findings") if o.findings else "passed" if o.asked else "not asked")
             for o in outcomes]  # fmt: skip
    print(table(rows))
    verdict = {"refused": "would refuse it", "not proved": "may take it: what it asks for cannot be proved here",
               "clean": "has nothing against it that this can see"}[status]  # fmt: skip
    print(f"\n{name}: {service.title} {verdict} (as read in {service.checked})")
    return 3 if refused else 0


def _said(findings: Sequence[Remark], service: Service) -> None:
    """One kind of finding once, with the first of its places and how many more there are."""
    kinds: dict[tuple[str, str, str], list[Remark]] = {}
    for finding in findings:
        kind = finding.weight.value, finding.asks, finding.mend if finding.page == 0 else ""
        kinds.setdefault(kind, []).append(finding)
    for group in kinds.values():
        first, pages = group[0], dict.fromkeys(f.page for f in group[1:])
        where = f"page{'s' if len(pages) > 1 else ''} {_pages(tuple(pages))}"
        more = f"; {len(group) - 1} more on {where}" if len(group) > 1 else ""
        print(f"{first.where()}: {first.weight.value} {first.code}: {first.found}{more}\n"
              f"  {service.title} asks: {first.asks}\n  mend: {first.mend}", file=sys.stderr)  # fmt: skip


def _pages(numbers: tuple[int, ...]) -> str:
    """Pages in short: 3–5, 9."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(f"{a}" if a == b else f"{a}–{b}" for a, b in runs)


def examined(findings: Sequence[Finding], *, as_json: bool) -> int:
    """The end of `doctor`; 5 when something every build needs is missing."""
    from chapbook.doctor import as_table

    missing = any(f.required and not f.present for f in findings)
    if as_json:
        data = [{"name": f.name, "present": f.present, "detail": f.detail, "hint": f.hint} for f in findings]
        print(json.dumps({"status": "missing" if missing else "done", "tools": data}, indent=1))
    else:
        print(as_table(findings))
    return 5 if missing else 0


def failure(error: ChapbookError, *, as_json: bool) -> None:
    """The end of a run that did not come to its end."""
    found: tuple[Diagnostic, ...] = in_order(getattr(error, "diagnostics", ()))
    if as_json:
        data = {"status": "failed", "exit": error.status, "message": str(error),
                "hint": error.hint or None, "diagnostics": [d.as_data() for d in found]}  # fmt: skip
        print(json.dumps(data, ensure_ascii=False, indent=1))
        return
    _findings(found)
    if found:
        count = sum(d.severity is Severity.ERROR for d in found)
        if len(found) > 20:
            print(f"\n{_by_code(found)}", file=sys.stderr)
        print(f"\n{count} error{'s' * (count != 1)}; dist/ is as it was", file=sys.stderr)
    else:
        print(f"chapbook: {error}", file=sys.stderr)
        if error.hint:
            print(f"  hint: {error.hint}", file=sys.stderr)


def _findings(found: Sequence[Diagnostic]) -> None:
    for diagnostic in found:
        print(diagnostic, file=sys.stderr)


def _by_code(found: Sequence[Diagnostic]) -> str:
    """A long list in short: how often each code, and one example."""
    kinds = Counter((d.code, d.severity) for d in found)
    rows = [("code", "times", "for example")]
    for (code, _severity), times in kinds.most_common():
        first = next(d for d in found if d.code == code)
        rows.append((code, str(times), first.message[:60]))
    return table(rows, frozenset({1}))


def _warnings(found: Sequence[Diagnostic]) -> str:
    count = sum(d.severity is Severity.WARNING for d in found)
    return "no warnings" if not count else f"{count} warning{'s' * (count != 1)}"


def _size(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB" if count >= 1_000_000 else f"{count / 1000:.0f} kB"


def _short(path: Path) -> str:
    try:
        return f"{path.relative_to(Path.cwd())}/"
    except ValueError:
        return f"{path}/"


def _as_json(known: Summary, status: str, why: str = "") -> str:
    counts = dict(known.counts)
    data = {
        "status": status,
        "artifacts": [
            {"file": m.name, "edition": m.edition, "media-type": m.media_type, "extent": m.extent, "unit": m.unit,
             "standard": m.standard or None, "bytes": m.size, "sha256": m.sha256}
            for m in known.made if m.listed
        ],
        "sections": counts["sections"],
        "notes": counts["notes"],
        "claims": dict(known.claims),
        "sources": counts["sources"],
        "coverage": known.coverage,
        "why": why or None,
        "diagnostics": [d.as_data() for d in known.diagnostics],
    }  # fmt: skip
    return json.dumps(data, ensure_ascii=False, indent=1)


def _count(number: int, unit: str) -> str:
    return f"{number} {unit.removesuffix('s') if number == 1 else unit}"
