"""Group B: the same manuscript is the same bytes, wherever it is built."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.battery.bench import Bench
from tests.battery.faults import other_user
from tests.battery.process import build, command, environment, snapshot
from tests.battery.rows import slow
from tests.conftest import ROOT

# Python reads this at its start: another order of files, and another year where asked.
CUSTOM = """
import os, random
chance = random.Random(7)
real_list, real_scan = os.listdir, os.scandir
def listdir(*a):
    names = real_list(*a); chance.shuffle(names); return names
class Scan:
    def __init__(self, found): self.found = found
    def __iter__(self): return iter(self.found)
    def __next__(self): return self.found.pop()
    def __enter__(self): return self
    def __exit__(self, *_): pass
    def close(self): pass
def scandir(*a):
    with real_scan(*a) as found: entries = list(found)
    chance.shuffle(entries); return Scan(entries)
os.listdir, os.scandir = listdir, scandir
if os.environ.get("OTHER_YEAR"):
    import time, datetime
    real = time.time
    time.time = lambda: real() + 158e6
    class Later(datetime.datetime):
        @classmethod
        def now(cls, tz=None): return datetime.datetime.fromtimestamp(time.time(), tz)
        @classmethod
        def today(cls): return cls.now()
        @classmethod
        def utcnow(cls): return datetime.datetime.fromtimestamp(time.time())
    datetime.datetime = Later
"""


def copied(b: Bench, name: str) -> Path:
    """The golden book with pictures, tables and notes, somewhere else."""
    root = Path(shutil.copytree(ROOT / "tests" / "books" / "illustrated", b.folder / name / "book"))
    for path in (root, *root.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)
    return root


@slow
def row_85_eight_environments(b: Bench) -> None:
    """Hash seed, zone, locale, user, folder, year, order of files, number of jobs."""
    first = copied(b, "first")
    b.builds(first)
    wanted = snapshot(first / "dist")
    custom = b.folder / "custom"
    custom.mkdir()
    (custom / "sitecustomize.py").write_text(CUSTOM)
    shuffled = {"PYTHONPATH": str(custom)}
    later = {**shuffled, "OTHER_YEAR": "1"}
    faketime = ("faketime", "2031-05-06 07:08:09") if shutil.which("faketime") else ()
    trials = {
        "hash seed": ({"PYTHONHASHSEED": "4242"}, (), ()),
        "time zone": ({"TZ": "Pacific/Kiritimati"}, (), ()),
        "locale": ({"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"}, (), ()),
        "user and HOME": ({"HOME": "/nonexistent", "USER": "somebody", "LOGNAME": "somebody"}, other_user(), ()),
        "a deep folder with odd names": ({}, (), ()),
        "the year 2031": ({} if faketime else later, faketime, ()),
        "order of files": (shuffled, (), ()),
        "one job": ({}, (), ("--jobs", "1")),
    }
    for number, (name, (env, before, arguments)) in enumerate(trials.items()):
        root = copied(b, f"tr ïal ‘{number}’/{'deep/' * number}x")
        if name == "the year 2031":
            for path in root.rglob("*"):
                os.utime(path, (1_930_000_000, 1_930_000_000))
        done = build(root, *arguments, env=env, before=before, cwd=root if number % 2 else "/")
        assert done.returncode == 0, (name, done.stderr)
        found = snapshot(root / "dist")
        assert found == wanted, (name, [n for n in wanted if found.get(n) != wanted[n]])
    b.numbers["byte identity"] = f"{len(trials)} of {len(trials)} environments"


def row_86_fonts_of_the_system(b: Bench) -> None:
    """A font of the same name in HOME, and one that claims every character, change nothing."""
    from fontTools.ttLib import TTFont

    from chapbook import fonts

    text = "# One\n\nText *with* **styles** and `code` ◦ ↩ end.\n"
    root = b.book("# One\n\nText *with* **styles** and `code`; 3 − 1.\n")
    home = b.folder / "home"
    folder = home / ".local/share/fonts"
    folder.mkdir(parents=True)
    face = next(f for f in fonts.faces() if f.family == fonts.MONO)
    for index, family in enumerate((fonts.SERIF, fonts.SANS, "Noto Sans", "DejaVu Sans")):
        with TTFont(face.path) as font:
            for record in font["name"].names:
                if record.nameID in (1, 4, 6, 16):
                    record.string = family if record.nameID != 6 else family.replace(" ", "")
            font.save(folder / f"impostor-{index}.ttf")
    (home / ".fonts").symlink_to(folder)
    plain = build(root, env={"HOME": "/nonexistent"})
    assert plain.returncode == 0, plain.stderr
    wanted = snapshot(root / "dist")
    done = build(root, env={"HOME": str(home), "XDG_DATA_HOME": str(home / ".local/share"), "FONTCONFIG_PATH": str(home)})
    assert done.returncode == 0, done.stderr
    assert snapshot(root / "dist") == wanted
    assert text and sys.executable


def rebuilt_and_signed(b: Bench) -> None:
    """`verify --rebuild` and `--sign`: hold at first, and see every later change."""
    root = b.book("# One\n\nText.[^1]\n\n[^1]: A note.\n")
    key = b.folder / "key"
    keygen = shutil.which("ssh-keygen")
    signing: tuple[str, ...] = ()
    if keygen:
        subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-C", "zqmarker", "-f", str(key)], check=True)
        signing = ("--sign", str(key))
    assert build(root, "--only", "html", *signing).returncode == 0
    assert (root / "dist" / "SHA256SUMS").is_file()
    checked = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=root / "dist", capture_output=True, check=False)
    assert checked.returncode == 0, checked
    named = ("--key", f"{key}.pub") if signing else ()

    def verify(*more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command(root, "verify", "--rebuild", *more), capture_output=True, text=True,
                              check=False, env=environment({"CI": None}))  # fmt: skip

    done = verify(*named)
    assert done.returncode == 0 and "rebuild" in done.stdout and "sums" in done.stdout, done
    page = next((root / "dist").glob("*.html"))
    good = page.read_bytes()
    page.write_bytes(good.replace(b"Text.", b"Test."))
    done = verify(*named)
    assert done.returncode == 3 and "V095" in done.stderr + done.stdout and "V096" in done.stderr + done.stdout, done
    page.write_bytes(good)
    (root / "manuscript" / "01.md").write_text("# One\n\nOther text.\n")
    assert verify().returncode == 3
    if signing:
        assert "signature" in done.stdout
        sums = root / "dist" / "SHA256SUMS"
        sums.write_bytes(sums.read_bytes() + b"0" * 64 + b"  x\n")
        assert verify(*named).returncode != 0
        assert b"zqmarker" not in b"".join(p.read_bytes() for p in (root / "dist").iterdir())
