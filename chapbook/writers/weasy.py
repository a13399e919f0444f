"""The only seam to WeasyPrint: a composition in, a laid-out PDF out.

Everything the document names is served from prepared bytes under an address that does not
exist; whatever else is asked for is refused, and a refusal fails the build, even where
WeasyPrint swallows it. The book's fonts are the only ones it can see. What it logs becomes
diagnostics: a missing glyph, a missing font, a style it did not understand.
"""

from __future__ import annotations

import base64
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from html import escape
from pathlib import Path
from typing import Any

from chapbook import fonts
from chapbook.compose.style import JOINT
from chapbook.diagnostics import Diagnostic, Severity
from chapbook.errors import EngineError, MissingTool
from chapbook.model import Composition, Face, Resource
from chapbook.unswept import unswept
from chapbook.writers import clusters, tags
from chapbook.writers.starting import quickly

BASE = "https://book.invalid/"
_EMBEDDED = ("data:image/png;base64,", "data:image/jpeg;base64,")
_PT = 0.75  # points in a CSS pixel
_CODE = re.compile("<(code|kbd)|fcode")

PANGO_HINT = (
    "Debian, Ubuntu: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 · "
    "Fedora: dnf install pango · macOS: brew install pango · "
    "Windows: winget install -e --id MSYS2.MSYS2, then pacman -S mingw-w64-x86_64-pango"
)

_FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{folder}</dir><cachedir>{folder}</cachedir></fontconfig>
"""


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the outline: its level from 1, its words, its page (from 1) and place there in points."""

    level: int
    label: str
    page: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Layout:
    """A laid-out book: the PDF, how many pages, and the page (from 1) each identifier is on.

    `heights` are the points from the page's top to each identifier; `texts` what each page says,
    without running heads and ornament, where it was asked for. A part that will be put together
    with others may have `fonts`, what it uses of each (see joined_fonts.py), and `plates`, its
    pages for the press (see plates.py); b"" where nobody made them.
    """

    pdf: bytes
    pages: int
    places: Mapping[str, int]
    notices: tuple[Diagnostic, ...]
    heights: Mapping[str, float] = field(default_factory=dict)
    bookmarks: tuple[Bookmark, ...] = ()
    texts: tuple[str, ...] = ()
    fonts: bytes = b""
    plates: bytes = b""


