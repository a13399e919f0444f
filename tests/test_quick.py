"""WeasyPrint made quicker lays out what it laid out before, byte for byte."""

from __future__ import annotations

import inspect
import subprocess
import sys
from html import escape

from tests.conftest import ROOT
from tests.test_books import BOOKS
from tests.test_quicklines import texts

HARD = """
<style>
@page { size: 300pt 240pt; margin: 30pt; @footnote { border-top: 1pt solid #000 } @top-left { content: counter(page) } }
@page :left { @top-left { content: "left"; letter-spacing: 1pt } }
html { font: 10pt/12pt "Source Serif Pro"; hyphens: auto; text-align: justify; overflow-wrap: break-word }
.fn { float: footnote; font-size: 8pt; width: 90% } .fn::footnote-call { content: attr(data-n) } .fn i { padding: 1% }
.half { width: 50%; padding: 1em 2%; min-height: 10% } .box { box-sizing: border-box; border: 2pt solid; width: 80pt }
.auto { margin: auto; width: 60pt } .collapse { border-collapse: collapse; width: 100% } td { border: 1pt solid }
.flex { display: flex } .grid { display: grid; grid-template-columns: 40pt 1fr } .column { flex-direction: column; height: 60pt }
.u { text-decoration: underline }
.end { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; width: 60pt } .first::first-letter { font-size: 3em }
.line::first-line { font-weight: 600 } .caps { font-variant-caps: small-caps; letter-spacing: .1em; word-spacing: 2pt }
.lead::after { content: leader(".") "9" } .calc { margin-left: calc(10% + 2pt) } .pre { white-space: pre; tab-size: 4 }
.rel { position: relative; left: 5% } .abs { position: absolute; right: 10%; top: 1em } .t { transform: rotate(3deg) }
</style>
<p id="a" class="line">The representatives considered<span class="fn" id="n1" data-n="1">A <i>note</i> of it.</span> the
administrative\u00a0recommendations of <em class="u">the parliamentary commission</em>.<span class="fn" id="n2"
data-n="2">A <i>note</i> of it.</span> e\u0301a\u0323\u0302 co\u00adoperation \u2060x</p>
<div style="width: 80pt"><p class="half" id="b">One two three.</p><p class="box">Four</p></div>
<p class="half" id="c">One two three.</p><p class="box">Four</p><p class="auto" id="d">Five</p><p class="calc">Six</p>
<table class="collapse" id="t1"><tr><td class="half">1<td>2</table><table class="collapse"><tr><td class="half">1<td>2</table>
<div class="flex"><p class="half">One</p><p id="f1">Two <b>and more</b></p><p style="width: 20pt">Three</p></div>
<div class="flex column"><p class="auto" id="f2">One</p><p class="auto">Two</p><p style="flex: 1">Three</p></div><div class="grid" id="g"><p>One</p><p class="box">Two</p></div>
<p class="end">A long line that has an end somewhere.</p><p class="first" id="e">Letter first of all in these words.</p>
<p class="caps u">Small Capitals</p><p class="lead">Leader</p><p class="lead" id="f">Leader</p><p class="pre">\ta\tb \nc</p>
<ol><li id="l1">One<li>Two<li id="l3">Three <ul><li class="rel">Four</ul></ol><p class="abs" id="h">Aside</p><p class="t">Turned</p>
<p dir="rtl" lang="ar">(one) \u0643\u062a\u0627\u0628 \u064e two <b id="i">\u0643</b></p><p lang="de" id="j">Donaudampfschifffahrt auf der Donau</p>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 20" width="90" height="20"><text x="5" y="15">Drawn text</text></svg>
"""

PROSE = """<style>html { font: 9.7pt/1.3 "Source Serif Pro"; text-align: justify; hyphens: auto; hyphenate-character: "\\2060-" }
p { width: WIDTH } .a { text-align: left } .b { font-variant-caps: small-caps } .c { letter-spacing: .3pt } .d { columns: 2 }
u { text-decoration: underline } small { font: 80% "Source Sans Pro"; hyphens: none }</style>""" + "".join(
    f'<p class="{"abcdefgh"[index % 8]}">{escape(text)} <i>{escape(text[:90])} </i><u>{escape(text[7:40])}</u> <small>{escape(text)}</small></p>'
    for index, text in enumerate(texts(40))
)
NOTES = """<style>@page { size: 300pt 200pt; margin: 20pt; @footnote { max-height: 90pt; border-top: 1pt solid; padding-top: 3pt } }
html { font: 9pt/11pt "Source Serif Pro"; orphans: 2; widows: 2 } .fn { float: footnote; font-size: 8pt; margin-top: 2pt }
.block { footnote-policy: block } .line { footnote-policy: line } .n { display: inline-block; width: 9pt } .rel { position: relative; top: 3pt }
.end { float: right } .abs { position: absolute } .two { columns: 2 }</style>""" + "".join(
    f'<p class="{("", "", "two")[index % 3]}">{escape(text)}<span class="fn {("", "line", "block", "rel")[index % 4]}"><span class="n">1</span>{escape(text[:150])}'
    f'{("", "", "", "<b class=end>end</b>", "", "<i class=rel>moved</i>", "<i class=abs>out</i>", "<table><tbody><tr><td>t</td></tr></tbody></table>")[index % 8]}</span>'
    f' more words <span class="fn">Another.</span> and more <b class="{("", "end")[index == 9]}">yet</b> {escape(text)}</p>'
    for index, text in enumerate(texts(60))
)
WELL_FORMED = (
    NOTES,    PROSE.replace("WIDTH", "330pt"), PROSE.replace("WIDTH", "140pt"),
    "<table><tr><td>One</td></tr></table>", "<pre>\n\nTwo</pre><pre>Three\n</pre>",
    '<p>Four<br/>five <span class="x"></span>&lt;&amp;&#160;</p><table><tbody><tr><td lang="fr" xml:lang="fr">6</td></tr></tbody></table>',
)  # fmt: skip

