"""Parity can fail: 200 seeded changes to published files, each of which must be found.

One word, number, note, cell or picture is changed in the bytes of one file, the way a fault of
an engine would; the comparison of the editions must say so, and must be silent before.
"""

from __future__ import annotations

import base64
import io
import random
import re
import zipfile
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pikepdf
import pytest

from chapbook.model import Artifact, Book
from chapbook.pipeline import build
from chapbook.verify.conservation import follow
from chapbook.verify.extract import Stream, pdf_stream
from chapbook.verify.parity import compare, placed, set_again
from chapbook.verify.reading import Piece, Reading, read_epub
from tests.conftest import ROOT

CHANGES = 200
Made = tuple[Book, dict[str, Artifact]]
_RUN = re.compile(r">([^<>]+)<")
# What one edition alone says: buttons, ways back, the word before a note's number, summaries.
_OWN = re.compile(
    r"<(nav|header|head|button|style|template)\b.*?</\1>|<a [^>]*class=\"(?:back|call beside)\".*?</a>"
    r"|<span class=\"note-number\">.*?</span>|<p class=\"statement-line\">.*?</p>", re.DOTALL)  # fmt: skip
_AREAS = {
    "word": r"<p\b[^>]*>.*?</p>|<li\b[^>]*>.*?</li>",
    "number": r"<p\b[^>]*>.*?</p>|<li\b[^>]*>.*?</li>",
    "note": r"<aside\b.*?</aside>",
    "cell": r"<t[dh]\b[^>]*>.*?</t[dh]>",
}


@pytest.fixture(scope="module")
def made() -> dict[str, Made]:
    books = {"shipped": ROOT, "illustrated": ROOT / "tests/books/illustrated", "scholarly": ROOT / "tests/books/scholarly"}
    out = {}
    for name, root in books.items():
        result = build(root, jobs=2)
        out[name] = result.book, {a.edition: a for a in result.artifacts}
    return out


def without_own(text: str) -> str:
    """The same length of text, with what one edition alone says blanked."""
    return _OWN.sub(lambda m: "\ue000" * len(m[0]), text)


def changed_text(text: str, kind: str, chance: random.Random) -> str | None:
    """The text with one letter or digit of the kind's area changed; None where there is none."""
    seen = without_own(text)
    letters = r"\d" if kind == "number" else r"[a-z]" if kind == "word" else r"[a-z0-9]"
    places = [
        area.start() + run.start(1) + hit.start()
        for area in re.finditer(_AREAS[kind], seen, re.DOTALL)
        for run in _RUN.finditer(area[0])
        for hit in re.finditer(letters, re.sub(r"&\w+;", lambda m: "\ue000" * len(m[0]), run[1]))
    ]
    if not places:
        return None
    at = chance.choice(places)
    other = chance.choice([c for c in ("0123456789" if text[at].isdigit() else "abcdefghijklm") if c != text[at]])
    return text[:at] + other + text[at + 1 :]


def changed_html(data: bytes, kind: str, chance: random.Random) -> bytes | None:
    text = data.decode()
    if kind == "image":
        return changed_picture(text, chance)
    new = changed_text(text, kind, chance)
    return new.encode() if new else None


def changed_picture(text: str, chance: random.Random) -> bytes | None:
    found = list(re.finditer(r'<img src="data:image/png;base64,([^"]+)"', text))
    if not found:
        return None
    match = chance.choice(found)
    from PIL import Image

    picture = Image.open(io.BytesIO(base64.b64decode(match[1]))).convert("RGB")
    picture.putpixel((chance.randrange(picture.width), chance.randrange(picture.height)), (1, 2, 3))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return (text[: match.start(1)] + base64.b64encode(out.getvalue()).decode() + text[match.end(1) :]).encode()


