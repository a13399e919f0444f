"""The printed book as one document: what WeasyPrint lays out as the master of all PDFs."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from types import MappingProxyType

from chapbook.compose import appendix, chart, mathematics, matter, sources
from chapbook.compose.cover import cover_alt, cover_svg
from chapbook.compose.footnotes import footnote
from chapbook.compose.marks import strip
from chapbook.compose.matter import CLAIMS, SOURCES, SUMMARY
from chapbook.compose.qr import qr_svg
from chapbook.compose.scripts import for_language, with_faces
from chapbook.compose.style import number, stylesheet
from chapbook.compose.xhtml import Renderer, attributes, element, language
from chapbook.model import Book, Composition, ContentDocument, Entry, Matter, Resource, Section, Voice
from chapbook.services import LARGEST_BLEED_MM
from chapbook.words import words

NAME = "book.html"
_MM_PER_PT = 25.4 / 72
_HEAD_GAP_PT, _HEAD_NEAREST_PT = 16.5, 4.0  # between running head and text: as designed, at least
_HEAD_INK_PT = 8.1  # how high the running head's tallest letters stand over their gap
BARE_ROLES = {"dedication", "epigraph"}  # no heading of theirs is printed


def compose(book: Book, styles: Path) -> Composition:
    """One document and its style sheet, cover and pictures."""
    css = geometry(book, styles) + stylesheet("print", styles)
    css = for_language(with_faces(css, book.faces), book.work.lang)
    resources = [
        Resource("print.css", "text/css", css.encode()),
        Resource("cover.svg", "image/svg+xml", cover_svg(book, styles, bleed=True).encode()),
    ]
    if book.annotated:
        drawn = chart.chart_svg(book, styles, ink="#000000")
        resources.append(Resource(chart.NAME, "image/svg+xml", drawn.encode()))
    if book.sheets.qr_sources:
        resources += [Resource(sources.code_of(i), "image/svg+xml", qr_svg(str(i.data["URL"]), copied=False).encode())
                      for i in book.items if sources.code_of(i)]  # fmt: skip
    resources += [Resource(p.path, p.media_type, p.data) for p in book.pictures.values()]
    resources += mathematics.drawings(book)
    document = ContentDocument(NAME, _document(book), book.work.title)
    return Composition("print", (document,), tuple(resources), MappingProxyType({"faces": book.faces}))


# ── geometry ─────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Margins:
    """Margins of a page in millimetres, mirrored on left and right pages."""

    top: float
    bottom: float
    inner: float
    outer: float


def margins(book: Book, styles: Path) -> Margins:
    """The style's margins, wider where the lines would grow longer than they should.

    Never narrower than the trim asks for.
    """

    def of(name: str) -> float:
        return number(styles, "page_mm", name)

    inner, outer = of("margin-inner"), of("margin-outer")
    spare = book.trim.width_mm - inner - outer - of("measure-longest")
    if spare > 0:  # two parts inside, three outside
        inner, outer = inner + spare * 0.4, outer + spare * 0.6
    least, inner = book.trim.outer_mm, max(inner, book.trim.inner_mm)
    above = least + (_HEAD_INK_PT + _HEAD_NEAREST_PT) * _MM_PER_PT if least else 0.0
    return Margins(max(of("margin-top"), above), max(of("margin-bottom"), least), inner, max(outer, least))


def head_mm(book: Book, styles: Path) -> float:
    """From the trim to the ink of the running head."""
    return margins(book, styles).top - (_head_gap_pt(book, styles) + _HEAD_INK_PT) * _MM_PER_PT


def _head_gap_pt(book: Book, styles: Path) -> float:
    """Between running head and text: the design's, less where the head would come too near the edge."""
    room = (margins(book, styles).top - book.trim.outer_mm) / _MM_PER_PT - _HEAD_INK_PT
    return min(_HEAD_GAP_PT, room)


