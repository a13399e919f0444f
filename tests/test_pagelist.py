"""The pages of the print edition in EPUB and HTML: where they begin, and that a wrong one is found."""

from __future__ import annotations

import io
import random
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from chapbook.compose.places import letters_of
from chapbook.compose.pagelist import PageStart, marked, page_starts
from chapbook.errors import MissingTool
from chapbook.model import Artifact
from chapbook.pdftext import page_texts
from chapbook.pipeline import Result, build
from chapbook.verify.pagelist import Said, _stands, check, on_pages
from tests.battery.bench import word
from tests.conftest import ROOT

WORDS = [word(n * 7) for n in range(12)]
PROSE = " ".join(word(n * n + 13) for n in range(900))

PRINTED = """<html><head><title>x</title></head><body>
<section id="one"><h2>Beginning</h2><p>Some words stand here before the page is full, and these words are
<em>hyphen­ated</em><span class="fn" id="note-1" data-n="1"><span class="n">1</span> A note.</span> over the page.</p>
<p>“Then a paragraph begins the third page”, it says.</p></section>
<section id="two"><h2>Another one</h2><p>It has its own page.</p></section></body></html>"""
LEAVES = (
    "Beginning\r\nSome words stand here before the page is full, and these words are hyphen-\r\n1 A note.\r\nBeginning 1",
    "2 A title\r\nated1 over the page.",
    "“Then a paragraph begins the third page”, it says.\r\nBeginning 3",
    "",
    "Another one\r\nIt has its own page.",
)
EPUB = """<section id="one"><h1>Beginning</h1><p>Some words stand here before the page is full, and these words are
<em>hyphen­ated</em><sup><a id="noteref-1" href="#note-1">1</a></sup> over the page.</p>
<p>“Then a paragraph begins the third page”, it says.</p>
<aside id="note-1"><p>Note 1. A note.</p></aside></section>
<section id="two"><h1>Another one</h1><p>It has its own page.</p></section>"""


def words_after(text: str, folio: int) -> str:
    rest = text.partition(f'id="Page-{folio}"')[2].partition("</span>")[2]
    return " ".join(re.sub(r"<[^>]*>", "", rest).split())[:24]


def test_pages_begin_where_the_words_do() -> None:
    starts = page_starts(PRINTED, LEAVES, {"one": 1, "two": 5, "note-1": 1})
    assert [s.folio for s in starts] == [1, 2, 3, 5]
    text, folios = marked(EPUB, starts, "Page {page}")
    assert folios == (1, 2, 3, 5)
    assert words_after(text, 2).startswith("hyphen\u00adated1 over")  # not inside a word
    assert words_after(text, 3).startswith("“Then a paragraph")
    assert '<p><span id="Page-3" role="doc-pagebreak" title="Page 3"></span>“Then' in text
    assert '<section id="two"><span id="Page-5"' in text
    assert re.sub(r'<span id="Page-\d"[^>]*></span>', "", text) == EPUB


def test_every_page_of_a_long_chapter_begins_at_its_first_word() -> None:
    chance = random.Random(20261125)
    words = ["".join(chance.choice("abcdefghijklmnop") for _ in range(chance.randint(2, 9))) for _ in range(900)]
    text = [chance.choice(words) for _ in range(60 * 180)]
    leaves = [f"A running head {n + 1}\n{' '.join(text[n * 180 : n * 180 + 180])}\n7 A note of {n} words" for n in range(60)]
    chapter = " ".join(text)
    printed = f'<section id="one"><p>{chapter}</p></section>'
    starts = page_starts(printed, leaves, {"one": 1})
    found, folios = marked(printed, starts, "{page}")
    assert folios == tuple(range(1, 61))
    for folio in folios:
        after = found.partition(f'id="Page-{folio}"')[2].partition("</span>")[2]
        assert after.split()[:6] == text[(folio - 1) * 180 :][:6]