@cache
def _engine() -> Any:
    """WeasyPrint, imported with a font configuration that knows no font of the system."""
    import atexit

    folder = tempfile.mkdtemp(prefix="chapbook-fonts-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)  # before the long import, which a signal may end
    path = Path(folder) / "fonts.conf"
    path.write_text(_FONTCONFIG.format(folder=escape(folder)), "utf-8")
    # Pango wants one font to be there; the others come with each document.
    sans = next(f for f in fonts.faces() if f.family == fonts.SANS and f.weight == 400)
    shutil.copy(sans.path, folder)
    os.environ["FONTCONFIG_FILE"] = str(path)
    try:
        with quickly():
            import weasyprint
    except OSError as error:  # the loader's own message names only the library
        raise MissingTool("Pango is not installed; the PDFs need it", hint=PANGO_HINT) from error
    from chapbook.writers import mends, packing, quick

    packing.pack_quickly()
    mends.mend()
    quick.quicken()
    return weasyprint


def font_faces(text: str, others: tuple[Face, ...] = ()) -> tuple[str, tuple[Resource, ...]]:
    """`@font-face` rules for the fonts a document needs, and the fonts as resources.

    `others` are the fonts of the system that the book uses.
    """
    rules, resources = [], []
    for face in (*fonts.faces(), *others):
        if face.family == fonts.MONO and not _CODE.search(text):
            continue
        name = f"fonts/{face.index or ''}{face.path.name}"
        style = "italic" if face.italic else "normal"
        rules.append(f'@font-face {{ font-family: "{face.family}"; font-weight: {face.weight}; '
                     f'font-style: {style}; src: url("{BASE}{name}") }}')  # fmt: skip
        resources.append(Resource(name, "font/ttf", fonts.static(face)))
    return "\n".join(rules), tuple(resources)


@cache
def _configured(mono: bool, others: tuple[Face, ...]) -> Any:
    """The fonts of the book, read once a process; code has a font that few books need."""
    engine = _engine()  # first: it says what is missing
    from weasyprint.text.fonts import FontConfiguration

    configuration = FontConfiguration()
    rules, files = font_faces("<code>" if mono else "", others)
    fetcher = _fetcher(engine, {BASE + file.name: file for file in files}, [])
    engine.CSS(string=rules, base_url=BASE, url_fetcher=fetcher, font_config=configuration)
    return configuration


def warm(others: tuple[Face, ...] = (), css: str = "", lang: str = "") -> None:
    """Import the engine, read fonts, a style sheet and the hyphenation of a language, for all layouts
    of this process and its children.

    Raises: MissingTool.
    """
    _configured(False, others)
    if css:
        _sheets(css)
    import pyphen

    if lang and (known := pyphen.language_fallback(lang)):
        pyphen.Pyphen(lang=known)  # it keeps what it read


def lay_out(composition: Composition, *, tagged: bool = True) -> Layout:
    """Lay the composition's one document out and write it as a PDF with bleed, tagged or not.

    Raises: MissingTool without Pango; EngineError when something was asked for that was not
    prepared.
    """
    with unswept():
        return _laid_out(composition, tagged)


def _laid_out(composition: Composition, tagged: bool) -> Layout:
    from chapbook.writers import quick, quickstyle

    engine, text = _engine(), composition.documents[0].text
    served = {BASE + r.name: r for r in composition.resources}
    others = composition.metadata.get("faces", ())
    assert isinstance(others, tuple)
    refused: list[str] = []
    fetcher = _fetcher(engine, served, refused)
    configuration = _configured(bool(_CODE.search(text)), others)
    with _log() as records:
        text, sheets = _with_sheets(text, composition.resources)
        source = engine.HTML(string=text, base_url=BASE, url_fetcher=fetcher)
        if "<link" not in text:
            quickstyle.keep(source, text)
        document = source.render(presentational_hints=True, font_config=configuration, stylesheets=sheets)
        with clusters.words_marked():
            pdf = tags.write(document) if tagged else bytes(document.write_pdf())
    if refused:
        raise EngineError(f"asked for what was not prepared: {', '.join(sorted(set(refused)))}")
    places: dict[str, int] = {}
    heights: dict[str, float] = {}
    for number, page in enumerate(document.pages, start=1):
        for name, corners in page.anchors.items():
            places.setdefault(name, number)
            heights.setdefault(name, corners[1] * _PT)
    layout = Layout(pdf, len(document.pages), places, _notices(records), heights, tuple(_bookmarks(document)))
    quick.release(document)
    return layout


def _with_sheets(text: str, resources: Sequence[Resource]) -> tuple[str, list[Any]]:
    """A document without the links to its style sheets, and these sheets, read once a process.

    They are then the user's and not the author's (CSS Cascading 4, 6.2): the same to a document
    that has no other sheet. One that counts in a way of its own stays where it is.
    """
    sheets = []
    for resource in resources:
        link = f'<link rel="stylesheet" href="{resource.name}"/>'
        css = resource.data.decode() if link in text else ""
        if css and "@counter-style" not in css:
            text = text.replace(link, "", 1)
            sheets += _sheets(css)
    return text, sheets


def _sheets(css: str) -> list[Any]:
    """A style sheet as the sheets it was joined of: what two of them share is read once."""
    return [_sheet(piece) for piece in css.split(JOINT)]


@lru_cache(maxsize=8)
def _sheet(css: str) -> Any:
    from chapbook.writers import quickstyle

    engine = _engine()
    sheet = engine.CSS(string=css, base_url=BASE, url_fetcher=_fetcher(engine, {}, []))
    quickstyle.keep(sheet, css)
    return sheet


def _bookmarks(document: Any) -> Iterator[Bookmark]:
    for number, page in enumerate(document.pages, start=1):
        for level, label, (x, y), _ in page.bookmarks:
            yield Bookmark(level, label, number, x * _PT, (page.height - y) * _PT)


def _fetcher(engine: Any, served: Mapping[str, Resource], refused: list[str]) -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Prepared(URLFetcher):
        """Serves prepared bytes; remembers every other wish."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith(_EMBEDDED):  # pictures in drawings, made anew when they were read
                kind, _, code = url.removeprefix("data:").partition(";base64,")
                return URLFetcherResponse(url, base64.b64decode(code), {"Content-Type": kind})
            resource = served.get(url.partition("#")[0])
            if resource is None:
                refused.append(url[:200])
                raise ValueError(f"not prepared: {url[:200]}")
            return URLFetcherResponse(url, resource.data, {"Content-Type": resource.media_type})

    return Prepared()


class _Records(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


class _log:
    """WeasyPrint's log lines while a document is made."""

    def __enter__(self) -> list[str]:
        self.handler = _Records()
        self.logger = logging.getLogger("weasyprint")
        self.before = self.logger.handlers[:], self.logger.propagate
        self.logger.handlers, self.logger.propagate = [self.handler], False
        return self.handler.messages

    def __exit__(self, *_: object) -> None:
        self.logger.handlers, self.logger.propagate = self.before


def _notices(messages: list[str]) -> tuple[Diagnostic, ...]:
    """Log lines that a reader of the book would suffer from."""
    found = []
    for message in dict.fromkeys(messages):
        if "has no required alt description" in message:
            continue  # decorative by the author's word; lint refuses the others
        if ".notdef" in message:
            found.append(Diagnostic("W001", f"a character has no glyph: {message}", None,
                                    "write it in another way"))  # fmt: skip
        elif "font" in message.lower() and "fallback" in message.lower():
            found.append(Diagnostic("W002", message, None, "mend the style sheet"))
        else:
            found.append(Diagnostic("W003", f"WeasyPrint: {message}", None,
                                    "mend styles/ if a page looks wrong", Severity.WARNING))  # fmt: skip
    return tuple(found)
