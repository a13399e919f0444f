"""The shape of the house: imports follow the data, modules stay small, seams are seams."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import ROOT

# Each layer may import itself and those before it.
LAYERS = (
    {"diagnostics"},
    {"errors", "roomy", "tree", "unswept"},
    {"walking"},
    {"model", "yamltext", "words", "redaction", "editions", "imposition"},
    {"roles", "fonts", "identifier", "fields", "services", "printing", "office", "textfile", "inputs", "store"},
    {"policy", "lock", "pdftext", "sheets", "binding", "scripts", "mathematics", "toolchain", "remembered"},
    {"config"},
    {"read"},
    {"passes"},
    {"lint"},
    {"compose"},
    {"writers"},
    {"preflight"},
    {"verify"},
    {"pipeline", "publish", "record", "limits", "doctor", "network", "watch"},
    {"summary"},
    {"replay"},
    {"building"},
    {"report"},
    {"cli"},
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
SEAMS = {
    "weasyprint": {"writers/weasy.py", "writers/mends.py", "writers/tags.py", "writers/clusters.py",
                   "writers/quick.py", "writers/quickstyle.py", "writers/quickbox.py", "writers/quicktext.py", "writers/quickwords.py", "writers/quicklines.py",
                   "writers/quicknotes.py"},
    "pydyf": {"writers/tags.py", "writers/structure.py", "writers/packing.py"},
    "ebooklib": {"writers/epub.py"},
    "pypandoc": {"read/pandoc.py"},
    "yaml": {"yamltext.py"},
    "ziamath": {"mathematics.py"},
    "segno": {"compose/qr.py"},
    "pypdfium2": {"pdftext.py"},
    "pikepdf": {
        "preflight/colour.py",
        "preflight/content.py",
        "preflight/examined.py",
        "preflight/file.py",
        "preflight/images.py",
        "preflight/ink.py",
        "preflight/plain.py",
        "preflight/sheet.py",
        "preflight/standard.py",
        "verify/objects.py", "verify/pdf.py",
        "verify/privacy.py",
        "verify/reading.py",
        "verify/sheets.py",
        "verify/zine.py",
        "watch/place.py",
        "writers/archive.py",
        "writers/bare.py",
        "writers/booklet.py",
        "writers/boxes.py",
        "writers/cover.py",
        "writers/joined_fonts.py",
        "writers/merge.py",
        "writers/pdfx.py",
        "writers/plates.py",
        "writers/press.py",
        "writers/instructions.py",
        "writers/recolour.py",
        "writers/screen.py",
        "writers/sheet.py",
        "writers/zine.py",
    },
}


def modules() -> list[Path]:
    return sorted((ROOT / "chapbook").rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            if node.module == "chapbook":
                yield from (f"chapbook.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def layer(path: Path) -> str:
    return path.relative_to(ROOT / "chapbook").parts[0].removesuffix(".py")


def test_imports_follow_the_data() -> None:
    wrong = []
    for path in modules():
        own = layer(path)
        if own == "__init__":
            continue
        for name in imports(path):
            parts = name.split(".")
            known = parts[0] == "chapbook" and len(parts) > 1 and parts[1] in RANK
            if known and RANK[parts[1]] > RANK[own]:
                wrong.append(f"{path.name} imports {name}")
    assert not wrong


def test_every_module_has_a_layer() -> None:
    assert {layer(p) for p in modules()} - {"__init__"} == set(RANK)


def test_engines_are_touched_at_their_seams_only() -> None:
    for path in modules():
        here = path.relative_to(ROOT / "chapbook").as_posix()
        for name in imports(path):
            allowed = SEAMS.get(name.split(".")[0])
            assert allowed is None or here in allowed, f"{here} imports {name}"


def test_modules_tell_one_story() -> None:
    for path in modules():
        assert path.stem not in {"utils", "helpers", "common", "misc"}
        assert len(path.read_text("utf-8").splitlines()) <= 460, path


def test_help_imports_nothing_heavy() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from chapbook.cli import parser; parser();"
        "print([m for m in ('weasyprint','pikepdf','lxml','ebooklib','fontTools','PIL','yaml') "
        "if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_only_the_verb_of_the_network_asks_it() -> None:
    asking = {"urllib.request", "http.client", "http.server", "ssl", "requests", "httpx"}
    for path in modules():
        own = path.relative_to(ROOT / "chapbook").as_posix()
        for name in imports(path):
            if name.startswith("chapbook.network"):
                assert own == "cli.py" or own.startswith("network/") or own == "report.py", own
            if name in asking or name == "urllib.request":
                answering = own == "watch/server.py" and name == "http.server"
                assert own.startswith("network/") or answering, f"{own} imports {name}"
