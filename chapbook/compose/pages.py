"""The printed book as one document: what WeasyPrint lays out as the master of all PDFs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from pathlib import Path

from chapbook.compose import appendix, chart, mathematics, matter, sources
from chapbook.compose.cover import cover_alt, cover_svg
from chapbook.compose.footnotes import footnote
from chapbook.compose.marks import strip
from chapbook.compose.matter import CLAIMS, SOURCES, SUMMARY
from chapbook.compose.qr import qr_svg
from chapbook.compose.scripts import fonts_of, for_book
from chapbook.compose.style import JOINT, number, stylesheet
from chapbook.compose.xhtml import Renderer, attributes, element, language
from chapbook.model import Book, Composition, ContentDocument, Entry, Matter, Resource, Section, Voice
from chapbook.remembered import of_the_last_book
from chapbook.services import LARGEST_BLEED_MM
from chapbook.words import words

Pictures = Mapping[str, tuple[str, Callable[[], bytes]]]  # by name: media type, and how it is made

NAME = "book.html"
_MM_PER_PT = 25.4 / 72
_HEAD_GAP_PT, _HEAD_NEAREST_PT = 16.5, 4.0  # between running head and text: as designed, at least
_HEAD_INK_PT = 8.1  # how high the running head's tallest letters stand over their gap
BARE_ROLES = {"dedication", "epigraph"}  # no heading of theirs is printed
BARE_PAGES = {"copyright-page", "colophon", *BARE_ROLES}  # no running heads on their pages


def compose(book: Book, styles: Path) -> Composition:
    """One document and its style sheet, cover and pictures."""
    resources = [Resource("print.css", "text/css", sheet(book, styles).encode())]
    resources += [Resource(name, kind, draw()) for name, (kind, draw) in pictures(book, styles).items()]
    document = ContentDocument(NAME, whole(book), book.work.title)
    return Composition("print", (document,), tuple(resources), fonts_of(book))


def sheet(book: Book, styles: Path, *, mirrored: bool = True) -> str:
    """The style sheet of a book's pages; without `mirrored` all pages have the first's margins."""
    css = geometry(book, styles, mirrored=mirrored) + JOINT + stylesheet("print", styles)
    return for_book(css, book)


def pictures(book: Book, styles: Path) -> Pictures:
    """Every picture the pages can show: its media type, and how it is made."""
    svg = "image/svg+xml"
    found: dict[str, tuple[str, Callable[[], bytes]]] = {
        "cover.svg": (svg, lambda: cover_svg(book, styles, bleed=True).encode())
    }
    if book.annotated:
        found[chart.NAME] = (svg, lambda: chart.chart_svg(book, styles, ink="#000000").encode())
    if book.sheets.qr_sources:
        for item in filter(sources.code_of, book.items):
            code = partial(qr_svg, str(item.data["URL"]), copied=False)
            found[sources.code_of(item)] = (svg, lambda code=code: code().encode())  # type: ignore[misc]
    for drawing in mathematics.drawings(book):
        found[drawing.name] = (drawing.media_type, lambda drawing=drawing: drawing.data)  # type: ignore[misc]
    for picture in book.pictures.values():
        found[picture.path] = (picture.media_type, lambda picture=picture: picture.data)  # type: ignore[misc]
    return found


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


def geometry(book: Book, styles: Path, *, mirrored: bool = True) -> str:
    """`@page` rules: size, mirrored margins, running heads; the block's height as a token.

    Without `mirrored` left pages have the margins of right ones.
    """
    trim, m = book.trim, margins(book, styles)
    left = (m.outer, m.inner) if mirrored else (m.inner, m.outer)
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
@page :left {{ margin-left: {left[0]:g}mm; margin-right: {left[1]:g}mm;
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
.title-page .title {{ bookmark-label: {title} }}
.cover img {{ width: {trim.width_mm + 2 * over:g}mm; height: {trim.height_mm + 2 * over:g}mm; margin: -{over:g}mm }}
"""


def _css_string(text: str) -> str:
    escaped = "".join(c if c.isalnum() or c == " " else f"\\{ord(c):x} " for c in text)
    return f'"{escaped}"'


# ── the document ─────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Piece:
    """One section of the printed book, the author's or the build's.

    `content` is the whole element; `heads` what it gives the running head, as the style sheet
    finds it (() for none); `bare` pages have no running head; `begins` says where it begins: on
    a new "page", on a "recto", or "" where it runs on; `body` is whether it belongs to the body.
    """

    id: str
    content: str
    heads: tuple[str, ...] = ()
    bare: bool = False
    begins: str = "page"
    body: bool = False


def whole(book: Book) -> str:
    """The document itself."""
    every, parts = pieces(book), []
    body = [piece for piece in every if piece.body]
    for piece in every:
        if not piece.body:
            parts.append(piece.content)
        elif piece is body[0]:
            parts.append(main(book, "\n".join(p.content for p in body)))
    return page_document(book, "\n".join(parts))


