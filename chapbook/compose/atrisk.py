"""A composition for readers to whom owning the file is dangerous (`at-risk: true`).

What shows without opening the file is neutral, and nothing in it leads outward: links to the
web and to mail become their words.
"""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from types import MappingProxyType

from chapbook.identifier import public
from chapbook.model import Book, Composition

_OUTWARD = re.compile(r'<a\b(?P<before>[^<>]*?)\shref="(?:https?:|mailto:)[^"]*"(?P<after>[^<>]*)>(?P<words>.*?)</a>', re.DOTALL)
_LINK_ONLY = re.compile(r'\s(?:epub:type|role|rel|target|aria-label)="[^"]*"')
_TITLE = re.compile(r"<title>[^<]*</title>")
_META = re.compile(r'<meta name="(?:author|description|keywords)"[^<>]*/?>\n?')


def guarded(book: Book, composition: Composition) -> Composition:
    """The composition as it is, or, for a book at risk, with nothing live and no names outside."""
    if not book.options.get("at-risk"):
        return composition
    known = public(book)
    title = known.work.title
    documents = tuple(replace(d, text=_quiet(d.text, title), title=title) for d in composition.documents)
    metadata = dict(composition.metadata)
    if "work" in metadata:
        metadata |= {"work": known.work, "imprint": known.imprint}
    return replace(composition, documents=documents, metadata=MappingProxyType(metadata))


def _quiet(text: str, title: str) -> str:
    text = _OUTWARD.sub(lambda m: f"<span{_LINK_ONLY.sub('', m['before'] + m['after'])}>{m['words']}</span>", text)
    return _META.sub("", _TITLE.sub(f"<title>{escape(title, quote=False)}</title>", text))


