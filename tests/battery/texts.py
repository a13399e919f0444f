"""Group T: characters and long lines."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pikepdf
import pypdfium2

from tests.battery.bench import Bench, Files
from tests.conftest import ROOT

_MM = 72 / 25.4


def with_bytes(b: Bench, data: bytes) -> Path:
    root = b.book("# One\n\nText.\n")
    (root / "manuscript" / "02.md").write_bytes(data)
    return root


def row_31_latin_1(b: Bench) -> None:
    b.refuses(with_bytes(b, b"# Two\n\nCaf\xe9.\n"), "02.md:3:4", "0xE9")


def row_32_utf_16(b: Bench) -> None:
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
        b.refuses(with_bytes(b, mark + "# Two\n\nText.\n".encode(encoding)), "02.md", encoding[:6].upper())


def row_33_byte_order_mark(b: Bench) -> None:
    files = b.builds(with_bytes(b, b"\xef\xbb\xbf# Two\n\nText.\n"))
    assert not any(b"\xef\xbb\xbf" in data for name, data in files.every_byte() if name.endswith("ml"))
    assert "Two" in files.text("pdf")


def row_34_line_ends(b: Bench) -> None:
    text = "# Two\n\nWords\nhere.[^1]\n\n- a\n- b\n\n[^1]: A note.\n"
    made = []
    for data in (text, text.replace("\n", "\r\n"), text.replace("\n", "\r"),
                 text.replace("\n", "\r\n", 3).replace("- a\n", "- a\r")):  # fmt: skip
        files = b.builds(with_bytes(b, data.encode()))
        made.append({n: d for n, d in files.data.items() if n != "build.json" and n != "SHA256SUMS"})
    assert made[0] == made[1] == made[2] == made[3]


def row_35_control_characters(b: Bench) -> None:
    for char in ("\x00", "\x07", "\x1b", "\x7f", "\x84", "\ufffe", "\uffff", "\ufdd0"):
        b.refuses(with_bytes(b, f"# Two\n\nA {char} here.\n".encode()), "02.md:3:3", f"U+{ord(char):04X}")


def row_36_hidden_direction(b: Bench) -> None:
    for char in ("\u202e", "\u202d", "\U000e0041", "\U000e007f"):
        b.refuses(f"# One\n\nA {char}b.\n", "01.md:3:3", f"U+{ord(char):04X}")
    b.refuses("\n=== manuscript/01.md\n# One\n\nText.\n=== manuscript/book.yaml\ntitle: A \u202eb\nauthor: A\nlang: en\n",
              "book.yaml:1", "U+202E")  # fmt: skip
    b.builds("# One\n\nA \u2068bit\u2069 here.\n", only="html")


def row_37_zero_width(b: Bench) -> None:
    b.builds("# One\n\nA zero\u200bwidth and soft\u00adhyphen.\n", only="html", warns="01.md:3:7: warning T004: U+200B")


def row_38_script_without_a_font(b: Bench) -> None:
    b.refuses("# One\n\nSome \U00013000 here.\n", "01.md:3:6", "U+13000")


def row_39_scripts_of_the_world(b: Bench) -> None:
    """Each is set with a font (text found in the PDF) or refused with its character and place."""
    for text in ("漢字と仮名", "مرحبا بالعالم", "שלום עולם", "👩‍👩‍👧 ok"):
        b.either(f"# One\n\nText {text} end.\n", "01.md:3:6", "end.")
    for text in ("नमस्ते दुनिया", "ภาษาไทย"):  # letters that stand elsewhere than they are read
        b.either(f"# One\n\nText {text} end.\n", "01.md:3:6", f"{text} end.")


def inside(files: Files) -> None:
    """Every glyph of the screen PDF is on its page."""
    document = pypdfium2.PdfDocument(files.of("pdf"))
    for number in range(len(document)):
        page = document[number]
        width, height = page.get_size()
        text = page.get_textpage()
        for index in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(index)
            fits = left >= -0.6 and right <= width + 0.6 and bottom >= -0.6 and top <= height + 0.6
            assert fits or right - left < 0.01, (number + 1, index, (left, bottom, right, top), (width, height))
    document.close()


def row_40_long_lines(b: Bench) -> None:
    long_code = "x = " + " + ".join(f"value_{i}" for i in range(22))
    solid_code = "y" * 200
    text = f"# One\n\nA {'w' * 200} word.\n\n    {long_code}\n\n```\n{solid_code}\n```\n\nInline `{'z' * 150}` code.\n"
    files = b.builds(text)
    inside(files)
    for edition, words in files.texts():
        bare = re.sub(r"\s", "", words)
        assert "w" * 200 in bare and solid_code in bare and "z" * 150 in bare, edition
    line = "word " * 200_000
    yaml = "=== manuscript/book.yaml\ntitle: A\nauthor: A\nlang: en\neditions: [epub, html]\n"
    files = b.builds(f"\n=== manuscript/01.md\n# One\n\n{line}\n{yaml}")
    assert files.text("epub").count("word") >= 200_000


def off_page_is_found(b: Bench) -> None:
    """A book's own sheet that lets code run off the page is found out by the build."""
    root = b.book("# One\n\n```\n" + "x = y + " * 40 + "\n```\n")
    (root / "styles").mkdir()
    (root / "styles" / "print.css").write_text((ROOT / "styles" / "print.css").read_text("utf-8")
                                               + "\npre, pre code { white-space: pre !important }\n", "utf-8")  # fmt: skip
    (root / "styles" / "tokens.yaml").write_bytes((ROOT / "styles" / "tokens.yaml").read_bytes())
    run = b.run(root, "--only", "pdf")
    assert run.status == 3 and "V037" in run.said, run.said


def row_41_wide_table(b: Bench) -> None:
    cells = [f"c{i}" for i in range(40)]
    table = f"|{'|'.join(cells)}|\n|{'---|' * 40}\n|{'|'.join(f'v{i}' for i in range(40))}|\n"
    root = b.book(f"# One\n\n{table}")
    run = b.run(root)
    if run.status:
        assert "01.md:3" in run.said, run.said
        return
    files = Files(root / "dist")
    inside(files)
    words = re.sub(r"\s", "", files.text("pdf"))
    assert all(f"v{i}" in words for i in range(40))


def trims(data: bytes) -> list[tuple[float, float]]:
    """Widths and heights of the trims of a PDF's pages, in millimetres."""
    with pikepdf.Pdf.open(io.BytesIO(data)) as pdf:
        return [(float(p.trimbox[2] - p.trimbox[0]) / _MM, float(p.trimbox[3] - p.trimbox[1]) / _MM) for p in pdf.pages]