LAID_OUT = """
import hashlib, sys
from pathlib import Path
from chapbook.compose.style import default_styles
from chapbook.model import Composition, ContentDocument
from chapbook.pipeline import check
from chapbook.writers import bodies, quick, weasy
if sys.argv[1] == "plain":
    quick.quicken = lambda: None
def show(layout, name):
    known = layout.pages, layout.places, layout.heights, layout.bookmarks, layout.notices
    print(name, hashlib.sha256(layout.pdf).hexdigest(), known)
    return layout
text = '<!doctype html><html lang="en"><title>T</title>' + sys.argv[2] + sys.argv[2]
for tagged in True, False:
    show(weasy.lay_out(Composition("print", (ContentDocument("t.html", text, "T"),), ()), tagged=tagged), tagged)
for body in sys.argv[3:9]:
    text = '<!doctype html>\\n<html lang="en"><head><title>T</title></head><body>\\n' + body + "</body></html>"
    show(weasy.lay_out(Composition("print", (ContentDocument("t.html", text, "T"),), ())), body[-9:])
for folder in sys.argv[9:]:
    result = check(Path(folder))
    styles = result.project.styles or default_styles()
    bodies.lay_out_book(result.book, styles, 1, lambda *_: None, hands=bodies.Hands(lambda part, **how: show(weasy.lay_out(part, **how), folder)))
"""


def _laid_out(way: str, folders: list[str]) -> list[str]:
    made = subprocess.run(
        [sys.executable, "-c", LAID_OUT, way, HARD, *WELL_FORMED, *folders], capture_output=True, text=True, cwd=ROOT
    )
    assert not made.returncode, made.stderr
    return made.stdout.splitlines()


def test_every_part_of_every_book_is_what_it_was() -> None:
    folders = [str(folder) for folder in BOOKS.values()]
    quick, plain = _laid_out("quick", folders), _laid_out("plain", folders)
    assert len(plain) > len(folders) + len(WELL_FORMED)
    assert quick == plain


def test_the_inside_of_the_engine_is_where_it_was() -> None:
    import weasyprint
    from weasyprint.css import ComputedStyle, StyleFor
    from weasyprint.layout import inline, percent
    from weasyprint.text import line_break
    from weasyprint.text.ffi import ffi

    from chapbook.writers import quickwords

    assert weasyprint.__version__ == "70.0", "look at writers/quick*.py again, then raise the pin"
    assert ffi.sizeof("PangoGlyphInfo") == 4 * quickwords.GLYPH
    source = inspect.getsource(inline)
    assert source.count("create_layout(") == 1, "only justified lines are set up later"
    assert [p for p in ("strut(", "can_break_text(", "split_first_line(") if p not in source] == []
    assert {"specified", "cascaded", "initial_page_sizes"} <= set(ComputedStyle.__init__.__code__.co_names)
    assert "_computed_styles" in inspect.getsource(StyleFor) and "_cascaded_styles" in inspect.getsource(StyleFor)
    assert list(inspect.signature(percent.percentage).parameters) == ["value", "computed", "refer_to"]
    assert "ratio = 4 " in inspect.getsource(line_break.split_first_line)
    names = list(inspect.signature(line_break.split_first_line).parameters)
    assert names == ["text", "style", "context", "max_width", "justification_spacing", "is_line_start", "minimum"]


def test_styles_are_kept_for_the_next_document_of_a_sheet() -> None:
    from chapbook.model import Composition, ContentDocument, Resource
    from chapbook.writers import quickstyle, weasy

    def laid_out(css: str, lang: str) -> bytes:
        text = (
            f'<!doctype html>\n<html lang="{lang}"><head><title>T</title><link rel="stylesheet" href="a.css"/></head><body>'
            '<ol><li id="a">One</li></ol><p class="lead">Lead</p><table><tbody><tr><td>2</td></tr></tbody></table></body></html>'
        )
        return weasy.lay_out(
            Composition("print", (ContentDocument("t.html", text, "T"),), (Resource("a.css", "text/css", css.encode()),))
        ).pdf

    kept = 'p { text-indent: 1em } .lead::after { content: leader(".") "9" }'
    first = laid_out(kept, "en")
    store = list(quickstyle._stores.values())[-1]
    styles = len(store)
    assert styles > 5
    assert laid_out(kept, "en") == first
    assert len(store) == styles, "none is made again"
    assert not any("lines" in vars(style).get("kept", {}) for style in store.values())
    laid_out(kept, "fr")
    assert len(store) > styles, "another language has styles of its own"
    stores = dict(quickstyle._stores)
    laid_out(kept + " i { width: 50vw }", "en")
    assert quickstyle._stores == stores, "a page's size is the document's"
    for own in "1em", "50vw":
        before = len(store)
        text = f'<!doctype html><html lang="en"><head><title>T</title><link rel="stylesheet" href="a.css"/><style>b {{ width: {own} }}</style></head><body><b>1</b></body></html>'
        weasy.lay_out(Composition("print", (ContentDocument("t.html", text, "T"),), (Resource("a.css", "text/css", kept.encode()),)))
        assert (len(store) > before) == (own == "1em")
