"""Group N: names of files."""

from __future__ import annotations

import os
import socket
import unicodedata

from tests.battery.bench import Bench


def row_42_odd_names(b: Bench) -> None:
    names = ("01 with spaces.md", "02-café.md", "03-שלום.md", "04-'quote'.md", "05-😀.md", '06-"double".md', "07-a&b.md")
    root = b.book("".join(f"\n=== manuscript/{n}\n# Title {i}\n\nText {i}." for i, n in enumerate(names))
                  + "\n=== manuscript/book.yaml\ntitle: “Ärger” & 漢字 – שלום\nauthor: A\nlang: en")  # fmt: skip
    run = b.run(root, "--only", "epub,html")
    assert run.status == 0, run.said
    assert all(p.name.isascii() and " " not in p.name for p in (root / "dist").iterdir())
    text = "\n=== manuscript/01 one.md\n# A\n\nSee [x](02%20two.md).\n=== manuscript/02 two.md\n# B\n\nText.\n"
    b.builds(text, only="html")


def row_43_unsafe_names(b: Bench) -> None:
    for name, shown in (("-rf.md", "-rf.md"), ("a\nb.md", "a\\nb.md"), ("a:b.md", "a:b.md")):
        root = b.book("# One\n\nText.\n")
        (root / "manuscript" / name).write_text("# Two\n\nText.\n")
        b.refuses(root, f"manuscript/{shown}")
    for one, other in (("A.md", "a.md"), (unicodedata.normalize("NFC", "é.md"), unicodedata.normalize("NFD", "é.md"))):
        root = b.book("# One\n\nText.\n")
        (root / "manuscript" / one).write_text("# Two\n\nText.\n")
        (root / "manuscript" / other).write_text("# Three\n\nText.\n")
        b.refuses(root, "manuscript/")


def row_44_leftovers(b: Bench) -> None:
    root = b.book("# One\n\nText.\n")
    names = ("02.md~", ".02.md.swp", "._02.md", "02 (conflicted copy).md", "#02.md#", "02.md.bak", "02.sync-conflict-x.md")
    for name in names:
        (root / "manuscript" / name).write_text("# SECRETDRAFT\n\nText.\n")
    files = b.builds(root)
    for name in names:
        assert name in files.warnings, (name, files.warnings)
    assert not any(b"SECRETDRAFT" in data for _, data in files.every_byte())


def row_45_no_regular_files(b: Bench) -> None:
    root = b.book("# One\n\nText.\n")
    (root / "secret.md").write_text("# Secret\n")
    (root / "manuscript" / "02.md").symlink_to(root / "secret.md")
    b.refuses(root, "02.md", "symbolic link")
    root = b.book("# One\n\nText.\n")
    os.mkfifo(root / "manuscript" / "02.md")
    b.refuses(root, "02.md", "not a regular file")
    root = b.book("# One\n\nText.\n")
    with socket.socket(socket.AF_UNIX) as endpoint:
        here = os.getcwd()  # noqa: PTH109 - the path of a socket must be short
        os.chdir(root / "manuscript")
        endpoint.bind("02.md")
        os.chdir(here)
        b.refuses(root, "02.md", "not a regular file")
    if os.geteuid() == 0:
        root = b.book("# One\n\nText.\n")
        os.mknod(root / "manuscript" / "02.md", 0o20666, os.makedev(1, 5))
        b.refuses(root, "02.md", "not a regular file")
    root = b.book("# One\n\n![A map](assets/x.png)\n")
    (root / "assets" / "x.png").mkdir(parents=True)
    b.refuses(root, "01.md:3", "not a regular file")
    root = b.book("# One\n\n![A map](assets/x.png)\n")
    (root / "elsewhere").mkdir()
    (root / "assets").symlink_to(root / "elsewhere")
    (root / "elsewhere" / "x.png").write_bytes(b"x")
    b.refuses(root, "01.md:3", "symbolic link")
    root = b.book("# One\n\nText.\n")
    (root / "kept").write_text("# Two\n\nText.\n")
    os.link(root / "kept", root / "manuscript" / "02.md")
    b.refuses(root, "02.md", "hard link")
    root = b.book("# One\n\nText.\n")
    (root / "manuscript").rename(root / "real")
    (root / "manuscript").symlink_to(root / "real")
    b.refuses(root, "manuscript", "symbolic link")