def geometry(book: Book, styles: Path) -> str:
    """`@page` rules: size, mirrored margins, running heads; the block's height as a token."""
    trim, m = book.trim, margins(book, styles)
    height = trim.height_mm - m.top - m.bottom
    title = _css_string(book.work.title)
    before, after = words(book.work.lang)["on-page"].split("{page}")
    over = LARGEST_BLEED_MM
    head = ("font: 400 var(--running-head)/var(--running-head-leading) 'Source Sans Pro'; "
            "font-feature-settings: 'kern', 'onum', 'pnum'; vertical-align: bottom; "
            f"padding-bottom: {_head_gap_pt(book, styles):g}pt; white-space: nowrap; width: 100%")  # fmt: skip
    return f"""
:root {{ --block-height: {height:g}mm; --page-width: {trim.width_mm:g}mm; --page-height: {trim.height_mm:g}mm;
  --page-before: {_css_string(before)}; --page-after: {_css_string(after)} }}
@page {{ bleed: {over:g}mm; size: {trim.width_mm:g}mm {trim.height_mm:g}mm; margin: {m.top:g}mm {m.outer:g}mm {m.bottom:g}mm {m.inner:g}mm }}
@page :left {{ margin-left: {m.outer:g}mm; margin-right: {m.inner:g}mm;
  @top-left {{ content: counter(page) "\\2003" {title}; {head}; text-align: left }} @top-right {{ content: none }} }}
@page :right {{ margin-left: {m.inner:g}mm; margin-right: {m.outer:g}mm;
  @top-right {{ content: string(sec) "\\2003" counter(page); {head}; text-align: right }} @top-left {{ content: none }} }}
@page bare {{ @top-left {{ content: none }} @top-right {{ content: none }} }}
@page bare:left {{ @top-left {{ content: none }} }}
@page bare:right {{ @top-right {{ content: none }} }}
@page cover:left {{ margin: 0; @top-left {{ content: none }} }}
@page cover:right {{ margin: 0; @top-right {{ content: none }} }}
@page folio:left {{ @top-left {{ content: counter(page) }} }}
@page folio:right {{ @top-right {{ content: counter(page) }} }}
@page :blank {{ @top-left {{ content: none }} @top-right {{ content: none }} }}
.cover img {{ width: {trim.width_mm + 2 * over:g}mm; height: {trim.height_mm + 2 * over:g}mm; margin: -{over:g}mm }}
"""


def _css_string(text: str) -> str:
    escaped = "".join(c if c.isalnum() or c == " " else f"\\{ord(c):x} " for c in text)
    return f'"{escaped}"'


# ── the document ─────────────────────────────────────────────────────────────


def _document(book: Book) -> str:
    work = book.work
    head = "".join((
        '<meta charset="utf-8"/>',
        element("title", escape(work.title, quote=False)),
        f'<meta{attributes((("name", "author"), ("content", ", ".join(work.authors))))}/>',
        f'<meta{attributes((("name", "description"), ("content", work.description)))}/>'
        if work.description else "",
        '<link rel="stylesheet" href="print.css"/>',
    ))  # fmt: skip
    parts = [
        _cover(book),
        element("section", matter.title_page(book), ("id", "title-page"), ("class", "title-page")),
    ]
    renderer = renderer_of(book)
    front = [s for s in book.sections if s.role.matter is Matter.FRONT]
    parts += [_section(book, s, renderer) for s in front if s.role.name == "copyright-page"]
    parts.append(_contents(book))
    parts += [_section(book, s, renderer) for s in front if s.role.name != "copyright-page"]
    body = [s for s in book.sections if s.role.matter is Matter.BODY]
    run_on = " run-on" if book.options.get("chapters") == "run-on" else ""
    inner = "\n".join(_section(book, s, renderer) for s in body)
    parts.append(element("main", inner, ("class", f"body own-page{run_on}")))
    back = [s for s in book.sections if s.role.matter is Matter.BACK]
    parts += [_section(book, s, renderer) for s in back if s.role.name != "colophon"]
    parts += _appendix(book, renderer)
    parts += [_section(book, s, renderer) for s in back if s.role.name == "colophon"]
    content = "\n".join(parts)
    return f"<!doctype html>\n<html{attributes(language(work.lang))}><head>{head}</head><body>\n{content}\n</body></html>"