def test_a_place_never_goes_beyond_the_next_identifier() -> None:
    letters = letters_of('<p id="a">abc</p><p id="b">def</p>')
    assert letters.place_of("a", 2, "b") == 2
    assert letters.place_of("a", 5, "b") == 3
    assert letters.place_of("a", 5, "") == 5
    assert letters.place_of("none", 1, "") is None
    assert letters.nearest(2) == ("a", 2, "b")


def test_each_letter_is_found_where_it_stands() -> None:
    markup = (
        '<!doctype html><head><title>x</title></head><p id="a">One &amp; t&eacute;wo, 3<sup class="n" id="noteref-1">'
        '<a href="#n">1</a></sup> — four<span class="fn" id="n" data-n="2">note</span><br/><style>a{}</style> é五<!-- <p id="z"> -->.</p>'
    )
    letters = letters_of(markup)
    assert letters.text == "Onetéwo31four2é五"
    found = [markup[letters.offset(at)] for at in range(len(letters.text))]
    assert "".join(found) == "Onet&wo31four<é五"  # an entity and a drawn number where they begin
    assert letters.nearest(8) == letters.nearest(9) == ("a", 8, "")  # a call does not count
    assert letters.nearest(len(letters.text)) == ("a", 14, "")
    assert [letters.place_of("a", count, "") for count in (0, 7, 8, 12, 13, 14, 99)] == [0, 7, 9, 14, 15, 16, 16]


@pytest.mark.parametrize(
    ("text", "near", "letters", "expected"),
    [
        ('<table id="t"><caption>Cap</caption><tr><td>x</td></tr></table>', "t", 0, "@<table"),
        ('<table id="t"><tr><td>x</td></tr><tr><td>y</td></tr></table>', "t", 1, "<td>@y"),
        ('<figure id="f"><img src="a"/><figcaption>Cap</figcaption></figure>', "f", 0, "@<figure"),
        ('<ul id="l"><li>one</li><li>two</li></ul>', "l", 3, "<li>@two"),
        ('<p id="p">one <a href="x"><em>two</em></a></p>', "p", 3, "one @<a"),
        ('<p id="p">第一行文字在这里</p>', "p", 3, "第一行@文字"),
        ('<p id="p">한국어 문장입니다</p>', "p", 4, "한국어 @문장"),
        ('<p id="p">in ($500) paid</p>', "p", 2, "in @($500)"),
    ],
)
def test_a_mark_stands_beside_what_it_belongs_to(text: str, near: str, letters: int, expected: str) -> None:
    found, _ = marked(text, [PageStart(7, near, letters)], "{page}")
    assert expected in re.sub(r"<span id=.*?</span>", "@", found)


def test_in_the_navigation_nothing_stands_beside_a_link() -> None:
    nav = '<nav id="toc"><h1>Contents</h1><ol><li><a href="x">One</a></li><li><a href="y">Two</a></li></ol></nav>'
    starts = [PageStart(3, "contents", 0), PageStart(4, "contents", 11)]
    found, _ = marked(nav, starts, "{page}", nav=True, also={"contents": "toc"})
    bare = re.sub(r"<span id=.*?</span>", "@", found)
    assert bare.startswith("@<nav")
    assert '<a href="y">@Two' in bare


# ── books ────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module", params=["minimal", "scholarly", "illustrated", "ledger"])
def built(request: pytest.FixtureRequest) -> Result:
    return build(ROOT / "tests" / "books" / request.param, ["epub", "html", "pdf"], jobs=2)


def one(result: Result, edition: str) -> Artifact:
    return next(a for a in result.artifacts if a.edition == edition)


def changed(artifact: Artifact, before: str, after: str) -> Artifact:
    """An edition with words of one of its documents changed."""
    if artifact.edition == "html":
        return replace(artifact, data=artifact.data.replace(before.encode(), after.encode()))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(artifact.data)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            new.writestr(info, old.read(info).replace(before.encode(), after.encode()))
    return replace(artifact, data=out.getvalue())


