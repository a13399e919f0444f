"""The structure of the screen PDF: each point of ISO 14289-1 that no validator can judge.

A small document has every case; the golden books are looked at whole, by veraPDF too, in
`test_books.py`.
"""

from __future__ import annotations

import inspect
import zlib
from functools import cache

import pydyf
import pytest

from chapbook.model import Composition, ContentDocument, Resource
from chapbook.writers import weasy
from chapbook.writers.archive import srgb
from chapbook.writers.packing import pack_quickly
from tests.conftest import ROOT
from tests.structure_tree import Element, pages_of, tree_of

CSS = """
@page { size: 300pt 200pt; margin: 30pt; @top-left { content: "Head " counter(page) }
  @footnote { border-top: 1pt solid #000 } }
html { font: 10pt/12pt "Source Serif Pro"; hyphens: auto; hyphenate-character: "\\2060-" }
p, h1, h2 { margin: 0; text-align: justify }
hr { border: 0 } hr::after { content: "* * *" }
ul { list-style-type: disc } .plain { list-style: none; padding: 0 }
.lead::after { content: leader(".") "9" }
table { border-collapse: collapse } thead { display: table-header-group } td { border-bottom: 1pt solid #000 }
.fn { float: footnote } .fn::footnote-call { content: attr(data-n) } .fn::footnote-marker { content: "" }
.fn .fp { display: block } .fn .n { display: inline-block; width: 2em }
""".strip()

LONG = "The representatives considered the administrative recommendations of the parliamentary commission. "


@cache
def drawn(body: str) -> bytes:
    """A document as the engine's seam writes it."""
    text = ('<!doctype html><html lang="en"><head><title>T</title><link rel="stylesheet" href="s.css"/></head>'
            f"<body>{body}</body></html>")  # fmt: skip
    picture = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
    files = (Resource("s.css", "text/css", CSS.encode()), Resource("p.svg", "image/svg+xml", picture.encode()))
    composition = Composition("print", (ContentDocument("t.html", text, "T"),), files)
    return weasy.lay_out(composition).pdf


def tree(body: str) -> Element:
    return tree_of(drawn(body))


NOTE = ('<span class="fn" id="note-7" data-n="7" data-call="noteref-7" title="Note 7">'
        '<span class="n" title="Back">7</span> Said <i>there</i>. <span class="fp">And here.</span></span>')  # fmt: skip


# ── the pinned engine ────────────────────────────────────────────────────────


def test_the_inside_of_the_engine_is_where_it_was() -> None:
    import weasyprint
    from weasyprint import pdf
    from weasyprint.document import Page
    from weasyprint.formatting_structure import boxes
    from weasyprint.layout.absolute import AbsolutePlaceholder
    from weasyprint.pdf.stream import Stream

    assert weasyprint.__version__ == "70.0"
    assert list(inspect.signature(pdf.add_tags).parameters) == ["pdf", "document", "pdf_version", "page_streams"]
    assert "add_tags(pdf, document, options['pdf_version'], page_streams)" in inspect.getsource(pdf.generate_pdf)
    assert list(inspect.signature(Stream.marked).parameters) == ["self", "box", "tag"]
    assert list(inspect.signature(Page.paint).parameters) == ["self", "stream", "scale"]
    assert "self._page_box" in inspect.getsource(Page.__init__)
    assert "_box" in inspect.getsource(AbsolutePlaceholder.__init__)
    assert "self._old_font" in inspect.getsource(Stream.end_text)
    for name in ("footnote", "link", "link_annotation", "is_leader"):
        assert hasattr(boxes.Box, name)
    assert hasattr(boxes.TableRowGroupBox, "is_header")
    assert 'weasyprint==70.0' in (ROOT / "pyproject.toml").read_text("utf-8")


def test_streams_are_packed_in_half_the_time() -> None:
    pack_quickly()
    source = inspect.getsource(pydyf.Stream)
    assert source.count("zlib.compressobj(level=9)") == 1, "look at writers/packing.py again"
    content = b" ".join(b"%d %d l" % (n * n % 977, n * n % 991) for n in range(5000))
    packed = pydyf.Stream([content], compress=True).data.partition(b"stream\n")[2].rpartition(b"\nendstream")[0]
    assert packed == zlib.compress(content, 7) != zlib.compress(content, 9)
    assert zlib.decompress(packed) == content


# ── furniture ────────────────────────────────────────────────────────────────


def test_furniture_is_no_part_of_the_text() -> None:
    body = '<p class="lead">Chapter</p><hr/><p aria-hidden="true">ornament</p><img src="p.svg" alt="" width="9"/><p>End</p>'
    assert [e.text for e in tree(body).all("P")] == ["Chapter 9 ", "End "]
    assert not list(tree(body).all("Figure"))
    (page,) = pages_of(drawn(body))
    assert not page.unmarked
    assert ("/Pagination", "Head 1") in page.artifacts
    artifacts = "".join(text for _, text in page.artifacts)
    assert "* * *" in artifacts and "...." in artifacts and "ornament" in artifacts


