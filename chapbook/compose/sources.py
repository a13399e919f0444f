"""The list of sources: each once, numbered by first use, with the notes that rest on it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from chapbook import fonts
from chapbook.compose.notes import Href
from chapbook.compose.xhtml import Renderer, element, language
from chapbook.model import Book, Item, Section
from chapbook.words import words

# A line may turn after a slash and before these, but not before a final extension.
_LONG = 40  # characters that may not fit on a line
_WHOLE = 9  # characters that are not worth a turn of their own
_TURNS = re.compile(r"(/+|(?=[-_?=#%&])|(?=\.(?!\w{1,5}$)))")


def entries(
    book: Book, renderer: Renderer, *, original: bool, stated: bool, opened: bool = True, coded: bool = False
) -> str:
    """The list itself, as `ol`.

    `original` prints titles in their own script with the English in brackets (EPUB, web);
    otherwise the English alone, since the page's fonts lack the script. `stated` adds what the
    source states. `opened` makes addresses links; `coded` puts the drawing of a code beside each.
    """
    rows = (_entry(book, item, renderer, original, stated, opened, coded) for item in book.items)
    return element("ol", "\n".join(rows), ("class", "sources coded" if coded else "sources"))


def code_of(item: Item) -> str:
    """The name of the drawing of a source's code; "" for a source without an address."""
    return f"code-{item.number}.svg" if item.data.get("URL") else ""


def introduction(book: Book) -> str:
    """What stands over the list: its order, and what the figures mean."""
    word = "sources-intro-listed" if any(i.entry for i in book.items) else "sources-intro"
    return element("p", words(book.work.lang)[word], ("class", "intro"))


def _entry(
    book: Book, item: Item, renderer: Renderer, original: bool, stated: bool, opened: bool, coded: bool
) -> str:
    code = f'<img src="{code_of(item)}" alt="" class="code"/>' if coded and code_of(item) else ""
    number = element("span", str(item.number), ("class", "n"))
    body = renderer.inlines(item.entry) if item.entry else own_form(book, item, original=original)
    address = "" if item.entry else _address(book, item, opened)
    address = " ".join(part for part in (address, _archived(book, item, opened)) if part)
    used = used_by(book, item, renderer.href)
    states = ""
    if stated and (text := item.data.get("annote")):
        states = " " + element("span", escape(str(text), quote=False), ("class", "states"))
    parts = " ".join(part for part in (body, address, used) if part)
    return element("li", f"{code}{number} {parts}{states}", ("id", f"source-{item.number}"))


def of_section(book: Book, section: Section, renderer: Renderer) -> str:
    """The sources one section's notes rest on, each leading to its entry in the list of all."""
    items = [item for item in book.items if section.id in item.cited_in]
    if not items:
        return ""
    rows = []
    for item in items:
        number = element("a", str(item.number), ("class", "n"), ("href", renderer.href(f"source-{item.number}")))
        body = renderer.inlines(item.entry) if item.entry else own_form(book, item, original=False)
        rows.append(element("li", f"{number} {body}"))
    title = element("p", words(book.work.lang)["sources-of"], ("class", "list-head"))
    return element("div", title + element("ol", "\n".join(rows), ("class", "sources")), ("class", "chapter-sources"))


def used_by(book: Book, item: Item, href: Href) -> str:
    """“Notes 1, 3.”, each a link back to its note; "" for a source cited in the line only."""
    if not item.used_by:
        return ""
    catalogue = words(book.work.lang)
    links = catalogue["comma"].join(
        element("a", str(n), ("class", "used"), ("href", href(f"note-{n}"))) for n in item.used_by
    )
    said = catalogue.counted("notes-used", len(item.used_by), numbers=links)
    return element("span", said, ("class", "used-by"))


def own_form(book: Book, item: Item, *, original: bool) -> str:
    """**Publisher.** Author, “Title”, date."""
    data = item.data
    house = str(data.get("container-title") or data.get("publisher") or "")
    catalogue = words(book.work.lang)
    head = element("b", escape(house, quote=False) + catalogue["stop"]) + " " if house else ""
    pieces = [p for p in (_authors(book, item, original), _title(book, item, original)) if p]
    pieces.append(escape(_date(book, item), quote=False))
    return head + catalogue["comma"].join(pieces) + catalogue["stop"]