def page_document(book: Book, content: str, sheets: Sequence[str] = ("print.css",)) -> str:
    """A document for pages with this content in its body."""
    work = book.work
    head = "".join((
        '<meta charset="utf-8"/>',
        element("title", escape(work.title, quote=False)),
        f'<meta{attributes((("name", "author"), ("content", ", ".join(work.authors))))}/>',
        f'<meta{attributes((("name", "description"), ("content", work.description)))}/>'
        if work.description else "",
        *(f'<link rel="stylesheet" href="{sheet}"/>' for sheet in sheets),
    ))  # fmt: skip
    return f"<!doctype html>\n<html{attributes(language(work.lang))}><head>{head}</head><body>\n{content}\n</body></html>"


def main(book: Book, content: str) -> str:
    """The body of the book, or a part of it."""
    run_on = " run-on" if book.options.get("chapters") == "run-on" else ""
    return element("main", content, ("class", f"body own-page{run_on}"))


@of_the_last_book
def pieces(book: Book) -> tuple[Piece, ...]:
    """Everything the printed book has, in its order."""
    renderer = renderer_of(book)
    title = element("section", matter.title_page(book), ("id", "title-page"), ("class", "title-page bare"))

    def of(part: Matter, colophon: bool = False) -> list[Section]:
        return [s for s in book.sections if s.role.matter is part and (s.role.name == "colophon") == colophon]

    front = of(Matter.FRONT)
    rights = [s for s in front if s.role.name == "copyright-page"]
    return (
        Piece("cover", _cover(book), bare=True),
        Piece("title-page", title, bare=True),
        *(_piece(book, s, renderer) for s in rights),
        Piece("contents", _contents(book), bare=True),
        *(_piece(book, s, renderer) for s in front if s not in rights),
        *(_piece(book, s, renderer) for s in of(Matter.BODY)),
        *(_piece(book, s, renderer) for s in of(Matter.BACK)),
        *_appendix(book, renderer),
        *(_piece(book, s, renderer) for s in of(Matter.BACK, colophon=True)),
    )


def _piece(book: Book, section: Section, renderer: Renderer) -> Piece:
    classes = _classes(book, section)
    begins = "recto" if "recto" in classes else "page" if "own-page" in classes or "bare" in classes else ""
    heads = (_title(book, section, Renderer(call=lambda n: "")),) if _titled(section) else ()
    return Piece(section.id, _section(book, section, renderer), heads, "bare" in classes, begins,
                 section.role.matter is Matter.BODY)  # fmt: skip


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


def _classes(book: Book, section: Section) -> list[str]:
    voice = "author" if section.role.voice is Voice.AUTHOR else "editors"
    names = ["section", section.role.name, voice, f"level-{section.level}"]
    if section.role.matter is not Matter.BODY:
        names += ["own-page", "back"] if section.role.matter is Matter.BACK else ["own-page"]
    elif book.options.get("chapters") != "run-on" and (section.level == 1 or section.role.name == "part"):
        names += ["own-page"]
        if book.options.get("chapters") == "recto":
            names.append("recto")
    if section.role.name in BARE_PAGES:
        names.append("bare")
    return names


def _titled(section: Section) -> bool:
    return bool(section.title) and section.role.name not in BARE_ROLES


def _title(book: Book, section: Section, renderer: Renderer) -> str:
    label = element("span", f"{section.number} ", ("class", "number")) if section.number else ""
    marks = strip(book.judged(section.id))
    level = min(6, section.level + 1)
    heading = f"{marks}{label}{renderer.inlines(section.title)}"
    return element(f"h{level}", heading, ("class", "section-title"))


def _section(book: Book, section: Section, renderer: Renderer) -> str:
    title = _title(book, section, renderer) if _titled(section) else ""
    inner = element("div", matter.blocks(book, renderer, section), ("class", "matter"))
    if section.role.name == "colophon":
        inner = element("div", title + inner, ("class", "at-foot"))
        title = ""
    pairs = (("id", section.id), ("class", " ".join(_classes(book, section))),
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
    return element("section", title + listing, ("id", "contents"), ("class", f"contents bare{long}"))


def _row(book: Book, entry: Entry) -> str:
    renderer = Renderer(call=lambda n: "", formula=mathematics.picture)
    label = f"{entry.number} " if entry.number else ""
    folio = element("span", "", ("class", "folio"), ("href", f"#{entry.id}"))
    name = element("span", label + renderer.inlines(entry.title), ("class", "entry"))
    marks = strip(book.judged(entry.id)) if entry.level == 1 else ""
    return element("a", f"{name} {folio}{marks}", ("class", "row"), ("href", f"#{entry.id}"))


def _appendix(book: Book, renderer: Renderer) -> Iterator[Piece]:
    catalogue = words(book.work.lang)
    inner = {
        SUMMARY: lambda: appendix.summary(book, renderer, chart.chart_picture(book, chart.NAME)),
        CLAIMS: lambda: appendix.claims(book, renderer),
        SOURCES: lambda: (
            sources.introduction(book)
            + sources.entries(book, renderer, original=False, stated=False, coded=book.sheets.qr_sources)
        ),
    }
    for part in matter.appendices(book):
        runs_on = part is SOURCES and bool(book.claims)
        title = element("h2", catalogue[part.word], ("class", "part-head"))
        classes = ("class", f"appendix editors {'runs-on' if runs_on else 'new-page'}")
        yield Piece(part.id, element("section", title + inner[part](), ("id", part.id), classes),
                    (element("div", title, classes),), begins="" if runs_on else "page")  # fmt: skip