def test_a_table_head_repeated_on_its_next_page_is_said_once() -> None:
    rows = "".join(f"<tr><td>row {i}</td></tr>" for i in range(30))
    root = tree(f"<table><thead><tr><th>Head of all</th></tr></thead><tbody>{rows}</tbody></table>")
    assert [e.text for e in root.all("TH")] == ["Head of all "]
    assert len(list(root.all("Table"))) == 1 and len(list(root.all("TBody"))) == 1
    assert len(root.one("Table").kids) == 2


# ── text ─────────────────────────────────────────────────────────────────────


def test_a_paragraph_over_two_pages_is_one_element() -> None:
    root = tree(f"<p>{LONG * 12}</p>")
    (paragraph,) = root.all("P")
    pieces = {page for e in paragraph.all() for page in e.pages}
    assert len(pieces) > 1
    assert " ".join(paragraph.text.replace("\xad", "").split()) == (LONG * 12).strip()


def test_hyphens_of_line_ends_are_soft_and_hard_ones_stay() -> None:
    data = drawn(f"<p>{LONG * 6}well-known self-evident</p>")
    actual = [pair for page in pages_of(data) for pair in page.actual]
    assert actual and set(actual) == {("\xad", "-")}
    words = tree_of(data).one("P").text.replace("\xad", "")
    assert "-" not in words.replace("well-known", "").replace("self-evident", "")


def test_a_space_swallowed_by_a_line_end_is_in_the_text_and_none_is_invented() -> None:
    root = tree("<p>" + "so it is <em>said</em> <em>there</em> " * 9 + "</p>"
                + "<p>" + "example.org/<wbr/>anabasis/" * 12 + "</p>")  # fmt: skip
    first, second = root.all("P")
    assert first.text.split() == "so it is said there".split() * 9
    assert " " not in second.text.strip()


def test_a_word_too_long_for_its_line_stays_one_word() -> None:
    word = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
    root = tree(f'<p style="hyphens: none; overflow-wrap: anywhere">A <b>{word}</b> and {word}</p>')
    assert root.one("P").text.split() == ["A", word, "and", word]


def test_brackets_from_right_to_left_are_what_they_show() -> None:
    root = tree('<p dir="rtl" lang="ar">« (1) »</p><p lang="fr">« (2) »</p>')
    assert root.one("P", "« (2").text.strip() == "« (2) »"


def test_language_is_kept() -> None:
    root = tree('<p>She said <i lang="fr">à bientôt</i> <span lang="en">and left</span>.</p><p lang="de">Ende</p>')
    assert root.get("/Lang") == "en"
    assert [(e.text, e.get("/Lang")) for e in root.all("Span")] == [("à bientôt ", "fr")]
    assert root.one("P", "Ende").get("/Lang") == "de"


def test_no_level_of_heading_is_left_out() -> None:
    root = tree("<h1>a</h1><h2>b</h2><h4>c</h4><h4>d</h4><h2>e</h2>")
    assert [(e.kind, e.text.strip()) for e in root.kids] == [("H1", "a"), ("H2", "b"), ("H3", "c"), ("H3", "d"), ("H2", "e")]


def test_a_chapter_alone_has_the_levels_it_has_in_the_book() -> None:
    root = tree("<h3>a</h3><h5>b</h5><h3>c</h3><h2>d</h2>")
    assert [e.kind for e in root.kids] == ["H3", "H4", "H3", "H2"]


# ── notes, links, contents ───────────────────────────────────────────────────


def test_a_note_is_read_after_the_paragraph_that_calls_it() -> None:
    root = tree(f"<p>Before{NOTE} and after.</p><p>Next.</p>")
    assert root.outline() == ("Document", [
        ("P", ["Before", ("Reference", [("Link", ["7"])]), " and after. "]),
        ("Note", [("Lbl", [("Link", ["7 "])]), ("P", [" Said ", "there", ". "]), ("P", ["And here. "])]),
        ("P", ["Next. "]),
    ])  # fmt: skip
    assert root.one("Note").get("/ID") == "note-7"
    call, back = (e.links[0] for e in root.all("Link"))
    assert (str(call.Dest), str(call.Contents)) == ("note-7", "Note 7")
    assert (str(back.Dest), str(back.Contents)) == ("noteref-7", "Back")


@pytest.mark.parametrize("body", [f"<ul><li>Item{NOTE}</li></ul>", f"<table><tr><td>Cell{NOTE}</td></tr></table>",
                                  f"<h1>Head{NOTE}</h1>", f"<blockquote><p>Words{NOTE}</p></blockquote>",
                                  f"<div>Loose{NOTE} text</div>"])  # fmt: skip
def test_notes_called_from_anywhere_have_their_place(body: str) -> None:
    root = tree(body)
    assert len(list(root.all("Note"))) == 1
    for element in root.all():
        if element.kind in ("P", "H1", "Span", "Link"):
            assert not list(element.all("Note"))


