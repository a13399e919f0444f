"""Languages and scripts: fonts by the declared list, text set in its language, books from right to left."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pikepdf
import pytest

from chapbook import fonts, scripts
from chapbook.compose.scripts import mirrored, with_faces
from chapbook.errors import ManuscriptError
from chapbook.lint.glyphs import _lacking
from chapbook.model import Face, Voice
from chapbook.passes.typography import _set
from chapbook.pdftext import page_texts
from chapbook.pipeline import Result, build, check
from chapbook.tree import Para, Quoted, Span, Text
from chapbook.walking import plain_text
from chapbook.tree import Attr
from chapbook.verify.bidi import gathered, mixed
from chapbook.verify.extract import Stream
from chapbook.words import TAGS, direction
from tests.conftest import CI, ROOT, fonts_for

BOOKS = ROOT / "tests" / "books"


@pytest.fixture(scope="module")
def arabic() -> Result:
    fonts_for("arabic")
    return build(BOOKS / "arabic", ["epub", "pdf", "print", "html"], jobs=2)


def made(result: Result, edition: str) -> bytes:
    return next(a.data for a in result.artifacts if a.edition == edition)


# ── fonts ────────────────────────────────────────────────────────────────────


def test_every_ascii_character_can_be_printed() -> None:
    assert all(fonts.covers(chr(number)) for number in range(128))  # so that only others are looked for
    assert _lacking("plain, “marked”, e\u0301, <\u0338 and \u13a0", ()) == ["\u13a0", "\u226e"]
    assert _lacking("q\u0301", ()) == [char for char in "\u0301" if not fonts.covers(char)]


def test_a_missing_font_names_the_place_and_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scripts, "_installed", dict)
    with pytest.raises(ManuscriptError) as caught:
        check(BOOKS / "korean")
    first = next(d for d in caught.value.diagnostics if d.position and d.position.path.endswith("01-well.md"))
    assert str(first).startswith("manuscript/01-well.md:1:3: error G001: no font of the book has 우 U+C6B0")
    assert "apt install fonts-nanum" in first.hint and "dnf install" in first.hint
    assert len([d for d in caught.value.diagnostics if d.code == "G001"]) < 12, "one for a script, not one a letter"


def test_a_latin_book_uses_no_font_of_the_system() -> None:
    assert check(ROOT).book.faces == ()
    assert check(BOOKS / "minimal").book.faces == ()


def test_the_list_is_whole() -> None:
    for font in scripts.declared():
        assert font.scripts and font.get.startswith("Debian, Ubuntu: apt install fonts-"), font.family
        assert font.regular.endswith((".ttf", ".ttc")), "TrueType outlines only"


def test_scripts_and_languages_choose_fonts() -> None:
    fonts_for("many-scripts")
    chosen = {face.family for face in scripts.faces_for([("zh-Hans", "骨"), ("ja", "骨")])}
    assert {"AR PL UMing CN", "IPAex Mincho"} <= chosen
    assert not scripts.faces_for([("en", "plain words, naïve café — “yes”")])


def test_declared_fonts_are_truetype_and_may_be_embedded() -> None:
    fonts_for("many-scripts")
    from fontTools.ttLib import TTFont

    for font in scripts.declared():
        for face in font.faces():
            with TTFont(face.path, fontNumber=face.index, lazy=True) as opened:
                assert "glyf" in opened, face.path
                assert opened["OS/2"].fsType & 0x2 == 0, face.path


def test_only_chosen_fonts_are_in_the_pdf(arabic: Result) -> None:
    with pikepdf.Pdf.open(io.BytesIO(made(arabic, "pdf"))) as pdf:
        names = {str(o.FontName).partition("+")[2] for o in pdf.objects
                 if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/FontDescriptor"}  # fmt: skip
    assert names and all(name.startswith(("Source-", "Amiri", "Noto-Sans-Arabic")) for name in names), names


# ── setting ──────────────────────────────────────────────────────────────────


def test_each_passage_is_set_in_its_language() -> None:
    part = (Para((Quoted(True, (Text("a"),)), Span((Quoted(True, (Text("b"),)),), Attr(pairs=(("lang", "fr"),))))),)
    assert plain_text(_set(part, "en")).strip() == "“a”«\u00a0b\u00a0»"
    assert plain_text(_set((Text("le 29 juillet"),), "fr")) == "le 29\u00a0juillet"
    assert plain_text(_set((Text("el 29 de julio"),), "es")) == "el 29 de julio"


def test_system_fonts_stand_behind_the_books_own() -> None:
    faces = (Face("Nanum Myeongjo", 400, False, Path("a.ttf"), 0, Voice.AUTHOR),)
    assert '"Source Serif Pro", "Nanum Myeongjo"' in with_faces('p { font-family: "Source Serif Pro" }', faces)


def test_mirrored_sheets() -> None:
    css = "p { margin: 1pt 2pt 3pt 4pt; float: left; padding-right: calc(1pt + 2pt) } .right { text-align: right }"
    assert mirrored(css) == (
        "p { margin: 1pt 4pt 3pt 2pt; float: right; padding-left: calc(1pt + 2pt) } .left { text-align: left }"
    )
    assert mirrored(mirrored(css)) == css


# ── right to left ────────────────────────────────────────────────────────────


def test_directions() -> None:
    assert [direction(lang) for lang in ("ar", "he-IL", "fa", "az-Arab", "ar-Latn", "en", "")] == [
        "rtl", "rtl", "rtl", "rtl", "ltr", "ltr", "ltr",
    ]  # fmt: skip


def test_the_book_says_its_direction(arabic: Result) -> None:
    with zipfile.ZipFile(io.BytesIO(made(arabic, "epub"))) as archive:
        package = next(archive.read(n).decode() for n in archive.namelist() if n.endswith(".opf"))
        page = next(archive.read(n).decode() for n in archive.namelist() if n.endswith("s002-section.xhtml"))
    assert 'page-progression-direction="rtl"' in package
    assert '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="ar"' in page
    assert 'dir="rtl"' in page and 'lang="en" xml:lang="en" dir="ltr"' in page
    assert '<html lang="ar" dir="rtl"' in made(arabic, "html").decode()
    for edition in ("pdf", "print"):
        with pikepdf.Pdf.open(io.BytesIO(made(arabic, edition))) as pdf:
            assert pdf.Root.ViewerPreferences.Direction == "/R2L"


def test_arabic_is_read_out_in_its_order(arabic: Result) -> None:
    text = " ".join(" ".join(page_texts(made(arabic, "pdf"))).split())
    assert "كانت البئر في وسط القرية. كان الناس يأتون إليها كل صباح" in text
    assert "1998" in text and "8991" not in text


def test_pages_begin_on_the_left(arabic: Result) -> None:
    with pikepdf.Pdf.open(io.BytesIO(made(arabic, "pdf"))) as pdf:
        import pypdfium2

        document = pypdfium2.PdfDocument(made(arabic, "pdf"))
        width = float(pdf.pages[3].trimbox[2])
        page = document[3].get_textpage()
        boxes = [page.get_charbox(i) for i in range(page.count_chars())]
        heights = [box[3] for box in boxes]
        head = [box for box in boxes if box[3] > max(heights) - 3]
        assert max(box[2] for box in head) < width / 2, "folio and head of an odd page stand on the left"
        document.close()


def test_words_of_a_line_in_two_directions_are_all_looked_for() -> None:
    stream = Stream(("العربية", "remembers", "well", "The", "الأغنية"), (1,) * 5)
    wanted = ("الأغنية", "The", "well", "remembers", "العربية")
    latin = Stream(("The", "well"), (1, 1))
    assert mixed(wanted, latin) and not mixed(("The", "1998"), latin) and not mixed(("الماء", "1998"), stream)
    assert mixed(("The", "well"), Stream(("الماء",) * 3, (1,) * 3)), "English in an Arabic book"
    assert gathered(wanted, stream, 0, bytearray(5)) == 5
    assert gathered((*wanted, "river"), stream, 0, bytearray(5)) is None


def test_ci_has_the_fonts() -> None:
    if CI:
        for name in ("korean", "arabic", "many-scripts"):
            fonts_for(name)


# ── every catalogue in use ───────────────────────────────────────────────────


@pytest.mark.parametrize("tag", TAGS)
def test_every_catalogue_fills_every_page(tag: str) -> None:
    """A book with a ledger composed in each language: no name left to fill in, nothing in English."""
    from dataclasses import replace

    from chapbook.compose import audit, epub, pages, web
    from chapbook.compose.style import default_styles
    from chapbook.policy import vocabulary

    book = check(BOOKS / "ledger").book
    known = {verdict.key: verdict for verdict in vocabulary(book.policy, tag)}
    claims = {c.id: replace(c, verdict=known[c.verdict.key]) for c in book.claims}
    spoken = replace(
        book,
        work=replace(book.work, lang=tag),
        verdicts=tuple(known[v.key] for v in book.verdicts),
        claims=tuple(claims.values()),
        notes=tuple(replace(n, claim=claims[n.claim.id] if n.claim else None) for n in book.notes),
    )
    styles = default_styles()
    compositions = (epub.compose(spoken, styles), web.compose(spoken, styles), audit.compose(spoken, styles, {}),
                    pages.compose(spoken, styles))  # fmt: skip
    for composition in compositions:
        for document in composition.documents:
            shown = re.sub(r"<(style|script)\b.*?</\1>|<[^>]*>", " ", document.text, flags=re.DOTALL)
            assert not re.search(r"\{[a-z]+\}", shown), document.name
            assert tag == "en" or not re.search(r"\b(Supported|Contradicted|Back to the text|Edition of)\b", shown), document.name


def test_words_are_divided_by_the_rules_of_their_language() -> None:
    fonts_for("many-scripts")
    result = build(BOOKS / "many-scripts", ["pdf"])
    text = "\n".join(page_texts(made(result, "pdf")))
    assert "guille-mets" in text, "not guil-lemets, as English would have it"