def test_every_page_with_words_is_listed(built: Result) -> None:
    leaves = page_texts(one(built, "pdf").data)[1:]
    wanted = [folio for folio, text in enumerate(leaves, start=1) if text.strip()]
    with zipfile.ZipFile(io.BytesIO(one(built, "epub").data)) as archive:
        nav = archive.read("EPUB/nav.xhtml").decode()
        package = archive.read("EPUB/content.opf").decode()
    listed = [int(n) for n in re.findall(r'#Page-\d+">(\d+)</a>', nav)]
    assert listed == wanted
    assert ">pageBreakMarkers<" in package
    assert f'"pageBreakSource">{built.book.work.title.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")}' in package
    in_html = re.findall(r'id="Page-(\d+)"', one(built, "html").data.decode())
    assert sorted(map(int, in_html)) == wanted


def test_one_edition_alone_is_the_same_file(built: Result) -> None:
    for edition in ("epub", "html"):
        alone = build(built.project.root, [edition], jobs=1).artifacts[0]
        assert alone.data == one(built, edition).data


def test_wrong_pages_are_found(built: Result) -> None:
    epub, html, pdf = (one(built, e) for e in ("epub", "html", "pdf"))
    assert not [*check(epub), *check(html), *on_pages([epub, html, pdf])]
    renamed = changed(epub, 'id="Page-2"', 'id="Page-20"')
    assert {f.code for f in check(renamed)} >= {"V050", "V051", "V052"}
    assert {f.code for f in on_pages([renamed, html, pdf])} >= {"V054", "V055", "V056"}
    unlisted = changed(epub, 'Page-2">2</a>', 'Page-3">2</a>')
    assert "V052" in {f.code for f in check(unlisted)}
    unclaimed = changed(epub, ">pageBreakMarkers<", ">readingOrder<")
    assert "V053" in {f.code for f in check(unclaimed)}
    mark = re.search(rb'<span id="Page-3"[^>]*></span>', html.data)
    assert mark
    moved = html.data.replace(mark[0], b"").replace(b"</body>", mark[0] + b"Elsewhere and otherwise</body>")
    assert "V056" in {f.code for f in on_pages([replace(html, data=moved), pdf])}


def test_a_book_without_a_print_edition_claims_no_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent() -> None:
        raise MissingTool("Pango is not installed")

    monkeypatch.setattr("chapbook.writers.weasy._engine", absent)
    folder = tmp_path / "manuscript"
    folder.mkdir()
    (folder / "book.yaml").write_text("title: Small\nauthor: Ada Example\nlang: en\neditions: [epub, html]\n")
    (folder / "01.md").write_text("# Page 3\n\nA heading like a page’s name.\n")
    result = build(tmp_path)
    assert [a.edition for a in result.artifacts] == ["epub", "html", "parity"]
    with zipfile.ZipFile(io.BytesIO(result.artifacts[0].data)) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist()).decode("utf-8", "ignore")
    assert "pagebreak" not in everything.lower()
    assert "Page-" not in everything


def test_conformance_is_claimed_only_with_a_name(tmp_path: Path) -> None:
    folder = tmp_path / "manuscript"
    folder.mkdir()
    config = "title: Small\nauthor: Ada Example\nlang: en\neditions: [epub]\n"
    (folder / "01.md").write_text("# One\n\nText.\n")
    for extra, claimed in (("", False), ("certified-by: Ada Example\n", True)):
        (folder / "book.yaml").write_text(config + extra)
        with zipfile.ZipFile(io.BytesIO(build(tmp_path).artifacts[0].data)) as archive:
            package = archive.read("EPUB/content.opf").decode()
        assert ("WCAG 2.2 Level AA" in package) is claimed
        assert ('"a11y:certifiedBy">Ada Example' in package) is claimed
        assert "MathML" not in package


def test_a_page_of_few_letters_is_all_that_it_says() -> None:
    text = "ZooAContentsSynopsisDescription"
    assert _stands(Said(text, 0, 4), "ZooA", "")
    assert not _stands(Said(text, 0, 4), "ZebraA", "")


