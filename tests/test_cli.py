"""The contract others script against: verbs, options, exit statuses, dist/ all old or all new."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chapbook.publish import lock, publish
from tests.conftest import ROOT

MINIMAL = ROOT / "tests" / "books" / "minimal"


def run(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "build.py"), *arguments], capture_output=True, text=True,
        check=False, env={**os.environ, **(env or {})},
    )  # fmt: skip


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return Path(shutil.copytree(MINIMAL, tmp_path / "book"))


def snapshot(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir())}


def test_build_makes_its_files_and_a_table(book: Path) -> None:
    done = run("--book", str(book))
    assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in (book / "dist").iterdir()) == [
        "SHA256SUMS", "a-small-book-print.pdf", "a-small-book.epub", "a-small-book.html", "a-small-book.pdf", "build.json", "parity.json",
    ]  # fmt: skip
    assert "a-small-book.epub" in done.stdout
    assert "\x1b" not in done.stderr + done.stdout
    left = [p.name for p in book.iterdir() if p.name.startswith(".dist")]
    assert left == [".dist.lock"]


def test_only_keeps_the_other_files(book: Path) -> None:
    assert run("--book", str(book), "--only", "epub").returncode == 0
    (book / "dist" / "mine.txt").write_text("mine")
    assert run("build", "--book", str(book), "--only", "html").returncode == 0
    assert sorted(p.name for p in (book / "dist").iterdir()) == [
        "SHA256SUMS", "a-small-book.epub", "a-small-book.html", "build.json", "mine.txt",
    ]  # fmt: skip


def test_an_error_leaves_dist_as_it_was(book: Path) -> None:
    assert run("--book", str(book), "--only", "epub,html").returncode == 0
    before = snapshot(book / "dist")
    (book / "manuscript" / "02.md").write_text("# Two\n\nA note.[^x]\n")
    done = run("--book", str(book))
    assert done.returncode == 3
    assert "manuscript/02.md:3:8: error N001" in done.stderr
    assert "Traceback" not in done.stderr
    assert snapshot(book / "dist") == before


def test_configuration_is_status_4(book: Path, tmp_path: Path) -> None:
    (book / "manuscript" / "book.yaml").write_text("title: A\nauthor: B\nlang: en\nsubtitel: C\n")
    done = run("--book", str(book))
    assert done.returncode == 4
    assert "did you mean `subtitle`?" in done.stderr
    assert run("--book", str(tmp_path / "nowhere")).returncode == 4
    (book / "dist").write_text("a file")
    assert run("--book", str(MINIMAL), "--out", str(book / "dist")).returncode == 4


def test_without_pango_status_5_and_the_line_that_installs_it(book: Path, tmp_path: Path) -> None:
    fake = tmp_path / "fake" / "weasyprint"
    fake.mkdir(parents=True)
    (fake / "__init__.py").write_text("raise OSError(\"cannot load library 'libpango-1.0-0'\")\n")
    done = run("--book", str(book), env={"PYTHONPATH": str(fake.parent)})
    assert done.returncode == 5
    assert "Traceback" not in done.stderr
    for system in ("Debian", "Fedora", "macOS", "Windows"):
        assert system in done.stderr
    assert not (book / "dist").exists()


def test_another_build_is_status_75(book: Path) -> None:
    with lock(book / "dist"):
        done = run("--book", str(book), "--only", "html")
    assert done.returncode == 75
    assert "another build" in done.stderr


def test_a_signal_is_143_and_changes_nothing(book: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "build.py"), "--book", str(book)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    end = time.monotonic() + 20  # until it builds: a process that only starts has no word in it yet
    while not (book / ".dist.lock").exists() and time.monotonic() < end:
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert process.returncode in (143, 0)
    if process.returncode:
        assert not (book / "dist").exists()


def test_json_is_for_machines(book: Path) -> None:
    done = run("--book", str(book), "--only", "html,epub", "--json")
    data = json.loads(done.stdout)
    assert data["status"] == "done"
    assert [a["edition"] for a in data["artifacts"]] == ["epub", "html", "parity"]
    assert not done.stderr
    (book / "manuscript" / "02.md").write_text("# Two\n\nA note.[^x]\n")
    failed = json.loads(run("check", "--book", str(book), "--json").stdout)
    assert failed["exit"] == 3
    assert failed["diagnostics"][0]["line"] == 3


def test_check_and_doctor_make_nothing(book: Path) -> None:
    assert run("check", "--book", str(book)).returncode == 0
    assert not (book / "dist").exists()
    assert run("doctor").returncode == 0


def test_an_interrupted_publishing_is_made_good(tmp_path: Path) -> None:
    out = tmp_path / "dist"
    (tmp_path / ".dist.old").mkdir()
    (tmp_path / ".dist.old" / "a.epub").write_text("old")
    (tmp_path / ".dist.new").mkdir()
    with lock(out):
        publish([], out)
    assert snapshot(out) == {"a.epub": b"old"}
    assert sorted(p.name for p in tmp_path.iterdir()) == [".dist.lock", "dist"]