def renderer_of(book: Book) -> Renderer:
    """The page's way of writing: a call is the note itself, floated to the foot."""
    labels = words(book.work.lang)
    plain = Renderer(call=lambda n: "", labels=labels, formula=mathematics.picture)
    return Renderer(call=lambda n: footnote(book, book.notes[n - 1], plain), href=_href,
                    whole_names=True, labels=labels, formula=mathematics.picture)  # fmt: skip


def _href(name: str) -> str:
    """On a page the call is drawn by the engine and has no place of its own: its note has."""
    return f"#{name.replace('noteref-', 'note-', 1)}"


def _cover(book: Book) -> str:
    picture = f'<img src="cover.svg"{attributes((("alt", cover_alt(book)),))}/>'
    return (element("section", picture, ("id", "cover"), ("class", "cover"))
            + '<section class="inside-cover"></section>')  # fmt: skip


def _classes(book: Book, section: Section) -> str:
    voice = "author" if section.role.voice is Voice.AUTHOR else "editors"
    names = ["section", section.role.name, voice, f"level-{section.level}"]
    if section.role.matter is not Matter.BODY:
        names += ["own-page", "back"] if section.role.matter is Matter.BACK else ["own-page"]
    elif book.options.get("chapters") != "run-on" and (section.level == 1 or section.role.name == "part"):
        names += ["own-page"]
        if book.options.get("chapters") == "recto":
            names.append("recto")
    return " ".join(names)


def _section(book: Book, section: Section, renderer: Renderer) -> str:
    title = ""
    if section.title and section.role.name not in BARE_ROLES:
        label = element("span", f"{section.number} ", ("class", "number")) if section.number else ""
        marks = strip(book.judged(section.id))
        heading = f"{marks}{label}{renderer.inlines(section.title)}"
        level = min(6, section.level + 1)
        title = element(f"h{level}", heading, ("class", "section-title"))
    inner = element("div", matter.blocks(book, renderer, section), ("class", "matter"))
    if section.role.name == "colophon":
        inner = element("div", title + inner, ("class", "at-foot"))
        title = ""
    pairs = (("id", section.id), ("class", _classes(book, section)),
             *language(section.lang or "", book.work.lang))  # fmt: skip
    return element("section", title + inner, *pairs)


def _contents(book: Book) -> str:
    entries = matter.listed(book)
    long = " long" if sum(1 + len(e.children) for e in entries) > 22 else ""
    groups = "".join(
        element("div", matter.contents_list(group, lambda e: _row(book, e)), ("class", "group"))
        for _, group in matter.by_matter(entries)
    )
    title = element("h2", words(book.work.lang)["contents"])
    listing = element("div", groups, ("role", "doc-toc"))
    return element("section", title + listing, ("id", "contents"), ("class", f"contents{long}"))


def _row(book: Book, entry: Entry) -> str:
    renderer = Renderer(call=lambda n: "", formula=mathematics.picture)
    label = f"{entry.number} " if entry.number else ""
    folio = element("span", "", ("class", "folio"), ("href", f"#{entry.id}"))
    name = element("span", label + renderer.inlines(entry.title), ("class", "entry"))
    marks = strip(book.judged(entry.id)) if entry.level == 1 else ""
    return element("a", f"{name} {folio}{marks}", ("class", "row"), ("href", f"#{entry.id}"))


def _appendix(book: Book, renderer: Renderer) -> list[str]:
    catalogue = words(book.work.lang)
    inner = {
        SUMMARY: lambda: appendix.summary(book, renderer, chart.chart_picture(book, chart.NAME)),
        CLAIMS: lambda: appendix.claims(book, renderer),
        SOURCES: lambda: (
            sources.introduction(book)
            + sources.entries(book, renderer, original=False, stated=False, coded=book.sheets.qr_sources)
        ),
    }
    out = []
    for part in matter.appendices(book):
        flow = "runs-on" if part is SOURCES and book.claims else "new-page"
        title = element("h2", catalogue[part.word], ("class", "part-head"))
        out.append(element("section", title + inner[part](), ("id", part.id),
                           ("class", f"appendix editors {flow}")))  # fmt: skip
    return out