def _custom(item: Item) -> Mapping[str, Any]:
    custom = item.data.get("custom")
    return custom if isinstance(custom, Mapping) else {}


def _title(book: Book, item: Item, original: bool) -> str:
    title = str(item.data.get("title", ""))
    if not title:
        return ""
    english = _custom(item).get("title-en")
    if _custom(item).get("described"):
        return f"[{escape(title, quote=False)}]"
    lang = str(item.data.get("language", ""))
    if english and not (original or all(fonts.covers(c, book.faces) for c in title)):
        return f"[{escape(str(english), quote=False)}]"
    shown = escape(words(book.work.lang).quoted(title), quote=False)
    if english:
        foreign = element("span", shown, *language(lang, book.work.lang))
        return f"{foreign} [{escape(str(english), quote=False)}]"
    return shown


def _authors(book: Book, item: Item, original: bool) -> str:
    english = _custom(item).get("author-en")
    names = [_name(a) for a in _list(item.data.get("author")) if isinstance(a, Mapping)]
    joined = words(book.work.lang)["comma"].join(name for name in names if name)
    if english and not all(fonts.covers(c, book.faces) for c in joined):
        return escape(f"{joined} [{english}]" if original else str(english), quote=False)
    return escape(joined, quote=False)


def _list(value: object) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list | tuple) else ()


# Names of these languages put the family first, in their own script and in romanisation.
_HANGUL_OR_HAN = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def _name(author: Mapping[str, Any]) -> str:
    if author.get("literal"):
        return str(author["literal"])
    family, given = str(author.get("family", "")), str(author.get("given", ""))
    if _HANGUL_OR_HAN.search(family):
        return f"{family}{given}"
    return f"{given} {family}".strip()


def _date(book: Book, item: Item) -> str:
    issued = item.data.get("issued")
    if isinstance(issued, Mapping):
        parts = _list(issued.get("date-parts"))
        if parts:
            return words(book.work.lang).date(tuple(int(p) for p in parts[0]))
        if issued.get("literal"):
            return str(issued["literal"])
    undated = words(book.work.lang)["undated"]
    note = _custom(item).get("date-note")
    return f"{undated} [{note}]" if note else undated


def _address(book: Book, item: Item, opened: bool) -> str:
    url = str(item.data.get("URL") or "")
    if not url and item.data.get("DOI"):
        url = f"https://doi.org/{item.data['DOI']}"
    if not url:
        return ""
    pairs = (("class", "address"), ("href", url if opened else ""))
    return element("a" if opened else "span", breakable(url), *pairs) + words(book.work.lang)["stop"]


def _archived(book: Book, item: Item, opened: bool) -> str:
    """“Archived copy: …” for a source of which one is known."""
    if not item.archive:
        return ""
    shown = breakable(item.archive)
    pairs = (("class", "address"), ("href", item.archive if opened else ""))
    address = element("a" if opened else "span", shown, *pairs)
    catalogue = words(book.work.lang)
    return catalogue["archived"].format(address=address) + catalogue["stop"]


def _chunks(piece: str) -> list[str]:
    """A piece too long for one line in lengths that are not."""
    if len(piece) <= _LONG:
        return [piece] if piece else []
    return [piece[i : i + _LONG // 2] for i in range(0, len(piece), _LONG // 2)]


def breakable(url: str) -> str:
    """An address without its scheme, with places where a line may turn; no hyphen is added."""
    bare = re.sub(r"^https?://", "", url)
    host, slash, rest = bare.partition("/")
    out = element("span", escape(host + slash, quote=False), ("class", "host"))
    # Each turn costs the layout engine a box: short pieces stay whole.
    pending = ""
    for piece in (chunk for p in _TURNS.split(rest) for chunk in _chunks(p)):
        if pending and (len(pending) >= _WHOLE or pending.endswith("/")):
            out += "<wbr/>" + escape(pending, quote=False)
            pending = ""
        pending += piece
    return out + (f"<wbr/>{escape(pending, quote=False)}" if pending else "")
