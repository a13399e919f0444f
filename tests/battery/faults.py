"""Group R: what may happen while a book is being made."""

from __future__ import annotations

import errno
import os
import random
import resource
import shutil
import signal
import subprocess
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from unittest import mock

from tests.battery.bench import Bench, Files, word
from tests.battery.pictures import CHAPTER, png
from tests.battery.process import build, snapshot, start
from tests.battery.rows import NotChecked, slow

TEXT = "# One\n\nThe {} edition.[^1]\n\n[^1]: A note.\n\n## Two\n\n" + " ".join(word(i * 37) for i in range(200)) + ".\n"
CHANCE = random.Random(20261125)


def two_editions(b: Bench) -> tuple[Path, dict[str, bytes], dict[str, bytes]]:
    """A book whose dist/ is old and whose text is new; the old files, and the new ones."""
    root = b.book(TEXT.format("old"))
    b.builds(root)
    old = snapshot(root / "dist")
    (root / "manuscript" / "01.md").write_text(TEXT.format("new"))
    again = root.parent / f"{root.name}-again"
    shutil.copytree(root, again)
    b.builds(again)
    return root, old, snapshot(again / "dist")


def no_leftovers(root: Path) -> None:
    """Beside dist/ stands nothing but the lock."""
    assert sorted(p.name for p in root.iterdir() if p.name.startswith(".dist")) in ([], [".dist.lock"])


@slow
def row_75_full_disk(b: Bench) -> None:
    """At ten sizes of a full disk the old edition stays; with room the next run makes the new one."""
    if os.geteuid() or not shutil.which("mount"):
        raise NotChecked("a small disk can be mounted by root only")
    template, old, new = two_editions(b)
    base = sum(p.stat().st_size // 4096 * 4 + 4 for p in template.rglob("*") if p.is_file())
    full = 0
    for step in range(10):
        disk = b.folder / f"disk-{step}"
        disk.mkdir()
        size = base + 40 + 60 * step * step // 3
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(disk)], check=True)
        try:
            root = Path(shutil.copytree(template, disk / "book"))
            (disk / "tmp").mkdir()
            done = build(root, env={"TMPDIR": str(disk / "tmp")})
            assert "Traceback" not in done.stderr, done.stderr
            if done.returncode:
                full += 1
                assert snapshot(root / "dist") == old, size
                assert "No space" in done.stderr or "full" in done.stderr, done.stderr
            else:
                assert snapshot(root / "dist") == new
            subprocess.run(["mount", "-o", "remount,size=100m", str(disk)], check=True)
            assert build(root, env={"TMPDIR": str(disk / "tmp")}).returncode == 0
            assert snapshot(root / "dist") == new
            no_leftovers(root)
            assert not list((disk / "tmp").iterdir())
        finally:
            subprocess.run(["umount", "-l", str(disk)], check=True)
    assert full >= 6, f"the disk was full {full} times only"
    b.numbers["disk full"] = f"{full} of 10 sizes refused, none lost"


@slow
def row_76_killed(b: Bench) -> None:
    """SIGKILL: at 8 moments of the whole run, at 12 calls of the publishing itself."""
    root, old, new = two_editions(b)
    started = time.monotonic()
    assert build(root, "--only", "epub").returncode == 0
    long = (time.monotonic() - started) * 1.6
    template = {**old}
    counts = {"old": 0, "new": 0}
    for moment in range(20):
        shutil.rmtree(root / "dist", ignore_errors=True)
        (root / "dist").mkdir()
        for name, data in template.items():
            (root / "dist" / name).write_bytes(data)
        if moment < 8:
            process = start(root)
            time.sleep(CHANCE.uniform(0.05, long))
            process.kill()
            process.communicate()
        else:
            _killed_in_publishing(root, new, moment - 7)
        found = snapshot(root / "dist")
        if not found:  # between two renames, where the system has no exchange
            assert (root / ".dist.old").is_dir()
            continue
        assert found in (old, new), (moment, sorted(found))
        counts["old" if found == old else "new"] += 1
    assert build(root).returncode == 0
    assert snapshot(root / "dist") == new
    no_leftovers(root)
    assert counts["old"] >= 5
    b.numbers["SIGKILL"] = f"20 moments: {counts['old']} all old, {counts['new']} all new"


def _killed_in_publishing(root: Path, new: dict[str, bytes], call: int) -> None:
    """A child publishes and kills itself at the n-th call to the file system."""
    from chapbook.model import Artifact
    from chapbook.publish import lock, publish

    child = os.fork()
    if child == 0:
        left = [call]

        def counted(real: Callable[..., object]) -> Callable[..., object]:
            def inner(*arguments: object, **named: object) -> object:
                left[0] -= 1
                if left[0] < 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return real(*arguments, **named)

            return inner

        for name in ("mkdir", "rename", "replace", "fsync", "link", "unlink", "rmdir"):
            setattr(os, name, counted(getattr(os, name)))
        artifacts = [Artifact(n, "x", "x", d, 1, "documents") for n, d in new.items()]
        with lock(root / "dist"):
            publish(artifacts, root / "dist")
        os._exit(0)
    os.waitpid(child, 0)