def test_a_page_ends_where_its_words_do_whatever_the_running_head_says() -> None:
    chapters = "".join(f'<section id="c{n}"><h2>Chapter {w}</h2><p>Text {w} of it.</p></section>' for n, w in enumerate(WORDS))
    leaves = [" ".join(f"Chapter {w}\nText {w} of it." for w in WORDS[n : n + 3]) for n in range(0, len(WORDS), 3)]
    starts = page_starts(chapters, leaves, {f"c{n}": n // 3 + 1 for n in range(len(WORDS))})
    assert [(s.near, s.letters) for s in starts] == [(f"c{n}", 0) for n in range(0, len(WORDS), 3)]


def test_contents_over_two_pages_with_their_numbers() -> None:
    printed = '<section id="toc">' + "".join(f"<p>Part {n}</p>" for n in range(40)) + '</section><section id="one">Part 0 begins</section>'
    leaves = [" ".join(f"{n + 3} Part {n}" for n in part) for part in (range(25), range(25, 40))] + ["Part 0 begins"]
    starts = page_starts(printed, leaves, {"toc": 1, "one": 3})
    assert letters_of(printed).text[letters_of(printed).place_of(starts[1].near, starts[1].letters, starts[1].until) or 0 :].startswith("Part25")


# Books whose words are alike, pages of few words, and one of ordinary words with notes.
MOVED = {
    "one word": (f"# One\n\n{'word ' * 1500}\n\n# Two\n\n{'word ' * 700}\n", ""),
    "one line": ("# One\n\n" + "The same line again and again.\n\n" * 120, ""),
    "a list": ("# One\n\n" + "1. word word word\n" * 120, ""),
    "chapters": ("".join(f"# Chapter {w}\n\nText {w} of it.\n\n" for w in WORDS * 3), "chapters: run-on\n"),
    "ordinary": (f"# One\n\n{PROSE}.[^1]\n\n{PROSE[::-1]}.\n\n[^1]: A note with words of its own.\n", ""),
}


@pytest.fixture(scope="module", params=MOVED)
def alike(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Result:
    text, more = MOVED[request.param]
    folder = tmp_path_factory.mktemp("alike") / "manuscript"
    folder.mkdir()
    (folder / "01.md").write_text(text)
    (folder / "book.yaml").write_text(f"title: Alike\nauthor: Ada Example\nlang: en\neditions: [html, pdf]\n{more}")
    return build(folder.parent, jobs=1)


@pytest.mark.parametrize("text", ["| Head | Other |\n|---|---|\n" + "| same | word |\n" * 150, "12 34 56 " * 900])
def test_rows_alike_and_pages_of_digits_are_marked(tmp_path: Path, text: str) -> None:
    (tmp_path / "manuscript").mkdir()
    (tmp_path / "manuscript" / "01.md").write_text(f"# One\n\n{text}\n")
    (tmp_path / "manuscript" / "book.yaml").write_text("title: Alike\nauthor: Ada Example\nlang: en\neditions: [html, pdf]\n")
    html = one(build(tmp_path, jobs=1), "html").data.decode()
    assert html.count('role="doc-pagebreak"') > 4


@pytest.mark.parametrize("by", [-3, -1, 1, 3])
def test_a_mark_that_moves_by_a_word_is_found(alike: Result, by: int) -> None:
    html, pdf = (one(alike, e) for e in ("html", "pdf"))
    assert not [*on_pages([html, pdf])]
    text = html.data.decode()
    marks = [*re.finditer(r'<span id="Page-\d+"[^>]*></span>', text)]
    tried = 0
    for mark in marks[3:]:
        bare = text[: mark.start()] + text[mark.end() :]
        words = [w.start() for w in re.finditer(r"(?<![\w<&/\"=#.-])\w+(?=[\s.<])(?![^<]*>)", bare[: text.index("</main>")])]
        index = next((i for i, at in enumerate(words) if at >= mark.start()), 0) + by
        if not 0 < index < len(words):
            continue
        moved = bare[: words[index]] + mark[0] + bare[words[index] :]
        tried += 1
        assert "V056" in {f.code for f in on_pages([replace(html, data=moved.encode()), pdf])}, (mark[0], bare[words[index] - 90 :][:180])
    assert tried
