"""One HTML document that asks nothing of any other file: its head, and a place for what it encloses.

The style sheet, the script and the policy that allows exactly these two are put at
`ENCLOSED` by the writer, which alone knows their last bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from chapbook.compose.xhtml import attributes, element
from chapbook.words import direction

ENCLOSED = "<!--enclosed-->"  # no text of a book can be this: `<` is escaped in all of them


def document(
    lang: str, title: str, body: str, metas: Iterable[tuple[str, str]] = (), book: str = ""
) -> str:
    """The whole document; `metas` are names and contents, empty ones left out.

    `book` is the identifier under which a script may remember things, "" without one.
    """
    always = (("viewport", "width=device-width, initial-scale=1"), ("color-scheme", "light dark"))
    head = [
        '<meta charset="utf-8">',
        ENCLOSED,
        *(f"<meta{attributes((('name', n), ('content', c)))}>" for n, c in (*metas, *always) if c),
        element("title", escape(title, quote=False)),
    ]
    turned = "rtl" if direction(lang) == "rtl" else ""
    top = f"<!doctype html>\n<html{attributes((('lang', lang), ('dir', turned), ('data-book', book)))}>\n<head>\n"
    return top + "\n".join(head) + f"\n</head>\n<body>\n{body}\n</body>\n</html>\n"