@slow
def row_77_stopped(b: Bench) -> None:
    """SIGINT and SIGTERM at 20 moments each way: exit 130 or 143, dist/ as it was, no leftovers."""
    root, old, new = two_editions(b)
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 99 99" width="60" height="60">' + "".join(
        f'<path d="M{i % 99} 0 L99 {i % 97} L0 {i % 89} Z" fill="#d00"/>' for i in range(4000)) + "</svg>"  # fmt: skip
    (root / "assets").mkdir()
    (root / "assets" / "x.svg").write_text(drawing)
    text = (root / "manuscript" / "01.md").read_text() + CHAPTER.format("x.svg").partition("\n\n")[2]
    (root / "manuscript" / "01.md").write_text(text)
    (root / "tmp").mkdir()
    stopped = 0
    started = time.monotonic()
    done = build(root, "--out", str(root / "other"), env={"TMPDIR": str(root / "tmp")})
    assert done.returncode == 0, done.stderr
    long = time.monotonic() - started
    shutil.rmtree(root / "other")
    (root / ".other.lock").unlink()
    for moment in range(20):
        sign, status = ((signal.SIGINT, 130), (signal.SIGTERM, 143))[moment % 2]
        process = start(root, env={"TMPDIR": str(root / "tmp")})
        time.sleep(0.25 + (long - 0.25) * moment / 20)
        process.send_signal(sign)
        _, said = process.communicate(timeout=60)
        done = process.returncode == -sign and snapshot(root / "dist") != old  # the interpreter was leaving
        if process.returncode == 0 or done:
            assert snapshot(root / "dist") != old
            shutil.rmtree(root / "dist")
            (root / "dist").mkdir()
            for name, data in old.items():
                (root / "dist" / name).write_bytes(data)
            continue
        early = process.returncode in (-sign, 1) and moment < 3  # before Python could listen
        assert process.returncode == status or early, (moment, process.returncode, said)
        assert "Traceback" not in said or early, said
        assert snapshot(root / "dist") == old, moment
        no_leftovers(root)
        assert early or not list((root / "tmp").iterdir()), sorted((root / "tmp").iterdir())
        stopped += 1
    assert stopped >= 12, stopped
    assert new


@slow
def row_78_two_at_once(b: Bench) -> None:
    root = b.book(TEXT.format("new"))
    said = 0
    for _ in range(20):
        both = [start(root, "--only", "epub"), start(root, "--only", "epub")]
        outs = [p.communicate(timeout=60)[1] for p in both]
        codes = sorted(p.returncode for p in both)
        assert codes in ([0, 75], [0, 0]), (codes, outs)
        said += codes == [0, 75]
        assert codes == [0, 0] or any("another build" in out for out in outs)
        with zipfile.ZipFile(next((root / "dist").glob("*.epub"))) as archive:
            assert archive.testzip() is None
    assert said >= 10, f"they met {said} times only"


def row_79_odd_dist(b: Bench) -> None:
    for kind in ("file", "link", "dangling", "read-only"):
        root = b.book("# One\n\nText.\n")
        dist, elsewhere = root / "dist", root / "elsewhere"
        elsewhere.mkdir()
        if kind == "file":
            dist.write_text("mine")
        elif kind == "link":
            dist.symlink_to(elsewhere)
        elif kind == "dangling":
            dist.symlink_to(root / "nowhere")
        else:
            dist.mkdir()
            dist.chmod(0o500)
        powerless = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search")
        done = build(root, "--only", "html", before=() if os.geteuid() else powerless)
        assert done.returncode == 4, (kind, done)
        assert "dist" in done.stderr and "hint" in done.stderr and "Traceback" not in done.stderr, done.stderr
        assert not list(elsewhere.iterdir())
        b.messages.append(done.stderr.split("\n")[0].replace(str(root), "…"))
        dist.chmod(0o700) if kind == "read-only" else None


def other_user() -> tuple[str, ...]:
    """A command that runs another as somebody else; () where this machine does not allow it."""
    command = ("unshare", "--user", "--map-user=1234", "--map-group=1234")
    if shutil.which("unshare") and not subprocess.run([*command, "true"], capture_output=True, check=False).returncode:
        return command
    return ()


