"""Group F: files and addresses a manuscript may not reach."""

from __future__ import annotations

import io
import os

import pikepdf

from tests.battery.bench import Bench
from tests.battery.network import counting
from tests.battery.pictures import png
from tests.battery.process import build

SECRET = png((3, 3), "blue")


def row_59_pictures_from_elsewhere(b: Bench) -> None:
    for target in ("../x.png", "/etc/passwd", "file:///etc/passwd", "%2e%2e/x.png", "assets/../../x.png",
                   "assets/..%2f..%2fx.png", "..\\x.png", "C:/x.png", "~/x.png"):  # fmt: skip
        root = b.book(f"# One\n\n![Red]({target})\n")
        (root.parent / "x.png").write_bytes(SECRET)
        b.refuses(root, "01.md:3")
    root = b.book("# One\n\n<img src='../x.png' alt='Red'>\n")
    b.refuses(root, "01.md:3")


def row_60_metadata_of_a_chapter(b: Bench) -> None:
    for key in ("bibliography", "csl", "css", "cover-image", "header-includes", "title", "nocite"):
        b.refuses(f"---\n{key}: /etc/passwd\n---\n\n# One\n\nText.\n", "01.md:1", key)
        b.refuses(f"# One\n\nText.\n\n---\n{key}: /etc/passwd\n...\n", "01.md:5", key)


def row_61_sources_from_elsewhere(b: Bench) -> None:
    head = "\n=== manuscript/01.md\n# One\n\nText.\n=== manuscript/book.yaml\ntitle: A\nauthor: A\nlang: en\n"
    with counting() as server:
        for key in ("bibliography", "csl", "claims"):
            for target in (f"{server.address}/x.yaml", "file:///etc/passwd", "/etc/passwd", "../../secret.yaml"):
                root = b.book(f"{head}{key}: {target}\n")
                (root.parent / "secret.yaml").write_text("references: []\n")
                b.refuses(root, "book.yaml:4", f"`{key}")
        b.refuses(f"{head}files: [../../secret.md]\n", "book.yaml:4", "`files")
        assert server.requests == 0
    big = "x" * 1_100_000
    for name, text in (("yaml", f"references:\n- {{id: big2020, type: book, title: {big}}}\n"),
                       ("json", f'[{{"id": "big2020", "type": "book", "title": "{big}"}}]'),
                       ("bib", f"@book{{big2020, title = {{{big}}}}}\n")):  # fmt: skip
        b.refuses(f"\n=== manuscript/01.md\n# One\n\nText [@big2020].\n=== manuscript/sources.{name}\n{text}",
                  f"sources.{name}", "big2020")  # fmt: skip
    bad = "references:\n- {id: a, type: webpage, title: T, URL: 'file:///etc/passwd'}\n"
    b.refuses(f"\n=== manuscript/01.md\n# One\n\nText [@a].\n=== manuscript/sources.yaml\n{bad}", "sources.yaml:2", "file:")


def row_62_filters_and_defaults(b: Bench) -> None:
    root = b.book("# One\n\nText.\n")
    home, marker = root / "home", root / "marker"
    lua = f"io.open('{marker}', 'w'):write('x')\nfunction Str(s) return pandoc.Str('FILTERED') end\n"
    for folder in (home / ".local/share/pandoc", home / ".pandoc", root / "manuscript", root / "manuscript/.pandoc", root):
        (folder / "filters").mkdir(parents=True, exist_ok=True)
        (folder / "defaults").mkdir(exist_ok=True)
        for name in ("init.lua", "filter.lua", "filters/filter.lua"):
            (folder / name).write_text(lua)
        for name in ("defaults.yaml", "defaults/defaults.yaml"):
            (folder / name).write_text("filters: [filter.lua]\n")
    done = build(root, "--only", "epub,html", env={"HOME": str(home), "XDG_DATA_HOME": str(home / ".local/share")})
    assert done.returncode == 0, done.stderr
    assert not marker.exists()
    assert not any(b"FILTERED" in p.read_bytes() for p in (root / "dist").iterdir())
    os.environ.pop("XDG_DATA_HOME", None)


def row_63_what_a_pdf_may_not_hold(b: Bench) -> None:
    text = "# One\n\nSee [x](https://example.org), [m](mailto:a@example.org), [in](#there).\n\n## There {#there}\n\nText.[^1]\n\n[^1]: Note.\n"
    files = b.builds(text)
    forbidden = {"/EmbeddedFiles", "/EmbeddedFile", "/Filespec", "/JavaScript", "/JS", "/Launch", "/AA", "/GoToR", "/RichMedia"}
    for edition in ("pdf", "print"):
        with pikepdf.Pdf.open(io.BytesIO(files.of(edition))) as pdf:
            for item in pdf.objects:
                if not isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
                    continue
                assert not forbidden & set(item.keys()), edition
                assert str(item.get("/Type", "")) not in forbidden
                assert str(item.get("/S", "")) not in forbidden
                if item.get("/S") == pikepdf.Name.URI:
                    assert str(item.URI).startswith(("https://", "mailto:")), item.URI
            action = pdf.Root.get("/OpenAction")
            assert action is None or isinstance(action, pikepdf.Array) or action.get("/S") == "/GoTo"
