"""The reading tools of the web edition: what the page's one script shows, as an inert template.

Their words stand here, in the language of the book, so that the script is the same bytes in
every book and can be known by its digest. Without the script nothing of this is shown or read.
"""

from __future__ import annotations

import hashlib
from functools import cache
from html import escape
from importlib.resources import files

from chapbook.compose.xhtml import attributes, element
from chapbook.model import Book
from chapbook.words import words

NAME = "reading.js"


@cache
def script() -> str:
    """The one script, always the toolchain's own: a book cannot bring another."""
    return (files("chapbook") / "compose" / NAME).read_text("utf-8")


def is_ours(text: str) -> bool:
    """Whether a script found in a file is this one, by its SHA-256."""
    return hashlib.sha256(text.encode()).digest() == hashlib.sha256(script().encode()).digest()


def template(book: Book) -> str:
    """The tools, to be put into the page by the script."""
    catalogue = words(book.work.lang)
    words_said = attributes((("id", "reading:tools"), ("data-address", book.imprint.address),
                             ("data-link", catalogue["paragraph-link"]),
                             ("data-link-copied", catalogue["link-copied"]),
                             ("data-link-shown", catalogue["link-shown"])))  # fmt: skip
    place = element("a", "", ("href", "#main"), ("data-words", catalogue["resume"]))
    parts = (
        _bar(book),
        _search(book),
        _settings(book),
        element("p", place, ("class", "resume")),
        '<div class="preview" popover="manual" aria-hidden="true"></div>',
        '<p class="status" role="status"></p>',
    )
    return f"<template{words_said}>\n" + "\n".join(parts) + "\n</template>"


def _bar(book: Book) -> str:
    catalogue = words(book.work.lang)
    contents = element("a", catalogue["contents"], ("href", "#contents"))
    buttons = (element("button", catalogue[name], ("type", "button"), ("data-opens", f"reading:{name}"),
                       ("aria-haspopup", "dialog")) for name in ("search", "settings"))  # fmt: skip
    return element("nav", contents + "".join(buttons), ("class", "tools"), ("aria-label", catalogue["tools"]))


def _dialog(book: Book, name: str, title: str, inner: str) -> str:
    catalogue = words(book.work.lang)
    close = element("button", catalogue["close"], ("type", "button"), ("class", "close"))
    head = element("h2", title, ("id", f"reading:{name}-head"))
    return element("dialog", f"{close}{head}\n{inner}", ("class", f"sheet {name}"), ("id", f"reading:{name}"),
                   ("aria-labelledby", f"reading:{name}-head"))  # fmt: skip


def _search(book: Book) -> str:
    catalogue = words(book.work.lang)
    label = element("label", catalogue["search-words"], ("for", "reading:words"))
    field = ('<input type="text" role="searchbox" enterkeyhint="search" id="reading:words" '
             'autocomplete="off" spellcheck="false">')  # fmt: skip
    said = attributes((f"data-{n}", catalogue[f"search-{n}"]) for n in ("none", "found", "listed"))
    status = f'<p role="status" class="quiet"{said}></p>'
    return _dialog(book, "search", catalogue["search-book"], f'{label}{field}{status}<ol class="results"></ol>')


def _settings(book: Book) -> str:
    catalogue = words(book.work.lang)
    size = _choice(book, "size", ("small", "standard", "large", "largest"))
    face = _choice(book, "face", ("serif", "sans"))
    links = _button("checkbox", "links", "on", catalogue["paragraph-links"])
    forget = element("button", catalogue["forget"], ("type", "button"), ("class", "forget"))
    memory = element("p", f"{catalogue['memory']} {forget}", ("class", "quiet"))
    done = f'<p role="status" class="quiet"{attributes((("data-done", catalogue["forgotten"]),))}></p>'
    return _dialog(book, "settings", catalogue["settings"], f"{size}{face}<p>{links}</p>{memory}{done}")


def _choice(book: Book, name: str, values: tuple[str, ...]) -> str:
    """A row of radio buttons; the value of the style sheet's own setting is ""."""
    catalogue = words(book.work.lang)
    buttons = "".join(
        _button("radio", name, "" if value in ("standard", "serif") else value, catalogue[f"{name}-{value}"])
        for value in values
    )
    return element("fieldset", element("legend", catalogue[name]) + buttons)


def _button(kind: str, name: str, value: str, label: str) -> str:
    button = f'<input type="{kind}" name="{name}" value="{value}">'
    return element("label", f"{button} {escape(label, quote=False)}", ("class", "choice"))