def changed_epub(data: bytes, kind: str, chance: random.Random) -> bytes | None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    ending = (".png", ".jpg") if kind == "image" else ".xhtml"
    names = [n for n in files if n.endswith(ending) and not re.search("nav|cover|title-page", n)]
    chance.shuffle(names)
    for name in names:
        if kind == "image":
            files[name] = files[name] + b"\0"
            break
        new = changed_text(files[name].decode(), kind, chance)
        if new:
            files[name] = new.encode()
            break
    else:
        return None
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def changed_pdf(data: bytes, kind: str, chance: random.Random) -> bytes | None:
    """One glyph of one page shown as another glyph of the same string, or a picture's bytes."""
    with pikepdf.Pdf.open(io.BytesIO(data)) as pdf:
        if kind == "image":
            images = [o for o in pdf.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Image"
                      and "/SMask" not in str(o.get("/Type", "")) and o.get("/ColorSpace") == "/DeviceRGB"]  # fmt: skip
            if not images:
                return None
            image = chance.choice(images)
            if image.get("/Filter") == "/DCTDecode":
                return None
            raw = bytearray(image.read_bytes())
            raw[chance.randrange(len(raw))] ^= 0x55
            image.write(bytes(raw))
        elif not swap_glyphs(pdf, chance):
            return None
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def swap_glyphs(pdf: pikepdf.Pdf, chance: random.Random) -> bool:
    """WeasyPrint writes each glyph of two bytes as a string of its own."""
    page = pdf.pages[chance.randrange(2, len(pdf.pages))]
    instructions = list(pikepdf.parse_content_stream(page))
    lines = [i for i, one in enumerate(instructions) if str(one.operator) == "TJ" and len(one.operands[0]) > 12]
    if not lines:
        return False
    i = chance.choice(lines)
    parts = list(instructions[i].operands[0])
    glyphs = [k for k, part in enumerate(parts) if not isinstance(part, int | Decimal) and len(bytes(part)) == 2]
    at = chance.choice(glyphs)
    others = sorted({bytes(parts[k]) for k in glyphs} - {bytes(parts[at])})
    if not others:
        return False
    parts[at] = pikepdf.String(chance.choice(others))
    instructions[i] = pikepdf.ContentStreamInstruction([pikepdf.Array(parts)], pikepdf.Operator("TJ"))
    page.contents_coalesce()
    page.obj.Contents.write(pikepdf.unparse_content_stream(instructions))
    return True


def in_furniture(book: Book, made: dict[str, Artifact], edition: str, new: bytes) -> bool:
    """Whether a change of a PDF touched nothing but spaces, marks and page furniture."""
    before, _ = pdf_stream(made[edition].data)
    after, _ = pdf_stream(new)
    if before.tokens == after.tokens:
        return True
    used = bytearray(len(before.tokens))
    assert not list(placed(book, read_epub(made["epub"].data), before, used, edition))
    at = next(i for i, (a, b) in enumerate(zip(before.tokens, after.tokens, strict=False)) if a != b)
    return not used[at]


CHANGE = {"html": changed_html, "epub": changed_epub, "pdf": changed_pdf, "print": changed_pdf}


def test_the_editions_agree(made: dict[str, Made]) -> None:
    for book, artifacts in made.values():
        data, differences = compare(book, tuple(artifacts.values()))
        assert not differences
        assert data == artifacts["parity"].data


def test_every_change_is_found(made: dict[str, Made]) -> None:
    chance = random.Random(20261124)
    found: Counter[str] = Counter()
    while sum(found.values()) < CHANGES:
        kind = chance.choice(("word", "number", "note", "cell", "image"))
        edition = chance.choice(tuple(CHANGE))
        name = chance.choice(("illustrated",) if kind == "image" else ("shipped", "shipped", "illustrated", "scholarly"))
        book, artifacts = made[name]
        new = CHANGE[edition](artifacts[edition].data, kind, chance)
        if new is None or (edition in ("pdf", "print") and kind != "image" and in_furniture(book, artifacts, edition, new)):
            continue
        mutant = replace(artifacts[edition], data=new)
        others = [artifacts["epub"]] if edition != "epub" else [artifacts["html"]]
        _, differences = compare(book, (*others, mutant))
        assert differences, f"a changed {kind} in the {edition} of {name} was not found (number {sum(found.values())})"
        found[f"{edition} {kind}"] += 1
    assert len(found) >= 14, found


