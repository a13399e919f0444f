"""Scripts whose letters move and join: what the PDFs say of them, and that a word that says another is found."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from chapbook.model import Artifact
from chapbook.pdftext import page_texts
from chapbook.pipeline import Result, build
from chapbook.scripts import _installed
from chapbook.verify import compare, look
from chapbook.writers import clusters
from tests.conftest import fonts_for

HINDI = "किताब पढ़ने की इच्छा है, क्षत्रिय विद्यार्थी शक्ति से दुनिया देखते हैं। "
THAI = "ภาษาไทยเป็นภาษาที่ได้น้ำใจ "


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Result:
    fonts_for("many-scripts")
    return _built(tmp_path_factory.mktemp("hindi"), f"Text {HINDI * 12}end, **{HINDI.strip()}**.")


def _built(folder: Path, text: str) -> Result:
    manuscript = folder / "manuscript"
    manuscript.mkdir()
    (manuscript / "01.md").write_text(f"# One\n\n{text}\n")
    (manuscript / "book.yaml").write_text("title: Alike\nauthor: Ada Example\nlang: en\neditions: [html, pdf, print]\n")
    return build(folder, jobs=1)


def pdfs(result: Result) -> Iterator[Artifact]:
    return (a for a in result.artifacts if a.edition in ("pdf", "print"))


def test_the_words_of_a_pdf_are_those_of_the_text(built: Result) -> None:
    for pdf in pdfs(built):
        said = " ".join(" ".join(page_texts(pdf.data)).split())
        assert " ".join((HINDI * 12).split()) in said
        assert f"end, {HINDI.strip()}." in said


def test_thai(tmp_path: Path) -> None:
    if "NotoSerifThai-Regular.ttf" not in _installed():
        pytest.skip("NOT CHECKED: Noto Serif Thai is not installed")
    for pdf in pdfs(_built(tmp_path, f"Text {THAI * 30} end.")):
        assert THAI.strip() * 2 in "".join("".join(page_texts(pdf.data)).split()).replace("\u200b", "")


def found_in(built: Result, *artifacts: Artifact) -> set[str]:
    """The codes of all that is found in these files and between them."""
    editions = {artifact.edition for artifact in artifacts}
    looked = [look(built.book, artifact, editions) for artifact in artifacts]
    return {fault.code for fault in compare(built.book, artifacts, looked)[1]}


@pytest.mark.parametrize("said", ["दुमिया", "दुनया", "दुनियाक"])  # another letter; a sign less; a letter more
def test_a_word_that_says_another_is_found(built: Result, said: str) -> None:
    """What a word is marked with is what is checked: glyphs and marks both come from one line of text."""
    right, wrong = ("".join(word.encode("utf-16-be").hex().upper()).encode() for word in ("दुनिया", said))
    for artifact in pdfs(built):
        assert not found_in(built, artifact)
        with pikepdf.open(io.BytesIO(artifact.data)) as pdf:
            changed = 0
            for item in pdf.objects:
                if isinstance(item, pikepdf.Stream) and right in (content := item.read_bytes().upper()):
                    at = content.index(right)
                    content = item.read_bytes()
                    item.write(content[:at] + wrong + content[at + len(right) :])
                    changed += 1
            out = io.BytesIO()
            pdf.save(out)
        assert changed
        html = next(a for a in built.artifacts if a.edition == "html")
        assert "V044" in found_in(built, replace(artifact, data=out.getvalue()), html)


def test_every_glyph_has_a_character(built: Result) -> None:
    """ISO 19005-2, 6.2.11.7.2."""
    for artifact in pdfs(built):
        with pikepdf.open(io.BytesIO(artifact.data)) as pdf:
            for font in (f for f in pdf.objects if isinstance(f, pikepdf.Dictionary) and f.get("/ToUnicode")):
                listed = font.ToUnicode.read_bytes()
                glyphs = [first + n for first, run in zip([*font.DescendantFonts[0].W][::2], [*font.DescendantFonts[0].W][1::2],
                                                          strict=True) for n in range(len(run))]  # fmt: skip
                assert all(b"<%04x> <" % int(glyph) in listed for glyph in glyphs)


def test_which_words_are_marked() -> None:
    assert not clusters.moving("Words, слова, 漢字, العربية")
    text = "a क्षत्रिय, है b"
    assert [text.encode()[a:b].decode() for a, b in clusters.words(text)] == ["क्षत्रिय", "है "]