def test_links_are_told_by_their_words_and_counted_once() -> None:
    root = tree('<p><a href="https://example.org/x?y">The <em>whole</em> report</a>, '
                '<a href="#p">the picture</a></p><p id="p"><a href="https://example.org"><img src="p.svg" alt="A square"/></a></p>')  # fmt: skip
    links = list(root.all("Link"))
    assert [[str(a.Contents) for a in e.links] for e in links] == [["The whole report"], ["the picture"], ["A square"]]
    assert all(int(a.F) == 4 for e in links for a in e.links)


def test_a_link_to_nowhere_is_text() -> None:
    assert tree("<p>An <a>unlinked</a> word</p>").outline() == ("Document", [("P", ["An ", "unlinked", " word "])])


def test_contents_are_a_table_of_contents() -> None:
    row = '<a href="#{0}"><span>{0}</span> <span class="lead"></span></a>'
    root = tree(f'<div role="doc-toc"><div><ol class="plain"><li>{row.format("one")}<ol class="plain"><li>{row.format("two")}'
                '</li></ol></li></ol></div></div><p id="one">1</p><p id="two">2</p>')  # fmt: skip
    assert root.outline()[1][0] == ("TOC", [("TOCI", [
        ("Reference", [("Link", ["one ", "9 "])]),
        ("TOC", [("TOCI", [("Reference", [("Link", ["two ", "9 "])])])]),
    ])])  # fmt: skip


# ── lists, tables, pictures ──────────────────────────────────────────────────


def test_lists() -> None:
    root = tree('<ul><li>a</li><li><p>b</p><ol><li>c</li></ol></li></ul><ol class="plain"><li><span class="n">4</span> d</li></ol>'
                "<dl><dt>Term</dt><dd>one</dd><dd>two</dd><dt>Next</dt><dd>three</dd></dl>")  # fmt: skip
    bullet, inner, plain, terms = root.all("L")
    assert [x.get("/ListNumbering") for x in (bullet, inner, plain, terms)] == ["/Disc", "/Decimal", "/None", "/None"]
    assert [kid.kind for kid in bullet.kids] == ["LI", "LI"]
    assert [[k.kind for k in item.kids] for item in bullet.kids] == [["Lbl", "LBody"]] * 2
    assert inner.one("Lbl").text.strip() == "1."
    assert plain.kids[0].outline() == ("LI", [("Lbl", ["4"]), ("LBody", [" d "])])
    assert [[(k.kind, k.text.strip()) for k in item.kids] for item in terms.kids] == [
        [("Lbl", "Term"), ("LBody", "one"), ("LBody", "two")], [("Lbl", "Next"), ("LBody", "three")],
    ]  # fmt: skip


def test_tables() -> None:
    root = tree('<section id="s"><table><caption>Cap</caption><thead><tr><th></th><th scope="col">A</th><th scope="col">B</th></tr></thead>'
                '<tbody><tr><th scope="row">x</th><td colspan="2">1</td></tr>'
                '<tr><th scope="row">y</th><td></td><td>2</td></tr></tbody></table></section>')  # fmt: skip
    table = root.one("Table")
    assert [kid.kind for kid in table.kids] == ["Caption", "THead", "TBody"]
    assert [e.get("/Scope") for e in table.all("TH")] == ["/Column"] * 3 + ["/Row"] * 2
    names = [e.get("/ID") for e in table.all("TH")]
    assert len(set(names)) == 5 and all(name.startswith("s-table-1") for name in names)
    cells = list(table.all("TD"))
    assert [[str(n) for n in e.data.A.Headers] for e in cells] == [
        [names[3], names[1], names[2]], [names[4], names[1]], [names[4], names[2]]
    ]  # fmt: skip
    assert cells[0].get("/ColSpan") == "2"
    assert [len(row.kids) for row in table.all("TR")] == [3, 2, 3]


def test_figures() -> None:
    root = tree('<figure><img src="p.svg" alt="A black square" style="width: 100pt"/><figcaption>Seen.</figcaption></figure>')
    assert root.outline() == ("Document", [("Div", [("Figure", [""]), ("Caption", ["Seen. "])])])
    figure = root.one("Figure")
    assert figure.get("/Alt") == "A black square"
    left, bottom, right, top = (float(v) for v in figure.data.A.BBox)
    assert (right - left, top - bottom) == (100, 100) and left >= 30 and top <= 170


def test_a_box_that_only_the_style_sheet_draws_has_its_words() -> None:
    box = '<span role="img" aria-label="done" style="display: inline-block; width: 9pt; height: 9pt; border: 1pt solid"></span>'
    root = tree(f"<ul><li>{box} bread</li></ul>")
    assert root.one("LBody").outline() == ("LBody", [("Figure", [""]), " bread "])
    assert root.one("Figure").get("/Alt") == "done"


# ── the archive ──────────────────────────────────────────────────────────────


def test_the_profile_has_the_same_bytes_every_day() -> None:
    assert srgb()[24:36] == b"\x07\xea\x00\x01\x00\x01" + bytes(6)
    assert srgb()[36:40] == b"acsp"
