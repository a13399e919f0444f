"""Text read back out of finished files, as streams of tokens; nothing here knows the model."""

from __future__ import annotations

import io
import zipfile
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from operator import sub

from lxml import etree

from chapbook.pdftext import leaves
from chapbook.verify.passages import direction_of, letters_of, tokens

HUGE = etree.XMLParser(huge_tree=True, resolve_entities=False, no_network=True)  # a text may be long
_XHTML = "{http://www.w3.org/1999/xhtml}"
NOWHERE: list[int] = []  # where a token stands that stands nowhere
# Elements after which a word ends even without a space between the tags.
_APART = {"p", "li", "td", "th", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "br", "div", "sup", "sub",
          "aside", "section", "figcaption", "caption", "summary", "pre", "blockquote", "button"}  # fmt: skip
_UNSEEN = {"style", "script", "template", "title"}


@dataclass(frozen=True)  # no slots: what is worked out of it is made when it is first asked for
class Stream:
    """Tokens in reading order; `pages` has the page of each (all 0 where there are none)."""

    tokens: tuple[str, ...]
    pages: tuple[int, ...]

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """Where each token stands, in order."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for index, token in enumerate(self.tokens):
            found[token].append(index)
        return dict(found)

    @cached_property
    def _ends(self) -> dict[int, int]:
        return {}

    def after(self, at: int) -> int:
        """Where the words of the page end that has this one; pages are in order."""
        page = self.pages[at]
        end = self._ends.get(page)
        if end is None:
            self._ends[page] = end = bisect_right(self.pages, page, at)
        return end

    @cached_property
    def _parts(self) -> dict[str, tuple[list[int], ...]]:
        return {}

    def parts(self, word: str) -> tuple[list[int], ...]:
        """The places of each token that a word can begin with where it is divided."""
        known = self._parts.get(word)
        if known is None:
            places = self.places
            known = tuple(places[part] for length in range(1, len(word)) if (part := word[:length]) in places)
            self._parts[word] = known
        return known

    @cached_property
    def leftward(self) -> bool:
        """Whether more of its first words are written from right to left than from left to right."""
        found = [direction_of(token) for token in self.tokens[:400]]
        return found.count("R") > found.count("L")

    @cached_property
    def letters(self) -> tuple[str, ...]:
        """Its tokens, words from right to left by their letters."""
        return tuple(map(letters_of, self.tokens))

    def alike(self, other: Stream) -> bool:
        """Whether the same words stand on the same pages, however the pages are counted."""
        return self.tokens == other.tokens and len(set(map(sub, self.pages, other.pages))) <= 1

    def first(self, token: str, start: int) -> int:
        """Where a token stands next, from `start`; -1 when it does not."""
        found = self.places.get(token, NOWHERE)
        at = bisect_left(found, start)
        return found[at] if at < len(found) else -1

    def among(self, names: Iterable[str], start: int, end: int) -> list[int]:
        """Where any of some tokens stands, from `start` and before `end`, in order."""
        every = (self.places.get(name, NOWHERE) for name in names)
        return sorted(chain.from_iterable(between(found, start, end) for found in every))


def between(places: list[int], start: int, end: int) -> list[int]:
    """Those of some places, in order, from `start` and before `end`."""
    return places[bisect_left(places, start) : bisect_left(places, end)] if start < end else NOWHERE


@dataclass(frozen=True)  # no slots, as above
class Page:
    """A parsed document: its name in the file and its root element without name spaces."""

    name: str
    root: etree._Element

    @cached_property
    def elements(self) -> tuple[etree._Element, ...]:
        """All of them in order; while they are kept, lxml need not make them again for each who looks."""
        return tuple(self.root.iter(etree.Element))

    @cached_property
    def named(self) -> tuple[tuple[str, etree._Element], ...]:
        """Those with an identifier, with it."""
        return tuple((name, element) for element in self.elements if (name := element.get("id")))


@lru_cache(maxsize=1)  # of the file that is looked at: the tree of a long book is large
def documents(data: bytes) -> tuple[Page, ...]:
    """The documents of an EPUB or an HTML file. They are shared by all that look: nobody changes them."""
    return epub_pages(data) if data[:4] == b"PK\x03\x04" else (html_page(data),)


def epub_pages(data: bytes) -> tuple[Page, ...]:
    """The XHTML documents of an EPUB in spine order (EPUB 3.3, 5.7)."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        container = etree.fromstring(archive.read("META-INF/container.xml"))
        opf_name = container.find(".//{*}rootfile").get("full-path")
        opf = etree.fromstring(archive.read(opf_name))
        folder = opf_name.rpartition("/")[0]
        prefix = f"{folder}/" if folder else ""
        items = {i.get("id"): i.get("href") for i in opf.iterfind(".//{*}item")}
        names = [items[ref.get("idref")] for ref in opf.iterfind(".//{*}itemref")]
        return tuple(Page(name, _bare(etree.fromstring(archive.read(prefix + name), HUGE))) for name in names)


def html_page(data: bytes) -> Page:
    """The document of an HTML file."""
    return Page("", etree.fromstring(data.decode("utf-8"), etree.HTMLParser()))


def _bare(root: etree._Element) -> etree._Element:
    for node in root.iter():
        if isinstance(node.tag, str):
            node.tag = node.tag.removeprefix(_XHTML)
    return root


def text_of(element: etree._Element) -> str:
    """The words a reader sees in an element; a call shown twice for two layouts counts once."""
    found: list[str] = []
    _pieces(element, found)
    return "".join(found)


def _pieces(element: etree._Element, found: list[str]) -> None:
    tag = element.tag
    if not isinstance(tag, str) or tag in _UNSEEN or tag.rpartition("}")[2] == "math":  # a formula says its alternative text
        return
    if "beside" in (element.get("class") or "").split():
        return
    apart = tag in _APART
    found.append(f" {element.text or ''}" if apart else element.text or "")
    for child in element:
        _pieces(child, found)
        found.append(child.tail or "")
    if apart:
        found.append(" ")


def element_stream(element: etree._Element) -> Stream:
    """The tokens of one element of a document."""
    found = tokens(text_of(element))
    return Stream(found, (0,) * len(found))


@lru_cache(maxsize=1)
def pdf_stream(data: bytes) -> tuple[Stream, int]:
    """The tokens of a PDF with the page of each, and how many pages there are."""
    found: list[str] = []
    pages: list[int] = []
    read = leaves(data)
    for number, leaf in enumerate(read, start=1):
        words = tokens(leaf.text)
        found.extend(words)
        pages.extend([number] * len(words))
    return Stream(tuple(found), tuple(pages)), len(read)


def forget() -> None:
    """Drop what was kept of the file looked at last."""
    documents.cache_clear()
    pdf_stream.cache_clear()