def test_no_pdf_answers_for_another(made: dict[str, Made]) -> None:
    """Both have the same words on the same pages, and are followed once; a change in either is found."""
    book, artifacts = made["shipped"]
    streams = [pdf_stream(artifacts[edition].data)[0] for edition in ("pdf", "print")]
    assert streams[0].alike(streams[1])
    ends = (*streams[1].pages[:-1], streams[1].pages[-1] + 1)
    assert not streams[0].alike(replace(streams[1], pages=ends)), "the last word on a page of its own"
    chance = random.Random(7)
    for edition in ("pdf", "print") * 3:
        new = changed_pdf(artifacts[edition].data, "word", chance)
        if new is None or in_furniture(book, artifacts, edition, new):
            continue
        files = {**artifacts, edition: replace(artifacts[edition], data=new)}
        _, differences = compare(book, [files[e] for e in ("epub", "html", "pdf", "print")])
        assert differences and all(d.message.endswith(f"({edition})") for d in differences)


def test_a_difference_names_its_place(made: dict[str, Made], tmp_path: Path) -> None:
    book, artifacts = made["shipped"]
    text = artifacts["html"].data.decode().replace("has long been bolstered", "has long been weakened", 1)
    _, differences = compare(book, (artifacts["epub"], replace(artifacts["html"], data=text.encode())))
    assert [str(d.position) for d in differences] == ["manuscript/03-economic-relations.md:1:1"]
    assert "weakened" in differences[0].message or "bolstered" in differences[0].message


def pages_of(*texts: str) -> Stream:
    words = [(word, number) for number, text in enumerate(texts, start=1) for word in text.split()]
    return Stream(tuple(w for w, _ in words), tuple(n for _, n in words))


def test_a_passage_begins_where_it_stands_whole() -> None:
    # The first “Most” is another passage's: the page after it has all of the one looked for.
    stream = pages_of("What Most people do", "5 Errors Most errors are not serious enough to stop")
    used = bytearray(len(stream.tokens))
    follow(("Most", "errors", "are", "not", "serious", "enough", "to", "stop"), stream, 0, used)
    assert [t for t, own in zip(stream.tokens, used, strict=True) if own][0:1] == ["Most"]
    assert not used[1] and used[6]


def test_the_head_of_a_table_may_stand_on_each_of_its_pages() -> None:
    head = Piece("head", "Operator | Example")
    reading = Reading("epub", {"a": (head,)}, {}, {}, ())
    stream = pages_of("Operator Example plus", "7 Title Operator Example minus", "8 Title Operator Exemple times")
    used = bytearray(b"\1\1\1" + b"\0" * (len(stream.tokens) - 3))
    set_again(reading, stream, used)
    assert [stream.tokens[i] for i, own in enumerate(used) if own] == ["Operator", "Example", "plus", "Operator", "Example"]


def test_a_row_may_go_over_a_pages_end() -> None:
    row = Piece("row", "a b c | d e f")
    stream = pages_of("a b d e", "c f")
    used = bytearray(6)
    assert [follow(cell, stream, 0, used) for cell in row.cells] == [5, 6] and all(used)


def test_a_word_divided_by_a_narrow_column_comes_before_itself() -> None:
    stream = pages_of("acc ess public", "set access")
    used = bytearray(5)
    assert follow(("access",), stream, 0, used) == 2


def test_a_picture_in_inks_is_known_by_its_lights() -> None:
    from PIL import Image

    from chapbook.verify.likeness import alike, likeness

    picture = Image.linear_gradient("L").resize((300, 200)).convert("RGB")
    inks = picture.convert("CMYK").point(lambda v: int(v * 0.8))
    assert alike(likeness(picture), likeness(inks))
    assert not alike(likeness(picture), likeness(picture.rotate(180)))
    assert not alike(likeness(picture), likeness(picture.resize((301, 200))))
    assert not alike(likeness(picture), likeness(Image.new("RGB", (300, 200), (200, 10, 10))))
