"""Files as they come: encodings, odd files, pictures that are none."""

from __future__ import annotations

import importlib
import io
import os
from pathlib import Path

import pytest
from PIL import Image

from chapbook.diagnostics import Diagnostic
from chapbook.errors import ChapbookError, ManuscriptError
from chapbook.pipeline import check
from chapbook.walking import plain_text
from tests.books_by_hand import unfold

ONE = "\n=== manuscript/01.md\n# One\n\nText.\n"


def codes(folder: Path) -> dict[str, Diagnostic]:
    try:
        return {d.code: d for d in check(folder).diagnostics}
    except ChapbookError as error:
        return {d.code: d for d in getattr(error, "diagnostics", ())}


def put(folder: Path, name: str, data: bytes) -> None:
    path = unfold(ONE, folder) / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        ("# Zwei\n\nText.\n".encode("utf-16"), "T001", "manuscript/02.md:1:1"),
        (b"# Two\n\nCaf\xe9.\n", "T002", "manuscript/02.md:3:4"),
        (b"# Two\n\nNUL \x00 here.\n", "T003", "manuscript/02.md:3:5"),
    ],
)
def test_a_byte_that_is_no_text(tmp_path: Path, data: bytes, code: str, place: str) -> None:
    put(tmp_path, "manuscript/02.md", data)
    assert str(codes(tmp_path)[code].position) == place


def test_line_ends_and_byte_order_marks_make_no_difference(tmp_path: Path) -> None:
    texts = []
    for index, ends in enumerate(("\n", "\r\n", "\r")):
        folder = tmp_path / str(index)
        put(folder, "manuscript/02.md", b"\xef\xbb\xbf" + f"# Two{ends}{ends}Words{ends}here.".encode())
        texts.append(plain_text(check(folder).book.sections[1].blocks))
    assert texts[0] == texts[1] == texts[2]


def test_links_folders_and_pipes_are_not_read(tmp_path: Path) -> None:
    unfold(ONE, tmp_path)
    (tmp_path / "secret").write_text("# Secret\n")
    (tmp_path / "manuscript" / "02.md").symlink_to(tmp_path / "secret")
    (tmp_path / "manuscript" / "03.md").mkdir()
    os.mkfifo(tmp_path / "manuscript" / "04.md")
    found = codes(tmp_path)
    assert {"F006", "F007"} <= set(found)


def test_a_file_too_large_is_refused(tmp_path: Path) -> None:
    put(tmp_path, "manuscript/02.md", b"# Two\n" + b"x" * 20_000_001)
    assert "F008" in codes(tmp_path)


def test_yaml_too_large_is_refused(tmp_path: Path) -> None:
    put(tmp_path, "manuscript/sources.yaml", b"references:\n" + b"# x\n" * 1_300_000)
    assert "Y006" in codes(tmp_path)


def test_a_key_that_is_no_word(tmp_path: Path) -> None:
    put(tmp_path, "manuscript/claims.yaml", b"- {[a]: b}\n")
    assert "Y005" in codes(tmp_path)


def test_bibtex_that_cannot_be_read(tmp_path: Path) -> None:
    put(tmp_path, "manuscript/sources.bib", b"@book{a, title = {unclosed\n")
    assert "B006" in codes(tmp_path)


def picture(form: str, size: tuple[int, int] = (40, 20), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, form, **options)
    return out.getvalue()


def with_picture(folder: Path, data: bytes, name: str = "p.jpg") -> dict[str, Diagnostic]:
    put(folder, f"assets/{name}", data)
    (folder / "manuscript" / "02.md").write_text(f'# Two\n\n![A red field](assets/{name}){{alt="red"}}\n')
    return codes(folder)


def test_nothing_travels_with_a_picture(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "MARKER-DESCRIPTION"
    exif[0x0112] = 6  # the camera was turned
    data = picture("JPEG", exif=exif, comment=b"MARKER-COMMENT") + b"MARKER-TRAILING"
    assert not with_picture(tmp_path, data)
    clean = check(tmp_path).book.pictures["assets/p.jpg"]
    assert b"MARKER" not in clean.data
    assert (clean.width_px, clean.height_px) == (20, 40)


def test_pictures_that_are_refused(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (4, 4), color) for color in ("red", "green", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    assert "I006" in with_picture(tmp_path / "gif", out.getvalue(), "p.gif")
    assert "I004" in with_picture(tmp_path / "bmp", picture("BMP"), "p.bmp")
    huge = picture("PNG", (9000, 8000))
    assert "I005" in with_picture(tmp_path / "huge", huge, "p.png")
    cut = picture("PNG", (400, 300))[:200]
    assert "I007" in with_picture(tmp_path / "cut", cut, "p.png")
    importlib.import_module("weasyprint")  # its import tells Pillow to fill cut files with grey
    assert "I007" in with_picture(tmp_path / "cut", cut, "p.png")


def test_a_claim_that_is_not_in_the_text(tmp_path: Path) -> None:
    put(tmp_path, "manuscript/claims.yaml", b"- {id: a, verdict: supported}\n")
    with pytest.raises(ManuscriptError) as caught:
        check(tmp_path)
    assert [d.code for d in caught.value.diagnostics] == ["K007"]
