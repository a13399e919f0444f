"""WeasyPrint 70.0 made quicker, its pages unchanged: what it computes again and again is kept.

Everything here gives the values that WeasyPrint's own code gave when it was first asked;
`tests/test_quick.py` holds what is made with and without it byte for byte against each other, and
fails when the version moves. `quickstyle.py` has styles, `quickbox.py` boxes, `quicknotes.py` footnotes, `quicktext.py` text,
`quickwords.py` and `quicklines.py` lines of plain words, for which Pango is not asked, `quickhyphens.py` the parting of words.
"""

from __future__ import annotations

import io
from functools import cache
from typing import Any
from xml.etree import ElementTree

_DOCTYPE = "<!doctype html>"
_contexts: list[Any] = []  # of the documents that are being made


@cache
def quicken() -> None:
    """Put everything in place; a second call changes nothing."""
    from weasyprint.layout import LayoutContext

    from chapbook.writers import quickbox, quickhyphens, quicknotes, quickstyle, quicktext

    quickhyphens.quicken()
    quickstyle.quicken()
    quickbox.quicken()
    quicknotes.quicken()
    quicktext.quicken()
    _read_as_xml()

    def begin(self: Any, *args: Any, **named: Any) -> None:
        _contexts.append(self)
        plain(self, *args, **named)

    plain = LayoutContext.__init__
    LayoutContext.__init__ = begin


def _read_as_xml() -> None:
    """A document that is well-formed XML, as all of ours are, is read as such: a tenth of the time of HTML's parser.

    Where the two would not see the same, it is read as HTML: a table's rows without a group, a line end
    that opens a `pre`.
    """
    import weasyprint

    class Parser:
        @staticmethod
        def parse(source: Any, **named: Any) -> Any:
            text = source.read()
            try:
                root = ElementTree.fromstring(text.removeprefix(_DOCTYPE))
            except ElementTree.ParseError:
                return plain.parse(io.StringIO(text), **named)
            other = root.find(".//table/tr") is not None or any((e.text or "")[:1] == "\n" for e in root.iter("pre"))
            return plain.parse(io.StringIO(text), **named) if other else root

    plain = weasyprint.tinyhtml5
    weasyprint.tinyhtml5 = Parser


def release(document: Any) -> None:
    """Part what knows each other in a finished document, boxes and pages above all: all of it goes without a sweep."""
    from chapbook.writers import quickstyle

    for page in document.pages:
        page._page_box.children = ()
    while _contexts:
        context = _contexts.pop()
        quickstyle.release(context.style_for)
        vars(context).clear()