def open_to_all(root: Path, but: Path | None = None) -> None:
    """Let every user read and write below a folder of the tests, and reach it."""
    for path in (root, *root.rglob("*")):
        if path != but and not path.is_symlink():
            path.chmod(0o777 if path.is_dir() else 0o666)
    for parent in root.parents:
        if parent in (Path("/tmp"), Path("/")):
            break
        parent.chmod(parent.stat().st_mode | 0o755)


def row_80_a_file_fails_or_changes(b: Bench) -> None:
    root = b.book("# One\n\nText.\n")
    real = Path.read_bytes

    def failing(path: Path) -> bytes:
        if path.name == "01.md":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(path)

    with mock.patch.object(Path, "read_bytes", failing):
        b.refuses(root, "01.md:1", "Input/output error")
    for name in ("manuscript/01.md", "assets/x.png"):
        for change in ("changed", "gone"):
            root = b.book(CHAPTER.format("x.png"), x_png=png())
            b.refuses(_meddled(root, name, change), name, "during the build")


def _meddled(root: Path, name: str, change: str) -> Path:
    """Make a file change or vanish while the editions are being written."""
    from chapbook import writers

    original = writers.write_editions

    def meddling(*arguments: object, **named: object) -> object:
        if change == "gone":
            (root / name).unlink()
        else:
            (root / name).write_bytes((root / name).read_bytes() + b"\n")
        writers.write_editions = original
        return original(*arguments, **named)  # type: ignore[arg-type]

    writers.write_editions = meddling  # type: ignore[assignment]
    return root


FAKES = {
    "crashes": ("#!/bin/sh\nkill -SEGV $$\n", "pandoc"),
    "fails": ("#!/bin/sh\necho broken >&2\nexit 97\n", "pandoc"),
    "says nothing": ("#!/bin/sh\nexit 0\n", "pandoc"),
    "says nonsense": ("#!/bin/sh\necho nonsense\n", "pandoc"),
    "is too old": ("#!/bin/sh\necho '{\"pandoc-api-version\":[1,17],\"meta\":{},\"blocks\":[]}'\n", "pandoc"),
    "warns": ('#!/bin/sh\necho "[WARNING] something was lost" >&2\nexec "{pandoc}" "$@"\n', "something was lost"),
}


def row_81_pandoc_and_epubcheck(b: Bench) -> None:
    """An engine that is missing, crashes, is old or warns is named."""
    from chapbook.read.pandoc import program

    pandoc = program()
    root = b.book("# One\n\nText.\n")
    (root / "dist").mkdir()
    (root / "dist" / "old.epub").write_bytes(b"old")
    for name, (script, said) in FAKES.items():
        fake = root / f"pandoc-{name.replace(' ', '-')}"
        fake.write_text(script.replace("{pandoc}", pandoc))
        fake.chmod(0o755)
        done = build(root, "--only", "html", env={"PYPANDOC_PANDOC": str(fake)})
        assert done.returncode in (1, 3, 5), (name, done)
        assert said in done.stderr and "pandoc" in done.stderr, (name, done.stderr)
        assert "Traceback" not in done.stderr, (name, done.stderr)
        assert snapshot(root / "dist") == {"old.epub": b"old"}
        b.messages.append(done.stderr.split("\n")[0])
    done = build(root, "--only", "html", env={"PYPANDOC_PANDOC": str(root / "nothing")})
    assert done.returncode == 5 and "pandoc" in done.stderr and "Traceback" not in done.stderr, done
    good = b.builds("# One\n\nText.\n", only="epub").folder
    broken = root / "epubcheck.jar"
    broken.write_text("no jar")
    for jar in (root / "nothing.jar", broken):
        done = build(good.parent, "verify", env={"CHAPBOOK_EPUBCHECK": str(jar), "CI": "1"})
        assert done.returncode == 3 and "EPUBCheck" in done.stderr + done.stdout, done
        assert "Traceback" not in done.stderr, done.stderr


@slow
def row_82_a_poor_machine(b: Bench) -> None:
    """1 GB of address space, no HOME, no locale, umask 077, another user: the same bytes."""
    root = b.book(TEXT.format("new"))
    wanted = b.builds(root).data
    poor = Path(shutil.copytree(root, b.folder / "poor", ignore=shutil.ignore_patterns("dist", ".dist*")))
    (poor / "tmp").mkdir()
    open_to_all(poor)

    def limited() -> None:
        os.umask(0o077)
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))

    env = {"HOME": None, "LANG": None, "LC_ALL": None, "LC_CTYPE": None, "TMPDIR": str(poor / "tmp"), "USER": None,
           "LOGNAME": None, "XDG_CACHE_HOME": None}  # fmt: skip
    done = build(poor, env=env, prepare=limited, before=other_user())
    assert done.returncode == 0, done.stderr
    assert Files(poor / "dist").data == wanted
    assert not list((poor / "tmp").iterdir())
